"""What follows when the national panel asks about a decision: reply, attendance, its advice, the Board's answer.

B.1, row 12, and B.15, row 4. It may ask long after a case was considered: then this is owed to the closed process, is
chased and shown like anything else, and nothing is opened again. Each function belongs into the transaction of what
brings it about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.steps.arrivals import record_arrival, when_settled
from models.records.boards import Board
from models.records.chasing import deadlines_of, open_deadline
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.history import write_history
from models.records.processes import Process
from models.rulebook import RuleBook, rule_book
from models.rules.spoken import spoken
from models.rules.timetable import DueDate, due_date

REPLY, ATTENDANCE, ADVICE, ANSWER = "panel_reply", "panel_attendance", "panel_advice", "panel_answer"
KINDS = (REPLY, ATTENDANCE, ADVICE, ANSWER)
LETTER_CAME = "the national panel has written"  # the entry of the journal


@dataclass(frozen=True)
class PanelLetter:
    """What the national panel wrote: on which day, and what it asks for by when."""

    on: date
    reply_by: date | None = None  # None: it names no day
    attend_on: date | None = None  # None: nobody is asked to come


def may_be_asked(book: RuleBook, process: Process) -> bool:
    """True for a kind of process that the national panel may ask about, by its periods."""
    return bool(book.letter_goes_to(process.kind, process.guidance, REPLY))


def panel_asked(session: Session, book: RuleBook, process: Process, letter: PanelLetter) -> Sequence[Deadline]:
    """A reply is owed by the day that the letter names, else by the period's; attendance where it asks for that."""
    facts = {"on": letter.on, "reply_by": letter.reply_by, "attend_on": letter.attend_on}
    write_history(session, process, LETTER_CAME, facts)
    opened = [_owe(session, book, process, REPLY, "panel-letter", letter.on, letter.reply_by)]
    if letter.attend_on is not None:
        opened.append(_owe(session, book, process, ATTENDANCE, "panel-letter", letter.on, letter.attend_on))
    return opened


def advice_came(session: Session, book: RuleBook, process: Process, on: date, *, answer_wanted: bool) -> None:
    """The panel's advice is there; where it is to be answered, the Board's answer is owed."""
    for owed in open_of(session, process, ADVICE):
        record_arrival(session, book, process, owed, on)
    write_history(session, process, "advice of the national panel", {"on": on, "answer_wanted": answer_wanted})
    if answer_wanted:
        _owe(session, book, process, ANSWER, "panel-advice", on, None)


def attended(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """Somebody was there for the board; the panel's advice is waited for."""
    for owed in open_of(session, process, ATTENDANCE):
        record_arrival(session, book, process, owed, on)


def open_of(session: Session, process: Process, *kinds: str) -> list[Deadline]:
    """What of these kinds is owed now, by date."""
    return [each for each in deadlines_of(session, process, only_open=True) if each.kind in kinds]


@when_settled
def _advice_is_waited_for(session: Session, process: Process, deadline: Deadline) -> None:
    """After the reply, or where somebody attended, the panel's advice is waited for, once at a time."""
    if deadline.kind not in (REPLY, ATTENDANCE) or deadline.met_on is None:
        return
    if not open_of(session, process, ADVICE):
        book = rule_book(session.get_one(Board, process.board_id).key)
        _owe(session, book, process, ADVICE, "panel-reply", deadline.met_on, None)


def _owe(
    session: Session, book: RuleBook, process: Process, kind: str, anchor: str, event_on: date, by: date | None
) -> Deadline:  # fmt: skip
    """Owed from that event, by the day that was named or the period's; a second one has a slot of its own."""
    period = book.period(process.kind, process.guidance, kind)
    due = due_date(period, {anchor: event_on}, book.calendar)
    if due is None:
        raise ValueError(f"{kind} is not counted from {anchor}")
    if by is not None:
        due = _named(due, by)
    number = len(deadlines_of(session, process, kind)) + 1
    return open_deadline(session, book, process, period, due, slot=kind if number == 1 else f"{kind}-{number}")


def _named(due: DueDate, by: date) -> DueDate:
    why = f"The national panel’s letter of {spoken(due.anchor_on)} names {spoken(by)}."
    return replace(due, offset=(by - due.anchor_on).days, due_on=by, working_target_on=by, explanation=why)
