"""How a process begins and moves on: its stage, the events it counts from, and what becomes owed by them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, select

from config import clock
from models.records.boards import Agency, Board
from models.records.chasing import deadlines_of, end_deadline, move_deadline, open_deadline
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import write_history
from models.records.processes import (
    AnchorEvent,
    Participant,
    Process,
    anchors_of,
    new_reference,
    participants_of,
)
from models.rulebook import RuleBook
from models.rules.stages import FIRST, Stage, is_last, may_move
from models.rules.timetable import due_date

IN_SCOPE = "in_scope"


def open_process(
    session: Session, book: RuleBook, board: Board, kind: str, secure_place: str, agencies: Sequence[Agency]
) -> Process:
    """A process of that kind stands at its first stage, under the board's present guidance edition."""
    ref, word = new_reference(session)
    process = Process(
        board_id=board.id or 0, kind=kind, ref=ref, word=word, guidance=book.guidance, stage=FIRST[kind],
        secure_place=secure_place, opened_at=clock.now(),
    )  # fmt: skip
    session.add(process)
    session.flush()
    for agency in agencies:
        session.add(Participant(process_id=process.id or 0, role=IN_SCOPE, agency_id=agency.id, from_on=clock.today()))
    keys = [agency.key for agency in agencies]
    write_history(session, process, "opened", {"kind": kind, "guidance": book.guidance, "agencies": keys})
    return process


def move_to(session: Session, process: Process, stage: Stage) -> bool:
    """True when the process reaches the stage for the first time; a last stage closes it.

    Does nothing when the stage was reached before. Raises IllegalMove when it may not follow.
    """
    if not may_move(process.kind, process.stage, stage):
        return False
    write_history(session, process, "stage reached", {"from": process.stage.value, "to": stage.value})
    process.stage = stage
    if is_last(process.kind, stage):
        for deadline in deadlines_of(session, process, only_open=True):
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the process was closed")
        process.closed_at = clock.now()
    session.add(process)
    return True


def agencies_in_scope(session: Session, process: Process) -> Sequence[Agency]:
    """The agencies that take part in the process, by name."""
    ids = [each.agency_id for each in participants_of(session, process.id or 0, IN_SCOPE)]
    agencies = [session.get_one(Agency, each) for each in ids if each is not None]
    return sorted(agencies, key=lambda agency: agency.name)


def event_happened(session: Session, book: RuleBook, process: Process, anchor: str, happened_on: date) -> None:
    """The event stands in the record, and dates that were only planned until then are counted anew from it."""
    session.add(AnchorEvent(process_id=process.id or 0, name=anchor, happened_on=happened_on))
    session.flush()
    write_history(session, process, "event", {"name": anchor, "on": happened_on})
    anchors = anchors_of(session, process.id or 0)
    periods = {each.kind: each for each in book.periods_of(process.kind, process.guidance)}
    for deadline in deadlines_of(session, process, only_open=True):
        period = periods.get(deadline.kind)
        if period is None or period.anchor != anchor or deadline.anchor == anchor:
            continue
        due = due_date(period, anchors, book.calendar)
        if due is not None:
            move_deadline(session, book, process, deadline, due, "the event it is counted from has happened")


def open_deadlines(session: Session, book: RuleBook, process: Process, kinds: Collection[str]) -> list[Deadline]:
    """Everything of those kinds is owed, by each agency in scope where the period is one for each agency.

    Those whose event has not happened and that cannot be planned yet are left out.
    """
    anchors = anchors_of(session, process.id or 0)
    opened = []
    for period in book.periods_of(process.kind, process.guidance):
        due = due_date(period, anchors, book.calendar) if period.kind in kinds else None
        if due is None:
            continue
        agencies = agencies_in_scope(session, process) if period.per_agency else [None]
        opened += [open_deadline(session, book, process, period, due, agency) for agency in agencies]
    return opened


def agency_of(session: Session, deadline: Deadline) -> Agency | None:
    """The agency that owes, None when it is a person of the board."""
    return session.exec(select(Agency).where(Agency.id == deadline.agency_id)).first()
