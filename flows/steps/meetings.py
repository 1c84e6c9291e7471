"""What follows when meetings are planned, moved, cancelled or held: who hears of it, each in a mail of their own.

Each function belongs into the transaction of what brings it about, with the process locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from config import clock
from models.records import meeting_plans as plans
from models.records.being_away import when_absence_changes
from models.records.boards import Agency, Board, Contact
from models.records.chasing import deadline_in, deadlines_of
from models.records.contact_changes import when_contact_changed
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.delays import blackouts_of
from models.records.kept import kept
from models.records.meeting_plans import Method, ToTell, When
from models.records.meetings import Meeting, MeetingKind, is_on, planned_meetings
from models.records.moving import agency_of
from models.records.people import people_of
from models.records.processes import Process, anchors_of, locked_processes, open_processes
from models.rulebook import RuleBook
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from models.rules.meeting_dates import Days, Series, following
from models.rules.working_days import ONE_DAY
from notifications import outbox
from notifications.office import office
from notifications.telephone import tell_by_telephone
from reports.words import meeting_words

MOST_LATE = 20  # things that an invitation names
NEED_NO_CALL = "panel_chair_deputy"  # nobody need be rung up while that is vacant
UPDATE_MEETING = "update_meeting"  # the kind under [recurring.<process>] in the guidance


def blackout_days(session: Session, process: Process) -> list[Days]:
    """The days on which nobody meets about the process."""
    return [(each.from_on, each.until_on) for each in blackouts_of(session, process)]


def proposed_days(session: Session, book: RuleBook, process: Process, weeks: int, first_on: date | None) -> list[date]:
    """The days of update meetings every so many weeks, from a first day or from the initial meeting on.

    Days that are past are left out, and so are those on which an update meeting is planned already.
    """
    taken = {is_on(each) for each in planned_meetings(session, process, MeetingKind.UPDATE)}
    initial_on = anchors_of(session, process.id or 0).get("initial-meeting", clock.today())
    away = blackout_days(session, process)
    until_on = series_ends_on(session, book, process)
    days = Series(first_on or initial_on, weeks, until_on).days(book.calendar, away)
    if first_on is not None and first_on <= until_on:
        days = tuple(dict.fromkeys((first_on, *days)))
    return [day for day in days if day >= (first_on or clock.today() + ONE_DAY) and day not in taken]


def series_ends_on(session: Session, book: RuleBook, process: Process) -> date:
    """Until when update meetings are proposed: the Board's approval, else the limit of the review (BD-48, D)."""
    recurring = book.recurring(process.kind, process.guidance, UPDATE_MEETING)
    last = deadline_in(session, process, recurring.until) if recurring else None
    last = last or deadline_in(session, process, "limit")
    return last.working_target_on if last else clock.today()


def plan_meetings(
    session: Session, process: Process, kind: MeetingKind, days: Iterable[date], at: tuple[int, int], minutes: int,
    place: str,
) -> None:  # fmt: skip
    """Meetings are planned on those days, at that hour and minute by the clock on the wall; everybody is invited."""
    domain = office(kept(session, Board, process.board_id).key).domain
    for day in days:
        when = When(clock.at(day, *at), minutes, place)
        _tell_all(session, process, plans.plan_meeting(session, process, kind, when, domain))


def move_meeting(session: Session, process: Process, meeting: Meeting, starts_at: datetime, place: str) -> None:
    """The meeting is at another time or place, and everybody's calendar follows. Raises NotPlanned."""
    when = When(starts_at, meeting.minutes, place)
    _tell_all(session, process, plans.move_meeting(session, process, meeting, when))


def cancel_meeting(session: Session, process: Process, meeting: Meeting) -> None:
    """The meeting does not take place, and everybody's calendar follows. Raises NotPlanned."""
    _tell_all(session, process, plans.cancel_meeting(session, process, meeting))


def cancel_planned(session: Session, process: Process, kind: MeetingKind | None = None) -> int:
    """No meeting to come is planned any more, as when a review ends; gives back how many were cancelled."""
    ahead = [each for each in planned_meetings(session, process, kind) if each.starts_at > clock.now()]
    for meeting in ahead:
        cancel_meeting(session, process, meeting)
    return len(ahead)


def reinvite(session: Session, process: Process) -> int:
    """Planned meetings have the people invited who hold the roles now, after a change of contacts, an absence, or an
    agency that joined or left; gives back how many people hear of it."""
    told = plans.reinvite(session, process)
    _tell_all(session, process, told)
    return len(told)


@when_contact_changed
def _another_is_invited(session: Session, old: Contact | None, new: Contact | None) -> None:
    known = old or new
    if known is not None:
        _invite_anew(session, known.board_id)


@when_absence_changes
def _the_stand_in_is_invited(session: Session, contact: Contact) -> None:
    _invite_anew(session, contact.board_id)


