"""What a person decides about messages: let them go, not this time, hold them, stop all, go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from config import clock
from models.records.columns import Facts
from models.records.deadlines import Deadline
from models.records.due import GOES_ON
from models.records.history import write_history
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice, ReleasedSeries, SendingStop
from models.records.processes import Process, locked_processes
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


# asked so often that putting the question together would take longer than its answer
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NOTICES = select(Notice).where(col(Notice.message_id).in_(_IDS))
_STILL_HELD = locking(
    select(Message).where(col(Message.id).in_(_IDS), Message.state == MessageState.HELD).order_by(col(Message.id))
)
_SPOKEN_OF: Any = (
    select(Message.id, Message.board_id, Message.process_id, Deadline.process_id)
    .join(Notice, col(Notice.message_id) == col(Message.id), isouter=True)
    .join(Deadline, col(Deadline.id) == col(Notice.deadline_id), isouter=True)
    .where(col(Message.id).in_(_IDS))
)


def waiting_for_release(session: Session, board_id: int) -> Sequence[Message]:
    """What waits for a person to let it go, oldest first."""
    question = select(Message).where(Message.board_id == board_id, Message.state == MessageState.HELD)
    return session.exec(question.order_by(col(Message.id))).all()


def release(session: Session, message_ids: Collection[int], by_capacity: str) -> list[Message]:
    """The held messages may go, each on its day, and it is known in what capacity somebody let them. Raises NotHeld."""
    messages, told = _held(session, message_ids)
    goes_at = _not_before(session, message_ids)
    for message in messages:
        message.state, message.released_by = MessageState.WAITING, by_capacity
        message.not_before_at = max((clock.now(), *goes_at[message.id]))
        session.add(message)
        _tell(session, message, told, "message released", {"by": by_capacity})
    return messages


def _not_before(session: Session, message_ids: Collection[int]) -> Mapping[int | None, list[datetime]]:
    """The mornings of the days on which the things that they say are to be said; those to come alone have one."""
    mornings = defaultdict[int | None, list[datetime]](list)
    for notice in session.exec(_NOTICES, params={"ids": [*message_ids]}).all():
        if GOES_ON in notice.facts:
            mornings[notice.message_id].append(clock.at(date.fromisoformat(notice.facts[GOES_ON]), 7))
    return mornings


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
    messages, told = _held(session, message_ids)
    for message in messages:
        _tell(session, message, told, "message not sent", {"why": why.value})
        for notice in session.exec(select(Notice).where(Notice.message_id == message.id)).all():
            notice.message_id, notice.suppressed_because = None, f"not sent: {why.value}"
            session.add(notice)
        message.state, message.why_withdrawn = MessageState.WITHDRAWN, f"not sent: {why.value}"
        session.add(message)
    return messages


def hold_until(session: Session, message_ids: Collection[int], day: date) -> list[Message]:
    """The held messages are asked about again on that day; they never go by themselves. Raises NotHeld."""
    messages, told = _held(session, message_ids)
    for message in messages:
        message.not_before_at = clock.at(day)
        session.add(message)
        _tell(session, message, told, "message held", {"until": day})
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


_Told = Mapping[int | None, Sequence[Process]]  # by the number of the message: the processes whose histories tell of it


def _held(session: Session, message_ids: Collection[int]) -> tuple[list[Message], _Told]:
    """The messages, locked, and before them the processes that will be told: everybody locks in this order."""
    told = _told_of(session, message_ids)
    while True:
        attempt = session.begin_nested()
        processes = locked_processes(session, _all(told))
        found = list(session.exec(_STILL_HELD, params={"ids": [*message_ids]}).all())
        now = _told_of(session, message_ids)
        if _all(now) <= _all(told):
            break
        attempt.rollback()  # a round has put more into one of them; nobody may be waited for with a lock in hand
        told = now
    attempt.commit()
    if len(found) != len(set(message_ids)):
        raise NotHeld("one of these messages was already dealt with")
    return found, {
        message.id: [each for each in processes if each.id in now[message.id or 0]] for message in found
    }  # fmt: skip


def _told_of(session: Session, message_ids: Collection[int]) -> dict[int, set[int]]:
    """By message the numbers of the processes that it speaks of, and of the desk where it speaks of none."""
    told = defaultdict[int, set[int]](set)
    boards: dict[int, int] = {}
    found = session.exec(_SPOKEN_OF, params={"ids": [*message_ids]}).all()
    for message_id, board_id, own, carried in found:
        boards[message_id] = board_id
        told[message_id] |= {each for each in (own, carried) if each is not None}
    return {each: told[each] or set(desk_ids(session, board_id)) for each, board_id in boards.items()}


def _all(told: Mapping[int, set[int]]) -> set[int]:
    return set[int]().union(*told.values())


def _tell(session: Session, message: Message, told: _Told, deed: str, facts: Facts) -> None:
    facts = {"message": message.id, "kind": message.kind, "contact": message.contact_id} | facts
    for process in told[message.id]:
        write_history(session, process, deed, facts)


def _tell_of_stop(session: Session, stop: SendingStop, deed: str) -> None:
    about = [stop.process_id] if stop.process_id is not None else []
    facts = {"stop": stop.id, "agency": stop.agency_id, "contact": stop.contact_id}
    write_to_processes(session, stop.board_id, about, deed, facts)


def _scope(stop: SendingStop) -> Scope:
    return Scope(stop.board_id, stop.process_id, stop.agency_id, stop.contact_id)
