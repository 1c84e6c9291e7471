"""Putting messages into the record: each once, by its once-key, also when two try at the same moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, col, func, select

from models.records.boards import Agency, Board, Contact, contacts_of
from models.records.deadlines import Deadline, DeadlineState
from models.records.kept import kept
from models.records.locking import locking
from models.records.messages import Channel, Message, MessageState, Notice, Task
from models.rules.ladders import MessageClass

__all__ = [
    "STILL_OPEN",
    "Session",
    "agency_key",
    "agency_key_of",
    "agency_of_contact",
    "board_of",
    "contact_of",
    "insert_once",
    "manager_address",
    "open_series",
    "queue_once",
    "queued",
    "said_to_agency",
]

# asked so often that putting the question together would take longer than its answer
_BY_ONCE_KEY = select(Message).where(Message.once_key == bindparam("once_key"))
_LOCKED_BY_ONCE_KEY = locking(_BY_ONCE_KEY)

STILL_OPEN: Collection[MessageState] = (MessageState.WAITING, MessageState.HELD)


def queued(session: Session, once_key: str, *, for_update: bool = False) -> Message | None:
    """The message of that once-key."""
    question = _LOCKED_BY_ONCE_KEY if for_update else _BY_ONCE_KEY
    return session.exec(question, params={"once_key": once_key}).first()


def queue_once(session: Session, message: Message) -> Message:
    """The message is in the record; if there was one of its once-key, that one is given back unchanged."""
    message.id = insert_once(session, message)
    if message.id is None:
        return session.exec(select(Message).where(Message.once_key == message.once_key)).one()
    make_transient_to_detached(message)  # the row that was just written is not read back
    session.add(message)
    return message


def insert_once(session: Session, row: Message | Task) -> int | None:
    """The row is in the record, with the id given back; None where one of its once-key was, which stays as it is."""
    connection = session.connection()
    values = {name: value for name, value in row.model_dump().items() if name != "id"}
    id_: int | None = connection.execute(_unless_known(type(row), connection.dialect), values).scalar()
    return id_


@cache
def _unless_known(table: type[Message | Task], dialect: Dialect) -> Any:
    """The statement in words, once for all rows: SQLAlchemy would put it into words anew for each of them."""
    insert: Any = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=["once_key"])
    statement = statement.returning(table.id)
    columns = [name for name in table.model_fields if name != "id"]
    return statement.compile(dialect=dialect, column_keys=columns)


def open_series(
    session: Session, once_key: str, takes_more: Collection[MessageState] = STILL_OPEN
) -> tuple[Message | None, str]:
    """The message of a series (`key`, `key:2` …) that can still take more, and the next free once-key."""
    number, key = 1, once_key
    while known := queued(session, key, for_update=True):
        if known.state in takes_more:
            return known, key
        number += 1
        key = f"{once_key}:{number}"
    return None, key


def board_of(session: Session, board_id: int) -> Board:
    """The board of that id, kept as long as the session lasts."""
    return kept(session, Board, board_id)


def agency_of_contact(session: Session, contact: Contact) -> Agency | None:
    """The contact's agency, None for the board's own people."""
    return kept(session, Agency, contact.agency_id) if contact.agency_id is not None else None


def agency_key_of(session: Session, contact: Contact) -> str | None:
    """The key of the contact's agency, None for the board's own people."""
    agency = agency_of_contact(session, contact)
    return agency.key if agency else None


def agency_key(session: Session, agency_id: int | None) -> str | None:
    """The key of an agency, None for none."""
    return kept(session, Agency, agency_id).key if agency_id is not None else None


def contact_of(session: Session, contact_id: int) -> Contact:
    """The contact of that id."""
    return kept(session, Contact, contact_id)


def manager_address(session: Session, board_id: int) -> str:
    """The address of the board's business manager; empty while there is none."""
    found = contacts_of(session, board_id, "business_manager")
    return found[0].email if found else ""


def said_to_agency(
    session: Session, board_id: int, agency_id: int | None, day: date, since: datetime
) -> tuple[int, date | None]:
    """How many things an agency (None: the office) was written to about that day, and the first due date."""
    things = session.exec(
        select(func.count(func.distinct(Deadline.id)), func.min(Deadline.working_target_on))
        .join(Notice, col(Notice.deadline_id) == col(Deadline.id))
        .join(Contact, col(Notice.contact_id) == col(Contact.id))
        .where(
            Deadline.board_id == board_id,
            Deadline.state == DeadlineState.OPEN,
            Contact.agency_id == agency_id,
            Notice.said_on == day,
            col(Notice.message_id).is_not(None),
        )
    ).one()
    requests = session.exec(
        select(func.count(col(Message.id))).where(
            Message.board_id == board_id,
            Message.agency_id == agency_id,
            Message.channel == Channel.MAIL,
            Message.message_class == MessageClass.REQUEST,
            col(Message.queued_at) >= since,
            col(Message.state).in_((MessageState.WAITING, MessageState.SENDING, MessageState.SENT)),
        )
    ).one()
    return things[0] + requests, things[1]
