"""When the owner of an action is asked for a word on it.

Source: B.10, "Progress ask" (D: default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.rules.actions import Priority
from models.rules.timetable import add_months
from models.rules.working_days import Calendar, add_working_days, working_days_between

MONTHS_BETWEEN = {Priority.HIGH: 1, Priority.MEDIUM: 3, Priority.LOW: 3}


@dataclass(frozen=True)
class Cycle:
    """How a board asks: so many working days before the committee meets, never while a word is fresh."""

    meetings: Sequence[date]  # of the monitoring committee, rising
    asked_before: int  # working days
    is_fresh: int  # working days


def asked_for(
    cycle: Cycle, priority: Priority, accepted_on: date, heard_on: date | None, asked_on: date | None, day: date,
    calendar: Calendar,
) -> str:  # fmt: skip
    """For what the owner is asked on that day, a text that is the same for the whole asking; "" where nobody asks.

    Before each meeting of the committee; what is of high priority each month beside that, and without meetings anything
    each quarter. Nobody is asked while a word or a question is younger than `is_fresh` working days.
    """
    last = max((each for each in (heard_on, asked_on) if each is not None), default=None)
    if last is not None and working_days_between(last, day, calendar) < cycle.is_fresh:
        return ""
    meets_on = next((each for each in cycle.meetings if each >= day), None)
    if meets_on is not None and add_working_days(meets_on, -cycle.asked_before, calendar) <= day:
        return meets_on.isoformat()
    if meets_on is not None and priority is not Priority.HIGH:
        return ""
    since = max(last or accepted_on, accepted_on)
    return day.isoformat() if day >= add_months(since, MONTHS_BETWEEN[priority]) else ""
