"""What the office must see each morning beside the deadlines: post, tasks, promises, stops, the round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from config import clock
from models.records.boards import Agency, Contact
from models.records.deadlines import CallNote, CallOutcome, Deadline, DeadlineState
from models.records.due import rounds_for
from models.records.messages import Attempt, Message, MessageState, Notice, SendingStop, Task, TaskKind
from models.records.processes import Process
from models.records.today import Some
from models.rules.ladders import MessageClass

MOST_HEADS = 500  # a mail must stay readable
FAILED_WITHIN = timedelta(days=7)  # how long a failed message stays in the digest


@dataclass(frozen=True)
class Post:
    """One message and what it is about; to whom by role, never by name."""

    kind: str
    role: str
    agency_name: str
    spoken_ref: str  # "" when it is about several processes
    title: str  # what is owed; of the first thing, when it is about several
    due_on: date | None
    things: int
    queued_at: datetime
    goes_at: datetime
    reply: str


@dataclass(frozen=True)
class Todo:
    """One task that is not done."""

    kind: TaskKind
    title: str
    opened_at: datetime


@dataclass(frozen=True)
class Promise:
    """What was promised by telephone for a day that has come, and has not arrived."""

    spoken_ref: str
    title: str
    agency_name: str
    promised_on: date
    due_on: date


@dataclass(frozen=True)
class Stop:
    """Sending is stopped for this scope."""

    scope: str  # "everything", "one review", "one agency", "one person"
    spoken_ref: str
    agency_name: str
    stopped_at: datetime


@dataclass(frozen=True)
class Head:
    """The end of the chain of one process's history."""

    ref: str
    head: str


@dataclass(frozen=True)
class MadeUp:
    """What the rounds of a day have made up for."""

    missed: tuple[date, ...] = ()
    said_late: int = 0
    merged_late: int = 0


def going_out_later(session: Session, board_id: int, limit: int | None = None) -> Some:
    """Notes of lateness that go by themselves at the board's hour, unless the thing is recorded before."""
    return _post(
        session, limit,
        and_(
            col(Message.board_id) == board_id, col(Message.state) == MessageState.WAITING,
            col(Message.message_class) == MessageClass.LATENESS, col(Message.not_before_at) > clock.now(),
            col(Message.tries) == 0,
        ),
    )  # fmt: skip


def waiting_for_release(session: Session, board_id: int, limit: int | None = None) -> Some:
    """Messages that nobody receives unseen and that no person has let go."""
    return _post(session, limit, and_(col(Message.board_id) == board_id, col(Message.state) == MessageState.HELD))


def failed(session: Session, board_id: int, limit: int | None = None) -> Some:
    """Messages that have failed for good within the last seven days."""
    since = clock.now() - FAILED_WITHIN
    lately = (
        select(Attempt.id)
        .where(Attempt.message_id == Message.id, col(Attempt.permanent).is_(True), col(Attempt.at) >= since)
        .exists()
    )
    mine = and_(col(Message.board_id) == board_id, col(Message.state) == MessageState.FAILED, lately)
    return _post(session, limit, mine)


def open_tasks(session: Session, board_id: int, limit: int | None = None) -> Some:
    """What the office has still to do, oldest first."""
    mine = and_(col(Task.board_id) == board_id, col(Task.done_at).is_(None))
    question = select(Task.kind, Task.title, Task.opened_at).where(mine).order_by(col(Task.id)).limit(limit)
    rows = session.exec(question).all()
    total = session.exec(select(func.count(col(Task.id))).where(mine)).one()
    return Some([Todo(TaskKind(kind), title, at) for kind, title, at in rows], total)


