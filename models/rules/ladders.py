"""Ladders: a reminder is a rung reached and not yet said.

A rung that was recorded in any way (sent, merged, suppressed) counts as said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from models.rules.escalation import stands_above_release
from models.rules.working_days import Calendar, add_working_days, previous_working_day


class Act(StrEnum):
    MAIL = "mail"
    LETTER = "letter"  # in somebody's name; released by a person
    TASK = "task"  # for the office, e.g. a telephone call
    AGENDA = "agenda-item"
    REGISTER = "register-entry"  # proposed entry in the risk register


class MessageClass(StrEnum):
    REQUEST = "request"
    REMINDER = "reminder"
    LATENESS = "lateness"


class Release(StrEnum):
    AUTOMATIC = "automatic"
    PERSON = "person"


@dataclass(frozen=True)
class Rung:
    key: str  # "L3"; never shown to people
    moment: int  # working days from the due date; negative is before
    to: tuple[str, ...]  # recipient roles, "owner" first
    act: Act
    message: str  # folder under notifications/templates; "" for tasks and agenda items
    message_class: MessageClass
    release: Release
    title: str  # in plain words, "told the agency's Board member"
    also_when_at_risk: tuple[str, ...] = ()  # roles copied where the last word was not "on track"
    only_at: tuple[tuple[str, str], ...] = ()  # (role, stage): that role is told only while the process stands there
    not_before: int = 0  # working days from the due date, where the rung waits for a meeting
    meetings: tuple[date, ...] = ()  # the days on which the committee meets that it waits for, rising

    @property
    def is_after_due(self) -> bool:
        """True for a rung that speaks of lateness; the due day itself is not late."""
        return self.moment > 0

    @property
    def is_sent(self) -> bool:
        """True for what leaves the office as a message; a task or an agenda item does not."""
        return self.act in (Act.MAIL, Act.LETTER)

    def is_for(self, role: str, stage: str) -> bool:
        """True when that role is told while the process stands at that stage."""
        stages = [each for known, each in self.only_at if known == role]
        return not stages or stage in stages


@dataclass(frozen=True)
class Ladder:
    key: str
    rungs: tuple[Rung, ...]  # by moment, rising


@dataclass(frozen=True)
class Reached:
    """A rung with the day on which it is taken up and the day on which it is said.

    What a person lets go is put before them a working day ahead; anything else is taken up when it is said.
    Source: DESIGN of release, H-2 (D: default, to be confirmed by the board).
    """

    rung: Rung
    on: date
    goes_on: date


def rung_on(rung: Rung, due_on: date, calendar: Calendar) -> date:
    """The working day of the rung: its moment in working days from the due date.

    A due date on a day off counts as the working day before it, the day that people were shown: moment 0 is
    that day, moment -1 the working day before that. A positive moment is after the due date in any case.
    A rung that waits for a meeting is reached on the day of the first one between `not_before` and its moment, and at
    its moment where there is none: late is late although a committee did not meet. Source: B.10, E4 (D).
    """
    shown_on = previous_working_day(due_on, calendar)
    at_most = add_working_days(shown_on, rung.moment, calendar) if rung.moment else shown_on
    if not rung.meetings:
        return at_most
    earliest = add_working_days(shown_on, rung.not_before, calendar)
    return next((previous_working_day(day, calendar) for day in rung.meetings if earliest <= day <= at_most), at_most)


def rungs_that_apply(ladder: Ladder, armed_on: date, due_on: date, calendar: Calendar) -> list[Reached]:
    """The rungs that this deadline will reach unless it is met, with their days, in the order of the ladder.

    Reminders apply from the middle of the time given on, in calendar days, and only after the day of arming.
    Rungs of lateness always apply; one from before the arming is reached on the day of arming.
    Source: H-1 (D: default, to be confirmed by the board).
    """
    dated = ((rung, rung_on(rung, due_on, calendar)) for rung in ladder.rungs)
    return [
        Reached(rung, max(_taken_up_on(rung, day, calendar), armed_on), max(day, armed_on))
        for rung, day in dated
        if rung.is_after_due or (day > armed_on and day - armed_on >= due_on - day)
    ]


def _taken_up_on(rung: Rung, day: date, calendar: Calendar) -> date:
    return add_working_days(day, -1, calendar) if rung.is_sent and rung.release is Release.PERSON else day


def reached(ladder: Ladder, armed_on: date, due_on: date, on: date, calendar: Calendar) -> list[Reached]:
    """The rungs that apply and are taken up on that day or earlier."""
    return [one for one in rungs_that_apply(ladder, armed_on, due_on, calendar) if one.on <= on]


def to_say(
    ladder: Ladder,
    armed_on: date,
    due_on: date,
    on: date,
    said: Collection[str],
    calendar: Calendar,
    held_until_on: date | None = None,
) -> tuple[list[Reached], list[Reached]]:
    """The rungs to record as merged, and those to say on `on`: the latest reached, which share one moment, and what
    is put before a person for the next working day.

    A rung from before one that was said already is merged, never said. While chasing is held (a promise by
    telephone, its last day included, up to the next working day) both are empty. Otherwise both together are
    all that is reached and not in `said`, the keys of the rungs said or merged since the deadline was armed.
    """
    if held_until_on is not None and on < _speaks_again_on(held_until_on, calendar):
        return [], []
    unsaid = [one for one in reached(ladder, armed_on, due_on, on, calendar) if one.rung.key not in said]
    open_still = list(_not_overtaken(ladder, unsaid, said))
    latest = max((one.rung.moment for one in open_still if one.goes_on <= on), default=None)
    to_come = [one for one in open_still if one.goes_on > on]
    now = [one for one in unsaid if one.goes_on <= on and one.rung.moment == latest]
    return [one for one in unsaid if one not in now and one not in to_come], [*now, *to_come]


def next_rung_on(
    ladder: Ladder,
    armed_on: date,
    due_on: date,
    said: Collection[str],
    calendar: Calendar,
    held_until_on: date | None = None,
) -> date | None:
    """The first day on which `to_say` has something to say; None when nothing is left.

    From that day on there is something to say on every day, until it is said.
    """
    unsaid = [one for one in rungs_that_apply(ladder, armed_on, due_on, calendar) if one.rung.key not in said]
    first = min((one.on for one in _not_overtaken(ladder, unsaid, said)), default=None)
    if first is None or held_until_on is None:
        return first
    return max(first, _speaks_again_on(held_until_on, calendar))


def _speaks_again_on(held_until_on: date, calendar: Calendar) -> date:
    return add_working_days(held_until_on, 1, calendar)


def _not_overtaken(ladder: Ladder, unsaid: list[Reached], said: Collection[str]) -> Iterator[Reached]:
    last_said = max((rung.moment for rung in ladder.rungs if rung.key in said), default=None)
    return (one for one in unsaid if last_said is None or one.rung.moment >= last_said)


def faults_of(ladder: Ladder, longest_time_given_days: int | None = None) -> list[str]:
    """Everything that is wrong with the ladder, in plain words; empty when it can be used.

    With the longest time (in calendar days) that any deadline on this ladder is given, reminders that would
    always fall into its first half are faults too. Source: H-1.
    """
    faults = [f"ladder {ladder.key}: it has no rungs"] if not ladder.rungs else []
    faults += _faults_of_order(ladder)
    for rung in ladder.rungs:
        found = [*_faults_of_rung(rung), *_faults_of_reach(rung, longest_time_given_days)]
        faults += [f"ladder {ladder.key}, rung {rung.key or 'without a key'}: {fault}" for fault in found]
    return faults


def _faults_of_order(ladder: Ladder) -> Iterator[str]:
    keys = [rung.key for rung in ladder.rungs]
    for key in dict.fromkeys(keys):
        if keys.count(key) > 1:
            yield f"ladder {ladder.key}: the key {key} is given to {keys.count(key)} rungs; give each its own"
    for earlier, later in pairwise(ladder.rungs):
        if later.moment < earlier.moment:
            yield f"ladder {ladder.key}: {later.key} comes before {earlier.key}; put the earlier one first"


def _faults_of_rung(rung: Rung) -> Iterator[str]:
    if not rung.key:
        yield "it has no key"
    if not rung.title:
        yield "it has no title; say in plain words what it does"
    if rung.message_class is MessageClass.LATENESS and not rung.is_after_due:
        yield "nobody is late on or before the due date; use a moment above 0 or another class"
    if rung.message_class is not MessageClass.LATENESS and rung.is_after_due and rung.is_sent:
        yield "what is sent after the due date is a message of lateness; change its class"
    if not rung.to and (rung.is_sent or rung.is_after_due):
        yield "it reaches nobody; name at least one role"
    if rung.is_sent and not rung.message:
        yield "it sends something but names no message"
    yield from _faults_of_release(rung)


def _faults_of_release(rung: Rung) -> Iterator[str]:
    if rung.release is Release.PERSON:
        return
    if rung.act is Act.LETTER:
        yield "a letter goes in somebody's name; it must be released by a person"
    elif rung.act is Act.MAIL and any(stands_above_release(role) for role in rung.to):
        yield "mail to a board member or above must be released by a person"


def _faults_of_reach(rung: Rung, longest_time_given_days: int | None) -> Iterator[str]:
    if longest_time_given_days is None or rung.is_after_due:
        return
    fewest_days = -rung.moment + 2 * (-rung.moment // 5)  # every five working days have a weekend in them
    if 2 * fewest_days > longest_time_given_days:
        yield "it can never be reached: it always falls into the first half of the time given"
