"""Days as an office writes them, in forms and in sheets."""

from __future__ import annotations

import re
from datetime import date, datetime

_PATTERNS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y")


class NotADay(Exception):
    """What was written is no day; the message says what to do and does not repeat it."""


def written_day(text: str) -> date | None:
    """The day that a person wrote, in any of the ways an office writes it; None for nothing.

    Raises NotADay for what is no date. What was written is not repeated: it could be anything.
    """
    plain = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", " ".join(text.replace(",", " ").split()), flags=re.IGNORECASE)
    plain = re.sub(r"^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\s+", "", plain, flags=re.IGNORECASE)
    if not plain:
        return None
    if re.match(r"^\d{4}-\d{2}-\d{2}[T ]", plain):
        plain = plain[:10]
    for pattern in _PATTERNS:
        try:
            return datetime.strptime(plain, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise NotADay("that is not a date; write it like 12 June 2026")
