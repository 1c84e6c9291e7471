"""Rows that are looked up by their number again and again: read once in a session, and kept as long as it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, SQLModel, select

Row = TypeVar("Row", bound=SQLModel)


def kept(session: Session, table: type[Row], number: int | None) -> Row:
    """The row of that number. Raises NoResultFound.

    A session forgets what nobody holds, and puts the question together anew each time; both take longer than the
    answer. What is changed and not written yet is not written for this: it is in the row that is given back.
    """
    rows: dict[int | None, Row] = session.info.setdefault(table, {})
    if number not in rows:
        rows[number] = session.exec(_by_number(table), params={"number": number}).one()
    return rows[number]


def keep(session: Session, rows: Sequence[Row]) -> Sequence[Row]:
    """Rows of one table that were read by another question are not read again by their numbers."""
    for row in rows:
        session.info.setdefault(type(row), {})[row.id] = row  # type: ignore[attr-defined]
    return rows


@contextmanager
def written(session: Session, *tables: type[SQLModel]) -> Iterator[None]:
    """Within the block questions about these tables alone are asked: of what waits to be written only they are."""
    if any(isinstance(row, tables) for row in (*session.new, *session.dirty, *session.deleted)):
        session.flush()
    with session.no_autoflush:
        yield


@cache
def _by_number(table: type[SQLModel]) -> Any:
    question = select(table).where(table.__table__.c.id == bindparam("number"))  # type: ignore[attr-defined]
    return question.execution_options(autoflush=False)
