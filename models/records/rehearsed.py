"""What a rehearsal looks at beside the messages themselves: the rungs that they carry, and tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select, update

from config import clock
from models.records.boards import Agency
from models.records.chasing import thread_of
from models.records.database import reading
from models.records.deadlines import Deadline
from models.records.messages import Message, MessageState, Notice, Task, TaskKind
from models.records.processes import Process


@dataclass(frozen=True)
class Carried:
    """One rung that a message carries."""

    kind: str = ""
    title: str = ""
    agency: str = ""
    rung: str = ""
    recipient_role: str = ""


@dataclass(frozen=True)
class Opened:
    """One task that was opened."""

    kind: TaskKind
    title: str
    of_kind: str
    agency: str
    rung: str
    opened_at: datetime


@dataclass(frozen=True)
class Outlook:
    """When the process is looked at next."""

    is_closed: bool
    next_rung_on: date | None  # the first day on which a round has something to say
    next_message_on: date | None  # the day on which the next message may go


# asked so often that putting the question together would take longer than its answer
_NEXT_MESSAGE = select(func.min(Message.not_before_at)).where(Message.state == MessageState.WAITING)
_REST = (
    update(Deadline)
    .where(col(Deadline.process_id) != bindparam("rehearsed"), col(Deadline.next_rung_on).is_not(None))
    .values(next_rung_on=None)
)
_HELD = select(Message.id).where(Message.state == MessageState.HELD).order_by(col(Message.id))


def carried_by(message_ids: Collection[int]) -> Mapping[int, Sequence[Carried]]:
    """The rungs that each message carries, the earliest date first."""
    question: Any = (
        select(Notice.message_id, Deadline.kind, Deadline.title, Agency.key, Notice.rung, Notice.recipient_role)  # type: ignore[call-overload]
        .join(Deadline, col(Notice.deadline_id) == col(Deadline.id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(col(Notice.message_id).in_(message_ids)).order_by(col(Deadline.working_target_on), col(Notice.id))
    )  # fmt: skip
    found = defaultdict[int, list[Carried]](list)
    with reading() as session:
        for message_id, *values in session.exec(question).all():
            found[message_id].append(Carried(*(value or "" for value in values)))
    return found


def kinds_owed() -> Mapping[str, str]:
    """The kind of everything that is or was owed, by the thread of its messages."""
    with reading() as session:
        return {thread_of(each): each.kind for each in session.exec(select(Deadline)).all()}


def tasks_opened() -> Sequence[Opened]:
    """All tasks, oldest first."""
    question: Any = (
        select(Task, Deadline.kind, Agency.key, func.min(Notice.rung))
        .join(Deadline, col(Deadline.id) == col(Task.deadline_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Task.agency_id), isouter=True)
        .join(Notice, col(Notice.task_id) == col(Task.id), isouter=True)
        .group_by(col(Task.id), col(Deadline.kind), col(Agency.key)).order_by(col(Task.id))
    )  # fmt: skip
    with reading() as session:
        return [
            Opened(task.kind, task.title, kind or "", agency or "", rung or "", task.opened_at)
            for task, kind, agency, rung in session.exec(question).all()
        ]


def outlook(session: Session, process: Process, owed: Sequence[Deadline]) -> Outlook:
    """When the process is looked at next, as its record stands; `owed` is what is open."""
    rung = min((each.next_rung_on for each in owed if each.next_rung_on is not None), default=None)
    message = next_message_at(session)
    return Outlook(process.closed_at is not None, rung, clock.local(message).date() if message else None)


def let_others_rest(session: Session, process: Process) -> None:
    """Nobody is chased for what another process owes: that is rehearsed by itself."""
    session.connection().execute(_REST, {"rehearsed": process.id})


def next_message_at(session: Session) -> datetime | None:
    """When the next message may go; None when nothing waits."""
    return session.exec(_NEXT_MESSAGE).one()


def held_messages(session: Session) -> list[int]:
    """The messages that wait for a person."""
    return [each for each in session.exec(_HELD).all() if each is not None]
