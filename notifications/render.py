"""From facts to a text: the only place that knows the template engine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
    teams: str  # empty: no card for this message


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
    subject = _subject(_part(known, "subject.txt", ready))
    text = _part(known, "body.txt", ready)
    card = _part(known, "teams.md", _without_markdown(ready))
    own = own_values(known.allowed, ready)
    for words in (subject, text, card):
        scan(words, own)
    return Rendered(subject, text, _part(known, "body.html", {**ready, "subject": subject}), card)


def check_facts(message: str, facts: Mapping[str, object], texts: Path | None = None) -> None:
    """The texts of the message take all of these facts; more may come later.

    Raises UnknownMessage, UnknownFact, UnfitFact, and RefusedContent for a fact that no message may hold.
    """
    known = _texts(message, texts)
    ready = checked(known.allowed, facts, all_there=False)
    own = own_values(known.allowed, ready)
    for value in _values(ready):
        scan(value, own)


def version(message: str, texts: Path | None = None) -> str:
    """A short sign that changes whenever a text of the message does. Raises UnknownMessage."""
    return _texts(message, texts).version


def messages() -> list[str]:
    """The names of all messages that there are texts for."""
    return sorted(path.parent.name for path in TEMPLATES.glob("*/facts.toml") if path.parent.name != LAYOUT)


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
    return {
        name: _MARKDOWN.sub("", value) if isinstance(value, str) else value for name, value in ready.items()
    }


@cache
def _texts(message: str, texts: Path | None) -> _Texts:
    folder = TEMPLATES / message
    if not _MESSAGE.fullmatch(message) or not (folder / "facts.toml").is_file():
        raise UnknownMessage(message if _MESSAGE.fullmatch(message) else "")
    environment = environment_for(texts)
    there = [name for name in PARTS if (folder / name).is_file()]
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
        source = environment.loader.get_source(environment, name)[0] if environment.loader else ""
        digest.update(f"{name}\0{source}\0".encode())
    return digest.hexdigest()[:12]


@cache
def environment_for(texts: Path | None) -> Environment:
    """The engine: a board's own texts stand before ours, and none may do more than show values."""
    folders = ([FileSystemLoader(texts)] if texts else []) + [FileSystemLoader(TEMPLATES)]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(folders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    words = (wording.short, wording.count_of, wording.earliest, wording.owed, wording.late)
    environment.filters.update({function.__name__: function for function in words})
    environment.globals["reply_link"] = wording.reply_link
    return environment


def _shown(value: object) -> object:
    return wording.spoken(value) if isinstance(value, date) else value
