"""What lies ahead of a board over some weeks, and what waits for somebody to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from config import clock
from models.records.boards import Agency
from models.records.deadlines import Deadline
from models.records.delays import Extension, ExtensionState, Pause
from models.records.meetings import Meeting, MeetingKind, MeetingState
from models.records.processes import Process
from models.records.today import IS_OPEN


@dataclass(frozen=True)
class DueThen:
    """What is due on one day to one process; alike things that several owe are one."""

    on: date
    ref: str
    spoken_ref: str
    title: str
    owner_role: str
    agency_name: str  # of one of those who owe it; "" for the board's own people
    owed_by: int


@dataclass(frozen=True)
class MeetingThen:
    """A meeting that is planned."""

    starts_at: datetime
    kind: MeetingKind
    place: str
    ref: str  # "" for one that is about no process alone
    spoken_ref: str


@dataclass(frozen=True)
class MoreTime:
    """A request for more time for one thing, and what became of it."""

    ref: str
    spoken_ref: str
    title: str
    agency_name: str
    state: ExtensionState
    asked_on: date
    from_due_on: date
    wanted_on: date | None
    new_due_on: date | None
    capacity: str


@dataclass(frozen=True)
class PauseInForce:
    """The clock of a process stands still."""

    ref: str
    spoken_ref: str
    from_on: date
    look_again_on: date


def due_between(session: Session, board_id: int, first: date, last: date, limit: int) -> list[DueThen]:
    """What is open and due from the first day to the last one, by day; limits of whole processes among them."""
    alike: Any = (
        Deadline.working_target_on, Process.ref, Process.word, Deadline.title, Deadline.owner_role, Process.id
    )  # fmt: skip
    question: Any = (
        select(*alike, func.min(Agency.name), func.count(col(Deadline.id)))  # type: ignore[call-overload]
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(
            Deadline.board_id == board_id, IS_OPEN, col(Deadline.working_target_on) >= first,
            col(Deadline.working_target_on) <= last,
        )
        .group_by(*alike)
        .order_by(col(Deadline.working_target_on), col(Process.id), col(Deadline.title))
        .limit(limit)
    )  # fmt: skip
    return [
        DueThen(on, ref, f"{ref} {word}".strip(), title, role, agency or "", count)
        for on, ref, word, title, role, _, agency, count in session.exec(question).all()
    ]


def meetings_between(session: Session, board_id: int, first: date, last: date, limit: int) -> list[MeetingThen]:
    """The meetings of the board that are planned from the first day to the last one, by their beginning."""
    question = (
        select(Meeting, Process)
        .join(Process, col(Process.id) == col(Meeting.process_id), isouter=True)
        .where(
            Meeting.board_id == board_id, Meeting.state == MeetingState.PLANNED,
            col(Meeting.starts_at) >= clock.at(first, 0), col(Meeting.starts_at) <= clock.at(last, 23, 59),
        )
        .order_by(col(Meeting.starts_at), col(Meeting.id)).limit(limit)
    )  # fmt: skip
    rows: Any = session.exec(question).all()
    return [
        MeetingThen(
            one.starts_at, one.kind, one.place, process.ref if process else "", process.spoken_ref if process else ""
        )
        for one, process in rows
    ]


def more_time_asked_for(session: Session, board_id: int) -> list[MoreTime]:
    """Requests for more time in open processes of the board that nobody has decided, the oldest first."""
    return _more_time(session, Process.board_id == board_id, Extension.state == ExtensionState.ASKED)


def more_time_for(session: Session, agency: Agency) -> list[MoreTime]:
    """Every request of the agency for more time in processes that are open, the oldest first."""
    return _more_time(session, Deadline.agency_id == agency.id)


def more_time_in(session: Session, process: Process) -> list[MoreTime]:
    """Every request for more time in the process, open or closed, the oldest first."""
    return _more_time(session, Extension.process_id == process.id, only_open=False)


def pauses_in_force(session: Session, board_id: int) -> list[PauseInForce]:
    """The open processes of the board whose clocks stand still, the first to be looked at again first."""
    question = (
        select(Pause, Process).join(Process, col(Process.id) == col(Pause.process_id))
        .where(col(Pause.ended_on).is_(None), Process.board_id == board_id, col(Process.closed_at).is_(None))
        .order_by(col(Pause.look_again_on), col(Pause.id))
    )  # fmt: skip
    return [
        PauseInForce(process.ref, process.spoken_ref, pause.from_on, pause.look_again_on)
        for pause, process in session.exec(question).all()
    ]


def _more_time(session: Session, *mine: Any, only_open: bool = True) -> list[MoreTime]:
    question = (
        select(Extension, Deadline.title, Process, Agency.name)
        .join(Deadline, col(Deadline.id) == col(Extension.deadline_id))
        .join(Process, col(Process.id) == col(Extension.process_id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(*mine).order_by(col(Extension.id))
    )  # fmt: skip
    if only_open:
        question = question.where(col(Process.closed_at).is_(None))
    rows: Sequence[Any] = session.exec(question).all()
    return [
        MoreTime(
            process.ref, process.spoken_ref, title, agency or "", one.state, one.asked_on, one.from_due_on,
            one.wanted_on, one.new_due_on, one.capacity,
        )
        for one, title, process, agency in rows
    ]  # fmt: skip
