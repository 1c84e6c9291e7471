"""A paper as a Word file: real headings, header rows that repeat, pictures with words, readable in grey.

The same paper gives the same bytes: no name of an author, no clock of ours, no clock of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from reports.paper import (
    LANGUAGE,
    Block,
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quoted,
    Table,
    on_one_line,
    readable,
)
from reports.same_bytes import without_the_machines_clock
from reports.word_tables import word_table

FONT = "Calibri"
MARGIN, PAGE_WIDTH, PAGE_HEIGHT = Cm(2), Cm(21), Cm(29.7)
TEXT_WIDTH = Emu(PAGE_WIDTH - 2 * MARGIN)
LONGEST_WORDS_OF_PICTURE = 2_000
MESSAGE = "Message as sent"
NEARLY_BLACK = RGBColor(0x11, 0x11, 0x11)


def word_file(document: Document) -> bytes:
    """The paper as a Word file."""
    word = docx.Document()
    _set_page(word, document)
    _set_properties(word, document)
    word.add_heading(on_one_line(document.title), 0)
    word.add_paragraph(on_one_line(document.as_of))
    for block in document.blocks:
        _WRITERS[type(block)](word, block)
    whole = BytesIO()
    word.save(whole)
    return without_the_machines_clock(whole.getvalue())


def _set_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, PAGE_WIDTH, PAGE_HEIGHT
    if document.wide:
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, PAGE_HEIGHT, PAGE_WIDTH
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    _set_fonts(word)
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{on_one_line(document.footer)}; page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    for run in foot.runs:
        run.font.size = Pt(8)


def _set_fonts(word: WordDocument) -> None:
    sizes = {"Normal": 10.5, "Title": 20, "Heading 1": 14, "Heading 2": 11.5, "Heading 3": 10.5}
    for name, size in sizes.items():
        style: Any = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), NEARLY_BLACK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    word.styles["Normal"].paragraph_format.space_after = Pt(6)
    _add_message_style(word)


def _add_message_style(word: WordDocument) -> None:
    """Messages have a bar at their left, which is seen in grey and heard as a style."""
    style: Any = word.styles.add_style(MESSAGE, 1)
    style.base_style = word.styles["Normal"]
    style.font.size = Pt(9.5)
    style.paragraph_format.left_indent = Cm(0.6)
    border = OxmlElement("w:pBdr")
    bar = OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "777777")):
        bar.set(qn(f"w:{name}"), value)
    border.append(bar)
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")


def _set_properties(word: WordDocument, document: Document) -> None:
    about = word.core_properties
    moment = document.made_at.replace(tzinfo=None, microsecond=0)
    about.title = on_one_line(f"{document.title}, {document.reference}")
    about.author = about.last_modified_by = about.comments = about.keywords = about.category = ""
    about.subject, about.language, about.revision = on_one_line(document.board), LANGUAGE, 1
    about.created = about.modified = about.last_printed = moment


def _heading(word: WordDocument, block: Heading) -> None:
    word.add_heading(on_one_line(block.words), block.level)


def _paragraph(word: WordDocument, block: Paragraph) -> None:
    word.add_paragraph().add_run(on_one_line(block.words)).bold = block.strong or None


def _facts(word: WordDocument, block: Facts) -> None:
    _add_table(word, word_table(block.rows, (1, 2), _text_width(word), names=True))


def _table(word: WordDocument, block: Table) -> None:
    shares = block.shares or (1,) * len(block.headings)
    _add_table(word, word_table((block.headings, *block.rows), shares, _text_width(word), head=True))


def _add_table(word: WordDocument, table: Any) -> None:
    gap = word.add_paragraph()
    gap._p.addprevious(table)  # noqa: SLF001 - python-docx has no word for it
    gap.paragraph_format.space_after = Pt(0)
    gap.paragraph_format.line_spacing = Pt(8)


def _text_width(word: WordDocument) -> int:
    return (word.sections[0].page_width or PAGE_WIDTH) - 2 * MARGIN


def _listing(word: WordDocument, block: Listing) -> None:
    for entry in block.entries:
        word.add_paragraph(on_one_line(entry), style="List Bullet")


def _quoted(word: WordDocument, block: Quoted) -> None:
    """A paragraph for each part of the text, and the ends of lines as they were."""
    for part in readable(block.text).strip().split("\n\n"):
        word.add_paragraph(part.strip("\n"), style=MESSAGE)


def _picture(word: WordDocument, block: Picture) -> None:
    shape = word.add_picture(BytesIO(block.png), width=TEXT_WIDTH)
    shape._inline.docPr.set("descr", on_one_line(block.words)[:LONGEST_WORDS_OF_PICTURE])  # noqa: SLF001


def _field(paragraph: Any, what: str) -> None:
    """A number that Word works out on each page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), what)
    run = paragraph.add_run("1")
    paragraph._p.append(field)  # noqa: SLF001
    field.append(run._r)  # noqa: SLF001
    run.font.size = Pt(8)


_WRITERS: dict[type[Block], Callable[[WordDocument, Any], None]] = {
    Heading: _heading, Paragraph: _paragraph, Facts: _facts, Table: _table, Listing: _listing, Quoted: _quoted,
    Picture: _picture,
}  # fmt: skip
