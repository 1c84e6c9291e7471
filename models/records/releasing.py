"""What a person decides about messages: let them go, not this time, hold them, stop all, go on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from config import clock
from models.records.columns import Facts
from models.records.deadlines import Deadline
from models.records.due import GOES_ON
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice, ReleasedSeries, SendingStop
from models.records.processes import locked_processes
from models.records.verdicts import desk_ids, write_to_processes


class NotThisTime(StrEnum):
    """Why a message that waited for release is not sent; a choice, never typed."""

    IT_HAS_COME = "it has come"
    AGREED_OTHERWISE = "another arrangement was agreed"
    SAID_IN_PERSON = "it was said in person"
    WRONG_PERSON = "it would have reached the wrong person"
    NOT_HELPFUL = "it would not help now"


@dataclass(frozen=True)
class Scope:
    """What a stop is about: all of a board when nothing else is named."""

    board_id: int
    process_id: int | None = None
    agency_id: int | None = None
    contact_id: int | None = None


class NotHeld(Exception):
    """A message of these is not waiting for release any more."""


def waiting_for_release(session: Session, board_id: int) -> Sequence[Message]:
    """What waits for a person to let it go, oldest first."""
    question = select(Message).where(Message.board_id == board_id, Message.state == MessageState.HELD)
    return session.exec(question.order_by(col(Message.id))).all()


def release(session: Session, message_ids: Collection[int], by_capacity: str) -> list[Message]:
    """The held messages may go, each on its day, and it is known in what capacity somebody let them. Raises NotHeld."""
    messages = _held(session, message_ids)
    for message in messages:
        message.state, message.released_by = MessageState.WAITING, by_capacity
        message.not_before_at = max((clock.now(), *_not_before(session, message)))
        session.add(message)
        _tell(session, message, "message released", {"by": by_capacity})
    return messages


def _not_before(session: Session, message: Message) -> list[datetime]:
    """The mornings of the days on which the things that it says are to be said; those to come alone have one."""
    notices = session.exec(select(Notice).where(Notice.message_id == message.id)).all()
    return [clock.at(date.fromisoformat(each.facts[GOES_ON]), 7) for each in notices if GOES_ON in each.facts]


def release_series(session: Session, message_ids: Collection[int], by_capacity: str) -> int:
    """The reminders of a limit that follow those that were let go need not be asked about; gives back how many series.

    What is said later, when the date is set anew or passed, is put before a person again. They are reminders of the
    same thing to the same role, in words that the person has read (DESIGN 7, release).
    """
    question = (
        select(Notice, Deadline)
        .join(Deadline, col(Deadline.id) == Notice.deadline_id)
        .where(
            col(Notice.message_id).in_(message_ids), col(Notice.is_late).is_(False), col(Deadline.is_limit).is_(True)
        )
    )
    found = 0
    for notice, deadline in session.exec(question).all():
        if not is_released(session, deadline, notice.recipient_role):
            session.add(
                ReleasedSeries(
                    deadline_id=deadline.id or 0, arming=deadline.arming, recipient_role=notice.recipient_role,
                    released_by=by_capacity,
                )
            )  # fmt: skip
            session.flush()
            found += 1
    return found


def is_released(session: Session, deadline: Deadline, recipient_role: str) -> str:
    """In what capacity somebody has let go the series of reminders of it to that role; empty where nobody has."""
    question = select(ReleasedSeries.released_by).where(
        ReleasedSeries.deadline_id == deadline.id, ReleasedSeries.arming == deadline.arming,
        ReleasedSeries.recipient_role == recipient_role,
    )  # fmt: skip
    return session.exec(question).first() or ""


def not_this_time(session: Session, message_ids: Collection[int], why: NotThisTime) -> list[Message]:
    """The held messages are never sent; their notices are suppressed with the reason. Raises NotHeld."""
    messages = _held(session, message_ids)
    for message in messages:
        _tell(session, message, "message not sent", {"why": why.value})
        for notice in session.exec(select(Notice).where(Notice.message_id == message.id)).all():
            notice.message_id, notice.suppressed_because = None, f"not sent: {why.value}"
            session.add(notice)
        message.state, message.why_withdrawn = MessageState.WITHDRAWN, f"not sent: {why.value}"
        session.add(message)
    return messages


def hold_until(session: Session, message_ids: Collection[int], day: date) -> list[Message]:
    """The held messages are asked about again on that day; they never go by themselves. Raises NotHeld."""
    messages = _held(session, message_ids)
    for message in messages:
        message.not_before_at = clock.at(day)
        session.add(message)
        _tell(session, message, "message held", {"until": day})
    return messages


def stop_sending(session: Session, scope: Scope) -> SendingStop:
    """Nothing is sent for the scope until it is lifted; the same stop is not made twice."""
    for known in stops_in_force(session, scope.board_id):
        if _scope(known) == scope:
            return known
    stop = SendingStop(
        board_id=scope.board_id, process_id=scope.process_id, agency_id=scope.agency_id,
        contact_id=scope.contact_id, stopped_at=clock.now(),
    )  # fmt: skip
    session.add(stop)
    session.flush()
    _tell_of_stop(session, stop, "sending stopped")
    return stop


def lift_stop(session: Session, stop_id: int) -> None:
    """What waited for this stop may go again; a stop that was lifted before stays as it is."""
    stop = session.exec(locking(select(SendingStop).where(SendingStop.id == stop_id))).one()
    if stop.lifted_at is None:
        stop.lifted_at = clock.now()
        session.add(stop)
        _tell_of_stop(session, stop, "sending restarted")


def stops_in_force(session: Session, board_id: int) -> Sequence[SendingStop]:
    """The board's stops that nobody has lifted, oldest first; shown every day."""
    question = select(SendingStop).where(SendingStop.board_id == board_id, col(SendingStop.lifted_at).is_(None))
    return session.exec(question.order_by(col(SendingStop.id))).all()


