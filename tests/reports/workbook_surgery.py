"""Workbooks changed as offices, other programs and people with bad intentions change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook

FIXTURES = Path(__file__).parent / "workbooks"
MAIN = "xl/worksheets/sheet1.xml"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def filled(content: bytes, cells: Mapping[str, Any], sheet: str | None = None) -> bytes:
    """The workbook with these cells typed over; "Actions!A2" or, with a sheet, "A2"."""
    book = load_workbook(BytesIO(content))
    page = book[sheet] if sheet else book.worksheets[0]
    for place, value in cells.items():
        page[place].value = value
    return saved(book)


def saved(book: Any) -> bytes:
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


def opened(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return whole.getvalue()


def with_parts(content: bytes, others: Mapping[str, bytes]) -> bytes:
    """The workbook with parts added or put in the place of its own."""
    return packed({**parts(content), **others})


def rewritten(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The workbook with the text of one part changed, as no program would."""
    files = parts(content)
    text = files[part].decode()
    changed = change(text)
    assert changed != text, "the surgery found nothing to change"
    files[part] = changed.encode()
    return packed(files)


def related(kind: str, target: str, *, external: bool = False) -> bytes:
    """A part of relationships with one of that kind."""
    mode = ' TargetMode="External"' if external else ""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/></Relationships>'
    ).encode()
