"""Forms: what a person is asked, as plain values, and how an answer is read without trusting it.

A form carries types and lengths only.  Whether an answer may be recorded is decided by the rules of its
gate, in a step, in words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, StrEnum
from typing import Any

from pydantic import Field as ModelField
from pydantic import create_model

from models.rules.written_days import NotADay, written_day

LONGEST_TEXT = 2000
NOT_SAID = "—"  # what stands in a choice that may be left alone
NEEDED = "Needed."
NOT_RECORDED = "NOT recorded, because"  # how every refusal begins
ANSWER = "answer"  # every form has one required choice; its field is named after the attempt


class Kind(StrEnum):
    """What kind of thing a field takes."""

    TEXT = "text"
    DATE = "date"
    ONE_OF = "one-of"
    SOME_OF = "some-of"
    SWITCH = "switch"
    NUMBER = "number"


@dataclass(frozen=True)
class Field:
    """One field of a form; `options` are (value, label) pairs."""

    name: str
    kind: Kind
    title: str
    help: str = ""
    required: bool = False  # the engine itself sends no form without it
    needed: bool = False  # the step refuses to record without it
    options: tuple[tuple[str, str], ...] = ()
    default: str | int | None = None  # what stands in it at first; of a choice, the label


@dataclass(frozen=True)
class Form:
    """What is asked: an introduction in Markdown, one required choice, and further fields."""

    title: str  # what the run waits for: "3 of 8 returns"
    intro: str
    answer: Field
    fields: tuple[Field, ...] = ()

    @property
    def all_fields(self) -> tuple[Field, ...]:
        return (self.answer, *self.fields)


class Refused(Exception):
    """An answer may not be recorded; the message says why in words for the office."""


@dataclass(frozen=True)
class Answer:
    """What a person answered, read into plain values."""

    choice: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "").strip()

    def day(self, name: str) -> date | None:
        return self.values.get(name)

    def chosen(self, name: str) -> Sequence[str]:
        return self.values.get(name) or ()

    def yes(self, name: str) -> bool:
        return bool(self.values.get(name))


def choice(title: str, *options: tuple[str, str], help: str = "") -> Field:
    """The one field that every form requires: what is recorded."""
    return Field(ANSWER, Kind.ONE_OF, title, help, required=True, options=options)


def as_model(form: Form, attempt: int, base: type, prefilled: Mapping[str, Any] | None = None) -> type:
    """The form as a model that the engine can show; the name of its required choice belongs to this attempt alone.

    An answer typed into a form of another attempt therefore lacks it and is never taken for this one.
    """
    fields: dict[str, Any] = {}
    for position, each in enumerate(form.all_fields):
        name = f"{ANSWER}_{attempt}" if each is form.answer else each.name
        fields[name] = _model_field(each, position, (prefilled or {}).get(each.name, each.default))
    made: type = create_model("Form", __base__=base, **fields)
    made.__doc__ = None
    return made


def shown(form: Form) -> dict[str, Any]:
    """What must be kept of a form so that its answer can be read when the world has changed."""
    return {each.name: {label: value for value, label in each.options} for each in form.all_fields if each.options}


def read_answer(form: Form, attempt: int, labels: Mapping[str, Mapping[str, str]], raw: Mapping[str, Any]) -> Answer:
    """The answer as values. Raises Refused, with every reason at once, when it cannot be read."""
    if f"{ANSWER}_{attempt}" not in raw:
        raise Refused("it was typed into an older form. Please answer the one below")
    faults: list[str] = []
    values: dict[str, Any] = {}
    for each in form.all_fields:
        given = raw.get(f"{ANSWER}_{attempt}" if each is form.answer else each.name)
        try:
            values[each.name] = _read(each, labels.get(each.name, {}), given)
        except Refused as refusal:
            faults.append(str(refusal))
    if faults:
        raise Refused("; ".join(faults))
    return Answer(values.pop(ANSWER), values)


def storable(text: str) -> str:
    """The text without what no database keeps: NUL, and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def spoken_date(text: str) -> date | None:
    """The day that a person wrote, in any of the ways an office writes it; None for nothing.

    Raises Refused for what is no date. What was written is not repeated: it could be anything.
    """
    try:
        return written_day(text)
    except NotADay as fault:
        raise Refused(str(fault)) from None


