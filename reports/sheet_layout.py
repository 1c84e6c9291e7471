"""A sheet that people fill in as a workbook: drop-downs, days, headings that stay, instructions, a hidden mark.

The same input gives the same bytes: no name of an author, no clock of ours, no clock of the machine. Whatever is handed
in is written as text: what begins with = is never worked out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.properties import CalcProperties
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from reports.paper import readable
from reports.same_bytes import NEVER, without_the_machines_clock
from reports.sheet_columns import (
    AS_WRITTEN,
    FIRST_ROW,
    HOW_TO,
    LISTS,
    VERSION,
    Choices,
    Column,
    Holds,
    Table,
    Values,
    letters,
)

FONT, SHADE, GIVEN = "Calibri", "E6E6E6", "F5F5F5"
DAY_FORMAT = "[$-809]ddd d mmm yyyy"  # "Fri 12 Jun 2026", in English whatever the machine is set to
TEXT_FORMAT = "@"
HEADING_HEIGHT = 42
LINE_HEIGHT = 13.5
A4 = 9
_LOOKS_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_TOP = Alignment(vertical="top", wrap_text=True)
_THIN = Side(style="thin", color="999999")
_LINES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_PLAIN = Font(name=FONT, size=10)
AnyCell = Cell | MergedCell


@dataclass(frozen=True)
class Sheet:
    """Everything that a workbook is made of."""

    table: Table
    title: str  # "Actions of plan AP-7Q4M Rowan"
    facts: Sequence[tuple[str, str]]  # what stands at the top of the instructions
    steps: Sequence[str]  # the instructions
    mark: Mapping[str, str]  # what is hidden in it, beside kind and version
    choices: Choices
    rows: Sequence[Values]
    prepared: int  # rows that have drop-downs
    pages_wide: int = 1


def workbook(sheet: Sheet) -> bytes:
    """The sheet as a workbook."""
    book = Workbook()
    main = book.active
    assert isinstance(main, Worksheet)  # noqa: S101 - a new workbook begins with a sheet
    main.title = sheet.table.sheet
    _write_table(main, sheet)
    _write_instructions(book.create_sheet(HOW_TO), sheet)
    _write_lists(book.create_sheet(LISTS), sheet)
    if sheet.table.given:
        _write_given(book.create_sheet(AS_WRITTEN), sheet)
    _add_choices(main, sheet)
    _set_page(main, sheet)
    book.calculation = CalcProperties(fullCalcOnLoad=False)
    whole = BytesIO()
    book.save(whole)
    return without_the_machines_clock(whole.getvalue(), {"docProps/core.xml": _properties(book, sheet)})


def write_text(cell: AnyCell, text: str) -> None:
    """The text stands in the cell letter for letter, whatever it begins with; "" leaves it empty."""
    shown = _LOOKS_LIKE_AN_ESCAPE.sub("_x005F_", readable(text).strip())
    if not shown:
        return
    cell.value = shown
    cell.data_type = "s"
    if shown[0] in "=+-@'":
        cell.quotePrefix = True  # Excel keeps it a text when somebody edits the cell


def _write_table(main: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.table.columns, start=1):
        main.column_dimensions[letters(number)].width = column.width
        _write_heading(main.cell(1, number), column)
    main.row_dimensions[1].height = HEADING_HEIGHT
    main.freeze_panes = f"B{FIRST_ROW}"
    for row, values in enumerate(sheet.rows, start=FIRST_ROW):
        _write_row(main, row, sheet.table, values)
        texts = ((str(values.get(column.name) or ""), column.width) for column in sheet.table.columns)
        main.row_dimensions[row].height = LINE_HEIGHT * max(_lines(*each) for each in texts) + 3
    first = FIRST_ROW + len(sheet.rows)
    last = FIRST_ROW + sheet.prepared - 1
    if first <= last:
        _write_row(main, first, sheet.table, {})
    for row in range(first + 1, last + 1):
        for number in range(1, len(sheet.table.columns) + 1):
            _look_like(main.cell(row, number), main.cell(first, number))


def _look_like(cell: Any, pattern: Any) -> None:
    """The cell looks like the other; of thousands of cells openpyxl would work out each anew."""
    cell._style = copy(pattern._style)  # noqa: SLF001


def _write_row(main: Worksheet, row: int, table: Table, values: Values) -> None:
    for number, column in enumerate(table.columns, start=1):
        _write_cell(main.cell(row, number), column, values.get(column.name), given=column.name in table.given)


def _lines(text: str, width: float) -> int:
    """About how many lines the text takes in a column of that width."""
    return sum(1 + int(len(line) / (width * 0.95)) for line in text.split("\n"))


def _write_heading(cell: AnyCell, column: Column) -> None:
    strong = InlineFont(rFont=FONT, sz=10, b=True)
    small = InlineFont(rFont=FONT, sz=8.5)
    cell.value = CellRichText(TextBlock(strong, column.heading), TextBlock(small, f"\n{column.when}"))
    cell.alignment, cell.border = _TOP, _LINES
    cell.fill = PatternFill("solid", fgColor=SHADE)


def _write_cell(cell: AnyCell, column: Column, value: str | date | None, *, given: bool) -> None:
    cell.font, cell.alignment = _PLAIN, _TOP
    cell.number_format = DAY_FORMAT if column.holds is Holds.DAY else TEXT_FORMAT
    if isinstance(value, date):
        cell.value = value
        cell.number_format = DAY_FORMAT
        cell.alignment = Alignment(vertical="top", horizontal="left", wrap_text=True)
    elif value:
        write_text(cell, value)
    if given:
        cell.fill = PatternFill("solid", fgColor=GIVEN)
    else:
        cell.protection = Protection(locked=False)


def _write_instructions(page: Worksheet, sheet: Sheet) -> None:
    for name, width in (("A", 28), ("B", 30), ("C", 60)):
        page.column_dimensions[name].width = width
    write_text(page.cell(1, 1), sheet.title)
    page.cell(1, 1).font = Font(name=FONT, size=16, bold=True)
    row = 3
    for name, what in sheet.facts:
        _write_line(page, row, (name, what))
        page.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
        row += 1
    for number, step in enumerate(sheet.steps, start=1):
        row += 1
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
        write_text(page.cell(row, 1), f"{number}. {step}")
        page.cell(row, 1).font, page.cell(row, 1).alignment = Font(name=FONT, size=11), _TOP
        page.row_dimensions[row].height = 15 * _lines(step, 118) + 4
    row += 2
    _write_line(page, row, ("Column", "When it is needed", "What goes in"), strong=True)
    for column in sheet.table.columns:
        row += 1
        _write_line(page, row, (column.heading, column.when, column.help), lines=True)
        page.row_dimensions[row].height = 15 * _lines(column.help, 72) + 2
    page.sheet_view.showGridLines = False
    _fit(page, landscape=False, wide=1)


def _write_line(page: Worksheet, row: int, words: Sequence[str], *, strong: bool = False, lines: bool = False) -> None:
    for number, each in enumerate(words, start=1):
        cell = page.cell(row, number)
        write_text(cell, each)
        cell.font = Font(name=FONT, size=11, bold=strong or number == 1)
        cell.alignment = _TOP
        if strong or lines:
            cell.border = _LINES
        if strong:
            cell.fill = PatternFill("solid", fgColor=SHADE)


def _write_lists(page: Worksheet, sheet: Sheet) -> None:
    """The mark by which the sheet is known again, and what the drop-downs offer, a column for each."""
    marks = {"kind": sheet.table.kind.value, "version": VERSION, **sheet.mark}
    for row, (name, what) in enumerate(marks.items(), start=1):
        write_text(page.cell(row, 1), name)
        write_text(page.cell(row, 2), what)
    for number, options in enumerate(sheet.choices.values(), start=4):
        for row, option in enumerate(options, start=1):
            write_text(page.cell(row, number), option)
    page.sheet_state = "hidden"


def _write_given(page: Worksheet, sheet: Sheet) -> None:
    """What was filled in when the sheet was written, so that a change by hand is seen."""
    given = [column for column in sheet.table.columns if column.name in sheet.table.given]
    for row, values in enumerate(sheet.rows, start=1):
        for number, column in enumerate(given, start=1):
            _write_cell(page.cell(row, number), column, values.get(column.name), given=True)
    page.sheet_state = "hidden"


def _add_choices(main: Worksheet, sheet: Sheet) -> None:
    last = FIRST_ROW + max(sheet.prepared, len(sheet.rows)) - 1
    for number, (name, options) in enumerate(sheet.choices.items(), start=4):
        if not options:
            continue
        listed = f"{LISTS}!${letters(number)}$1:${letters(number)}${len(options)}"
        rule = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "Not on the list", "Choose one from the list, or leave the cell empty."
        _add_rule(main, sheet.table, name, last, rule)
    for column in sheet.table.columns:
        if column.name in sheet.table.given:
            continue
        if column.holds is Holds.DAY:
            rule = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
            rule.errorStyle, rule.showErrorMessage = "warning", True
            rule.errorTitle, rule.error = "No day", "Write a day like 12 June 2026."
            _add_rule(main, sheet.table, column.name, last, rule)
        elif column.longest:
            rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(column.longest))
            rule.allow_blank, rule.showErrorMessage = True, True
            rule.errorTitle, rule.error = "Too long", f"At most {column.longest} characters."
            _add_rule(main, sheet.table, column.name, last, rule)


def _add_rule(main: Worksheet, table: Table, name: str, last: int, rule: DataValidation) -> None:
    rule.add(f"{table.letters(name)}{FIRST_ROW}:{table.letters(name)}{max(last, FIRST_ROW)}")
    main.add_data_validation(rule)


def _set_page(main: Worksheet, sheet: Sheet) -> None:
    _fit(main, landscape=True, wide=sheet.pages_wide)
    main.print_title_rows = "1:1"
    if sheet.pages_wide > 1:
        main.print_title_cols = "A:A"
    main.print_options.gridLines = True
    main.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=sheet.title.replace("&", "&&")), right=_HeaderFooterPart(text="Page &P of &N")
    )
    if sheet.table.given:
        guard = main.protection  # without a password: it only keeps hands from slipping
        guard.sheet, guard.formatColumns, guard.formatRows = True, False, False


def _fit(page: Worksheet, *, landscape: bool, wide: int) -> None:
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation = "landscape" if landscape else "portrait"
    page.page_setup.paperSize = A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = wide, 0
    page.page_margins.left = page.page_margins.right = 0.5
    page.page_margins.top, page.page_margins.bottom, page.page_margins.footer = 0.6, 0.8, 0.35


def _properties(book: Workbook, sheet: Sheet) -> bytes:
    about = book.properties
    about.title, about.creator, about.lastModifiedBy = readable(sheet.title), "", ""
    about.created = about.modified = datetime(*NEVER)  # noqa: DTZ001 - the day that stands for none
    return bytes(tostring(about.to_tree()))
