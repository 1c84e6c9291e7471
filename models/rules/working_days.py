"""Working days of a board: which days count, and how to count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Roll(StrEnum):
    """What happens to a due date that falls on a day that is not a working day."""

    FORWARD = "forward"  # a local milestone moves to the next working day
    KEEP = "keep"  # a limit keeps its date; people are shown the working day before


@dataclass(frozen=True)
class Calendar:
    """The days off of one board: bank holidays of England and the board's own closing days."""

    bank_holidays: Mapping[date, str] = field(default_factory=dict)  # day -> its name
    closing_days: Mapping[date, str] = field(default_factory=dict)  # day -> why the office is closed


def is_working_day(day: date, calendar: Calendar) -> bool: ...
def add_working_days(day: date, count: int, calendar: Calendar) -> date: ...
def working_days_between(first: date, last: date, calendar: Calendar) -> int: ...
def next_working_day(day: date, calendar: Calendar) -> date: ...
def previous_working_day(day: date, calendar: Calendar) -> date: ...
def is_quiet(day: date, calendar: Calendar) -> bool: ...
def why_off(day: date, calendar: Calendar) -> str | None: ...
