"""The ledger: every rung that was reached has exactly one fate for everybody it was meant for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import exists, text
from sqlmodel import Session, col, func, select

from models.records.boards import Board
from models.records.database import reading
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.messages import Attempt, Message, MessageState, Notice
from models.records.processes import Process
from models.rulebook import RuleBook, rule_book
from models.rules.ladders import Ladder, Reached, next_rung_on, reached
from models.rules.spoken import spoken
from models.rules.working_days import is_quiet

PAGE = 1000  # deadlines looked at together, so that a large record does not fill the memory
THE_OFFICE = ("business_manager",)  # whom a rung means that names nobody
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class LedgerFault:
    """Where the ledger does not balance, in a plain sentence."""

    ref: str
    slot: str  # "" for a message that belongs to none
    what: str


@dataclass(frozen=True)
class _Note:
    """A notice and the state of the message that carries it."""

    rung: str
    role: str
    fates: tuple[str, ...]
    merged_into: str
    state: MessageState | None


@dataclass(frozen=True)
class _Owed:
    """A deadline with all the lives of its ladder and all its notices, by the number of the life."""

    ref: str
    board: Board
    deadline: Deadline
    armings: Sequence[Arming]
    notes: dict[int, list[_Note]]

    def fault(self, what: str) -> LedgerFault:
        return LedgerFault(self.ref, self.deadline.slot, f"{self.deadline.title}: {what}")


@contextmanager
def one_moment() -> Iterator[Session]:
    """The block sees the record as it is at one moment, whatever others write meanwhile."""
    with reading() as session:
        if session.connection().dialect.name == "postgresql":
            session.connection().execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        yield session


def balance(session: Session, process: Process | None = None) -> list[LedgerFault]:
    """All places where the ledger does not balance, of one process or of all; empty when it does.

    Source: H-8. Rungs count as reached up to the last day on which a round looked at the deadline.
    """
    faults = [fault for owed in _everything_owed(session, process) for fault in _faults_of(owed)]
    return faults + _faults_of_messages(session, process)


def counts(session: Session, process: Process | None = None) -> dict[str, int]:
    """How many notices there are of each fate; together they are all notices."""
    is_task, is_merged = col(Notice.task_id).is_not(None), col(Notice.merged_into) != ""
    question: Any = (
        select(Message.state, is_task, is_merged, func.count())
        .select_from(Notice)
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .group_by(col(Message.state), is_task, is_merged)
    )
    if process is not None:
        question = question.join(Deadline, col(Deadline.id) == Notice.deadline_id).where(
            Deadline.process_id == process.id
        )
    found = dict.fromkeys(("sent", "waiting", "failed", "held", "merged", "suppressed", "task"), 0)
    for state, of_task, merged, number in session.exec(question).all():
        found[_fate(state, is_task=bool(of_task), is_merged=bool(merged))] += number
    return found


def _fate(state: MessageState | None, *, is_task: bool, is_merged: bool) -> str:
    if state is MessageState.WITHDRAWN:
        return "suppressed"
    if state is not None:
        return "waiting" if state is MessageState.SENDING else state.value
    return "task" if is_task else "merged" if is_merged else "suppressed"


def _everything_owed(session: Session, process: Process | None) -> Iterator[_Owed]:
    last = 0
    boards = {board.id: board for board in session.exec(select(Board)).all()}
    while True:
        question = select(Deadline).where(col(Deadline.id) > last)
        if process is not None:
            question = question.where(Deadline.process_id == process.id)
        page = session.exec(question.order_by(col(Deadline.id)).limit(PAGE)).all()
        if not page:
            return
        last = page[-1].id or 0
        refs, armings, notes = _refs(session, page), _lives(session, page), _notes(session, page)
        for each in page:
            id_ = each.id or 0
            yield _Owed(refs[each.process_id], boards[each.board_id], each, armings[id_], notes[id_])


def _refs(session: Session, page: Sequence[Deadline]) -> dict[int, str]:
    wanted = {each.process_id for each in page}
    found = session.exec(select(Process.id, Process.ref).where(col(Process.id).in_(wanted))).all()
    return {id_: ref for id_, ref in found if id_ is not None}


def _lives(session: Session, page: Sequence[Deadline]) -> dict[int, list[Arming]]:
    found: defaultdict[int, list[Arming]] = defaultdict(list)
    question = select(Arming).where(col(Arming.deadline_id).in_([each.id for each in page]))
    for arming in session.exec(question.order_by(col(Arming.no))).all():
        found[arming.deadline_id].append(arming)
    return found


def _notes(session: Session, page: Sequence[Deadline]) -> dict[int, dict[int, list[_Note]]]:
    found: defaultdict[int, dict[int, list[_Note]]] = defaultdict(lambda: defaultdict(list))
    question: Any = (
        select(Notice, Message.state)
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .where(col(Notice.deadline_id).in_([each.id for each in page]))
    )
    for notice, state in session.exec(question).all():
        fates = {
            "a message": notice.message_id is not None, "a task": notice.task_id is not None,
            "another rung": notice.merged_into != "", "a reason": notice.suppressed_because != "",
        }  # fmt: skip
        found[notice.deadline_id][notice.arming].append(
            _Note(
                notice.rung, notice.recipient_role, tuple(name for name, is_so in fates.items() if is_so),
                notice.merged_into, state,
            )
        )  # fmt: skip
    return found


def _faults_of(owed: _Owed) -> Iterator[LedgerFault]:
    book = rule_book(owed.board.key)
    ladder = book.ladders.get(owed.deadline.ladder)
    if ladder is None:
        yield owed.fault("its ladder is not in the configuration any more")
        return
    numbers = {arming.no for arming in owed.armings}
    if owed.deadline.arming not in numbers or set(owed.notes) - numbers:
        yield owed.fault("a date that was set for it is missing from the record")
    for arming in owed.armings:
        notes = owed.notes.get(arming.no, [])
        yield from _faults_of_rungs(owed, ladder, book, arming, notes)
        yield from _faults_of_notes(owed, notes)
    yield from _faults_of_plan(owed, ladder, book)


def _faults_of_rungs(
    owed: _Owed, ladder: Ladder, book: RuleBook, arming: Arming, notes: Sequence[_Note]
) -> Iterator[LedgerFault]:
    due = _reached(ladder, arming, book) if arming.looked_on else ()
    titles = {rung.key: rung.title for rung in ladder.rungs}
    noted = {(note.rung, note.role) for note in notes}
    for each in due:
        for role in each.rung.to or THE_OFFICE:
            if (each.rung.key, role) not in noted:
                yield owed.fault(f"“{each.rung.title}” was reached on {spoken(each.on)} and nothing came of it")
    wanted = {each.rung.key for each in due}
    for rung in {note.rung for note in notes} - wanted:
        if rung in titles:  # a rung that the board has since taken off its ladder cannot be judged
            yield owed.fault(f"“{titles[rung]}” was said although it had not been reached")


@lru_cache(maxsize=20_000)
def _reached_on(ladder: Ladder, armed_on: date, due_on: date, day: date, board_key: str) -> tuple[Reached, ...]:
    return tuple(reached(ladder, armed_on, due_on, day, rule_book(board_key).calendar))


def _reached(ladder: Ladder, arming: Arming, book: RuleBook) -> tuple[Reached, ...]:
    looked_on = arming.looked_on or arming.armed_on
    return _reached_on(ladder, arming.armed_on, arming.due_on, looked_on, book.board_key)


def _faults_of_notes(owed: _Owed, notes: Sequence[_Note]) -> Iterator[LedgerFault]:
    rungs = {note.rung for note in notes}
    for note in notes:
        if len(note.fates) != 1:
            yield owed.fault(f"a notice has {len(note.fates)} fates instead of one")
        if "a message" in note.fates and note.state is None:
            yield owed.fault("a notice points to a message that is not there")
        if note.state is MessageState.WITHDRAWN:
            yield owed.fault("a notice hangs on a message that was withdrawn, without a reason of its own")
        if note.merged_into and note.merged_into not in rungs:
            yield owed.fault("a notice was merged into a rung that was never said")


def _faults_of_plan(owed: _Owed, ladder: Ladder, book: RuleBook) -> Iterator[LedgerFault]:
    deadline = owed.deadline
    if deadline.state is not DeadlineState.OPEN:
        if deadline.next_rung_on is not None:
            yield owed.fault("it is not open any more and is still planned to be chased")
        return
    if deadline.standstill is not None:
        if deadline.next_rung_on is not None:
            yield owed.fault("its chasing stands still and it is still planned to be chased")
        return
    said = frozenset(note.rung for note in owed.notes.get(deadline.arming, []))
    ruled = next_rung_on(
        ladder, deadline.armed_on, deadline.working_target_on, said, book.calendar, deadline.held_until_on
    )
    if deadline.next_rung_on != ruled and not _put_off_by_a_day(owed, ruled):
        yield owed.fault(f"it is next looked at {_on(deadline.next_rung_on)}, and the rule says {_on(ruled)}")
    looked_on = _last_day_with_chasing(owed.board.processed_up_to_on, book)
    if looked_on and deadline.armed_on < looked_on and ruled and ruled <= looked_on:
        yield owed.fault(f"a rung was reached on {spoken(ruled)} and the morning round did not say it")


def _put_off_by_a_day(owed: _Owed, ruled: date | None) -> bool:
    """True where the round had to look at the deadline again on the next day."""
    looked_on = max((arming.looked_on for arming in owed.armings if arming.looked_on), default=None)
    if ruled is None or looked_on is None:
        return False
    return ruled <= looked_on and owed.deadline.next_rung_on == looked_on + ONE_DAY


def _last_day_with_chasing(day: date | None, book: RuleBook) -> date | None:
    while day is not None and is_quiet(day, book.calendar):
        day -= ONE_DAY
    return day


def _on(day: date | None) -> str:
    return f"on {spoken(day)}" if day else "never"


def _faults_of_messages(session: Session, process: Process | None) -> list[LedgerFault]:
    accepted = exists().where(col(Attempt.message_id) == col(Message.id), col(Attempt.accepted).is_(True))
    question: Any = (
        select(Process.ref, Message.state)
        .select_from(Message)
        .join(Process, col(Process.id) == col(Message.process_id), isouter=True)
        .where(
            ((col(Message.state) == MessageState.SENT) & (~accepted | col(Message.sent_at).is_(None)))
            | ((col(Message.state) == MessageState.SENDING) & col(Message.claim).is_(None))
            | ((col(Message.state) != MessageState.SENT) & accepted)
        )
    )
    if process is not None:
        question = question.where(Message.process_id == process.id)
    return [LedgerFault(ref or "", "", _what_is_wrong(state)) for ref, state in session.exec(question).all()]


def _what_is_wrong(state: MessageState) -> str:
    if state is MessageState.SENT:
        return "a message counts as sent, and no mail server is known to have accepted it"
    if state is MessageState.SENDING:
        return "a message is being sent by nobody"
    return "a message was accepted by the mail server and does not count as sent"
