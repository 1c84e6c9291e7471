"""What the morning round does about actions: owners are asked for a word before the committee meets."""

from __future__ import annotations

from datetime import date

from flows.steps.action_plan import KIND
from flows.steps.action_progress import ask_for_words
from models.records.configured import configured_boards
from models.records.database import reading, transaction
from models.records.processes import locked_processes, open_processes
from models.rulebook import rule_book
from models.rules.stages import Stage, was_reached
from models.rules.working_days import is_working_day


def ask_owners(day: date) -> str:
    """Owners of actions on which a word is wanted today are asked for it; gives back how many actions, in words."""
    asked = 0
    for key, process_id in _plans(day):
        with transaction() as session:
            for process in locked_processes(session, [process_id]):
                asked += ask_for_words(session, rule_book(key), process, day)
    return f"Actions on which a word was asked for: {asked}." if asked else ""


def _plans(day: date) -> list[tuple[str, int]]:
    """The plans that were approved, of boards whose office works on that day; closed ones may have an action open."""
    found: list[tuple[str, int]] = []
    with reading() as session:
        for board, book in configured_boards(session):
            if not is_working_day(day, book.calendar):
                continue
            plans = [each for each in open_processes(session, board.id) if each.kind == KIND]
            found += [(board.key, each.id or 0) for each in plans if was_reached(KIND, each.stage, Stage.PLAN_APPROVED)]
    return found
