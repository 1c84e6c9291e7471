"""How a process begins and moves on: its stage, the events it counts from, and what becomes owed by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from config import clock
from models.records.boards import Agency, Board
from models.records.chasing import Owed, deadlines_of, end_deadline, move_deadline, open_all
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import pauses_of
from models.records.history import write_history
from models.records.kept import keep, kept
from models.records.processes import (
    AnchorEvent,
    Participant,
    Process,
    anchors_of,
    new_reference,
)
from models.records.restrictions import restrict, restriction_in_force
from models.rulebook import RuleBook
from models.rules.delays import StoodStill
from models.rules.planning import Plan
from models.rules.processes import KINDS
from models.rules.stages import FIRST, Stage, is_last, may_move
from models.rules.timetable import DueDate

IN_SCOPE = "in_scope"
# what happens to one agency or paper alone
OWN_DAYS = ("circulation", "joining", "reading", "absence", "meeting", "checking")


# asked so often that putting the question together would take longer than its answer
_IN_SCOPE = (
    select(Agency)
    .join(Participant, col(Participant.agency_id) == col(Agency.id))
    .where(
        Participant.process_id == bindparam("process_id"), Participant.role == IN_SCOPE,
        col(Participant.to_on).is_(None),
    )
    .order_by(Agency.name)
    .distinct()
)  # fmt: skip


def open_process(
    session: Session,
    book: RuleBook,
    board: Board,
    kind: str,
    secure_place: str,
    agencies: Sequence[Agency],
    parent: Process | None = None,
) -> Process:
    """A process of that kind stands at its first stage, under the guidance edition of the process that opens it, else
    under the board's present one. Raises NotBegun for a kind that there is not under that edition."""
    guidance = parent.guidance if parent else book.guidance
    book.insist_that_it_is_begun(kind, guidance)
    ref, word = new_reference(session)
    process = Process(
        board_id=board.id or 0, kind=kind, ref=ref, word=word, stage=FIRST[kind], guidance=guidance,
        parent_id=parent.id if parent else None,
        secure_place=secure_place, opened_at=clock.now(),
    )  # fmt: skip
    session.add(process)
    session.flush()
    for agency in agencies:
        session.add(Participant(process_id=process.id or 0, role=IN_SCOPE, agency_id=agency.id, from_on=clock.today()))
    keys = [agency.key for agency in agencies]
    facts: dict[str, Any] = {"kind": kind, "guidance": process.guidance, "agencies": keys}
    write_history(session, process, "opened", {**facts, "opened by": parent.ref} if parent else facts)
    if parent is not None:
        write_history(session, parent, "opened another", {"kind": kind, "ref": process.ref})
        if restriction_in_force(session, parent) is not None:
            restrict(session, process)  # what may not be said of a case may not be said of what follows from it
    return process


def move_to(session: Session, process: Process, stage: Stage) -> bool:
    """True when the process reaches the stage for the first time; a last stage closes it.

    Of a closed process only what outlives its kind stays owed. Does nothing when the stage was reached before.
    Raises IllegalMove when it may not follow.
    """
    if not may_move(process.kind, process.stage, stage):
        return False
    write_history(session, process, "stage reached", {"from": process.stage.value, "to": stage.value})
    process.stage = stage
    if is_last(process.kind, stage):
        for deadline in deadlines_of(session, process, only_open=True):
            if deadline.kind not in KINDS[process.kind].outlives:
                end_deadline(session, process, deadline, DeadlineState.ENDED, "the process was closed")
        process.closed_at = clock.now()
    session.add(process)
    return True


def agencies_in_scope(session: Session, process: Process) -> Sequence[Agency]:
    """The agencies that take part in the process, by name."""
    return keep(session, session.exec(_IN_SCOPE, params={"process_id": process.id}).all())


