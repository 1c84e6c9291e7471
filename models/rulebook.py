"""A board's configuration turned into the values that rules work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.rules.ladders import Ladder
from models.rules.timetable import Period
from models.rules.working_days import Calendar


@dataclass(frozen=True)
class RuleBook:
    """The rules of one board: its calendar, its ladders, its periods under each guidance edition."""

    board_key: str
    guidance: str  # the edition that new processes start under
    calendar: Calendar
    ladders: Mapping[str, Ladder]
    periods: Mapping[tuple[str, str], Sequence[Period]]  # (process, edition) -> its periods
    board: Any = field(repr=False)  # the checked board.toml

    def periods_of(self, process: str, edition: str) -> Sequence[Period]:
        """The periods of a kind of process under an edition. Raises KeyError for an unknown edition."""
        return self.periods[process, edition]

    def period(self, process: str, edition: str, kind: str) -> Period:
        """One period by its kind. Raises KeyError when there is none."""
        return {period.kind: period for period in self.periods_of(process, edition)}[kind]


def rule_book(board_key: str) -> RuleBook:
    """The rule book of a board, read once in a process."""
    raise NotImplementedError
