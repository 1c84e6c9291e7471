"""All actions of a board or of one plan as papers list them: where each stands, how late, what was heard and said.

A handful of statements, whatever the number of actions; no text that a person typed but titles, which are approved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from config import clock
from models.records.actions import Action
from models.records.boards import Agency, Contact
from models.records.deadlines import CallNote, CallOutcome, Deadline, DeadlineState, Standstill
from models.records.history import History
from models.records.messages import Message, MessageState, Notice, Task, TaskKind
from models.records.processes import Process
from models.records.said import TO_FOLDER, TRIAL
from models.records.today import Step, step_words
from models.rulebook import RuleBook
from models.rules.action_figures import days_late
from models.rules.actions import ENDED, NOT_YET, ActionState
from models.rules.spoken_roles import spoken_role

KIND = "action-plan"
WORD = "word on action"
BY_TASK = "task"  # somebody is to be told by the office
SLOTS = ("action", "accepted", "evidence", "closure")
BEYOND = frozenset({"chief_officer", "board"})  # whoever is told of lateness after the committee

Place = tuple[int, int]  # the number of a plan in the record, and that of an action in the plan


@dataclass(frozen=True)
class Word:
    """What an owner said last; `seq` is the entry of the journal that the typed words belong to, 0 for a call."""

    outcome: CallOutcome
    on: date
    at: datetime
    seq: int = 0


@dataclass(frozen=True)
class Said:
    """One rung that was said, in the words of its ladder; `on` is None for what has not gone."""

    words: str
    role: str  # whom it is for, as the ladder asks
    on: date | None
    is_late: bool
    how: str = ""  # BY_TASK, or how its answer begins where it was no mail


@dataclass(frozen=True)
class Owing:
    """What is or was owed about an action in one slot of its plan."""

    id: int
    is_open: bool
    due_on: date
    met_on: date | None
    extensions: int
    standstill: Standstill | None
    ladder: str


@dataclass(frozen=True)
class Listed:
    """One action, and all that a paper says of it without typed words."""

    action: Action
    ref: str
    word: str
    parent_kind: str  # "" where the plan began by itself
    parent_ref: str
    agency_key: str
    agency: str
    has_owner: bool
    plan_is_open: bool
    days_late: int  # working days
    is_late: bool
    owed: Mapping[str, Owing] = field(default_factory=dict)  # by the beginning of the slot
    heard: Word | None = None
    said: Sequence[Said] = ()  # since the date was set that holds

    @property
    def place(self) -> Place:
        """Where among the actions of all plans it is found."""
        return (self.action.process_id, self.action.number)

    @property
    def spoken_ref(self) -> str:
        """The reference of the plan as people say it."""
        return f"{self.ref} {self.word}".strip()

    @property
    def state(self) -> ActionState:
        """Where it stands."""
        return self.action.state

    @property
    def is_open(self) -> bool:
        """True for an action that is approved and has not come to an end."""
        return self.state not in ENDED | NOT_YET

    @property
    def holds_on(self) -> date:
        """The day by which it is due as it holds now."""
        doing = self.owed.get("action")
        return doing.due_on if doing else self.action.due_on

    @property
    def extensions(self) -> int:
        """How often another day was set."""
        doing = self.owed.get("action")
        return doing.extensions if doing else 0

    @property
    def waits_for_more_time(self) -> bool:
        """True while more time is asked for and nobody has decided."""
        doing = self.owed.get("action")
        return doing is not None and doing.is_open and doing.standstill is Standstill.EXTENSION

    @property
    def is_beyond_committee(self) -> bool:
        """True when somebody beyond the monitoring committee was told, or is about to be."""
        return any(each.is_late and each.role in BEYOND for each in self.said)

    def due(self, kind: str) -> date | None:
        """By when that is owed about it; None where it is not owed at present."""
        owing = self.owed.get(kind)
        return owing.due_on if owing and owing.is_open else None

    def came(self, kind: str) -> date | None:
        """When that came about it; None where it has not."""
        owing = self.owed.get(kind)
        return owing.met_on if owing else None


def listed_actions(
    session: Session, book: RuleBook, board_id: int, day: date, process: Process | None = None, *, said: bool = True
) -> list[Listed]:  # fmt: skip
    """The board's actions, or those of one plan, by plan and number; without `said` nothing of what was said."""
    mine = plans(board_id, process)
    owing = _owing(session, mine)
    heard = _heard(session, mine, owing)
    told = _said(session, book, mine, owing) if said else {}
    parent = aliased(Process)
    question: Any = (
        select(  # type: ignore[call-overload]
            Action, Process.ref, Process.word, Process.closed_at, parent.kind, parent.ref, Agency.key, Agency.name,
            col(Contact.id).is_not(None),
        )
        .join(Process, col(Process.id) == col(Action.process_id))
        .join(parent, parent.id == Process.parent_id, isouter=True)
        .join(Agency, col(Agency.id) == col(Action.agency_id))
        .join(Contact, and_(col(Contact.id) == col(Action.owner_id), col(Contact.to_on).is_(None)), isouter=True)
        .where(col(Action.process_id).in_(mine)).order_by(col(Action.process_id), col(Action.number))
    )  # fmt: skip
    found = []
    for action, ref, word, closed_at, kind, of, key, agency, has_owner in session.exec(question).all():
        place = (action.process_id, action.number)
        owed = owing.get(place, {})
        doing = owed.get("action")
        is_late = doing is not None and doing.is_open and doing.due_on < day
        late = days_late(doing.due_on, day, book.calendar) if doing is not None and is_late else 0
        found.append(
            Listed(
                action, ref, word, kind or "", of or "", key, agency, bool(has_owner), closed_at is None, late,
                is_late, owed, heard.get(place), told.get(place, ()),
            )
        )  # fmt: skip
    return found


