"""A workbook's parts, looked at before anything opens it: sizes, what is hidden in them, what we do not take.

What is opened afterwards is made anew from the parts that were looked at, so nothing else can be in it: no pictures,
no printer settings, no properties of the file.
"""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from reports.sheet_faults import FaultySheet, refused
from reports.workbook_markup import Markup, NotTaken

MOST_BYTES = 2 * 1024 * 1024
MOST_BYTES_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 200
MOST_TIMES_LARGER = 200  # a part unpacked, against packed; sheets that people fill in stay under 50
SMALL_PART = 64 * 1024  # of which it does not matter how well it was packed
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of old workbooks, and of those with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SAVE_AS = "Open it in Excel or LibreOffice, save it as “Excel workbook (.xlsx)” and send that."
_TAKE_A_NEW_ONE = "Fill in the sheet that was sent to you, or ask the board's office for a new one."
_IS_ENCRYPTED = ("the file is protected by a password", "Take the password off in Excel and send the file again.")
_IS_NO_WORKBOOK = ("the file is no workbook", f"It may be damaged. {_SAVE_AS}")
_IS_A_BOMB = ("the file would become far too large when it is unpacked", f"It is not opened. {_TAKE_A_NEW_ONE}")
_REFUSED_PARTS = (
    (re.compile(r"vbaproject|/macrosheets/|/dialogsheets/"), "macros"),
    (re.compile(r"/embeddings/|/activex/|/ctrlprops/|/webextensions/"), "objects"),
    (re.compile(r"/externallinks/|/connections\.xml$|/querytables/"), "links"),
)
_REFUSALS = {
    "macros": ("the file has macros in it", f"It is not opened. {_SAVE_AS}"),
    "objects": ("the file has an object or another file in it", "Delete the object from the sheet and send it again."),
    "links": (
        "the file has links to other files or sources in it",
        "In Excel choose Data, Edit Links, Break Link; then save it and send it again.",
    ),
    "binary": ("the file is a workbook of another kind (.xlsb)", _SAVE_AS),
    "strict": ("the file was saved as “Strict Open XML”", _SAVE_AS),
    "doctype": ("the file has definitions in it that no workbook needs", f"It is not opened. {_TAKE_A_NEW_ONE}"),
    "size": _IS_A_BOMB,
    "damaged": _IS_NO_WORKBOOK,
}


def checked_parts(content: bytes) -> bytes:
    """The same workbook, made of nothing but the parts that were looked at. Raises FaultySheet."""
    if len(content) > MOST_BYTES:
        raise refused("the file is larger than 2 MB", "Take pictures and other sheets out of it and send it again.")
    _check_beginning(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            return _made_anew(archive)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        raise _refusal("damaged") from None


def _check_beginning(content: bytes) -> None:
    """Old workbooks and those with a password are told apart from what is no workbook at all."""
    if content.startswith(_OLD_CONTAINER):
        if _ENCRYPTED in content:
            raise refused(*_IS_ENCRYPTED)
        raise refused("the file is an old workbook (.xls) or another kind of file", _SAVE_AS)
    if not content.startswith(b"PK\x03\x04"):
        raise _refusal("damaged")


def _check_entries(entries: list[ZipInfo]) -> None:
    """Sizes as the list of the archive tells them; more than that is never unpacked."""
    names = [entry.filename.lower() for entry in entries]
    if "[content_types].xml" not in names:
        raise refused("the file is no Excel workbook", _SAVE_AS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused(*_IS_ENCRYPTED)
    larger = [entry for entry in entries if entry.file_size > SMALL_PART]
    if (
        len(entries) > MOST_PARTS
        or sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED
        or any(entry.file_size > MOST_TIMES_LARGER * max(entry.compress_size, 1) for entry in larger)
    ):
        raise _refusal("size")
    if len(set(names)) < len(names) or any(each.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for each in entries):
        raise _refusal("damaged")
    for pattern, what in _REFUSED_PARTS:
        if any(pattern.search(f"/{name}") for name in names):
            raise _refusal(what)


def _made_anew(archive: ZipFile) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as anew:
        for entry in archive.infolist():
            name = entry.filename.lower()
            if not name.endswith((".xml", ".rels")) or name.startswith(("docprops/", "customxml/")):
                continue
            part = _unpacked(archive, entry)
            try:
                Markup().look_at(part)
            except NotTaken as fault:
                raise _refusal(fault.what) from None
            except expat.ExpatError:
                raise _refusal("damaged") from None
            anew.writestr(entry.filename, part)
    return made.getvalue()


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    """As many bytes as the list tells: asked without a number, zipfile would unpack all that there is."""
    with archive.open(entry) as packed:
        return packed.read(entry.file_size)


def _refusal(what: str) -> FaultySheet:
    return refused(*_REFUSALS[what])
