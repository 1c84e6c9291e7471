"""Papers as Word files and as pages: the same content, accessible, the same bytes each time."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from config import clock
from reports.paper import (
    Document,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Quoted,
    Table,
    as_values,
    titled,
)
from reports.paper_html import html_page
from reports.word import word_file
from tests.builders import on
from tests.reports.paper_readers import page, word

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} &amp; \x00\x0b\u202egnp.exe\ud800 ]]> </w:t> “end”"
AS_READ = "<script>alert(1)</script> {{ 7*7 }} &amp;"
HEAD = "0123456789abcdef" * 4


def png() -> bytes:
    from matplotlib.figure import Figure

    made = BytesIO()
    Figure(figsize=(2, 1)).savefig(made, format="png")
    return made.getvalue()


def a_paper(*blocks: object) -> Document:
    return Document(
        "Paper of a test", "CR-7Q4M Rowan", "A board", HEAD, clock.at(on("Fri 2026-06-12"), 7, 4), blocks,  # type: ignore[arg-type]
    )  # fmt: skip


WHOLE = (
    Heading("First part"), Paragraph("Some words.", strong=True), Facts((("Name", "What it is"),)),
    Heading("Second part", 2), Table(("Day", "What"), (("Friday 12 June 2026", "A thing"),), (1, 3)),
    Listing(("one", "two")), Quoted("First line\nsecond line\n\nanother part"),
)  # fmt: skip


@pytest.mark.parametrize("read", [lambda it: word(word_file(it)), lambda it: page(html_page(it))], ids=["word", "page"])
def test_both_ways_of_writing_say_the_same(read: object) -> None:
    paper = a_paper(*WHOLE)

    found = read(paper)  # type: ignore[operator]

    assert found.headings == ["Paper of a test", "First part", "Second part"]
    assert "As the record stood on Friday 12 June 2026 at 07:04" in found.words
    assert found.fact("Name") == "What it is"
    assert found.table("Day", "What") == [["Friday 12 June 2026", "A thing"]]
    assert "First line\nsecond line" in found.words
    assert "Reference CR-7Q4M Rowan; head of the journal 0123456789abcdef" in found.footer
    assert HEAD not in found.footer


@pytest.mark.parametrize("block", [Heading, Paragraph, Quoted, lambda it: Facts(((it, it),)), lambda it: Listing((it,)),
                                   lambda it: Table((it,), ((it,),))])  # fmt: skip
def test_hostile_content_stays_text(block: object) -> None:
    paper = a_paper(block(HOSTILE))  # type: ignore[operator]

    as_word, as_page = word(word_file(paper)), page(html_page(paper))

    assert AS_READ in as_word.words
    assert AS_READ in as_page.words
    assert "script" not in as_page.tags
    assert not {"\x00", "\u202e", "\x0b"} & set(as_word.words + as_page.words)


def test_the_same_paper_gives_the_same_bytes_whatever_the_machines_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    paper = a_paper(*WHOLE)
    first = word_file(paper)
    later = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: later)

    assert word_file(paper) == first
    assert html_page(paper) == html_page(paper)
    assert {entry.date_time[0] for entry in ZipFile(BytesIO(first)).infolist()} == {1980}


def test_a_word_file_names_no_author_and_the_moment_handed_in() -> None:
    about = docx.Document(BytesIO(word_file(a_paper(*WHOLE)))).core_properties

    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.title == "Paper of a test, CR-7Q4M Rowan"
    assert about.language == "en-GB"
    assert about.created is not None
    assert about.created.replace(tzinfo=None) == clock.at(on("Fri 2026-06-12"), 7, 4).replace(tzinfo=None)


def test_header_rows_repeat_rows_stay_whole_and_the_language_is_english() -> None:
    file = docx.Document(BytesIO(word_file(a_paper(*WHOLE))))

    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in file.tables[1].rows]
    assert heads == [True, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for table in file.tables for row in table.rows)
    assert {each.get(qn("w:val")) for each in file.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert [part.style.name for part in file.paragraphs if part.style and "eading" in str(part.style.name)] == [
        "Heading 1",
        "Heading 2",
    ]
    fields = [each.get(qn("w:instr")) for each in file.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_a_picture_has_words_in_both() -> None:
    paper = a_paper(Picture(png(), 'A line: "two" of <three> done'))

    assert word(word_file(paper)).pictures == ['A line: "two" of <three> done']
    assert page(html_page(paper)).pictures == ['A line: "two" of <three> done']


def test_values_for_programs_hold_all_of_it() -> None:
    values = as_values(a_paper(*WHOLE, Picture(b"", "in words")))

    assert [next(iter(each)) for each in values["content"]] == [
        "heading", "paragraph", "facts", "heading", "table", "list", "quoted", "picture",
    ]  # fmt: skip
    assert values["made_at"] == "2026-06-12T06:04:00+00:00"


def test_an_empty_list_is_said_in_a_sentence() -> None:
    assert titled("Calls", ("Day",), [], "None is noted.") == [Heading("Calls"), Paragraph("None is noted.")]
