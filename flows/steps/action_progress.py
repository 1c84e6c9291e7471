"""Owners of actions are asked for a word once a committee cycle, each in one mail for all of theirs (B.10)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from flows.steps import letters
from flows.steps.action_plan import KIND, MONITORING
from models.records.actions import Action, actions_of, heard_on
from models.records.boards import Agency
from models.records.chasing import Owed, deadline_in, deadlines_of, open_all
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.kept import kept
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.action_asking import Cycle, asked_for
from models.rules.actions import ActionState
from models.rules.spoken import spoken
from models.rules.timetable import DueDate, Unit
from models.rules.working_days import add_working_days

ASKED = (ActionState.IN_PROGRESS, ActionState.REOPENED)


def ask_for_words(session: Session, book: RuleBook, process: Process, day: date) -> int:
    """Whoever owns actions of the plan on which a word is wanted is asked for all of them at once; how many actions."""
    wanted = _wanted(session, book, process, day)
    if not wanted:
        return 0
    answer_by = add_working_days(day, book.allowance(process.guidance, "progress_answered"), book.calendar)
    period = book.period(KIND, process.guidance, "progress")
    owed = [
        Owed(
            period, _due(day, answer_by), kept(session, Agency, action.agency_id),
            f"progress:{action.number}:{asking}", f"Word on action {action.number}", owner_id=action.owner_id,
        )
        for action, asking in wanted
    ]  # fmt: skip
    open_all(session, book, process, owed)
    for asking in dict.fromkeys(asking for _, asking in wanted):
        about = [_doing(session, process, action) for action, mine in wanted if mine == asking]
        meets_on = date.fromisoformat(asking) if asking != day.isoformat() else None
        facts = {"answer_by": answer_by.isoformat(), **({"meets_on": meets_on.isoformat()} if meets_on else {})}
        letters.write_to_owners(session, process, "action_words_wanted", about, facts, asking)
    return len(wanted)


def cycle_of(book: RuleBook, edition: str) -> Cycle:
    """How the board asks for words on actions."""
    return Cycle(
        book.board.days_of(MONITORING),
        book.allowance(edition, "progress_asked_before"),
        book.allowance(edition, "progress_is_fresh"),
    )


def _wanted(session: Session, book: RuleBook, process: Process, day: date) -> list[tuple[Action, str]]:
    doing = {each.slot: each for each in deadlines_of(session, process, "action", only_open=True)}
    actions = [each for each in actions_of(session, process, *ASKED) if _is_chased(doing.get(each.slot))]
    words = heard_on(session, [doing[each.slot].id or 0 for each in actions])
    asked: dict[int, date] = defaultdict(lambda: date.min)
    for each in deadlines_of(session, process, "progress"):
        number = int(each.slot.split(":")[1])
        asked[number] = max(asked[number], each.opened_on)
    cycle, found = cycle_of(book, process.guidance), []
    for action in actions:
        asking = asked_for(
            cycle, action.priority, action.since_on, words.get(doing[action.slot].id or 0),
            asked.get(action.number), day, book.calendar,
        )  # fmt: skip
        if asking and deadline_in(session, process, f"progress:{action.number}:{asking}") is None:
            found.append((action, asking))
    return found


def _is_chased(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.state is DeadlineState.OPEN and deadline.standstill is None


def _doing(session: Session, process: Process, action: Action) -> Deadline:
    deadline = deadline_in(session, process, action.slot)
    if deadline is None:
        raise ValueError("an action that is under way was never owed")
    return deadline


def _due(day: date, by: date) -> DueDate:
    why = f"Asked on {spoken(day)}."
    return DueDate("progress", "asking", day, 0, Unit.CALENDAR_DAYS, by, by, why)
