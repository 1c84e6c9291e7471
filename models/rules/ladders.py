"""Ladders: a reminder is a rung reached and not yet said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.working_days import Calendar


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


@dataclass(frozen=True)
class Ladder:
    key: str
    rungs: tuple[Rung, ...]  # by moment, rising


@dataclass(frozen=True)
class Reached:
    rung: Rung
    on: date


def rung_on(rung: Rung, due_on: date, calendar: Calendar) -> date: ...
def rungs_that_apply(ladder: Ladder, armed_on: date, due_on: date, calendar: Calendar) -> list[Reached]: ...
def reached(ladder: Ladder, armed_on: date, due_on: date, on: date, calendar: Calendar) -> list[Reached]: ...
def to_say(
    ladder: Ladder, armed_on: date, due_on: date, on: date, said: Collection[str], calendar: Calendar
) -> tuple[list[Reached], Reached | None]: ...
def next_rung_on(
    ladder: Ladder,
    armed_on: date,
    due_on: date,
    said: Collection[str],
    calendar: Calendar,
    held_until_on: date | None = None,
) -> date | None: ...
