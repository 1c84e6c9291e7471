"""What happens in a case discussion when something was decided or has arrived: stages, dates, letters (B.9).

Each function belongs into the transaction of what brings it about. All times are D: to be confirmed by the board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import record_slot, when_settled
from flows.steps.opening import opens
from models.records.being_away import end_reviewership
from models.records.boards import Agency, Board
from models.records.chasing import deadline_in, deadlines_of, open_deadline
from models.records.database import Session
from models.records.deadlines import DeadlineState
from models.records.moving import (
    event_happened,
    event_moved,
    move_to,
    open_deadlines,
    open_process,
    plan_again,
    plan_of,
)
from models.records.processes import Participant, Process, anchors_of, parent_of
from models.records.register import person_in_role
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from models.rules.stages import Stage, was_reached
from models.rules.timetable import DueDate

KIND = "case-discussion"
AFTER_ACCEPTANCE = ("facilitator", "terms", "practitioners", "notes", "discussion")
AFTER_DISCUSSION = ("report", "feedback")
ENDS_WITH = ("group_receives", "board_receives", "feedback")
GROUP, BOARD = "case_review", "board"  # the committees at whose next meeting something is received


@opens(KIND)
def open_discussion(
    session: Session, book: RuleBook, board: Board, decided_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A case discussion waits for the group's acceptance, at its next meeting where its dates are set."""
    process = open_process(session, book, board, KIND, secure_place, agencies, parent)
    event_happened(session, book, process, "decision", decided_on)
    _owe_at_meeting(session, book, process, "accepted", GROUP, decided_on)
    return process


def accepted(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The group has accepted it: a facilitator is to be found, and the agencies are asked for people and notes."""
    record_slot(session, book, process, "accepted", on)
    event_happened(session, book, process, "acceptance", on)
    owed = open_deadlines(session, book, process, AFTER_ACCEPTANCE)
    letters.ask_for_things(session, process, [each for each in owed if each.agency_id is not None], "first")


def declined(session: Session, process: Process, on: date) -> None:
    """The group does not accept it, and nothing more is asked of anybody; where a case led to it, the office sees to
    what becomes of that."""
    parent = parent_of(session, process)
    move_to(session, process, Stage.DECLINED)
    if parent is not None:
        title = (
            f"{process.spoken_ref}: its discussion was declined on {spoken(on)}; ask what is to follow from "
            f"{parent.spoken_ref} instead, and tell its agencies"
        )
        open_task(session, About(process.board_id, process.id), title, f"declined:{process.id}")


def facilitator_named(session: Session, book: RuleBook, process: Process, name: str, email: str, on: date) -> None:
    """The discussion has its independent facilitator, who has the dates; one before is none any more."""
    role = letters.FACILITATOR
    contact = person_in_role(session, process, role, None, name, email, checked_twice=True)
    end_reviewership(session, process, contact, role)
    session.add(
        Participant(process_id=process.id or 0, role=role, contact_id=contact.id, from_on=clock.today())
    )  # fmt: skip
    session.flush()
    record_slot(session, book, process, "facilitator", on)
    mine = [each for each in deadlines_of(session, process, only_open=True) if each.owner_role == role]
    if mine:
        letters.ask_for_things(session, process, mine, f"{contact.id}", day_of(session, process))


def day_of(session: Session, process: Process) -> date | None:
    """The day that is set for the discussion."""
    return anchors_of(session, process.id or 0).get("discussion-day")


def day_set(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The discussion is on that day: what goes before it is counted back from it, and everybody concerned hears."""
    if event_moved(session, process, "discussion-day", on) is None:
        event_happened(session, book, process, "discussion-day", on)
    else:
        plan_again(session, book, process, "the discussion is on another day")
    asked = [
        each
        for each in deadlines_of(session, process, only_open=True)
        if each.agency_id is not None or each.owner_role == letters.FACILITATOR
    ]
    letters.ask_for_things(session, process, asked, on.isoformat(), on)


def held(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The discussion was held in its four parts; report and feedback count from it."""
    record_slot(session, book, process, "discussion", on)
    event_happened(session, book, process, "discussion", on)
    open_deadlines(session, book, process, AFTER_DISCUSSION)
    move_to(session, process, Stage.DISCUSSED)


def report_received(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The report is there and goes to the group, at its next meeting where its dates are set."""
    record_slot(session, book, process, "report", on)
    event_happened(session, book, process, "report", on)
    _owe_at_meeting(session, book, process, "group_receives", GROUP, on)
    move_to(session, process, Stage.REPORTED)


def group_received(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The group has looked at the report, which goes to the Board's next meeting."""
    event_happened(session, book, process, "group", on)
    _owe_at_meeting(session, book, process, "board_receives", BOARD, on)
    record_slot(session, book, process, "group_receives", on)


def board_received(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The Board has received the report and decided on actions."""
    record_slot(session, book, process, "board_receives", on)


@when_settled
def _fed_back(session: Session, process: Process, deadline: object) -> None:
    """The discussion is closed when group and Board have the report and those who took part have had feedback."""
    if process.kind != KIND or not was_reached(KIND, process.stage, Stage.REPORTED):
        return
    last = [deadline_in(session, process, slot) for slot in ENDS_WITH]
    if all(each is not None and each.state is not DeadlineState.OPEN for each in last):
        move_to(session, process, Stage.FED_BACK)


def _owe_at_meeting(session: Session, book: RuleBook, process: Process, kind: str, committee: str, on: date) -> None:
    """Owed at the committee's next meeting after that day, by the period's own count where no meeting is set."""
    due = plan_of(session, book, process).by_kind[kind]
    meets_on = book.next_meeting(committee, on)
    if meets_on is not None:
        due = _at_meeting(book, due, committee, meets_on)
    open_deadline(session, book, process, book.period(process.kind, process.guidance, kind), due)


def _at_meeting(book: RuleBook, due: DueDate, committee: str, meets_on: date) -> DueDate:
    why = f"{book.committee_name(committee)} meets on {spoken(meets_on)}, the next of its dates."
    why = f"{why[:1].upper()}{why[1:]}"
    return replace(due, anchor="meeting", due_on=meets_on, working_target_on=meets_on, explanation=why)
