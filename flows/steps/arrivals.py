"""The one way in which something owed is recorded as arrived, whatever door it came through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flows.steps import letters
from models.records.chasing import NotOpen, deadline_in, meet_deadline
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import agency_of
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.spoken_roles import spoken_role

Settled = Callable[[Session, Process, Deadline], None]
Follows = Callable[[Session, RuleBook, Process, Deadline], None]

_follows: dict[tuple[str, str], Follows] = {}  # (kind of process, kind of deadline) -> what an arrival brings about
_settled: list[Settled] = []  # what an arrival brings about whatever it is


@dataclass(frozen=True)
class Line:
    """One arrival in words, and whether it was still awaited."""

    words: str
    was_open: bool


def when_arrived(process_kinds: str | Sequence[str], deadline_kind: str) -> Callable[[Follows], Follows]:
    """The decorated function is called, in the same transaction, whenever such a thing has arrived."""

    def keep(follows: Follows) -> Follows:
        for kind in (process_kinds,) if isinstance(process_kinds, str) else process_kinds:
            _follows[kind, deadline_kind] = follows
        return follows

    return keep


def when_settled(follows: Settled) -> Settled:
    """The decorated function is called, in the same transaction, whenever anything has arrived or is waived."""
    _settled.append(follows)
    return follows


def settle(session: Session, process: Process, deadline: Deadline) -> None:
    """What hangs on to anything that is not owed any more is done."""
    for follows in _settled:
        follows(session, process, deadline)


def record_arrival(session: Session, book: RuleBook, process: Process, deadline: Deadline, came_on: date) -> Line:
    """What was owed has arrived: nobody is chased for it any more, the sender is thanked, and whoever had been
    told that it was late although it had come is told of the mistake.

    Something that is not open any more is left as it is.
    """
    agency = agency_of(session, deadline)
    words = f"{agency.name if agency else spoken_role(deadline.owner_role)}: {deadline.title}"
    try:
        met = meet_deadline(session, process, deadline, came_on)
    except NotOpen:
        return Line(words, was_open=False)
    letters.thank(session, process, deadline)
    letters.put_right(session, process, met)
    settle(session, process, deadline)
    follows = _follows.get((process.kind, deadline.kind))
    if follows:
        follows(session, book, process, deadline)
    return Line(words, was_open=True)


def record_slot(session: Session, book: RuleBook, process: Process, slot: str, came_on: date) -> None:
    """What was owed in that slot has arrived; one that was settled before, or never owed, is left alone."""
    deadline = _open_in(session, process, slot)
    if deadline is not None:
        record_arrival(session, book, process, deadline, came_on)


def meet_slot(session: Session, process: Process, slot: str, came_on: date) -> None:
    """As `record_slot`, for what a decision itself brings: nobody is thanked, and what hangs on to it is not done."""
    deadline = _open_in(session, process, slot)
    if deadline is not None:
        letters.put_right(session, process, meet_deadline(session, process, deadline, came_on))


def _open_in(session: Session, process: Process, slot: str) -> Deadline | None:
    deadline = deadline_in(session, process, slot)
    return deadline if deadline is not None and deadline.state is DeadlineState.OPEN else None
