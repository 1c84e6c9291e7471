"""Files of offices that are the same bytes whenever they are written."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NEVER = (1980, 1, 1, 0, 0, 0)  # the day that a zip file writes for none


def without_the_machines_clock(content: bytes, instead: Mapping[str, bytes] | None = None) -> bytes:
    """The file without the moments at which its parts were packed; `instead` holds parts that are replaced."""
    others = instead or {}
    made = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(made, "w", ZIP_DEFLATED) as after:
        for entry in before.infolist():
            part = others.get(entry.filename)
            after.writestr(ZipInfo(entry.filename, NEVER), before.read(entry) if part is None else part, ZIP_DEFLATED)
    return made.getvalue()
