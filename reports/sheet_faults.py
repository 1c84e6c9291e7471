"""What is wrong with a sheet that was filled in, in words for an office; what was typed is never repeated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

MOST_FAULTS = 10_000  # more than a full sheet can have in its cells


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where it stands, and what to do about it."""

    wrong: str  # "that is not an agency of this board"
    to_do: str  # a sentence: "Choose one from the list."
    where: str = ""  # "C7"; "" for the whole file

    def __str__(self) -> str:
        words = f"{self.where}: {self.wrong}" if self.where else self.wrong[:1].upper() + self.wrong[1:]
        return f"{words}. {self.to_do}"


class FaultySheet(Exception):
    """A sheet is not read at all; `faults` are all reasons at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(islice(faults, MOST_FAULTS))
        super().__init__("\n".join(str(each) for each in self.faults))


def refused(wrong: str, to_do: str) -> FaultySheet:
    """The one reason for which a file as a whole is not read."""
    return FaultySheet([Fault(wrong, to_do)])
