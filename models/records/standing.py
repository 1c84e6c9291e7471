"""How each thing owed to a process stands today, in words and colour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, and_, col, func, select

from models.records.boards import Agency
from models.records.chasing import deadlines_of
from models.records.deadlines import CallNote, CallOutcome, Deadline, DeadlineState, Standstill
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.rag import WORDS, Rag, rag
from models.rules.spoken import spoken
from models.rules.working_days import working_days_between

STANDS_STILL = {
    Standstill.EXTENSION: "more time is asked for, not chased until that is decided",
    Standstill.PAUSE: "its clock stands still",
}
AT_RISK = {
    CallOutcome.AT_RISK: "said to be at risk",
    CallOutcome.CANNOT: "said that it cannot be met",
}


@dataclass(frozen=True)
class Standing:
    """One thing owed: by whom, by when, and how it stands."""

    slot: str
    kind: str
    title: str
    owner: str  # the agency, or the role within the board in plain words
    due_on: date
    rag: Rag
    words: str  # "Overdue, 3 working days"
    is_open: bool
    explanation: str
    source: str
    mark: str

    @property
    def label(self) -> str:
        """The thing as one line of a form, "Police: name of the agency's author (due …)"."""
        return f"{self.owner}: {self.title} (due {spoken(self.due_on)}, {self.words.lower()})"


def standings(
    session: Session, book: RuleBook, process: Process, today: date, known: Sequence[Deadline] | None = None
) -> list[Standing]:  # fmt: skip
    """Everything that is or was owed to the process, by date; `known` when it was looked up before."""
    agencies = {
        agency.id: agency.name
        for agency in session.exec(select(Agency).where(Agency.board_id == process.board_id)).all()
    }
    deadlines = deadlines_of(session, process) if known is None else known
    ids = [each.id or 0 for each in deadlines]
    promised, said = promises_of(session, ids), last_words(session, ids)
    return [
        _standing(
            each,
            agencies.get(each.agency_id, ""),
            book,
            today,
            promised.get(each.id or 0),
            said.get(each.id or 0),
            book.who_decides(process.guidance).role,
        )
        for each in deadlines
    ]


def colour_of(
    deadline: Deadline, book: RuleBook, on: date, promised_on: date | None, *, is_on_track: bool = False
) -> Rag:
    """The one colour of the thing on that day, wherever it is shown; grey when it was given up.

    It goes by the working day that people are shown. A promise whose day is not past is a note of progress, and so
    is the word that it is on track.
    """
    if deadline.state not in (DeadlineState.OPEN, DeadlineState.MET):
        return Rag.GREY
    return rag(
        deadline.working_target_on, on, deadline.met_on, deadline.opened_on, extended=deadline.extensions > 0,
        progress_noted=is_on_track or (promised_on is not None and promised_on >= on), started=True,
        calendar=book.calendar,
    )  # fmt: skip


def on_track(session: Session, deadline_ids: Collection[int]) -> set[int]:
    """Those of which the last word, since their date was set, was "on track"."""
    return {each for each, word in last_words(session, deadline_ids).items() if word is CallOutcome.ON_TRACK}


def last_words(session: Session, deadline_ids: Collection[int]) -> dict[int, CallOutcome]:
    """What was heard last about each since its date was set; only those of which anything was heard."""
    newest = (
        select(func.max(CallNote.id))
        .join(Deadline, and_(col(Deadline.id) == CallNote.deadline_id, col(Deadline.arming) == CallNote.arming))
        .where(col(CallNote.deadline_id).in_(deadline_ids)).group_by(col(CallNote.deadline_id))
    )  # fmt: skip
    question: Any = select(col(CallNote.deadline_id), col(CallNote.outcome)).where(col(CallNote.id).in_(newest))
    return dict(session.exec(question).all())


def promises_of(session: Session, deadline_ids: Collection[int]) -> dict[int, date | None]:
    """For which day each was promised last by telephone, since its date was set; only those that were."""
    question: Any = (
        select(col(CallNote.deadline_id), col(CallNote.promised_on))
        .join(Deadline, and_(col(Deadline.id) == CallNote.deadline_id, col(Deadline.arming) == CallNote.arming))
        .where(col(CallNote.deadline_id).in_(deadline_ids), CallNote.outcome == CallOutcome.PROMISE)
        .order_by(col(CallNote.id))
    )
    return dict(session.exec(question).all())


def _standing(
    deadline: Deadline, agency_name: str, book: RuleBook, today: date, promised_on: date | None,
    said: CallOutcome | None, role_words: Callable[[str], str],
) -> Standing:  # fmt: skip
    colour = colour_of(deadline, book, today, promised_on, is_on_track=said is CallOutcome.ON_TRACK)
    words = _words(deadline, colour, book, today, promised_on)
    at_risk = said in AT_RISK and deadline.state is DeadlineState.OPEN
    owner = agency_name or role_words(deadline.owner_role)
    return Standing(
        deadline.slot, deadline.kind, deadline.title, owner[:1].upper() + owner[1:],
        deadline.working_target_on, colour, f"{words}, {AT_RISK[said]}" if said and at_risk else words,
        deadline.state is DeadlineState.OPEN, deadline.explanation, deadline.source, deadline.mark,
    )  # fmt: skip


def _words(deadline: Deadline, colour: Rag, book: RuleBook, today: date, promised_on: date | None) -> str:
    if deadline.state is DeadlineState.MET and deadline.met_on is not None:
        return f"Done on {spoken(deadline.met_on)}"
    if deadline.state is not DeadlineState.OPEN:
        return "Given up" if deadline.state is DeadlineState.WAIVED else "Not needed any more"
    if deadline.standstill is not None:
        return f"{WORDS[colour]}, {STANDS_STILL[deadline.standstill]}"
    days = working_days_between(deadline.working_target_on, today, book.calendar)
    if colour is Rag.RED:
        return f"{WORDS[colour]}, {days} working day{'' if days == 1 else 's'}" if days else WORDS[colour]
    if promised_on is not None and deadline.held_until_on is not None and deadline.held_until_on >= today:
        return f"{WORDS[colour]}, promised, not chased until {spoken(deadline.held_until_on)}"
    return WORDS[colour]
