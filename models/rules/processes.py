"""The kinds of process that Sightline runs: one table, everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.stages import Stage


@dataclass(frozen=True)
class ProcessKind:
    """What the rest of the code must know about one kind of process."""

    key: str
    title: str  # for the office
    outside: str  # for messages: neutral
    deployment: str  # "flow name/deployment name"
    anchors: tuple[str, ...]
    completed_at: Stage | None


KINDS: Mapping[str, ProcessKind] = {
    "desk": ProcessKind("desk", "Desk", "desk", "desk/Desk", (), None),
    "plr": ProcessKind(
        key="plr",
        title="Practice learning review",
        outside="review",
        deployment="practice-learning-review/Practice learning review",
        anchors=("decision", "agreement", "letters", "initial-meeting", "approval"),
        completed_at=Stage.BOARD_APPROVED,
    ),
}
