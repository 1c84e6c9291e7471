"""A board's day: overdue, due, escalated, waiting for a decision; for page, digest and command.

Each question is answered from an index on what is open and its cost grows with what it lists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal_column
from sqlmodel import Session, col, func, select

from models.records.asks import Ask
from models.records.boards import Agency
from models.records.deadlines import Deadline, DeadlineState
from models.records.messages import Message, MessageState, Notice
from models.records.processes import Process
from models.records.standing import after_their_limit, colour_of, on_track, promises_of
from models.rulebook import RuleBook
from models.rules.rag import Rag
from models.rules.working_days import add_working_days

DAYS_AHEAD_WORKING_DAYS = 10  # H-7: dates of the next ten working days
MOST_IN_ONE_STATEMENT = 500
STANDING = "desk"  # the kind of process whose form is always open
NOT_YET = {
    MessageState.HELD: ", waits for release",
    MessageState.WAITING: ", not sent yet",
    MessageState.FAILED: ", could not be sent",
}
# written out, as SQLite takes an index on what is open only for a state that it can read in the statement
IS_OPEN = col(Deadline.state) == literal_column("'open'")
TOLD_INSIDE = ("owner", "agency_lead")  # whoever else is told of lateness, it is an escalation


@dataclass(frozen=True)
class Owed:
    """One open deadline as people are shown it."""

    ref: str
    word: str
    kind: str
    title: str
    owner_role: str
    agency: str | None  # key
    agency_name: str
    due_on: date
    shown_due_on: date  # the working day before, for limits on days off
    rag: Rag
    last_rung: str | None  # key; never shown to people
    last_rung_words: str
    promised_on: date | None

    @property
    def spoken_ref(self) -> str:
        """The reference as people say it."""
        return f"{self.ref} {self.word}".strip()


@dataclass(frozen=True)
class Waiting:
    """One question that nobody has answered yet."""

    ref: str
    word: str
    gate: str
    title: str
    run_id: str
    asked_at: datetime
    owner_role: str
    due_on: date | None  # the working day that people are shown
    rag: Rag | None

    @property
    def spoken_ref(self) -> str:
        """The reference as people say it."""
        return f"{self.ref} {self.word}".strip()


@dataclass(frozen=True)
class Some:
    """As much of a list as was asked for, and how long it is as a whole."""

    items: Sequence[Any] = ()
    total: int = 0

    @property
    def more(self) -> int:
        """How many are not in it."""
        return self.total - len(self.items)


@dataclass(frozen=True)
class Today:
    """The deadlines and questions of one board on one day."""

    board: str
    on: date
    due_until: date
    overdue: Some = field(default_factory=Some)
    due: Some = field(default_factory=Some)
    escalated: Some = field(default_factory=Some)
    waiting: Some = field(default_factory=Some)


def today_of(session: Session, book: RuleBook, board_id: int, on: date, limit: int | None = None) -> Today:
    """The board's day; each list is cut at `limit` and says how long it is as a whole."""
    until = add_working_days(on, DAYS_AHEAD_WORKING_DAYS, book.calendar)
    of_board = col(Deadline.board_id) == board_id
    shown_on = col(Deadline.working_target_on)
    late = and_(of_board, shown_on < on)
    soon = and_(of_board, shown_on >= on, shown_on <= until)
    return Today(
        board=book.board_key, on=on, due_until=until,
        overdue=_owed(session, book, on, late, limit),
        due=_owed(session, book, on, soon, limit),
        escalated=_owed(session, book, on, and_(late, _told_outside()), limit),
        waiting=waiting_for_a_decision(session, book, board_id, on, limit),
    )  # fmt: skip


def owed_by(session: Session, book: RuleBook, agency: Agency, on: date, limit: int | None = None) -> Some:
    """All that the agency owes to any process, by date."""
    mine = and_(col(Deadline.board_id) == agency.board_id, col(Deadline.agency_id) == agency.id)
    return _owed(session, book, on, mine, limit)


def owed_by_the_board(
    session: Session, book: RuleBook, board_id: int, on: date, roles: Collection[str], limit: int | None = None
) -> Some:
    """All that people of the board in these roles owe, limits left out, by date."""
    mine = and_(
        col(Deadline.board_id) == board_id, col(Deadline.agency_id).is_(None), col(Deadline.is_limit).is_(False),
        col(Deadline.owner_role).in_(roles),
    )  # fmt: skip
    return _owed(session, book, on, mine, limit)


def waiting_for_a_decision(session: Session, book: RuleBook, board_id: int, on: date, limit: int | None = None) -> Some:
    """The unanswered questions of the board's open processes, oldest first, each with its deadline."""
    condition = and_(
        col(Ask.ended_at).is_(None), col(Process.board_id) == board_id, col(Process.closed_at).is_(None),
        col(Process.kind) != STANDING,
    )  # fmt: skip
    total = session.exec(
        select(func.count(col(Ask.id))).join(Process, col(Process.id) == col(Ask.process_id)).where(condition)
    ).one()
    question = (
        select(Ask, Process, Deadline)
        .join(Process, col(Process.id) == col(Ask.process_id))
        .join(
            Deadline,
            and_(
                col(Deadline.process_id) == col(Process.id),
                col(Deadline.slot) == func.replace(col(Ask.gate), "-", "_"),
                col(Deadline.state) == DeadlineState.OPEN,
            ),
            isouter=True,
        )
        .where(condition).order_by(col(Ask.id)).limit(limit)
    )  # fmt: skip
    rows: Any = session.exec(question).all()
    promised = promises_of(session, [row[2].id or 0 for row in rows if row[2] is not None])
    late_for = after_their_limit(session, book, [row[2] for row in rows if row[2] is not None])
    return Some([_waiting(book, on, promised, late_for, *row) for row in rows], total)


