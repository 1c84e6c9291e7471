"""What was said about a review, or about one agency or one thing owed in it: the rows behind a proof.

Nothing here changes anything, and no text that a person typed is ever read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from config import clock
from models.records.boards import Agency, Contact
from models.records.chasing import thread_of
from models.records.deadlines import Arming, CallNote, Deadline
from models.records.history import History
from models.records.messages import Attempt, Message, MessageState, Notice, Task
from models.records.processes import Process
from models.rules.spoken import spoken

TO_FOLDER = "written to "  # how the answer to a message begins where there is no mail server
TRIAL = "trial mode, sent to the office instead: "  # and where trial mode kept it from its reader


@dataclass(frozen=True)
class Matter:
    """What a proof is about: a review, and in it one agency or one thing owed where one is named."""

    process: Process
    agency: Agency | None = None
    deadline: Deadline | None = None


@dataclass(frozen=True)
class AsSaid:
    """The words of one message as they were when it went, and how it went."""

    subject: str
    text: str
    how: str  # "accepted by the mail server at 07:04 ...", never more than is known
    notes: tuple[str, ...] = ()  # what has to be known about the words


@dataclass(frozen=True)
class Letter:
    """One message with the person it went to, by role and address, and what became of it."""

    message: Message
    role: str
    agency_name: str
    address: str
    bounced_at: datetime | None
    attempts: Sequence[Attempt]
    released_at: datetime | None


@dataclass(frozen=True)
class Chase:
    """One notice with what it is about and what carried it."""

    notice: Notice
    deadline: Deadline
    message: Message | None
    task: Task | None


def how_it_went(message: Message) -> str:
    """How a message went, and nothing beyond what is known: "accepted by the mail server at 07:04 on ..."."""
    if message.state is not MessageState.SENT or message.sent_at is None:
        return "not accepted by the mail server"
    local = clock.local(message.sent_at)
    when = f"at {local:%H:%M} on {spoken(local.date())}"
    if message.reply.startswith(TRIAL):
        return f"not sent to this address: trial mode was on, and it went to the office {when}"
    if message.reply.startswith(TO_FOLDER):
        return f"not sent: written to the folder for mail {when}, because no mail server was set"
    return f"accepted by the mail server {when}"


def letters_about(session: Session, matter: Matter) -> list[Letter]:
    """Every message about the matter, in the order in which they were queued."""
    question: Any = (
        select(Message, Contact, Agency)
        .join(Contact, col(Contact.id) == col(Message.contact_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Contact.agency_id), isouter=True)
        .where(_about(matter))
        .order_by(col(Message.id))
    )
    rows = [row for row in session.exec(question).all() if _belongs(matter, *row[:2])]
    rows += _carried_only(session, matter, {row[0].id for row in rows})
    rows.sort(key=lambda row: row[0].id)
    ids = [row[0].id for row in rows]
    attempts, released = _attempts(session, ids), _released(session, matter.process)
    return [
        Letter(
            message, contact.role if contact else "", agency.name if agency else "",
            contact.email if contact else "", contact.bounced_at if contact else None,
            attempts.get(message.id, ()), released.get(message.id),
        )
        for message, contact, agency in rows
    ]  # fmt: skip


def tasks_about(session: Session, matter: Matter) -> Sequence[Task]:
    """What the office had to do about the matter, oldest first."""
    question = select(Task).where(Task.process_id == matter.process.id)
    if matter.deadline is not None:
        noted = select(Notice.task_id).where(Notice.deadline_id == matter.deadline.id)
        question = question.where((col(Task.deadline_id) == matter.deadline.id) | col(Task.id).in_(noted))
    if matter.agency is not None:
        question = question.where(Task.agency_id == matter.agency.id)
    return session.exec(question.order_by(col(Task.id))).all()


def calls_about(session: Session, matter: Matter) -> Sequence[tuple[CallNote, Deadline]]:
    """What was noted of telephone calls about the matter, oldest first."""
    question = (
        select(CallNote, Deadline)
        .join(Deadline, col(Deadline.id) == col(CallNote.deadline_id))
        .where(_owed(matter))
        .order_by(col(CallNote.id))
    )
    return session.exec(question).all()


def chasing_about(session: Session, matter: Matter) -> list[Chase]:
    """Every notice about the matter, in the order in which they were said."""
    question: Any = (
        select(Notice, Deadline, Message, Task)
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .join(Task, col(Task.id) == col(Notice.task_id), isouter=True)
        .where(_owed(matter))
        .order_by(col(Notice.said_on), col(Notice.id))
    )
    return [Chase(*row) for row in session.exec(question).all()]


def armings_of(session: Session, process: Process) -> Mapping[int, Sequence[Arming]]:
    """Every date that was ever set for what is owed to the process, by the number of the deadline."""
    question = (
        select(Arming)
        .join(Deadline, col(Deadline.id) == col(Arming.deadline_id))
        .where(Deadline.process_id == process.id)
        .order_by(col(Arming.no))
    )
    found: defaultdict[int, list[Arming]] = defaultdict(list)
    for arming in session.exec(question).all():
        found[arming.deadline_id].append(arming)
    return found


def _about(matter: Matter) -> ColumnElement[bool]:
    return col(Message.process_id) == matter.process.id


def _owed(matter: Matter) -> ColumnElement[bool]:
    owed = col(Deadline.process_id) == matter.process.id
    if matter.deadline is not None:
        owed &= col(Deadline.id) == matter.deadline.id
    if matter.agency is not None:
        owed &= col(Deadline.agency_id) == matter.agency.id
    return owed


def _belongs(matter: Matter, message: Message, contact: Contact | None) -> bool:
    """Of the messages about the process, those about the agency or the thing; its notices come besides."""
    if matter.deadline is not None:
        return message.thread_key == thread_of(matter.deadline) or _speaks_of(message, contact, matter.deadline)
    if matter.agency is not None:
        return matter.agency.id in (message.agency_id, contact.agency_id if contact else None)
    return True


def _speaks_of(message: Message, contact: Contact | None, deadline: Deadline) -> bool:
    """True when a letter to the agency that owes it, or to nobody's agency, lists the thing by its title."""
    if deadline.agency_id is not None and (contact is None or contact.agency_id != deadline.agency_id):
        return False
    items = message.facts.get("items", ())
    return any(isinstance(item, Mapping) and item.get("title") == deadline.title for item in items)


def _carried_only(session: Session, matter: Matter, known: Collection[int | None]) -> list[Any]:
    """Messages that speak of the matter through their notices alone, such as a person's reminder of a day."""
    carried = (
        select(Notice.message_id)
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .where(_owed(matter), col(Notice.message_id).is_not(None))
        .distinct()
    )
    question: Any = (
        select(Message, Contact, Agency)
        .join(Contact, col(Contact.id) == col(Message.contact_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Contact.agency_id), isouter=True)
        .where(col(Message.id).in_(carried))
    )
    return [row for row in session.exec(question).all() if row[0].id not in known]


def _attempts(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Attempt]]:
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    for start in range(0, len(ids), 500):
        question = select(Attempt).where(col(Attempt.message_id).in_(ids[start : start + 500]))
        for attempt in session.exec(question.order_by(col(Attempt.id))).all():
            found[attempt.message_id].append(attempt)
    return found


def _released(session: Session, process: Process) -> Mapping[int, datetime]:
    question = select(History).where(History.process_id == process.id, History.deed == "message released")
    return {row.facts.get("message", 0): row.at for row in session.exec(question.order_by(col(History.seq))).all()}
