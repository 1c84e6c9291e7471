"""What follows when something happens to the return of one agency (B.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import when_arrived
from flows.steps.courses import REVIEWS
from models.records.being_away import end_authorship
from models.records.boards import Agency, Contact
from models.records.chasing import deadline_in, deadlines_of, end_deadline, note_call, open_deadline, reopen_deadline
from models.records.database import Session
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.moving import agency_of, plan_of
from models.records.processes import Participant, Process, participants_of
from models.records.returns import THE_RETURN_CAME, carry_return_to, move, move_return, return_of
from models.rulebook import RuleBook
from models.rules.returns import ReturnState
from models.rules.spoken import spoken
from models.rules.timetable import DueDate, Unit
from models.rules.working_days import add_working_days

AUTHOR = letters.AUTHOR
OUTCOME_WORDS = {CallOutcome.AT_RISK: "at risk", CallOutcome.CANNOT: "cannot meet the date"}


def author_taken_on(session: Session, book: RuleBook, process: Process, agency: Agency, contact: Contact) -> None:
    """The person is the agency's author from now on; one before is not any more, and briefing begins afresh (B.4)."""
    known = participants_of(session, process.id or 0, AUTHOR)
    if any((each.agency_id, each.contact_id) == (agency.id, contact.id) for each in known):
        return
    instead = end_authorship(session, process, agency, contact)
    session.add(
        Participant(
            process_id=process.id or 0, role=AUTHOR, agency_id=agency.id, contact_id=contact.id, from_on=clock.today()
        )
    )  # fmt: skip
    session.flush()
    mine = return_of(session, process, agency)
    if mine.state is ReturnState.REQUESTED:
        move(session, process, agency, mine, ReturnState.NOMINATED, clock.today())
    letters.commission_author(session, book, process, agency)
    if instead:
        letters.tell_author_changed(session, process, agency, contact.id or 0)


def briefed(session: Session, process: Process, agencies: Sequence[Agency], on: date) -> None:
    """The authors of these agencies were briefed."""
    for agency in agencies:
        carry_return_to(session, process, agency, ReturnState.BRIEFED, on)


def heard(session: Session, book: RuleBook, process: Process, agency: Agency, outcome: CallOutcome, on: date) -> None:
    """The author's word on how the return is coming on is noted, and the agency's lead told of a risk (B.2, row 12)."""
    owed = deadline_in(session, process, f"imr:{agency.key}")
    carry_return_to(session, process, agency, ReturnState.IN_PROGRESS, on)
    if owed is None or owed.state is not DeadlineState.OPEN:
        return
    note = note_call(session, book, process, owed, outcome, on, None)
    if outcome in OUTCOME_WORDS:
        session.flush()
        letters.tell_at_risk(session, process, owed, OUTCOME_WORDS[outcome], note.id or 0)


def handed_in(session: Session, process: Process, agency: Agency, signed_as: str, on: date) -> None:
    """The return is signed by a senior officer and with the panel."""
    mine = return_of(session, process, agency)
    mine.signed_as = signed_as
    session.add(mine)
    move(session, process, agency, mine, ReturnState.SUBMITTED, on)


def accepted(session: Session, process: Process, agency: Agency, on: date) -> None:
    """The panel has no more questions on the agency's return, and nothing more is owed of it."""
    mine = return_of(session, process, agency)
    move(session, process, agency, mine, ReturnState.ACCEPTED, on)
    final = deadline_in(session, process, f"imr_final:{agency.key}")
    if final is not None and final.state is DeadlineState.OPEN:
        end_deadline(session, process, final, DeadlineState.ENDED, "the panel has accepted the return")
    title = book_title(session, process, agency)
    letters.tell_accepted(session, process, agency, title, mine.handed_in)


def questions_asked(session: Session, book: RuleBook, process: Process, agency: Agency, on: date) -> None:
    """The panel has questions: the return is back with the author, and the final one is owed with time enough (B.4)."""
    move_return(session, process, agency, ReturnState.RETURNED, on)
    due = _final_due(session, book, process, on)
    period = book.period(process.kind, process.guidance, "imr_final")
    known = deadline_in(session, process, f"imr_final:{agency.key}")
    if known is None:
        known = open_deadline(session, book, process, period, due, agency)
    else:
        reopen_deadline(session, book, process, known, "the panel has further questions", due)
    letters.ask_panel_questions(session, process, known)


def book_title(session: Session, process: Process, agency: Agency) -> str:
    """What the return is called in messages."""
    owed = deadline_in(session, process, f"imr:{agency.key}")
    return owed.title if owed is not None else "Agency return for the review"


def _final_due(session: Session, book: RuleBook, process: Process, on: date) -> DueDate:
    days = book.allowance(process.guidance, "returned")
    earliest = add_working_days(max(on, clock.today()), days, book.calendar)
    planned = plan_of(session, book, process).by_kind.get("imr_final")
    if planned is not None and planned.working_target_on >= earliest:
        return planned
    why = f"{days} working days after the panel's questions on {spoken(on)}."
    return DueDate("imr_final", "reading", on, days, Unit.WORKING_DAYS, earliest, earliest, why)


@when_arrived(REVIEWS, "chronology")
def _chronology_is_in(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    agency = agency_of(session, deadline)
    if agency is not None:
        carry_return_to(session, process, agency, ReturnState.CHRONOLOGY_IN, deadline.met_on or clock.today())


@when_arrived(REVIEWS, "imr")
def _nothing_before_it_is_asked_for(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    agency = agency_of(session, deadline)
    for each in deadlines_of(session, process, only_open=True):
        if agency is not None and each.agency_id == agency.id and each.kind in ("author_named", "midpoint"):
            end_deadline(session, process, each, DeadlineState.ENDED, THE_RETURN_CAME)
