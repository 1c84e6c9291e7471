"""Planning, moving, cancelling and holding meetings, and who is invited to them.

Every function belongs into its caller's transaction, with the process locked. What people must hear is given back,
and said by the caller.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select, update

from config import clock
from models.records import considerations
from models.records.absences import absences_on
from models.records.boards import Contact
from models.records.history import write_history
from models.records.kept import kept
from models.records.locking import locking
from models.records.meetings import (
    Attendance,
    Invitation,
    InvitationState,
    Meeting,
    MeetingKind,
    MeetingState,
    is_on,
    planned_meetings,
)
from models.records.messages import Message, MessageState, Task
from models.records.moving import agencies_in_scope
from models.records.people import people_of
from models.records.processes import Process
from models.records.queueing import STILL_OPEN
from models.rules.meeting_dates import CHAIRS, is_quorate

OVERTAKEN = "the meeting was changed before this was sent"
REVIEWER = "independent_reviewer"
OF_THE_BOARD = (*CHAIRS, REVIEWER, "business_manager")
OF_EACH_AGENCY = "agency_lead"
SEVERAL = "meetings"  # the fact of a message that lists several meetings

# asked so often that putting the question together would take longer than its answer
_TOLD = locking(
    select(Message)
    .where(
        Message.process_id == bindparam("process_id"),
        or_(*(col(Message.once_key).startswith(bindparam(each)) for each in ("own_key", "series_key"))),
    )
    .order_by(col(Message.id))
)


class NotPlanned(Exception):
    """The meeting was held or cancelled before."""


class Method(StrEnum):
    """What an invitation does to a calendar, as iCalendar calls it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class When:
    """When and where a meeting is."""

    starts_at: datetime
    minutes: int
    place: str


@dataclass(frozen=True)
class Invited:
    """Somebody who is to be there, by role; without a contact nobody holds the role."""

    role: str
    agency_id: int | None
    contact_id: int | None


@dataclass(frozen=True)
class ToTell:
    """One person must hear of one meeting."""

    meeting: Meeting
    whom: Invited
    method: Method
    starts_at: datetime  # which the message is about: for one who need not come, the time that they know
    was_at: datetime | None = None  # from which it was moved, when they had been told of that
    goes_on: bool = False  # a cancellation for this person alone


@dataclass(frozen=True)
class TakenBack:
    """What became of the messages to one person about one meeting that had not gone."""

    never_heard: bool  # all messages about it were such: the person does not know of the meeting
    untold: Sequence[ToTell] = ()  # other meetings that went with it in one message, and still are to be told


def message_key(meeting: Meeting, contact_id: int | None) -> str:
    """How the once-keys of all messages begin that tell that person of that meeting alone."""
    return f"meeting:{meeting.id}:{contact_id}:"


def series_key(contact_id: int | None) -> str:
    """How the once-keys of all messages begin that tell that person of several meetings at once."""
    return f"meetings:{contact_id}:"


def tells_of(message: Message, meeting: Meeting) -> bool:
    """True when the message, which may be about several meetings, tells of that one."""
    return meeting.uid in (message.facts.get("uid"), *_uids_in(message))


def task_key(meeting: Meeting) -> str:
    """How the once-keys of the tasks begin that ask whether the meeting was held."""
    return f"meeting-held:{meeting.id}:"


def meeting_in(session: Session, process: Process, meeting_id: int) -> Meeting | None:
    """The meeting of that number, locked, if it is one of this process."""
    question = select(Meeting).where(Meeting.id == meeting_id, Meeting.process_id == process.id)
    return session.exec(locking(question)).first()


def invitations_of(session: Session, meeting: Meeting) -> Sequence[Invitation]:
    """Everybody who is, or was, invited to the meeting."""
    question = select(Invitation).where(Invitation.meeting_id == meeting.id)
    return session.exec(question.order_by(col(Invitation.id))).all()


