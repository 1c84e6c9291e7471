"""Figures about actions: how late they are, how long they take, how many were opened and closed by when.

Source: B.10. Twenty and sixty working days are those after which its ladder goes to the committee and to the chief
officer; that the median and the ninetieth of a hundred are told, D (default, to be confirmed by the board).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from models.rules.working_days import Calendar, working_days_between

AGES = (20, 60)  # working days late, up to and with


@dataclass(frozen=True)
class ByAge:
    """How many are late up to twenty working days, up to sixty, and more."""

    first: int
    second: int
    beyond: int

    @property
    def all(self) -> int:
        """How many are late at all."""
        return self.first + self.second + self.beyond


@dataclass(frozen=True)
class Taken:
    """How many calendar days some actions took: half of them no more than the median, nine of ten than the other."""

    count: int
    median: float
    ninetieth: int


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, counted from one."""

    year: int
    number: int

    @property
    def first_on(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.after.first_on - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)


@dataclass(frozen=True)
class Point:
    """How many had been opened and how many closed up to a day, that day with them."""

    on: date
    opened: int
    closed: int


def days_late(due_on: date, on: date, calendar: Calendar) -> int:
    """How many working days after its date something is that is still owed; 0 up to that date."""
    return max(working_days_between(due_on, on, calendar), 0) if on > due_on else 0


def by_age(late: Iterable[int]) -> ByAge:
    """How late each is, in working days, counted in three groups."""
    days = list(late)
    first = sum(each <= AGES[0] for each in days)
    second = sum(AGES[0] < each <= AGES[1] for each in days)
    return ByAge(first, second, len(days) - first - second)


def percentile(values: Sequence[int], share: int) -> int:
    """The smallest of the values that so many of a hundred do not exceed. Raises ValueError for no values."""
    if not values:
        raise ValueError("of no values there is none that others do not exceed")
    return sorted(values)[max(math.ceil(len(values) * share / 100), 1) - 1]


def taken(days: Sequence[int]) -> Taken | None:
    """How long actions take that took so many calendar days each; None where there is none."""
    return Taken(len(days), median(days), percentile(days, 90)) if days else None


def quarter_of(day: date) -> Quarter:
    """The quarter of the calendar year in which the day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarters_until(day: date, count: int) -> list[Quarter]:
    """So many quarters, that of the day the last."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.insert(0, found[0].before)
    return found


def in_quarters(days: Iterable[date], quarters: Sequence[Quarter]) -> list[int]:
    """How many of the days lie in each of the quarters."""
    found = [quarter_of(day) for day in days]
    return [found.count(quarter) for quarter in quarters]


def burn_up(opened: Iterable[date], closed: Iterable[date], days: Sequence[date]) -> list[Point]:
    """How many had been opened and closed up to each of the days."""
    first, last = list(opened), list(closed)
    return [Point(day, sum(each <= day for each in first), sum(each <= day for each in last)) for day in days]
