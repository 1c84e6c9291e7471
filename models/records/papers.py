"""Papers that are issued once, and the meetings that they are issued for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from config import clock
from models.records.history import write_history
from models.records.meetings import Meeting, MeetingKind, MeetingState, Paper
from models.records.processes import Process

SHORT_HEAD = 16  # so much of a head or a digest is printed; enough to find it again


def planned_between(
    session: Session, board_id: int, kind: MeetingKind, first_at: datetime, last_at: datetime
) -> Sequence[Meeting]:
    """The board's meetings of that kind that are planned to begin then, the earliest first."""
    question = select(Meeting).where(
        Meeting.board_id == board_id, Meeting.kind == kind, Meeting.state == MeetingState.PLANNED,
        col(Meeting.starts_at) >= first_at, col(Meeting.starts_at) < last_at, col(Meeting.process_id).is_not(None),
    )  # fmt: skip
    return session.exec(question.order_by(col(Meeting.starts_at), col(Meeting.id))).all()


def issued_for(session: Session, meeting: Meeting, begins: str) -> Sequence[Paper]:
    """The files of the paper for the meeting whose names begin so, the first first."""
    question = select(Paper).where(Paper.meeting_id == meeting.id, col(Paper.file).startswith(begins, autoescape=True))
    return session.exec(question.order_by(col(Paper.id))).all()


def keep_papers(
    session: Session, process: Process, kind: str, files: Sequence[tuple[str, str]], meeting: Meeting | None = None
) -> list[Paper]:
    """The files, each with its digest, count as issued with the head that the journal has now, and it says so.

    `process` must be locked by this transaction.
    """
    head = process.history_head
    made = [
        Paper(
            board_id=process.board_id, process_id=process.id, meeting_id=meeting.id if meeting else None, kind=kind,
            file=file, digest=digest, head=head, issued_at=clock.now(),
        )
        for file, digest in files
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    facts = {"kind": kind, "meeting": meeting.id if meeting else None, "files": dict(files)}
    write_history(session, process, "paper issued", facts)
    return made


def last_issued(session: Session, board_id: int, kind: str) -> datetime | None:
    """When a paper of that kind was issued last for the board, if ever."""
    question = select(Paper.issued_at).where(Paper.board_id == board_id, Paper.kind == kind)
    return session.exec(question.order_by(col(Paper.id).desc()).limit(1)).first()


def whole_day(day: date) -> tuple[datetime, datetime]:
    """The first moment of the local day and the first after it."""
    return clock.at(day, 0), clock.at(date.fromordinal(day.toordinal() + 1), 0)
