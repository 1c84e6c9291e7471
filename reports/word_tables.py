"""Tables of a Word file, put together as text and read once: thousands of rows would take minutes otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from reports.paper import on_one_line

SHADE = "E6E6E6"
EMU_OF_A_TWENTIETH = 635
_BEGIN = (
    f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:type="auto" w:w="0"/>'
    '<w:tblLayout w:type="fixed"/><w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" '
    'w:noHBand="0" w:noVBand="1" w:val="04A0"/></w:tblPr><w:tblGrid>'
)
_ROW = "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
_HEAD = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
_STRONG = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>', "<w:b/>"
_PLAIN = "", ""


def word_table(
    rows: Sequence[Sequence[str]], shares: Sequence[int], width: int, *, head: bool = False, names: bool = False
) -> Any:
    """The rows as an element of a Word file, its columns as wide to each other as `shares` say.

    With `head` the first row is repeated on each page; with `names` the first column is set off. `width` is in EMU.
    """
    widths = [width * share // sum(shares) // EMU_OF_A_TWENTIETH for share in shares]
    columns = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    parts = [_BEGIN, columns, "</w:tblGrid>"]
    for number, row in enumerate(rows):
        is_head = head and number == 0
        parts.append(_HEAD if is_head else _ROW)
        for place, (words, each) in enumerate(zip(row, widths, strict=True)):
            parts.append(_cell(words, each, _STRONG if is_head or (names and place == 0) else _PLAIN))
        parts.append("</w:tr>")
    return parse_xml("".join([*parts, "</w:tbl>"]))


def _cell(words: str, width: int, look: tuple[str, str]) -> str:
    shade, bold = look
    return (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:after="40"/></w:pPr><w:r><w:rPr>{bold}<w:sz w:val="19"/></w:rPr>'
        f"<w:t>{escape(on_one_line(words))}</w:t></w:r></w:p></w:tc>"
    )
