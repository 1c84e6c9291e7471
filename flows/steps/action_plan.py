"""What happens to the actions of a plan: proposed, approved, accepted, done, checked, closed, looked at again (B.10).

Each function belongs into the transaction of what brings it about. All times are D: to be confirmed by the board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from config import clock
from flows.steps import letters
from flows.steps.arrivals import record_arrival, record_slot, settle, when_settled
from flows.steps.courses import REVIEWS
from flows.steps.opening import opens
from models.records.actions import Action, actions_of, move_action
from models.records.boards import Agency, Board
from models.records.chasing import (
    Owed,
    deadline_in,
    deadlines_of,
    end_deadline,
    move_deadline,
    note_call,
    open_all,
    reopen_deadline,
)
from models.records.database import Session
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.history import write_history
from models.records.kept import kept
from models.records.moving import event_happened, move_to, open_deadlines, open_process
from models.records.processes import Process, anchors_of, parent_of
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.actions import ENDED, OWED, ActionState, Priority
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Unit, add_months
from models.rules.working_days import add_working_days, next_working_day

KIND = "action-plan"
LOOKS_AT_THE_PLAN = ("progress_3", "progress_6", "progress_12")
DISSEMINATION = ("learning_item", "learning_spread", "cascade", "reach")  # of what a review has found (B.11)
MONITORING = "monitoring"
OWNER = "action_owner"
LOOKS = ("sustained", "impact")
LADDERS = {Priority.HIGH: "action", Priority.MEDIUM: "action", Priority.LOW: "action_low"}
FIRST = "action_first"  # of high priority, from a review of the larger kind


@opens(KIND)
def open_plan(
    session: Session, book: RuleBook, board: Board, decided_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A plan without actions waits for proposals, and for their approval; what a review has found is passed on."""
    process = open_process(session, book, board, KIND, secure_place, agencies, parent)
    event_happened(session, book, process, "decision", decided_on)
    open_deadlines(session, book, process, ("proposed", "approved"))
    if parent is not None and parent.kind in REVIEWS:
        event_happened(session, book, process, "review", decided_on)
        owed = open_deadlines(session, book, process, DISSEMINATION)
        letters.ask_for_things(session, process, [each for each in owed if each.agency_id is not None], "learning")
    return process


def approved(session: Session, book: RuleBook, process: Process, on: date, actions: Sequence[Action]) -> None:
    """Each owner is asked in one letter to accept; each action is owed by its day, and the plan is looked at."""
    first = "approval" not in anchors_of(session, process.id or 0)
    if first:
        event_happened(session, book, process, "approval", on)
    for action in actions:
        move_action(session, process, action, ActionState.APPROVED, on)
    owe_actions(session, book, process, actions)
    record_slot(session, book, process, "proposed", on)
    record_slot(session, book, process, "approved", on)
    if first:
        parent = parent_of(session, process)
        if parent is None or parent.kind not in REVIEWS:  # which looks at its plan itself
            open_deadlines(session, book, process, LOOKS_AT_THE_PLAN)
        move_to(session, process, Stage.PLAN_APPROVED)


def owe_actions(
    session: Session, book: RuleBook, process: Process, actions: Sequence[Action], new_on: date | None = None
) -> None:
    """Acceptance and doing of these actions are owed by their owners, who are asked in one letter each.

    The time for the acceptance runs from today, when they are asked; `new_on` is the day by which a late one is done.
    """
    days, today = book.period(KIND, process.guidance, "accepted").offset, clock.today()
    by = add_working_days(today, days, book.calendar)
    due = _day("accepted", "approval", today, by, f"{days} working days after the owner was asked on {spoken(today)}.")
    owed = []
    for action in actions:
        agency = kept(session, Agency, action.agency_id)
        owed.append(
            Owed(
                book.period(KIND, process.guidance, "accepted"), due, agency, f"accepted:{action.number}",
                f"Acceptance of action {action.number}", owner_id=action.owner_id,
            )
        )  # fmt: skip
        owed.append(_doing(session, book, process, action, agency, new_on))
    opened = open_all(session, book, process, owed)
    for deadline, each in zip(opened, owed, strict=True):  # one that was given up by another owner is owed again
        reopen_deadline(session, book, process, deadline, "the action has another owner", each.due)
    doing = [each for each in opened if each.kind == "action"]
    facts = {"accept_by": by.isoformat()}
    letters.write_to_owners(session, process, "action_to_accept", doing, facts, f"{doing[0].id}:{doing[0].arming}")


def accepted(session: Session, book: RuleBook, process: Process, action: Action, on: date) -> None:
    """Its owner has accepted the action, which is in progress."""
    move_action(session, process, action, ActionState.IN_PROGRESS, on)
    record_slot(session, book, process, f"accepted:{action.number}", on)


