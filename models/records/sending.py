"""Claiming messages and marking what became of them; each function is a transaction of its own.

Marks may be undone by a power cut, not by a killed process: what is lost only repeats one mail.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_
from sqlmodel import Session, col, func, select, update

from config import clock
from models.records.boards import Board
from models.records.claims import holder_may_live
from models.records.database import reading, transaction
from models.records.deadlines import Deadline
from models.records.messages import Message, MessageState, SendingStop
from models.records.tickets import Ticket, tickets_of

STUCK_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Stop:
    """Nothing is sent for this scope; a scope with nothing but a board is all of the board."""

    board_id: int
    process_id: int | None
    agency_id: int | None
    contact_id: int | None

    def holds(self, ticket: Ticket) -> bool:
        """True when the message may not go while this stop is in force."""
        if self.board_id != ticket.board_id:
            return False
        return (
            (self.process_id is None or self.process_id in ticket.process_ids)
            and (self.agency_id is None or self.agency_id == ticket.agency_id)
            and (self.contact_id is None or self.contact_id == ticket.contact_id)
        )


_STOPS = select(SendingStop.board_id, SendingStop.process_id, SendingStop.agency_id, SendingStop.contact_id).where(
    col(SendingStop.lifted_at).is_(None)
)


def ready_to_send(is_quiet: Callable[[str], bool] = lambda _: False) -> Sequence[int]:
    """The messages whose time has come and that no stop holds, urgent ones first, then the oldest.

    Of a board that has a quiet day, by its key, only what is urgent.
    """
    with reading() as session:
        quiet = [board.id for board in boards(session) if is_quiet(board.key)]
        found = session.connection().execute(_READY, {"moment": clock.now(), "quiet_boards": quiet})
        return [row[0] for row in found]


def urgent_is_waiting() -> bool:
    """True while something urgent could go now."""
    with reading() as session:
        return session.connection().execute(_URGENT, {"moment": clock.now()}).first() is not None


def claim_messages(ids: Collection[int], claim: str) -> list[Ticket]:
    """Those of the messages that still wait are in our hands now, in the order given."""
    with transaction(durable=False) as session:
        ours = {"ids": [*ids], "moment": clock.now(), "by": claim}
        session.connection().execute(_CLAIM, ours)
        return tickets_of(session, ids, claim)


def give_back(ids: Collection[int], claim: str) -> int:
    """Those of the messages that are still in our hands wait again, as if nothing had been."""
    with transaction(durable=False) as session:
        return _wait_again(session, ids, claim)


def stops() -> tuple[Stop, ...]:
    """What is stopped at this moment."""
    with reading() as session:
        return _stops(session)


def free_stuck_messages() -> int:
    """Messages whose sender is gone, or held them for a quarter of an hour, wait again; how many."""
    moment = clock.now()
    with transaction() as session:
        claims = session.connection().execute(_CLAIMS).all()
        stuck = {
            claim
            for claim, at in claims
            if claim is None or at is None or moment - at > STUCK_AFTER or not holder_may_live(claim)
        }
        return sum(_free(session, claim) for claim in stuck)


def boards(session: Session) -> Sequence[Board]:
    """All boards of this installation."""
    return session.exec(_BOARDS).all()


def began_to_wait_on(session: Session, board: Board) -> date | None:
    """The day since when the board has had something that a morning round must look at, None for never."""
    question = select(func.min(Deadline.opened_on)).where(Deadline.board_id == board.id)
    return session.exec(question).one()


def _free(session: Session, claim: str | None) -> int:
    done = session.connection().execute(
        update(Message)
        .where(col(Message.state) == MessageState.SENDING, col(Message.claim).is_not_distinct_from(claim))
        .values(state=MessageState.WAITING, claim=None, claimed_at=None)
    )
    return done.rowcount


def _wait_again(session: Session, ids: Collection[int], claim: str) -> int:
    done = session.connection().execute(
        update(Message)
        .where(col(Message.id).in_(ids), col(Message.state) == MessageState.SENDING)
        .where(col(Message.claim) == claim)
        .values(state=MessageState.WAITING, claim=None, claimed_at=None)
    )
    return done.rowcount


def _stops(session: Session) -> tuple[Stop, ...]:
    return tuple(Stop(*row) for row in session.connection().execute(_STOPS))


def _held_by_a_stop() -> ColumnElement[bool]:
    def everywhere_or(scope: Any, own: Any) -> ColumnElement[bool]:
        return or_(col(scope).is_(None), col(scope) == col(own))

    return exists().where(
        col(SendingStop.lifted_at).is_(None),
        col(SendingStop.board_id) == col(Message.board_id),
        everywhere_or(SendingStop.process_id, Message.process_id),
        everywhere_or(SendingStop.agency_id, Message.agency_id),
        everywhere_or(SendingStop.contact_id, Message.contact_id),
    )


# asked so often that putting the question together would take longer than its answer
_BOARDS = select(Board).order_by(Board.key)
_URGENT = (
    select(Message.id)
    .where(
        Message.state == MessageState.WAITING, col(Message.urgent).is_(True),
        Message.not_before_at <= bindparam("moment"), ~_held_by_a_stop(),
    )
    .limit(1)
)  # fmt: skip
_READY = (
    select(Message.id)
    .where(
        Message.state == MessageState.WAITING, Message.not_before_at <= bindparam("moment"),
        or_(
            col(Message.urgent).is_(True),
            col(Message.board_id).not_in(bindparam("quiet_boards", expanding=True)),
        ),
        ~_held_by_a_stop(),
    )
    .order_by(col(Message.urgent).desc(), col(Message.id))
)  # fmt: skip
_CLAIM = (
    update(Message)
    .where(
        col(Message.id).in_(bindparam("ids", expanding=True)), col(Message.state) == MessageState.WAITING,
        col(Message.not_before_at) <= bindparam("moment"),
    )
    .values(state=MessageState.SENDING, claim=bindparam("by"), claimed_at=bindparam("moment"))
)  # fmt: skip
_CLAIMS = select(Message.claim, Message.claimed_at).where(Message.state == MessageState.SENDING).distinct()
