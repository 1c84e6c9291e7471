"""What a morning round takes up: deadlines that have reached a rung not yet said, some hundreds at a time.

One index finds them, so that the cost grows with what is due and not with what is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, insert
from sqlmodel import Session, col, select, update

from config import clock
from models.records.boards import Board, Contact, agencies_of
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.heard import Heard, heard_of
from models.records.history import write_history
from models.records.kept import kept
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice
from models.records.people import People, people_of
from models.records.processes import Process, locked_processes
from models.records.rounds import Round
from models.records.standing import on_track
from models.records.tasks import end_tasks_of_filled_roles
from models.rulebook import RuleBook
from models.rules.ladders import Reached, next_rung_on

BATCH_SIZE = 500
GOES_ON = "goes_on"  # among the facts of a notice: not before that day
NOT_TOLD = (MessageState.HELD, MessageState.FAILED, MessageState.WITHDRAWN)
ONE_DAY = timedelta(days=1)


# asked so often that putting the question together would take longer than its answer
_DUE_AT_ALL = select(Deadline.id, Deadline.process_id).where(
    Deadline.board_id == bindparam("board_id"), col(Deadline.next_rung_on) <= bindparam("day")
)
_DUE, _DUE_LIMITS = (
    each.order_by(col(Deadline.next_rung_on), col(Deadline.id)).limit(bindparam("size", type_=Integer))
    for each in (
        _DUE_AT_ALL, _DUE_AT_ALL.where(col(Deadline.is_limit).is_(True), col(Deadline.mark).not_like("S:%"))
    )
)  # fmt: skip
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STILL_DUE = locking(
    select(Deadline)
    .where(
        col(Deadline.id).in_(_IDS), col(Deadline.next_rung_on) <= bindparam("day"),
        Deadline.state == DeadlineState.OPEN,
    )
    .order_by(col(Deadline.id))
)  # fmt: skip
_BOARDS = select(Board).order_by(col(Board.id))
_BOARD = _BOARDS.where(Board.key == bindparam("key"))
_PROCESSED = (
    update(Board)
    .where(
        col(Board.id) == bindparam("of_board"),
        col(Board.processed_up_to_on).is_(None) | (col(Board.processed_up_to_on) < bindparam("day")),
    )
    .values(processed_up_to_on=bindparam("day"))
)
_SAID: Any = (
    select(Notice.deadline_id, Notice.rung, Notice.is_late, Notice.contact_id, Message.state)  # type: ignore[call-overload]
    .join(Deadline, (col(Deadline.id) == Notice.deadline_id) & (col(Deadline.arming) == Notice.arming))
    .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
    .where(col(Notice.deadline_id).in_(_IDS))
)
_LOOKED = (
    update(Arming.__table__)  # type: ignore[attr-defined]
    .where(col(Arming.deadline_id) == bindparam("of_deadline"), col(Arming.no) == bindparam("of_no"))
    .values(looked_on=bindparam("day"))
)


@dataclass
class Due:
    """One deadline that has reached a rung, and what was said of it since its date was set."""

    deadline: Deadline
    process: Process
    said: set[str]  # rungs
    told: set[int]  # contacts that know that it is late
    at_risk: bool = False  # the last word about it was not "on track", or nobody has said a word
    heard: Heard = field(default_factory=Heard)  # of this lateness, before its ladder began afresh

    @property
    def deadline_id(self) -> int:
        """The number of the deadline in the record."""
        return self.deadline.id or 0

    @property
    def is_national_limit(self) -> bool:
        """True for an outer limit that the board's framework, or the board itself, has not set.

        It is said on quiet days too.
        """
        return self.deadline.is_limit and not self.deadline.mark.startswith(("S:", "B"))


@dataclass
class Call:
    """One telephone call that the office is asked for, about everything that one person is told of a review."""

    about: dict[int, Due] = field(default_factory=dict)  # by the number of the deadline
    task_id: int | None = None


@dataclass
class Batch:
    """Some deadlines that are looked after in one transaction, and the notices that come of it."""

    session: Session
    book: RuleBook
    board_id: int
    day: date
    people: People
    items: Sequence[Due]
    is_last: bool  # there was nothing besides
    notices: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[tuple[int, str], Call] = field(default_factory=dict)  # by process and person

    def contact(self, contact_id: int) -> Contact:
        """The contact, read once in the batch."""
        return kept(self.session, Contact, contact_id)

    def note(self, item: Due, reached: Reached, asked_role: str, **fate: Any) -> None:
        """The rung counts as said to that role; `fate` holds one of the four fates that a notice can have."""
        row = {
            "deadline_id": item.deadline_id, "arming": item.deadline.arming, "rung": reached.rung.key,
            "recipient_role": asked_role, "contact_id": None, "reached_on": reached.on, "said_on": self.day,
            "is_late": reached.rung.is_after_due, "facts": _later(reached, self.day), "message_id": None,
            "task_id": None, "merged_into": "", "suppressed_because": "",
        }  # fmt: skip
        self.notices.append(row | fate)
        item.said.add(reached.rung.key)


def _later(reached: Reached, day: date) -> dict[str, Any]:
    """The day on which it goes, where that is to come."""
    return {GOES_ON: reached.goes_on.isoformat()} if reached.goes_on > day else {}


def take_batch(
    session: Session,
    book: RuleBook,
    board_id: int,
    day: date,
    *,
    only_national_limits: bool,
    size: int = BATCH_SIZE,
) -> Batch | None:
    """The next deadlines of the board that have something to say, theirs and their processes' rows locked.

    None when there are no more.
    """
    found = _due_ids(session, board_id, day, size, only_national_limits=only_national_limits)
    if not found:
        return None
    processes = _locked_processes(session, sorted({process_id for _, process_id in found}))
    deadlines = _locked_deadlines(session, [deadline_id for deadline_id, _ in found], day)
    people = people_of(session, board_id, processes, day)
    said, told = _said_of(session, [row.id or 0 for row in deadlines], people)
    fine, heard = on_track(session, [row.id or 0 for row in deadlines]), heard_of(session, deadlines, people)
    items = []
    for row in deadlines:
        item = Due(row, processes[row.process_id], said[row.id or 0], told[row.id or 0], row.id not in fine)
        item.heard = heard.get(item.deadline_id, item.heard)
        item.told |= item.heard.anybody
        items.append(item)
    agencies_of(session, board_id)  # so that they are not read one by one
    return Batch(session, book, board_id, day, people, items, is_last=len(found) < size)


def keep_batch(batch: Batch) -> None:
    """The batch's notices are in the record, its ladders planned on, and the histories tell of it."""
    if batch.notices:
        batch.session.flush()
        batch.session.connection().execute(insert(Notice), batch.notices)
    _mark_armings(batch)
    for item in batch.items:
        item.deadline.next_rung_on = _planned(batch, item)
        batch.session.add(item.deadline)
    _write_histories(batch)
    batch.session.flush()