def with_note(form: Form, note: str) -> Form:
    """The form beginning with what became of the last answer; a refusal stands at its first field too."""
    if not note:
        return form
    answer = form.answer
    if note.startswith(NOT_RECORDED):
        answer = replace(answer, help=" ".join(part for part in (note, answer.help) if part))
    return replace(form, intro=f"**{note}**\n\n{form.intro}", answer=answer)


def _model_field(each: Field, position: int, prefilled: Any) -> tuple[Any, Any]:
    extra: dict[str, Any] = {"position": position}
    common: dict[str, Any] = {
        "title": each.title,
        "description": _help(each) or None,
        "json_schema_extra": extra,
    }
    if each.kind is Kind.SWITCH:
        return bool, ModelField(default=bool(prefilled), **common)
    if each.kind is Kind.NUMBER:
        return int, ModelField(default=prefilled if isinstance(prefilled, int) else 0, **common)
    if each.kind in (Kind.ONE_OF, Kind.SOME_OF):
        return _choice_field(each, common, prefilled)
    if each.kind is Kind.DATE:
        extra["format"] = "date"
        return _day_field(common, prefilled)
    if each.required:
        return str, ModelField(min_length=1, **common)
    return str, ModelField(default=storable(str(prefilled or "")), **common)


def _help(each: Field) -> str:
    """What stands under the title; the engine calls everything optional that its screens let be empty."""
    return f"{NEEDED} {each.help}".strip() if each.needed else each.help


def _choice_field(each: Field, common: Mapping[str, Any], prefilled: Any) -> tuple[Any, Any]:
    labels = _enum(each)
    known = [label.value for label in labels]
    if each.kind is Kind.SOME_OF:
        chosen = [one for one in prefilled if one in known] if isinstance(prefilled, list) else []
        return list[labels], ModelField(default=chosen, **common)  # type: ignore[valid-type]
    if each.required:
        return labels, ModelField(**common)
    return labels, ModelField(default=prefilled if prefilled in known else NOT_SAID, **common)


def _day_field(common: Mapping[str, Any], prefilled: Any) -> tuple[Any, Any]:
    """A day without a default: the UI takes an empty one for a fault and does not send the form."""
    try:
        day = spoken_date(prefilled) if isinstance(prefilled, str) else None
    except Refused:
        day = None
    return str, ModelField(default=day.isoformat(), **common) if day else ModelField(default_factory=str, **common)


def _enum(each: Field) -> Any:
    labels = [label for _, label in each.options]
    if each.kind is Kind.ONE_OF and not each.required:
        labels.insert(0, NOT_SAID)
    return Enum("Choice", {f"o{number}": label for number, label in enumerate(labels)}, type=str)


def _read(each: Field, labels: Mapping[str, str], given: Any) -> Any:
    if each.kind is Kind.SWITCH:
        return given is True
    if each.kind is Kind.SOME_OF:
        return _several(each, labels, given)
    text = _plain(each, given)
    if each.kind is Kind.ONE_OF:
        return _one(each, labels, text)
    if each.kind is Kind.DATE:
        return _day(each, text)
    if each.kind is Kind.NUMBER:
        return _number(each, text)
    if len(text) > LONGEST_TEXT:
        raise Refused(f"“{each.title}” is longer than {LONGEST_TEXT} characters")
    return text


def _day(each: Field, text: str) -> date | None:
    try:
        return spoken_date(text)
    except Refused as refusal:
        raise Refused(f"“{each.title}”: {refusal}") from None


def _plain(each: Field, given: Any) -> str:
    if given is not None and not isinstance(given, str | int | float):
        raise Refused(f"“{each.title}” was not understood")
    text = "" if given is None else storable(str(given))
    if each.required and not text.strip():
        raise Refused(f"“{each.title}” is empty")
    return text


def _one(each: Field, labels: Mapping[str, str], text: str) -> str:
    if text in ("", NOT_SAID) and not each.required:
        return ""
    if text not in labels:
        raise Refused(f"“{each.title}”: that choice was not on the form")
    return labels[text]


def _several(each: Field, labels: Mapping[str, str], given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple | type(None)):
        raise Refused(f"“{each.title}” was not understood")
    unknown = [label for label in given or () if not isinstance(label, str) or label not in labels]
    if unknown:
        raise Refused(f"“{each.title}”: that choice was not on the form")
    return tuple(dict.fromkeys(labels[label] for label in given or ()))


def _number(each: Field, text: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise Refused(f"“{each.title}” must be a whole number") from None
