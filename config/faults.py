"""What is wrong in the configuration, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that somebody has to put right."""

    file: str  # below the configuration folder, with forward slashes
    line: int  # the first line is 1
    what: str  # what is wrong
    do: str  # what to do

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what} {self.do}"


class FaultyConfiguration(Exception):
    """The configuration has faults, so nothing of it was loaded."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_order(faults)
        listed = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{self.__doc__}\n{listed}")


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The faults by file and line, each of them once."""
    return tuple(sorted(set(faults)))
