"""Letters that one entry has brought about: those that wait never go, and whoever had one is known by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from config import clock
from models.records.chasing import MISTAKEN, NOT_YET_SENT
from models.records.locking import locking
from models.records.messages import Message, MessageState, Task
from models.records.processes import Process

TELEPHONE = "telephone:"  # how the once-keys of tasks begin that stand in the place of a letter


@dataclass(frozen=True)
class Letters:
    """The letters of one kind about one thing, by how their once-keys end."""

    kind: str
    ending: str


def never_said(session: Session, process: Process, letters: Iterable[Letters], why: str) -> set[tuple[int, date]]:
    """Those that have not gone never go, nor are they telephoned; gives back to whom others went, and when.

    All of them make room for the same letter, should the thing be recorded rightly.
    """
    told: set[tuple[int, date]] = set()
    for each in letters:
        told |= _never_sent(session, process, each, why)
        _end_tasks(session, process, f"{TELEPHONE}{each.kind}:", each.ending)
    session.flush()
    return told


def never_put_to(session: Session, process: Process, begins: str, ending: str) -> None:
    """The tasks and agenda items whose once-keys begin and end so are none any more."""
    _end_tasks(session, process, begins, ending)
    session.flush()


def _never_sent(session: Session, process: Process, letters: Letters, why: str) -> set[tuple[int, date]]:
    question = select(Message).where(
        Message.process_id == process.id, Message.kind == letters.kind, col(Message.once_key).endswith(letters.ending)
    )
    told = set()
    for message in session.exec(locking(question.order_by(col(Message.id)))).all():
        if message.state in NOT_YET_SENT:
            message.state, message.why_withdrawn = MessageState.WITHDRAWN, why
        elif message.state in (MessageState.SENT, MessageState.SENDING) and message.contact_id is not None:
            told.add((message.contact_id, clock.local(message.sent_at or message.queued_at).date()))
        message.once_key = f"{message.once_key}{MISTAKEN}{message.id}"
        session.add(message)
    return told


def _end_tasks(session: Session, process: Process, begins: str, ending: str) -> None:
    question = select(Task).where(
        Task.process_id == process.id, col(Task.once_key).startswith(begins), col(Task.once_key).endswith(ending)
    )
    for task in session.exec(question).all():
        task.done_at = task.done_at or clock.now()
        task.once_key = f"{task.once_key}{MISTAKEN}{task.id}"
        session.add(task)
