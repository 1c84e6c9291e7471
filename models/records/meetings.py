"""Meetings: when they are, who is invited, who came, and whether that was enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from config import clock
from models.records.columns import Moment, choice
from models.records.processes import Process


class MeetingKind(StrEnum):
    """What a meeting is for."""

    INITIAL = "initial"
    BRIEFING = "briefing"
    UPDATE = "update"
    DRAFT = "draft"  # the panel on the draft of the report
    LEARNING_EVENT = "learning-event"
    BOARD = "board"  # the Board, or a committee, that approves
    CONSIDERATION = "consideration"  # the panel that considers a case


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Whether somebody is invited at the moment."""

    INVITED = "invited"
    CANCELLED = "cancelled"


class Meeting(SQLModel, table=True):
    """One meeting; its UID stays the same whenever it is moved, and its sequence rises."""

    __table_args__ = (Index("meeting_planned", "board_id", "state", "starts_at"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int | None = Field(default=None, foreign_key="process.id", index=True)
    kind: MeetingKind = Field(sa_type=choice(MeetingKind))
    starts_at: datetime = Field(sa_type=Moment)
    minutes: int
    place: str = Field(max_length=200)  # one of the board's places, never typed
    uid: str = Field(max_length=120, unique=True)
    sequence: int = 0
    state: MeetingState = Field(sa_type=choice(MeetingState))
    quorate: bool | None = None  # known once it was held
    chaired_by: str = Field(default="", max_length=60)  # in which capacity


class Invitation(SQLModel, table=True):
    """One person is invited to one meeting, and which sequence of it they were told last."""

    __table_args__ = (UniqueConstraint("meeting_id", "contact_id"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    contact_id: int = Field(foreign_key="contact.id")
    role: str = Field(max_length=60)  # in which they are invited
    state: InvitationState = Field(sa_type=choice(InvitationState))
    told_sequence: int


class Attendance(SQLModel, table=True):
    """Who came to a meeting: an agency, or a role of the board."""

    __table_args__ = (UniqueConstraint("meeting_id", "agency_id", "role"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    role: str = Field(default="", max_length=60)
    came: bool


class Paper(SQLModel, table=True):
    """A paper that was issued, and is frozen since: its digest and the head of the journal when it was."""

    __table_args__ = (UniqueConstraint("board_id", "file"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int | None = Field(default=None, foreign_key="process.id", index=True)
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    kind: str = Field(max_length=40)
    file: str = Field(max_length=200)  # below the board's folder of papers
    digest: str = Field(max_length=64)
    head: str = Field(default="", max_length=64)
    issued_at: datetime = Field(sa_type=Moment)


# asked so often that putting the question together would take longer than its answer
_MEETINGS = (
    select(Meeting)
    .where(Meeting.process_id == bindparam("process_id"))
    .order_by(col(Meeting.starts_at), col(Meeting.id))
)


def meetings_of(session: Session, process: Process, kind: MeetingKind | None = None) -> Sequence[Meeting]:
    """The meetings of a process by date, cancelled ones among them."""
    meetings = session.exec(_MEETINGS, params={"process_id": process.id}).all()
    return [each for each in meetings if kind in (None, each.kind)]


def planned_meetings(session: Session, process: Process, kind: MeetingKind | None = None) -> list[Meeting]:
    """The meetings of a process that are still to be held, by date."""
    return [each for each in meetings_of(session, process, kind) if each.state is MeetingState.PLANNED]


def attendance_of(session: Session, meeting: Meeting) -> Sequence[Attendance]:
    """Who came to the meeting and who did not, as it was recorded."""
    question = select(Attendance).where(Attendance.meeting_id == meeting.id)
    return session.exec(question.order_by(col(Attendance.id))).all()


def papers_of(session: Session, process: Process) -> Sequence[Paper]:
    """The papers that were issued about a process, oldest first."""
    return session.exec(select(Paper).where(Paper.process_id == process.id).order_by(col(Paper.id))).all()


def is_on(meeting: Meeting) -> date:
    """The local day of the meeting."""
    return clock.local(meeting.starts_at).date()
