"""Rounds: scheduled work that only one may do at a time, claimed here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, bindparam, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select, update

from config import clock
from models.records.claims import holder_may_live, new_claim
from models.records.columns import Facts, Moment
from models.records.database import transaction
from models.records.locking import locking

STALE_AFTER = timedelta(minutes=15)
UNDER_WAY = "ended_at IS NULL AND given_up_at IS NULL"


class Round(SQLModel, table=True):
    """One round: claimed when, for which day, alive when last, and what it did."""

    __table_args__ = (
        Index("round_kind_day", "kind", "for_on"),
        Index(  # of two that begin at the same moment the database lets one in
            "round_under_way", "kind", unique=True, sqlite_where=text(UNDER_WAY), postgresql_where=text(UNDER_WAY)
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)  # "morning", "dispatch"
    for_on: date
    claim: str = Field(max_length=120)
    started_at: datetime = Field(sa_type=Moment)
    alive_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    given_up_at: datetime | None = Field(default=None, sa_type=Moment)  # another took over
    did: Facts = Field(default_factory=dict, sa_type=JSON)


# asked so often that putting the question together would take longer than its answer
_UNDER_WAY = locking(
    select(Round).where(
        Round.kind == bindparam("kind"), col(Round.ended_at).is_(None), col(Round.given_up_at).is_(None)
    )
)  # fmt: skip
_ALIVE = (
    update(Round)
    .where(col(Round.id) == bindparam("ours"), col(Round.given_up_at).is_(None))
    .values(alive_at=bindparam("moment"))
)
_PROGRESS = _ALIVE.values(did=bindparam("did"))
_ENDED = _PROGRESS.values(ended_at=bindparam("moment"))


class RoundUnderWay(Exception):
    """Another round of this kind is at work."""


class ClaimLost(Exception):
    """Another round took over, because this one gave no sign of life for a quarter of an hour."""


def claim_round(kind: str, for_on: date) -> Round:
    """A round of that kind is begun and is ours. Raises RoundUnderWay while another one lives."""
    moment = clock.now()
    ours = Round(kind=kind, for_on=for_on, claim=new_claim(), started_at=moment, alive_at=moment)
    try:
        with transaction() as session:
            _give_up_the_dead(session, kind, moment)
            session.add(ours)
    except IntegrityError:
        raise RoundUnderWay(f"another {kind} round began at this moment and is at work") from None
    return ours


def _give_up_the_dead(session: Session, kind: str, moment: datetime) -> None:
    for other in session.exec(_UNDER_WAY, params={"kind": kind}).all():
        if moment - other.alive_at < STALE_AFTER and holder_may_live(other.claim):
            raise RoundUnderWay(f"a {kind} round that began at {clock.local(other.started_at):%H:%M} is at work")
        other.given_up_at = moment
        session.add(other)
    session.flush()


def show_life(ours: Round) -> None:
    """The round is seen to be at work. Raises ClaimLost when another took over."""
    with transaction(durable=False) as session:
        _change(session, _ALIVE, ours)


def end_round(ours: Round, did: Facts) -> None:
    """The round has ended and says what it did. Raises ClaimLost when another took over."""
    with transaction() as session:
        _change(session, _ENDED, ours, did=did)


def note_progress(session: Session, ours: Round, did: Mapping[str, Any]) -> None:
    """What the round did so far is kept with the caller's transaction, and it is seen to be alive.

    Raises ClaimLost when another round took over: then nothing of that transaction is kept.
    """
    _change(session, _PROGRESS, ours, did=dict(did))


def _change(session: Session, change: Any, ours: Round, **values: Any) -> None:
    done = session.connection().execute(change, {"ours": ours.id, "moment": clock.now(), **values})
    if done.rowcount != 1:
        raise ClaimLost
