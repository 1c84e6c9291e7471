"""What a morning round did, in counts for the record and in sentences for people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from models.rules.spoken import spoken
from notifications.chase import Chased
from notifications.digest import counted, sentence_of_made_up


@dataclass(frozen=True)
class BoardReport:
    """What the round did for one board."""

    board: str
    quiet: bool
    missed: tuple[date, ...]
    chased: Chased = field(default_factory=Chased)

    def as_facts(self) -> dict[str, Any]:
        """Counts and days, as the record and programs read them."""
        missed = [day.isoformat() for day in self.missed]
        return {"quiet": self.quiet, "missed": missed, **asdict(self.chased)}


@dataclass(frozen=True)
class StepReport:
    """One of the steps after the messages: what came of it, or the kind of fault that it met."""

    name: str
    said: str
    failed: bool


@dataclass(frozen=True)
class RoundReport:
    """What one round did."""

    day: date
    boards: tuple[BoardReport, ...] = ()
    steps: tuple[StepReport, ...] = ()

    def with_board(self, board: BoardReport) -> RoundReport:
        """The same report with one board more."""
        return replace(self, boards=(*self.boards, board))

    def with_chased(self, key: str, chased: Chased) -> RoundReport:
        """The same report with what was done for the board added to what it had."""
        return replace(
            self,
            boards=tuple(replace(one, chased=one.chased + chased) if one.board == key else one for one in self.boards),
        )

    def with_step(self, step: StepReport) -> RoundReport:
        """The same report with one step more."""
        return replace(self, steps=(*self.steps, step))

    def as_facts(self) -> dict[str, Any]:
        """Counts and days, as the record and programs read them."""
        return {
            "boards": {one.board: one.as_facts() for one in self.boards},
            "steps": [asdict(one) for one in self.steps],
        }

    def sentences(self) -> list[str]:
        """What was done, in sentences."""
        said = [f"The morning round for {spoken(self.day)} has ended."]
        for one in self.boards:
            said += [f"{one.board}: {sentence}" for sentence in board_sentences(one)]
        for step in self.steps:
            if step.failed:
                said.append(f"Not done: {step.name} ({step.said}); the log says more.")
            elif step.said:
                said.append(step.said)
        return said


def board_sentences(one: BoardReport) -> list[str]:
    """What the round did for one board, in sentences."""
    chased = one.chased
    said = []
    if one.quiet:
        said.append("a quiet day, so nothing is said but what national limits ask for.")
    said.append(_done(chased))
    if one.missed:
        said.append(sentence_of_made_up(one.missed, chased.said_late, chased.merged_late))
    if chased.without_ladder:
        said.append(f"{counted(chased.without_ladder, 'deadline')} without a ladder; run 'sightline check'.")
    return said


def _done(chased: Chased) -> str:
    return (
        f"{counted(chased.deadlines, 'deadline')} looked after, "
        f"{counted(chased.said, 'thing')} said by message, "
        f"{chased.merged} merged into these, {counted(chased.tasks, 'task')} opened for the office"
        f"{f', {chased.calls} of them telephone calls because no mail arrives' if chased.calls else ''}."
    )
