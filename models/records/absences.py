"""Absences: who is away from when to when, and who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, or_
from sqlmodel import Field, Session, SQLModel, col, select

from models.records.columns import Moment


class Absence(SQLModel, table=True):
    """One person is away; the reason is nobody's business and is not kept."""

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id", index=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    from_on: date
    until_on: date | None = None  # None: until it is recorded that the person is back
    stand_in_id: int | None = Field(default=None, foreign_key="contact.id")
    noted_at: datetime = Field(sa_type=Moment)
    back_on: date | None = None  # recorded to be back before


def away_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition that an absence covers that day."""
    return and_(
        col(Absence.from_on) <= day,
        or_(col(Absence.until_on).is_(None), col(Absence.until_on) >= day),
        or_(col(Absence.back_on).is_(None), col(Absence.back_on) > day),
    )


# asked so often that putting the question together would take longer than its answer
_AWAY_ON = (
    select(Absence)
    .where(Absence.board_id == bindparam("board_id"), away_on(bindparam("day", type_=Date)))
    .order_by(col(Absence.id))
)


def absences_on(session: Session, board_id: int, day: date) -> Sequence[Absence]:
    """Everybody of the board's register who is away on that day."""
    return session.exec(_AWAY_ON, params={"board_id": board_id, "day": day}).all()
