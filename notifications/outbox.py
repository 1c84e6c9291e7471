"""The outbox: what will be said to one person is a row first, in the transaction of what causes it.

Nothing here sends anything. Every function belongs into the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config import clock
from config.settings import settings
from models.records import queueing
from models.records.boards import Contact
from models.records.chasing import thread_of
from models.records.deadlines import Deadline
from models.records.messages import Channel, Message, MessageState
from models.records.processes import Process
from models.records.queueing import Session
from models.records.releasing import is_released
from models.rules.escalation import must_be_released, stands_above_release
from models.rules.ladders import MessageClass, Release, Rung
from notifications import letters
from notifications.office import Office, office
from notifications.telephone import tell_by_telephone

HOUR_OF_REMINDERS = 7  # o'clock, when the morning round runs
REMINDER = "reminder"  # the kind that gathers all reminders of one person on one day


class NotInTheRegister(Exception):
    """The person is not, or not any more, somebody whom messages may go to; the text says why."""


@dataclass(frozen=True)
class ForRung:
    """One rung that is to be said to one person on one day."""

    deadline: Deadline
    rung: Rung
    asked_role: str  # as the ladder asks
    reached_role: str  # as it was filled
    contact: Contact
    day: date  # of the round that says it
    goes_on: date | None = None  # the day on which it goes, where that is to come


def queue(
    session: Session, *, board_id: int, kind: str, contact: Contact, facts: Mapping[str, Any], once_key: str,
    message_class: MessageClass = MessageClass.REQUEST, release: Release = Release.AUTOMATIC,
    process: Process | None = None, agency_id: int | None = None, thread_key: str = "", urgent: bool = False,
    not_before_at: datetime | None = None,
) -> Message:  # fmt: skip
    """A message to the contact waits, or is held for release by a person; nothing is sent.

    The same once-key gives back the same message. Raises NotInTheRegister, and what `letters.check_facts`
    raises for a fact that the texts of that kind do not know.
    """
    board_key = queueing.board_of(session, board_id).key
    letters.check_facts(kind, facts, board_key)
    _check_register(session, board_id, contact)
    return queueing.queue_once(
        session,
        Message(
            board_id=board_id, process_id=process.id if process else None, contact_id=contact.id,
            agency_id=contact.agency_id if agency_id is None else agency_id, kind=kind,
            message_class=message_class, release=release, once_key=once_key, thread_key=thread_key,
            facts=json.loads(json.dumps(facts, default=str)), urgent=urgent,
            template_version=letters.version_of(kind, board_key),
            state=MessageState.HELD if release is Release.PERSON else MessageState.WAITING,
            queued_at=clock.now(), not_before_at=not_before_at or clock.now(),
        ),
    )  # fmt: skip


def message_for_rung(session: Session, said: ForRung) -> Message:
    """The message that carries the rung: the person's reminder of that day, or a mail of its own.

    What it says is taken from the notices that point to it when it is sent, so that a notice that was
    withdrawn meanwhile is not in it. Automatic notes of lateness wait until the board's hour (H-4:
    11:00, default, to be confirmed by the board).
    Raises NotInTheRegister.
    """
    by_person = must_be_released(said.rung, said.reached_role)
    release = Release.PERSON if by_person else Release.AUTOMATIC
    if said.rung.message_class is MessageClass.REMINDER:
        series = is_released(session, said.deadline, said.asked_role) if by_person else ""
        return _of_series(session, said, series) if series else _reminder(session, said, release)
    late = said.rung.message_class is MessageClass.LATENESS
    deadline = said.deadline
    return queue(
        session, board_id=deadline.board_id, kind=said.rung.message, contact=said.contact, facts={},
        once_key=f"rung:{deadline.id}:{deadline.arming}:{said.rung.key}:{said.asked_role}",
        message_class=said.rung.message_class, release=release,
        process=session.get_one(Process, deadline.process_id), thread_key=thread_of(deadline),
        not_before_at=_hour_of_lateness(session, said) if late and not by_person else None,
    )  # fmt: skip


def correct(
    session: Session,
    process: Process,
    deadline: Deadline,
    contact_ids: Iterable[int],
    facts: Mapping[str, Any],
) -> list[Message]:
    """Everybody who was told of a lateness that was none hears so, a Board member when somebody has released it.

    For whom messages may not go to any more the office has the task to telephone.
    """
    queued = []
    for contact_id in contact_ids:
        contact = queueing.contact_of(session, contact_id)
        try:
            queued.append(_correction(session, process, deadline, contact, facts))
        except NotInTheRegister:
            agency = queueing.agency_of_contact(session, contact)
            key = _correction_key(deadline, contact)
            tell_by_telephone(session, process, contact.role, agency, key, "the note of lateness was mistaken")
    return queued


def nudge(session: Session, board_id: int, agency_id: int | None, day: date) -> Message | None:
    """One card a day waits for that agency's own Teams channel (None: the office's), if there is one."""
    channel = teams_channel(queueing.board_of(session, board_id).key, queueing.agency_key(session, agency_id))
    if channel not in settings().teams:
        return None
    return queueing.queue_once(
        session,
        Message(
            board_id=board_id, agency_id=agency_id, channel=Channel.TEAMS, kind="nudge",
            message_class=MessageClass.REMINDER, release=Release.AUTOMATIC, state=MessageState.WAITING,
            once_key=f"teams:{channel}:{day.isoformat()}", facts={"day": day.isoformat()},
            queued_at=clock.now(), not_before_at=clock.now(),
        ),
    )  # fmt: skip


def teams_channel(board_key: str, agency_key: str | None) -> str:
    """The name under which settings keep the address of a Teams channel."""
    return board_key if agency_key is None else f"{board_key}/{agency_key}"


def _reminder(session: Session, said: ForRung, release: Release) -> Message:
    key = f"{REMINDER}:{said.contact.id}:{said.day.isoformat()}"
    takes_more = queueing.STILL_OPEN
    if release is Release.PERSON:  # what a person has let go takes nothing more, which nobody would have seen
        key, takes_more = f"{key}:to-release", (MessageState.HELD,)
    known, key = queueing.open_series(session, key, takes_more)
    if known:
        return known
    return queue(
        session, board_id=said.deadline.board_id, kind=REMINDER, contact=said.contact, facts={}, once_key=key,
        message_class=MessageClass.REMINDER, release=release,
    )  # fmt: skip


def _of_series(session: Session, said: ForRung, released_by: str) -> Message:
    """A reminder that a person has let go with those before it, in a mail of its own: nothing unseen joins it."""
    message = queue(
        session, board_id=said.deadline.board_id, kind=REMINDER, contact=said.contact, facts={},
        once_key=f"{REMINDER}:{said.contact.id}:{said.day.isoformat()}:series:{said.deadline.id}:{said.rung.key}",
        message_class=MessageClass.REMINDER, process=session.get_one(Process, said.deadline.process_id),
        thread_key=thread_of(said.deadline),
        not_before_at=max(clock.now(), clock.at(said.goes_on or said.day, HOUR_OF_REMINDERS)),
    )  # fmt: skip
    message.released_by = released_by
    session.add(message)
    return message


def _correction(
    session: Session, process: Process, deadline: Deadline, contact: Contact, facts: Mapping[str, Any]
) -> Message:
    return queue(
        session, board_id=process.board_id, kind="correction", contact=contact, facts=facts,
        process=process, once_key=_correction_key(deadline, contact), thread_key=thread_of(deadline),
        release=Release.PERSON if stands_above_release(contact.role) else Release.AUTOMATIC,
    )  # fmt: skip


def _correction_key(deadline: Deadline, contact: Contact) -> str:
    return f"correction:{deadline.id}:{deadline.arming}:{contact.id}"


def _hour_of_lateness(session: Session, said: ForRung) -> datetime:
    hour = _office(session, said.deadline.board_id).lateness_notes_at
    return max(clock.now(), clock.at(said.day, hour.hour, hour.minute))


def _check_register(session: Session, board_id: int, contact: Contact) -> None:
    if contact.id is None or contact.board_id != board_id:
        raise NotInTheRegister("this person is not in the board's list of contacts")
    if contact.to_on is not None:
        raise NotInTheRegister("this person has left the board's list of contacts")
    if not contact.secure_mailbox:
        raise NotInTheRegister("this person's mailbox is not marked as secure in the list of contacts")
    agency = queueing.agency_key_of(session, contact)
    if not _office(session, board_id).may_write_to(contact.email, agency, checked_twice=contact.checked_twice):
        raise NotInTheRegister("this person's address is not in a domain that the agency is known to use")


def _office(session: Session, board_id: int) -> Office:
    return office(queueing.board_of(session, board_id).key)
