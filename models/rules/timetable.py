"""Due dates that can say how they came about."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.spoken import and_joined, ordinal, spoken, spoken_anchor, spoken_month
from models.rules.who_decides import AS_THE_FRAMEWORKS_SAY, WhoDecides
from models.rules.working_days import (
    Calendar,
    Roll,
    add_working_days,
    next_working_day,
    previous_working_day,
    why_off,
)

__all__ = ["DueDate", "Period", "Unit", "add_months", "due_date", "moved", "spoken", "spoken_anchor", "timetable"]

MOST_DAYS_NAMED = 3  # days off that an explanation names one by one


class Unit(StrEnum):
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


UNIT_WORDS = {
    Unit.WORKING_DAYS: "working day",
    Unit.CALENDAR_DAYS: "day",
    Unit.WEEKS: "week",
    Unit.MONTHS: "month",
}


@dataclass(frozen=True)
class Period:
    """One line of a timetable: so long after that event, and where the figure comes from."""

    kind: str  # "imr"
    title: str  # mail-safe, "Return for the review"
    anchor: str  # "initial-meeting"
    offset: int
    unit: Unit
    owner_role: str  # "imr_author"
    ladder: str  # key of the ladder
    source: str  # "Barking & Dagenham framework 2017, Appendix B"
    mark: str  # "S:002", "P:19", "G", "D"
    roll: Roll = Roll.FORWARD
    per_agency: bool = False
    limit: bool = False  # an outer limit: nobody delivers it, everything must be done by it; it keeps its date
    until_known: tuple[str, int, Unit] | None = None  # (anchor, offset, unit) while the anchor has not happened
    before_meeting: tuple[int, Unit] | None = None  # so long before the meeting that approves, once it is known
    after: str = ""  # the kind that must be done before
    at_least: int = 0  # working days after that one
    booked: bool = False  # once its own event is known, nothing that comes before it moves it
    information: bool = False  # the duty to give information may be quoted for it
    needs: str = ""  # what it starts from
    gives: str = ""  # what comes of it
    told: str = ""  # who hears of it
    body: str = ""  # a body outside the board: a person writes to it, and the office owes that it was done
    who: WhoDecides = AS_THE_FRAMEWORKS_SAY  # whose decisions its events are

    def event(self, anchor: str) -> str:
        """An event that it may be counted from, as people say it under its edition."""
        return spoken_anchor(anchor, self.who)

    @property
    def keeps_its_date(self) -> bool:
        """True for every limit, and for whatever else is not rolled forward (B.0, D)."""
        return self.limit or self.roll is Roll.KEEP


@dataclass(frozen=True)
class DueDate:
    """A computed date and its reason."""

    kind: str
    anchor: str  # the anchor really used
    anchor_on: date
    offset: int
    unit: Unit
    due_on: date
    working_target_on: date  # the day shown to people; differs from due_on only for limits on days off
    explanation: str


@dataclass(frozen=True)
class _Count:
    """So many units from an anchor, and the day they lead to before any rolling."""

    anchor: str
    anchor_on: date
    offset: int
    unit: Unit
    lands_on: date


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, or the last day of that month if it has no such day.

    Source: B.0 "Month arithmetic" (D: default, to be confirmed by the board).
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def due_date(period: Period, anchors: Mapping[str, date], calendar: Calendar) -> DueDate | None:
    """The date of the period with its explanation; None while no anchor that it may be counted from is known.

    A milestone on a day off moves to the next working day; a limit keeps its date and shows the working day
    before. The board's own closing days give no limit more time, for limits are not the board's own.
    Source: B.0 "Non-working due day" (D: default, to be confirmed by the board).
    """
    counting = calendar.without_closing_days if period.limit else calendar
    count = _count(period, anchors, counting)
    if count is None:
        return None
    due_on = count.lands_on if period.keeps_its_date else next_working_day(count.lands_on, calendar)
    target_on = previous_working_day(due_on, calendar)
    return DueDate(
        kind=period.kind,
        anchor=count.anchor,
        anchor_on=count.anchor_on,
        offset=count.offset,
        unit=count.unit,
        due_on=due_on,
        working_target_on=target_on,
        explanation=_explanation(period, count, due_on, target_on, counting if due_on == target_on else calendar),
    )


def timetable(
    periods: Sequence[Period], anchors: Mapping[str, date], calendar: Calendar
) -> tuple[list[tuple[Period, DueDate]], list[Period]]:
    """The periods that have a date, by date and then kind, and those that wait for their anchor, as given."""
    dated: list[tuple[Period, DueDate]] = []
    waiting: list[Period] = []
    for period in periods:
        due = due_date(period, anchors, calendar)
        if due is None:
            waiting.append(period)
        else:
            dated.append((period, due))
    dated.sort(key=lambda line: (line[1].due_on, line[0].kind))
    return dated, waiting


def _count(period: Period, anchors: Mapping[str, date], calendar: Calendar) -> _Count | None:
    anchor, offset, unit = period.anchor, period.offset, period.unit
    if anchor not in anchors and period.until_known is not None:
        anchor, offset, unit = period.until_known
    if anchor not in anchors:
        return None
    return _Count(anchor, anchors[anchor], offset, unit, moved(anchors[anchor], offset, unit, calendar))


def moved(day: date, offset: int, unit: Unit, calendar: Calendar) -> date:
    """The day so many units later, or earlier for a negative offset; days off are passed over in working days only."""
    if offset == 0:
        return day
    if unit is Unit.WORKING_DAYS:
        return add_working_days(day, offset, calendar)
    if unit is Unit.MONTHS:
        return add_months(day, offset)
    return day + (timedelta(weeks=offset) if unit is Unit.WEEKS else timedelta(days=offset))


def _explanation(period: Period, count: _Count, due_on: date, target_on: date, calendar: Calendar) -> str:
    sentence = _beginning(period.event(count.anchor), count) + _short_month(count)
    if due_on != count.lands_on:
        sentence += _landing(count, calendar) + f", so it moves to {spoken(due_on)}"
        sentence += _days_off(count.lands_on, due_on, calendar)
    elif target_on != due_on:
        what = "a limit keeps its date" if period.limit else "this date is kept"
        sentence += _landing(count, calendar) + f"; {what}, and the working day before it is {spoken(target_on)}"
    elif count.unit is Unit.WORKING_DAYS:
        sentence += _days_off(min(count.anchor_on, due_on), max(count.anchor_on, due_on), calendar)
    return sentence + "." + _until_known(period, count)


def _beginning(event: str, count: _Count) -> str:
    if count.offset == 0:
        return f"On the day of {event}, {spoken(count.anchor_on)}"
    number = abs(count.offset)
    words = UNIT_WORDS[count.unit] + ("" if number == 1 else "s")
    return f"{number} {words} {'after' if count.offset > 0 else 'before'} {event} on {spoken(count.anchor_on)}"


def _short_month(count: _Count) -> str:
    if count.unit is not Unit.MONTHS or count.lands_on.day == count.anchor_on.day:
        return ""
    return f" ({spoken_month(count.lands_on)} has no {ordinal(count.anchor_on.day)}, so its last day counts)"


def _landing(count: _Count, calendar: Calendar) -> str:
    at_weekend = count.lands_on.weekday() > 4
    why = "not a working day" if at_weekend else why_off(count.lands_on, calendar)
    named = "" if count.offset == 0 else f" is {spoken(count.lands_on)}"
    return f"{named}, which is {why}"


def _days_off(after: date, before: date, calendar: Calendar) -> str:
    """The weekdays strictly between the two days that were not counted, as the end of a sentence."""
    between = [day for day in calendar.weekdays_off if after < day < before]
    if not between:
        return ""
    what = _what_they_are(between, calendar)
    if len(between) > MOST_DAYS_NAMED:
        return f"; {len(between)} weekdays in between are {what} and do not count"
    named = and_joined([_named(day, calendar) for day in between])
    if len(between) == 1:
        return f"; {named} is {what} and does not count"
    return f"; {named} are {what} and do not count"


def _named(day: date, calendar: Calendar) -> str:
    name = calendar.bank_holidays.get(day) or calendar.closing_days.get(day)
    return f"{spoken(day)} ({name})" if name else spoken(day)


def _what_they_are(days: Sequence[date], calendar: Calendar) -> str:
    bank_holidays = sum(day in calendar.bank_holidays for day in days)
    if bank_holidays in (0, len(days)):
        one = "bank holiday" if bank_holidays else "closing day"
        return f"a {one}" if len(days) == 1 else f"{one}s"
    return "days off"


def _until_known(period: Period, count: _Count) -> str:
    if count.anchor == period.anchor:
        return ""
    return f" Planned from {period.event(count.anchor)}; counted anew once {period.event(period.anchor)} is recorded."
