"""The page of today: what the office of a board must see at eight in the morning, the urgent first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from config.clock import local
from models.records.boards import Board
from models.records.database import Session
from models.records.office_day import (
    Post,
    Promise,
    Stop,
    Todo,
    failed,
    going_out_later,
    open_tasks,
    promises_due,
    stops_in_force,
    waiting_for_release,
)
from models.records.opening import desk_ref
from models.records.processes import process_by_ref
from models.records.shown import OpenProcess, open_reviews
from models.records.today import Owed, Some, Waiting, today_of
from models.rulebook import RuleBook
from models.rules.rag import WORDS, Rag
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import PLAIN
from models.rules.working_days import working_days_between
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, upper_first
from reports.rounds_seen import rounds_seen
from reports.words import MARKS, NOTHING_YET, message_words

MOST_ITEMS = 40  # of each section; the rest is counted
WHAT_TO_DO = "Treat each as not informed: ring the person, then correct the address in the list of contacts."
DESK_DOES = "record arrivals, note a call, release messages, stop or restart sending"


@dataclass(frozen=True)
class _Section:
    """One list of the page, and how it is counted in the first line."""

    title: str
    entries: Sequence[Sequence[str]]
    total: int
    counted: tuple[str, str] | None = None  # ("form to fill in", "forms to fill in")
    note: str = ""


def today_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown; each list holds at most 40 and says how many more there are."""
    sections = _sections(session, book, board, day, links)
    parts = [
        f"# Today at {escaped(board.name)}\\: {spoken(day)}",
        _first_line(sections),
        *(_stop(one) for one in stops_in_force(session, board.id or 0)),
        _doors(session, board, links),
        *(_shown(one) for one in sections if one.entries),
        _empty([one.title for one in sections if not one.entries]),
        f"## The morning round\n\n{rounds_seen(session, book, board, day)}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> list[_Section]:
    """The urgent first."""
    today = today_of(session, book, board.id or 0, day, MOST_ITEMS)
    return [
        _list(
            "Waiting for you to fill in", today.waiting, partial(_form, links), ("form to fill in", "forms to fill in")
        ),
        *_post_that_failed(session, board),
        _list("Overdue", today.overdue, partial(_late, book, day, links), ("thing overdue", "things overdue")),
        *_post_to_come(session, book, board),
        *_own_work(session, board, day),
        _list("Due in the next ten working days", today.due, partial(_ahead, links)),
        _list("Open reviews", open_reviews(session, board.id or 0, MOST_ITEMS), partial(_open_review, links)),
    ]


def _post_that_failed(session: Session, board: Board) -> list[_Section]:
    counted = ("message that could not be sent", "messages that could not be sent")
    return [_list("Could not be sent", failed(session, board.id or 0, MOST_ITEMS), _post, counted, WHAT_TO_DO)]


def _post_to_come(session: Session, book: RuleBook, board: Board) -> list[_Section]:
    at = book.board.row.switches.lateness_notes_at
    going, held = (
        going_out_later(session, board.id or 0, MOST_ITEMS),
        waiting_for_release(session, board.id or 0, MOST_ITEMS),
    )
    return [
        _list(
            f"Goes out at {at}", going, _post, (f"message going out at {at}", f"messages going out at {at}"),
            "Each goes by itself then, unless you record before that it has arrived.",
        ),
        _list(
            "Waits for your release", held, _post, ("message to release", "messages to release"),
            "None of these goes by itself: open the desk and choose “Release messages”.",
        ),
    ]  # fmt: skip


def _own_work(session: Session, board: Board, day: date) -> list[_Section]:
    promises, tasks = (
        promises_due(session, board.id or 0, day, MOST_ITEMS),
        open_tasks(session, board.id or 0, MOST_ITEMS),
    )
    return [
        _list("Promised by today and not there", promises, _promise, ("promise to ask about", "promises to ask about")),
        _list("Your own tasks", tasks, _task, ("task of your own", "tasks of your own")),
    ]


def _list(
    title: str, some: Some, entry: Callable[[Any], Sequence[str]],
    counted: tuple[str, str] | None = None, note: str = "",
) -> _Section:  # fmt: skip
    return _Section(title, [entry(one) for one in some.items], some.total, counted, note)


def _first_line(sections: Sequence[_Section]) -> str:
    counts = [
        f"**{one.total}** {one.counted[one.total > 1]}" for one in sections if one.total and one.counted is not None
    ]
    return " · ".join(counts) if counts else "Nothing waits for you and nothing is overdue."


def _doors(session: Session, board: Board, links: Links) -> str:
    desk = process_by_ref(session, desk_ref(board.key))
    doors = [(link("Start a review", links.deployments), "under “Deployments”")]
    if desk.run_id:
        doors.insert(0, (link("Open the desk", links.run(desk.run_id)), DESK_DOES))
    return f"{listed(doors)}\n\nWhere a link leads to a form, press “Resume” there to open it."


def _stop(one: Stop) -> str:
    about = [escaped(words) for words in (one.spoken_ref, one.agency_name) if words]
    whom = f" ({', '.join(about)})" if about else ""
    return (
        f"**🔴 Sending is stopped for {one.scope}{whom} since {spoken(local(one.stopped_at).date())}.** "
        "Restart it at the desk as soon as it may go on."
    )


def _shown(one: _Section) -> str:
    more = f"and {one.total - len(one.entries)} more" if one.total > len(one.entries) else ""
    parts = (f"## {one.title} ({one.total})", one.note, listed(one.entries), more)
    return "\n\n".join(part for part in parts if part)


def _empty(titles: Sequence[str]) -> str:
    return f"Nothing today under: {', '.join(title.lower() for title in titles)}." if titles else ""


def _form(links: Links, one: Waiting) -> Sequence[str]:
    about = f"{one.spoken_ref}: {one.title}" if one.title else one.spoken_ref
    due = f"{_colour(one.rag)}, due {spoken(one.due_on)}" if one.due_on and one.rag else ""
    return (link(about, links.run(one.run_id)), due, f"asked on {spoken(local(one.asked_at).date())}")


def _late(book: RuleBook, day: date, links: Links, one: Owed) -> Sequence[str]:
    days = working_days_between(one.shown_due_on, day, book.calendar)
    late = f"{_colour(Rag.RED)}, {days} working day{'' if days == 1 else 's'}"
    promised = f"promised for {spoken(one.promised_on)}" if one.promised_on else ""
    said = f"last step\\: {escaped(one.last_rung_words) or NOTHING_YET}"
    return (f"**{late}**", _owed(one), f"was due {spoken(one.shown_due_on)}", promised, said, _review(links, one))


def _ahead(links: Links, one: Owed) -> Sequence[str]:
    return (f"**{spoken(one.shown_due_on)}**", _colour(one.rag), _owed(one), _review(links, one))


def _open_review(links: Links, one: OpenProcess) -> Sequence[str]:
    due = f"next date {spoken(one.next_due_on)}" if one.next_due_on else ""
    return (_review(links, one), upper_first(PLAIN[one.stage]), due)


def _post(one: Post) -> Sequence[str]:
    to = ", ".join(words for words in (spoken_role(one.role), one.agency_name) if words)
    about = escaped(one.title) if one.things < 2 else f"{one.things} things, the first\\: {escaped(one.title)}"
    due = f"due {spoken(one.due_on)}" if one.due_on else ""
    return (f"**{message_words(one.kind)}**", f"to the {escaped(to)}", escaped(one.spoken_ref), about, due)


def _promise(one: Promise) -> Sequence[str]:
    who = f"{escaped(one.agency_name)}\\: " if one.agency_name else ""
    promised = f"promised for {spoken(one.promised_on)}"
    return (f"{who}{escaped(one.title)}", promised, f"due {spoken(one.due_on)}", escaped(one.spoken_ref))


def _task(one: Todo) -> Sequence[str]:
    return (escaped(one.title), f"since {spoken(local(one.opened_at).date())}")


def _owed(one: Owed) -> str:
    return f"{escaped(one.agency_name) or upper_first(escaped(spoken_role(one.owner_role)))}\\: {escaped(one.title)}"


def _review(links: Links, one: Owed | OpenProcess) -> str:
    return link(one.spoken_ref, links.process(one.ref))


def _colour(colour: Rag | None) -> str:
    return f"{MARKS[colour]} {WORDS[colour]}" if colour else ""
