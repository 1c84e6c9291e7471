"""Files that are refused as a whole, each with one sentence, before anything opens them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from openpyxl import Workbook

from reports.sheet_columns import SheetKind
from reports.sheet_faults import FaultySheet
from reports.workbook_parts import MOST_BYTES, MOST_PARTS, checked_parts
from reports.workbooks import kind_of
from tests.reports.proposed_actions import WISHES, faults, read, sheet
from tests.reports.workbook_surgery import MAIN, packed, parts, related, rewritten, saved, with_parts

TYPES, BOOK_LINKS, SHEET_LINKS = (
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/_rels/sheet1.xml.rels",
)
SHEET_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = '<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def the_one_fault(content: bytes) -> str:
    (only,) = faults(content)
    return only


@pytest.mark.parametrize("content", [
    b"", b"PK", b"Some words", b"%PDF-1.7", b"PK\x03\x04" + bytes(100), bytes(2000),
], ids=["nothing", "two letters", "words", "a pdf", "half an archive", "noughts"])  # fmt: skip
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert the_one_fault(content).startswith("The file is no workbook. It may be damaged.")


def test_a_workbook_cut_short_is_refused() -> None:
    whole = sheet()

    for length in range(30, len(whole) - 1, 997):
        assert the_one_fault(whole[:length]).startswith("The file is no workbook")


def test_an_old_workbook_is_told_from_one_with_a_password() -> None:
    encrypted = OLD_CONTAINER + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)

    assert "old workbook (.xls)" in the_one_fault(OLD_CONTAINER + bytes(600))
    assert "protected by a password" in the_one_fault(encrypted)


def test_an_archive_with_a_password_is_refused() -> None:
    whole = bytearray(sheet())
    whole[6] |= 1  # in the part itself
    entry = whole.index(b"PK\x01\x02")
    whole[entry + 8] |= 1  # in the list of the archive

    assert "protected by a password" in the_one_fault(bytes(whole))


def test_a_file_of_another_office_program_is_told_how_to_save_it() -> None:
    ods = packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})

    assert the_one_fault(ods).startswith("The file is no Excel workbook. Open it in Excel or LibreOffice, save it as")


def test_a_file_larger_than_two_megabytes_is_refused() -> None:
    assert the_one_fault(sheet() + bytes(MOST_BYTES)).startswith("The file is larger than 2 MB.")


@pytest.mark.parametrize("bomb", [
    lambda: with_parts(sheet(), {MAIN: bytes(19_000_000)}),
    lambda: with_parts(sheet(), {"xl/media/a.png": bytes(100_000)}),
    lambda: with_parts(sheet(), {f"xl/{number}.xml": b"<a/>" for number in range(MOST_PARTS)}),
    lambda: with_parts(sheet(), {f"xl/{number}.bin": zlib.compress(bytes(7), 0) * 400_000 for number in range(2)}),
], ids=["too large", "packed too well", "too many parts", "too large altogether"])  # fmt: skip
def test_a_file_that_would_grow_is_not_unpacked(bomb: Callable[[], bytes]) -> None:
    assert the_one_fault(bomb()).startswith(
        "The file would become far too large when it is unpacked. It is not opened."
    )


def test_a_part_that_is_larger_than_it_says_is_not_unpacked() -> None:
    whole = bytearray(with_parts(sheet(), {"xl/last.xml": b"<a>" + b" " * 1_900_000 + b"</a>"}))
    entry = whole.rindex(b"PK\x01\x02")
    whole[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")

    assert the_one_fault(bytes(whole)).startswith("The file is no workbook")


def test_a_part_packed_in_a_way_that_no_office_knows_is_refused() -> None:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_BZIP2) as archive:
        for name, part in parts(sheet()).items():
            archive.writestr(name, part)

    assert the_one_fault(whole.getvalue()).startswith("The file is no workbook")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_the_same_name_are_refused() -> None:
    whole = BytesIO(sheet())
    with ZipFile(whole, "a") as archive:
        archive.writestr(MAIN, b"<worksheet/>")

    assert the_one_fault(whole.getvalue()).startswith("The file is no workbook")


@pytest.mark.parametrize("change", [
    lambda it: with_parts(it, {"xl/vbaProject.bin": b"x"}),
    lambda it: rewritten(it, TYPES, lambda text: text.replace("sheet.main+xml", "sheet.macroEnabled.main+xml").replace(
        "openxmlformats-officedocument.spreadsheetml", "ms-excel")),
    lambda it: with_parts(it, {"xl/macrosheets/sheet1.xml": b"<a/>"}),
    lambda it: with_parts(it, {BOOK_LINKS: related("xlMacrosheet", "worksheets/sheet1.xml")}),
    lambda it: with_parts(it, {BOOK_LINKS: related("vbaProject", "other.bin")}),
], ids=["a project", "the type", "an old sheet", "a sheet by another name", "a project by another name"])  # fmt: skip
def test_macros_are_refused(change: Callable[[bytes], bytes]) -> None:
    assert the_one_fault(change(sheet())).startswith("The file has macros in it. It is not opened.")


@pytest.mark.parametrize("change", [
    lambda it: with_parts(it, {"xl/externalLinks/externalLink1.xml": b"<a/>"}),
    lambda it: with_parts(it, {BOOK_LINKS: related("externalLink", "elsewhere/one.xml")}),
    lambda it: with_parts(it, {SHEET_LINKS: related("image", "https://elsewhere.example/a.png", external=True)}),
    lambda it: with_parts(it, {"xl/connections.xml": b"<a/>"}),
    lambda it: with_parts(it, {"xl/queryTables/queryTable1.xml": b"<a/>"}),
], ids=["a part", "by another name", "a picture elsewhere", "a source of data", "a query"])  # fmt: skip
def test_links_to_other_files_are_refused(change: Callable[[bytes], bytes]) -> None:
    assert the_one_fault(change(sheet())).startswith("The file has links to other files or sources in it.")


@pytest.mark.parametrize("change", [
    lambda it: with_parts(it, {"xl/embeddings/oleObject1.bin": b"x"}),
    lambda it: with_parts(it, {SHEET_LINKS: related("oleObject", "../media/a.bin")}),
    lambda it: with_parts(it, {SHEET_LINKS: related("package", "../media/a.docx")}),
    lambda it: with_parts(it, {"xl/activeX/activeX1.xml": b"<a/>"}),
], ids=["a part", "by another name", "a whole file", "a control"])  # fmt: skip
def test_objects_are_refused(change: Callable[[bytes], bytes]) -> None:
    assert the_one_fault(change(sheet())).startswith("The file has an object or another file in it.")


@pytest.mark.parametrize("part", [MAIN, "xl/sharedStrings.xml", TYPES, "xl/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_definitions_of_entities_are_refused_in_every_part(part: str, encoding: str) -> None:
    text = parts(sheet())[part].decode().partition("?>")[2] if part == "_rels/.rels" else "<worksheet>&b;</worksheet>"
    hostile = f'<?xml version="1.0" encoding="{encoding}"?>{ENTITIES}{text}'.encode(encoding)

    assert the_one_fault(with_parts(sheet(), {part: hostile})).startswith(
        "The file has definitions in it that no workbook needs."
    )


@pytest.mark.parametrize("rows", [
    '<row r="99999999999"/>', '<row r="1048577"/>', '<row r="0"/>', '<row r="x"/>', '<row r="900"/><row r="899"/>',
    '<row r="900"><row r="901"/></row>', '<row r="900"><c r="A901"/></row>',
    '<row r="900"><c r="B900"/><c r="A900"/></row>', '<row r="900"><c r="A900"/><c r="A900"/></row>',
    '<row r="900"><c r="ZZZ900"/></row>', '<row r="900"><v r="A1"/></row>',
    '<row r="900"><c r="A900" t="s"><v>99999</v></c></row>', '<row r="900"><c r="A900" s="99999"><v>1</v></c></row>',
    '<row r="900"><c r="A900" t="n"><v>many</v></c></row>', "<a>" * 200 + "</a>" * 200, "<row>",
])  # fmt: skip
def test_rows_that_a_reader_would_lose_or_wait_for_are_refused(rows: str) -> None:
    damaged = rewritten(sheet(), MAIN, lambda text: text.replace("</sheetData>", f"{rows}</sheetData>"))

    assert " workbook. It may be damaged." in the_one_fault(damaged)


def test_a_sheet_with_far_more_cells_than_anybody_fills_in_is_refused() -> None:
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"/></row>' for row in range(900, 1100))
    wide = rewritten(sheet(), MAIN, lambda text: text.replace("</sheetData>", f"{rows}</sheetData>"))

    assert the_one_fault(wide).startswith("The file would become far too large")


def test_workbooks_saved_in_other_forms_are_told_how_to_save_them() -> None:
    binary = rewritten(sheet(), TYPES, lambda text: text.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.main"))  # fmt: skip
    strict = rewritten(sheet(), "xl/workbook.xml", lambda text: text.replace(
        SHEET_NAMES, "http://purl.oclc.org/ooxml/spreadsheetml/main"))  # fmt: skip

    assert "of another kind (.xlsb)" in the_one_fault(binary)
    assert "saved as “Strict Open XML”" in the_one_fault(strict)


def test_a_workbook_of_another_purpose_is_refused() -> None:
    book = Workbook()
    book.create_sheet("Lists")["A1"] = "kind"

    assert the_one_fault(saved(book)).startswith("The file is a workbook, but not one of this board's sheets.")
    with pytest.raises(FaultySheet, match="not one of this board's sheets"):
        kind_of(saved(Workbook()))


def test_a_sheet_tells_what_it_is_for() -> None:
    assert kind_of(sheet()) is SheetKind.ACTIONS


def test_what_excel_adds_of_its_own_is_let_be() -> None:
    """Addresses become links of their own accord, printers leave their settings, labels and previews are put in."""
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/'
        'spreadsheetml/2009/9/main"><x14:dataValidations count="0"/></ext></extLst>'
    )
    links = related("hyperlink", "mailto:robin@council.example", external=True)
    added = with_parts(sheet(), {
        SHEET_LINKS: links, "xl/printerSettings/printerSettings1.bin": b"\x00" * 3000, "docProps/thumbnail.jpeg": b"x",
        "customXml/item1.xml": b"<a/>", "docMetadata/LabelInfo.xml": b"<a/>",
        "xl/drawings/vmlDrawing1.vml": b"<xml><br></xml>",
        "xl/calcChain.xml": f'<calcChain xmlns="{SHEET_NAMES}"><c r="B2"/><c r="A1"/></calcChain>'.encode(),
    })  # fmt: skip
    by_excel = rewritten(added, MAIN, lambda text: text.replace("</worksheet>", f"{extension}</worksheet>"))

    assert read(by_excel).wishes == WISHES


def test_what_is_opened_holds_nothing_that_was_not_looked_at() -> None:
    with_more = with_parts(sheet(), {"xl/media/image1.png": b"x" * 100, "xl/theme.bin": b"<!DOCTYPE a>"})

    assert {name.rpartition(".")[2] for name in parts(checked_parts(with_more))} == {"xml", "rels"}
    assert not [name for name in parts(checked_parts(sheet())) if name.startswith("docProps")]
