"""Which entries of the journal came of a decision, and which of what other people have recorded since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.records.history import History

DECISION, ARRIVALS, CORRECTED, TAKEN_BACK = (
    "decision", "arrivals recorded", "mistake corrected", "decision taken back",
)  # fmt: skip
BEGINS: Mapping[str, frozenset[str]] = {  # what ends an entry by another door -> the deeds that it may begin with
    ARRIVALS: frozenset({"deadline met"}),
    "briefing recorded": frozenset({"deadline met"}),
    "request recorded": frozenset({"more time asked for"}),
    CORRECTED: frozenset({"deadline reopened", "day corrected", TAKEN_BACK}),
}
FIXED_SLOTS: Mapping[str, frozenset[str]] = {"briefing recorded": frozenset({"briefing"})}


@dataclass(frozen=True)
class CameOf:
    """The entries that came of a decision, and the spans of time in which others were made."""

    rows: Sequence[History]
    others: Sequence[tuple[datetime, datetime | None]]

    def is_anothers(self, moment: datetime) -> bool:
        """True when what was written at that moment came of something else."""
        return any(begun <= moment and (ended is None or moment <= ended) for begun, ended in self.others)


def came_of(rows: Sequence[History]) -> CameOf:
    """What came of the decision whose entry is the first of the rows; they run to the end of the journal.

    What arrived since came of something else, unless it was the decision that had asked for it: then what followed
    came of the decision, but for the arrival itself.
    """
    owners = _owners(rows)
    mine: list[History] = []
    others: list[tuple[datetime, datetime | None]] = []
    asked: set[str] = set()
    for number, (row, owner) in enumerate(zip(rows, owners, strict=True)):
        last = rows[owner]
        if owner == 0 or asked & _slots(last):
            mine.append(row)
            asked |= {str(row.facts["slot"])} if row.deed == "deadline opened" else set()
        elif number == 0 or owners[number - 1] != owner:
            others.append((row.at, _ended_at(rows, owners, number)))
    begun_at = rows[0].at
    return CameOf(mine, [span for span in others if span[0] > begun_at])


def _owners(rows: Sequence[History]) -> list[int]:
    """For each row the place of the row that says to what it belongs: a decision, or what ends another entry."""
    owners: list[int] = []
    decision, bound = 0, 1
    for number, row in enumerate(rows):
        if row.deed == DECISION:
            decision, bound = number, number + 1
        owners.append(decision)
        if row.deed in BEGINS:
            begun = next((each for each in range(bound, number) if _begins(rows[each], row)), number)
            owners[begun:] = [number] * (number + 1 - begun)
            decision = 0 if row.deed == CORRECTED else decision
            bound = number + 1
    return owners


def _begins(row: History, end: History) -> bool:
    slots = _slots(end)
    return row.deed in BEGINS[end.deed] and (not slots or row.facts.get("slot") in slots)


def _slots(end: History) -> frozenset[str]:
    """The slots that an entry was about; none where it does not say."""
    known = end.facts.get("slots") or ([end.facts["slot"]] if "slot" in end.facts else [])
    return FIXED_SLOTS.get(end.deed, frozenset(known)) if end.deed in BEGINS else frozenset()


def _ended_at(rows: Sequence[History], owners: Sequence[int], begun: int) -> datetime | None:
    owner = owners[begun]
    if rows[owner].deed != DECISION:
        return rows[owner].at
    after = next((each for each in range(begun, len(rows)) if owners[each] != owner), None)
    return rows[after].at if after is not None else None
