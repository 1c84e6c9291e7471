"""Meetings of a review's panel: a series is planned, one is moved, cancelled or recorded as held.

Update meetings are arranged by the business manager as the Chair directs (S:002, BD-48).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import (
    BACK,
    decision_in,
    keep_decision,
    may_decide,
    recorded_by,
    who_decided,
    who_recorded,
)
from flows.questions.menu import Action
from flows.steps import meetings as step
from models.records.considerations import KIND as CONSIDERATION
from models.records.deadlines import DeadlineState
from models.records.meeting_plans import meeting_in
from models.records.meetings import Meeting, MeetingKind, MeetingState, is_on, meetings_of, planned_meetings
from models.records.processes import anchors_of
from models.rules.considering import SPOKEN_PARTNERS
from models.rules.meeting_dates import CHAIRS, time_of_day, why_no_meeting_on
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import MOVES, Stage, was_reached
from reports.words import MEETINGS, meeting_words

USUAL_WEEKS = 4  # where the guidance names none; default, to be confirmed by the board
MOST_WEEKS = 26
MINUTES = (15, 480)
NO_CHAIR = "nobody"
NOT_UNDERSTOOD = "the time was not understood; write it like 10:00"
PAST_TODAY = "that time of today is past"


@dataclass(frozen=True)
class _Series:
    weeks: int
    first_on: date | None
    at: time
    minutes: int
    place: str


class UpdateMeetings:
    """A series of update meetings, as the panel chair wants it."""

    name = "update-meetings"

    def is_open(self, at: Situation) -> bool:
        """True from the timetable on until the Board approves."""
        recurring = at.book.recurring(at.process.kind, at.process.guidance, step.UPDATE_MEETING)
        last = at.slot(recurring.until) if recurring else None
        return _timetable_is_set(at) and (last is None or last.state is DeadlineState.OPEN)

    def form(self, at: Situation) -> Form | None:
        """The days that would come of it stand above the form."""
        if not self.is_open(at):
            return None
        meetings = at.book.board.row.meetings
        options = [("plan", "These update meetings are to be held")]
        if _ahead(at, MeetingKind.UPDATE):
            options.append(("replace", "Cancel the update meetings to come, and hold these instead"))
        places = tuple((place, place) for place in meetings.places)
        return Form(
            "update meetings of the panel", self._intro(at), choice("What do you want to record?", *options, BACK),
            (
                Field("weeks", Kind.NUMBER, "Every how many weeks?", "The panel chair sets it.", needed=True,
                      default=_weeks(at)),
                Field("first_on", Kind.DATE, "On which day is the first?",
                      "Leave empty for the first that is proposed above."),
                Field("at", Kind.TEXT, "At what time?", "Written like 10:00.", needed=True, default=meetings.at),
                Field("minutes", Kind.NUMBER, "For how many minutes?", needed=True, default=meetings.minutes),
                Field("place", Kind.ONE_OF, "Where?", needed=True, options=places, default=meetings.places[0]),
                *who_decided(who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """All meetings of the series are planned, and everybody is invited to each."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        series, faults = self._series_in(at, answer)
        decision = decision_in(at, answer, may_decide=may_decide(at, at.process, self.name), faults=faults)
        cancelled = 0
        if answer.choice == "replace":
            cancelled = step.cancel_planned(at.session, at.process, MeetingKind.UPDATE)
        days = step.proposed_days(at.session, at.book, at.process, series.weeks, series.first_on)
        if not days:
            until = spoken(step.series_ends_on(at.session, at.book, at.process))
            raise Refused(f"no day is left for such a meeting until {until}")
        plain = "Update meetings of the panel are planned"
        keep_decision(
            at, at.process, self.name, decision, answer.choice, plain, weeks=series.weeks,
            days=[day.isoformat() for day in days], starts=series.at.isoformat(), minutes=series.minutes,
        )  # fmt: skip
        hour = (series.at.hour, series.at.minute)
        step.plan_meetings(at.session, at.process, MeetingKind.UPDATE, days, hour, series.minutes, series.place)
        also = f" {_count(cancelled)} cancelled." if cancelled else ""
        said = and_joined([spoken(day) for day in days])
        return Recorded(f"Recorded: {_count(len(days))} planned, and everybody is invited: {said}.{also}")

    def _series_in(self, at: Situation, answer: Answer) -> tuple[_Series, list[str]]:
        """What was answered, and every reason why it cannot be so."""
        faults: list[str] = []
        weeks, minutes = int(answer.values.get("weeks") or 0), int(answer.values.get("minutes") or 0)
        if not 1 <= weeks <= MOST_WEEKS:
            faults.append(f"between two meetings lie 1 to {MOST_WEEKS} weeks")
        if not MINUTES[0] <= minutes <= MINUTES[1]:
            faults.append(f"a meeting takes {MINUTES[0]} to {MINUTES[1]} minutes")
        at_time = time_of_day(answer.text("at"))
        if at_time is None:
            faults.append(NOT_UNDERSTOOD)
        place = _place_in(at, answer, faults)
        first_on = answer.day("first_on")
        if first_on is not None:
            faults += _faults_of_day(at, first_on)
            if first_on == at.today and at_time and clock.at(first_on, at_time.hour, at_time.minute) <= clock.now():
                faults.append(PAST_TODAY)
        return _Series(weeks, first_on, at_time or time(), minutes, place), faults

    def _intro(self, at: Situation) -> str:
        weeks = _weeks(at)
        days = step.proposed_days(at.session, at.book, at.process, weeks, None)
        proposed = "\n".join(f"- {spoken(day)}" for day in days) or "- no day is left"
        until = spoken(step.series_ends_on(at.session, at.book, at.process))
        planned = _ahead(at, MeetingKind.UPDATE)
        known = f"\n\nPlanned already:\n\n{_listed(planned)}" if planned else ""
        return (
            "The panel chair sets the interval. All meetings are planned at once, and everybody gets one mail with all "
            "dates and a file for the calendar each; those to chairs wait for your release. Days off move to the next "
            "working day."
            f"\n\nEvery {weeks} weeks from the initial meeting until {until} these days are proposed:\n\n{proposed}"
            f"{known}"
        )