def to_be_invited(session: Session, process: Process, meets_on: date) -> list[Invited]:
    """Who holds a role now that is invited to meetings of the process: each person once, vacant roles too.

    For somebody who is away on the day of the meeting the stand-in comes, where one is named.
    """
    people = replace(people_of(session, process.board_id, (process.id or 0,)), away={})  # of today, not of that day
    stand_ins = {each.contact_id: each.stand_in_id for each in absences_on(session, process.board_id, meets_on)}
    considers = process.kind == considerations.KIND
    asked: list[tuple[str, int | None]] = [
        (role, None) for role in OF_THE_BOARD if not (considers and role == REVIEWER)
    ]  # fmt: skip
    asked += [(OF_EACH_AGENCY, agency.id) for agency in agencies_in_scope(session, process)]
    if considers:
        members = considerations.agencies_as(session, process, considerations.PANEL_MEMBER)
        asked += [(OF_EACH_AGENCY, agency.id) for agency in members if (OF_EACH_AGENCY, agency.id) not in asked]
    found: list[Invited] = []
    seen: set[int] = set()
    for role, agency_id in asked:
        holder = people.holder(role, process.id or 0, agency_id)
        if holder is None:
            found.append(Invited(role, agency_id, None))
            continue
        contact_id = stand_ins.get(holder.contact_id) or holder.contact_id
        if contact_id not in seen:
            seen |= people.same_person(contact_id)
            found.append(Invited(role, agency_id, contact_id))
    return found