def _invite_anew(session: Session, board_id: int) -> None:
    for process in locked_processes(session, [each.id or 0 for each in open_processes(session, board_id)]):
        if planned_meetings(session, process):
            reinvite(session, process)


def follow_initial_meeting(session: Session, book: RuleBook, process: Process, old_on: date, new_on: date) -> int:
    """Update meetings to come keep their distance from the initial meeting when its day is another; everybody hears.

    Meetings of today and before stay where they are. Gives back how many were moved.
    """
    away = blackout_days(session, process)
    ahead = [
        each for each in planned_meetings(session, process, MeetingKind.UPDATE) if is_on(each) > clock.today()
    ]  # fmt: skip
    new_days = following(
        (is_on(each) for each in ahead), new_on - old_on, max(clock.today(), new_on) + ONE_DAY, book.calendar, away
    )
    moved = 0
    for meeting in ahead:
        day, local = new_days[is_on(meeting)], clock.local(meeting.starts_at)
        if old_on != new_on and day != local.date():
            move_meeting(session, process, meeting, clock.at(day, local.hour, local.minute), meeting.place)
            moved += 1
    return moved


def hold_meeting(
    session: Session, book: RuleBook, process: Process, meeting: Meeting, chaired_by: str, came: Collection[int]
) -> bool:
    """The meeting was held; true when it was quorate by the board's own rule. Raises NotPlanned."""
    needed = book.board.row.meetings.quorum_agencies
    return plans.hold_meeting(session, process, meeting, chaired_by, came, needed)


def late_things(session: Session, process: Process) -> list[Deadline]:
    """What of this process is late today, the earliest first; what stands still is not."""
    return [
        each
        for each in deadlines_of(session, process, only_open=True)
        if each.working_target_on < clock.today() and each.standstill is None
    ]


def _tell_all(session: Session, process: Process, told: Sequence[ToTell]) -> None:
    if not told:
        return
    late = [_late(session, each) for each in late_things(session, process)[:MOST_LATE]]
    # who is away is looked for when the letter goes: then whoever is there for them has it
    people = replace(people_of(session, process.board_id, (process.id or 0,)), away={})
    for each in told:
        contact = kept(session, Contact, each.whom.contact_id) if each.whom.contact_id is not None else None
        agency = kept(session, Agency, each.whom.agency_id) if each.whom.agency_id is not None else None
        if contact is None or (contact.to_on is None and not people.is_reachable(contact.id or 0)):
            _call(session, process, each, agency)
        elif contact.to_on is None:  # whoever has left the register is not written to
            _write(session, process, each, contact, agency, late)


def _write(
    session: Session, process: Process, told: ToTell, contact: Contact, agency: Agency | None,
    late: list[dict[str, Any]],
) -> None:  # fmt: skip
    never_heard = plans.take_back_unsent(session, told.meeting, contact.id or 0)
    if never_heard and told.method is Method.CANCEL:
        return
    kind, facts = _message(told, never_heard=never_heard, late=late)
    release = Release.PERSON if stands_above_release(told.whom.role) else Release.AUTOMATIC
    try:
        outbox.queue(
            session, board_id=process.board_id, kind=kind, contact=contact, process=process, release=release,
            facts={"ref": process.spoken_ref, **facts}, thread_key=f"meeting:{told.meeting.uid}",
            once_key=f"{plans.message_key(told.meeting, contact.id)}{told.meeting.sequence}",
            agency_id=agency.id if agency else None,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        _call(session, process, told, agency)


def _message(told: ToTell, *, never_heard: bool, late: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    meeting = told.meeting
    facts: dict[str, Any] = {
        "method": told.method.value, "uid": meeting.uid, "sequence": meeting.sequence,
        "starts_at": told.starts_at.isoformat(), "minutes": meeting.minutes, "place": meeting.place,
    }  # fmt: skip
    if told.method is Method.CANCEL:
        return "meeting_cancelled", facts | {"goes_on": told.goes_on}
    if told.was_at is None or never_heard:
        return "meeting_invitation", facts | {"late": late}
    return "meeting_moved", facts | {"was_at": told.was_at.isoformat(), "late": late}


def _late(session: Session, deadline: Deadline) -> dict[str, Any]:
    agency = agency_of(session, deadline)
    named = {"agency": agency.name} if agency else {}
    return {"title": deadline.title, "due": deadline.working_target_on.isoformat(), **named}


def _call(session: Session, process: Process, told: ToTell, agency: Agency | None) -> None:
    if told.whom.role == NEED_NO_CALL and told.whom.contact_id is None:
        return
    what = f"the {meeting_words(told.meeting)}"
    if told.method is Method.CANCEL:
        what = f"{what} goes on without them" if told.goes_on else f"{what} is cancelled"
    whom = f"{told.whom.role}:{agency.key if agency else ''}"
    key = f"{plans.message_key(told.meeting, told.whom.contact_id)}{whom}:{told.meeting.sequence}"
    tell_by_telephone(session, process, told.whom.role, agency, key, what)
