"""Working days of a board: which days count, and how to count them.

A working day is Monday to Friday, no bank holiday of England and no closing day of the board (B.0).
Counting begins on the day after the start: the start is day 0 (D: default, to be confirmed by the board).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)


class Roll(StrEnum):
    """What happens to a due date that falls on a day that is not a working day."""

    FORWARD = "forward"  # a local milestone moves to the next working day
    KEEP = "keep"  # a limit keeps its date; people are shown the working day before


@dataclass(frozen=True)
class Calendar:
    """The days off of one board: bank holidays of England and the board's own closing days.

    The two mappings are plain and do not change once handed in: what is counted from them is kept.
    """

    bank_holidays: Mapping[date, str] = field(default_factory=dict)  # day -> its name
    closing_days: Mapping[date, str] = field(default_factory=dict)  # day -> why the office is closed

    @cached_property
    def without_closing_days(self) -> Calendar:
        """The days off that hold for everybody: a closed office gives nobody outside it more time."""
        return Calendar(self.bank_holidays) if self.closing_days else self

    @cached_property
    def weekdays_off(self) -> tuple[date, ...]:
        """Every day off that is not at a weekend, in order, each once."""
        days = {*self.bank_holidays, *self.closing_days}
        return tuple(sorted(day for day in days if day.weekday() < SATURDAY))


def is_working_day(day: date, calendar: Calendar) -> bool:
    """True from Monday to Friday, unless the day is a bank holiday or a closing day (B.0)."""
    return day.weekday() < SATURDAY and day not in calendar.bank_holidays and day not in calendar.closing_days


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The working day that lies `count` working days after `day`, or before it when `count` is negative.

    `day` is day 0, whether it is a working day or not (B.0, D: default, to be confirmed by the board).
    A count of 0 gives `day` itself, or the next working day when `day` is off.
    """
    if count > 0:
        return _working_day_number(_number_of(day, calendar) + count, calendar)
    if count < 0:
        return _working_day_number(_number_of(day - ONE_DAY, calendar) + 1 + count, calendar)
    return next_working_day(day, calendar)


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """The number of working days after `first` up to and with `last`; negative when `last` is the earlier."""
    return _number_of(last, calendar) - _number_of(first, calendar)


def next_working_day(day: date, calendar: Calendar) -> date:
    """`day` itself when it is a working day, otherwise the first working day after it."""
    return day if is_working_day(day, calendar) else add_working_days(day, 1, calendar)


def previous_working_day(day: date, calendar: Calendar) -> date:
    """`day` itself when it is a working day, otherwise the last working day before it."""
    return day if is_working_day(day, calendar) else add_working_days(day, -1, calendar)


def is_quiet(day: date, calendar: Calendar) -> bool:
    """True when nothing but urgent messages goes out: days off, and 24 December to 1 January with both ends.

    Source: B.0 "Quiet rules" (D: default, to be confirmed by the board).
    """
    at_christmas = (day.month == 12 and day.day >= 24) or (day.month == 1 and day.day == 1)
    return at_christmas or not is_working_day(day, calendar)


def why_off(day: date, calendar: Calendar) -> str | None:
    """Why `day` is not a working day, in words that follow "it is"; None for a working day."""
    if day.weekday() == SATURDAY:
        return "a Saturday"
    if day.weekday() == SUNDAY:
        return "a Sunday"
    if day in calendar.bank_holidays:
        return _with_name("a bank holiday", calendar.bank_holidays[day])
    if day in calendar.closing_days:
        return _with_name("a closing day of the board", calendar.closing_days[day])
    return None


def _with_name(what: str, name: str) -> str:
    return f"{what} ({name})" if name else what


def _number_of(day: date, calendar: Calendar) -> int:
    """How many working days there were up to and with `day`, counted from Monday 1 January of the year 1."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5) - bisect_right(calendar.weekdays_off, day)


def _working_day_number(number: int, calendar: Calendar) -> date:
    """The first day up to which there were `number` working days; it is a working day itself."""
    off_before, found = -1, 0
    day = date.min
    while found != off_before:  # each step takes in the days off that the step before reached; it never overshoots
        off_before = found
        weeks, rest = divmod(number + off_before - 1, 5)
        day = date.fromordinal(weeks * 7 + rest + 1)
        found = bisect_right(calendar.weekdays_off, day)
    return day