def plan_meeting(session: Session, process: Process, kind: MeetingKind, when: When, domain: str) -> list[ToTell]:
    """The meeting is planned and everybody of the review is invited; `domain` is that of the board's mailbox."""
    meeting = Meeting(
        board_id=process.board_id, process_id=process.id, kind=kind, starts_at=when.starts_at, minutes=when.minutes,
        place=when.place, uid=f"meeting-{secrets.token_hex(16)}@{domain}", state=MeetingState.PLANNED,
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    _tell_history(session, process, meeting, "meeting planned", kind=kind.value, minutes=when.minutes)
    return _invite(session, process, meeting, was_at=None)


def move_meeting(session: Session, process: Process, meeting: Meeting, when: When) -> list[ToTell]:
    """The meeting is at another time or place, under the same UID and a higher sequence; everybody hears of it.

    Who holds an invited role by now is invited, and who holds none any more is told so. Raises NotPlanned.
    """
    _insist_on_planned(meeting)
    was_at = meeting.starts_at
    meeting.starts_at, meeting.minutes, meeting.place = when.starts_at, when.minutes, when.place
    meeting.sequence += 1
    session.add(meeting)
    _tell_history(session, process, meeting, "meeting moved", was_at=was_at)
    _end_tasks(session, meeting)
    return _invite(session, process, meeting, was_at=was_at, tell_all=True)


def cancel_meeting(session: Session, process: Process, meeting: Meeting) -> list[ToTell]:
    """The meeting does not take place, under the same UID and a higher sequence; everybody hears of it.

    Raises NotPlanned.
    """
    _insist_on_planned(meeting)
    meeting.state = MeetingState.CANCELLED
    meeting.sequence += 1
    session.add(meeting)
    _tell_history(session, process, meeting, "meeting cancelled")
    _end_tasks(session, meeting)
    return [
        ToTell(meeting, _uninvited(session, each, meeting), Method.CANCEL, meeting.starts_at)
        for each in invitations_of(session, meeting)
        if each.state is InvitationState.INVITED
    ]


def hold_meeting(
    session: Session, process: Process, meeting: Meeting, chaired_by: str, came: Collection[int], agencies_needed: int,
    quorate: bool | None = None,
) -> bool:  # fmt: skip
    """The meeting was held, with who came; true when it was quorate, and what was not quorate was held all the same.

    `came` are the numbers of agencies; others of the process were not there. `quorate` where another rule than the
    number of agencies holds. Raises NotPlanned.
    """
    _insist_on_planned(meeting)
    expected = {agency.id for agency in agencies_in_scope(session, process)}
    for agency_id in sorted(each for each in {*expected, *came} if each is not None):
        session.add(Attendance(meeting_id=meeting.id or 0, agency_id=agency_id, came=agency_id in came))
    if chaired_by:
        session.add(Attendance(meeting_id=meeting.id or 0, role=chaired_by, came=True))
    quorate = is_quorate(chaired_by, came, agencies_needed) if quorate is None else quorate
    meeting.state, meeting.quorate, meeting.chaired_by = MeetingState.HELD, quorate, chaired_by
    session.add(meeting)
    facts = {"chaired_by": chaired_by, "agencies": sorted(came), "needed": agencies_needed, "quorate": quorate}
    _tell_history(session, process, meeting, "meeting held", **facts)
    _end_tasks(session, meeting)
    return quorate


def reinvite(session: Session, process: Process) -> list[ToTell]:
    """Whoever holds an invited role now is invited to every planned meeting to come, and nobody else is.

    A meeting at which nothing changes keeps its sequence, and nobody hears of it.
    """
    told: list[ToTell] = []
    for meeting in planned_meetings(session, process):
        if meeting.starts_at > clock.now():
            told += _invite(session, process, meeting, was_at=None)
    return told


def take_back_unsent(session: Session, meeting: Meeting, contact_id: int) -> TakenBack:
    """Messages to that person about the meeting that have not gone never go, one about several meetings among them."""
    begins = {"own_key": message_key(meeting, contact_id), "series_key": series_key(contact_id)}
    found = session.exec(_TOLD, params={"process_id": meeting.process_id, **begins}).all()
    messages = [each for each in found if tells_of(each, meeting)]
    waiting = [each for each in messages if each.state in STILL_OPEN]
    for message in waiting:
        message.state, message.why_withdrawn = MessageState.WITHDRAWN, OVERTAKEN
        session.add(message)
    never_heard = bool(messages) and all(each.state is MessageState.WITHDRAWN for each in messages)
    uids = {uid for message in waiting for uid in _uids_in(message)} - {meeting.uid}
    return TakenBack(never_heard, _still_to_be_told(session, uids, contact_id))


def _uids_in(message: Message) -> list[str]:
    return [each["uid"] for each in message.facts.get(SEVERAL, ())]


def _still_to_be_told(session: Session, uids: Collection[str], contact_id: int) -> list[ToTell]:
    """Of those meetings, the planned ones to come to which the person is invited."""
    if not uids:
        return []
    question: Any = (
        select(Meeting, Invitation)
        .join(Invitation, col(Invitation.meeting_id) == col(Meeting.id))
        .where(
            col(Meeting.uid).in_(uids), Meeting.state == MeetingState.PLANNED, Meeting.starts_at > clock.now(),
            Invitation.contact_id == contact_id, Invitation.state == InvitationState.INVITED,
        )
    )  # fmt: skip
    agency_id = session.get_one(Contact, contact_id).agency_id
    return [
        ToTell(meeting, Invited(invitation.role, agency_id, contact_id), Method.REQUEST, meeting.starts_at)
        for meeting, invitation in session.exec(question).all()
    ]


def _invite(
    session: Session, process: Process, meeting: Meeting, *, was_at: datetime | None, tell_all: bool = False
) -> list[ToTell]:
    """Invitations are as roles are held now; gives back who must hear of it."""
    wanted = to_be_invited(session, process, is_on(meeting))
    known = {each.contact_id: each for each in invitations_of(session, meeting)}
    _follow_contacts(session, meeting, known, wanted)
    now = {each.contact_id for each in wanted}
    leaving = [each for each in known.values() if _is_in(each) and each.contact_id not in now]
    joining = [each for each in wanted if each.contact_id is not None and not _is_in(known.get(each.contact_id))]
    if (leaving or joining) and known and not tell_all:
        meeting.sequence += 1
        session.add(meeting)
        facts = {"joining": [each.contact_id for each in joining], "leaving": [each.contact_id for each in leaving]}
        _tell_history(session, process, meeting, "invitations changed", **facts)
    at = meeting.starts_at
    told = [
        ToTell(meeting, _uninvited(session, each, meeting), Method.CANCEL, was_at or at, goes_on=True)
        for each in leaving
    ]
    first_time = not known
    for each in wanted:
        is_new = each in joining
        if is_new or tell_all or (each.contact_id is None and first_time):
            told.append(ToTell(meeting, each, Method.REQUEST, at, None if is_new else was_at))
            if each.contact_id is not None:
                _keep(session, meeting, known.get(each.contact_id), each, each.contact_id, meeting.sequence)
    session.flush()
    return told


def _follow_contacts(
    session: Session, meeting: Meeting, known: dict[int, Invitation], wanted: Iterable[Invited]
) -> None:
    """A person whose entry in the register was replaced, or who is invited in another role now, stays invited.

    Known by the address, which is where the calendar is.
    """
    addresses = {_address(session, each.contact_id): each for each in known.values() if _is_in(each)}
    for each in wanted:
        if each.contact_id is None or _is_in(known.get(each.contact_id)):
            continue
        before = addresses.get(_address(session, each.contact_id))
        if before is not None:
            before.state = InvitationState.CANCELLED
            session.add(before)
            known[each.contact_id] = _keep(
                session, meeting, known.get(each.contact_id), each, each.contact_id, before.told_sequence
            )


def _keep(
    session: Session, meeting: Meeting, invitation: Invitation | None, whom: Invited, contact_id: int, sequence: int
) -> Invitation:
    if invitation is None:
        invitation = Invitation(
            meeting_id=meeting.id or 0, contact_id=contact_id, role=whom.role, state=InvitationState.INVITED,
            told_sequence=sequence,
        )  # fmt: skip
    invitation.role, invitation.state, invitation.told_sequence = whom.role, InvitationState.INVITED, sequence
    session.add(invitation)
    return invitation


def _uninvited(session: Session, invitation: Invitation, meeting: Meeting) -> Invited:
    invitation.state, invitation.told_sequence = InvitationState.CANCELLED, meeting.sequence
    session.add(invitation)
    agency_id = kept(session, Contact, invitation.contact_id).agency_id
    return Invited(invitation.role, agency_id, invitation.contact_id)


def _is_in(invitation: Invitation | None) -> bool:
    return invitation is not None and invitation.state is InvitationState.INVITED


def _address(session: Session, contact_id: int) -> str:
    return kept(session, Contact, contact_id).email.casefold()


def _insist_on_planned(meeting: Meeting) -> None:
    if meeting.state is not MeetingState.PLANNED:
        raise NotPlanned


def _end_tasks(session: Session, meeting: Meeting) -> None:
    """Nobody need be asked any more whether it was held."""
    session.exec(
        update(Task)
        .where(col(Task.once_key).startswith(task_key(meeting)), col(Task.done_at).is_(None))
        .values(done_at=clock.now())
    )


def _tell_history(session: Session, process: Process, meeting: Meeting, deed: str, **facts: object) -> None:
    about = {"meeting": meeting.id, "starts_at": meeting.starts_at.isoformat(), "sequence": meeting.sequence}
    write_history(session, process, deed, {**about, **facts})


def processes_that_meet(session: Session, board_id: int) -> Sequence[int]:
    """The numbers of the board's open processes that have a meeting planned, whether its day is past or to come."""
    question = (
        select(Meeting.process_id)
        .join(Process, col(Process.id) == col(Meeting.process_id))
        .where(Meeting.board_id == board_id, Meeting.state == MeetingState.PLANNED, col(Process.closed_at).is_(None))
    )
    return sorted({each for each in session.exec(question).all() if each is not None})
