"""More time: extensions that were asked for and decided, and clocks that stood still."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select

from config import clock
from models.records.columns import Moment, choice
from models.records.deadlines import Deadline, Standstill
from models.records.history import write_history
from models.records.kept import written
from models.records.processes import Process
from models.records.publications import publication_of
from models.records.restrictions import restriction_in_force
from models.rules.publication import STANDS_STILL, STEPS

NEVER_STANDS_STILL = ("more_time", "pause")  # the decision on more time, and the look at the pause itself


class DelayReason(StrEnum):
    """Why something takes longer; a choice from the list of C.6, never typed."""

    CRIMINAL_PROCEEDINGS = "criminal-proceedings"
    INQUEST = "inquest"
    FAMILY_PROCEEDINGS = "family-proceedings"
    AUTHOR_ABSENT = "author-absent"
    AGENCY_LATE = "agency-late"
    REVIEWER_LATE = "reviewer-late"
    DATA_MISSING = "data-missing"
    NEW_INFORMATION = "new-information"
    OTHER = "other"


class ExtensionState(StrEnum):
    """What became of a request for more time."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"  # the thing came, or its date was moved, before anybody decided


class Extension(SQLModel, table=True):
    """More time for one deadline: asked for, then granted or refused by the right person."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    deadline_id: int = Field(foreign_key="deadline.id", index=True)
    reason: DelayReason = Field(sa_type=choice(DelayReason))
    state: ExtensionState = Field(sa_type=choice(ExtensionState))
    asked_on: date
    from_due_on: date  # the date that it was to be extended from
    wanted_on: date | None = None
    decided_on: date | None = None
    capacity: str = Field(default="", max_length=60)
    new_due_on: date | None = None
    noted_at: datetime = Field(sa_type=Moment)


class Pause(SQLModel, table=True):
    """The clock of a review stands still, apart from its outer limits, which never do (B.0)."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    reason: DelayReason = Field(sa_type=choice(DelayReason))
    from_on: date
    look_again_on: date  # when it is asked whether the pause may end; it never ends by itself
    capacity: str = Field(default="", max_length=60)
    noted_at: datetime = Field(sa_type=Moment)
    ended_on: date | None = None


class Blackout(SQLModel, table=True):
    """Days on which no meeting is proposed and nothing is published; why is not kept (F-13)."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", index=True)
    from_on: date
    until_on: date
    noted_at: datetime = Field(sa_type=Moment)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)


# asked so often that putting the question together would take longer than its answer
_ASKED = (
    select(Extension)
    .where(Extension.deadline_id == bindparam("deadline_id"), Extension.state == ExtensionState.ASKED)
    .order_by(col(Extension.id).desc())
)
_PAUSES = select(Pause).where(Pause.process_id == bindparam("process_id")).order_by(col(Pause.id))
_PAUSE_IN_FORCE = (
    select(Pause)
    .where(Pause.process_id == bindparam("process_id"), col(Pause.ended_on).is_(None))
    .order_by(col(Pause.id).desc())
)


def extensions_of(session: Session, process: Process) -> Sequence[Extension]:
    """Every request for more time in the process, oldest first."""
    question = select(Extension).where(Extension.process_id == process.id)
    return session.exec(question.order_by(col(Extension.id))).all()


def extensions_granted(session: Session, deadline_id: int) -> int:
    """How often the deadline was extended."""
    question = select(func.count(col(Extension.id))).where(
        Extension.deadline_id == deadline_id, Extension.state == ExtensionState.GRANTED
    )
    return session.exec(question).one()


def open_request(session: Session, deadline_id: int) -> Extension | None:
    """The request for more time that nobody has decided yet."""
    with written(session, Extension):
        return session.exec(_ASKED, params={"deadline_id": deadline_id}).first()


def pauses_of(session: Session, process: Process) -> Sequence[Pause]:
    """Every pause of the process, oldest first."""
    return session.exec(_PAUSES, params={"process_id": process.id}).all()


def pause_in_force(session: Session, process: Process) -> Pause | None:
    """The pause that nobody has ended, if the process is paused."""
    return session.exec(_PAUSE_IN_FORCE, params={"process_id": process.id}).first()


def standstill_of(session: Session, process: Process, deadline: Deadline) -> Standstill | None:
    """Why nobody is to be chased for it now: the process pauses, more time was asked for and is not decided, or it is
    a step towards a publication that is held.

    Several may hold at once; the pause is named first. An outer limit never stands still, nor does what ends a
    standstill. Source: B.0 "Pause", B.4 (D: default, to be confirmed by the board).
    """
    if not may_stand_still(deadline):
        return None
    if pause_in_force(session, process) is not None:
        return Standstill.PAUSE
    if open_request(session, deadline.id or 0) is not None:
        return Standstill.EXTENSION
    return Standstill.PUBLICATION if deadline.kind in STEPS and publication_is_held(session, process) else None


def publication_is_held(session: Session, process: Process) -> bool:
    """True while the steps towards a publication of the process stand still: it is restricted (F-14), its report
    awaits parallel proceedings, or the Chair has decided against it (B.3, rows 9 and 11)."""
    if restriction_in_force(session, process) is not None:
        return True
    publication = publication_of(session, process)
    return publication is not None and publication.state in STANDS_STILL


def may_stand_still(deadline: Deadline) -> bool:
    """False for an outer limit, and for what ends a standstill."""
    return not deadline.is_limit and deadline.kind not in NEVER_STANDS_STILL


def blackouts_of(session: Session, process: Process) -> Sequence[Blackout]:
    """The blackout days of the process that nobody has lifted, by date."""
    question = select(Blackout).where(Blackout.process_id == process.id, col(Blackout.lifted_at).is_(None))
    return session.exec(question.order_by(col(Blackout.from_on))).all()


def is_blacked_out(session: Session, process: Process, day: date) -> bool:
    """True when no meeting may be proposed and nothing published on that day."""
    return any(each.from_on <= day <= each.until_on for each in blackouts_of(session, process))


class BlackoutBackwards(Exception):
    """The last of the blackout days lies before the first."""


def set_blackout(session: Session, process: Process, from_on: date, until_on: date) -> Blackout:
    """On these days no meeting is proposed and nothing is published; the same days are not set twice.

    Raises BlackoutBackwards. Source: rule F-13, without a label (D).
    """
    if until_on < from_on:
        raise BlackoutBackwards
    for known in blackouts_of(session, process):
        if (known.from_on, known.until_on) == (from_on, until_on):
            return known
    blackout = Blackout(process_id=process.id or 0, from_on=from_on, until_on=until_on, noted_at=clock.now())
    session.add(blackout)
    write_history(session, process, "blackout days set", {"from": from_on, "until": until_on})
    session.flush()
    return blackout


def lift_blackout(session: Session, process: Process, blackout: Blackout) -> None:
    """The days are as any others again; one that was lifted before stays as it is."""
    if blackout.lifted_at is None:
        blackout.lifted_at = clock.now()
        session.add(blackout)
        facts = {"from": blackout.from_on, "until": blackout.until_on}
        write_history(session, process, "blackout days lifted", facts)
