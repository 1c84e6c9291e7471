"""From facts to a text: the only place that knows the template engine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications import wording
from notifications.facts import FactList, checked, own_values, read_fact_list
from notifications.scanner import scan, scan_subject

TEMPLATES = Path(__file__).resolve().parent / "templates"
LAYOUT = "_layout"
LONGEST_SUBJECT = 200
BETWEEN_FACTS = "\n|\n"
PARTS = ("subject.txt", "body.txt", "body.html", "teams.md")
_MESSAGE = re.compile(r"[a-z][a-z_]*")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n|\n[ \t]+\n")
_MARKDOWN = re.compile(r"[<>\[\]*`#|~\\]")


class UnknownMessage(Exception):
    """There are no texts for a message of this name."""


class SubjectOfSeveralLines(Exception):
    """A subject is one line of at most 200 characters."""


@dataclass(frozen=True)
class Rendered:
    """One message in words."""

    subject: str
    text: str
    html: str
    _card: Callable[[], str] = field(repr=False, compare=False)

    @property
    def teams(self) -> str:
        """The text of the card for Teams; empty when this message has none."""
        return self._card()


@dataclass(frozen=True)
class _Texts:
    parts: Mapping[str, Template]  # by file name; what is not there is left out
    allowed: FactList
    version: str


def render(message: str, facts: Mapping[str, object], texts: Path | None = None) -> Rendered:
    """The message in words; `texts` is a board's own folder of texts, where it has one.

    Facts are values: nothing in them is ever carried out. Raises UnknownMessage, UnknownFact, MissingFact,
    UnfitFact, RefusedContent and SubjectOfSeveralLines.
    """
    known = _texts(message, texts)
    ready = checked(known.allowed, facts)
    _scan_facts(known, ready)
    subject = _subject(_part(known, "subject.txt", ready))
    return Rendered(
        subject,
        _part(known, "body.txt", ready),
        _part(known, "body.html", {**ready, "subject": subject}),
        lambda: _part(known, "teams.md", _without_markdown(ready)),
    )


def check_facts(message: str, facts: Mapping[str, object], texts: Path | None = None) -> None:
    """The texts of the message take all of these facts; more may come later.

    Raises UnknownMessage, UnknownFact, UnfitFact, and RefusedContent for a fact that no message may hold.
    """
    known = _texts(message, texts)
    _scan_facts(known, checked(known.allowed, facts, all_there=False))


def version(message: str, texts: Path | None = None) -> str:
    """A short sign that changes whenever a text of the message does. Raises UnknownMessage."""
    return _texts(message, texts).version


def messages() -> list[str]:
    """The names of all messages that there are texts for."""
    return sorted(path.parent.name for path in TEMPLATES.glob("*/facts.toml") if path.parent.name != LAYOUT)


def _scan_facts(known: _Texts, ready: Mapping[str, object]) -> None:
    """The facts alone: the rest of a text was scanned when it was loaded."""
    scan(BETWEEN_FACTS.join(_values(ready)), own_values(known.allowed, ready))


def _subject(text: str) -> str:
    if not text or not text.isprintable() or len(text) > LONGEST_SUBJECT:
        raise SubjectOfSeveralLines
    scan_subject(text)
    return text


def _part(known: _Texts, name: str, ready: Mapping[str, object]) -> str:
    template = known.parts.get(name)
    if template is None:
        return ""
    return _EMPTY_LINES.sub("\n\n", template.render(ready)).strip()


def _values(ready: object) -> list[str]:
    if isinstance(ready, Mapping):
        return [text for value in ready.values() for text in _values(value)]
    if isinstance(ready, list):
        return [text for value in ready for text in _values(value)]
    return [ready] if isinstance(ready, str) else []


def _without_markdown(ready: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(value) for name, value in ready.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _MARKDOWN.sub("", value)
    if isinstance(value, list):
        return [_without_markdown(entry) for entry in value]
    return value


@cache
def _texts(message: str, texts: Path | None) -> _Texts:
    folder = TEMPLATES / message
    if not _MESSAGE.fullmatch(message) or not (folder / "facts.toml").is_file():
        raise UnknownMessage(message if _MESSAGE.fullmatch(message) else "")
    environment = environment_for(texts)
    there = [name for name in PARTS if (folder / name).is_file()]
    for name in there:
        scan(_source(environment, f"{message}/{name}"))
    allowed = read_fact_list(folder / "facts.toml", common_facts())
    return _Texts(
        {name: environment.get_template(f"{message}/{name}") for name in there},
        allowed,
        _version(environment, [f"{message}/{name}" for name in there]),
    )


@cache
def common_facts() -> FactList:
    """What every message may hold."""
    return read_fact_list(TEMPLATES / LAYOUT / "facts.toml")


def _version(environment: Environment, names: list[str]) -> str:
    layout = [f"{LAYOUT}/{path.name}" for path in sorted((TEMPLATES / LAYOUT).iterdir()) if path.is_file()]
    digest = hashlib.sha256()
    for name in [*names, *layout]:
        digest.update(f"{name}\0{_source(environment, name)}\0".encode())
    return digest.hexdigest()[:12]


def _source(environment: Environment, name: str) -> str:
    return environment.loader.get_source(environment, name)[0] if environment.loader else ""


@cache
def environment_for(texts: Path | None) -> Environment:
    """The engine: a board's own texts stand before ours, and may do no more than show values."""
    folders = ([FileSystemLoader(texts)] if texts else []) + [FileSystemLoader(TEMPLATES)]
    kind = ImmutableSandboxedEnvironment if texts else Environment  # ours are part of the program
    environment = kind(
        loader=ChoiceLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = (
        wording.short, wording.hour, wording.count_of, wording.earliest, wording.owed, wording.dated, wording.late,
    )  # fmt: skip
    environment.filters.update({function.__name__: function for function in words})
    environment.globals["reply_link"] = wording.reply_link
    return environment
