"""Processes: one case each of something that takes weeks, and who takes part in it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select

from models.records.boards import Board
from models.records.columns import Moment, choice
from models.records.database import is_invented
from models.records.kept import keep
from models.records.locking import locking
from models.rules.stages import Stage

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0, O, 1, I, L: a reference can be said aloud
REHEARSED = ("CR-REHE", "Rehearsal")
WORDS = tuple(
    "Rowan Birch Cedar Hazel Maple Alder Aspen Willow Linden Juniper Larch Sorrel Clover Heather Bramble "  # noqa: SIM905
    "Harbour Lantern Compass Anchor Beacon Meadow Orchard Pebble Ripple Thistle Copper Amber Saffron Slate".split()
)


class Process(SQLModel, table=True):
    """One process; its stage is the truth, its run is a bookmark."""

    __table_args__ = (Index("process_open", "board_id", "closed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    kind: str = Field(max_length=40)
    ref: str = Field(max_length=80, unique=True)  # "CR-7Q4M"; a desk: "desk-" and the board's key
    word: str = Field(default="", max_length=20)  # "Rowan"
    parent_id: int | None = Field(default=None, foreign_key="process.id", index=True)  # the process that opened it
    guidance: str = Field(max_length=40)  # the edition that it started under, for ever
    stage: Stage = Field(sa_type=choice(Stage))
    secure_place: str = Field(default="", max_length=400)
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    run_id: str | None = Field(default=None, max_length=36)
    run_no: int = 0
    history_seq: int = 0
    history_head: str = Field(default="", max_length=64)

    @property
    def spoken_ref(self) -> str:
        """The reference as people say it."""
        return f"{self.ref} {self.word}".strip()

    @property
    def idempotency_key(self) -> str:
        """What makes a second start of the same run the same run."""
        return f"{self.ref}-r{self.run_no}"


class Participant(SQLModel, table=True):
    """Who takes part in a process, as what, from when to when."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    role: str = Field(max_length=60)  # "in_scope", "imr_author", "independent_reviewer"
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    from_on: date
    to_on: date | None = None


class AnchorEvent(SQLModel, table=True):
    """An event that periods are counted from has happened."""

    __tablename__ = "anchor_event"
    __table_args__ = (UniqueConstraint("process_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    name: str = Field(max_length=40)
    happened_on: date


# asked so often that putting the question together would take longer than its answer
_BY_REF = (
    select(Process, Board).join(Board, col(Board.id) == col(Process.board_id)).where(Process.ref == bindparam("ref"))
)
_LOCKED_BY_REF = locking(_BY_REF, of=Process)
_LOCKED = locking(
    select(Process).where(col(Process.id).in_(bindparam("ids", expanding=True))).order_by(col(Process.id))
)
_ANCHORS = select(col(AnchorEvent.name), col(AnchorEvent.happened_on)).where(
    AnchorEvent.process_id == bindparam("process_id")
)
_TAKES_PART = (
    select(Participant)
    .where(
        Participant.process_id == bindparam("process_id"), Participant.role == bindparam("role"),
        col(Participant.to_on).is_(None),
    )
    .order_by(col(Participant.id))
)  # fmt: skip


NO_SUCH_REFERENCE = "there is no process with that reference"


class UnknownReference(Exception):
    """There is no process with that reference."""


def new_reference(session: Session) -> tuple[str, str]:
    """A random reference that no process has, and its word; in a rehearsal always the same, so that two compare.

    A process that is opened by the rehearsed one is the second of a rehearsal, and so on.
    """
    if is_invented():
        known = session.exec(select(func.count(col(Process.id))).where(col(Process.ref).startswith(REHEARSED[0]))).one()
        return (REHEARSED[0] if known == 0 else f"{REHEARSED[0]}-{known + 1}", REHEARSED[1])
    while True:
        ref = "CR-" + "".join(secrets.choice(LETTERS) for _ in range(4))
        if session.exec(select(Process.id).where(Process.ref == ref)).first() is None:
            return ref, secrets.choice(WORDS)


def process_by_ref(session: Session, ref: str, *, for_update: bool = False) -> Process:
    """The process of that reference, also when the word is said with it. Raises UnknownReference."""
    ref = plain_ref(ref)
    kept: dict[str, int | None] = session.info.setdefault("processes by reference", {})
    if not for_update and ref in kept and (known := session.get(Process, kept[ref])) is not None:
        return known
    found = session.exec(_LOCKED_BY_REF if for_update else _BY_REF, params={"ref": ref}).first()
    if found is None:
        raise UnknownReference(NO_SUCH_REFERENCE)
    process, board = found
    keep(session, [board])
    kept[ref] = process.id
    return process


def plain_ref(ref: str) -> str:
    """The reference without the word that people say with it."""
    return ref.strip().split(" ")[0]


def parent_of(session: Session, process: Process) -> Process | None:
    """The process that opened this one; None when it began by itself."""
    return session.get(Process, process.parent_id) if process.parent_id is not None else None


def opened_by(session: Session, process: Process) -> Sequence[Process]:
    """The processes that this one has opened, oldest first."""
    return session.exec(select(Process).where(Process.parent_id == process.id).order_by(col(Process.id))).all()


def locked_processes(session: Session, ids: Iterable[int]) -> Sequence[Process]:
    """The processes as they are now, locked in the one order in which everybody locks them: by number.

    Whoever also locks messages or deadlines does so after this, never before.
    """
    return session.exec(_LOCKED, params={"ids": [*set(ids)]}).all()


def open_processes(session: Session, board_id: int | None = None) -> Sequence[Process]:
    """All processes that are not closed, desks among them, oldest first."""
    question = select(Process).where(col(Process.closed_at).is_(None))
    if board_id is not None:
        question = question.where(Process.board_id == board_id)
    return session.exec(question.order_by(col(Process.id))).all()


def anchors_of(session: Session, process_id: int) -> dict[str, date]:
    """What has happened in the process that periods are counted from."""
    return dict(session.exec(_ANCHORS, params={"process_id": process_id}).all())


def participants_of(session: Session, process_id: int, role: str) -> Sequence[Participant]:
    """Who takes part now in that role."""
    return session.exec(_TAKES_PART, params={"process_id": process_id, "role": role}).all()
