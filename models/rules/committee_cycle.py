"""What the office does for each meeting of a committee, and when: from the call for items to the minutes.

Source: B.13, "Board paper cycle" (D: default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.working_days import Calendar, add_working_days, previous_working_day

RECENT_WORKING_DAYS = 5  # what should have been done longer ago than this, nobody is asked to do any more


class Step(StrEnum):
    """One thing of the cycle, in its order."""

    CALL = "call"
    PAPERS_IN = "papers-in"
    PAPERS_OUT = "papers-out"
    CHANGES = "changes"
    ACTIONS_OUT = "actions-out"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Figures:
    """Working days before the meeting, and after it."""

    call_before: int
    papers_in_before: int
    papers_out_before: int
    actions_after: int
    minutes_after: int


def steps_for(meets_on: date, papers_on: date | None, figures: Figures, calendar: Calendar) -> Mapping[Step, date]:
    """The working day of each step; `papers_on` is the day that the board has set for papers, if any."""

    def away(days: int) -> date:
        return add_working_days(meets_on, days, calendar)

    return {
        Step.CALL: away(-figures.call_before),
        Step.PAPERS_IN: previous_working_day(papers_on, calendar) if papers_on else away(-figures.papers_in_before),
        Step.PAPERS_OUT: away(-figures.papers_out_before),
        Step.CHANGES: previous_working_day(meets_on, calendar),
        Step.ACTIONS_OUT: away(figures.actions_after),
        Step.MINUTES: away(figures.minutes_after),
    }


def due(steps: Mapping[Step, date], day: date, calendar: Calendar) -> Iterator[Step]:
    """The steps whose day has come, and not long ago: a board that has just begun is not asked for what is past."""
    earliest = add_working_days(day, -RECENT_WORKING_DAYS, calendar)
    return (step for step, on in steps.items() if earliest <= on <= day)
