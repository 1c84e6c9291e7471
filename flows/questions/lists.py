"""Tables and lines of what is open, as forms show them."""

from __future__ import annotations

from collections.abc import Sequence

from models.records.standing import Standing
from models.rules.rag import Rag
from models.rules.spoken import spoken

MARKS = {Rag.BLUE: "🔵", Rag.GREEN: "🟢", Rag.AMBER: "🟠", Rag.RED: "🔴", Rag.GREY: "⚪"}
MOST_ROWS = 60


def table(rows: Sequence[Standing]) -> str:
    """A Markdown table of what is owed; colour never without its words."""
    if not rows:
        return "Nothing is owed at the moment."
    lines = ["| Owed | By whom | Due | How it stands |", "|---|---|---|---|"]
    lines += [
        f"| {row.title} | {row.owner} | {spoken(row.due_on)} | {MARKS[row.rag]} {row.words} |"
        for row in rows[:MOST_ROWS]
    ]
    if len(rows) > MOST_ROWS:
        lines.append(f"| and {len(rows) - MOST_ROWS} more | | | |")
    return "\n".join(lines)