def _waiting(
    book: RuleBook, on: date, promised: Mapping[int, date | None], late_for: Mapping[int, date], ask: Ask,
    process: Process, deadline: Deadline | None,
) -> Waiting:  # fmt: skip
    return Waiting(
        ref=process.ref, word=process.word, gate=ask.gate, title=ask.title, run_id=ask.run_id,
        asked_at=ask.asked_at, owner_role=deadline.owner_role if deadline else "",
        due_on=deadline.working_target_on if deadline else None,
        rag=colour_of(
            deadline, book, on, promised.get(deadline.id or 0), limit_on=late_for.get(deadline.id or 0)
        ) if deadline else None,
    )  # fmt: skip


def _owed(session: Session, book: RuleBook, on: date, condition: ColumnElement[bool], limit: int | None) -> Some:
    mine = and_(IS_OPEN, condition)
    question: Any = (
        select(Deadline, Process.ref, Process.word, Agency.key, Agency.name)  # type: ignore[call-overload]
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(mine).order_by(col(Deadline.working_target_on), col(Deadline.id)).limit(limit)
    )  # fmt: skip
    rows = session.exec(question).all()
    total = len(rows)
    if limit is not None and total == limit:
        total = session.exec(select(func.count(col(Deadline.id))).where(mine)).one()
    heard = _Heard(late_for=after_their_limit(session, book, [row[0] for row in rows]))
    for some in batched([row[0].id or 0 for row in rows]):
        heard.said |= last_steps(session, some)
        heard.promised |= promises_of(session, some)
        heard.fine |= on_track(session, some)
    return Some([_one(book, on, row, heard) for row in rows], total)


@dataclass
class _Heard:
    """What was said and heard last of some deadlines, by their numbers."""

    said: dict[int, Step] = field(default_factory=dict)
    promised: dict[int, date | None] = field(default_factory=dict)
    fine: set[int] = field(default_factory=set)
    late_for: Mapping[int, date] = field(default_factory=dict)  # the limit that they lie after


def _one(book: RuleBook, on: date, row: Any, heard: _Heard) -> Owed:
    deadline, ref, word, agency, agency_name = row
    last, promised_on = heard.said.get(deadline.id), heard.promised.get(deadline.id)
    return Owed(
        ref=ref, word=word, kind=deadline.kind, title=deadline.title, owner_role=deadline.owner_role,
        agency=agency, agency_name=agency_name or "", due_on=deadline.due_on,
        shown_due_on=deadline.working_target_on,
        rag=colour_of(
            deadline, book, on, promised_on, is_on_track=deadline.id in heard.fine,
            limit_on=heard.late_for.get(deadline.id),
        ),
        last_rung=last.rung if last else None, last_rung_words=step_words(book, deadline.ladder, last),
        promised_on=promised_on,
    )  # fmt: skip


def step_words(book: RuleBook, ladder: str, step: Step | None) -> str:
    """What was done last, in plain words; "" for nothing."""
    known = book.ladders.get(ladder)
    if step is None or known is None:
        return ""
    words = next((one.title for one in known.rungs if one.key == step.rung), "")
    not_yet = NOT_YET.get(step.message, "") if step.message else ""
    return re.sub("^told ", "written to ", words) + not_yet if not_yet else words


@dataclass(frozen=True)
class Step:
    """The last rung of a deadline that a message or a task carries, and where its message stands."""

    rung: str
    message: MessageState | None


def last_steps(session: Session, deadline_ids: Collection[int]) -> dict[int, Step]:
    """The last step of the present arming, for each of the deadlines that has one."""
    newest = (
        select(func.max(Notice.id))
        .join(Deadline, and_(col(Deadline.id) == Notice.deadline_id, col(Deadline.arming) == Notice.arming))
        .where(
            col(Notice.deadline_id).in_(deadline_ids),
            col(Notice.message_id).is_not(None) | col(Notice.task_id).is_not(None),
        )
        .group_by(col(Notice.deadline_id))
    )
    question = (
        select(Notice.deadline_id, Notice.rung, Message.state)
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .where(col(Notice.id).in_(newest))
    )
    rows: Any = session.exec(question).all()
    return {deadline_id: Step(rung, state) for deadline_id, rung, state in rows}


def batched(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in portions that fit into one statement."""
    return (ids[start : start + MOST_IN_ONE_STATEMENT] for start in range(0, len(ids), MOST_IN_ONE_STATEMENT))


def _told_outside() -> ColumnElement[bool]:
    held = select(Message.id).where(
        Message.id == Notice.message_id, col(Message.state).in_((MessageState.HELD, MessageState.FAILED))
    )
    return exists().where(
        col(Notice.deadline_id) == col(Deadline.id), col(Notice.arming) == col(Deadline.arming),
        col(Notice.is_late).is_(True), col(Notice.recipient_role).not_in(TOLD_INSIDE),
        col(Notice.message_id).is_not(None) | col(Notice.task_id).is_not(None), ~held.exists(),
    )  # fmt: skip
