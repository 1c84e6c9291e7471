"""May there be more time? Who may grant it, how often, and until when; and what a clock that stood still means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.rules.spoken import spoken
from models.rules.working_days import Calendar, add_working_days, is_working_day, working_days_between


@dataclass(frozen=True)
class MoreTime:
    """A request for more time, and what it is asked for."""

    due_on: date  # as people were shown it
    asked_on: date
    new_on: date
    granted_before: int
    at_most: int  # times that more time may be granted
    limit_on: date | None  # the outer limit of the process; None where the limit itself is to be extended
    extends_limits: str = "Independent Chair"  # who could extend the limit, as people call them


@dataclass(frozen=True)
class StoodStill:
    """From when and until when the clock of a process stood still."""

    from_on: date
    until_on: date


def faults_of_request(due_on: date, asked_on: date, wanted_on: date | None) -> Iterator[str]:
    """Why a request for more time cannot be taken up, in words.

    More time is asked for on or before the date (B.4, D: default, to be confirmed by the board).
    """
    if asked_on > due_on:
        yield (
            f"more time must be asked for on or before the date, which was {spoken(due_on)}; note a promise instead, "
            "or have it waived"
        )
    if wanted_on is not None and wanted_on <= due_on:
        yield f"the day that is wanted is not after {spoken(due_on)}, when it is due"


def faults_of_extension(wish: MoreTime, calendar: Calendar) -> Iterator[str]:
    """Why more time cannot be granted like this, in words; nothing when it can (B.0, B.4, D)."""
    yield from faults_of_request(wish.due_on, wish.asked_on, wish.new_on)
    if not is_working_day(wish.new_on, calendar):
        yield f"{spoken(wish.new_on)} is no working day; choose another"
    if wish.granted_before >= wish.at_most:
        times = "once" if wish.granted_before == 1 else f"{wish.granted_before} times"
        yield f"more time was granted {times} already, and the board's figures allow no more"
    if wish.limit_on is not None and wish.new_on > wish.limit_on:
        yield (
            f"{spoken(wish.new_on)} lies after the limit of the review, {spoken(wish.limit_on)}; the "
            f"{wish.extends_limits} would have to extend the limit first"
        )


def after_standing_still(due_on: date, from_on: date, until_on: date, calendar: Calendar) -> date:
    """The date after the clock stood still: as many working days later as it stood, whether it was past or to come.

    What was late when the clock stopped is as late when it goes on, and no later: nobody is told of a standstill
    as if it were their delay. Source: B.0 "Pause" (D: default, to be confirmed by the board).
    """
    return add_working_days(due_on, max(working_days_between(from_on, until_on, calendar), 0), calendar)