def event_happened(session: Session, book: RuleBook, process: Process, anchor: str, happened_on: date) -> None:
    """The event stands in the record, and dates that were only planned until then are counted anew from it."""
    session.add(AnchorEvent(process_id=process.id or 0, name=anchor, happened_on=happened_on))
    session.flush()
    write_history(session, process, "event", {"name": anchor, "on": happened_on})
    periods = {each.kind: each for each in book.periods_of(process.kind, process.guidance)}
    dates = plan_of(session, book, process).by_kind
    for deadline in deadlines_of(session, process, only_open=True):
        period = periods.get(deadline.kind)
        if period is None or period.anchor != anchor or deadline.anchor == anchor or deadline.kind not in dates:
            continue
        if _has_more_time(deadline, dates[deadline.kind]):
            continue
        why = "the event it is counted from has happened"
        move_deadline(session, book, process, deadline, dates[deadline.kind], why)


def event_moved(session: Session, process: Process, anchor: str, happened_on: date) -> date | None:
    """The event stands in the record on another day, and the journal keeps both; gives back the day before.

    The dates that count from it stay until they are planned again.
    """
    known = session.exec(
        select(AnchorEvent).where(AnchorEvent.process_id == process.id, AnchorEvent.name == anchor)
    ).first()
    if known is None:
        return None
    before = known.happened_on
    known.happened_on = happened_on
    session.add(known)
    session.flush()
    write_history(session, process, "event moved", {"name": anchor, "from": before, "to": happened_on})
    return before


def plan_of(
    session: Session, book: RuleBook, process: Process, expected: Mapping[str, date] | None = None
) -> Plan:  # fmt: skip
    """The whole timetable of the process, as far as its events are known, with the pauses that have ended.

    `expected` are days on which events are expected that have not happened yet.
    """
    stood = [StoodStill(each.from_on, each.ended_on) for each in pauses_of(session, process) if each.ended_on]
    anchors = {**(expected or {}), **anchors_of(session, process.id or 0)}
    return book.plan(process.kind, process.guidance, anchors, stood_still=stood)


def plan_again(session: Session, book: RuleBook, process: Process, why: str) -> list[Deadline]:
    """Everything that is not met yet has its date afresh from the events as they are now; gives back what moved."""
    plan = plan_of(session, book, process)
    changed = []
    for deadline in deadlines_of(session, process, only_open=True):
        due = planned_anew(plan, deadline)
        if due is not None:
            move_deadline(session, book, process, deadline, due, why)
            changed.append(deadline)
    return changed


def planned_anew(plan: Plan, deadline: Deadline) -> DueDate | None:
    """The date that the timetable gives it now, None where it keeps the one that it has."""
    due = plan.by_kind.get(deadline.kind)
    if due is None or not _is_planned(deadline) or due.working_target_on == deadline.working_target_on:
        return None
    return None if _has_more_time(deadline, due) else due


def _has_more_time(deadline: Deadline, due: DueDate) -> bool:
    """True where more time was granted than the timetable would give now: a decision is not undone by a count."""
    return deadline.extensions > 0 and due.working_target_on < deadline.working_target_on


def _is_planned(deadline: Deadline) -> bool:
    """True for what has the date of the timetable; what was counted from a day of its own keeps it."""
    return deadline.slot.partition(":")[0] == deadline.kind and deadline.anchor not in OWN_DAYS


def open_deadlines(session: Session, book: RuleBook, process: Process, kinds: Collection[str]) -> list[Deadline]:
    """Everything of those kinds is owed, by each agency in scope where the period is one for each agency.

    Those whose event has not happened and that cannot be planned yet are left out.
    """
    dates = plan_of(session, book, process).by_kind
    owed: list[Owed] = []
    for period in book.periods_of(process.kind, process.guidance):
        due = dates.get(period.kind) if period.kind in kinds else None
        if due is None:
            continue
        agencies = agencies_in_scope(session, process) if period.per_agency else [None]
        owed += [Owed(period, due, agency) for agency in agencies]
    return open_all(session, book, process, owed)


def agency_of(session: Session, deadline: Deadline) -> Agency | None:
    """The agency that owes, None when it is a person of the board."""
    return kept(session, Agency, deadline.agency_id) if deadline.agency_id is not None else None
