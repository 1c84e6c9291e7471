"""What follows from a case that needs no review: an audit, a review by one agency, or a learning note (B.14).

Each function belongs into the transaction of what brings it about. All times are D: to be confirmed by the board.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import record_slot, when_settled
from flows.steps.opening import opens
from models.records.boards import Agency, Board
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.history import history_of, write_history
from models.records.moving import (
    IN_SCOPE,
    agencies_in_scope,
    event_happened,
    move_to,
    open_deadlines,
    open_process,
)
from models.records.processes import Participant, Process, anchors_of, participants_of
from models.rulebook import RuleBook, rule_book
from models.rules.outcomes import Outcome
from models.rules.stages import Stage

KIND = "follow-up"
FOLLOWS = "follows from"  # the entry of the journal that says which outcome it follows from
AT_FIRST: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.MULTI_AGENCY_AUDIT: ("audit_placed",),
    Outcome.SINGLE_AGENCY_REVIEW: ("agency_named",),
    Outcome.LEARNING_NOTE: ("learning_note",),
}
OF_THE_AGENCY = ("review_notified", "review_ended", "learning_shared")


@opens(KIND)
def open_follow_up(
    session: Session, book: RuleBook, board: Board, decided_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A follow-up is open; what is owed in it follows from the outcome, which `follows_from` records.

    One that no consideration has opened is a review that an agency undertakes of its own accord (NO-58).
    """
    process = open_process(session, book, board, KIND, secure_place, agencies, parent)
    event_happened(session, book, process, "decision", decided_on)
    if parent is None:
        follows_from(session, book, process, Outcome.SINGLE_AGENCY_REVIEW)
    return process


def follows_from(session: Session, book: RuleBook, process: Process, outcome: Outcome) -> None:
    """What the outcome brings with it is owed; of a review by one agency, first which agency that is.

    Raises KeyError for an outcome from which no follow-up comes.
    """
    kinds = AT_FIRST[outcome]
    write_history(session, process, FOLLOWS, {"outcome": outcome.value})
    open_deadlines(session, book, process, kinds)
    known = agencies_in_scope(session, process)
    if outcome is Outcome.SINGLE_AGENCY_REVIEW and len(known) == 1:
        agency_named(session, book, process, known[0], clock.today())


def outcome_of(session: Session, process: Process) -> Outcome | None:
    """Which outcome the follow-up follows from."""
    for row in history_of(session, process.id or 0):
        if row.deed == FOLLOWS:
            return Outcome(row.facts["outcome"])
    return None


def agency_named(session: Session, book: RuleBook, process: Process, agency: Agency, on: date) -> None:
    """That agency reviews its own practice; it alone takes part, and is asked for word, end and learning."""
    taking_part = participants_of(session, process.id or 0, IN_SCOPE)
    for each in taking_part:
        if each.agency_id != agency.id:
            each.to_on = clock.today()
            session.add(each)
    if agency.id not in {each.agency_id for each in taking_part}:
        session.add(
            Participant(process_id=process.id or 0, role=IN_SCOPE, agency_id=agency.id, from_on=clock.today())
        )  # fmt: skip
    session.flush()
    write_history(session, process, "reviewing agency", {"agency": agency.key, "on": on})
    owed = open_deadlines(session, book, process, OF_THE_AGENCY)
    letters.ask_for_things(session, process, owed, "first")
    record_slot(session, book, process, "agency_named", on)


@when_settled
def _what_comes_next(session: Session, process: Process, deadline: Deadline) -> None:
    """The end of a review sets the day of its learning, which is then passed on; a follow-up without debts is done."""
    if process.kind != KIND or process.closed_at is not None:
        return
    book = rule_book(session.get_one(Board, process.board_id).key)
    on = deadline.met_on
    if deadline.kind == "review_ended" and on is not None and "review-end" not in anchors_of(session, process.id or 0):
        event_happened(session, book, process, "review-end", on)
    if deadline.kind == "learning_shared" and on is not None and "learning" not in anchors_of(session, process.id or 0):
        event_happened(session, book, process, "learning", on)
        open_deadlines(session, book, process, ("learning_passed_on",))
    if not deadlines_of(session, process, only_open=True):
        move_to(session, process, Stage.DONE)
