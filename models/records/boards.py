"""Boards, their agencies and the people who are reached for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from models.records.columns import Moment
from models.records.kept import keep


class Board(SQLModel, table=True):
    """One safeguarding board."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=200)
    processed_up_to_on: date | None = None  # the last day that a morning round has seen to the end


class Agency(SQLModel, table=True):
    """An agency that takes part in a board."""

    __table_args__ = (UniqueConstraint("board_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    key: str = Field(max_length=80)
    name: str = Field(max_length=200)


class Contact(SQLModel, table=True):
    """How one person is reached in one role; changed by closing the row and adding another."""

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")  # None: the board's own people
    role: str = Field(max_length=60)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    phone: str = Field(default="", max_length=40)
    secure_mailbox: bool = False
    is_deputy: bool = False
    checked_twice: bool = False  # an address outside every known domain that two people have checked
    from_on: date
    to_on: date | None = None
    bounced_at: datetime | None = Field(default=None, sa_type=Moment)


# asked so often that putting the question together would take longer than its answer
_AGENCIES = select(Agency).where(Agency.board_id == bindparam("board_id")).order_by(Agency.name)


class UnknownBoard(Exception):
    """There is no board of that name in the record."""


def board_by_key(session: Session, key: str) -> Board:
    """The board of that key. Raises UnknownBoard."""
    board = session.exec(select(Board).where(Board.key == key)).first()
    if board is None:
        raise UnknownBoard(f"there is no board called “{key}”")
    return board


def agencies_of(session: Session, board_id: int) -> Sequence[Agency]:
    """The board's agencies by name."""
    return keep(session, session.exec(_AGENCIES, params={"board_id": board_id}).all())


def contacts_of(
    session: Session, board_id: int, role: str, agency_id: int | None = None, *, deputies: bool = False
) -> Sequence[Contact]:
    """Those who hold `role` now, for the agency or for the board itself; stand-ins only when asked for."""
    question = select(Contact).where(
        Contact.board_id == board_id,
        Contact.role == role,
        Contact.agency_id == agency_id,
        col(Contact.to_on).is_(None),
        col(Contact.is_deputy).is_(deputies),
    )
    return session.exec(question.order_by(col(Contact.id))).all()
