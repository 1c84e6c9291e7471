"""What follows from the decision of a consideration: bodies outside are told, what was decided on is opened.

B.1, rows 10, 11 and 13. Each function belongs into the transaction of the decision that brings it about.
"""

from __future__ import annotations

from datetime import date

from config import clock
from flows.steps import bodies, case_discussion, follow_up, practice_learning_review, serious_case_review
from flows.steps.arrivals import record_arrival, when_settled
from flows.steps.opening import can_be_opened, open_next
from models.records.chasing import deadline_in, deadlines_of
from models.records.database import Session
from models.records.deadlines import DeadlineState
from models.records.history import write_history
from models.records.moving import agencies_in_scope, event_happened, move_to, open_deadlines
from models.records.processes import Process, anchors_of
from models.rulebook import RuleBook
from models.rules.outcomes import OPENS, Outcome
from models.rules.stages import Stage

# letters to bodies outside are prepared, and what was decided on can be opened, wherever this is imported
__all__ = ["bodies", "case_discussion", "follow_decision", "practice_learning_review", "serious_case_review"]

KIND = "scr-consideration"
PANEL, NO_REVIEW = "notice_panel", "notice_panel_no"
TOLD_OUTSIDE = (PANEL, "notice_ofsted", "notice_dfe")
NEXT, AGENCIES = "next_opened", "agencies_told"


def follow_decision(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> Process | None:
    """The decision stands: bodies outside are to be told by a person, and what was decided on is opened; gives back
    what was opened.

    The decision itself has told the agencies. While more information is wanted nobody outside is told, and another
    round is opened. The agreement of the Strategic Partners is asked for by the practice learning review itself, as
    its first question. Where nothing can open what was decided on, that stays owed by the office.
    """
    if "decision" not in anchors_of(session, process.id or 0):
        event_happened(session, book, process, "decision", on)
    move_to(session, process, Stage.DECIDED)
    open_deadlines(session, book, process, (*told_outside(book, process.guidance, outcome), NEXT, AGENCIES))
    following = _opened(session, book, process, outcome, on)
    _done(session, book, process, AGENCIES)
    if following is not None:
        _done(session, book, process, NEXT)
    return following


def told_outside(book: RuleBook, edition: str, outcome: Outcome) -> tuple[str, ...]:
    """The letters by which bodies outside are told of such a decision; an edition may give a "no" a time of its own."""
    if outcome is Outcome.MORE_INFORMATION:
        return ()
    has_own = any(each.kind == NO_REVIEW for each in book.periods_of(KIND, edition))
    if outcome is Outcome.SERIOUS_CASE_REVIEW or not has_own:
        return TOLD_OUTSIDE
    return (NO_REVIEW, *(each for each in TOLD_OUTSIDE if each != PANEL))


def _opened(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> Process | None:
    """What was decided on, tied to the consideration and under its edition."""
    kind = OPENS[outcome]
    if not can_be_opened(kind):
        write_history(session, process, "nothing opens that", {"kind": kind, "outcome": outcome.value})
        return None
    made = open_next(session, book, process, kind, on, agencies_in_scope(session, process))
    if kind == follow_up.KIND:
        follow_up.follows_from(session, book, made, outcome)
    return made


def _done(session: Session, book: RuleBook, process: Process, slot: str) -> None:
    deadline = deadline_in(session, process, slot)
    if deadline is not None and deadline.state is DeadlineState.OPEN:
        record_arrival(session, book, process, deadline, clock.today())


@when_settled
def _considered(session: Session, process: Process, deadline: object) -> None:
    """A consideration that is decided is closed when nothing is owed to it any more: everybody outside is told, what
    follows is opened, and the national panel, where it has asked by then, is answered.

    What the panel asks later is owed to the closed process.
    """
    if process.kind == KIND and process.stage is Stage.DECIDED and not deadlines_of(session, process, only_open=True):
        move_to(session, process, Stage.CONSIDERED)