def plans(board_id: int, process: Process | None = None) -> Any:
    """The numbers of the board's plans, or of the one, as a part of other questions."""
    mine = select(Process.id).where(Process.board_id == board_id, Process.kind == KIND)
    return mine if process is None else mine.where(Process.id == process.id)


def of_action(kinds: Sequence[str] = SLOTS) -> ColumnElement[bool]:
    """True for what is owed about single actions, of those kinds."""
    return or_(*(col(Deadline.slot).startswith(f"{each}:") for each in kinds))


def place_of(process_id: int, slot: str) -> tuple[str, Place]:
    """The beginning of a slot, and the action that it is about."""
    kind, _, rest = slot.partition(":")
    number = rest.partition(":")[0]
    return kind, (process_id, int(number) if number.isdigit() else 0)


def _owing(session: Session, mine: Any) -> dict[Place, dict[str, Owing]]:
    question: Any = select(  # type: ignore[call-overload]
        Deadline.process_id, Deadline.slot, Deadline.id, Deadline.state, Deadline.working_target_on, Deadline.met_on,
        Deadline.extensions, Deadline.standstill, Deadline.ladder,
    ).where(col(Deadline.process_id).in_(mine), of_action())  # fmt: skip
    found: dict[Place, dict[str, Owing]] = defaultdict(dict)
    for process_id, slot, number, state, due_on, met_on, extensions, standstill, ladder in session.exec(question).all():
        kind, place = place_of(process_id, slot)
        is_open = state is DeadlineState.OPEN
        found[place][kind] = Owing(number, is_open, due_on, met_on, extensions, standstill, ladder)
    return found


def _heard(session: Session, mine: Any, owing: Mapping[Place, Mapping[str, Owing]]) -> dict[Place, Word]:
    """What was heard last of each: a word, or a note of a call; a word writes both, and its typed text counts."""
    found: dict[Place, Word] = {}
    calls: Any = (
        select(CallNote.deadline_id, CallNote.outcome, CallNote.called_on, CallNote.noted_at)  # type: ignore[call-overload]
        .join(Deadline, col(Deadline.id) == col(CallNote.deadline_id))
        .where(col(Deadline.process_id).in_(mine), of_action(("action",))).order_by(col(CallNote.id))
    )  # fmt: skip
    places = {owed["action"].id: place for place, owed in owing.items() if "action" in owed}
    for deadline_id, outcome, on, at in session.exec(calls).all():
        found[places[deadline_id]] = Word(outcome, on, at)
    for place, word in words_in(session, mine):
        if place not in found or found[place].at <= word.at:
            found[place] = word
    return found


def words_in(session: Session, mine: Any) -> Iterator[tuple[Place, Word]]:
    """Every word of an owner in these plans, oldest first."""
    question: Any = (
        select(History.process_id, History.seq, History.at, History.facts)
        .where(col(History.process_id).in_(mine), History.deed == WORD).order_by(col(History.id))
    )  # fmt: skip
    for process_id, seq, at, facts in session.exec(question).all():
        on = date.fromisoformat(facts["on"])
        yield (process_id, int(facts["number"])), Word(CallOutcome(facts["outcome"]), on, at, seq)


def no_mail(reply: str) -> str:
    """How the answer to a message begins that did not go by mail; "" for one that did."""
    return next((each for each in (TO_FOLDER, TRIAL) if reply.startswith(each)), "")


def _said(
    session: Session, book: RuleBook, mine: Any, owing: Mapping[Place, Mapping[str, Owing]]
) -> dict[Place, list[Said]]:  # fmt: skip
    """What was said of each that is still owed since its date was set, oldest first."""
    question: Any = (
        select(  # type: ignore[call-overload]
            Notice.deadline_id, Notice.rung, Notice.recipient_role, Notice.said_on, Notice.is_late,
            Message.state, Message.sent_at, Message.reply, Task.kind,
        )
        .join(Deadline, and_(col(Deadline.id) == Notice.deadline_id, col(Deadline.arming) == Notice.arming))
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .join(Task, col(Task.id) == col(Notice.task_id), isouter=True)
        .where(
            col(Deadline.process_id).in_(mine), of_action(("action",)), Deadline.state == DeadlineState.OPEN,
            col(Notice.message_id).is_not(None) | col(Notice.task_id).is_not(None),
        )
        .order_by(col(Notice.said_on), col(Notice.id))
    )  # fmt: skip
    places = {owed["action"].id: (place, owed["action"].ladder) for place, owed in owing.items() if "action" in owed}
    found: dict[Place, list[Said]] = defaultdict(list)
    for deadline_id, rung, role, said_on, is_late, state, sent_at, reply, task in session.exec(question).all():
        if state is MessageState.WITHDRAWN:
            continue
        place, ladder = places[deadline_id]
        words = step_words(book, ladder, Step(rung, state)) or f"told the {spoken_role(role)}"
        how = BY_TASK if task is TaskKind.TASK else no_mail(reply or "")
        gone_on = said_on if task is not None else clock.local(sent_at).date() if sent_at else None
        found[place].append(Said(words, role, gone_on, is_late, how))
    return found
