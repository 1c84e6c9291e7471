"""Which steps begin a process of each kind; a decision in one process may open another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, TypeVar

from models.records.boards import Agency, Board
from models.records.database import Session
from models.records.processes import Process
from models.rulebook import RuleBook


class Opener(Protocol):
    """Begins a process of one kind, on the day of the event that it counts from."""

    def __call__(
        self, session: Session, book: RuleBook, board: Board, on: date, agencies: Sequence[Agency], secure_place: str,
        parent: Process | None = None, /,
    ) -> Process: ...  # fmt: skip


STEPS: Mapping[str, str] = {  # kind of process -> the module whose steps begin it; loaded when one is to be opened
    "plr": "flows.steps.practice_learning_review",
    "scr-consideration": "flows.steps.consideration",
    "serious-case-review": "flows.steps.serious_case_review",
    "rapid-review": "flows.steps.rapid_review",
    "case-discussion": "flows.steps.case_discussion",
    "follow-up": "flows.steps.follow_up",
    "action-plan": "flows.steps.action_plan",
}
_openers: dict[str, Opener] = {}
Kept = TypeVar("Kept", bound=Opener)


def opens(kind: str) -> Callable[[Kept], Kept]:
    """The decorated function begins processes of that kind. Raises ValueError for a kind that has one."""

    def keep(opener: Kept) -> Kept:
        if kind in _openers:
            raise ValueError(f"two functions open “{kind}”")
        _openers[kind] = opener
        return opener

    return keep


def openers() -> Mapping[str, Opener]:
    """What begins each kind of process."""
    return dict(_openers)


def can_be_opened(kind: str) -> bool:
    """True when there are steps that begin a process of that kind; a run that has not loaded them has them now."""
    if kind not in _openers and kind in STEPS and find_spec(STEPS[kind]) is not None:
        import_module(STEPS[kind])
    return kind in _openers


def open_next(
    session: Session, book: RuleBook, parent: Process, kind: str, decided_on: date, agencies: Sequence[Agency]
) -> Process:
    """A process that follows from `parent` is begun under the same guidance edition, tied to it in the record.

    Its run is started by the round or by `start_new_processes`. Raises KeyError for a kind that nothing opens.
    """
    if not can_be_opened(kind):
        raise KeyError(kind)
    board = session.get_one(Board, parent.board_id)
    return _openers[kind](session, book, board, decided_on, agencies, parent.secure_place, parent)
