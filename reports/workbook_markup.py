"""One part of a workbook, read sign by sign and nothing kept: what may not be in it, and rows that stand in order.

What openpyxl reads with would expand entities, go through a thousand million empty rows, and leave out rows that stand
in the wrong order; here such a part is refused before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of any workbook
MOST_CELLS = 300_000  # counted to the last one of each row
DEEPEST = 100
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_STRICT = "http://purl.oclc.org/ooxml/"
_ROW = "http://schemas.openxmlformats.org/spreadsheetml/2006/main row"
_KINDS_OF_PARTS = frozenset(
    f"http://schemas.openxmlformats.org/package/2006/content-types {each}" for each in ("Default", "Override")
)
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_MACROS = re.compile(r"macrosheet|dialogsheet|vbaproject|macroenabled")
_OBJECTS = re.compile(r"/(oleobject|package|control|ctrlprop|activexcontrolbinary|webextension\w*)$")
_LINKS = re.compile(r"/(externallink\w*|connections|querytable)$")


class NotTaken(Exception):
    """Such a part is not taken; `what` is the kind of reason."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Markup:
    """One part while it is looked at."""

    def __init__(self) -> None:
        self._depth = self._row = self._column = self._cells = 0
        self._row_at: int | None = None  # how deep the row stands that we are in

    def look_at(self, part: bytes) -> None:
        """Nothing is wrong with the part. Raises NotTaken, and ExpatError for what is no XML."""
        reader = expat.ParserCreate(namespace_separator=" ")
        reader.StartDoctypeDeclHandler = _no_definitions
        reader.StartElementHandler = self._begin
        reader.EndElementHandler = self._end
        reader.Parse(part, True)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotTaken("damaged")
        if self._depth == 1 and tag.startswith(_STRICT):
            raise NotTaken("strict")
        if tag == _ROW:
            self._begin_row(attributes)
        elif self._row_at == self._depth - 1:  # openpyxl takes whatever stands in a row for a cell
            self._begin_cell(attributes)
        elif tag in _KINDS_OF_PARTS:
            self._content_type(attributes)
        elif tag == _RELATIONSHIP:
            self._relationship(attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if tag == _ROW:
            self._row_at = None
            self._cells += self._column
            if self._cells > MOST_CELLS:
                raise NotTaken("size")

    def _content_type(self, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("ContentType", "").lower()
        if "sheet.binary" in kind:
            raise NotTaken("binary")
        if _MACROS.search(kind):
            raise NotTaken("macros")

    def _relationship(self, attributes: Mapping[str, str]) -> None:
        """Addresses that Excel makes of what is typed into a cell are let be; nobody follows them here."""
        kind = attributes.get("Type", "").lower()
        for pattern, what in ((_MACROS, "macros"), (_OBJECTS, "objects"), (_LINKS, "links")):
            if pattern.search(kind):
                raise NotTaken(what)
        if attributes.get("TargetMode", "").lower() == "external" and not kind.endswith("/hyperlink"):
            raise NotTaken("links")

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        given = attributes.get("r", str(self._row + 1))
        number = int(given) if re.fullmatch(r"[0-9]{1,7}", given) else 0
        if self._row_at is not None or not self._row < number <= MOST_ROWS:
            raise NotTaken("damaged")
        self._row, self._column, self._row_at = number, 0, self._depth

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        if "r" not in attributes:
            self._column += 1
            return
        found = _CELL.fullmatch(attributes["r"])
        column = _column_number(found[1]) if found else 0
        if found is None or int(found[2]) != self._row or not self._column < column <= MOST_COLUMNS:
            raise NotTaken("damaged")
        self._column = column


def _no_definitions(*_: Any) -> None:
    raise NotTaken("doctype")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
