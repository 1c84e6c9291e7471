"""What can read a file of an in-tray: one reader for each kind of file, found by the file's own content.

A reader gets the bytes of the file and never its name, which may name a child. All that it does belongs to the one
transaction that it is handed; whatever it raises undoes all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Protocol, TypeVar

from models.records.boards import Board
from models.records.database import Session
from models.rulebook import RuleBook

MODULES: tuple[str, ...] = (
    "flows.action_sheets",
)  # modules that register a reader; loaded when the first file is to be read


@dataclass(frozen=True)
class Loaded:
    """What became of a file: fixed words, references and counts, as a log may show them; nothing out of its cells."""

    said: str
    look_again: tuple[str, ...] = ()  # references of processes whose wait is over


@dataclass(frozen=True)
class Fault:
    """One thing in a file that somebody has to put right; it is told in the note beside the file and nowhere else."""

    place: str  # "Line 3", "Sheet Actions, cell C7", "The whole file"
    what: str
    do: str


UNKNOWN = Fault(
    "The whole file",
    "Sightline does not recognise what this is.",
    "Look into the guide for what can be dropped into this folder, and begin with a sheet that Sightline has written.",
)


class FaultyFile(Exception):
    """The file has faults, so nothing of it is loaded; the exception itself says no word out of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in a file of an in-tray")


class Reader(Protocol):
    """Reads files of one kind."""

    def recognises(self, content: bytes, ending: str) -> bool:
        """True for a file of its kind, faulty or not; `ending` is like ".csv", in small letters. Raises nothing."""

    def load(self, session: Session, book: RuleBook, board: Board, content: bytes, day: date) -> Loaded:
        """All of the file is in the record, in the transaction that is handed in.

        Raises FaultyFile with every fault at once; then nothing of it is. Processes are locked after the board's desk,
        which is locked already.
        """


ReaderClass = TypeVar("ReaderClass", bound=Callable[[], Reader])
_readers: dict[str, Reader] = {}


def reads(kind: str) -> Callable[[ReaderClass], ReaderClass]:
    """The decorated class, made without arguments, reads files of that kind.

    `kind` is at most 40 characters and stands in the record. Raises ValueError for a kind that has a reader.
    """

    def register(made: ReaderClass) -> ReaderClass:
        if kind in _readers:
            raise ValueError(f"files of the kind {kind} have a reader already")
        _readers[kind] = made()
        return made

    return register


def reader_for(content: bytes, ending: str) -> tuple[str, Reader]:
    """The kind of the file and what reads it, the first that was registered.

    Raises FaultyFile for a file that nobody recognises.
    """
    _load_modules()
    for kind, reader in _readers.items():
        if reader.recognises(content, ending):
            return kind, reader
    raise FaultyFile([UNKNOWN])


@cache
def _load_modules() -> None:
    for module in MODULES:
        import_module(module)
