"""The columns of sheets that people fill in, as plain values: both writing and reading look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

VERSION = "1"  # of all sheets; another one is not read
HOW_TO, LISTS, AS_WRITTEN = "How to fill in", "Lists", "As written"  # the last two are hidden
FIRST_ROW = 2  # below the headings
LONGEST_TEXT = 2000  # characters of one cell
SENDING_BACK = (
    "Save it as an Excel workbook (.xlsx) without a password and send it back to the board's office.",
    "If anything is wrong you get a list that names each cell. Nothing is taken over until all of it is right.",
)


class SheetKind(StrEnum):
    """What a sheet is for; stands in its hidden mark, and so never changes."""

    ACTIONS = "actions"
    MEETING = "meeting"


class Holds(StrEnum):
    """What a column holds."""

    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"


@dataclass(frozen=True)
class Column:
    """One column: its heading, when it is needed, and what goes in, in words."""

    name: str
    heading: str
    when: str  # "needed", "needed before approval", "may be left empty"
    help: str
    width: float  # in signs of the usual font
    holds: Holds = Holds.TEXT
    longest: int = 0  # characters, 0 for the usual limit


@dataclass(frozen=True)
class Table:
    """The table of one kind of sheet; `given` are the columns that are filled in already."""

    kind: SheetKind
    sheet: str  # "Actions"
    columns: tuple[Column, ...]
    reference: str  # what of its mark says what it belongs to: "plan"
    given: frozenset[str] = frozenset()

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(each for each in self.columns if each.name == name)

    def letters(self, name: str) -> str:
        """The letters of the column, "C"."""
        return letters(1 + [each.name for each in self.columns].index(name))


Values = Mapping[str, str | date | None]  # of one row, by the names of the columns
Choices = Mapping[str, Sequence[str]]  # what may be chosen, by the names of the columns


def letters(number: int) -> str:
    """The letters of a column by its number, "C" for the third."""
    found = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
