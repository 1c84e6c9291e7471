"""What a rehearsal looks at beside the messages themselves: the rungs that they carry, and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.records.boards import Agency
from models.records.database import reading
from models.records.deadlines import Deadline, DeadlineState
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

    id: int
    kind: TaskKind
    title: str
    of_kind: str
    agency: str
    rung: str
    opened_at: datetime


def carried_by(message_id: int) -> Sequence[Carried]:
    """The rungs that the message carries, the earliest date first."""
    question: Any = (
        select(Deadline.kind, Deadline.title, Agency.key, Notice.rung, Notice.recipient_role)  # type: ignore[call-overload]
        .join(Notice, col(Notice.deadline_id) == col(Deadline.id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(Notice.message_id == message_id).order_by(col(Deadline.working_target_on), col(Notice.id))
    )  # fmt: skip
    with reading() as session:
        return [Carried(*(value or "" for value in row)) for row in session.exec(question).all()]


def kind_of_thread(thread_key: str) -> str:
    """The kind of the thing owed whose thread that is; "" for none."""
    name, _, number = thread_key.partition(":")
    if name != "deadline" or not number.isdigit():
        return ""
    with reading() as session:
        owed = session.get(Deadline, int(number))
        return owed.kind if owed is not None else ""


def tasks_since(last: int) -> Sequence[Opened]:
    """The tasks opened after that one, oldest first."""
    question: Any = (
        select(Task, Deadline.kind, Agency.key, func.min(Notice.rung))
        .join(Deadline, col(Deadline.id) == col(Task.deadline_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Task.agency_id), isouter=True)
        .join(Notice, col(Notice.task_id) == col(Task.id), isouter=True)
        .where(col(Task.id) > last).group_by(col(Task.id), col(Deadline.kind), col(Agency.key)).order_by(col(Task.id))
    )  # fmt: skip
    with reading() as session:
        return [
            Opened(task.id or 0, task.kind, task.title, kind or "", agency or "", rung or "", task.opened_at)
            for task, kind, agency, rung in session.exec(question).all()
        ]


def next_rung_of(ref: str) -> date | None:
    """The first day on which a round has something to say about the process."""
    question = (
        select(func.min(Deadline.next_rung_on))
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .where(Process.ref == ref, Deadline.state == DeadlineState.OPEN)
    )
    with reading() as session:
        return session.exec(question).one()


def next_message_at() -> datetime | None:
    """When the next message may go; None when nothing waits."""
    question = select(func.min(Message.not_before_at)).where(Message.state == MessageState.WAITING)
    with reading() as session:
        return session.exec(question).one()


def held_messages(session: Session) -> list[int]:
    """The messages that wait for a person."""
    question = select(Message.id).where(Message.state == MessageState.HELD).order_by(col(Message.id))
    return [each for each in session.exec(question).all() if each is not None]
