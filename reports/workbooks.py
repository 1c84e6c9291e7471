"""Workbooks that came back: opened safely, known again by their hidden mark, taken apart into rows.

Only what `workbook_parts` has looked at is opened, for reading alone: nothing is worked out, no picture and no link is
followed.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from reports.sheet_cells import SheetCell, bare, plain_text
from reports.sheet_columns import AS_WRITTEN, FIRST_ROW, HOW_TO, LISTS, VERSION, SheetKind, Table, letters
from reports.sheet_faults import Fault, FaultySheet, refused
from reports.workbook_parts import checked_parts

Cells = Mapping[tuple[int, int], SheetCell]  # by row and column, both counted from one
_NEW_ONE = "Fill in the sheet that was sent to you, or ask the board's office for a new one."
_PLAIN_KIND = {SheetKind.ACTIONS: "the actions of a plan", SheetKind.MEETING: "the decisions of a meeting"}


@dataclass(frozen=True)
class SheetRow:
    """One row in which something stands; its cells by the names of the columns."""

    number: int
    cells: Mapping[str, SheetCell]


@dataclass(frozen=True)
class Opened:
    """A sheet of the right kind: its mark, its rows, and what is wrong with it so far."""

    mark: Mapping[str, str]
    rows: tuple[SheetRow, ...]
    given: tuple[tuple[str, ...], ...]  # what was filled in when it was written
    faults: tuple[Fault, ...]


def kind_of(content: bytes) -> SheetKind:
    """What the sheet is for. Raises FaultySheet when it is none of ours."""
    return SheetKind(_mark(_sheets(content))["kind"])


def open_sheet(content: bytes, table: Table) -> Opened:
    """The sheet taken apart. Raises FaultySheet for another kind of sheet and for columns that are not as they were."""
    sheets = _sheets(content)
    mark = _mark(sheets)
    if mark["kind"] != table.kind:
        raise refused(
            f"the sheet is for {_PLAIN_KIND[SheetKind(mark['kind'])]}, not for {_PLAIN_KIND[table.kind]}", _NEW_ONE
        )
    main = sheets.get(table.sheet)
    if main is None:
        raise refused(f"the sheet “{table.sheet}” is missing", _NEW_ONE)
    faults = [*_formulas(sheets, table), *_foreign(sheets, table), *_renamed(sheets, table, mark)]
    headings = list(_headings(main, table))
    if headings:
        raise FaultySheet([*faults, *headings])
    given = tuple(_lines(sheets.get(AS_WRITTEN, {}), len(table.given)))
    return Opened(mark, tuple(_rows(main, table)), given, (*faults, *_beside(main, table)))


def _sheets(content: bytes) -> Mapping[str, Cells]:
    """All cells of all sheets, by the names of the sheets."""
    safe = checked_parts(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what openpyxl would leave out if it wrote the file again
            book = load_workbook(BytesIO(safe), read_only=True, keep_links=False)
            try:
                if len(set(book.sheetnames)) < len(book.sheetnames):
                    raise ValueError("two sheets of the same name")
                return {page.title: dict(_cells(page)) for page in book.worksheets}
            finally:
                book.close()
    except Exception:  # noqa: BLE001 - whatever a damaged file makes the library say; it may repeat what was typed
        raise refused(
            "the file cannot be read as a workbook",
            "It may be damaged. Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)” and send that.",
        ) from None


def _cells(page: Any) -> Iterator[tuple[tuple[int, int], SheetCell]]:
    page.reset_dimensions()  # how large a sheet calls itself need not be true
    for row in page.iter_rows():
        for cell in row:
            if cell.value is not None:
                found = SheetCell(cell.value, cell.data_type, cell.number_format or "")
                yield (cell.row, cell.column), found


def _mark(sheets: Mapping[str, Cells]) -> dict[str, str]:
    mark = {name: what for name, what in _lines(sheets.get(LISTS, {}), 2) if name}
    if mark.get("kind") not in set(SheetKind):
        raise refused("the file is a workbook, but not one of this board's sheets", _NEW_ONE)
    if mark.get("version") != VERSION:
        raise refused("the sheet is of an older or newer form that is not read any more", _NEW_ONE)
    return mark


def _lines(cells: Cells, columns: int) -> Iterator[tuple[str, ...]]:
    """The first columns of a sheet, as plain text."""
    for row in sorted({row for row, column in cells if column <= columns}):
        yield tuple(plain_text(cells.get((row, column))) for column in range(1, columns + 1))


def _formulas(sheets: Mapping[str, Cells], table: Table) -> Iterator[Fault]:
    for position, (name, cells) in enumerate(sheets.items(), start=1):
        for (row, column), cell in sorted(cells.items()):
            if cell.is_formula:
                where = f"{letters(column)}{row}{_on_sheet(name, position, table)}"
                yield Fault("a formula stands there", "Type the words or the day itself.", where)


def _on_sheet(name: str, position: int, table: Table) -> str:
    """Names that somebody typed are not repeated."""
    if name == table.sheet:
        return ""
    return f" on “{name}”" if name in (HOW_TO, LISTS, AS_WRITTEN) else f" on the sheet at place {position}"


def _foreign(sheets: Mapping[str, Cells], table: Table) -> Iterator[Fault]:
    for position, (name, cells) in enumerate(sheets.items(), start=1):
        if cells and name not in (table.sheet, HOW_TO, LISTS, AS_WRITTEN):
            yield Fault(
                f"the sheet at place {position} was added and is not read",
                f"Move what counts to “{table.sheet}” and delete that sheet.",
            )


def _renamed(sheets: Mapping[str, Cells], table: Table, mark: Mapping[str, str]) -> Iterator[Fault]:
    """Whoever writes another reference into the instructions believes that the sheet now belongs to that."""
    page = sheets.get(HOW_TO, {})
    for (row, column), cell in page.items():
        if column == 1 and plain_text(cell) == table.reference.capitalize():
            stands = page.get((row, 2))
            if plain_text(stands) != mark.get(table.reference) and not (stands and stands.is_formula):
                yield Fault(
                    f"the {table.reference} was changed by hand; the sheet belongs to the one it was made for",
                    f"Put the reference back, or take the sheet of the other {table.reference}.",
                    f"B{row} on “{HOW_TO}”",
                )


def _headings(main: Cells, table: Table) -> Iterator[Fault]:
    for number, column in enumerate(table.columns, start=1):
        heading = plain_text(main.get((1, number))).partition("\n")[0]
        if bare(heading) != bare(column.heading):
            yield Fault(
                f"the column “{column.heading}” should stand there; it is missing, moved or renamed",
                "Put the headings back as they were, or begin with a new sheet.",
                f"{letters(number)}1",
            )


def _beside(main: Cells, table: Table) -> Iterator[Fault]:
    """What stands to the right of the table would be lost without a word."""
    for (row, column), cell in sorted(main.items()):
        if column > len(table.columns) and plain_text(cell) and not cell.is_formula:
            yield Fault(
                "something stands beside the table, where it is not read",
                "Move it into one of the columns, or delete it.",
                f"{letters(column)}{row}",
            )


def _rows(main: Cells, table: Table) -> Iterator[SheetRow]:
    names = {number: column.name for number, column in enumerate(table.columns, start=1)}
    found: dict[int, dict[str, SheetCell]] = {}
    for (row, column), cell in main.items():
        if row >= FIRST_ROW and column in names and (cell.is_formula or plain_text(cell)):
            found.setdefault(row, {})[names[column]] = cell
    for row in sorted(found):
        yield SheetRow(row, found[row])
