"""A decision that was recorded by mistake is taken back: by later entries, never by erasing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from config import clock
from models.records.asks import AskOutcome, GateAnswer, unanswered
from models.records.came_of import ARRIVALS, TAKEN_BACK, CameOf, came_of
from models.records.chasing import (
    BY_MISTAKE,
    MISTAKEN,
    NOT_YET_SENT,
    deadline_in,
    end_deadline,
    move_deadline,
    reopen_deadline,
    set_aside,
)
from models.records.columns import Facts
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import ExtensionState, open_request
from models.records.history import History, write_history
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice, Task
from models.records.processes import AnchorEvent, Process, anchors_of
from models.records.unsaid import TELEPHONE
from models.rulebook import RuleBook
from models.rules.ladders import MessageClass
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Unit, due_date
from models.rules.working_days import previous_working_day

NOT_BECAUSE_OF_IT = frozenset(
    {
        "arrival_recorded", "author_away", "author_changed", "correction", "meeting_cancelled", "meeting_invitation",
        "meeting_moved", "meeting_series", "more_time_asked", "more_time_decided", "not_wanted", "nudge",
        "progress_at_risk", "recorded_by_mistake",
    }
)  # fmt: skip
GIVEN_UP = frozenset({"deadline waived", "deadline ended"})
TAKEN_BACK_WHOLLY = frozenset(
    {
        "partners-agreement", "reviewer-commissioned", "initial-meeting", "terms-circulated", "terms-go-on",
        "draft-report", "sign-off", "board-approval", "publication", "plan-handover", "plan-looked-at",
        "panel-conclusion",
        "panel-recommendation",
        "report-published",
    }
)  # fmt: skip


class LaterFirst(Exception):
    """A later decision of the process must be taken back first."""

    def __init__(self, later: GateAnswer) -> None:
        self.later = later
        super().__init__("a later decision must be taken back first")


class NotToBeTakenBack(Exception):
    """The decision was taken back before, or is the one that the process began with."""


class NotWholly(Exception):
    """What came of the decision cannot all be undone; another entry must say what holds instead."""

    def __init__(self, decision: GateAnswer) -> None:
        self.decision = decision
        super().__init__("what came of the decision cannot all be undone")


@dataclass(frozen=True)
class TakenBack:
    """What taking a decision back has changed, for those who must hear of it."""

    told: Sequence[tuple[int, date]]  # contacts, and the day of the letter that they should disregard
    open_again: Sequence[Deadline] = ()
    dates: Mapping[int, Sequence[Deadline]] = field(default_factory=dict)  # contact -> whose date holds again


@dataclass(frozen=True)
class Mistake:
    """A decision that is to be taken back, and what the journal holds since."""

    answer: GateAnswer
    rows: Sequence[History]  # from its own entry to the end of the journal
    came: CameOf
    later: Sequence[GateAnswer]  # decisions that stand and were recorded after it, newest first

    def came_by(self, *deeds: str) -> list[History]:
        """The entries of these deeds that came of it."""
        return [row for row in self.came.rows if row.deed in deeds]

    def in_the_way(self, later: GateAnswer) -> Exception:
        """Why it cannot be taken back before the later one."""
        return LaterFirst(later) if may_be_taken_back(later.gate) else NotWholly(later)


Deed = Callable[[Session, Process, Mistake], None]
Beside = Callable[[Session, RuleBook, Process, Mistake], TakenBack]

_also: dict[str, Deed] = {}
_beside: dict[str, Beside] = {}


@dataclass
class _Rows:
    """What the journal tells that came of the decision, apart from what people have recorded as arrived since."""

    came: CameOf
    stage: Stage | None = None  # where the process stood before
    events: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)  # slots
    settled: list[str] = field(default_factory=list)
    moved: dict[str, date] = field(default_factory=dict)  # slot -> the date before
    asked_again: bool = False  # what had come was asked for once more


def when_taken_back(gate: str) -> Callable[[Deed], Deed]:
    """The decorated function undoes, in the same transaction, what a decision of that gate has left besides."""

    def keep(deed: Deed) -> Deed:
        _also[gate] = deed
        return deed

    return keep


def taken_back_by(gate: str) -> Callable[[Beside], Beside]:
    """The decorated function takes back a decision of that gate, which lies beside the stages of a process: others
    that were recorded since stay, where they do not rest on it. It raises LaterFirst and NotWholly.
    """

    def keep(beside: Beside) -> Beside:
        _beside[gate] = beside
        return beside

    return keep


def may_be_taken_back(gate: str) -> bool:
    """True for the gates whose decisions can be taken back with all that came of them."""
    return gate in TAKEN_BACK_WHOLLY or gate in _beside


def is_beside(gate: str) -> bool:
    """True for the gates whose decisions lie beside the stages of a process."""
    return gate in _beside


def decisions_to_take_back(session: Session, process: Process) -> Sequence[GateAnswer]:
    """The decisions of the process that stand, newest first, but for the one that it began with."""
    question = select(GateAnswer).where(GateAnswer.process_id == process.id, col(GateAnswer.taken_back_at).is_(None))
    found = session.exec(question.order_by(col(GateAnswer.history_seq).desc())).all()
    return [each for each in found if not each.gate.startswith("start-")]


def facts_of(session: Session, process: Process, answer: GateAnswer) -> Facts:
    """What the journal keeps of the decision."""
    question = select(History).where(History.process_id == process.id, History.seq == answer.history_seq)
    return session.exec(question).one().facts


def take_back(session: Session, book: RuleBook, process: Process, answer: GateAnswer, why: str) -> TakenBack:
    """The decision does not stand any more, and the process is where it was before it.

    Its stage goes back and a closed process is open again; what the decision had met is owed again by its old
    date, what it had opened and is not met is ended, events that came with it did not happen, and letters that have
    not gone never go. What people have recorded as arrived since stays. `why` is a choice.
    Raises LaterFirst, NotToBeTakenBack and NotWholly. `process` must be locked by this transaction.
    """
    standing = decisions_to_take_back(session, process)
    if answer.id not in {each.id for each in standing}:
        raise NotToBeTakenBack
    mistake = _mistake(session, process, answer, standing)
    if answer.gate in _beside:
        _note(session, process, answer, why)
        done = _beside[answer.gate](session, book, process, mistake)
    else:
        done = _take_back_wholly(session, book, process, mistake, why)
    _end_questions(session, process)
    session.flush()
    return done


def _mistake(session: Session, process: Process, answer: GateAnswer, standing: Sequence[GateAnswer]) -> Mistake:
    question = select(History).where(History.process_id == process.id, History.seq >= answer.history_seq)
    rows = list(session.exec(question.order_by(col(History.seq))).all())
    later = [each for each in standing if each.history_seq > answer.history_seq]
    return Mistake(answer, rows, came_of(rows), later)


def _note(session: Session, process: Process, answer: GateAnswer, why: str) -> None:
    answer.taken_back_at = clock.now()
    session.add(answer)
    write_history(session, process, TAKEN_BACK, {"gate": answer.gate, "seq": answer.history_seq, "why": why})


def _take_back_wholly(session: Session, book: RuleBook, process: Process, mistake: Mistake, why: str) -> TakenBack:
    answer, rows = mistake.answer, _read_rows(mistake)
    _insist_on_wholly(mistake, rows)
    _note(session, process, answer, why)
    _back_to(session, process, rows.stage)
    told = _told_because_of_it(session, process, answer.recorded_at, rows.came)
    _remove_events(session, process, rows.events)
    for slot in rows.opened:
        told |= not_owed(session, process, slot)
    open_again = _owed_again(session, book, process, rows)
    if answer.gate in _also:
        _also[answer.gate](session, process, mistake)
    return TakenBack(sorted(told), open_again)


def _insist_on_wholly(mistake: Mistake, rows: _Rows) -> None:
    """Later decisions beside the stages stand in the way only where dates have come of this one."""
    if mistake.answer.gate not in TAKEN_BACK_WHOLLY or rows.asked_again:
        raise NotWholly(mistake.answer)
    for each in mistake.later:
        if each.gate in TAKEN_BACK_WHOLLY or rows.opened or rows.moved:
            raise mistake.in_the_way(each)


def _read_rows(mistake: Mistake) -> _Rows:
    arrived = _slots_of_arrivals(mistake.rows)
    found = _Rows(mistake.came)
    for row in found.came.rows:
        slot = str(row.facts.get("slot", ""))
        if row.deed == "stage reached" and found.stage is None:
            found.stage = Stage(row.facts["from"])
        elif row.deed == "event":
            found.events.append(row.facts["name"])
        elif row.deed == "deadline opened":
            found.opened.append(slot)
        elif row.deed == "deadline moved":
            found.moved.setdefault(slot, date.fromisoformat(row.facts["from"]))
        elif (row.deed == "deadline met" and slot not in arrived) or row.deed in GIVEN_UP:
            found.settled.append(slot)
        elif row.deed == "deadline reopened" and slot.startswith("terms_agreed:"):
            found.asked_again = True
    return found


def _slots_of_arrivals(rows: Sequence[History]) -> set[str]:
    """What people have recorded as arrived since: it has come, whatever becomes of the decision."""
    return {slot for row in rows if row.deed == ARRIVALS for slot in row.facts.get("slots", ())}


def _back_to(session: Session, process: Process, stage: Stage | None) -> None:
    if process.closed_at is not None:
        process.closed_at, process.run_id = None, None  # its run has ended; the next look starts another
    if stage is not None and stage is not process.stage:
        write_history(session, process, "stage taken back", {"from": process.stage.value, "to": stage.value})
        process.stage = stage
    session.add(process)


def _remove_events(session: Session, process: Process, names: Sequence[str]) -> None:
    question = select(AnchorEvent).where(AnchorEvent.process_id == process.id, col(AnchorEvent.name).in_(names))
    for event in session.exec(question).all():
        write_history(session, process, "event taken back", {"name": event.name, "on": event.happened_on})
        session.delete(event)
    session.flush()


def not_owed(session: Session, process: Process, slot: str) -> set[tuple[int, date]]:
    """What was opened by mistake is not owed; gives back who was reminded of it, and when."""
    deadline = deadline_in(session, process, slot)
    if deadline is None or deadline.state is DeadlineState.MET:
        return set()
    reminded = _reminded_of(session, deadline)
    if deadline.state is DeadlineState.OPEN:
        end_deadline(session, process, deadline, DeadlineState.ENDED, BY_MISTAKE)
    asked = open_request(session, deadline.id or 0)
    if asked is not None:
        asked.state, asked.decided_on = ExtensionState.OVERTAKEN, clock.today()
        session.add(asked)
        reminded |= not_owed(session, process, f"more_time:{slot}")
    set_aside(session, process, deadline)
    return reminded


def _owed_again(session: Session, book: RuleBook, process: Process, rows: _Rows) -> list[Deadline]:
    again = []
    for slot in dict.fromkeys(rows.settled):
        deadline = deadline_in(session, process, slot)
        if deadline is not None and slot not in rows.opened and deadline.state is not DeadlineState.OPEN:
            reopen_deadline(session, book, process, deadline, BY_MISTAKE)
            again.append(deadline)
    for slot, due_on in rows.moved.items():
        deadline = deadline_in(session, process, slot)
        if deadline is not None and slot not in rows.opened and deadline.state is DeadlineState.OPEN:
            move_deadline(session, book, process, deadline, as_before(session, book, process, deadline, due_on),
                          BY_MISTAKE)  # fmt: skip
    return again


def as_before(session: Session, book: RuleBook, process: Process, deadline: Deadline, due_on: date) -> DueDate:
    """The date that was set before the decision moved it, by the same rule where it still gives that date."""
    periods = {each.kind: each for each in book.periods_of(process.kind, process.guidance)}
    period = periods.get(deadline.kind)
    ruled = due_date(period, anchors_of(session, process.id or 0), book.calendar) if period is not None else None
    if ruled is not None and ruled.due_on == due_on:
        return ruled
    target = previous_working_day(due_on, book.calendar) if deadline.is_limit else due_on
    return DueDate(
        deadline.kind, "", deadline.opened_on, (due_on - deadline.opened_on).days, Unit.CALENDAR_DAYS,
        due_on, target, "The date that it had before an entry that was a mistake.",
    )  # fmt: skip


def _told_because_of_it(session: Session, process: Process, since: datetime, came: CameOf) -> set[tuple[int, date]]:
    """Letters that the decision has brought about and that have not gone never go; gives back to whom others went.

    All of them make room for the same letter, should the decision be recorded rightly; so do the calls to be made.
    """
    question = select(Message).where(
        Message.process_id == process.id, Message.message_class == MessageClass.REQUEST,
        col(Message.queued_at) >= since, col(Message.kind).not_in(NOT_BECAUSE_OF_IT),
        ~col(Message.once_key).startswith("rung:"),  # what its notices say is looked after with what is owed
        ~col(Message.once_key).contains(MISTAKEN),  # went aside with another decision
    )  # fmt: skip
    told = set()
    for message in session.exec(locking(question.order_by(col(Message.id)))).all():
        if came.is_anothers(message.queued_at):
            continue
        if message.state in NOT_YET_SENT:
            message.state, message.why_withdrawn = MessageState.WITHDRAWN, BY_MISTAKE
        elif message.state in (MessageState.SENT, MessageState.SENDING) and message.contact_id is not None:
            told.add((message.contact_id, clock.local(message.sent_at or message.queued_at).date()))
        message.once_key = f"{message.once_key}{MISTAKEN}{message.id}"
        session.add(message)
    _nobody_to_ring(session, process, since, came)
    session.flush()
    return told


def _nobody_to_ring(session: Session, process: Process, since: datetime, came: CameOf) -> None:
    question = select(Task).where(
        Task.process_id == process.id, col(Task.opened_at) >= since, col(Task.once_key).startswith(TELEPHONE),
        ~col(Task.once_key).contains(MISTAKEN),
    )  # fmt: skip
    for task in session.exec(question).all():
        if task.once_key.split(":")[1] in NOT_BECAUSE_OF_IT or came.is_anothers(task.opened_at):
            continue
        task.done_at = task.done_at or clock.now()
        task.once_key = f"{task.once_key}{MISTAKEN}{task.id}"
        session.add(task)


def _reminded_of(session: Session, deadline: Deadline) -> set[tuple[int, date]]:
    question = (
        select(Notice)
        .join(Message, col(Message.id) == col(Notice.message_id))
        .where(Notice.deadline_id == deadline.id, col(Message.state).in_((MessageState.SENT, MessageState.SENDING)))
    )
    return {(each.contact_id, each.said_on) for each in session.exec(question).all() if each.contact_id is not None}


def _end_questions(session: Session, process: Process) -> None:
    """The open question of the process was about what is not so any more; its run begins again at its first line."""
    for ask in unanswered(session, process.id or 0):
        ask.ended_at, ask.outcome = clock.now(), AskOutcome.RECORDED
        ask.said, ask.leads_to = "A decision was taken back; this is where the review stands now.", []
        session.add(ask)
