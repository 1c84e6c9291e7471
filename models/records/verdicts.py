"""What the record keeps when a message could not be sent, or need not be; each function is a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select, update

from config import clock
from models.records.boards import Board, Contact
from models.records.columns import Facts
from models.records.database import reading, transaction
from models.records.deadlines import Deadline
from models.records.history import write_history
from models.records.locking import locking
from models.records.messages import Attempt, Message, MessageState, Notice, Task, TaskKind
from models.records.processes import Process, locked_processes
from models.records.queueing import insert_once
from models.records.tickets import Ticket

WAITS_MINUTES = (1, 5, 15, 60)  # after the first try, the second …; later once an hour
NOTHING_LEFT = "nothing of it was owed any more"


def first_tried_on(ticket: Ticket) -> date | None:
    """The day of the first try to send the message."""
    with reading() as session:
        question = select(func.min(Attempt.at)).where(Attempt.message_id == ticket.id)
        first: datetime | None = session.exec(question).one()
        return clock.local(first).date() if first is not None else None


def mark_put_off(ticket: Ticket, at: datetime, reply: str) -> None:
    """The try failed for the moment; the message waits 1, 5, 15, 60 minutes, then an hour each time."""
    with transaction(durable=False) as session:
        message = _ours(session, ticket)
        if message is None:
            return
        wait = WAITS_MINUTES[min(message.tries, len(WAITS_MINUTES) - 1)]
        message.tries += 1
        message.state, message.claim, message.claimed_at = MessageState.WAITING, None, None
        message.not_before_at, message.reply = at + timedelta(minutes=wait), reply[:400]
        session.add(message)
        session.add(Attempt(message_id=ticket.id, at=at, accepted=False, reply=reply[:400]))


def mark_failed(ticket: Ticket, at: datetime, reply: str, what_to_do: str, *, bounced: bool) -> None:
    """The message has failed for good; the office has a task for each deadline that it spoke of.

    With `bounced` the address was refused and the contact counts as not reached.
    """
    with transaction() as session:
        processes_told(session, ticket.board_id, ticket.process_ids)
        message = _ours(session, ticket)
        if message is None:
            return
        message.tries += 1
        message.state, message.claim, message.claimed_at = MessageState.FAILED, None, None
        message.reply = reply[:400]
        session.add(message)
        session.add(Attempt(message_id=ticket.id, at=at, accepted=False, permanent=True, reply=reply[:400]))
        if bounced and message.contact_id is not None:
            session.connection().execute(
                update(Contact).where(col(Contact.id) == message.contact_id).values(bounced_at=at)
            )
        _open_tasks(session, message, what_to_do)
        facts = {"message": ticket.id, "contact": ticket.contact_id}
        write_to_all(session, ticket, "address refused" if bounced else "message failed", facts)


def mark_withdrawn(ticket: Ticket, why: str) -> None:
    """The message is not sent, because there is nothing left to say."""
    with transaction() as session:
        message = _ours(session, ticket)
        if message is not None:
            message.state, message.claim, message.claimed_at = MessageState.WITHDRAWN, None, None
            message.why_withdrawn = why[:200]
            session.add(message)


def open_task_once(board: Board, title: str, once_key: str) -> None:
    """The board's office has a task of that title; the same once-key opens it once."""
    with transaction() as session:
        insert_once(
            session,
            Task(
                board_id=board.id or 0, kind=TaskKind.TASK, title=title[:200], once_key=once_key,
                opened_at=clock.now(),
            ),
        )  # fmt: skip


def write_to_all(session: Session, ticket: Ticket, deed: str, facts: Facts) -> None:
    """The deed stands in the history of every process that the message speaks of, or of the board's desk."""
    write_to_processes(session, ticket.board_id, ticket.process_ids, deed, facts)


def write_to_processes(session: Session, board_id: int, process_ids: Iterable[int], deed: str, facts: Facts) -> None:
    """The deed stands in the history of each of the processes, without any in that of the board's desk."""
    for process in processes_told(session, board_id, process_ids):
        write_history(session, process, deed, facts)


def processes_told(session: Session, board_id: int, process_ids: Iterable[int]) -> Sequence[Process]:
    """The processes, without any the board's desk, locked in the order in which everybody locks them."""
    ids = set(process_ids)
    return locked_processes(session, ids or desk_ids(session, board_id))


def desk_ids(session: Session, board_id: int) -> Sequence[int]:
    """The number of the board's desk."""
    ref = f"desk-{session.get_one(Board, board_id).key}"
    return [id_ for id_ in session.exec(select(Process.id).where(Process.ref == ref)).all() if id_ is not None]


def _ours(session: Session, ticket: Ticket) -> Message | None:
    question = select(Message).where(
        Message.id == ticket.id, Message.state == MessageState.SENDING, Message.claim == ticket.claim
    )
    return session.exec(locking(question)).first()


def _open_tasks(session: Session, message: Message, title: str) -> None:
    question = (
        select(Deadline).join(Notice, col(Notice.deadline_id) == col(Deadline.id)).distinct()
        .where(Notice.message_id == message.id)
    )  # fmt: skip
    deadlines = session.exec(question).all()
    for deadline in deadlines:
        _open_task(session, message, title, deadline)
    if not deadlines:
        _open_task(session, message, title, None)


def _open_task(session: Session, message: Message, title: str, deadline: Deadline | None) -> None:
    insert_once(
        session,
        Task(
            board_id=message.board_id, process_id=deadline.process_id if deadline else message.process_id,
            deadline_id=deadline.id if deadline else None, agency_id=message.agency_id, kind=TaskKind.TASK,
            title=title[:200], opened_at=clock.now(),
            once_key=f"failed:{message.id}:{deadline.id if deadline else 0}",
        ),
    )  # fmt: skip
