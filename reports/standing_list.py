"""The list of what is owed, as forms show it: it breaks into lines where a table would be cut off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.records.standing import Standing
from models.rules.spoken import and_joined, spoken
from reports.markdown_pieces import escaped, listed
from reports.words import standing_words

MOST_LINES = 40


def standing_list(rows: Sequence[Standing]) -> str:
    """A Markdown list of what is owed, of at most 40 lines; what stands alike for several is one line.

    Colour never without its words.
    """
    if not rows:
        return "Nothing is owed at the moment."
    alike: dict[tuple[str, date, str], list[str]] = {}
    for row in rows:
        alike.setdefault((row.title, row.due_on, standing_words(row)), []).append(row.owner)
    lines = [
        (f"**{escaped(title)}**", f"due {spoken(due_on)}", words, escaped(and_joined(owners)))
        for (title, due_on, words), owners in alike.items()
    ]
    shown = listed(lines[:MOST_LINES])
    return shown if len(lines) <= MOST_LINES else f"{shown}\n- and {len(lines) - MOST_LINES} more"
