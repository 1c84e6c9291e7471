"""Asks: questions that a process has put to a person, and the answers that were accepted or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, and_, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select, update

from config import clock
from models.records.columns import Facts, Moment, choice
from models.records.locking import locking
from models.records.processes import NO_SUCH_REFERENCE, Process, UnknownReference, plain_ref


class AskOutcome(StrEnum):
    """How a question ended."""

    RECORDED = "recorded"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"  # the world went on: asked again, or no longer open


class Ask(SQLModel, table=True):
    """One question, asked once under a key that is never used again."""

    __table_args__ = (
        UniqueConstraint("process_id", "gate", "attempt"),
        Index("ask_unanswered", "process_id", "door", "ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id")
    door: str = Field(default="", max_length=80)  # "": the process's own run; else one run of a desk flow
    gate: str = Field(max_length=60)
    attempt: int
    run_id: str = Field(max_length=36)
    title: str = Field(default="", max_length=200)  # what it waits for, in words for the run's name
    shown: Facts = Field(default_factory=dict, sa_type=JSON)  # what was offered, by the form's field names
    carries: Facts = Field(default_factory=dict, sa_type=JSON)  # handed on from the answer before
    leads_to: list[Facts] = Field(default_factory=list, sa_type=JSON)  # what is asked next: gate and carries
    asked_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: AskOutcome | None = Field(default=None, sa_type=choice(AskOutcome))
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
    taken_back_at: datetime | None = Field(default=None, sa_type=Moment)  # recorded by mistake, and corrected


# asked so often that putting the question together would take longer than its answer
_LAST_ATTEMPT = select(func.max(Ask.attempt)).where(
    Ask.process_id == bindparam("process_id"), Ask.gate == bindparam("gate")
)
_THROUGH_THE_DOOR = select(Ask).where(Ask.process_id == bindparam("process_id"), Ask.door == bindparam("door"))
_UNANSWERED = _THROUGH_THE_DOOR.where(col(Ask.ended_at).is_(None)).order_by(col(Ask.id))
_WITH_UNANSWERED: Any = (
    select(Process, Ask)
    .join(
        Ask,
        and_(col(Ask.process_id) == col(Process.id), col(Ask.door) == bindparam("door"), col(Ask.ended_at).is_(None)),
        isouter=True,
    )
    .where(Process.ref == bindparam("ref"))
    .order_by(col(Ask.id))
)
_LOCKED = locking(select(Ask).where(Ask.id == bindparam("ask_id")))
_LAST = _THROUGH_THE_DOOR.order_by(col(Ask.id).desc()).limit(1)
_FORGOTTEN = update(Ask).where(col(Ask.id) == bindparam("ask_id")).values(forgotten_at=bindparam("moment"))


def next_attempt(session: Session, process_id: int, gate: str) -> int:
    """The number of the next ask of that gate: one above all that there were."""
    last = session.exec(_LAST_ATTEMPT, params={"process_id": process_id, "gate": gate}).one()
    return (last or 0) + 1


def unanswered(session: Session, process_id: int, door: str = "") -> Sequence[Ask]:
    """The questions of a process, put through that door, that nobody's answer has ended, oldest first."""
    return session.exec(_UNANSWERED, params={"process_id": process_id, "door": door}).all()


def process_with_unanswered(session: Session, ref: str, door: str = "") -> tuple[Process, list[Ask]]:
    """The process of that reference with its `unanswered` questions. Raises UnknownReference."""
    found = session.exec(_WITH_UNANSWERED, params={"ref": plain_ref(ref), "door": door}).all()
    if not found:
        raise UnknownReference(NO_SUCH_REFERENCE)
    return found[0][0], [ask for _, ask in found if ask is not None]


def locked_ask(session: Session, ask: Ask) -> Ask:
    """The question as it is now, locked."""
    return session.exec(_LOCKED, params={"ask_id": ask.id}).one()


def last_ask(session: Session, process_id: int, door: str = "") -> Ask | None:
    """The question that was put last through that door, answered or not."""
    return session.exec(_LAST, params={"process_id": process_id, "door": door}).first()


def ended_but_kept(session: Session, limit: int = 200) -> Sequence[Ask]:
    """Questions that have ended although the engine may still keep their answer."""
    question = select(Ask).where(col(Ask.ended_at).is_not(None), col(Ask.forgotten_at).is_(None))
    return session.exec(question.order_by(col(Ask.id)).limit(limit)).all()


def desk_questions(session: Session) -> Sequence[Ask]:
    """Questions of desk flows that are still open."""
    question = select(Ask).where(Ask.door != "", col(Ask.ended_at).is_(None))
    return session.exec(question.order_by(col(Ask.id))).all()


def end_unanswered(session: Session, ask: Ask, moment: datetime) -> None:
    """The question is not open any more, and nobody has answered it."""
    kept = session.get_one(Ask, ask.id, with_for_update=True, populate_existing=True)
    if kept.ended_at is None:
        kept.ended_at, kept.outcome = moment, AskOutcome.OVERTAKEN
        session.add(kept)


def note_forgotten(session: Session, ask_id: int) -> None:
    """The record says that the engine holds no copy of the question and its answer any more."""
    session.connection().execute(_FORGOTTEN, {"ask_id": ask_id, "moment": clock.now()})
