"""The page that somebody who stands in for a whole board reads first."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from models.records.ahead import pauses_in_force
from models.records.asks import unanswered
from models.records.boards import Board
from models.records.database import Session
from models.records.office_day import stops_in_force
from models.records.processes import process_by_ref
from models.records.shown import OpenProcess, open_reviews
from models.records.today import today_of
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from reports.calendar_page import calendar_entries
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed
from reports.rounds_seen import ASK, rounds_seen
from reports.sections import (
    MOST_ITEMS,
    editions_line,
    empty,
    first_line,
    late_line,
    review_line,
    section,
    shown,
    stop_line,
)
from reports.today_page import own_work, post_that_failed, post_to_come

WEEKS_AHEAD = 4
MOST_DATES_SHOWN = 120


def handover_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown: what runs, what waits, what is late and how the day works; roles and no names."""
    number = board.id or 0
    reviews = open_reviews(session, number, MOST_ITEMS)
    paused = {each.ref: spoken(each.from_on) for each in pauses_in_force(session, number)}
    late = today_of(session, book, number, day, MOST_ITEMS).overdue
    sections = [
        section(
            "What runs, and what each waits for", reviews,
            lambda one: _review(session, book, day, links, paused.get(one.ref, ""), one),
            ("process open", "processes open"),
        ),
        section("Late", late, partial(late_line, book, day, links), ("thing overdue", "things overdue")),
        *post_that_failed(session, board),
        *post_to_come(session, book, board),
        *own_work(session, board, day),
    ]  # fmt: skip
    parts = [
        f"# Standing in for {escaped(board.name)}\\: {spoken(day)}",
        first_line(sections),
        editions_line(session, book, board),
        *_stopped(session, number),
        _doors(board, links),
        *(shown(one) for one in sections if one.entries),
        empty([one.title for one in sections if not one.entries]),
        _dates(session, book, board, day, links),
        _how_the_day_works(book),
        f"## If the morning mail is missing\n\n{IF_MISSING}",
        f"## The morning round\n\n{rounds_seen(session, book, board, day)}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _review(
    session: Session, book: RuleBook, day: date, links: Links, paused_since: str, one: OpenProcess
) -> list[str]:
    process = process_by_ref(session, one.ref)
    asked = unanswered(session, process.id or 0)
    return [
        *review_line(book, day, links, one),
        f"waits for\\: {link(asked[-1].title, links.run(asked[-1].run_id))}" if asked else "",
        f"🟠 paused since {paused_since}" if paused_since else "",
    ]


def _stopped(session: Session, board_id: int) -> list[str]:
    return [stop_line(one) for one in stops_in_force(session, board_id)] or ["Sending is stopped nowhere."]


def _doors(board: Board, links: Links) -> str:
    return listed(
        [
            (link("Today", links.today(board.key)), "what to do, the urgent first"),
            (link("Decisions waiting", links.decisions(board.key)), link("Twelve weeks", links.calendar(board.key))),
        ]
    )


def _dates(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    last = day + timedelta(weeks=WEEKS_AHEAD)
    entries = [entry for _, entry in calendar_entries(session, book, board, day, last, links)]
    more = f"\n\nand {len(entries) - MOST_DATES_SHOWN} more in the calendar" if len(entries) > MOST_DATES_SHOWN else ""
    return f"## Dates of the next four weeks\n\n{listed(entries[:MOST_DATES_SHOWN]) or 'None.'}{more}"


def _how_the_day_works(book: RuleBook) -> str:
    at = book.board.row.switches.lateness_notes_at
    return "## How the day works\n\n" + listed(
        [
            ("**07:00**", "the morning round writes reminders and notes, and the morning mail to manager and deputy"),
            ("**Until then you**", "open the post, and record what has come at the desk or in the waiting forms"),
            (f"**{at}**", "notes about lateness go out for whatever was not recorded by then"),
            ("**All day**", "mail goes every quarter of an hour from six to eight in the evening"),
            ("**Never by itself**", "what goes to a Board member or above, or in somebody's name, waits for you"),
            ("**Only people decide**", "record what was decided, and in which capacity; nothing is decided here"),
            ("**A child in danger**", "is never a matter for this system; use the usual ways of referral at once"),
        ]
    )  # fmt: skip


IF_MISSING = (
    f"The morning mail comes every working morning, also when there is nothing in it. {ASK} Until it is back, ring the "
    "people who are named as late on this page and on the page of today, and record what they say afterwards. "
    "Nothing that was recorded is lost; what was missed is made up for by the next round, and said once."
)