def not_accepted(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, reason: str
) -> None:  # fmt: skip
    """Nobody is chased for the action until the committee gives it to somebody else or sets it aside."""
    move_action(session, process, action, ActionState.NOT_ACCEPTED, on, reason)
    record_slot(session, book, process, f"accepted:{action.number}", on)
    _give_up(session, process, action.slot, "its owner did not accept it")
    _owe(session, book, process, action, "reassigned", "approved", f"Owner for action {action.number} found",
         _at_committee(book, process, "reassigned", on), owner_role="monitoring_chair", ladder="committee")  # fmt: skip


def word_came(
    session: Session, book: RuleBook, process: Process, action: Action, outcome: CallOutcome, on: date,
    words: dict[str, str],
) -> None:  # fmt: skip
    """The word of its owner stands beside the action, and what was asked is answered."""
    deadline = deadline_in(session, process, action.slot)
    if deadline is not None and deadline.state is DeadlineState.OPEN:
        note_call(session, book, process, deadline, outcome, on, None)
    write_history(
        session, process, "word on action", {"number": action.number, "outcome": outcome.value, "on": on}, words
    )
    for each in deadlines_of(session, process, "progress", only_open=True):
        if each.slot.split(":")[1] == f"{action.number}":
            record_arrival(session, book, process, each, on)


def claimed(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, words: dict[str, str]
) -> None:  # fmt: skip
    """Its owner says that it is done: nobody is chased for it, and its evidence is to be checked."""
    move_action(session, process, action, ActionState.CLAIMED, on, words=words)
    for slot in (f"accepted:{action.number}", action.slot):
        record_slot(session, book, process, slot, on)
    for each in deadlines_of(session, process, "progress", only_open=True):
        if each.slot.split(":")[1] == f"{action.number}":
            record_arrival(session, book, process, each, on)
    days = book.period(KIND, process.guidance, "evidence").offset
    by = add_working_days(on, days, book.calendar)
    due = _day("evidence", "claim", on, by, f"{days} working days after it was said to be done on {spoken(on)}.")
    _owe(session, book, process, action, "evidence", "evidence", f"Evidence of action {action.number} checked", due)


def evidence_enough(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, by: str, words: dict[str, str]
) -> None:  # fmt: skip
    """The evidence is enough: the committee closes the action at its next meeting. `by` is whose people checked it."""
    move_action(session, process, action, ActionState.CHECKED, on, words=words, checked_by=by)
    record_slot(session, book, process, f"evidence:{action.number}", on)
    _owe(session, book, process, action, "closure", "closure", f"Action {action.number} closed",
         _at_committee(book, process, "closure", on))  # fmt: skip


