"""The publication of a report: where it stands, when it is to be, what of its pack is ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from config import clock
from models.records.columns import choice
from models.records.history import write_history
from models.records.processes import Process
from models.rules.publication import PACK, PublicationState, insist_on_move


class Publication(SQLModel, table=True):
    """What becomes of the report of one review; the report itself lies elsewhere."""

    id: int | None = Field(default=None, primary_key=True)
    process_id: int = Field(foreign_key="process.id", unique=True)
    state: PublicationState = Field(sa_type=choice(PublicationState))
    since_on: date
    planned_on: date | None = None
    published_on: date | None = None
    brief_on: date | None = None  # the learning brief; may come earlier than the report
    pack: list[str] = Field(default_factory=list, sa_type=JSON)  # what is confirmed of it
    copies_given: int = 0  # on request, after it was taken down


def publication_of(session: Session, process: Process) -> Publication | None:
    """The publication of the process; None for one whose report is not published as such."""
    return session.exec(select(Publication).where(Publication.process_id == process.id)).first()


def expect_publication(session: Session, process: Process) -> Publication:
    """The process has a report that is to be published; the same one is given back when it had one."""
    known = publication_of(session, process)
    if known is not None:
        return known
    made = Publication(process_id=process.id or 0, state=PublicationState.NOT_PLANNED, since_on=clock.today())
    session.add(made)
    session.flush()
    return made


def move_publication(
    session: Session, process: Process, publication: Publication, to: PublicationState, on: date
) -> None:
    """The publication stands there since that day. Raises IllegalPublicationMove."""
    insist_on_move(publication.state, to)
    facts = {"from": publication.state.value, "to": to.value, "on": on}
    write_history(session, process, "publication moved", facts)
    publication.state, publication.since_on = to, on
    session.add(publication)


def plan_publication(session: Session, process: Process, publication: Publication, on: date, planned_on: date) -> None:
    """The publication is planned for that day. Raises IllegalPublicationMove."""
    move_publication(session, process, publication, PublicationState.PLANNED, on)
    publication.planned_on = planned_on
    write_history(session, process, "publication planned", {"for": planned_on})


def confirm_pack(session: Session, process: Process, publication: Publication, items: Sequence[str]) -> None:
    """These parts of the pack are ready to be published."""
    publication.pack = [each for each in PACK if each in {*publication.pack, *items}]
    session.add(publication)
    write_history(session, process, "pack confirmed", {"items": sorted(items)})


def publish_brief(session: Session, process: Process, publication: Publication, on: date) -> None:
    """The learning brief is published, whatever becomes of the report."""
    publication.brief_on = on
    session.add(publication)
    write_history(session, process, "learning brief published", {"on": on})


def give_copy(session: Session, process: Process, publication: Publication, on: date) -> None:
    """Somebody who asked had a copy of a report that is no longer published; who is not kept."""
    publication.copies_given += 1
    session.add(publication)
    write_history(session, process, "copy given", {"on": on, "copies": publication.copies_given})


def take_back_publication(session: Session, process: Process, publication: Publication) -> None:
    """It was not published after all: it is planned as before. A step back that people have recorded as a mistake."""
    write_history(session, process, "publication taken back", {"was": publication.state.value})
    publication.state, publication.published_on = PublicationState.PLANNED, None
    session.add(publication)


def taken_down(session: Session, board_id: int) -> Sequence[Process]:
    """The processes of the board, closed ones among them, whose report is no longer published, oldest first."""
    question = (
        select(Process)
        .join(Publication, col(Publication.process_id) == col(Process.id))
        .where(Process.board_id == board_id, Publication.state == PublicationState.TAKEN_DOWN)
    )
    return session.exec(question.order_by(col(Process.id))).all()
