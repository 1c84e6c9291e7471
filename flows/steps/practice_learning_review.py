"""What happens in a review when something was decided: stages, dates, letters.

Written for the practice learning review; another kind of review shares these steps, and `courses.py` says where it
differs. Each function belongs into the transaction of the decision that brings it about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config import clock
from flows.steps import letters, meetings
from flows.steps.arrivals import meet_slot, when_arrived
from flows.steps.concerns import tell_concerns
from flows.steps.courses import LOOKS, REVIEWS, course_of
from flows.steps.opening import open_next, opens
from models.records.being_away import end_reviewership
from models.records.boards import Agency, Board
from models.records.chasing import (
    deadline_in,
    deadlines_of,
    end_deadline,
    move_deadline,
    plan_next_rung,
    reopen_deadline,
)
from models.records.corrections import REVIEWER_TAKEN_ON
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import write_history
from models.records.meetings import MeetingKind
from models.records.moving import (
    agencies_in_scope,
    event_happened,
    event_moved,
    move_to,
    open_deadlines,
    open_process,
    plan_again,
    plan_of,
)
from models.records.processes import Participant, Process, anchors_of, participants_of
from models.records.publications import publication_of
from models.records.register import person_in_role
from models.records.returns import return_of
from models.records.shown import decisions_of
from models.rulebook import RuleBook
from models.rules.publication import has_ended, next_year_end
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Unit
from models.rules.who_decides import WhoDecides
from models.rules.working_days import add_working_days

AFTER_DECISION = ("partners_agreement", "decision_limit")
AFTER_LETTERS = ("author_named",)
AFTER_CIRCULATION = ("terms_agreed",)
AFTER_DRAFT_MEETING = ("accuracy",)
LAST_LOOK = LOOKS[-1]
COMMISSIONING = "commissioning"
LIMITS = ("limit", "decision_limit")
ACTION_PLAN = "action-plan"  # the kind of process that a handover opens
_COMPLETES = {Stage.BOARD_APPROVED: "board_approval", Stage.ISSUES_PUBLISHED: "publication"}
BY_SILENCE = "silence"  # the ladder of agreements where silence counts as one


@opens("plr")
def open_review(
    session: Session, book: RuleBook, board: Board, decided_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A practice learning review stands at the Chair's decision, and the Strategic Partners are asked to agree; where
    the partners have decided themselves it is agreed."""
    process = open_process(session, book, board, "plr", secure_place, agencies, parent)
    event_happened(session, book, process, "decision", decided_on)
    opened = open_deadlines(session, book, process, AFTER_DECISION)
    if partners_hold_both(book.who_decides(process.guidance)):
        partners_decided(session, book, process, agreed=True, on=decided_on)
        return process
    for deadline in opened:
        if deadline.kind == "partners_agreement":
            letters.ask_partners(session, book, process, deadline)
    return process


def partners_hold_both(who: WhoDecides) -> bool:
    """True where the partners themselves decide on a review: their agreement lies in the decision, and nobody asks them
    a second time."""
    return who.decider_role == "strategic_partners"


def partners_decided(session: Session, book: RuleBook, process: Process, agreed: bool, on: date) -> None:
    """With the agreement the review may start; without it the review is closed (BD-43)."""
    meet_slot(session, process, "partners_agreement", on)
    if not agreed:
        move_to(session, process, Stage.NOT_AGREED)
        return
    event_happened(session, book, process, "agreement", on)
    open_deadlines(session, book, process, course_of(process.kind).to_set_up)
    move_to(session, process, Stage.PARTNERS_AGREED)


def ask_agencies_for_authors(session: Session, book: RuleBook, process: Process) -> None:
    """Every agency in scope is asked for an author, once (BD-45)."""
    if "letters" in anchors_of(session, process.id or 0):
        return
    today = clock.today()
    event_happened(session, book, process, "letters", today)
    for agency in agencies_in_scope(session, process):
        return_of(session, process, agency)
    for deadline in open_deadlines(session, book, process, AFTER_LETTERS):
        letters.ask_author(session, process, deadline)
    meet_slot(session, process, "author_letters", today)


def reviewer_commissioned(session: Session, book: RuleBook, process: Process, name: str, email: str, on: date) -> None:
    """The review has its independent reviewer (BD-44); one before is none any more, and the new one has the dates."""
    contact = person_in_role(session, process, letters.REVIEWER, None, name, email, checked_twice=True)
    former = participants_of(session, process.id or 0, letters.REVIEWER)
    instead = end_reviewership(session, process, contact)
    taken_on = Participant(
        process_id=process.id or 0, role=letters.REVIEWER, contact_id=contact.id, from_on=clock.today()
    )
    session.add(taken_on)
    session.flush()
    facts = {"participant": taken_on.id, "in_place_of": [each.id for each in former]}
    write_history(session, process, REVIEWER_TAKEN_ON, facts)
    meet_slot(session, process, "reviewer", on)
    _others_hear_who(session, book, process, on)
    if instead:
        letters.tell_new_reviewer(session, process, contact)
        meetings.reinvite(session, process)