def goes_on(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, due_on: date, reason: str,
    words: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """What was said to be done is not: it is owed again, by the day given, and its owner hears so."""
    to = ActionState.REOPENED if action.state is ActionState.CLOSED else ActionState.IN_PROGRESS
    move_action(session, process, action, to, on, reason, words)
    for kind in ("evidence", "closure", *LOOKS):
        _give_up(session, process, f"{kind}:{action.number}", "the action goes on")
    deadline = deadline_in(session, process, action.slot)
    if deadline is None:
        raise ValueError("an action that was done was never owed")
    due = _day("action", "today", clock.today(), due_on, f"Set anew on {spoken(on)}, because the action goes on.")
    reopen_deadline(session, book, process, deadline, reason, due)
    letters.ask_for_things(session, process, [deadline], f"goes-on:{deadline.arming}")


def closed(session: Session, book: RuleBook, process: Process, action: Action, on: date, words: dict[str, str]) -> None:
    """The committee has closed the action; whether it lasts, and what it has changed, is looked at months later."""
    move_action(session, process, action, ActionState.CLOSED, on, words=words)
    for kind, title in zip(LOOKS, ("Whether action {} has lasted", "What action {} has changed"), strict=True):
        months = book.period(KIND, process.guidance, kind).offset
        by = next_working_day(add_months(on, months), book.calendar)
        due = _day(kind, "closing", on, by, f"{months} months after the action was closed on {spoken(on)}.")
        _owe(session, book, process, action, kind, kind, title.format(action.number), due)
    record_slot(session, book, process, f"closure:{action.number}", on)  # last: a closed plan ends with nothing owed


def has_lasted(session: Session, book: RuleBook, process: Process, action: Action, on: date) -> None:
    """The change is still there."""
    move_action(session, process, action, ActionState.SUSTAINED, on)
    record_slot(session, book, process, f"sustained:{action.number}", on)


def impact_seen(session: Session, book: RuleBook, process: Process, action: Action, on: date, judgement: str) -> None:
    """What the action has changed is judged (B.12, row 6)."""
    action.judgement = judgement
    session.add(action)
    write_history(session, process, "impact judged", {"number": action.number, "judgement": judgement, "on": on})
    record_slot(session, book, process, f"impact:{action.number}", on)


def set_aside(
    session: Session, process: Process, action: Action, on: date, reason: str, instead: Action | None = None
) -> None:
    """The action is superseded: nobody owes it any more, and its owner hears so."""
    owed = deadline_in(session, process, action.slot)
    number = instead.number if instead else None
    move_action(session, process, action, ActionState.SUPERSEDED, on, reason, instead=number)
    action.replaced_by_id = instead.id if instead else None
    for deadline in deadlines_of(session, process, only_open=True):
        if _is_of(deadline, action):
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the action was superseded")
            settle(session, process, deadline)
    if owed is not None:
        letters.tell_waived(session, process, owed)


def paused(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, until: date, reason: str
) -> None:  # fmt: skip
    """Nobody is chased for the action; on the day given the committee looks whether it goes on."""
    move_action(session, process, action, ActionState.PAUSED, on, reason)
    for deadline in deadlines_of(session, process, only_open=True):
        if _is_of(deadline, action):
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the action is paused")
            settle(session, process, deadline)
    due = _day("paused", "today", on, until, "The day on which the pause of the action is to be looked at again.")
    _owe(session, book, process, action, "paused", "approved", f"Whether action {action.number} goes on",
         due, owner_role="business_manager", ladder="office")  # fmt: skip


def resumed(session: Session, book: RuleBook, process: Process, action: Action, on: date, due_on: date) -> None:
    """The action goes on after its pause, and is owed by the day given."""
    move_action(session, process, action, ActionState.IN_PROGRESS, on)
    record_slot(session, book, process, f"paused:{action.number}", on)
    _owe_again(session, book, process, action, due_on, f"Set anew on {spoken(on)}, after the pause of the action.")


def handed_on(
    session: Session, book: RuleBook, process: Process, action: Action, on: date, new_on: date | None = None
) -> None:
    """What is open of the action is owed by its new owner, who is asked to accept it; the old one owes nothing.

    To be called when the record says whose it is; what is late needs a new day.
    """
    why = "the action has another owner"
    if action.state in (*OWED, ActionState.NOT_ACCEPTED):
        move_action(session, process, action, ActionState.APPROVED, on)
    _give_up(session, process, f"reassigned:{action.number}", why)
    for deadline in deadlines_of(session, process):
        if not _is_of(deadline, action) or deadline.owner_role != OWNER:
            continue
        was_open, by = deadline.state is DeadlineState.OPEN, deadline.working_target_on
        if was_open:
            end_deadline(session, process, deadline, DeadlineState.ENDED, why)
        deadline.owner_id, deadline.agency_id = action.owner_id, action.agency_id
        session.add(deadline)
        if deadline.slot == action.slot and new_on is not None:
            by = new_on
        if was_open and deadline.kind != "progress":
            due = _day(deadline.kind, deadline.anchor, clock.today(), by, f"Set on {spoken(on)}, with another owner.")
            reopen_deadline(session, book, process, deadline, why, due)
    if action.state in OWED:
        owe_actions(session, book, process, [action], new_on)


def close_plan(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The plan is closed; what is left are the looks at what was changed."""
    write_history(session, process, "plan closed", {"on": on})
    for kind in LOOKS_AT_THE_PLAN:
        _give_up(session, process, kind, "the plan is closed")
    move_to(session, process, Stage.ACTIONS_CLOSED)
    _end_when_looked_at(session, process)


def new_day(session: Session, book: RuleBook, process: Process, action: Action, due_on: date, why: str) -> None:
    """The committee has set another day; the ladder begins afresh."""
    deadline = deadline_in(session, process, action.slot)
    if deadline is None or deadline.state is not DeadlineState.OPEN:
        return
    deadline.extensions += 1
    due = _day("action", "today", clock.today(), due_on, why)
    move_deadline(session, book, process, deadline, due, "the committee has set a new day")


def thank_owners(session: Session, process: Process, actions: Sequence[Action], said: str, what: str) -> None:
    """Each owner hears in one mail what was noted of what they said about these actions."""
    about = [each for action in actions if (each := deadline_in(session, process, action.slot)) is not None]
    if about:
        letters.write_to_owners(session, process, "action_noted", about, {"said": said}, what)


def explained(session: Session, process: Process, action: Action, on: date) -> None:
    """The committee has heard why the action is late; it stays due."""
    write_history(session, process, "action explained", {"number": action.number, "on": on})


def to_the_chair(session: Session, process: Process, action: Action) -> None:
    """The office is asked to prepare the Independent Chair's letter; nothing goes by itself."""
    write_history(session, process, "action to the chair", {"number": action.number})
    about = About(process.board_id, process.id, None, action.agency_id)
    title = f"The committee sends action {action.number} of {process.spoken_ref} to the Independent Chair: prepare it"
    open_task(session, about, title, f"to-the-chair:{action.id}:{clock.today().isoformat()}")


def ladder_of(session: Session, process: Process, action: Action) -> str:
    """How far an action is chased: low priority ends at the exception list, and what is urgent after a review of the
    larger kind goes to the Independent Chair sooner (B.10, D)."""
    parent = parent_of(session, process)
    if action.priority is Priority.HIGH and parent is not None and parent.kind == "serious-case-review":
        return FIRST
    return LADDERS[action.priority]


def is_late(session: Session, process: Process, action: Action, day: date) -> bool:
    """True while the action is owed, and was due before that day."""
    deadline = deadline_in(session, process, action.slot)
    return deadline is not None and deadline.state is DeadlineState.OPEN and deadline.working_target_on < day


def is_open(action: Action) -> bool:
    """True while the action stands in the way of closing the plan."""
    return action.state not in ENDED


@when_settled
def _looked_at(session: Session, process: Process, deadline: Deadline) -> None:
    if process.kind == KIND:
        _end_when_looked_at(session, process)


def _end_when_looked_at(session: Session, process: Process) -> None:
    """A closed plan of which nothing is owed any more has come to its end; an action that was opened again keeps it."""
    if process.stage is not Stage.ACTIONS_CLOSED or open_actions(session, process):
        return
    if not deadlines_of(session, process, only_open=True):
        move_to(session, process, Stage.PLAN_ENDED)


def _doing(
    session: Session, book: RuleBook, process: Process, action: Action, agency: Agency, new_on: date | None
) -> Owed:
    due_on = next_working_day(new_on or action.due_on, book.calendar)
    due = _day(
        "action", "approval", action.approved_on or clock.today(), due_on, "The day that was approved with the plan."
    )
    return Owed(
        book.period(KIND, process.guidance, "action"), due, agency, action.slot, action.spoken,
        ladder_of(session, process, action), action.owner_id,
    )  # fmt: skip


def _owe_again(session: Session, book: RuleBook, process: Process, action: Action, due_on: date, why: str) -> None:
    deadline = deadline_in(session, process, action.slot)
    if deadline is None:
        raise ValueError("an action that was never owed cannot be owed again")
    due = _day("action", "today", clock.today(), next_working_day(due_on, book.calendar), why)
    reopen_deadline(session, book, process, deadline, "the action goes on", due)
    letters.ask_for_things(session, process, [deadline], f"again:{deadline.arming}")


def _owe(
    session: Session, book: RuleBook, process: Process, action: Action, slot: str, kind: str, title: str, due: DueDate,
    owner_role: str = "", ladder: str = "",
) -> Deadline:  # fmt: skip
    """Owed for this action in a slot of its own; what was settled there before is owed again."""
    period = book.period(KIND, process.guidance, kind)
    period = replace(period, kind=slot, owner_role=owner_role or period.owner_role, ladder=ladder or period.ladder)
    agency = kept(session, Agency, action.agency_id) if period.owner_role == OWNER else None
    owner_id = action.owner_id if agency else None
    wanted = Owed(period, due, agency, f"{slot}:{action.number}", title, "", owner_id)
    [deadline] = open_all(session, book, process, [wanted])
    reopen_deadline(session, book, process, deadline, "owed again", due)  # one that is open stays as it is
    return deadline


def _at_committee(book: RuleBook, process: Process, kind: str, on: date) -> DueDate:
    """At the committee's next meeting after that day; where its dates are not set, after a quarter of a year."""
    days = book.period(KIND, process.guidance, "closure").offset
    meets_on = book.next_meeting(MONITORING, on)
    if meets_on is None:
        by = add_working_days(on, days, book.calendar)
        return _day(kind, "evidence-check", on, by, f"{days} working days after {spoken(on)}; no meeting is set.")
    name = book.committee_name(MONITORING)
    return _day(kind, "meeting", on, meets_on, f"{name[:1].upper()}{name[1:]} meets on {spoken(meets_on)}.")


def _day(kind: str, anchor: str, from_on: date, by: date, why: str) -> DueDate:
    return DueDate(kind, anchor, from_on, 0, Unit.CALENDAR_DAYS, by, by, why)


def _is_of(deadline: Deadline, action: Action) -> bool:
    return deadline.slot.split(":")[1:2] == [f"{action.number}"]


def _give_up(session: Session, process: Process, slot: str, why: str) -> None:
    deadline = deadline_in(session, process, slot)
    if deadline is not None and deadline.state is DeadlineState.OPEN:
        end_deadline(session, process, deadline, DeadlineState.ENDED, why)
        settle(session, process, deadline)


def open_actions(session: Session, process: Process) -> list[Action]:
    """The actions that stand in the way of closing the plan."""
    return [each for each in actions_of(session, process) if is_open(each)]
