"""Which counts may be published when small ones must not be told, nor found out from the total.

Source: rule F-12, counts under five are suppressed, and others with them where a total would give them away (D:
default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SMALLEST_TOLD = 5


@dataclass(frozen=True)
class Published:
    """The counts that may be told; None for one that may not, and for a total that would give one away."""

    counts: Mapping[str, int | None]
    total: int | None


def publishable(counts: Mapping[str, int]) -> Published:
    """Counts under five are not told. Where the total would tell them all the same, further ones are not told either,
    the smallest first with all that equal it, and at last the total.

    Whoever knows this rule and sees what is told cannot tell any count that is not: each could be another.
    """
    hidden = {name for name, count in counts.items() if count < SMALLEST_TOLD}
    while hidden and len(hidden) < len(counts) and _can_be_found(counts, hidden):
        next_one = min(count for name, count in counts.items() if name not in hidden)
        hidden |= {name for name, count in counts.items() if count == next_one}
    total = None if hidden and _can_be_found(counts, hidden) else sum(counts.values())
    return Published({name: None if name in hidden else count for name, count in counts.items()}, total)


def _can_be_found(counts: Mapping[str, int], hidden: set[str]) -> bool:
    """True when the sum of what is hidden, which anybody can count from the total, gives one of them away.

    One alone is its sum; several of them do not hide in a sum that is small itself, nor in the largest that counts
    under five can have.
    """
    together = sum(counts[name] for name in hidden)
    return len(hidden) < 2 or together < SMALLEST_TOLD or together == len(hidden) * (SMALLEST_TOLD - 1)
