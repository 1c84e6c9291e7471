"""Sections of pages: a list with its heading, and one line for each kind of thing that such lists hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.clock import local
from models.records.ahead import MoreTime
from models.records.boards import Board
from models.records.database import Session
from models.records.office_day import Post, Promise, Stop, Todo
from models.records.shown import OpenProcess, editions_in_use
from models.records.today import Owed, Some, Waiting
from models.rulebook import RuleBook
from models.rules.rag import WORDS, Rag
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import plain_stage
from models.rules.working_days import working_days_between
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, upper_first
from reports.words import EXTENSIONS, MARKS, NOTHING_YET, message_words

MOST_ITEMS = 40  # of each section; the rest is counted


@dataclass(frozen=True)
class Section:
    """One list of a page, and how it is counted in its first line."""

    title: str
    entries: Sequence[Sequence[str]]
    total: int
    counted: tuple[str, str] | None = None  # ("form to fill in", "forms to fill in")
    note: str = ""


def section(
    title: str, some: Some, entry: Callable[[Any], Sequence[str]],
    counted: tuple[str, str] | None = None, note: str = "",
) -> Section:  # fmt: skip
    """A list as a section."""
    return Section(title, [entry(one) for one in some.items], some.total, counted, note)


def first_line(sections: Sequence[Section]) -> str:
    """What the sections hold, counted in one line."""
    counts = [
        f"**{one.total}** {one.counted[one.total > 1]}" for one in sections if one.total and one.counted is not None
    ]
    return " · ".join(counts) if counts else "Nothing waits for you and nothing is overdue."


def stop_line(one: Stop) -> str:
    """That sending is stopped, so that nobody reads over it."""
    about = [escaped(words) for words in (one.spoken_ref, one.agency_name) if words]
    whom = f" ({', '.join(about)})" if about else ""
    return (
        f"**🔴 Sending is stopped for {one.scope}{whom} since {spoken(local(one.stopped_at).date())}.** "
        "Restart it at the desk as soon as it may go on."
    )


def shown(one: Section) -> str:
    """A section as Markdown."""
    more = f"and {one.total - len(one.entries)} more" if one.total > len(one.entries) else ""
    parts = (f"## {one.title} ({one.total})", one.note, listed(one.entries), more)
    return "\n\n".join(part for part in parts if part)


def empty(titles: Sequence[str]) -> str:
    """The sections that are empty, in one sentence."""
    return f"Nothing today under: {', '.join(title.lower() for title in titles)}." if titles else ""


def form_line(links: Links, one: Waiting) -> Sequence[str]:
    """A form that waits, with the way to it."""
    about = f"{one.spoken_ref}: {one.title}" if one.title else one.spoken_ref
    due = f"{colour_words(one.rag)}, due {spoken(one.due_on)}" if one.due_on and one.rag else ""
    return (link(about, links.run(one.run_id)), due, f"asked on {spoken(local(one.asked_at).date())}")


def late_line(book: RuleBook, day: date, links: Links, one: Owed) -> Sequence[str]:
    """Something overdue, and what was said of it last."""
    days = working_days_between(one.shown_due_on, day, book.calendar)
    late = f"{colour_words(Rag.RED)}, {days} working day{'' if days == 1 else 's'}"
    promised = f"promised for {spoken(one.promised_on)}" if one.promised_on else ""
    said = f"last step\\: {escaped(one.last_rung_words) or NOTHING_YET}"
    return (
        f"**{late}**",
        owed_words(one),
        f"was due {spoken(one.shown_due_on)}",
        promised,
        said,
        review_link(links, one),
    )


def editions_line(session: Session, book: RuleBook, board: Board) -> str:
    """Which editions of the guidance dates, gates and words come from; those that were not verified say so."""
    running = [each for each in editions_in_use(session, board.id or 0) if each != book.guidance]
    also = and_joined([book.spoken_edition(each) for each in running])
    more = f" Others that are open run on under {also}." if also else ""
    return escaped(f"New processes start under {book.spoken_edition(book.guidance)}.{more}")


def ahead_line(links: Links, one: Owed) -> Sequence[str]:
    """Something that is due later."""
    return (f"**{spoken(one.shown_due_on)}**", colour_words(one.rag), owed_words(one), review_link(links, one))


def review_line(book: RuleBook, day: date, links: Links, one: OpenProcess) -> Sequence[str]:
    """An open review: where it stands, and its next date, or since when that is overdue."""
    stands = plain_stage(one.stage, book.who_decides(one.guidance))
    due = ""
    if one.next_due_on is not None:
        due = f"{'overdue since' if one.next_due_on < day else 'next date'} {spoken(one.next_due_on)}"
    return (review_link(links, one), upper_first(stands), due)


def post_line(one: Post) -> Sequence[str]:
    """A message by what it is, to which role, and about what."""
    to = ", ".join(words for words in (spoken_role(one.role), one.agency_name) if words)
    about = escaped(one.title) if one.things < 2 else f"{one.things} things, the first\\: {escaped(one.title)}"
    due = f"due {spoken(one.due_on)}" if one.due_on else ""
    return (f"**{message_words(one.kind)}**", f"to the {escaped(to)}", escaped(one.spoken_ref), about, due)


def promise_line(one: Promise) -> Sequence[str]:
    """Something promised by telephone."""
    who = f"{escaped(one.agency_name)}\\: " if one.agency_name else ""
    promised = f"promised for {spoken(one.promised_on)}"
    return (f"{who}{escaped(one.title)}", promised, f"due {spoken(one.due_on)}", escaped(one.spoken_ref))


def task_line(one: Todo) -> Sequence[str]:
    """Something that the office has to see to."""
    return (escaped(one.title), f"since {spoken(local(one.opened_at).date())}")


def more_time_line(one: MoreTime) -> Sequence[str]:
    """More time for one thing: asked for, granted or refused, with both dates; never why."""
    who = f"{escaped(one.agency_name)}\\: " if one.agency_name else ""
    to = one.new_due_on or one.wanted_on
    by = f" by the {escaped(spoken_role(one.capacity))}" if one.capacity else ""
    return (
        f"**{who}{escaped(one.title)}**",
        f"{EXTENSIONS[one.state]}{by}",
        f"from {spoken(one.from_due_on)}" + (f" to {spoken(to)}" if to else ""),
        f"asked on {spoken(one.asked_on)}",
    )


def owed_words(one: Owed) -> str:
    """By whom, and what."""
    return f"{escaped(one.agency_name) or upper_first(escaped(spoken_role(one.owner_role)))}\\: {escaped(one.title)}"


def review_link(links: Links, one: Owed | OpenProcess) -> str:
    """The way to the page of a review."""
    return link(one.spoken_ref, links.process(one.ref))


def colour_words(colour: Rag | None) -> str:
    """A colour with its words; "" for none."""
    return f"{MARKS[colour]} {WORDS[colour]}" if colour else ""