def _held(session: Session, message_ids: Collection[int]) -> list[Message]:
    """The messages, locked, and before them the processes that will be told: everybody locks in this order."""
    told = _told_of(session, message_ids)
    while True:
        attempt = session.begin_nested()
        locked_processes(session, told)
        question = select(Message).where(col(Message.id).in_(message_ids), Message.state == MessageState.HELD)
        found = list(session.exec(locking(question.order_by(col(Message.id)))).all())
        now = _told_of(session, message_ids)
        if now <= told:
            break
        attempt.rollback()  # a round has put more into one of them; nobody may be waited for with a lock in hand
        told = now
    attempt.commit()
    if len(found) != len(set(message_ids)):
        raise NotHeld("one of these messages was already dealt with")
    return found


def _told_of(session: Session, message_ids: Collection[int]) -> set[int]:
    """The numbers of the processes that the messages speak of, and of the desks of those that speak of none."""
    messages: Any = session.exec(
        select(Message.id, Message.board_id, Message.process_id).where(col(Message.id).in_(message_ids))
    ).all()
    told: set[int] = set()
    for message_id, board_id, process_id in messages:
        about = _about(session, message_id, process_id)
        told |= about or set(desk_ids(session, board_id))
    return told


def _about(session: Session, message_id: int, process_id: int | None) -> set[int]:
    question = (
        select(Deadline.process_id)
        .join(Notice, col(Notice.deadline_id) == col(Deadline.id))
        .where(Notice.message_id == message_id)
    )
    return set(session.exec(question).all()) | ({process_id} if process_id is not None else set())


def _tell(session: Session, message: Message, deed: str, facts: Facts) -> None:
    about = _about(session, message.id or 0, message.process_id)
    facts = {"message": message.id, "kind": message.kind, "contact": message.contact_id} | facts
    write_to_processes(session, message.board_id, about, deed, facts)


def _tell_of_stop(session: Session, stop: SendingStop, deed: str) -> None:
    about = [stop.process_id] if stop.process_id is not None else []
    facts = {"stop": stop.id, "agency": stop.agency_id, "contact": stop.contact_id}
    write_to_processes(session, stop.board_id, about, deed, facts)


def _scope(stop: SendingStop) -> Scope:
    return Scope(stop.board_id, stop.process_id, stop.agency_id, stop.contact_id)
