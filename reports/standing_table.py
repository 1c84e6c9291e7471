"""The table of what is owed, as forms and pages show it."""

from __future__ import annotations

from collections.abc import Sequence

from models.records.standing import Standing
from models.rules.spoken import spoken
from reports.markdown_pieces import escaped, table
from reports.words import standing_words

MOST_ROWS = 60


def standing_table(rows: Sequence[Standing]) -> str:
    """A Markdown table of what is owed, of at most 60 rows; colour never without its words."""
    if not rows:
        return "Nothing is owed at the moment."
    cells = [
        (escaped(row.title), escaped(row.owner), spoken(row.due_on), standing_words(row)) for row in rows[:MOST_ROWS]
    ]
    if len(rows) > MOST_ROWS:
        cells.append((f"and {len(rows) - MOST_ROWS} more", "", "", ""))
    return table(("Owed", "By whom", "Due", "How it stands"), cells)
