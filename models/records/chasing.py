"""Opening, meeting, moving, holding and ending deadlines: the one way in which any of it is done.

Every function here belongs into the caller's transaction, keeps `next_rung_on` true and writes the history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert
from sqlmodel import Session, col, select, update

from config import clock
from models.records.boards import Agency
from models.records.configured import configured_boards
from models.records.database import transaction
from models.records.deadlines import Arming, CallNote, CallOutcome, Deadline, DeadlineState, Standstill
from models.records.delays import may_stand_still, pause_in_force, publication_is_held, standstill_of
from models.records.history import write_history
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice
from models.records.processes import Process
from models.records.tasks import end_tasks_of
from models.rulebook import RuleBook
from models.rules import ladders
from models.rules.ladders import MessageClass
from models.rules.publication import STEPS
from models.rules.timetable import DueDate, Period
from models.rules.working_days import add_working_days

MISTAKEN = "~"  # stands in the slot of what was opened by mistake
BY_MISTAKE, STOOD_STILL = "recorded by mistake", "the clock stood still"  # why a ladder begins afresh where it was
NOT_YET_SENT = (MessageState.WAITING, MessageState.HELD)
LONGEST_HOLD_WORKING_DAYS = 5  # H-3: chasing is held up to five working days, once


class NotOpen(Exception):
    """The deadline is not open any more."""


class HeldBefore(Exception):
    """Chasing of this deadline was held once already since its date was set."""


@dataclass(frozen=True)
class Owed:
    """What a period says is owed by when, by which agency where there is one."""

    period: Period
    due: DueDate
    agency: Agency | None = None
    slot: str = ""  # the kind, with the agency, unless another is given
    title: str = ""  # that of the period unless another is given
    ladder: str = ""  # that of the period unless another is given
    owner_id: int | None = None  # the contact who owes it, where the role is not enough

    @property
    def own_slot(self) -> str:
        """The slot of the process that it takes."""
        return self.slot or (f"{self.period.kind}:{self.agency.key}" if self.agency else self.period.kind)


@dataclass(frozen=True)
class Met:
    """A deadline that was met now, and who had been told that it was late although it had come."""

    deadline: Deadline
    wrongly_told: tuple[int, ...]  # contacts


Opened = Callable[[Session, RuleBook, Process, Period, Deadline], None]

_when_opened: list[Opened] = []


def when_opened(follows: Opened) -> Opened:
    """The decorated function is called, in the same transaction, whenever something becomes owed for the first time.

    Letters to bodies outside the board are prepared from here.
    """
    _when_opened.append(follows)
    return follows


def open_deadline(
    session: Session,
    book: RuleBook,
    process: Process,
    period: Period,
    due: DueDate,
    agency: Agency | None = None,
    slot: str = "",
) -> Deadline:
    """What the period says is owed from today on; the same one is given back when it was opened before.

    Its slot is the kind, with the agency where there is one, unless another is given.
    """
    return open_all(session, book, process, [Owed(period, due, agency, slot)])[0]


def open_all(session: Session, book: RuleBook, process: Process, owed: Sequence[Owed]) -> list[Deadline]:
    """As `open_deadline`, for many things at once, each in a slot of its own."""
    known = deadlines_in(session, process, [each.own_slot for each in owed])
    new = [_opened(book, process, each) for each in owed if each.own_slot not in known]
    if new:
        pauses = pause_in_force(session, process) is not None
        held = any(each.kind in STEPS for each in new) and publication_is_held(session, process)
        for deadline in new:  # for which nobody can have asked for more time yet
            deadline.standstill = Standstill.PAUSE if pauses and may_stand_still(deadline) else None
            if held and deadline.kind in STEPS and deadline.standstill is None:
                deadline.standstill = Standstill.PUBLICATION
            plan_next_rung(session, book, deadline, said=set())
        session.flush()
        session.connection().execute(_ARM, [_arming(deadline, "opened") for deadline in new])
    for deadline in new:
        write_history(session, process, "deadline opened", {"slot": deadline.slot, "due_on": deadline.due_on})
        known[deadline.slot] = deadline
    periods = {each.own_slot: each.period for each in owed}
    for deadline in new:
        for follows in _when_opened:
            follows(session, book, process, periods[deadline.slot], deadline)
    return [known[each.own_slot] for each in owed]


def _opened(book: RuleBook, process: Process, owed: Owed) -> Deadline:
    period, due, agency, day = owed.period, owed.due, owed.agency, clock.today()
    return Deadline(
        board_id=process.board_id, process_id=_id(process), slot=owed.own_slot, kind=period.kind,
        title=owed.title or period.title, owner_role=period.owner_role, agency_id=agency.id if agency else None,
        owner_id=owed.owner_id, ladder=book.ladder_under(process.guidance, owed.ladder or period.ladder),
        anchor=due.anchor, due_on=due.due_on, working_target_on=due.working_target_on,
        explanation=due.explanation, source=period.source, mark=period.mark, is_limit=period.limit,
        opened_on=day, armed_on=day,
    )  # fmt: skip


def meet_deadline(session: Session, process: Process, deadline: Deadline, came_on: date) -> Met:
    """The deadline is met by what came on `came_on`; what was not yet said of it is never said.

    Raises NotOpen when it is not open any more.
    """
    _take_hold(session, process, deadline)
    _end(session, deadline, DeadlineState.MET, "it came before this was sent")
    deadline.met_on = came_on
    write_history(session, process, "deadline met", {"slot": deadline.slot, "came_on": came_on})
    return Met(deadline, _told_late_since(session, deadline, came_on))


def end_deadline(session: Session, process: Process, deadline: Deadline, state: DeadlineState, why: str) -> None:
    """The deadline is waived or ended. Raises NotOpen when it is not open any more."""
    _take_hold(session, process, deadline)
    _end(session, deadline, state, why)
    write_history(session, process, f"deadline {state.value}", {"slot": deadline.slot, "why": why})


def move_deadline(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, due: DueDate, why: str
) -> None:
    """The deadline is due at the new date and its ladder begins afresh; an unchanged date changes nothing.

    What stands still stays so until it is let go on. Raises NotOpen when it is not open any more.
    """
    _take_hold(session, process, deadline)
    if deadline.state is not DeadlineState.OPEN:
        raise NotOpen
    if (deadline.due_on, deadline.working_target_on) == (due.due_on, due.working_target_on):
        return
    write_history(
        session, process, "deadline moved",
        {"slot": deadline.slot, "from": deadline.due_on, "to": due.due_on, "why": why},
    )  # fmt: skip
    _drop_what_is_unsaid(session, deadline, "the date was moved before this was sent")
    _close_arming(session, deadline)
    end_tasks_of(session, _id(deadline))
    _arm_afresh(session, book, process, deadline, due, why)


def reopen_deadline(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, why: str, due: DueDate | None = None
) -> None:
    """What was met or given up is owed again, by its date or by a new one; its ladder begins afresh.

    One that is open already is left as it is.
    """
    _take_hold(session, process, deadline)
    if deadline.state is DeadlineState.OPEN:
        return
    write_history(
        session, process, "deadline reopened",
        {"slot": deadline.slot, "was": deadline.state.value, "due_on": due.due_on if due else deadline.due_on,
         "why": why},
    )  # fmt: skip
    deadline.state, deadline.met_on, deadline.recorded_at = DeadlineState.OPEN, None, None
    _arm_afresh(session, book, process, deadline, due, why)


def set_day(session: Session, process: Process, deadline: Deadline, due: DueDate, why: str) -> None:
    """What is not owed any more was due on that day; nobody is chased for it."""
    facts = {"slot": deadline.slot, "from": deadline.due_on, "to": due.due_on, "why": why}
    write_history(session, process, "deadline moved", facts)
    deadline.anchor, deadline.due_on, deadline.working_target_on = due.anchor, due.due_on, due.working_target_on
    deadline.explanation = due.explanation
    session.add(deadline)
    session.flush()


def set_aside(session: Session, process: Process, deadline: Deadline) -> None:
    """What was opened by mistake makes room for the same thing, should it be opened rightly; its notices stay."""
    aside = f"{deadline.slot}{MISTAKEN}{deadline.id}"
    write_history(session, process, "deadline set aside", {"slot": deadline.slot, "kept_as": aside})
    deadline.slot = aside
    session.add(deadline)
    session.flush()


def correct_day(session: Session, process: Process, deadline: Deadline, came_on: date, why: str) -> Met:
    """What was met came on that day; tells who had been told of lateness although it had come by then.

    Raises NotOpen when it is not met.
    """
    _take_hold(session, process, deadline)
    if deadline.state is not DeadlineState.MET:
        raise NotOpen
    facts = {"slot": deadline.slot, "from": deadline.met_on, "to": came_on, "why": why}
    write_history(session, process, "day corrected", facts)
    deadline.met_on = came_on
    session.add(deadline)
    return Met(deadline, _told_late_since(session, deadline, came_on))


def weigh_standstill(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    """Chasing of it stands still while there is a reason for that, and goes on from the next working day otherwise.

    Its date stays; what was not said yet when chasing stopped is not said. One that is not open stays as it is.
    """
    _take_hold(session, process, deadline)
    why = standstill_of(session, process, deadline)
    if deadline.state is not DeadlineState.OPEN or deadline.standstill is why:
        return
    deadline.standstill = why
    if why is None:
        deadline.held_until_on = max(deadline.held_until_on or clock.today(), clock.today())
        write_history(session, process, "chasing goes on", {"slot": deadline.slot})
    else:
        _drop_what_is_unsaid(session, deadline, "chasing stands still")
        write_history(session, process, "chasing stands still", {"slot": deadline.slot, "why": why.value})
    plan_next_rung(session, book, deadline)


def note_call(
    session: Session, book: RuleBook, process: Process, deadline: Deadline,
    outcome: CallOutcome, called_on: date, promised_on: date | None,
) -> CallNote:  # fmt: skip
    """The call is noted; a promise holds the chasing until its day, at most five working days, once.

    The due date stays, and a hold that would have ended before today uses nothing up.
    Raises NotOpen, and HeldBefore when the chasing was held since the date was set.
    """
    _take_hold(session, process, deadline)
    if deadline.state is not DeadlineState.OPEN:
        raise NotOpen
    until = None
    if outcome is CallOutcome.PROMISE and promised_on:
        if _was_held(session, deadline):
            raise HeldBefore
        longest = add_working_days(called_on, LONGEST_HOLD_WORKING_DAYS, book.calendar)
        until = min(promised_on, longest)
        until = until if until >= clock.today() else None
    if until is not None:
        deadline.held_until_on = until
        _drop_what_is_unsaid(session, deadline, "a promise was noted before this was sent", late_only=True)
        plan_next_rung(session, book, deadline)
    note = CallNote(
        deadline_id=_id(deadline), arming=deadline.arming, outcome=outcome, called_on=called_on,
        promised_on=promised_on, held_until_on=until, noted_at=clock.now(),
    )  # fmt: skip
    session.add(note)
    facts = {
        "slot": deadline.slot,
        "outcome": outcome.value,
        "promised_on": promised_on,
        "held_until_on": until,
    }
    write_history(session, process, "call noted", facts)
    return note


def _was_held(session: Session, deadline: Deadline) -> bool:
    question = select(CallNote.id).where(
        CallNote.deadline_id == deadline.id, CallNote.arming == deadline.arming,
        col(CallNote.held_until_on).is_not(None),
    )  # fmt: skip
    return session.exec(question).first() is not None


# asked so often that putting the question together would take longer than its answer
_IN_SLOT = select(Deadline).where(Deadline.process_id == bindparam("process_id"), Deadline.slot == bindparam("slot"))
_OWED = (
    select(Deadline)
    .where(Deadline.process_id == bindparam("process_id"), ~col(Deadline.slot).contains(MISTAKEN))
    .order_by(col(Deadline.due_on), col(Deadline.slot))
)
_OPEN = _OWED.where(Deadline.state == DeadlineState.OPEN)
_OF_KIND, _OPEN_OF_KIND = (each.where(Deadline.kind == bindparam("kind")) for each in (_OWED, _OPEN))
_IN_SLOTS = select(Deadline).where(
    Deadline.process_id == bindparam("process_id"), col(Deadline.slot).in_(bindparam("slots", expanding=True))
)
_HELD_PROCESS = locking(select(Process).where(Process.id == bindparam("id")))
_HELD_DEADLINE = locking(select(Deadline).where(Deadline.id == bindparam("id")))
_UNSAID = locking(
    select(Notice, Message)
    .join(Message, col(Notice.message_id) == col(Message.id))
    .where(Notice.deadline_id == bindparam("deadline_id"), col(Message.state).in_(NOT_YET_SENT))
    .order_by(col(Message.id)),
    of=Message,
)
_ARM = insert(Arming)
_CLOSE_ARMING = (
    update(Arming)
    .where(col(Arming.deadline_id) == bindparam("of_deadline"), col(Arming.no) == bindparam("of_no"))
    .values(ended_on=bindparam("day"))
)
_WITHDRAW_REQUESTS = (
    update(Message)
    .where(
        col(Message.thread_key) == bindparam("thread"), col(Message.message_class) == MessageClass.REQUEST,
        col(Message.state).in_(NOT_YET_SENT),
    )
    .values(state=MessageState.WITHDRAWN, why_withdrawn=bindparam("why"))
)  # fmt: skip


def deadline_in(session: Session, process: Process, slot: str) -> Deadline | None:
    """What is or was owed in that slot of the process."""
    return session.exec(_IN_SLOT, params={"process_id": process.id, "slot": slot}).first()


def deadlines_of(
    session: Session, process: Process, kind: str | None = None, *, only_open: bool = False
) -> Sequence[Deadline]:
    """What is or was owed to the process, by date; what was opened by mistake is left out."""
    if kind:
        question, params = _OPEN_OF_KIND if only_open else _OF_KIND, {"process_id": process.id, "kind": kind}
    else:
        question, params = _OPEN if only_open else _OWED, {"process_id": process.id}
    return session.exec(question, params=params).all()


def deadlines_in(session: Session, process: Process, slots: Sequence[str]) -> dict[str, Deadline]:
    """What is or was owed in these slots of the process, by slot."""
    found = session.exec(_IN_SLOTS, params={"process_id": process.id, "slots": slots}).all()
    return {each.slot: each for each in found}


def owed_to_board(
    session: Session, board_id: int, kinds: Collection[str]
) -> Sequence[tuple[Process, Deadline]]:  # fmt: skip
    """What of those kinds is open in any process of the board, closed ones too, by date."""
    question = (
        select(Process, Deadline)
        .join(Deadline, col(Deadline.process_id) == col(Process.id))
        .where(Deadline.board_id == board_id, Deadline.state == DeadlineState.OPEN, col(Deadline.kind).in_(kinds))
        .order_by(col(Deadline.due_on), col(Deadline.id))
    )
    return session.exec(question).all()


def plan_next_rung(session: Session, book: RuleBook, deadline: Deadline, said: set[str] | None = None) -> None:
    """`next_rung_on` says when a round must next look at the deadline, or that none need."""
    if deadline.state is not DeadlineState.OPEN or deadline.standstill is not None:
        deadline.next_rung_on = None
    else:
        deadline.next_rung_on = ladders.next_rung_on(
            book.ladders[deadline.ladder], deadline.armed_on, deadline.working_target_on,
            rungs_said(session, deadline) if said is None else said, book.calendar, deadline.held_until_on,
        )  # fmt: skip
    session.add(deadline)


def plan_rungs_at_meetings() -> int:
    """What waits for a meeting is looked at on the day that holds now, whatever dates the boards have set meanwhile.

    To be called when the configuration was read anew; gives back how many deadlines.
    """
    planned = 0
    with transaction() as session:
        for board, book in configured_boards(session):
            wait = [key for key, each in book.ladders.items() if any(rung.not_before for rung in each.rungs)]
            question = select(Deadline).where(
                Deadline.board_id == board.id, Deadline.state == DeadlineState.OPEN, col(Deadline.ladder).in_(wait)
            )
            for deadline in session.exec(question.order_by(col(Deadline.id))).all():
                plan_next_rung(session, book, deadline)
                planned += 1
    return planned


def rungs_said(session: Session, deadline: Deadline) -> set[str]:
    """The rungs of the present arming that have a notice, whatever became of it."""
    question = select(Notice.rung).where(Notice.deadline_id == deadline.id, Notice.arming == deadline.arming)
    return set(session.exec(question).all())


def _take_hold(session: Session, process: Process, deadline: Deadline) -> None:
    """Both are as they are now and locked, the process first: a round does the same."""
    session.flush()  # what was changed here and not written yet must not be read over
    held = session.exec(_HELD_PROCESS, params={"id": process.id}).one()
    if held is not process or session.exec(_HELD_DEADLINE, params={"id": deadline.id}).one() is not deadline:
        raise ValueError("what is to be changed was looked up in another session")


def _arm_afresh(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, due: DueDate | None, why: str
) -> None:
    if due is not None:
        deadline.anchor, deadline.due_on, deadline.working_target_on = due.anchor, due.due_on, due.working_target_on
        deadline.explanation = due.explanation
    deadline.held_until_on = None
    deadline.arming += 1
    deadline.armed_on = clock.today()
    _arm(session, book, process, deadline, why)


def _arm(session: Session, book: RuleBook, process: Process, deadline: Deadline, why: str) -> None:
    deadline.standstill = standstill_of(session, process, deadline)
    session.connection().execute(_ARM, _arming(deadline, why))
    plan_next_rung(session, book, deadline, said=set())  # of a new arming nothing was said


def _arming(deadline: Deadline, why: str) -> dict[str, Any]:
    return {
        "deadline_id": _id(deadline), "no": deadline.arming, "armed_on": deadline.armed_on,
        "due_on": deadline.working_target_on, "why": why[:80],
    }  # fmt: skip


def _end(session: Session, deadline: Deadline, state: DeadlineState, why: str) -> None:
    if deadline.state is not DeadlineState.OPEN:
        raise NotOpen
    _close_arming(session, deadline)
    _drop_what_is_unsaid(session, deadline, why)
    _withdraw_requests(session, deadline, why)
    end_tasks_of(session, _id(deadline))
    deadline.state, deadline.recorded_at = state, clock.now()
    deadline.next_rung_on, deadline.standstill = None, None
    session.add(deadline)


def _close_arming(session: Session, deadline: Deadline) -> None:
    of_this = {"of_deadline": deadline.id, "of_no": deadline.arming}
    session.connection().execute(_CLOSE_ARMING, {**of_this, "day": clock.today()})


def _drop_what_is_unsaid(session: Session, deadline: Deadline, why: str, *, late_only: bool = False) -> None:
    for notice, message in session.exec(_UNSAID, params={"deadline_id": deadline.id}).all():
        if late_only and not notice.is_late:
            continue
        notice.message_id, notice.suppressed_because = None, why
        session.add(notice)
        session.flush()
        if session.exec(select(Notice.id).where(Notice.message_id == message.id)).first() is None:
            message.state, message.why_withdrawn = MessageState.WITHDRAWN, why
            session.add(message)


def thread_of(deadline: Deadline) -> str:
    """The thread in which everything about one deadline hangs together."""
    return f"deadline:{deadline.id}"


def _withdraw_requests(session: Session, deadline: Deadline, why: str) -> None:
    """Letters that ask for what is not owed any more, and have not gone yet, never go."""
    session.connection().execute(_WITHDRAW_REQUESTS, {"thread": thread_of(deadline), "why": why})


def _told_late_since(session: Session, deadline: Deadline, came_on: date) -> tuple[int, ...]:
    if deadline.arming == 1 and deadline.working_target_on >= clock.today():
        return ()  # it was never late
    question = (
        select(Notice.contact_id, Message.sent_at)
        .join(Message, col(Notice.message_id) == col(Message.id))
        .where(
            Notice.deadline_id == deadline.id,
            col(Notice.is_late).is_(True),
            col(Message.state).in_((MessageState.SENT, MessageState.SENDING)),
        )
    )
    told = {
        contact
        for contact, sent_at in session.exec(question).all()
        if contact is not None and (sent_at is None or clock.local(sent_at).date() >= came_on)
    }
    return tuple(sorted(told))


def _id(row: Process | Deadline) -> int:
    if row.id is None:
        raise ValueError("the row is not in the record yet")
    return row.id
