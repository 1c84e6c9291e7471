"""What happens in a rapid review when something was decided or has arrived: stages, dates, letters.

Each function belongs into the transaction of what brings it about. Source of the steps: B.15; which edition has rapid
reviews, and who decides in them, stands in config/guidance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import meet_slot, when_arrived
from flows.steps.concerns import tell_concerns
from flows.steps.opening import open_next, opens
from models.records.boards import Agency, Board
from models.records.chasing import (
    deadline_in,
    deadlines_of,
    end_deadline,
    meet_deadline,
    open_deadline,
    reopen_deadline,
)
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import (
    agencies_in_scope,
    event_happened,
    move_to,
    open_deadlines,
    open_process,
    plan_again,
)
from models.records.processes import Process, anchors_of, opened_by
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.outcomes import OPENS, Outcome
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Period, due_date

KIND = "rapid-review"
AFTER_NOTIFICATION = ("safety_check", "requests_out", "progress_meeting", "conclusion", "sign_off", "limit")
AFTER_LETTERS = ("records_secured", "agency_summary")
NOTIFIED = "la_notification"  # its slot names the agency that notified
REVIEWS = (Outcome.SERIOUS_CASE_REVIEW, Outcome.PRACTICE_LEARNING_REVIEW)


@opens(KIND)
def open_rapid_review(
    session: Session, book: RuleBook, board: Board, notified_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A rapid review stands at the notification, and everything up to its limit of fifteen working days is owed."""
    process = open_process(session, book, board, KIND, secure_place, agencies, parent)
    event_happened(session, book, process, "notification", notified_on)
    open_deadlines(session, book, process, AFTER_NOTIFICATION)
    return process


def notified(
    session: Session, book: RuleBook, process: Process, agency: Agency, aware_on: date, notified_on: date
) -> Deadline:
    """How soon the authority has notified stands in the record: it had five working days from becoming aware."""
    event_happened(session, book, process, "awareness", aware_on)
    period = book.period(KIND, process.guidance, NOTIFIED)
    due = _counted_from(book, period, aware_on)
    deadline = open_deadline(session, book, process, period, due, agency)
    if deadline.state is DeadlineState.OPEN:
        meet_deadline(session, process, deadline, notified_on)
    return deadline


def ask_agencies_for_summaries(session: Session, book: RuleBook, process: Process) -> None:
    """Every agency is asked, once and at once, to keep its records safe and for a summary.

    Where the letters go late the dates after them follow, and whether the limit can still be kept is said at once.
    """
    if "letters" in anchors_of(session, process.id or 0):
        return
    today = clock.today()
    event_happened(session, book, process, "letters", today)
    plan_again(session, book, process, "the letters to the agencies have gone")
    owed = open_deadlines(session, book, process, AFTER_LETTERS)
    who_notified = {each.agency_id for each in deadlines_of(session, process, NOTIFIED)}
    for agency in agencies_in_scope(session, process):
        theirs = [each for each in owed if each.agency_id == agency.id]
        theirs.sort(key=lambda each: each.working_target_on)
        letters.ask_for_summary(session, process, agency, theirs, agency.id in who_notified)
    meet_slot(session, process, "requests_out", today)
    tell_concerns(session, book, process)


def concluded(session: Session, process: Process, on: date) -> None:
    """The panel has read the summaries and answered each criterion; the partners are to decide."""
    meet_slot(session, process, "conclusion", on)
    for deadline in deadlines_of(session, process, "progress_meeting", only_open=True):
        end_deadline(session, process, deadline, DeadlineState.ENDED, "the panel has concluded without it")
    move_to(session, process, Stage.CONCLUDED)


def signed_off(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> Process | None:
    """The partners have decided what follows; a review that follows is begun, and gives it back.

    Only now is the letter to the national panel owed, and prepared for a person to send.
    """
    meet_slot(session, process, "sign_off", on)
    event_happened(session, book, process, "sign-off", on)
    move_to(session, process, Stage.SIGNED_OFF_BY_PARTNERS)
    open_deadlines(session, book, process, ("sent",))
    letters.tell_review_concluded(session, process, on, outcome in REVIEWS)
    return _begin_review(session, book, process, outcome, on)


@when_arrived(KIND, "sent")
def _sent(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    """The national panel has it: the limit is kept or was not, and an answer is waited for."""
    on = deadline.met_on or clock.today()
    event_happened(session, book, process, "sent", on)
    move_to(session, process, Stage.SENT_TO_PANEL)
    meet_slot(session, process, "limit", on)
    open_deadlines(session, book, process, ("panel_answer",))


@when_arrived(KIND, "more_sent")
def _more_was_sent(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    """The answer is waited for once more, from the day on which more was sent."""
    awaited = deadline_in(session, process, "panel_answer")
    period = book.period(KIND, process.guidance, "panel_answer")
    due = _counted_from(book, period, deadline.met_on or clock.today())
    if awaited is not None:
        reopen_deadline(session, book, process, awaited, "more was sent to the national panel", due)


def panel_agrees(session: Session, process: Process, on: date) -> None:
    """The national panel agrees, and the rapid review is closed."""
    meet_slot(session, process, "panel_answer", on)
    move_to(session, process, Stage.ANSWERED)


def panel_asks_for_more(session: Session, book: RuleBook, process: Process, on: date, wanted_by: date | None) -> date:
    """More is owed to the national panel, by the day that its letter names or by ours; gives back the day."""
    meet_slot(session, process, "panel_answer", on)
    period = book.period(KIND, process.guidance, "more_sent")
    due = _counted_from(book, period, on)
    if wanted_by is not None:
        why = f"{spoken(wanted_by)}, the day that the national panel has named."
        due = replace(due, due_on=wanted_by, working_target_on=wanted_by, explanation=why)
    number = len(deadlines_of(session, process, "more_sent")) + 1
    slot = "more_sent" if number == 1 else f"more_sent-{number}"  # each time another letter is prepared
    return open_deadline(session, book, process, period, due, slot=slot).working_target_on


def panel_asks_for_a_review(session: Session, book: RuleBook, process: Process, on: date) -> bool:
    """The partners are to decide once more; false, and the rapid review is closed, where a review is under way."""
    meet_slot(session, process, "panel_answer", on)
    if any(each.kind == OPENS[Outcome.SERIOUS_CASE_REVIEW] for each in opened_by(session, process)):
        move_to(session, process, Stage.ANSWERED)
        return False
    event_happened(session, book, process, "review-asked", on)
    open_deadlines(session, book, process, ("second_decision",))
    return True


def decided_again(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> Process | None:
    """The partners have answered the national panel's wish, which the office writes to it; this one is closed."""
    meet_slot(session, process, "second_decision", on)
    begun = _begin_review(session, book, process, outcome, on)
    title = f"{process.spoken_ref}: write to the national panel what was decided on its wish for a review"
    open_task(session, About(process.board_id, process.id), title, f"tell-panel:{process.id}")
    move_to(session, process, Stage.ANSWERED)
    return begun


def _begin_review(
    session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date
) -> Process | None:  # fmt: skip
    if outcome not in REVIEWS:
        return None
    return open_next(session, book, process, OPENS[outcome], on, agencies_in_scope(session, process))


def _counted_from(book: RuleBook, period: Period, on: date) -> DueDate:
    """The date of the period when its event was on that day."""
    due = due_date(period, {period.anchor: on}, book.calendar)
    if due is None:
        raise ValueError(f"“{period.kind}” is not counted from its own event")
    return due
