"""One row of a sheet, read cell by cell: whatever is wrong is noted with its cell, and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from models.rules.spoken import and_joined
from models.rules.written_days import NotADay
from reports.sheet_cells import bare, day_in, plain_text
from reports.sheet_columns import LONGEST_TEXT, Table
from reports.sheet_faults import Fault
from reports.workbooks import SheetRow

_Chosen = TypeVar("_Chosen")


class RowReader:
    """A row while it is read; `faults` are what was found so far."""

    def __init__(self, table: Table, row: SheetRow) -> None:
        self.faults: list[Fault] = []
        self.number = row.number
        self._table, self._cells = table, row.cells

    def text(self, name: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """The text in that column, "" for none and for one that is wrong."""
        if not self._is_readable(name, needed=needed):
            return ""
        text = plain_text(self._cells.get(name))
        if len(text) > longest:
            self.fault(name, f"the text is longer than {longest} characters", "Write it shorter.")
            return ""
        return text

    def line(self, name: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """The text in that column on one line."""
        return " ".join(self.text(name, needed=needed, longest=longest).split())

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """The day in that column, None for none and for one that is wrong."""
        if not self._is_readable(name, needed=needed):
            return None
        try:
            return day_in(self._cells.get(name))
        except NotADay:
            self.fault(name, "that is not a date", "Write it like 12 June 2026.")
            return None

    def choice(
        self,
        name: str,
        choices: Mapping[str, _Chosen],
        known: Sequence[str] = (),
        wrong: str = "that is not on the list",
        *,
        needed: bool = True,
    ) -> _Chosen | None:
        """The choice in that column; `known` are those that are told when it is none of them, else all."""
        chosen = bare(self.text(name, needed=needed))
        found = {bare(words): value for words, value in choices.items()}.get(chosen)
        if chosen and found is None:
            self.fault(name, wrong, f"Choose one of these: {and_joined(list(known or choices))}.")
        return found

    def is_empty(self, name: str) -> bool:
        """Nothing stands in that column."""
        return name not in self._cells

    def needs(self, name: str) -> None:
        """An empty cell in that column is noted."""
        self._is_readable(name, needed=True)

    def fault(self, name: str, wrong: str, to_do: str) -> None:
        """That is wrong with the cell in that column."""
        self.faults.append(Fault(wrong, to_do, f"{self._table.letters(name)}{self.number}"))

    def _is_readable(self, name: str, *, needed: bool) -> bool:
        cell = self._cells.get(name)
        if cell is None:
            if needed:
                heading = self._table.column(name).heading
                self.fault(name, f"“{heading}” is empty", "It is needed; fill it in.")
            return False
        if cell.is_error:
            self.fault(name, "the cell shows an error", "Type the words or the day itself.")
        return not (cell.is_error or cell.is_formula)  # a formula has been noted already
