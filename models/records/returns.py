"""The return of each agency that takes part in a review, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from config import clock
from models.records.boards import Agency
from models.records.columns import choice
from models.records.history import write_history
from models.records.processes import Process
from models.rules.returns import ReturnState, is_before, moved


class AgencyReturn(SQLModel, table=True):
    """One agency's return for one review; what it holds lies in the secure place."""

    __tablename__ = "agency_return"
    __table_args__ = (UniqueConstraint("process_id", "agency_id"),)

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id")
    agency_id: int = Field(foreign_key="agency.id")
    state: ReturnState = Field(sa_type=choice(ReturnState))
    since_on: date  # when it came to stand there
    signed_as: str = Field(default="", max_length=60)  # the capacity of the senior officer who signed
    handed_in: int = 0  # how often it came to the panel


THE_RETURN_CAME = "the return itself has arrived"  # why what only led up to it is not owed any more

# asked so often that putting the question together would take longer than its answer
_RETURN = select(AgencyReturn).where(
    AgencyReturn.process_id == bindparam("process_id"), AgencyReturn.agency_id == bindparam("agency_id")
)
_RETURNS = (
    select(AgencyReturn, Agency)
    .where(AgencyReturn.process_id == bindparam("process_id"), AgencyReturn.agency_id == Agency.id)
    .order_by(Agency.name)
)


def return_of(session: Session, process: Process, agency: Agency) -> AgencyReturn:
    """The agency's return; one that was never asked for before stands at its beginning."""
    known = session.exec(_RETURN, params={"process_id": process.id, "agency_id": agency.id}).first()
    if known is not None:
        return known
    made = AgencyReturn(
        process_id=process.id or 0, agency_id=agency.id or 0, state=ReturnState.REQUESTED, since_on=clock.today()
    )
    session.add(made)
    session.flush()
    return made


def returns_of(session: Session, process: Process) -> Sequence[tuple[AgencyReturn, Agency]]:
    """All returns of a review with their agencies, by the agency's name."""
    return session.exec(_RETURNS, params={"process_id": process.id}).all()


def open_returns_by(session: Session, agency: Agency) -> Sequence[tuple[AgencyReturn, Process]]:
    """All returns of an agency for reviews that are open, with their reviews, the oldest first."""
    question = select(AgencyReturn, Process).where(
        AgencyReturn.agency_id == agency.id, AgencyReturn.process_id == Process.id, col(Process.closed_at).is_(None)
    )
    return session.exec(question.order_by(col(Process.id))).all()


def move_return(session: Session, process: Process, agency: Agency, to: ReturnState, on: date) -> bool:
    """True when the return comes to stand there now, and the history says so. Raises IllegalReturnMove."""
    return move(session, process, agency, return_of(session, process, agency), to, on)


def move(
    session: Session, process: Process, agency: Agency, mine: AgencyReturn, to: ReturnState, on: date
) -> bool:  # fmt: skip
    """As `move_return`, for the agency's return that was looked up before."""
    if not moved(mine.state, to):
        return False
    write_history(
        session, process, "return moved",
        {"agency": agency.key, "from": mine.state.value, "to": to.value, "on": on},
    )  # fmt: skip
    mine.state, mine.since_on = to, on
    if to is ReturnState.SUBMITTED:
        mine.handed_in += 1
    session.add(mine)
    return True


def put_return_back(session: Session, process: Process, agency: Agency, before: ReturnState, why: str) -> None:
    """The return stands where it stood before an entry that was a mistake, and the history says so."""
    mine = return_of(session, process, agency)
    facts = {"agency": agency.key, "from": mine.state.value, "to": before.value, "why": why}
    write_history(session, process, "return taken back", facts)
    mine.state, mine.since_on = before, clock.today()
    session.add(mine)
    session.flush()


def carry_return_to(session: Session, process: Process, agency: Agency, to: ReturnState, on: date) -> bool:
    """As `move_return`, but a return that is further already stays where it is."""
    mine = return_of(session, process, agency)
    return is_before(mine.state, to) and move(session, process, agency, mine, to, on)
