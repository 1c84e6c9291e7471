"""What was measured, beside what is wanted, as lines for people."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Finding:
    """One measured figure; without a bound it stands there for comparison alone."""

    what: str
    measured: str
    wanted: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """The last column in words."""
        return {True: "met", False: "NOT met", None: ""}[self.met]


def at_least(what: str, value: float, bound: float, measured: str) -> Finding:
    """A finding that is met when the value reaches the bound."""
    return Finding(what, measured, f"{bound:g} or more", value >= bound)


def at_most(what: str, value: float, bound: float, measured: str, unit: str = "") -> Finding:
    """A finding that is met when the value stays within the bound."""
    return Finding(what, measured, f"{bound:g}{unit} or less", value <= bound)


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """How many times larger the first is, in the middle of pairs measured one straight after the other."""
    return median([one / other for one, other in zip(above, below, strict=True)])


def growth(series: dict[int, list[float]]) -> dict[tuple[int, int], float]:
    """For each step from one size to the next, the ratio of what was measured in the same turn."""
    return {(small, large): ratio(series[large], series[small]) for small, large in pairwise(sorted(series))}


def span(values: Sequence[float], digits: int = 2) -> str:
    """The middle one with the smallest and the largest."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def load() -> str:
    """How busy the machine was in the last minute, over all its cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def say(line: str) -> None:
    """The line is on the screen."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def table(findings: Sequence[Finding]) -> str:
    """All findings in columns."""
    rows = [("What", "Measured", "Wanted", ""), *((f.what, f.measured, f.wanted, f.verdict) for f in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
