"""Who hears of meetings, and in how many mails.

All meetings to which somebody is invited at one time stand in one mail, with a file for the calendar each. A meeting
that is moved or cancelled has a mail of its own, which a calendar takes over by itself.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config import clock
from models.records import meeting_plans as plans
from models.records.boards import Agency, Contact
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.meeting_plans import Method, ToTell
from models.records.meetings import is_on
from models.records.moving import agency_of
from models.records.people import people_of
from models.records.processes import Process
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from models.rules.spoken import spoken
from notifications import outbox
from notifications.telephone import tell_by_telephone
from reports.words import MEETINGS, meeting_words

MOST_LATE = 20  # things that an invitation names
NEED_NO_CALL = "panel_chair_deputy"  # nobody need be rung up while that is vacant


@dataclass(frozen=True)
class _Reader:
    """Whom a mail is for, and what every invitation to them says."""

    session: Session
    process: Process
    contact: Contact
    agency: Agency | None
    late: dict[str, Any]


def tell_all(session: Session, process: Process, told: Sequence[ToTell]) -> None:
    """Everybody who must hear of the meetings does, in as few mails as calendars allow; by telephone where mail does
    not reach them. Whoever has left the register is not written to."""
    if not told:
        return
    late = _late_facts(session, process)
    # who is away is looked for when the letter goes: then whoever is there for them has it
    people = replace(people_of(session, process.board_id, (process.id or 0,)), away={})
    letters: defaultdict[tuple[int, int | None], list[ToTell]] = defaultdict(list)
    calls: defaultdict[int | None, list[ToTell]] = defaultdict(list)
    for each in told:
        contact = session.get_one(Contact, each.whom.contact_id) if each.whom.contact_id is not None else None
        if contact is None or (contact.to_on is None and not people.is_reachable(contact.id or 0)):
            calls[each.whom.agency_id].append(each)
        elif contact.to_on is None:
            letters[(contact.id or 0, each.whom.agency_id)].append(each)
    for agency_id, of_agency in calls.items():
        _call(session, process, of_agency, _agency(session, agency_id))
    for (contact_id, agency_id), of_person in letters.items():
        contact, agency = session.get_one(Contact, contact_id), _agency(session, agency_id)
        _write(_Reader(session, process, contact, agency, late), of_person)


def late_things(session: Session, process: Process) -> list[Deadline]:
    """What of this process is late today, the earliest first; what stands still is not."""
    return [
        each
        for each in deadlines_of(session, process, only_open=True)
        if each.working_target_on < clock.today() and each.standstill is None
    ]


def _write(reader: _Reader, told: Sequence[ToTell]) -> None:
    """One mail for all that the reader is invited to, and one for each meeting that is otherwise than they know."""
    contact_id, known = reader.contact.id or 0, {each.meeting.id for each in told}
    invited: dict[int | None, ToTell] = {}
    changed: list[ToTell] = []
    for each in told:
        taken = plans.take_back_unsent(reader.session, each.meeting, contact_id)
        invited |= {other.meeting.id: other for other in taken.untold if other.meeting.id not in known}
        if each.method is Method.REQUEST and (each.was_at is None or taken.never_heard):
            invited[each.meeting.id] = each
        elif not (each.method is Method.CANCEL and taken.never_heard):
            changed.append(each)
    for each in changed:
        _queue(reader, [each], *_of_change(each, reader.late))
    ahead = sorted(invited.values(), key=lambda each: (each.starts_at, each.meeting.id or 0))
    if len(ahead) == 1:
        _queue(reader, ahead, "meeting_invitation", _of_one(ahead[0]) | reader.late)
    elif ahead:
        _queue(reader, ahead, "meeting_series", {plans.SEVERAL: [_entry(each) for each in ahead]} | reader.late)


def _queue(reader: _Reader, told: Sequence[ToTell], kind: str, facts: dict[str, Any]) -> None:
    above = any(stands_above_release(each.whom.role) for each in told)
    agency_id = reader.agency.id if reader.agency else None
    try:
        outbox.queue(
            reader.session, board_id=reader.process.board_id, kind=kind, contact=reader.contact,
            process=reader.process, release=Release.PERSON if above else Release.AUTOMATIC,
            facts={"ref": reader.process.spoken_ref, **facts}, once_key=_once_key(told, reader.contact.id),
            thread_key=f"meeting:{told[0].meeting.uid}", agency_id=agency_id,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        _call(reader.session, reader.process, told, reader.agency)


def _once_key(told: Sequence[ToTell], contact_id: int | None) -> str:
    if len(told) == 1:
        return f"{plans.message_key(told[0].meeting, contact_id)}{told[0].meeting.sequence}"
    which = ",".join(f"{each.meeting.id}.{each.meeting.sequence}" for each in told)
    return f"{plans.series_key(contact_id)}{hashlib.sha256(which.encode()).hexdigest()[:32]}"


def _of_change(told: ToTell, late: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if told.method is Method.CANCEL:
        return "meeting_cancelled", _of_one(told) | {"goes_on": told.goes_on}
    was_at = told.was_at.isoformat() if told.was_at else None
    return "meeting_moved", _of_one(told) | {"was_at": was_at} | late


def _of_one(told: ToTell) -> dict[str, Any]:
    return {"method": told.method.value, **_entry(told)}


def _entry(told: ToTell) -> dict[str, Any]:
    meeting = told.meeting
    return {
        "uid": meeting.uid, "sequence": meeting.sequence, "starts_at": told.starts_at.isoformat(),
        "minutes": meeting.minutes, "place": meeting.place,
    }  # fmt: skip


def _late_facts(session: Session, process: Process) -> dict[str, Any]:
    """The first of what is late, and how much more there is."""
    things = late_things(session, process)
    return {
        "late": [_late(session, each) for each in things[:MOST_LATE]], "late_besides": len(things[MOST_LATE:]),
    }  # fmt: skip


def _late(session: Session, deadline: Deadline) -> dict[str, Any]:
    agency = agency_of(session, deadline)
    named = {"agency": agency.name} if agency else {}
    return {"title": deadline.title, "due": deadline.working_target_on.isoformat(), **named}


def _agency(session: Session, agency_id: int | None) -> Agency | None:
    return session.get_one(Agency, agency_id) if agency_id is not None else None


def _call(session: Session, process: Process, told: Iterable[ToTell], agency: Agency | None) -> None:
    """One call for each role, and for each thing that is to be said of all its meetings."""
    alike: defaultdict[tuple[str, Method, bool], list[ToTell]] = defaultdict(list)
    for each in told:
        if each.whom.role != NEED_NO_CALL or each.whom.contact_id is not None:
            alike[(each.whom.role, each.method, each.goes_on)].append(each)
    for (role, method, goes_on), meetings in alike.items():
        several = len(meetings) > 1
        what = _said_of(meetings)
        if method is Method.CANCEL:
            go, are = ("go", "are") if several else ("goes", "is")
            what = f"{what} {go} on without them" if goes_on else f"{what} {are} cancelled"
        whom = f"{role}:{agency.key if agency else ''}"
        key = f"{_once_key(meetings, meetings[0].whom.contact_id)}:{whom}"
        tell_by_telephone(session, process, role, agency, key, what)


def _said_of(told: Sequence[ToTell]) -> str:
    """The meeting, or how many from when until when: short enough for any number of them."""
    meetings = sorted((each.meeting for each in told), key=lambda each: each.starts_at)
    if len(meetings) == 1:
        return f"the {meeting_words(meetings[0])}"
    kinds = {each.kind for each in meetings}
    what = f"{MEETINGS[meetings[0].kind]}s" if len(kinds) == 1 else "meetings"
    return f"{len(meetings)} {what} from {spoken(is_on(meetings[0]))} until {spoken(is_on(meetings[-1]))}"
