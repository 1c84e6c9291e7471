"""How each thing owed to a process stands today, in words and colour."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, and_, col, select

from models.records.boards import agencies_of
from models.records.chasing import deadlines_of
from models.records.deadlines import CallNote, CallOutcome, Deadline, DeadlineState, Standstill
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.processes import KINDS
from models.rules.rag import WORDS, Rag, rag
from models.rules.spoken import spoken
from models.rules.working_days import working_days_between

STANDS_STILL = {
    Standstill.EXTENSION: "more time is asked for, not chased until that is decided",
    Standstill.PAUSE: "its clock stands still",
    Standstill.PUBLICATION: "held, nothing may be published at present",
}
ALL_IS_WELL = (WORDS[Rag.GREEN], WORDS[Rag.GREY])  # until the limit is asked
AT_RISK = {
    CallOutcome.AT_RISK: "said to be at risk",
    CallOutcome.CANNOT: "said that it cannot be met",
}


# asked so often that putting the question together would take longer than its answer
_HEARD: Any = (
    select(col(CallNote.deadline_id), col(CallNote.outcome), col(CallNote.promised_on))
    .join(Deadline, and_(col(Deadline.id) == CallNote.deadline_id, col(Deadline.arming) == CallNote.arming))
    .where(col(CallNote.deadline_id).in_(bindparam("deadline_ids", expanding=True)))
    .order_by(col(CallNote.id))
)
_LIMITS: Any = select(Process.kind, Deadline).where(
    col(Deadline.process_id).in_(bindparam("process_ids", expanding=True)), Deadline.process_id == Process.id,
    col(Deadline.is_limit).is_(True), Deadline.state == DeadlineState.OPEN,
)  # fmt: skip


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
    agencies = {agency.id: agency.name for agency in agencies_of(session, process.board_id)}
    deadlines = deadlines_of(session, process) if known is None else known
    ids = [each.id or 0 for each in deadlines]
    promised, said = _heard(session, ids)
    late_for = after_their_limit(session, book, deadlines)
    return [
        _standing(
            each,
            agencies.get(each.agency_id, ""),
            book,
            today,
            promised.get(each.id or 0),
            said.get(each.id or 0),
            late_for.get(each.id or 0),
            book.who_decides(process.guidance).role,
        )
        for each in deadlines
    ]


def after_their_limit(session: Session, book: RuleBook, deadlines: Collection[Deadline]) -> dict[int, date]:
    """What is due after the limit by which it must be done, by number, with the day of that limit.

    By the limit of a review its report must be approved, and published where the board counts it complete only then.
    Source: BD-50; that it warns in its own line, D (default, to be confirmed by the board).
    """
    by_setting = book.board.row.switches.completed_means.replace("-", "_")
    must_be_done = {by_setting, *(name for kind in KINDS.values() for name in (kind.approved_by, kind.completed_by))}
    asked = [each for each in deadlines if each.kind in must_be_done and each.state is DeadlineState.OPEN]
    if not asked:
        return {}
    rows = session.exec(_LIMITS, params={"process_ids": [*{each.process_id for each in asked}]}).all()
    kinds = {limit.process_id: KINDS[kind] for kind, limit in rows}
    limits = {limit.process_id: limit.working_target_on for kind, limit in rows if limit.slot == KINDS[kind].limit}
    return {
        each.id or 0: limits[each.process_id]
        for each in asked
        if each.process_id in limits
        and each.working_target_on > limits[each.process_id]
        and each.kind in (kinds[each.process_id].approved_by, kinds[each.process_id].completed_by or by_setting)
    }


def colour_of(
    deadline: Deadline, book: RuleBook, on: date, promised_on: date | None, *, is_on_track: bool = False,
    limit_on: date | None = None,
) -> Rag:  # fmt: skip
    """The one colour of the thing on that day, wherever it is shown; grey when it was given up.

    What is due after the limit by which it must be done is amber at least; `limit_on` is that limit.

    It goes by the working day that people are shown. A promise whose day is not past is a note of progress, and so
    is the word that it is on track.
    """
    if deadline.state not in (DeadlineState.OPEN, DeadlineState.MET):
        return Rag.GREY
    colour = rag(
        deadline.working_target_on, on, deadline.met_on, deadline.opened_on, extended=deadline.extensions > 0,
        progress_noted=is_on_track or (promised_on is not None and promised_on >= on), started=True,
        calendar=book.calendar,
    )  # fmt: skip
    return Rag.AMBER if limit_on is not None and colour in (Rag.GREEN, Rag.GREY) else colour


def on_track(session: Session, deadline_ids: Collection[int]) -> set[int]:
    """Those of which the last word, since their date was set, was "on track"."""
    return {each for each, word in last_words(session, deadline_ids).items() if word is CallOutcome.ON_TRACK}


def last_words(session: Session, deadline_ids: Collection[int]) -> dict[int, CallOutcome]:
    """What was heard last about each since its date was set; only those of which anything was heard."""
    return _heard(session, deadline_ids)[1]


def promises_of(session: Session, deadline_ids: Collection[int]) -> dict[int, date | None]:
    """For which day each was promised last by telephone, since its date was set; only those that were."""
    return _heard(session, deadline_ids)[0]


def _heard(
    session: Session, deadline_ids: Collection[int]
) -> tuple[dict[int, date | None], dict[int, CallOutcome]]:  # fmt: skip
    """The last promise and the last word about each, since its date was set."""
    promised: dict[int, date | None] = {}
    said: dict[int, CallOutcome] = {}
    for deadline_id, outcome, promised_on in session.exec(_HEARD, params={"deadline_ids": [*deadline_ids]}).all():
        said[deadline_id] = outcome
        if outcome is CallOutcome.PROMISE:
            promised[deadline_id] = promised_on
    return promised, said


def _standing(
    deadline: Deadline, agency_name: str, book: RuleBook, today: date, promised_on: date | None,
    said: CallOutcome | None, limit_on: date | None, role_words: Callable[[str], str],
) -> Standing:  # fmt: skip
    is_on_track = said is CallOutcome.ON_TRACK
    colour = colour_of(deadline, book, today, promised_on, is_on_track=is_on_track, limit_on=limit_on)
    in_time = colour_of(deadline, book, today, promised_on, is_on_track=is_on_track)
    words = _words(deadline, in_time, book, today, promised_on)
    if limit_on is not None:
        too_late = f"after the limit of {spoken(limit_on)}"
        words = f"A{too_late[1:]}" if words in ALL_IS_WELL else f"{words}, {too_late}"
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
