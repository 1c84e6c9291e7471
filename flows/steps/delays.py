"""What follows when more time is asked for or granted, when the clock stands still, and when something is waived."""

from __future__ import annotations

from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import settle, when_settled
from models.records.chasing import (
    STOOD_STILL,
    deadline_in,
    deadlines_of,
    end_deadline,
    meet_deadline,
    move_deadline,
    open_deadline,
    reopen_deadline,
    weigh_standstill,
)
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import (
    NEVER_STANDS_STILL,
    DelayReason,
    Extension,
    ExtensionState,
    Pause,
    open_request,
)
from models.records.history import write_history
from models.records.messages import TaskKind
from models.records.moving import plan_of
from models.records.processes import Process, anchors_of
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.delays import after_standing_still
from models.rules.processes import KINDS
from models.rules.spoken import spoken
from models.rules.spoken_reasons import reason_for_a_mail
from models.rules.timetable import DueDate, Period, Unit
from models.rules.working_days import add_working_days, working_days_between

OFFICE = "business_manager"
ACTION_PLAN = "action-plan"
OF_COMMITTEE, OF_BOARD = "action-more-time", "action-more-time-board"
LIMIT, MORE_TIME = "more-time-limit", "more-time"  # who decides on more time, as editions name it
LONGEST_TITLE = 80
LONGEST_EXPLANATION = 1000


def gate_of(book: RuleBook, process: Process, deadline: Deadline) -> str:
    """The decision on more time: for an outer limit one of its own (B.0, D), for what is owed to an action plan the
    committee's, and beyond what that may grant for an action the Board's (B.10, D)."""
    if process.kind == ACTION_PLAN:
        allowed = book.allowance(process.guidance, "action_extensions")
        return OF_BOARD if deadline.kind == "action" and deadline.extensions >= allowed else OF_COMMITTEE
    return LIMIT if deadline.is_limit else MORE_TIME


def at_most(book: RuleBook, edition: str, deadline: Deadline) -> int:
    """How often more time may be granted for it in all."""
    return book.allowance(edition, "action_extensions_of_board" if deadline.kind == "action" else "extensions_granted")


def more_time_asked(
    session: Session, book: RuleBook, process: Process, deadline: Deadline,
    asked_on: date, wanted_on: date | None, reason: DelayReason,
) -> Extension:  # fmt: skip
    """The request stands in the record, lateness is not said before it is decided, and the decision is owed."""
    asked = Extension(
        process_id=process.id or 0, deadline_id=deadline.id or 0, reason=reason, state=ExtensionState.ASKED,
        asked_on=asked_on, from_due_on=deadline.working_target_on, wanted_on=wanted_on, noted_at=clock.now(),
    )  # fmt: skip
    session.add(asked)
    session.flush()
    facts = {"slot": deadline.slot, "asked_on": asked_on, "wanted_on": wanted_on, "reason": reason.value}
    write_history(session, process, "more time asked for", facts)
    weigh_standstill(session, book, process, deadline)
    days = book.allowance(process.guidance, "extension_decided")
    decide_by = add_working_days(clock.today(), days, book.calendar)
    why = f"{days} working days after more time was asked for on {spoken(asked_on)}."
    decider = book.may_decide(process.guidance, gate_of(book, process, deadline))[0]
    decision = Decision(f"more_time:{deadline.slot}", f"Decision on more time: {deadline.title}", decider)
    owe(session, book, process, decision, decide_by, why)
    letters.ask_for_more_time(session, process, deadline, decider, asked, decide_by)
    return asked


