"""What follows when meetings are planned, moved, cancelled or held; who hears of it is in `invitations.py`.

Each function belongs into the transaction of what brings it about, with the process locked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime

from config import clock
from flows.steps.invitations import tell_all
from models.records import meeting_plans as plans
from models.records.being_away import when_absence_changes
from models.records.boards import Agency, Board, Contact, agencies_of
from models.records.chasing import deadline_in
from models.records.contact_changes import when_contact_changed
from models.records.database import Session
from models.records.delays import blackouts_of
from models.records.kept import kept
from models.records.meeting_plans import ToTell, When
from models.records.meetings import Meeting, MeetingKind, is_on, planned_meetings
from models.records.moving import agencies_in_scope
from models.records.processes import Process, anchors_of, locked_processes, open_processes
from models.rulebook import RuleBook
from models.rules.considering import Quorum
from models.rules.meeting_dates import Days, Series, following
from models.rules.working_days import ONE_DAY
from notifications.office import office

Follows = Callable[[Session, RuleBook, Process, Meeting, str], None]  # the last is "moved", "cancelled" or "held"

_follows: dict[MeetingKind, Follows] = {}
UPDATE_MEETING = "update_meeting"  # the kind under [recurring.<process>] in the guidance


def blackout_days(session: Session, process: Process) -> list[Days]:
    """The days on which nobody meets about the process."""
    return [(each.from_on, each.until_on) for each in blackouts_of(session, process)]


def proposed_days(session: Session, book: RuleBook, process: Process, weeks: int, first_on: date | None) -> list[date]:
    """The days of update meetings every so many weeks, from a first day on, or from the event that the guidance names.

    Days that are past are left out, and so are those on which an update meeting is planned already.
    """
    taken = {is_on(each) for each in planned_meetings(session, process, MeetingKind.UPDATE)}
    recurring = book.recurring(process.kind, process.guidance, UPDATE_MEETING)
    counts_from = recurring.anchor if recurring else "initial-meeting"
    begins_on = anchors_of(session, process.id or 0).get(counts_from, clock.today())
    away = blackout_days(session, process)
    until_on = series_ends_on(session, book, process)
    days = Series(first_on or begins_on, weeks, until_on).days(book.calendar, away)
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
    """Meetings are planned on those days, at that hour and minute by the clock on the wall; everybody is invited, to
    all of them in one mail."""
    domain = office(kept(session, Board, process.board_id).key).domain
    told: list[ToTell] = []
    for day in days:
        when = When(clock.at(day, *at), minutes, place)
        told += plans.plan_meeting(session, process, kind, when, domain)
    tell_all(session, process, told)


def when_meeting_changes(kind: MeetingKind) -> Callable[[Follows], Follows]:
    """The decorated function is called, in the same transaction, when a meeting of that kind is moved, cancelled or
    held by a person."""

    def keep(follows: Follows) -> Follows:
        _follows[kind] = follows
        return follows

    return keep


def changed(session: Session, book: RuleBook, process: Process, meeting: Meeting, what: str) -> None:
    """What follows when a meeting was moved, cancelled or held is done."""
    follows = _follows.get(meeting.kind)
    if follows is not None:
        follows(session, book, process, meeting, what)


def move_meeting(session: Session, process: Process, meeting: Meeting, starts_at: datetime, place: str) -> None:
    """The meeting is at another time or place, and everybody's calendar follows. Raises NotPlanned."""
    when = When(starts_at, meeting.minutes, place)
    tell_all(session, process, plans.move_meeting(session, process, meeting, when))


def cancel_meeting(session: Session, process: Process, meeting: Meeting) -> None:
    """The meeting does not take place, and everybody's calendar follows. Raises NotPlanned."""
    tell_all(session, process, plans.cancel_meeting(session, process, meeting))


def cancel_planned(session: Session, process: Process, kind: MeetingKind | None = None) -> int:
    """No meeting to come is planned any more, as when a review ends; gives back how many were cancelled."""
    ahead = [each for each in planned_meetings(session, process, kind) if each.starts_at > clock.now()]
    cancel_these(session, process, ahead)
    return len(ahead)


def cancel_these(session: Session, process: Process, meetings: Sequence[Meeting]) -> None:
    """None of the meetings takes place, and everybody hears of all of them at once. Raises NotPlanned."""
    tell_all(session, process, [told for each in meetings for told in plans.cancel_meeting(session, process, each)])


def reinvite(session: Session, process: Process) -> int:
    """Planned meetings have the people invited who hold the roles now, after a change of contacts, an absence, or an
    agency that joined or left; gives back how many people hear of it."""
    told = plans.reinvite(session, process)
    tell_all(session, process, told)
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
    moved, told = 0, list[ToTell]()
    for meeting in ahead:
        day, local = new_days[is_on(meeting)], clock.local(meeting.starts_at)
        if old_on != new_on and day != local.date():
            when = When(clock.at(day, local.hour, local.minute), meeting.minutes, meeting.place)
            told += plans.move_meeting(session, process, meeting, when)
            moved += 1
    tell_all(session, process, told)
    return moved


def hold_meeting(
    session: Session, book: RuleBook, process: Process, meeting: Meeting, chaired_by: str, came: Collection[int]
) -> bool:
    """The meeting was held; true when it was quorate by the board's own rule. Raises NotPlanned."""
    keys = {each.key: each.id or 0 for each in agencies_of(session, process.board_id) if each.id in came}
    quorum = quorum_of(book, meeting)
    missing = quorum.missing(chaired_by, {key: book.board.agencies[key].partner for key in keys})
    return plans.hold_meeting(session, process, meeting, chaired_by, came, quorum.agencies, not missing)


def quorum_of(book: RuleBook, meeting: Meeting) -> Quorum:
    """Who must be at that meeting, by the board's settings."""
    row = book.board.row.meetings
    considers = meeting.kind is MeetingKind.CONSIDERATION
    return Quorum(row.quorum_partners if considers else (), row.quorum_agencies)


def agencies_that_may_come(session: Session, process: Process, meeting: Meeting) -> Sequence[Agency]:
    """Those of the process; to a panel that considers a case every agency of the board may send somebody."""
    if meeting.kind is MeetingKind.CONSIDERATION:
        return agencies_of(session, process.board_id)
    return agencies_in_scope(session, process)
