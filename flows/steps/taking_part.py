"""An agency joins a review that is under way, or leaves it."""

from __future__ import annotations

from config import clock
from flows.steps import letters, meetings
from flows.steps.arrivals import settle
from flows.steps.practice_learning_review import settle_terms_if_all_agree
from models.records.boards import Agency
from models.records.chasing import deadline_in, deadlines_of, end_deadline, open_deadline, reopen_deadline
from models.records.database import Session
from models.records.deadlines import DeadlineState
from models.records.history import write_history
from models.records.moving import IN_SCOPE, plan_of
from models.records.processes import Participant, Process, participants_of
from models.records.returns import carry_return_to, move_return, return_of
from models.rulebook import RuleBook
from models.rules.returns import ReturnState
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Period, Unit
from models.rules.working_days import add_working_days

BY_THE_PANEL = ("imr_final",)  # what an agency owes only once the panel has had questions about its own return
ASKED_AGAIN = ("author_named",)  # what is owed anew although it had arrived: the one who was named is none any more


def agency_joins(session: Session, book: RuleBook, process: Process, agency: Agency) -> list[str]:
    """The agency takes part from today, owes what the others owe, and has time for it; gives back what is tight."""
    today = clock.today()
    session.add(Participant(process_id=process.id or 0, role=IN_SCOPE, agency_id=agency.id, from_on=today))
    session.flush()
    write_history(session, process, "agency joined", {"agency": agency.key, "on": today})
    back = return_of(session, process, agency)
    if back.state is ReturnState.WITHDRAWN:
        move_return(session, process, agency, ReturnState.REQUESTED, today)
    kinds = [each.kind for each in deadlines_of(session, process)]
    tight = []
    for period in book.periods_of(process.kind, process.guidance):
        if period.per_agency and period.kind in kinds and period.kind not in BY_THE_PANEL:
            due = _due_when_joining(session, book, process, period)
            _owe_anew(session, book, process, period, due, agency)
            if period.kind == "imr":
                tight += _tight(session, process, due)
    delivered = deadline_in(session, process, f"imr:{agency.key}")
    if delivered is not None and delivered.state is DeadlineState.MET:
        carry_return_to(session, process, agency, ReturnState.SUBMITTED, today)
    named = deadline_in(session, process, f"author_named:{agency.key}")
    meetings.reinvite(session, process)
    letters.tell_joined(session, book, process, agency, named.working_target_on if named else today)
    return tight


def agency_leaves(session: Session, process: Process, agency: Agency) -> None:
    """The agency takes part no more: nothing is owed by it, and what was said stays in the history."""
    today = clock.today()
    mine = [
        each
        for role in (IN_SCOPE, letters.AUTHOR)
        for each in participants_of(session, process.id or 0, role)
        if each.agency_id == agency.id
    ]
    letters.tell_left(session, process, agency, any(each.role == letters.AUTHOR for each in mine))
    for each in mine:
        each.to_on = today
        session.add(each)
    session.flush()
    _nothing_is_owed(session, process, agency)
    if return_of(session, process, agency).state is not ReturnState.ACCEPTED:
        move_return(session, process, agency, ReturnState.WITHDRAWN, today)
    write_history(session, process, "agency left", {"agency": agency.key, "on": today})
    meetings.reinvite(session, process)
    if process.stage is Stage.TIMETABLE_SET:
        settle_terms_if_all_agree(session, process)


def _nothing_is_owed(session: Session, process: Process, agency: Agency) -> None:
    for deadline in deadlines_of(session, process, only_open=True):
        if deadline.agency_id == agency.id:
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the agency left the review")
            settle(session, process, deadline)


def _due_when_joining(session: Session, book: RuleBook, process: Process, period: Period) -> DueDate:
    allowance = "joined_return" if period.kind == "imr" else "joined_other"
    days = book.allowance(process.guidance, allowance)
    earliest = add_working_days(clock.today(), days, book.calendar)
    planned = plan_of(session, book, process).by_kind.get(period.kind)
    if planned is not None and planned.working_target_on >= earliest:
        return planned
    why = f"{days} working days after the agency joined on {spoken(clock.today())}."
    return DueDate(period.kind, "joining", clock.today(), days, Unit.WORKING_DAYS, earliest, earliest, why)


def _owe_anew(session: Session, book: RuleBook, process: Process, period: Period, due: DueDate, agency: Agency) -> None:
    known = deadline_in(session, process, f"{period.kind}:{agency.key}")
    if known is None:
        open_deadline(session, book, process, period, due, agency)
    elif known.state is not DeadlineState.MET or period.kind in ASKED_AGAIN:
        reopen_deadline(session, book, process, known, "the agency joined again", due)


def _tight(session: Session, process: Process, due: DueDate) -> list[str]:
    draft = deadline_in(session, process, "draft_report")
    if draft is None or due.working_target_on <= draft.working_target_on:
        return []
    return [f"its return is due on {spoken(due.working_target_on)}, after the draft report"]