def more_time_decided(
    session: Session, book: RuleBook, process: Process, deadline: Deadline,
    decided: Extension, new_on: date | None, capacity: str, on: date,
) -> list[str]:  # fmt: skip
    """More time is granted until that day, or not granted (None); gives back the milestones that now lie too early."""
    decided.state = ExtensionState.GRANTED if new_on else ExtensionState.REFUSED
    decided.decided_on, decided.capacity, decided.new_due_on = on, capacity, new_on
    session.add(decided)
    facts = {"slot": deadline.slot, "until": new_on, "capacity": capacity, "reason": decided.reason.value,
             "extension": decided.id}  # fmt: skip
    write_history(session, process, "more time granted" if new_on else "more time not granted", facts)
    _settle_request(session, process, deadline, on)
    if new_on is None:
        weigh_standstill(session, book, process, deadline)
        letters.tell_more_time(session, process, deadline, decided)
        return []
    was_due = deadline.working_target_on
    why = f"Extended to {spoken(new_on)} on {spoken(on)}; it was due on {spoken(was_due)}."
    deadline.extensions += 1
    move_deadline(session, book, process, deadline, later(deadline, new_on, why), "more time was granted")
    letters.tell_more_time(session, process, deadline, decided)
    if deadline.is_limit:
        _tell_the_board(session, book, process, deadline, was_due, decided.reason, capacity, f"extension:{decided.id}")
    return _too_early(session, book, process, deadline)


def clock_stopped(
    session: Session, book: RuleBook, process: Process,
    reason: DelayReason, from_on: date, look_again_on: date, capacity: str,
) -> Pause:  # fmt: skip
    """Nobody is chased in the review any more; its outer limits go on, and the office is asked to look again."""
    pause = Pause(
        process_id=process.id or 0, reason=reason, from_on=from_on, look_again_on=look_again_on, capacity=capacity,
        noted_at=clock.now(),
    )  # fmt: skip
    session.add(pause)
    session.flush()
    facts = {"from_on": from_on, "look_again_on": look_again_on, "reason": reason.value, "capacity": capacity,
             "pause": pause.id}  # fmt: skip
    write_history(session, process, "clock stopped", facts)
    for deadline in deadlines_of(session, process, only_open=True):
        weigh_standstill(session, book, process, deadline)
    why = f"The day on which the pause from {spoken(from_on)} is to be looked at again."
    look = Decision(f"pause:{pause.id}", "Look whether the pause of the review may end", OFFICE, "office")
    owe(session, book, process, look, look_again_on, why)
    letters.tell_clock_stopped(session, process, pause)
    what = f"The {KINDS[process.kind].outside} {process.spoken_ref}"
    title = f"{what} pauses since {spoken(from_on)}: {reason_for_a_mail(reason.value)}"
    _for_the_agenda(session, process, title, f"paused:{pause.id}")
    return pause


def clock_goes_on(session: Session, book: RuleBook, process: Process, pause: Pause, on: date) -> int:
    """All that is owed is due as many working days later as the clock stood for it; gives back how many it stood.

    What was counted from a day within the pause stood still from that day on. Limits have not moved.
    Source: B.0 "Pause" (D: default, to be confirmed by the board).
    """
    pause.ended_on = on
    session.add(pause)
    days = max(working_days_between(pause.from_on, on, book.calendar), 0)
    write_history(session, process, "clock goes on", {"on": on, "working_days": days, "pause": pause.id})
    look = deadline_in(session, process, f"pause:{pause.id}")
    if look is not None and look.state is DeadlineState.OPEN:
        meet_deadline(session, process, look, on)
    began_on = anchors_of(session, process.id or 0)
    for deadline in deadlines_of(session, process, only_open=True):
        if deadline.is_limit or deadline.kind in NEVER_STANDS_STILL:
            continue
        set_on = deadline.armed_on if deadline.extensions else began_on.get(deadline.anchor, deadline.armed_on)
        from_on = max(pause.from_on, set_on)
        new_on = after_standing_still(deadline.working_target_on, from_on, on, book.calendar)
        if new_on == deadline.working_target_on:
            weigh_standstill(session, book, process, deadline)
            continue
        stood = working_days_between(from_on, on, book.calendar)
        why = f"{stood} working days later, because the clock stood still from {spoken(from_on)} to {spoken(on)}."
        move_deadline(session, book, process, deadline, later(deadline, new_on, why), STOOD_STILL)
    letters.tell_clock_goes_on(session, process, pause, days)
    return days


