"""What the pages ask of the record beside deadlines and the day: decisions, messages, open reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from config import clock
from models.records.asks import GateAnswer
from models.records.boards import Agency
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.history import History
from models.records.messages import Message, MessageState, Notice
from models.records.processes import AnchorEvent, Process
from models.records.today import STANDING, Some
from models.rules.stages import Stage

CLOSED_PAGES_KEPT = timedelta(days=365)  # how long a lost page of a closed process is still written again
LATE_ROWS = 200  # of the journal: more than one answer can write
OF_LATE = timedelta(hours=1)  # within which something counts as having happened just now


@dataclass(frozen=True)
class OpenProcess:
    """One open process as a list shows it."""

    ref: str
    kind: str
    spoken_ref: str
    stage: Stage
    next_due_on: date | None
    guidance: str


def decisions_of(session: Session, process: Process) -> Sequence[GateAnswer]:
    """The decisions that were recorded for the process, in the order of recording."""
    question = select(GateAnswer).where(GateAnswer.process_id == process.id)
    return session.exec(question.order_by(col(GateAnswer.id))).all()


def first_due_dates(session: Session, process: Process) -> Mapping[int, date]:
    """For each deadline of the process the day that it was first due, as people were shown it."""
    question: Any = (
        select(col(Arming.deadline_id), col(Arming.due_on)).join(Deadline, col(Deadline.id) == col(Arming.deadline_id))
        .where(Deadline.process_id == process.id, Arming.no == 1)
    )  # fmt: skip
    return dict(session.exec(question).all())


def message_counts(session: Session, process: Process) -> Mapping[MessageState, int]:
    """How many messages about the process stand where, those about several processes with them."""
    carried = (
        select(Notice.message_id).join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .where(Deadline.process_id == process.id, col(Notice.message_id).is_not(None))
    )  # fmt: skip
    question = select(Message.state, func.count(col(Message.id))).where(
        or_(col(Message.process_id) == process.id, col(Message.id).in_(carried))
    )
    rows = session.exec(question.group_by(col(Message.state))).all()
    return {MessageState(state): count for state, count in rows}


def open_reviews(session: Session, board_id: int, limit: int) -> Some:
    """The board's open processes, desks left out, oldest first, each with the next day on which something is due."""
    mine = (Process.board_id == board_id, col(Process.closed_at).is_(None), Process.kind != STANDING)
    rows = session.exec(select(Process).where(*mine).order_by(col(Process.id)).limit(limit)).all()
    total = session.exec(select(func.count(col(Process.id))).where(*mine)).one()
    due = (
        select(Deadline.process_id, func.min(Deadline.working_target_on))
        .where(col(Deadline.process_id).in_([row.id for row in rows]), Deadline.state == DeadlineState.OPEN)
        .group_by(col(Deadline.process_id))
    )
    next_due = dict(session.exec(due).all())
    return Some(
        [
            OpenProcess(row.ref, row.kind, row.spoken_ref, row.stage, next_due.get(row.id or 0), row.guidance)
            for row in rows
        ],
        total,
    )


def editions_in_use(session: Session, board_id: int) -> Sequence[str]:
    """Under which editions of the guidance the board's open processes run, desks left out, in alphabetical order."""
    question = select(Process.guidance).where(
        Process.board_id == board_id, col(Process.closed_at).is_(None), Process.kind != STANDING
    )
    return session.exec(question.distinct().order_by(Process.guidance)).all()


def references_with_pages(session: Session, board_id: int, limit: int) -> list[str]:
    """The references of the board's processes that have a page: open ones first, then those closed within a year."""
    since = clock.now() - CLOSED_PAGES_KEPT
    question = select(Process.ref).where(
        Process.board_id == board_id, Process.kind != STANDING,
        or_(col(Process.closed_at).is_(None), col(Process.closed_at) > since),
    )  # fmt: skip
    newest_first = question.order_by(col(Process.closed_at).is_not(None), col(Process.id).desc())
    return list(session.exec(newest_first.limit(limit)).all())


def processes_decided(session: Session, board_id: int, limit: int) -> Sequence[Process]:
    """The board's processes whose decision has happened, open or closed, the newest first."""
    question = (
        select(Process)
        .join(AnchorEvent, col(AnchorEvent.process_id) == col(Process.id))
        .where(Process.board_id == board_id, AnchorEvent.name == "decision")
    )
    return session.exec(question.order_by(col(Process.id).desc()).limit(limit)).all()


def references_moved_last(session: Session, board_id: int) -> list[str]:
    """The references of the board's processes in which something has happened of late, desks left out."""
    newest = select(History.process_id).order_by(col(History.id).desc()).limit(LATE_ROWS).subquery()
    question = select(Process.ref).where(
        col(Process.id).in_(select(newest.c.process_id)), Process.board_id == board_id, Process.kind != STANDING
    )
    return list(session.exec(question.order_by(col(Process.id))).all())


def agencies_moved_last(session: Session, board_id: int) -> list[str]:
    """The keys of the board's agencies of whom the journal has told something within the last hour."""
    newest = select(History.process_id, History.facts, History.at).order_by(col(History.id).desc()).limit(LATE_ROWS)
    late = [row for row in session.exec(newest).all() if clock.now() - row[2] <= OF_LATE]
    mine = set(
        session.exec(
            select(Process.id).where(col(Process.id).in_({row[0] for row in late}), Process.board_id == board_id)
        ).all()
    )
    named = {_agency_in(facts) for process_id, facts, _ in late if process_id in mine}
    known = session.exec(select(Agency.key).where(Agency.board_id == board_id, col(Agency.key).in_(named)))
    return sorted(known.all())


def _agency_in(facts: Mapping[str, Any]) -> str:
    """The agency that a line of the journal is about, by its own key or at the end of a slot; "" for none."""
    return str(facts.get("agency") or str(facts.get("slot", "")).partition(":")[2])