def promises_due(session: Session, board_id: int, on: date, limit: int | None = None) -> Some:
    """What was promised for `on` or before and is still owed, the oldest promise first.

    The sum keeps SQLite from beginning with all that is open: there are always fewer calls.
    """
    mine = and_(
        col(CallNote.outcome) == CallOutcome.PROMISE, col(CallNote.promised_on) <= on,
        col(Deadline.board_id) + 0 == board_id, col(Deadline.state) == DeadlineState.OPEN,
        col(CallNote.arming) == col(Deadline.arming),
    )  # fmt: skip
    question: Any = (
        select(  # type: ignore[call-overload]
            Process.ref, Process.word, Deadline.title, Agency.name, CallNote.promised_on,
            Deadline.working_target_on,
        )
        .select_from(CallNote)
        .join(Deadline, col(Deadline.id) == col(CallNote.deadline_id))
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(mine).order_by(col(CallNote.promised_on), col(CallNote.id)).limit(limit)
    )  # fmt: skip
    rows = session.exec(question).all()
    counted = select(func.count(col(CallNote.id))).join(Deadline, col(Deadline.id) == col(CallNote.deadline_id))
    total = session.exec(counted.where(mine)).one()
    return Some([Promise(f"{row[0]} {row[1]}".strip(), row[2], row[3] or "", row[4], row[5]) for row in rows], total)


def stops_in_force(session: Session, board_id: int) -> list[Stop]:
    """Where sending is stopped, each until it is lifted."""
    question = (
        select(SendingStop, Process, Agency)
        .join(Process, col(Process.id) == col(SendingStop.process_id), isouter=True)
        .join(Agency, col(Agency.id) == col(SendingStop.agency_id), isouter=True)
        .where(SendingStop.board_id == board_id, col(SendingStop.lifted_at).is_(None))
        .order_by(col(SendingStop.id))
    )
    return [_stop(*row) for row in session.exec(question).all()]


def heads_of_chains(session: Session, board_id: int) -> list[Head]:
    """The ends of the histories of all open processes that have one, by reference."""
    question = select(Process.ref, Process.history_head).where(
        Process.board_id == board_id, col(Process.closed_at).is_(None), Process.history_head != ""
    )
    return [Head(*row) for row in session.exec(question.order_by(Process.ref).limit(MOST_HEADS)).all()]


def made_up_for(session: Session, board_key: str, day: date) -> MadeUp:
    """What all rounds for that day, also those that were cut short, have made up for together."""
    missed: set[str] = set()
    said_late = merged_late = 0
    for one in rounds_for(session, "morning", day):
        did: Mapping[str, Any] = one.did.get("boards", {}).get(board_key, {})
        missed.update(did.get("missed", ()))
        said_late += did.get("said_late", 0)
        merged_late += did.get("merged_late", 0)
    return MadeUp(tuple(sorted(date.fromisoformat(text) for text in missed)), said_late, merged_late)


def _post(session: Session, limit: int | None, mine: ColumnElement[bool]) -> Some:
    question = (
        select(Message, Contact.role, Agency.name)
        .join(Contact, col(Contact.id) == col(Message.contact_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Contact.agency_id), isouter=True)
        .where(mine).order_by(col(Message.id)).limit(limit)
    )  # fmt: skip
    rows = session.exec(question).all()
    total = session.exec(select(func.count(col(Message.id))).where(mine)).one()
    return Some([_piece(session, *row) for row in rows], total)


def _piece(session: Session, message: Message, role: str | None, agency: str | None) -> Post:
    question: Any = (
        select(Deadline.title, Deadline.working_target_on, Process.ref, Process.word)  # type: ignore[call-overload]
        .join(Notice, col(Notice.deadline_id) == col(Deadline.id))
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .where(Notice.message_id == message.id).order_by(col(Deadline.working_target_on), col(Notice.id))
    )  # fmt: skip
    things = session.exec(question).all()
    refs = {f"{ref} {word}".strip() for _, _, ref, word in things}
    if not things and message.process_id is not None:
        refs = {session.get_one(Process, message.process_id).spoken_ref}
    title, due_on = (things[0][0], things[0][1]) if things else ("", None)
    return Post(
        kind=message.kind, role=role or "", agency_name=agency or "", title=title, due_on=due_on,
        spoken_ref=refs.pop() if len(refs) == 1 else "", things=len(things), queued_at=message.queued_at,
        goes_at=message.not_before_at, reply=message.reply,
    )  # fmt: skip


def _stop(stop: SendingStop, process: Process | None, agency: Agency | None) -> Stop:
    ref = process.spoken_ref if process else ""
    scope = "one review" if process else "one agency" if agency else "everything"
    return Stop(
        scope="one person" if stop.contact_id is not None else scope, spoken_ref=ref,
        agency_name=agency.name if agency else "", stopped_at=stop.stopped_at,
    )  # fmt: skip
