"""When a panel meets: the days of a series, a meeting that follows another, and what makes it quorate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from models.rules.spoken import spoken
from models.rules.working_days import ONE_DAY, Calendar, is_quiet, is_working_day, why_off

CHAIRS = ("panel_chair", "panel_chair_deputy")  # one of them must be there
MOST_MEETINGS = 60  # of one series
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")

Days = tuple[date, date]  # from the first up to and with the last


@dataclass(frozen=True)
class Series:
    """Meetings every so many weeks, up to and with a last day.

    Source: BD-48, that there are such meetings and that the Chair sets the interval; four weeks unless the Chair
    says otherwise (D: default, to be confirmed by the board).
    """

    counted_from_on: date  # the initial meeting, which is no meeting of the series itself
    every_weeks: int
    until_on: date

    def days(self, calendar: Calendar, blackouts: Sequence[Days] = ()) -> tuple[date, ...]:
        """The proposed days in order, no two the same.

        A day on which nobody meets moves to the next on which one does; the days after it keep their weeks, so that
        a bank holiday never shifts the rest. What would move past the last day is left out. Raises ValueError for an
        interval of less than a week. Source: B.0, "Quiet rules" (D: default, to be confirmed by the board).
        """
        if self.every_weeks < 1:
            raise ValueError("meetings of a series lie a week apart or more")
        found: list[date] = []
        planned = self.counted_from_on + timedelta(weeks=self.every_weeks)
        while planned <= self.until_on and len(found) < MOST_MEETINGS:
            day = next_day_to_meet(planned, calendar, blackouts)
            if day <= self.until_on and day not in found:
                found.append(day)
            planned += timedelta(weeks=self.every_weeks)
        return tuple(found)


def may_be_proposed(day: date, calendar: Calendar, blackouts: Sequence[Days] = ()) -> bool:
    """True for a working day that is not quiet and lies in no blackout (F-13, B.0; D: default, to be confirmed)."""
    return not is_quiet(day, calendar) and not _is_blacked_out(day, blackouts)


def next_day_to_meet(
    day: date, calendar: Calendar, blackouts: Sequence[Days] = (), taken: Collection[date] = ()
) -> date:
    """`day` itself, or the first day after it that may be proposed and is not taken."""
    while day in taken or not may_be_proposed(day, calendar, blackouts):
        day += ONE_DAY
    return day


def following(
    days: Iterable[date], by: timedelta, not_before_on: date, calendar: Calendar, blackouts: Sequence[Days] = ()
) -> dict[date, date]:
    """Where each of the days goes when what they are counted from has moved `by` so many days.

    Each keeps its distance, but for days on which nobody meets; two never fall on one day, and none before
    `not_before_on`. Source: BD-48 with BD-49, the timetable is fixed at the initial meeting (D: default).
    """
    moved: dict[date, date] = {}
    for day in sorted(set(days)):
        earliest = max(day + by, not_before_on)
        moved[day] = next_day_to_meet(earliest, calendar, blackouts, taken=moved.values())
    return moved


def why_no_meeting_on(day: date, calendar: Calendar, blackouts: Sequence[Days] = ()) -> list[str]:
    """Every reason why there can be no meeting on that day, in words; none when there can.

    A working day between Christmas and New Year is proposed to nobody, but a person may choose it.
    """
    reasons = []
    if not is_working_day(day, calendar):
        reasons.append(f"{spoken(day)} is no working day, it is {why_off(day, calendar)}")
    if _is_blacked_out(day, blackouts):
        reasons.append(f"{spoken(day)} lies in blackout days of this review")
    return reasons


def is_quorate(chaired_by: str, agencies: Collection[object], agencies_needed: int) -> bool:
    """True when the panel chair or the deputy was there, and at least so many different agencies.

    Source: a comparable sub-group uses three different partner organisations (P:51); three is the default, to be
    confirmed by the board (D, C.5).
    """
    return chaired_by in CHAIRS and len(set(agencies)) >= agencies_needed


def time_of_day(text: str) -> time | None:
    """The time that was written as 10:00 or 9.30; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _is_blacked_out(day: date, blackouts: Sequence[Days]) -> bool:
    return any(first <= day <= last for first, last in blackouts)
