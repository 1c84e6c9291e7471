"""Due dates that can say how they came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.working_days import Calendar, Roll


class Unit(StrEnum):
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


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
    limit: bool = False  # an outer limit: nobody delivers it, everything must be done by it
    until_known: tuple[str, int, Unit] | None = (
        None  # (anchor, offset, unit) while the anchor has not happened
    )


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


def add_months(day: date, months: int) -> date: ...
def due_date(period: Period, anchors: Mapping[str, date], calendar: Calendar) -> DueDate | None: ...
def timetable(
    periods: Sequence[Period], anchors: Mapping[str, date], calendar: Calendar
) -> tuple[list[tuple[Period, DueDate]], list[Period]]: ...
def spoken(day: date) -> str: ...  # "Friday 12 June 2026"
