"""Asks: questions that a process has put to a person, and the answers that were accepted or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.records.types import Facts, Moment, choice


class AskOutcome(StrEnum):
    """How a question ended."""

    RECORDED = "recorded"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"  # the world went on: asked again, or no longer open


class Ask(SQLModel, table=True):
    """One question, asked once under a key that is never used again."""

    __table_args__ = (
        UniqueConstraint("process_id", "gate", "attempt"),
        Index("ask_unanswered", "process_id", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id")
    gate: str = Field(max_length=60)
    attempt: int
    run_id: str = Field(max_length=36)
    title: str = Field(default="", max_length=200)  # what it waits for, in words for the run's name
    shown: Facts = Field(default_factory=dict, sa_type=JSON)  # what was offered, by the form's field names
    asked_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: AskOutcome | None = Field(default=None, sa_type=choice(AskOutcome))  # type: ignore[call-overload]
    said: str = Field(default="", max_length=2000)  # "Recorded: …" or "NOT recorded, because …"
    forgotten_at: datetime | None = Field(default=None, sa_type=Moment)  # when the engine's copy was deleted

    @property
    def key(self) -> str:
        """The key under which the engine keeps the answer."""
        return f"{self.gate}-{self.attempt}"


class GateAnswer(SQLModel, table=True):
    """A decision that was recorded: whose, when, by whom written down. The words are kept apart."""

    __tablename__ = "gate_answer"

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    gate: str = Field(max_length=60)
    ask_id: int | None = Field(default=None, foreign_key="ask.id")
    decision: str = Field(max_length=80)
    capacity: str = Field(max_length=60)
    decided_on: date
    recorded_at: datetime = Field(sa_type=Moment)
    history_seq: int  # the row of the process's history that holds it


def next_attempt(session: Session, process_id: int, gate: str) -> int:
    """The number of the next ask of that gate: one above all that there were."""
    last = session.exec(
        select(func.max(Ask.attempt)).where(Ask.process_id == process_id, Ask.gate == gate)
    ).one()
    return (last or 0) + 1


def unanswered(session: Session, process_id: int) -> Sequence[Ask]:
    """The questions of a process that nobody's answer has ended, oldest first."""
    question = select(Ask).where(Ask.process_id == process_id, col(Ask.ended_at).is_(None))
    return session.exec(question.order_by(col(Ask.id))).all()


def last_said(session: Session, process_id: int) -> str:
    """What became of the last answer, in the words that the next form begins with."""
    question = select(Ask.said).where(
        Ask.process_id == process_id, col(Ask.ended_at).is_not(None), Ask.said != ""
    )
    return session.exec(question.order_by(col(Ask.ended_at).desc(), col(Ask.id).desc())).first() or ""
