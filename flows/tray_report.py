"""What a look into the in-trays did, in counts for programs and in sentences for people; never a file's name."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of one thing in an in-tray; each is a count of `BoardLooked`."""

    READ = "read"
    FAULTY = "faulty"  # lies in faults with a note
    KNOWN = "known"  # the same content had been read before
    MOVED = "moved"  # had been read by a look that broke off, and is put away now
    WAITING = "waiting"  # somebody may still be writing to it
    OUR_NOTE = "our_note"  # a note of ours that came back


@dataclass(frozen=True)
class Outcome:
    """What became of one file, what its reader said, and why it could not be put away, if so."""

    fate: Fate
    said: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class BoardLooked:
    """What was done for one board; the counts are of files."""

    board: str
    read: int = 0
    faulty: int = 0
    known: int = 0
    moved: int = 0
    waiting: int = 0
    our_note: int = 0
    in_faults: int | None = None  # lie in the folder faults now; None where it cannot be looked into
    said: tuple[str, ...] = ()  # by the readers
    trouble: tuple[str, ...] = ()  # why files stay in the in-tray
    told: bool = False  # the office's tasks have changed

    def with_file(self, one: Outcome) -> BoardLooked:
        """The same with one file more."""
        counted = replace(self, **{one.fate.value: getattr(self, one.fate.value) + 1})
        said = (*counted.said, one.said) if one.said else counted.said
        return replace(counted, said=said).with_trouble(one.trouble)

    def with_trouble(self, why: str) -> BoardLooked:
        """The same with a reason why a file stays; "" is none, and one that is known is not said again."""
        return replace(self, trouble=(*self.trouble, why)) if why and why not in self.trouble else self

    def with_faults(self, lying: int) -> BoardLooked:
        """The same, knowing how many files lie in the folder faults."""
        return replace(self, in_faults=lying)

    @property
    def did_nothing(self) -> bool:
        """True when nothing has changed by the look."""
        return not (self.read or self.faulty or self.known or self.moved or self.our_note or self.told)

    def sentences(self) -> list[str]:
        """What was done, in sentences; none where there was nothing."""
        counts = (
            ("Read", self.read),
            ("Not read, with a note beside each in the folder faults", self.faulty),
            ("Read before, so nothing was loaded again", self.known),
            ("Read by a look that broke off, and put away now", self.moved),
            ("Changed within the last minute, so left for the next look", self.waiting),
        )
        said = [f"{what}: {number}." for what, number in counts if number]
        if self.in_faults:
            said.append(f"In the folder faults: {self.in_faults}. Look at the note beside each.")
        return [*said, *self.said, *(f"{each}." for each in self.trouble)]


@dataclass(frozen=True)
class Looked:
    """What one look did."""

    boards: tuple[BoardLooked, ...] = ()
    under_way: bool = False  # another look was at work, or has taken over

    @property
    def did_nothing(self) -> bool:
        """True when nothing has changed by the look."""
        return all(each.did_nothing for each in self.boards)

    @property
    def found_faults(self) -> bool:
        """True when a file could not be read, or stays where it is."""
        return any(each.faulty or each.trouble for each in self.boards)

    def as_facts(self) -> dict[str, Any]:
        """Counts and fixed words, as the record and programs read them."""
        return {"under_way": self.under_way, "boards": [asdict(each) for each in self.boards]}

    def sentences(self) -> list[str]:
        """What was done, in sentences; none where there was nothing."""
        if self.under_way:
            return ["Another look into the in-trays is at work."]
        return [f"{each.board}: {sentence}" for each in self.boards for sentence in each.sentences()]
