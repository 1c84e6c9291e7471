"""What the morning round does for meetings of committees: asks the office in time, and issues the papers on actions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.action_papers import ACTION_PAPERS, write_action_paper
from flows.papers import MEETING_SHEET, write_paper, write_sheet
from flows.questions.action_sheets import committee_sheet
from models.records.boards import Board, board_by_key
from models.records.configured import configured_boards
from models.records.database import Session, reading, transaction
from models.records.opening import desk_ref
from models.records.papers import last_issued
from models.records.processes import Process, process_by_ref
from models.records.tasks import About, open_task
from models.rulebook import RuleBook, rule_book
from models.rules.committee_cycle import Figures, Step, due, steps_for
from models.rules.spoken import spoken
from models.rules.working_days import add_working_days, is_working_day
from reports import action_exceptions, action_learning, action_news
from reports.action_view import view_of

log = logging.getLogger("sightline.round")

MONITORING, BOARD = "monitoring", "board"
A_QUARTER = 65  # working days
PAPERS: Mapping[str, tuple[str, ...]] = {  # what is issued for a meeting of that committee
    MONITORING: ("exceptions", "tracker"), BOARD: ("learning", "challenge", "register"),
}  # fmt: skip
SAY: Mapping[Step, str] = {
    Step.CALL: "Call for items: {name} meets on {day}",
    Step.PAPERS_IN: "Papers for {name} on {day} are to be in now",
    Step.PAPERS_OUT: "Papers for {name} on {day} lie in the folder papers: send them out",
    Step.CHANGES: "{Name} meets today: what has changed since the papers lies in the folder papers",
    Step.ACTIONS_OUT: "Record what {name} decided on {day}, or drop its sheet into the in-tray",
    Step.MINUTES: "Minutes of {name} of {day} are due",
}
ISSUED_FIRST = {MONITORING: action_exceptions.KIND, BOARD: action_learning.KIND}  # what the news of the day speak of


@dataclass(frozen=True)
class _Due:
    """One step of one meeting, for which the office has no task yet."""

    board: str
    committee: str
    meets_on: date
    step: Step

    @property
    def key(self) -> str:
        """What makes its task one and the same."""
        return f"committee:{self.board}:{self.committee}:{self.meets_on.isoformat()}:{self.step.value}"


def look_after_committees(day: date) -> str:
    """For each meeting that a board has set the office has its task in time, once, and the papers are issued.

    Each step is a transaction of its own. Raises the first failure when all were tried.
    """
    done, failures = 0, list[Exception]()
    for each in _due_on(day):
        try:
            done += _taken(each, day)
        except Exception as fault:
            log.exception("a step towards a meeting of a committee failed")
            failures.append(fault)
    if failures:
        raise failures[0]
    return f"Steps towards meetings of committees: {done}." if done else ""


def figures_of(book: RuleBook) -> Figures:
    """The board's figures for the cycle."""
    known = [
        book.allowance(book.guidance, name)
        for name in (
            "agenda_called_before", "papers_before_meeting", "papers_out_before", "actions_told_after", "minutes_after",
        )
    ]  # fmt: skip
    return Figures(*known)


def _due_on(day: date) -> list[_Due]:
    with reading() as session:
        return [
            _Due(board.key, each.committee, each.on, step)
            for board, book in configured_boards(session)
            if is_working_day(day, book.calendar)
            for each in book.board.row.board_dates
            if each.committee in PAPERS
            for step in due(steps_for(each.on, each.papers_on, figures_of(book), book.calendar), day, book.calendar)
        ]


def _taken(one: _Due, day: date) -> bool:
    """True when the office has its task now, and what it speaks of lies in the folder."""
    book = rule_book(one.board)
    with transaction() as session:
        desk = process_by_ref(session, desk_ref(one.board), for_update=True)
        board = board_by_key(session, one.board)
        since = last_issued(session, board.id or 0, ISSUED_FIRST[one.committee])
        if one.step is Step.CHANGES and since is None:
            return False  # there is no paper that anything could have changed since
        name = book.committee_name(one.committee)
        title = SAY[one.step].format(name=name, Name=f"{name[:1].upper()}{name[1:]}", day=spoken(one.meets_on))
        if not open_task(session, About(board.id or 0, desk.id), title, one.key)[1]:
            return False
        if one.step is Step.PAPERS_OUT:
            _issue(session, book, board, desk, one, day)
        elif one.step is Step.CHANGES and since is not None:
            news = action_news.news(view_of(session, book, board, day), since)
            write_paper(session, news, action_news.KIND, desk)
        return True


def _issue(session: Session, book: RuleBook, board: Board, desk: Process, one: _Due, day: date) -> None:
    """The papers for the meeting lie in the folder; the one for the Board tells of all since its meeting before."""
    before = max((each for each in book.board.days_of(one.committee) if each < one.meets_on), default=None)
    from_on = before or add_working_days(day, -A_QUARTER, book.calendar)
    for paper in PAPERS[one.committee]:
        write_action_paper(session, book, board, ACTION_PAPERS[paper], desk, from_on)
    sheet = committee_sheet(session, book, board, one.meets_on, day) if one.committee == MONITORING else b""
    if sheet:
        write_sheet(session, sheet, MEETING_SHEET, desk)
