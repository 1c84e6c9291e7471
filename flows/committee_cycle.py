"""What the morning round does for meetings of committees: asks the office in time, and issues the papers on actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flows.action_papers import ACTION_PAPERS, write_action_paper
from flows.board_folders import BoardFolder, board_folder
from flows.papers import MEETING_SHEET, write_paper, write_sheet
from flows.questions.action_sheets import committee_sheet
from models.records.boards import Board
from models.records.configured import configured_boards
from models.records.database import Session, transaction
from models.records.opening import desk_ref
from models.records.papers import last_issued
from models.records.processes import Process, process_by_ref
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.committee_cycle import Figures, Step, due, steps_for
from models.rules.spoken import spoken
from models.rules.working_days import add_working_days, is_working_day
from reports import action_exceptions, action_learning, action_news
from reports.action_view import view_of

MONITORING, BOARD = "monitoring", "board"
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


def look_after_committees(day: date) -> str:
    """For each meeting that a board has set the office has its task in time, once, and the papers are issued."""
    done = 0
    with transaction() as session:
        for board, book in configured_boards(session):
            if is_working_day(day, book.calendar):
                desk = process_by_ref(session, desk_ref(board.key), for_update=True)
                done += _of_board(session, book, board, desk, day)
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


def _of_board(session: Session, book: RuleBook, board: Board, desk: Process, day: date) -> int:
    done = 0
    for each in book.board.row.board_dates:
        if each.committee not in PAPERS:
            continue
        for step in due(steps_for(each.on, each.papers_on, figures_of(book), book.calendar), day, book.calendar):
            name = book.committee_name(each.committee)
            title = SAY[step].format(name=name, Name=f"{name[:1].upper()}{name[1:]}", day=spoken(each.on))
            key = f"committee:{board.key}:{each.committee}:{each.on.isoformat()}:{step.value}"
            if open_task(session, About(board.id or 0, desk.id), title, key)[1]:
                _issue(session, book, board, desk, each.committee, each.on, step, day)
                done += 1
    return done


def _issue(
    session: Session, book: RuleBook, board: Board, desk: Process, committee: str, meets_on: date, step: Step, day: date
) -> None:
    board_folder(board.key, BoardFolder.PAPERS)
    if step is Step.PAPERS_OUT:
        before = max((each for each in book.board.days_of(committee) if each < meets_on), default=None)
        from_on = before or add_working_days(day, -65, book.calendar)
        for paper in PAPERS[committee]:
            write_action_paper(session, book, board, ACTION_PAPERS[paper], desk, from_on)
        sheet = committee_sheet(session, book, board, meets_on, day) if committee == MONITORING else b""
        if sheet:
            write_sheet(session, sheet, MEETING_SHEET, desk)
    elif step is Step.CHANGES:
        since = last_issued(session, board.id or 0, ISSUED_FIRST[committee])
        if since is not None:
            news = action_news.news(view_of(session, book, board, day), since)
            write_paper(session, news, action_news.KIND, desk)