def waived(session: Session, process: Process, deadline: Deadline, reason: DelayReason) -> None:
    """The review goes on without it, and whoever owed it hears so."""
    end_deadline(session, process, deadline, DeadlineState.WAIVED, f"waived: {reason.value}")
    settle(session, process, deadline)
    letters.tell_waived(session, process, deadline)


class Decision:
    """Something that is owed beside the timetable: a decision, or a look at something."""

    def __init__(self, slot: str, title: str, owner_role: str, ladder: str = "panel_chair") -> None:
        self.slot, self.owner_role, self.ladder = slot, owner_role, ladder
        self.title = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def owe(session: Session, book: RuleBook, process: Process, what: Decision, due_on: date, why: str) -> Deadline:
    """It is owed by that day; one of the same slot that was settled before is owed again."""
    kind = what.slot.partition(":")[0]
    period = Period(
        kind=kind, title=what.title, anchor="today", offset=0, unit=Unit.CALENDAR_DAYS, owner_role=what.owner_role,
        ladder=what.ladder, source="default, to be confirmed by the board", mark="D",
    )  # fmt: skip
    due = DueDate(kind, "today", clock.today(), 0, Unit.CALENDAR_DAYS, due_on, due_on, why)
    known = deadline_in(session, process, what.slot)
    if known is not None and known.state is not DeadlineState.OPEN:
        reopen_deadline(session, book, process, known, "owed again", due)
        return known
    return open_deadline(session, book, process, period, due, slot=what.slot)


def later(deadline: Deadline, new_on: date, why: str) -> DueDate:
    """The date of the deadline, moved to that day for the reason given."""
    explanation = f"{deadline.explanation} {why}"
    return DueDate(
        deadline.kind, deadline.anchor, deadline.opened_on, 0, Unit.CALENDAR_DAYS, new_on, new_on,
        explanation if len(explanation) <= LONGEST_EXPLANATION else why,
    )  # fmt: skip


@when_settled
def _request_is_overtaken(session: Session, process: Process, deadline: Deadline) -> None:
    """What has come or been given up needs no more time."""
    asked = open_request(session, deadline.id or 0)
    if asked is not None:
        asked.state, asked.decided_on = ExtensionState.OVERTAKEN, clock.today()
        session.add(asked)
        _settle_request(session, process, deadline, clock.today())


def _settle_request(session: Session, process: Process, deadline: Deadline, on: date) -> None:
    owed = deadline_in(session, process, f"more_time:{deadline.slot}")
    if owed is not None and owed.state is DeadlineState.OPEN:
        meet_deadline(session, process, owed, on)


def _too_early(session: Session, book: RuleBook, process: Process, moved: Deadline) -> list[str]:
    """The milestones that should come after what was moved, and are still due before it."""
    after = {period.kind: period.after for period, _ in plan_of(session, book, process).dated}
    return list(
        dict.fromkeys(
            f"“{each.title}” is due on {spoken(each.working_target_on)}"
            for each in deadlines_of(session, process, only_open=True)
            if after.get(each.kind) == moved.kind and each.working_target_on <= moved.working_target_on
        )
    )


def _tell_the_board(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, was_due: date,
    reason: DelayReason, capacity: str, key: str,
) -> None:  # fmt: skip
    """The Board is told of delay and reason: its chair by a letter, the Board by an item on its agenda (P:12, D)."""
    letters.tell_delay(session, book, process, deadline, was_due, reason.value, capacity, key)
    title = (
        f"The {KINDS[process.kind].outside} {process.spoken_ref} is late: "
        f"until {spoken(deadline.working_target_on)} instead of "
        f"{spoken(was_due)}, {reason_for_a_mail(reason.value)}"
    )
    _for_the_agenda(session, process, title, key)


def _for_the_agenda(session: Session, process: Process, title: str, key: str) -> None:
    about = About(process.board_id, process.id, None, None, TaskKind.AGENDA_ITEM)
    open_task(session, about, f"For the next agenda of the Board: {title}", f"board:{process.id}:{key}")