class MeetingChanged:
    """One meeting is moved, cancelled, or recorded as held with who came."""

    name = "meeting-changed"

    def is_open(self, at: Situation) -> bool:
        """True while a meeting is planned."""
        may_be = _timetable_is_set(at) or (at.process.kind == CONSIDERATION and at.process.closed_at is None)
        return may_be and bool(planned_meetings(at.session, at.process))

    def form(self, at: Situation) -> Form | None:
        """The planned meetings, and the agencies of the review to tick."""
        if not self.is_open(at):
            return None
        planned = planned_meetings(at.session, at.process)
        places = tuple((place, place) for place in at.book.board.row.meetings.places)
        may_come = step.agencies_that_may_come(at.session, at.process, planned[0])
        agencies = tuple((each.key, each.name) for each in may_come)
        chairs = (*((role, f"The {spoken_role(role)}") for role in CHAIRS), (NO_CHAIR, "Neither of them was there"))
        return Form(
            "a meeting of the panel", self._intro(at),
            choice(
                "What do you want to record?", ("held", "It was held; who came is ticked below"),
                ("moved", "It is moved to the day, time or place below"), ("cancelled", "It does not take place"), BACK,
            ),
            (
                Field("which", Kind.ONE_OF, "Which meeting?", needed=True,
                      options=tuple((str(each.id), _label(each)) for each in planned)),
                Field("moved_to", Kind.DATE, "Moved to which day?", "Only when it is moved; empty for the same day."),
                Field("at", Kind.TEXT, "At what time?", "Only when it is moved, like 10:00; empty for the same."),
                Field("place", Kind.ONE_OF, "Where?", "Only when it is moved; empty for the same.", options=places),
                Field("chaired_by", Kind.ONE_OF, "Who was in the chair?", "Needed when it was held.", options=chairs),
                Field("came", Kind.SOME_OF, "Which agencies came?", "Only when it was held.", options=agencies),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The meeting is as was said, and whoever must hear of it does."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        meeting = _meeting_in(at, answer)
        deeds = {"held": self._held, "moved": self._moved, "cancelled": self._cancelled}
        said = deeds[answer.choice](at, answer, meeting)
        who_recorded(at, at.process, answer, "meeting recorded", meeting=meeting.id, choice=answer.choice)
        return Recorded(said)

    def _held(self, at: Situation, answer: Answer, meeting: Meeting) -> str:
        faults = []
        if meeting.starts_at > clock.now():
            faults.append(f"the {_label(meeting)} lies in the future; record it when it has happened")
        if not answer.text("chaired_by"):
            faults.append("it does not say who was in the chair")
        if answer.text("moved_to") or answer.text("at"):
            faults.append("it says that the meeting was held and also that it is moved; record one of them")
        if faults:
            raise Refused("; ".join(faults))
        chair = answer.text("chaired_by") if answer.text("chaired_by") in CHAIRS else ""
        keys = answer.chosen("came")
        may_come = step.agencies_that_may_come(at.session, at.process, meeting)
        agencies = [each for each in may_come if each.key in keys]
        quorate = step.hold_meeting(
            at.session, at.book, at.process, meeting, chair, [each.id or 0 for each in agencies]
        )
        step.changed(at.session, at.book, at.process, meeting, "held")
        said = f"Recorded: the {meeting_words(meeting)} was held; {_agencies(len(agencies))} came"
        return (
            f"{said}. It was quorate."
            if quorate
            else f"{said}. It was NOT quorate: {_why_not(at, meeting, chair, keys)}."
        )

    def _moved(self, at: Situation, answer: Answer, meeting: Meeting) -> str:
        local, faults = clock.local(meeting.starts_at), list[str]()
        day = answer.day("moved_to") or local.date()
        at_time = time_of_day(answer.text("at")) if answer.text("at") else local.time()
        if at_time is None:
            faults.append(NOT_UNDERSTOOD)
        place = _place_in(at, answer, faults) if answer.text("place") else meeting.place
        faults += _faults_of_day(at, day)
        starts_at = clock.at(day, at_time.hour, at_time.minute) if at_time else meeting.starts_at
        faults += _faults_of_moment(at, meeting, starts_at, day)
        if not faults and (starts_at, place) == (meeting.starts_at, meeting.place):
            faults.append("it does not say to which day, time or place it is moved")
        if faults:
            raise Refused("; ".join(faults))
        was = meeting_words(meeting)
        step.move_meeting(at.session, at.process, meeting, starts_at, place)
        step.changed(at.session, at.book, at.process, meeting, "moved")
        return f"Recorded: the {was} is now {_moment(starts_at)}, and everybody's calendar is told."

    def _cancelled(self, at: Situation, answer: Answer, meeting: Meeting) -> str:
        step.cancel_meeting(at.session, at.process, meeting)
        step.changed(at.session, at.book, at.process, meeting, "cancelled")
        return f"Recorded: the {meeting_words(meeting)} does not take place, and everybody's calendar is told."

    def _intro(self, at: Situation) -> str:
        held = [each for each in meetings_of(at.session, at.process) if each.state is MeetingState.HELD]
        needed = _needed(at)
        lines = [f"- {_label(each)}: {'quorate' if each.quorate else 'held, but NOT quorate'}" for each in held]
        before = "\n\nHeld so far:\n\n" + "\n".join(lines) if lines else ""
        return (
            f"A meeting is quorate with the panel chair or the deputy and {needed}. One that was "
            f"not is recorded as held all the same, and shown as not quorate.{before}"
        )


def _timetable_is_set(at: Situation) -> bool:
    process = at.process
    set_ = Stage.TIMETABLE_SET in MOVES[process.kind] and was_reached(process.kind, process.stage, Stage.TIMETABLE_SET)
    return (
        set_
        and process.closed_at is None
        and "initial-meeting" in at.once("anchors", lambda: anchors_of(at.session, process.id or 0))
    )


def _needed(at: Situation) -> str:
    """Whom a quorum needs beside the chair, in words."""
    row = at.book.board.row.meetings
    if at.process.kind == CONSIDERATION and row.quorum_partners:
        return and_joined([SPOKEN_PARTNERS[each] for each in row.quorum_partners])
    return f"{_agencies(row.quorum_agencies)} or more"


def _weeks(at: Situation) -> int:
    recurring = at.book.recurring(at.process.kind, at.process.guidance, step.UPDATE_MEETING)
    return recurring.every if recurring and recurring.unit == "weeks" else USUAL_WEEKS


def _ahead(at: Situation, kind: MeetingKind) -> list[Meeting]:
    planned = at.once("planned meetings", lambda: planned_meetings(at.session, at.process))
    return [each for each in planned if each.kind is kind and each.starts_at > clock.now()]


def _meeting_in(at: Situation, answer: Answer) -> Meeting:
    chosen = answer.text("which")
    if not chosen:
        raise Refused("it does not say which meeting")
    meeting = meeting_in(at.session, at.process, int(chosen))
    if meeting is None:
        raise Refused("that meeting belongs to something else")
    if meeting.state is not MeetingState.PLANNED:
        what = "recorded as held" if meeting.state is MeetingState.HELD else "cancelled"
        raise Refused(f"the {meeting_words(meeting)} was {what} in the meantime")
    return meeting


def _place_in(at: Situation, answer: Answer, faults: list[str]) -> str:
    place = answer.text("place")
    if place not in at.book.board.row.meetings.places:
        faults.append("it does not say where; choose one of the board's places")
    return place


_PAST = "; if the panel met then, record that the meeting does not take place, and book the panel for the day it met on"


def _faults_of_day(at: Situation, day: date) -> list[str]:
    """Every reason why no meeting can be planned for that day."""
    faults = []
    if day < at.today:
        faults.append(f"{spoken(day)} is past{_PAST if at.process.kind == CONSIDERATION else ''}")
    initial_on = anchors_of(at.session, at.process.id or 0).get("initial-meeting")
    if initial_on is not None and day <= initial_on:
        faults.append(f"{spoken(day)} is not after the initial meeting, which was on {spoken(initial_on)}")
    return faults + why_no_meeting_on(day, at.book.calendar, step.blackout_days(at.session, at.process))


def _faults_of_moment(at: Situation, meeting: Meeting, starts_at: datetime, day: date) -> list[str]:
    faults = []
    if day == at.today and starts_at <= clock.now():
        faults.append(PAST_TODAY)
    alike = planned_meetings(at.session, at.process, meeting.kind)
    others = [each for each in alike if each.id != meeting.id and is_on(each) == day]
    if others:
        faults.append(f"the {meeting_words(others[0])} is on the same day")
    return faults


def _why_not(at: Situation, meeting: Meeting, chair: str, came: Sequence[str]) -> str:
    quorum = step.quorum_of(at.book, meeting)
    if quorum.partners:
        partners = {key: at.book.board.agencies[key].partner for key in came}
        return f"missing: {and_joined(quorum.missing(chair, partners))}"
    needed = _agencies(at.book.board.row.meetings.quorum_agencies)
    return f"it needs {needed}" if chair else f"it needs the panel chair or the deputy, and {needed}"


def _label(meeting: Meeting) -> str:
    words = MEETINGS[meeting.kind]
    return f"{words} of {_moment(meeting.starts_at)}, {meeting.place}"


def _listed(meetings: Sequence[Meeting]) -> str:
    return "\n".join(f"- {_label(each)}" for each in meetings)


def _moment(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{spoken(local.date())} at {local.hour}:{local.minute:02}"


def _agencies(count: int) -> str:
    return "1 agency" if count == 1 else f"{count} agencies"


def _count(count: int) -> str:
    return "1 update meeting is" if count == 1 else f"{count} update meetings are"


UPDATE_MEETINGS = register(UpdateMeetings())
MEETING_CHANGED = register(MeetingChanged())
MEETING_ACTIONS: tuple[Action, ...] = (
    Action(UPDATE_MEETINGS.name, "The panel chair has set the update meetings", UPDATE_MEETINGS.is_open),
    Action(MEETING_CHANGED.name, "A meeting was held, is moved or is cancelled", MEETING_CHANGED.is_open),
)
