"""Deadlines: who owes what, to which process, by when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.records.columns import Moment, choice

AGAIN = "author_again"  # how the slots of deadlines begin by which an agency names a new author
AUTHORS_AGAIN = f"slot LIKE '{AGAIN}:%'"  # said in the same words where it is asked, so that its index is used


class DeadlineState(StrEnum):
    """A deadline is open until one of the others holds."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    ENDED = "ended"  # its process went past it or was closed


class Standstill(StrEnum):
    """Why nobody is chased for something although it is owed, until a person decides."""

    EXTENSION = "extension"  # more time was asked for in time, and nobody has decided yet
    PAUSE = "pause"  # the clock of the whole process stands still
    PUBLICATION = "publication"  # nothing may be published at present


class CallOutcome(StrEnum):
    """What was heard about something owed, on the telephone or in answer to a question."""

    ON_TRACK = "on-track"
    PROMISE = "promise"
    AT_RISK = "at-risk"
    CANNOT = "cannot"
    NO_ANSWER = "no-answer"


class Deadline(SQLModel, table=True):
    """Something owed by a date; `due_on` is computed and can explain itself."""

    __table_args__ = (
        UniqueConstraint("process_id", "slot"),
        Index(
            "deadline_next_rung",
            "board_id",
            "next_rung_on",
            sqlite_where=text("next_rung_on IS NOT NULL"),
            postgresql_where=text("next_rung_on IS NOT NULL"),
        ),
        Index(
            "deadline_open_due",
            "board_id",
            "working_target_on",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "deadline_author_again",
            "board_id",
            sqlite_where=text(AUTHORS_AGAIN),
            postgresql_where=text(AUTHORS_AGAIN),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int = Field(foreign_key="process.id")
    slot: str = Field(max_length=120)  # kind, or kind and agency: "imr:police"
    kind: str = Field(max_length=60)
    title: str = Field(max_length=120)
    owner_role: str = Field(max_length=60)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    owner_id: int | None = Field(default=None, foreign_key="contact.id")  # who owes it, where the role is not enough
    ladder: str = Field(max_length=60)
    anchor: str = Field(max_length=40)
    due_on: date
    working_target_on: date
    explanation: str = Field(max_length=1000)
    source: str = Field(max_length=400)
    mark: str = Field(max_length=40)
    is_limit: bool = False
    state: DeadlineState = Field(default=DeadlineState.OPEN, sa_type=choice(DeadlineState))
    opened_on: date
    arming: int = 1
    armed_on: date
    next_rung_on: date | None = None
    held_until_on: date | None = None
    standstill: Standstill | None = Field(default=None, sa_type=choice(Standstill))
    extensions: int = 0  # how often more time was granted
    met_on: date | None = None  # the day it came, which may lie before the day it was recorded
    recorded_at: datetime | None = Field(default=None, sa_type=Moment)


class Arming(SQLModel, table=True):
    """One life of a deadline's ladder: from a date being set to the date being moved, met or ended."""

    __table_args__ = (UniqueConstraint("deadline_id", "no"),)

    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    no: int
    armed_on: date
    due_on: date
    looked_on: date | None = None  # the last day on which a round found a rung of it reached
    ended_on: date | None = None
    why: str = Field(default="", max_length=80)


class CallNote(SQLModel, table=True):
    """A telephone call about one deadline; chasing may be held for it once an arming."""

    __tablename__ = "call_note"

    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    arming: int
    outcome: CallOutcome = Field(sa_type=choice(CallOutcome))
    called_on: date
    promised_on: date | None = None
    held_until_on: date | None = None
    noted_at: datetime = Field(sa_type=Moment)
