"""The report of a rehearsal: the timeline, and every message as it would read, day by day; one page of HTML."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from models.records.database import Session
from models.records.moving import plan_of
from models.records.processes import anchors_of, process_by_ref
from models.rulebook import RuleBook, rule_book
from models.rules.spoken import lower_first, spoken, spoken_anchor
from models.rules.spoken_roles import spoken_role
from reports.timeline import timeline_of, timeline_picture, timeline_words

TEMPLATES = Path(__file__).resolve().parent / "templates"
MARKS = {
    "asked": "asked", "told": "told", "reminded": "reminded", "chased": "told that it is late",
    "escalated": "told of somebody else's lateness", "task": "task for the office", "recorded": "recorded",
}  # fmt: skip
COUNTED = ("reminded", "chased", "escalated")  # requests, thanks and news are not counted as chasing


class Wanted(Protocol):
    """What was rehearsed."""

    @property
    def board(self) -> str: ...
    @property
    def start_on(self) -> date: ...
    @property
    def process(self) -> str: ...
    @property
    def guidance(self) -> str: ...
    @property
    def late(self) -> Sequence[Any]: ...


class Event(Protocol):
    """One thing that happened."""

    @property
    def event(self) -> str: ...
    @property
    def agency(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def subject(self) -> str: ...


@dataclass(frozen=True)
class AtTheEnd:
    """What is kept of the invented record: the timeline as a picture and in words, and what was the matter with it."""

    picture: bytes
    words: str
    concerns: tuple[str, ...]
    edition: str
    began: str  # the event that began it


def at_the_end(session: Session, book: RuleBook, ref: str, day: date) -> AtTheEnd:
    """The timeline as it went, and what was the matter with it from the beginning."""
    process = process_by_ref(session, ref)
    timeline = timeline_of(session, book, process, day)
    concerns = tuple(one.sentence for one in plan_of(session, book, process).concerns)
    first = min(anchors_of(session, process.id or 0).items(), key=lambda event: event[1])[0]
    return AtTheEnd(
        timeline_picture(timeline), timeline_words(timeline), concerns,
        book.spoken_edition(process.guidance), spoken_anchor(first, book.who_decides(process.guidance)),
    )  # fmt: skip


def rehearsal_report(wanted: Wanted, days: Mapping[date, Sequence[Event]], end: AtTheEnd | None) -> str:
    """The page as HTML that needs nothing from anywhere else."""
    book = rule_book(wanted.board)
    names = {key: agency.name for key, agency in book.board.agencies.items()}
    late = [_late(one, wanted, book, names) for one in wanted.late]
    return _template().render(
        what=_what(wanted, book), board=book.board.row.name, start=spoken(wanted.start_on), late=late,
        picture=b64encode(end.picture).decode() if end else "", words=end.words if end else "",
        edition=end.edition if end else "",
        began=end.began if end else "what begins it", concerns=end.concerns if end else (), counts=_counts(days, names),
        days=[(spoken(day), _grouped(events, names)) for day, events in days.items()],
    )  # fmt: skip


def _what(wanted: Wanted, book: RuleBook) -> str:
    return lower_first(book.title_of(wanted.process, wanted.guidance or book.guidance))


def _late(one: Any, wanted: Wanted, book: RuleBook, names: Mapping[str, str]) -> str:
    title = book.period(wanted.process, wanted.guidance or book.guidance, one.kind).title
    who = names.get(one.agency, "the board itself")
    return f"{title}, {who}: {one.working_days} working day{'' if one.working_days == 1 else 's'} late"


def _grouped(events: Iterable[Event], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What reads alike for several agencies stands once, with all of them."""
    alike: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in events:
        row = alike.setdefault(
            (one.event, one.title, one.role),
            {"words": MARKS[one.event], "event": one.event, "title": one.title, "role": spoken_role(one.role),
             "agencies": [], "text": one.text, "subject": one.subject},
        )  # fmt: skip
        if one.agency in names and names[one.agency] not in row["agencies"]:
            row["agencies"].append(names[one.agency])
    return list(alike.values())


def _counts(days: Mapping[date, Sequence[Event]], names: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """How many messages that remind or chase each person has had; several on one day in one mail count once."""
    mails = {
        (one.role, one.agency, day, one.text)
        for day, events in days.items()
        for one in events
        if one.event in COUNTED and one.role
    }
    counted = Counter((role, agency) for role, agency, _, _ in mails)
    return [
        (spoken_role(role), names.get(agency, "the board"), count) for (role, agency), count in sorted(counted.items())
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("rehearsal.html")
