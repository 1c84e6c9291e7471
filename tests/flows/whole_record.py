"""The whole record as plain values, so that two moments of it can be compared."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy
from sqlmodel import SQLModel, col, select

from models.records.database import reading
from models.records.deadlines import Deadline
from models.records.messages import Message, MessageState
from models.records.processes import Process, process_by_ref

Rows = dict[str, list[tuple[Any, ...]]]


def whole_record(*, without: Collection[str] = ("ask",)) -> Rows:
    """Every row of every table, but for questions, which each attempt leaves one more of."""
    with reading() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.connection().execute(sqlalchemy.select(table).order_by(*table.primary_key)).all()
            ]
            for table in SQLModel.metadata.sorted_tables
            if table.name not in without
        }


def deadline(ref: str, slot: str) -> Deadline:
    """What is or was owed in that slot of the process."""
    with reading() as session:
        process = process_by_ref(session, ref)
        question = select(Deadline).where(Deadline.process_id == process.id, Deadline.slot == slot)
        return session.exec(question).one()


def messages(kind: str = "", *states: MessageState) -> list[Message]:
    """The outbox, oldest first; of one kind and in some states when they are named."""
    with reading() as session:
        rows = session.exec(select(Message).order_by(col(Message.id))).all()
        return [each for each in rows if (not kind or each.kind == kind) and (not states or each.state in states)]


def processes() -> list[Process]:
    """All processes, oldest first."""
    with reading() as session:
        return list(session.exec(select(Process).order_by(col(Process.id))).all())
