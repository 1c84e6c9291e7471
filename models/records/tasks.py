"""Tasks: what the office, a committee or the Board has to see to, each opened once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, select

from config import clock
from models.records.messages import Task, TaskKind
from models.records.queueing import insert_once

LONGEST_TITLE = 200


@dataclass(frozen=True)
class About:
    """What a task is about; fixed words and numbers of the record alone."""

    board_id: int
    process_id: int | None = None
    deadline_id: int | None = None
    agency_id: int | None = None
    kind: TaskKind = TaskKind.TASK


def open_task(session: Session, about: About, title: str, once_key: str) -> tuple[int, bool]:
    """The task of that once-key is in the record: its number, and whether it is new."""
    known = session.exec(select(Task.id).where(Task.once_key == once_key)).first()
    if known is not None:
        return known, False
    insert_once(
        session,
        Task(
            board_id=about.board_id, process_id=about.process_id, deadline_id=about.deadline_id,
            agency_id=about.agency_id, kind=about.kind, title=_short(title), once_key=once_key,
            opened_at=clock.now(),
        ),
    )  # fmt: skip
    found = session.exec(select(Task.id).where(Task.once_key == once_key)).one()
    return found or 0, True


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
