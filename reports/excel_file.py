"""Tables as an Excel file: text is text and never a formula, days are days, headings stay in sight, pages lie across.

The same tables give the same bytes: no name of an author, no clock of ours, no clock of the machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter
from openpyxl.xml.functions import tostring

from reports.paper import Document, on_one_line
from reports.same_bytes import without_the_machines_clock

DAY_FORMAT = "ddd d mmm yyyy"
LONGEST_TEXT = 32_000  # of what a cell may hold
LONGEST_NAME = 31  # of a sheet
NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
LOOKS_LIKE_MORE = ("=", "+", "-", "@")  # how a text begins that would become a formula when somebody edits its cell
ABOUT = "About"
END_OF_ROWS = b"</sheetData>"
FIRST_DAY = date(1899, 12, 30)  # from which such files count days
FONT, SIZE, LINE, MOST_LINES = "Calibri", 10, 13.5, 12  # heights in points
SIGNS_ACROSS = 200  # on one page, small enough to fit and large enough to read
A4 = 9  # as the library counts paper

Value = str | int | date | None


@dataclass(frozen=True)
class Column:
    """One column: its heading, and how wide it is in signs."""

    heading: str
    width: int


@dataclass(frozen=True)
class Sheet:
    """One table of the file."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    repeated: int = 3  # so many columns stand on every page where there are several beside each other


def excel_file(document: Document, sheets: Sequence[Sheet]) -> bytes:
    """The tables with what the paper says about itself on a last sheet; `document` lends title, board and moment.

    The library writes headings, looks and pages; the rows are put in as text, as cell by cell they would take minutes.
    """
    book = Workbook(write_only=True)
    every = (*sheets, _about(document))
    rows = {f"xl/worksheets/sheet{number}.xml": _write(book, each, document) for number, each in enumerate(every, 1)}
    moment = document.made_at.replace(tzinfo=None, microsecond=0)
    about = book.properties
    about.title, about.creator, about.created = on_one_line(document.title), "", moment
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    about.modified = moment  # the library has put the machine's clock there
    instead = {"docProps/core.xml": tostring(about.to_tree())}
    with ZipFile(whole) as archive:
        instead |= {name: archive.read(name).replace(END_OF_ROWS, each + END_OF_ROWS, 1) for name, each in rows.items()}
    return without_the_machines_clock(whole.getvalue(), instead)


def _about(document: Document) -> Sheet:
    rows = [
        ("Title", document.title), ("Board", document.board), ("As of", document.as_of), ("Footer", document.footer),
    ]  # fmt: skip
    return Sheet(ABOUT, (Column("What", 20), Column("", 90)), rows)


def _write(book: Any, sheet: Sheet, document: Document) -> bytes:
    """The sheet is in the book with its headings; gives back its rows."""
    page = book.create_sheet(sheet.name.translate(NOT_IN_A_NAME)[:LONGEST_NAME])
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = _pages_across(sheet), 0
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.print_title_rows = "1:1"
    if _pages_across(sheet) > 1:
        page.print_title_cols = f"A:{get_column_letter(sheet.repeated)}"
    page.freeze_panes = "A2"
    page.oddFooter.left.text = on_one_line(document.footer).replace("&", "&&")
    page.oddFooter.right.text = "&P / &N"
    for number, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.rows) + 1}"
    looks = _Looks(page)
    widths = [each.width for each in sheet.columns]
    page.row_dimensions[1].height = _height([each.heading for each in sheet.columns], widths)
    page.append(list(_headings(page, sheet.columns)))
    letters = [get_column_letter(number) for number in range(1, len(widths) + 1)]
    parts = []
    for number, row in enumerate(sheet.rows, start=2):
        parts.append(f'<row r="{number}" ht="{_height(row, widths)}" customHeight="1">')
        parts += [looks.cell(f"{letter}{number}", value) for letter, value in zip(letters, row, strict=True)]
        parts.append("</row>")
    return "".join(parts).encode()


def _pages_across(sheet: Sheet) -> int:
    """On so many pages beside each other the table can still be read."""
    return max(math.ceil(sum(each.width for each in sheet.columns) / SIGNS_ACROSS), 1)


def _height(row: Sequence[Value], widths: Sequence[int]) -> float:
    """As high as its longest text needs, as not every program works that out for itself."""
    lines = max(
        -(-len(value) // max(width - 2, 1)) if isinstance(value, str) else 1
        for value, width in zip(row, widths, strict=True)
    )
    return LINE * min(max(lines, 1), MOST_LINES) + 2


def _headings(page: Any, columns: Sequence[Column]) -> Iterator[Any]:
    for column in columns:
        cell = WriteOnlyCell(page, column.heading)
        cell.font, cell.fill = Font(name=FONT, size=SIZE, bold=True), PatternFill("solid", fgColor="E6E6E6")
        cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), _lines()
        yield cell


def _lines() -> Border:
    thin = Side(style="thin", color="999999")
    return Border(left=thin, right=thin, top=thin, bottom=thin)


class _Looks:
    """How cells look; each look is known to the book by its number."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._text, self._guarded = self._look(), self._look(guarded=True)
        self._number, self._day = self._look(right=True), self._look(format_=DAY_FORMAT)

    def _look(self, *, format_: str = "General", right: bool = False, guarded: bool = False) -> int:
        cell: Any = WriteOnlyCell(self._page, None)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="right" if right else "left")
        cell.border, cell.number_format, cell.font = _lines(), format_, Font(name=FONT, size=SIZE)
        cell.quotePrefix = guarded
        return int(cell.style_id)

    def cell(self, place: str, value: Value) -> str:
        """The value in a cell of its kind: whatever a text begins with, it is a text."""
        if not value and value != 0:
            return f'<c r="{place}" s="{self._text}"/>'
        if isinstance(value, str):
            words = on_one_line(value)[:LONGEST_TEXT]
            look = self._guarded if words.startswith(LOOKS_LIKE_MORE) else self._text
            return f'<c r="{place}" s="{look}" t="inlineStr"><is><t>{escape(words)}</t></is></c>'
        if isinstance(value, date):
            return f'<c r="{place}" s="{self._day}"><v>{(value - FIRST_DAY).days}</v></c>'
        return f'<c r="{place}" s="{self._number}"><v>{value}</v></c>'
