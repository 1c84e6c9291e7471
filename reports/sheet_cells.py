"""What stands in one cell, as text or as a day, whatever the program that saved it took it for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from models.rules.spoken import MONTHS
from models.rules.written_days import NotADay, written_day
from reports.paper import readable

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WRITE_A_DAY = "write it like 12 June 2026"


@dataclass(frozen=True)
class SheetCell:
    """A cell as the library gives it: its value, the letter for its type, the format it is shown in."""

    value: Any
    type: str = "s"
    format: str = ""

    @property
    def is_formula(self) -> bool:
        return self.type == "f"

    @property
    def is_error(self) -> bool:
        return self.type == "e"


def plain_text(cell: SheetCell | None) -> str:
    """The text of the cell; a number or a day as somebody would have typed it; "" for none."""
    if cell is None or cell.is_formula:
        return ""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.format)
    if isinstance(value, datetime):
        moment = f" {value:%H:%M}" if value.time() != time.min else ""
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}{moment}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), str(value))
    return readable(text).strip()


def day_in(cell: SheetCell | None) -> date | None:
    """The day in the cell, a day of Excel or one written in words; None for an empty cell. Raises NotADay."""
    if cell is None:
        return None
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    if not isinstance(cell.value, str) or cell.is_error:
        raise NotADay(f"that is not a date; {_WRITE_A_DAY}")
    return written_day(plain_text(cell))


def bare(words: str) -> str:
    """The words as they are compared: without blanks, large letters and the shape of apostrophes."""
    return " ".join(words.replace("’", "'").split()).casefold()


def _number(value: float, shown_as: str) -> str:
    if shown_as.endswith("%"):
        return f"{value * 100:.10g}%"
    return f"{value:.15g}"
