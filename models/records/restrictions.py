"""Parallel proceedings: while a process is restricted, nothing of it is published or spread (F-14)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlmodel import Field, Session, SQLModel, col, select

from config import clock
from models.records.history import write_history
from models.records.processes import Process


class Restriction(SQLModel, table=True):
    """From a day on nothing of a process is published or spread, until a person lifts it."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    from_on: date
    lifted_on: date | None = None


def restriction_in_force(session: Session, process: Process) -> Restriction | None:
    """The restriction that stops publication and dissemination now; None when nothing does."""
    question = select(Restriction).where(Restriction.process_id == process.id, col(Restriction.lifted_on).is_(None))
    return session.exec(question.order_by(col(Restriction.id))).first()


def restricted_among(session: Session, process_ids: Collection[int]) -> set[int]:
    """Those of the processes that are restricted now, by themselves or through the one that opened them."""
    in_force = select(Restriction.process_id).where(col(Restriction.lifted_on).is_(None))
    question = select(Process.id).where(
        col(Process.id).in_(process_ids), col(Process.id).in_(in_force) | col(Process.parent_id).in_(in_force)
    )
    return {number for number in session.exec(question).all() if number is not None}


def restrict(session: Session, process: Process) -> Restriction:
    """Nothing of the process is published or spread from today on; one that is restricted already stays so."""
    known = restriction_in_force(session, process)
    if known is not None:
        return known
    made = Restriction(process_id=process.id or 0, from_on=clock.today())
    session.add(made)
    session.flush()
    write_history(session, process, "restricted", {"from": made.from_on})
    return made


def lift_restriction(session: Session, process: Process) -> bool:
    """The process may be published and spread again; false when it was not restricted."""
    known = restriction_in_force(session, process)
    if known is None:
        return False
    known.lifted_on = clock.today()
    session.add(known)
    write_history(session, process, "restriction lifted", {"from": known.from_on, "on": known.lifted_on})
    return True
