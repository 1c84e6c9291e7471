"""What happens in a practice learning review when something was decided: stages, dates, letters.

Each function belongs into the transaction of the decision that brings it about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import when_arrived
from models.records.boards import Agency, Board
from models.records.chasing import deadline_in, deadlines_of, end_deadline, meet_deadline, move_deadline
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import agency_of, event_happened, move_to, open_deadlines, open_process
from models.records.processes import Participant, Process, anchors_of
from models.records.register import person_in_role
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Unit
from models.rules.working_days import add_working_days

AFTER_DECISION = ("partners_agreement", "decision_limit")
AFTER_AGREEMENT = ("author_letters", "reviewer", "initial_meeting")
AFTER_LETTERS = ("author_named",)
AFTER_INITIAL_MEETING = (
    "terms_draft", "commission", "imr", "draft_report", "sign_off", "board_approval", "publication",
    "plan_handover", "limit",
)  # fmt: skip
AFTER_CIRCULATION = ("terms_agreed",)
TIME_TO_READ_WORKING_DAYS = 5  # D: nobody is asked to agree sooner than this after the draft was circulated
LIMITS = ("limit", "decision_limit")


def open_review(
    session: Session,
    book: RuleBook,
    board: Board,
    decided_on: date,
    agencies: Sequence[Agency],
    secure_place: str,
) -> Process:
    """A practice learning review stands at the Chair's decision, and the Strategic Partners are asked to agree."""
    process = open_process(session, book, board, "plr", secure_place, agencies)
    event_happened(session, book, process, "decision", decided_on)
    for deadline in open_deadlines(session, book, process, AFTER_DECISION):
        if deadline.kind == "partners_agreement":
            letters.ask_partners(session, process, deadline)
    return process


def partners_decided(session: Session, book: RuleBook, process: Process, agreed: bool, on: date) -> None:
    """With the agreement the review may start; without it the review is closed (BD-43)."""
    _meet(session, book, process, "partners_agreement", on)
    if not agreed:
        move_to(session, process, Stage.NOT_AGREED)
        return
    event_happened(session, book, process, "agreement", on)
    open_deadlines(session, book, process, AFTER_AGREEMENT)
    move_to(session, process, Stage.PARTNERS_AGREED)


def ask_agencies_for_authors(session: Session, book: RuleBook, process: Process) -> None:
    """Every agency in scope is asked for an author, once (BD-45)."""
    if "letters" in anchors_of(session, process.id or 0):
        return
    today = clock.today()
    event_happened(session, book, process, "letters", today)
    for deadline in open_deadlines(session, book, process, AFTER_LETTERS):
        letters.ask_author(session, process, deadline)
    _meet(session, book, process, "author_letters", today)


def reviewer_commissioned(session: Session, book: RuleBook, process: Process, name: str, email: str, on: date) -> None:
    """The review has its independent reviewer (BD-44)."""
    contact = person_in_role(session, process, letters.REVIEWER, None, name, email, checked_twice=True)
    session.add(
        Participant(process_id=process.id or 0, role=letters.REVIEWER, contact_id=contact.id, from_on=clock.today())
    )
    session.flush()
    _meet(session, book, process, "reviewer", on)


def initial_meeting_held(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The timetable counts from the meeting; it is computed by the next step (BD-49)."""
    _meet(session, book, process, "initial_meeting", on)
    event_happened(session, book, process, "initial-meeting", on)
    move_to(session, process, Stage.TIMETABLE_SET)


def set_timetable(session: Session, book: RuleBook, process: Process) -> None:
    """Everything that the review waits for from its initial meeting on is owed, and everybody has their dates."""
    if deadlines_of(session, process, "limit"):
        return
    open_deadlines(session, book, process, AFTER_INITIAL_MEETING)
    letters.tell_timetable(session, process)
    for deadline in deadlines_of(session, process, "imr"):
        agency = agency_of(session, deadline)
        if agency is not None:
            letters.commission_author(session, process, agency)
    _meet(session, book, process, "commission", clock.today())


def terms_circulated(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """Every member is asked to agree to the draft terms of reference (BD-46)."""
    _meet(session, book, process, "terms_draft", on)
    for deadline in open_deadlines(session, book, process, AFTER_CIRCULATION):
        _leave_time_to_read(session, book, process, deadline)
    letters.ask_for_agreement_to_terms(session, book, process)


def _leave_time_to_read(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    """Terms circulated late are not due before their readers had five working days (D)."""
    earliest = add_working_days(clock.today(), TIME_TO_READ_WORKING_DAYS, book.calendar)
    if deadline.due_on >= earliest:
        return
    due = DueDate(
        deadline.kind, "circulation", clock.today(), TIME_TO_READ_WORKING_DAYS, Unit.WORKING_DAYS, earliest, earliest,
        f"{TIME_TO_READ_WORKING_DAYS} working days after the draft was circulated on {spoken(clock.today())}, "
        "because it was circulated late.",
    )  # fmt: skip
    move_deadline(session, book, process, deadline, due, "circulated late")


def terms_settled(session: Session, process: Process) -> None:
    """The review works to its terms of reference."""
    move_to(session, process, Stage.TERMS_AGREED)


@when_arrived("plr", "terms_agreed")
def _when_all_agree(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    if not deadlines_of(session, process, "terms_agreed", only_open=True):
        terms_settled(session, process)


@when_arrived("plr", "imr")
def _author_no_longer_asked_for(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    agency = agency_of(session, deadline)
    named = deadline_in(session, process, f"author_named:{agency.key}") if agency else None
    if named is not None and named.state is DeadlineState.OPEN:
        end_deadline(session, process, named, DeadlineState.ENDED, "the return itself has arrived")


def draft_received(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The panel has a draft with its four parts (BD-30)."""
    stage_reached(session, book, process, "draft_report", Stage.REPORT_DRAFTED, on)


def stage_reached(session: Session, book: RuleBook, process: Process, slot: str, stage: Stage, on: date) -> None:
    """What was owed is there, the process stands at the stage, and whoever must know of it is told."""
    _meet(session, book, process, slot, on)
    move_to(session, process, stage)
    if stage is Stage.BOARD_APPROVED:
        event_happened(session, book, process, "approval", on)
        letters.tell_approved(session, process, on)
    if stage is Stage.ISSUES_PUBLISHED:
        letters.tell_published(session, process, on)
    if stage is _completed_at(book):
        for limit in LIMITS:
            _meet(session, book, process, limit, on)


def plan_handed_over(
    session: Session, book: RuleBook, process: Process, on: date, actions: int, first_due_on: date
) -> None:
    """The monitoring committee has the plan and the review is complete (BD-35, BD-36)."""
    _meet(session, book, process, "plan_handover", on)
    letters.hand_over_plan(session, book, process, actions, first_due_on)
    move_to(session, process, Stage.PLAN_HANDED_OVER)


def _completed_at(book: RuleBook) -> Stage:
    """When a review counts as completed within its limit: a setting of the board (D)."""
    by_setting = {"board-approval": Stage.BOARD_APPROVED, "publication": Stage.ISSUES_PUBLISHED}
    return by_setting[book.board.row.switches.completed_means]


def _meet(session: Session, book: RuleBook, process: Process, slot: str, on: date) -> None:
    """What was owed in that slot is there; one that was settled before is left alone."""
    deadline = deadline_in(session, process, slot)
    if deadline is not None and deadline.state is DeadlineState.OPEN:
        met = meet_deadline(session, process, deadline, on)
        letters.put_right(session, process, met)
