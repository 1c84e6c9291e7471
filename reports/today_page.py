"""The page of today: what the office of a board must see at eight in the morning, the urgent first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
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
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import PLAIN
from models.rules.working_days import working_days_between
from reports.links import Links
from reports.markdown import escaped, link, table, upper_first
from reports.rounds_seen import rounds_seen
from reports.words import MARKS, NOTHING_YET, message_words

MOST_ITEMS = 40  # of each section; the rest is counted
WHAT_TO_DO = "Treat each as not informed: ring the person, then correct the address in the list of contacts."


@dataclass(frozen=True)
class _Section:
    """One list of the page, and how it is counted in the first line."""

    title: str
    note: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int
    counted: str = ""  # "1 overdue"; "" where the first line leaves it out


def today_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown; each list holds at most 40 and says how many more there are."""
    sections = _sections(session, book, board, day, links)
    stops = stops_in_force(session, board.id or 0)
    parts = [
        f"# Today at {escaped(board.name)}\\: {spoken(day)}",
        _first_line(sections),
        *(_stop(one) for one in stops),
        _doors(session, board, links),
        *(_shown(one) for one in sections if one.rows),
        _empty([one.title for one in sections if not one.rows]),
        f"## The morning round\n\n{rounds_seen(session, book, board, day)}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> list[_Section]:
    board_id = board.id or 0
    today = today_of(session, book, board_id, day, MOST_ITEMS)
    at = book.board.row.switches.lateness_notes_at
    return [
        _decisions(today.waiting, links),
        _post(failed(session, board_id, MOST_ITEMS), "Could not be sent", WHAT_TO_DO, "could not be sent"),
        _overdue(today.overdue, book, day, links),
        _post(
            going_out_later(session, board_id, MOST_ITEMS), f"Goes out at {at}",
            "Each goes by itself then, unless you record before that it has arrived.", f"going out at {at}",
        ),
        _post(
            waiting_for_release(session, board_id, MOST_ITEMS), "Waits for your release",
            "None of these goes by itself: open the desk and choose “Release messages”.", "to release",
        ),
        _list(promises_due(session, board_id, day, MOST_ITEMS), "Promised by today", ("What", "Promised for", "Due"),
              _promise, counted="promised by today"),
        _list(open_tasks(session, board_id, MOST_ITEMS), "Your tasks", ("What to do", "Since"), _task, counted="tasks"),
        _ahead(today.due, links),
        _reviews(open_reviews(session, board_id, MOST_ITEMS), links),
    ]  # fmt: skip


def _first_line(sections: Sequence[_Section]) -> str:
    counts = [f"**{one.total}** {one.counted}" for one in sections if one.total and one.counted]
    return " · ".join(counts) if counts else "Nothing waits for you and nothing is overdue."


def _doors(session: Session, board: Board, links: Links) -> str:
    desk = process_by_ref(session, desk_ref(board.key))
    doors = [link("Start a review", links.deployments)]
    if desk.run_id:
        words = "Open the desk: record arrivals, note a call, release messages, stop sending"
        doors.insert(0, link(words, links.run(desk.run_id)))
    return " · ".join(doors) + "\n\nA form opens with the button “Resume” on the page behind its link."


def _stop(one: Stop) -> str:
    about = [escaped(words) for words in (one.spoken_ref, one.agency_name) if words]
    whom = f" ({', '.join(about)})" if about else ""
    return (
        f"**🔴 Sending is stopped for {one.scope}{whom} since {spoken(local(one.stopped_at).date())}.** "
        "Restart it at the desk as soon as it may go on."
    )


def _shown(one: _Section) -> str:
    title = f"## {one.title} ({one.total})"
    more = f"and {one.total - len(one.rows)} more" if one.total > len(one.rows) else ""
    return "\n\n".join(part for part in (title, one.note, table(one.headings, one.rows), more) if part)


def _empty(titles: Sequence[str]) -> str:
    return f"Nothing today under: {and_joined([title.lower() for title in titles])}." if titles else ""


def _list(
    some: Some, title: str, headings: Sequence[str], row: Callable[[Any], Sequence[str]],
    note: str = "", counted: str = "",
) -> _Section:  # fmt: skip
    return _Section(title, note, headings, [row(one) for one in some.items], some.total, counted)


def _decisions(some: Some, links: Links) -> _Section:
    def row(one: Waiting) -> Sequence[str]:
        form = link(escaped(one.title or "Open the form"), links.run(one.run_id))
        due = f"{_colour(one.rag)}, {spoken(one.due_on)}" if one.due_on and one.rag else ""
        return (_review(one.ref, one.spoken_ref, links), form, spoken(local(one.asked_at).date()), due)

    headings = ("Review", "Form", "Waiting since", "How it stands, due")
    return _list(some, "Waiting for a decision or an arrival", headings, row, counted="waiting")


def _overdue(some: Some, book: RuleBook, day: date, links: Links) -> _Section:
    def row(one: Owed) -> Sequence[str]:
        days = working_days_between(one.shown_due_on, day, book.calendar)
        late = f"{MARKS[Rag.RED]} {WORDS[Rag.RED]}, {days} working day{'' if days == 1 else 's'}"
        promised = f"; promised for {spoken(one.promised_on)}" if one.promised_on else ""
        said = (escaped(one.last_rung_words) or NOTHING_YET) + promised
        return (
            f"{late} (was due {spoken(one.shown_due_on)})",
            _owed(one),
            _review(one.ref, one.spoken_ref, links),
            said,
        )

    return _list(some, "Overdue", ("How late", "By whom, and what", "Review", "Said last"), row, counted="overdue")


def _ahead(some: Some, links: Links) -> _Section:
    def row(one: Owed) -> Sequence[str]:
        return (spoken(one.shown_due_on), _owed(one), _review(one.ref, one.spoken_ref, links), _colour(one.rag))

    headings = ("Due", "By whom, and what", "Review", "How it stands")
    return _list(some, "Due in the next ten working days", headings, row)


def _reviews(some: Some, links: Links) -> _Section:
    def row(one: OpenProcess) -> Sequence[str]:
        due = spoken(one.next_due_on) if one.next_due_on else ""
        return (_review(one.ref, one.spoken_ref, links), upper_first(PLAIN[one.stage]), due)

    return _list(some, "Open reviews", ("Review", "Where it stands", "Next date"), row)


def _post(some: Some, title: str, note: str, counted: str) -> _Section:
    def row(one: Post) -> Sequence[str]:
        about = escaped(one.title)
        if one.things > 1:
            about = f"{one.things} things, the first\\: {about}"
        due = f" (due {spoken(one.due_on)})" if one.due_on else ""
        return (message_words(one.kind), _whom(one.role, one.agency_name), escaped(one.spoken_ref), about + due)

    return _list(some, title, ("Message", "To", "Review", "About"), row, note, counted)


def _promise(one: Promise) -> Sequence[str]:
    who = f"{escaped(one.agency_name)}\\: " if one.agency_name else ""
    what = f"{who}{escaped(one.title)}, {escaped(one.spoken_ref)}"
    return (what, spoken(one.promised_on), spoken(one.due_on))


def _task(one: Todo) -> Sequence[str]:
    return (escaped(one.title), spoken(local(one.opened_at).date()))


def _owed(one: Owed) -> str:
    return f"{escaped(one.agency_name) or upper_first(escaped(spoken_role(one.owner_role)))}\\: {escaped(one.title)}"


def _whom(role: str, agency: str) -> str:
    return upper_first(escaped(", ".join(words for words in (spoken_role(role), agency) if words)))


def _review(ref: str, spoken_ref: str, links: Links) -> str:
    return link(escaped(spoken_ref), links.process(ref))


def _colour(colour: Rag | None) -> str:
    return f"{MARKS[colour]} {WORDS[colour]}" if colour else ""
