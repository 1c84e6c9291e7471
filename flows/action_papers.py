"""The papers on actions: which there are, and how each is written into the board's folder, some as Excel files too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from config import clock
from flows.papers import NOTHING_ELSE, Written, write_paper
from models.records.action_lists import KIND as PLAN
from models.records.boards import Board
from models.records.database import Session
from models.records.processes import Process
from models.rulebook import RuleBook
from reports import action_challenge, action_exceptions, action_learning, action_progress, action_tracker
from reports.action_view import View, view_of
from reports.paper import Document


def _exceptions_file(view: View, document: Document) -> bytes:
    from reports.action_tables import exceptions_file  # here, as what writes Excel files is slow to load

    return exceptions_file(view, document)


def _tracker_file(view: View, document: Document) -> bytes:
    from reports.action_tables import tracker_file

    return tracker_file(view, document)


@dataclass(frozen=True)
class ActionPaper:
    """One of the papers: what it is called, how it is offered, and what makes it."""

    kind: str
    called: str
    offer: str
    make: Callable[[View], Document]
    as_excel: Callable[[View, Document], bytes] | None = None


ACTION_PAPERS: Mapping[str, ActionPaper] = {
    "exceptions": ActionPaper(
        action_exceptions.KIND, "exception report", "Actions: the exception report, for the monitoring committee",
        action_exceptions.exception_report, _exceptions_file,
    ),
    "tracker": ActionPaper(
        action_tracker.KIND, "action tracker", "Actions: the tracker, all actions of open plans",
        action_tracker.tracker, _tracker_file,
    ),
    "learning": ActionPaper(
        action_learning.KIND, "learning and action report", "Actions: the learning and action report, for the Board",
        action_learning.learning_report,
    ),
    "challenge": ActionPaper(
        action_challenge.KIND, "challenge log", "Actions: the challenge log, letters to chief officers",
        action_challenge.challenge_log,
    ),
    "register": ActionPaper(
        action_challenge.REGISTER_KIND, "paper with the proposals for the risk register",
        "Actions: proposals for the risk register", action_challenge.register_paper,
    ),
    "progress": ActionPaper(
        action_progress.KIND, "progress report for the public", "Actions: the progress report for the public",
        action_progress.progress_report,
    ),
}  # fmt: skip


def write_action_paper(
    session: Session, book: RuleBook, board: Board, paper: ActionPaper, process: Process, from_on: date | None = None
) -> Written:
    """The paper lies in the board's folder and stands in the record: of one plan, or of all with the board's desk.

    `process` must be locked by the transaction; `from_on` is the first day of which the report for the Board tells.
    """
    view = view_of(session, book, board, clock.today(), process if process.kind == PLAN else None)
    is_for_the_board = paper.kind == action_learning.KIND
    document = action_learning.learning_report(view, from_on) if is_for_the_board else paper.make(view)
    also = {".xlsx": paper.as_excel(view, document)} if paper.as_excel else NOTHING_ELSE
    return write_paper(session, document, paper.kind, process, also=also)
