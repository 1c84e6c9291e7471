"""Letters to chief officers about actions, and proposals for the risk register, with what has happened since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from config import clock
from models.records.action_lists import WORD, Place, no_mail, of_action, place_of, plans
from models.records.boards import Agency
from models.records.deadlines import Deadline
from models.records.history import History
from models.records.messages import Message, MessageState, Notice, Task, TaskKind
from models.records.processes import Process

CHIEF_OFFICER = "chief_officer"
MOVED, NEW_DAY, HANDED_ON, RELEASED = "action moved", "deadline moved", "action handed on", "message released"


class Deed(StrEnum):
    """What can happen to an action after somebody was told of it."""

    WORD = "word"
    MOVED = "moved"
    NEW_DAY = "new-day"
    HANDED_ON = "handed-on"


@dataclass(frozen=True)
class Event:
    """Something that happened to an action; `what` is the outcome, the state or the new day, as the record keeps it."""

    deed: Deed
    at: datetime
    on: date
    what: str


@dataclass(frozen=True)
class ChiefLetter:
    """One letter to a chief officer, or the telephone call in its place; one that has not gone has no day."""

    reached_on: date
    agency: str
    places: tuple[Place, ...]
    state: MessageState | None  # None for a task to telephone
    released_at: datetime | None
    released_by: str  # the capacity
    sent_at: datetime | None
    how: str  # how its answer begins where it was no mail
    why_withdrawn: str


@dataclass(frozen=True)
class Proposal:
    """One action that the ladder proposes for the Board's risk register."""

    place: Place
    on: date
    at: datetime
    seen_to_on: date | None  # the day on which the office ticked it off, or on which it was settled


def letters_to_chief_officers(session: Session, board_id: int, process: Process | None = None) -> list[ChiefLetter]:
    """Every such letter about an action of the board, or of one plan, under whichever of its dates, oldest first."""
    mine = plans(board_id, process)
    question: Any = (
        select(Notice, Deadline.process_id, Deadline.slot, Message, Agency.name)  # type: ignore[call-overload]
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .join(Agency, col(Agency.id) == col(Deadline.agency_id), isouter=True)
        .where(
            col(Deadline.process_id).in_(mine), of_action(("action",)), Notice.recipient_role == CHIEF_OFFICER,
            col(Notice.message_id).is_not(None) | col(Notice.task_id).is_not(None),
        )
        .order_by(col(Notice.said_on), col(Notice.id))
    )  # fmt: skip
    grouped: dict[tuple[str, int | None], list[Any]] = defaultdict(list)
    for row in session.exec(question).all():
        carrier = ("message", row[0].message_id) if row[3] is not None else ("task", row[0].task_id)
        grouped[carrier].append(row)
    released = _released(session, mine)
    return [_letter(rows, released) for rows in grouped.values()]


def register_proposals(session: Session, board_id: int, process: Process | None = None) -> list[Proposal]:
    """Every proposal for the risk register about an action, oldest first; each action once for each entry."""
    question: Any = (
        select(Notice.said_on, Deadline.process_id, Deadline.slot, Task.opened_at, Task.done_at)  # type: ignore[call-overload]
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .join(Task, col(Task.id) == col(Notice.task_id))
        .where(
            col(Deadline.process_id).in_(plans(board_id, process)), of_action(("action",)),
            Task.kind == TaskKind.REGISTER_ENTRY,
        )
        .order_by(col(Notice.said_on), col(Notice.id))
    )  # fmt: skip
    return [
        Proposal(place_of(process_id, slot)[1], on, at, clock.local(done_at).date() if done_at else None)
        for on, process_id, slot, at, done_at in session.exec(question).all()
    ]


def events_of(session: Session, places: Sequence[Place]) -> Mapping[Place, Sequence[Event]]:
    """What happened to each of the actions, oldest first: words, where it came to stand, new days, new owners."""
    question = select(History).where(
        col(History.process_id).in_({process_id for process_id, _ in places}),
        col(History.deed).in_((WORD, MOVED, NEW_DAY, HANDED_ON)),
    )  # fmt: skip
    wanted, found = set(places), defaultdict[Place, list[Event]](list)
    for row in session.exec(question.order_by(col(History.id))).all():
        place = _place(row)
        if place in wanted:
            found[place].append(_event(row))
    return found


def _letter(rows: Sequence[Any], released: Mapping[int, datetime]) -> ChiefLetter:
    notice, _, _, message, agency = rows[0]
    places = tuple(dict.fromkeys(place_of(process_id, slot)[1] for _, process_id, slot, _, _ in rows))
    if message is None:
        return ChiefLetter(notice.said_on, agency or "", places, None, None, "", None, "", "")
    return ChiefLetter(
        notice.said_on, agency or "", places, message.state, released.get(message.id), message.released_by,
        message.sent_at, no_mail(message.reply), message.why_withdrawn,
    )  # fmt: skip


def _released(session: Session, mine: Any) -> Mapping[int, datetime]:
    question = select(History).where(col(History.process_id).in_(mine), History.deed == RELEASED)
    return {row.facts.get("message", 0): row.at for row in session.exec(question.order_by(col(History.id))).all()}


def _place(row: History) -> Place:
    if row.deed != NEW_DAY:
        return (row.process_id, int(row.facts["number"]))
    kind, place = place_of(row.process_id, str(row.facts["slot"]))
    return place if kind == "action" else (row.process_id, 0)


def _event(row: History) -> Event:
    day = row.facts.get("on")
    on = date.fromisoformat(day) if day else clock.local(row.at).date()
    deed, name = {
        WORD: (Deed.WORD, "outcome"), MOVED: (Deed.MOVED, "to"), NEW_DAY: (Deed.NEW_DAY, "to"),
        HANDED_ON: (Deed.HANDED_ON, "agency"),
    }[row.deed]  # fmt: skip
    return Event(deed, row.at, on, str(row.facts.get(name, "")))
