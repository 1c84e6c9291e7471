"""What will be said to whom: notices, the messages that carry them, attempts, and the office's own tasks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.records.columns import Facts, Moment, choice
from models.rules.ladders import MessageClass, Release


class MessageState(StrEnum):
    """Where a message stands; every message is in exactly one of these."""

    WAITING = "waiting"
    HELD = "held"  # for release by a person
    SENDING = "sending"
    SENT = "sent"  # accepted by the mail server
    FAILED = "failed"  # for good
    WITHDRAWN = "withdrawn"  # nothing of it was true any more, or a person said not to


class Channel(StrEnum):
    """Which way a message goes."""

    MAIL = "mail"
    TEAMS = "teams"


class TaskKind(StrEnum):
    """What the office, a committee or the Board has to see to."""

    TASK = "task"
    AGENDA_ITEM = "agenda-item"
    REGISTER_ENTRY = "register-entry"


class Message(SQLModel, table=True):
    """One mail or one card for one recipient."""

    __table_args__ = (
        Index(
            "message_to_send",
            "state",
            "not_before_at",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("message_board_state", "board_id", "state"),
        Index("message_process", "process_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int | None = Field(default=None, foreign_key="process.id")  # None: about several
    contact_id: int | None = Field(default=None, foreign_key="contact.id")  # None: a Teams channel
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    channel: Channel = Field(default=Channel.MAIL, sa_type=choice(Channel))
    kind: str = Field(max_length=60)  # folder under notifications/templates
    message_class: MessageClass = Field(sa_type=choice(MessageClass))
    release: Release = Field(sa_type=choice(Release))
    once_key: str = Field(max_length=200, unique=True)
    thread_key: str = Field(default="", max_length=200)  # follow-ups of one deadline hang together
    facts: Facts = Field(default_factory=dict, sa_type=JSON)
    template_version: str = Field(default="", max_length=40)
    urgent: bool = False
    state: MessageState = Field(sa_type=choice(MessageState))
    queued_at: datetime = Field(sa_type=Moment)
    not_before_at: datetime = Field(sa_type=Moment)
    claim: str | None = Field(default=None, max_length=120)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    reply: str = Field(default="", max_length=400)  # the mail server's answer
    released_by: str = Field(default="", max_length=60)  # the capacity in which somebody let it go
    why_withdrawn: str = Field(default="", max_length=200)


class Attempt(SQLModel, table=True):
    """One try to send one message."""

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    at: datetime = Field(sa_type=Moment)
    accepted: bool
    permanent: bool = False
    reply: str = Field(default="", max_length=400)


class Task(SQLModel, table=True):
    """Something for the office, a committee's agenda or the risk register."""

    __table_args__ = (Index("task_open", "board_id", "done_at"), UniqueConstraint("once_key"))

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int | None = Field(default=None, foreign_key="process.id")
    deadline_id: int | None = Field(default=None, foreign_key="deadline.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    kind: TaskKind = Field(sa_type=choice(TaskKind))
    title: str = Field(max_length=200)  # fixed words, never typed
    once_key: str = Field(max_length=200)
    opened_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)


class Notice(SQLModel, table=True):
    """One rung for one recipient: carried by a message or a task, merged into a later rung, or suppressed."""

    __table_args__ = (
        UniqueConstraint("deadline_id", "arming", "rung", "recipient_role"),
        CheckConstraint(
            "(CASE WHEN message_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN task_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN merged_into = '' THEN 0 ELSE 1 END)"
            " + (CASE WHEN suppressed_because = '' THEN 0 ELSE 1 END) = 1",
            name="exactly_one_fate",
        ),
        Index("notice_message", "message_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    arming: int
    rung: str = Field(max_length=40)
    recipient_role: str = Field(max_length=60)  # as the ladder asks, not as it was filled
    contact_id: int | None = Field(default=None, foreign_key="contact.id")  # who it went to in the end
    reached_on: date
    said_on: date  # the day of the round that found it reached
    is_late: bool  # a lateness rung, whoever got it was told of lateness
    facts: Facts = Field(default_factory=dict, sa_type=JSON)
    message_id: int | None = Field(default=None, foreign_key="message.id")
    task_id: int | None = Field(default=None, foreign_key="task.id")
    merged_into: str = Field(default="", max_length=40)
    suppressed_because: str = Field(default="", max_length=200)


class ReleasedSeries(SQLModel, table=True):
    """A person has let go all reminders of one deadline to one role, until its date is set anew."""

    __tablename__ = "released_series"
    __table_args__ = (UniqueConstraint("deadline_id", "arming", "recipient_role"),)

    id: int | None = Field(default=None, primary_key=True)
    deadline_id: int = Field(foreign_key="deadline.id")
    arming: int
    recipient_role: str = Field(max_length=60)  # as the ladder asks
    released_by: str = Field(max_length=60)  # in what capacity


class SendingStop(SQLModel, table=True):
    """Nothing is sent for this scope until it is lifted; dispatch looks before each mail."""

    __tablename__ = "sending_stop"

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int | None = Field(default=None, foreign_key="process.id")
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    stopped_at: datetime = Field(sa_type=Moment)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