def boards_by_key(session: Session, key: str | None = None) -> Sequence[Board]:
    """All boards, or the one of that key, in order of their numbers."""
    return session.exec(_BOARDS if key is None else _BOARD, params={} if key is None else {"key": key}).all()


def mark_processed(session: Session, board_id: int, day: date) -> None:
    """The board's rounds have seen `day` to the end; a later mark stays. Roles that are filled again are no task."""
    end_tasks_of_filled_roles(session, board_id)
    session.flush()
    session.connection().execute(_PROCESSED, {"of_board": board_id, "day": day})


def give_up_round(session: Session, ours: Round) -> None:
    """The round failed and no longer stands in the way of the next one."""
    session.exec(
        update(Round)
        .where(col(Round.id) == ours.id, col(Round.ended_at).is_(None), col(Round.given_up_at).is_(None))
        .values(given_up_at=clock.now())
    )


def rounds_for(session: Session, kind: str, day: date) -> Sequence[Round]:
    """The rounds of that kind for that day, oldest first, also those that were given up."""
    question = select(Round).where(Round.kind == kind, Round.for_on == day)
    return session.exec(question.order_by(col(Round.id))).all()


def _due_ids(
    session: Session, board_id: int, day: date, size: int, *, only_national_limits: bool
) -> Sequence[tuple[int, int]]:
    question = _DUE_LIMITS if only_national_limits else _DUE
    rows = session.exec(question, params={"board_id": board_id, "day": day, "size": size}).all()
    return [(row[0] or 0, row[1]) for row in rows]


def _locked_processes(session: Session, ids: Sequence[int]) -> dict[int, Process]:
    return {row.id or 0: row for row in locked_processes(session, ids)}


def _locked_deadlines(session: Session, ids: Sequence[int], day: date) -> Sequence[Deadline]:
    """Those of the deadlines that were not met or moved while we waited for the lock."""
    return session.exec(_STILL_DUE, params={"ids": [*ids], "day": day}).all()


def _said_of(session: Session, ids: Collection[int], people: People) -> tuple[dict[int, set[str]], dict[int, set[int]]]:
    said: dict[int, set[str]] = defaultdict(set)
    told: dict[int, set[int]] = defaultdict(set)
    for deadline_id, rung, is_late, contact_id, state in session.exec(_SAID, params={"ids": [*ids]}).all():
        said[deadline_id].add(rung)
        was_sent = state is not None and state not in NOT_TOLD
        if is_late and was_sent and contact_id is not None and people.is_reachable(contact_id):
            told[deadline_id] |= people.same_person(contact_id)
    return said, told


def _mark_armings(batch: Batch) -> None:
    if not batch.items:
        return
    rows = [
        {"of_deadline": item.deadline_id, "of_no": item.deadline.arming, "day": batch.day} for item in batch.items
    ]  # fmt: skip
    batch.session.connection().execute(_LOOKED, rows)


def _planned(batch: Batch, item: Due) -> date | None:
    deadline = item.deadline
    ladder = batch.book.ladders.get(deadline.ladder)
    if ladder is None:
        return batch.day + ONE_DAY
    planned = next_rung_on(
        ladder,
        deadline.armed_on,
        deadline.working_target_on,
        item.said,
        batch.book.calendar,
        deadline.held_until_on,
    )
    return None if planned is None else max(planned, batch.day + ONE_DAY)


def _write_histories(batch: Batch) -> None:
    slots = {item.deadline_id: item.deadline.slot for item in batch.items}
    process_of = {item.deadline_id: item.process for item in batch.items}
    rungs: dict[int, dict[str, list[str]]] = defaultdict(dict)
    for notice in batch.notices:
        of_slot = rungs[process_of[notice["deadline_id"]].id or 0].setdefault(slots[notice["deadline_id"]], [])
        if notice["rung"] not in of_slot:
            of_slot.append(notice["rung"])
    processes = {process.id or 0: process for process in process_of.values()}
    for process_id in sorted(rungs):
        write_history(
            batch.session, processes[process_id], "rungs said", {"day": batch.day, "rungs": rungs[process_id]}
        )
