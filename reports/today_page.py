"""The page of today: what the office of a board must see at eight in the morning, the urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from models.records.boards import Board, agencies_of
from models.records.database import Session
from models.records.office_day import (
    failed,
    going_out_later,
    open_tasks,
    promises_due,
    stops_in_force,
    waiting_for_release,
)
from models.records.opening import desk_ref
from models.records.processes import process_by_ref
from models.records.shown import open_reviews
from models.records.today import today_of
from models.rulebook import RuleBook
from models.rules.page_addresses import NEW_RAPID_REVIEW, NEW_REVIEW, REFER
from models.rules.spoken import spoken
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed
from reports.rounds_seen import rounds_seen
from reports.sections import (
    MOST_ITEMS,
    Section,
    ahead_line,
    empty,
    first_line,
    form_line,
    late_line,
    post_line,
    promise_line,
    review_line,
    section,
    shown,
    stop_line,
    task_line,
)

WHAT_TO_DO = "Treat each as not informed: ring the person, then correct the address in the list of contacts."
DESK_DOES = "record arrivals, note a telephone call, release messages, tick off tasks, and more"
STARTED_MOST = ("Record arrivals", "Note a telephone call", "Release messages", "Note an absence", "Change a contact")


def today_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown; each list holds at most 40 and says how many more there are."""
    sections = _sections(session, book, board, day, links)
    parts = [
        f"# Today at {escaped(board.name)}\\: {spoken(day)}",
        first_line(sections),
        *(stop_line(one) for one in stops_in_force(session, board.id or 0)),
        _doors(session, book, board, links),
        *(shown(one) for one in sections if one.entries),
        empty([one.title for one in sections if not one.entries]),
        f"## The morning round\n\n{rounds_seen(session, book, board, day)}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sections(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> list[Section]:
    """The urgent first."""
    today = today_of(session, book, board.id or 0, day, MOST_ITEMS)
    return [
        section(
            "Waiting for you to fill in",
            today.waiting,
            partial(form_line, links),
            ("form to fill in", "forms to fill in"),
        ),
        *post_that_failed(session, board),
        section("Overdue", today.overdue, partial(late_line, book, day, links), ("thing overdue", "things overdue")),
        *post_to_come(session, book, board),
        *own_work(session, board, day),
        section("Due in the next ten working days", today.due, partial(ahead_line, links)),
        section("Under way", open_reviews(session, board.id or 0, MOST_ITEMS), partial(review_line, book, day, links)),
    ]


def post_that_failed(session: Session, board: Board) -> list[Section]:
    """What mail servers refused, and what to do about it."""
    counted = ("message that could not be sent", "messages that could not be sent")
    return [section("Could not be sent", failed(session, board.id or 0, MOST_ITEMS), post_line, counted, WHAT_TO_DO)]


def post_to_come(session: Session, book: RuleBook, board: Board) -> list[Section]:
    """What goes by itself later today, and what goes only when a person lets it."""
    at = book.board.row.switches.lateness_notes_at
    going, held = (
        going_out_later(session, board.id or 0, MOST_ITEMS),
        waiting_for_release(session, board.id or 0, MOST_ITEMS),
    )
    return [
        section(
            f"Goes out at {at}", going, post_line, (f"message going out at {at}", f"messages going out at {at}"),
            "Each goes by itself then, unless you record before that it has arrived.",
        ),
        section(
            "Waits for your release", held, post_line, ("message to release", "messages to release"),
            "None of these goes by itself: open the desk and choose “Release messages”.",
        ),
    ]  # fmt: skip


def own_work(session: Session, board: Board, day: date) -> list[Section]:
    """Promises whose day has come, and the tasks of the office."""
    promises, tasks = (
        promises_due(session, board.id or 0, day, MOST_ITEMS),
        open_tasks(session, board.id or 0, MOST_ITEMS),
    )
    return [
        section(
            "Promised by today and not there", promises, promise_line, ("promise to ask about", "promises to ask about")
        ),
        section("Your own tasks", tasks, task_line, ("task of your own", "tasks of your own")),
    ]


def _doors(session: Session, book: RuleBook, board: Board, links: Links) -> str:
    desk = process_by_ref(session, desk_ref(board.key))
    of = {REFER: "scr-consideration", NEW_RAPID_REVIEW: "rapid-review", NEW_REVIEW: "plr"}
    begun = [each for each, kind in of.items() if not book.not_begun(kind, book.guidance)]
    doors: list[Sequence[str]] = [(link(each, links.start(each)), "press “Submit” there") for each in begun]
    if desk.run_id:
        doors.insert(0, (link("Open the desk", links.run(desk.run_id)), DESK_DOES))
    agencies = agencies_of(session, board.id or 0)
    doors += [
        [link(each, links.start(each)) for each in STARTED_MOST],
        (link("Everything that can be started", links.deployments), "under “Deployments”"),
        (
            link("Decisions waiting", links.decisions(board.key)),
            link("Twelve weeks", links.calendar(board.key)),
            link("Considered cases", links.considered(board.key)),
            link("Actions", links.actions(board.key)),
        ),
        (link("For a stand-in", links.handover(board.key)), "what runs, what is late, how the day works"),
        [link(one.name, links.agency(board.key, one.key)) for one in sorted(agencies, key=lambda one: one.key)],
    ]
    return f"{listed(doors)}\n\nWhere a link leads to a form, press “Resume” there to open it."
