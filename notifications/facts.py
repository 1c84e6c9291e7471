"""Which facts a message may hold, and of what kind; nothing else ever reaches a text (F-08)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from notifications.wording import SpokenDay, SpokenMoment, day_from_words

LONGEST_TEXT = 200
LONGEST_QUOTATION = 2_000
_LINK = re.compile(r"https://[^\s<>\"'\\]+|http://(?:127\.0\.0\.1|localhost)(?::\d+)?[^\s<>\"'\\]*")
_MAILBOX = re.compile(r"[\w.+-]+@[\w.-]+")
_TELEPHONE = re.compile(r"[\d +()-]{3,30}")
_CODE = re.compile(r"[0-9a-f]{6,64}")
_UID = re.compile(r"[a-z]{2,20}-[0-9a-f]{8,64}@[\w.-]{1,80}")
_METHOD = re.compile(r"REQUEST|CANCEL")
_NEVER = {"Cc", "Cs", "Co", "Zl", "Zp"}
_TURNS_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class UnknownFact(Exception):
    """The texts of this message do not know this fact."""


class MissingFact(Exception):
    """The texts of this message need this fact."""


class UnfitFact(Exception):
    """This fact is not of the kind, or not of the length, that the texts of this message take."""


@dataclass(frozen=True)
class FactList:
    """What the facts.toml of a message allows: kinds of single facts, and of the fields of each list."""

    single: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # with at least one entry
    optional_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    for_calendar: frozenset[str] = frozenset()  # single facts that go into the invitation and not into the texts

    shared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # fields that several lists have


def read_fact_list(path: Path, common: FactList | None = None) -> FactList:
    """The list in the file, and what every message may hold. Raises ValueError for an unknown kind."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = common.shared if common else content.get("shared", {})
    read = FactList(
        {**(common.single if common else {}), **content.get("facts", {}), **content.get("calendar", {})},
        {name: _full(kinds, shared) for name, kinds in content.get("lists", {}).items()},
        {name: _full(kinds, shared) for name, kinds in content.get("optional_lists", {}).items()},
        frozenset(content.get("calendar", {})),
        shared,
    )
    for kinds in (read.single, *read.lists.values(), *read.optional_lists.values(), *shared.values()):
        for kind in kinds.values():
            if kind.removesuffix("?") not in _KINDS:
                raise ValueError(f"{path.parent.name}/{path.name}: there is no kind {kind!r}")
    return read


def _full(kinds: Mapping[str, str], shared: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    like = kinds.get("like")
    return {
        **(shared[like] if like else {}),
        **{name: kind for name, kind in kinds.items() if name != "like"},
    }


def checked(allowed: FactList, facts: Mapping[str, object], *, all_there: bool = True) -> dict[str, object]:
    """The facts as the texts take them: dates as dates, and empty values for what may be left out.

    With `all_there` off, facts that come later are not missed. Raises UnknownFact, MissingFact, UnfitFact.
    """
    lists = {**allowed.lists, **allowed.optional_lists}
    single = {name: value for name, value in facts.items() if name not in lists}
    read = _fields("", allowed.single, single, all_there=all_there)
    for name, kinds in lists.items():
        entries = facts.get(name, [])
        if not isinstance(entries, list | tuple):
            raise UnfitFact(f"{name} is not a list")
        if not entries and all_there and name in allowed.lists:
            raise MissingFact(name)
        read[name] = [_entry(name, kinds, entry) for entry in entries]
    return read


def _entry(name: str, kinds: Mapping[str, str], entry: object) -> dict[str, object]:
    if not isinstance(entry, Mapping):
        raise UnfitFact(f"an entry of {name} has no fields")
    return _fields(f"{name}.", kinds, entry, all_there=True)


def _fields(
    prefix: str, kinds: Mapping[str, str], values: Mapping[str, object], *, all_there: bool
) -> dict[str, object]:
    unknown = sorted(str(name) for name in values if name not in kinds)
    if unknown:
        raise UnknownFact(", ".join(prefix + name[:LONGEST_TEXT] for name in unknown))
    read: dict[str, object] = {}
    for name, kind in kinds.items():
        if values.get(name) is not None:
            read[name] = _value(prefix + name, kind.removesuffix("?"), values[name])
        elif kind.endswith("?"):
            read[name] = ""
        elif all_there:
            raise MissingFact(prefix + name)
    return read


def _value(name: str, kind: str, value: object) -> object:
    try:
        return _KINDS[kind](value)
    except (TypeError, ValueError):
        raise UnfitFact(f"{name} does not fit: {kind} is wanted") from None  # the value itself is never repeated


def _text(value: object, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise TypeError
    if len(value) > longest or _TURNS_DIRECTION.search(value):
        raise ValueError
    if not value.isprintable() and any(unicodedata.category(sign) in _NEVER for sign in value):
        raise ValueError
    return value


def _matching(pattern: re.Pattern[str], longest: int = LONGEST_TEXT) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value, longest)
        if text and not pattern.fullmatch(text):
            raise ValueError
        return text

    return read


def _day(value: object) -> SpokenDay:
    day = value if isinstance(value, date) else day_from_words(_text(value))
    return SpokenDay(day.year, day.month, day.day)


def _moment(value: object) -> SpokenMoment:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value))
    return SpokenMoment.of(moment)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_KINDS: dict[str, Callable[[object], object]] = {
    "text": _text,
    "quotation": lambda value: _text(value, LONGEST_QUOTATION),
    "number": _number,
    "yes-or-no": _yes_or_no,
    "date": _day,
    "moment": _moment,
    "link": _matching(_LINK, 500),
    "mailbox": _matching(_MAILBOX),
    "telephone": _matching(_TELEPHONE),
    "code": _matching(_CODE),
    "uid": _matching(_UID),
    "method": _matching(_METHOD),
}
OWN = {"link", "mailbox", "telephone", "code", "uid"}  # the board's own, or ours: the scanner passes them over


def own_values(allowed: FactList, ready: Mapping[str, object]) -> set[str]:
    """The board's own addresses and links among the facts."""
    found = {
        str(ready[name]) for name, kind in allowed.single.items() if kind.removesuffix("?") in OWN and name in ready
    }
    for name, kinds in {**allowed.lists, **allowed.optional_lists}.items():
        entries = ready.get(name)
        fields = [field for field, kind in kinds.items() if kind.removesuffix("?") in OWN]
        if isinstance(entries, list) and fields:
            found |= {str(entry[each]) for entry in entries for each in fields}
    return found - {""}