def _others_hear_who(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """What is owed once there is a reviewer, and anew when it is another."""
    kinds = course_of(process.kind).after_commissioning
    if not kinds:
        return
    if event_moved(session, process, COMMISSIONING, on) is None:
        event_happened(session, book, process, COMMISSIONING, on)
    dates = plan_of(session, book, process).by_kind
    for deadline in open_deadlines(session, book, process, kinds):
        due = dates.get(deadline.kind)
        if due is not None and deadline.state is not DeadlineState.OPEN:
            reopen_deadline(session, book, process, deadline, "another reviewer was commissioned", due)


def initial_meeting_held(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The timetable counts from the meeting; it is computed by the next step (BD-49)."""
    meet_slot(session, process, "initial_meeting", on)
    event_happened(session, book, process, "initial-meeting", on)
    move_to(session, process, Stage.TIMETABLE_SET)


def set_timetable(session: Session, book: RuleBook, process: Process) -> None:
    """Everything that the review waits for from its initial meeting on is owed, and everybody has their dates.

    What is the matter with the dates is told at once, with the milestone that causes it.
    """
    if letters.timetable_is_set(session, process):
        return
    open_deadlines(session, book, process, course_of(process.kind).after_initial_meeting)
    letters.tell_timetable(session, book, process)
    for agency in agencies_in_scope(session, process):
        letters.commission_author(session, book, process, agency)
    meet_slot(session, process, "commission", clock.today())
    tell_concerns(session, book, process)


def initial_meeting_again(session: Session, book: RuleBook, process: Process, on: date) -> list[str]:
    """The timetable counts from another initial meeting: what is not met is computed afresh; gives back concerns."""
    before = event_moved(session, process, "initial-meeting", on)
    held = deadline_in(session, process, "initial_meeting")
    if held is not None:
        held.met_on = on
        session.add(held)
    plan_again(session, book, process, "the initial meeting was held again")
    if before is not None:
        meetings.follow_initial_meeting(session, book, process, before, on)
    letters.tell_timetable_changed(session, book, process, f"{before}:{on}")
    return tell_concerns(session, book, process)


def terms_circulated(session: Session, book: RuleBook, process: Process, on: date, version: int) -> None:
    """Every member that takes part is asked to agree to that version of the terms of reference (BD-46)."""
    meet_slot(session, process, "terms_draft", on)
    taking_part = {each.id for each in agencies_in_scope(session, process)}
    for deadline in deadlines_of(session, process, "terms_agreed"):
        if deadline.agency_id in taking_part:
            reopen_deadline(session, book, process, deadline, "a new version was circulated")
    for deadline in _open_agreements(session, book, process):
        _leave_time(session, book, process, deadline, "time_to_read", "the draft was circulated")
    letters.ask_for_agreement_to_terms(session, book, process, version)


def _open_agreements(session: Session, book: RuleBook, process: Process) -> Sequence[Deadline]:
    opened = open_deadlines(session, book, process, AFTER_CIRCULATION)
    if book.board.row.switches.silence_counts_as_agreement:
        for deadline in opened:
            deadline.ladder = book.ladder_under(process.guidance, BY_SILENCE)
            plan_next_rung(session, book, deadline)
    return opened


def _leave_time(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, allowance: str, after: str
) -> None:
    """What was sent out late is not due before its readers had the time that the board's figures give them (D)."""
    days = book.allowance(process.guidance, allowance)
    earliest = add_working_days(clock.today(), days, book.calendar)
    if deadline.due_on >= earliest or deadline.state is not DeadlineState.OPEN:
        return
    due = DueDate(
        deadline.kind, "circulation", clock.today(), days, Unit.WORKING_DAYS, earliest, earliest,
        f"{days} working days after {after} on {spoken(clock.today())}, because that was late.",
    )  # fmt: skip
    move_deadline(session, book, process, deadline, due, "sent out late")


def terms_settled(session: Session, process: Process, version: int, on: date) -> None:
    """The review works to that version of its terms of reference; reviewer, authors and agencies hear so."""
    move_to(session, process, Stage.TERMS_AGREED)
    still_open = len(deadlines_of(session, process, "terms_agreed", only_open=True))
    letters.tell_terms_settled(session, process, version, on, still_open)


def version_of_terms(session: Session, process: Process) -> int:
    """How often terms of reference were circulated."""
    return sum(
        each.gate == "terms-circulated" and each.taken_back_at is None for each in decisions_of(session, process)
    )


@when_arrived(REVIEWS, "terms_agreed")
def _when_all_agree(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    settle_terms_if_all_agree(session, process)


def settle_terms_if_all_agree(session: Session, process: Process) -> None:
    """The terms of reference are settled when nobody's agreement is outstanding."""
    asked = deadlines_of(session, process, "terms_agreed")
    if asked and not any(each.state is DeadlineState.OPEN for each in asked):
        terms_settled(session, process, version_of_terms(session, process), clock.today())


@when_arrived(REVIEWS, "draft_meeting")
def _accuracy_is_asked_for(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    for each in open_deadlines(session, book, process, AFTER_DRAFT_MEETING):
        _leave_time(session, book, process, each, "accuracy_check", "the draft was sent")
    letters.ask_for_accuracy(session, process)


def draft_received(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The panel has a draft with its four parts (BD-30)."""
    stage_reached(session, book, process, "draft_report", Stage.REPORT_DRAFTED, on)


def stage_reached(session: Session, book: RuleBook, process: Process, slot: str, stage: Stage, on: date) -> None:
    """What was owed is there, the process stands at the stage, and whoever must know of it is told."""
    meet_slot(session, process, slot, on)
    move_to(session, process, stage)
    if stage is Stage.REPORT_SIGNED_OFF:
        _note_no_comment(session, process, on)
    if stage is Stage.BOARD_APPROVED:
        event_happened(session, book, process, "approval", on)
        if course_of(process.kind).report_is_published:
            event_happened(session, book, process, "year-end", next_year_end(on))
        open_deadlines(session, book, process, course_of(process.kind).after_approval)
        _end_what_came_again(session, book, process)
        meetings.cancel_planned(session, process, MeetingKind.UPDATE)
    if stage is Stage.ISSUES_PUBLISHED:
        letters.tell_published(session, process, on)
    if _COMPLETES.get(stage) == book.completed_by(process.kind, process.guidance):
        limits_kept(session, book, process, on)


def _end_what_came_again(session: Session, book: RuleBook, process: Process) -> None:
    """What is owed again and again until the approval is owed no more."""
    again = book.edition(process.guidance).recurring.get(process.kind, {})
    for deadline in deadlines_of(session, process, only_open=True):
        if deadline.kind in again:
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the report is approved")


def limits_kept(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The review counts as completed: nobody is asked any more whether it will be in time."""
    for limit in LIMITS:
        meet_slot(session, process, limit, on)


def report_approved(session: Session, process: Process, body: str, on: date) -> None:
    """Every agency hears that report and plan are approved, and by whom."""
    letters.tell_approved(session, process, body, on)


def _note_no_comment(session: Session, process: Process, on: date) -> None:
    """Who said nothing about the draft has no comment, which is no consent; the agency's single point of contact
    hears so where the day was not past (B.2, row 19, D)."""
    for deadline in deadlines_of(session, process, "accuracy", only_open=True):
        is_early = deadline.working_target_on >= clock.today()
        end_deadline(session, process, deadline, DeadlineState.ENDED, "no comment by the sign-off")
        if is_early:
            letters.tell_no_comment(session, process, deadline, on)


def plan_handed_over(
    session: Session, book: RuleBook, process: Process, on: date, actions: int, first_due_on: date
) -> None:
    """The monitoring committee has the plan, whose actions are kept in a process of their own; the looks at them follow
    (BD-35, BD-36)."""
    meet_slot(session, process, "plan_handover", on)
    approved_on = anchors_of(session, process.id or 0).get("approval", on)
    open_next(session, book, process, ACTION_PLAN, approved_on, agencies_in_scope(session, process))
    letters.hand_over_plan(session, book, process, actions, first_due_on)
    move_to(session, process, Stage.PLAN_HANDED_OVER)


def plan_looked_at(session: Session, book: RuleBook, process: Process, slot: str, on: date) -> None:
    """The monitoring committee has looked at the plan; the twelve-month look completes the review (B.2, row 25)."""
    meet_slot(session, process, slot, on)
    close_if_complete(session, process)


def close_if_complete(session: Session, process: Process) -> None:
    """The review is complete once its actions were looked at after twelve months, and nothing more becomes of its
    publication where its report is published."""
    publication = publication_of(session, process)
    last = deadline_in(session, process, LAST_LOOK)
    looked_at = process.stage is Stage.PLAN_HANDED_OVER and last is not None and last.state is not DeadlineState.OPEN
    if looked_at and (publication is None or has_ended(publication.state)):
        move_to(session, process, Stage.FOLLOWED_UP)
