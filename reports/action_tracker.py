"""The action tracker: every action of the plans that are open, plan by plan.

It is for the board and its committees, as it holds what owners have typed; no name of a person.
"""

from __future__ import annotations

from models.records.action_lists import Listed
from models.records.action_words import Typed, typed_of
from models.rules.actions import ActionState
from models.rules.spoken import spoken
from reports.action_view import (
    View,
    by_plan,
    document,
    due_words,
    heard_words,
    judgement_words,
    late_words,
    owner_words,
    said_words,
    stands,
    state_counts,
)
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Paragraph, Table

KIND = "action-tracker"
INSIDE = "For the board and its committees: it holds words of the owners. Not to be published."
HEADINGS = ("Action", "Agency and owner", "Priority", "Where it stands", "Due", "Last word of the owner", "Said last")
SHARES = (6, 4, 2, 4, 5, 5, 5)


def tracked(view: View) -> list[Listed]:
    """The actions of the plans that are open, superseded ones among them."""
    return [each for each in view.rows if each.plan_is_open]


def tracker(view: View) -> Document:
    """The tracker as the record stands."""
    rows = tracked(view)
    typed = typed_of(view.session, view.board.id or 0, (), view.process)
    blocks: list[Block] = [
        Paragraph(INSIDE, strong=True),
        Facts((("Actions", f"{len(rows)}"), ("Late", f"{sum(each.is_late for each in rows)}"), *_counts(rows))),
    ]
    for name, of_plan in by_plan(rows):
        cells = tuple(_cells(row, typed) for row in of_plan)
        blocks += [Heading(name), Table(HEADINGS, cells, SHARES)]
    if not rows:
        blocks.append(Paragraph("There is no open plan with actions."))
    return document(view, f"Action tracker {view.whose}", blocks, wide=True)


def standing_words(row: Listed) -> str:
    """Where it stands, how late, and the day that comes next for it or that ended it."""
    parts = [stands(row)]
    if row.is_late:
        parts.append(f"late {late_words(row)}" if row.days_late else "late")
    parts += [
        f"{words} {spoken(due)}"
        for kind, words in (("evidence", "evidence to be checked by"), ("closure", "to be closed by"))
        if (due := row.due(kind)) is not None
    ]
    if row.action.closed_on is not None and row.state in (ActionState.CLOSED, ActionState.SUSTAINED):
        parts.append(f"since {spoken(row.action.closed_on)}")
    if row.action.judgement:
        parts.append(f"seen: {judgement_words(row.action.judgement)}")
    return "; ".join(parts)


def _counts(rows: list[Listed]) -> list[tuple[str, str]]:
    return [(words, f"{count}") for words, count in state_counts(rows)]


def _cells(row: Listed, typed: Typed) -> tuple[str, ...]:
    last = said_words(row, late_only=False).split("; ")[-1] if row.said else ""
    return (
        f"{row.action.number}. {row.action.title}", f"{row.agency}; {owner_words(row)}",
        upper_first(row.action.priority.value), standing_words(row), due_words(row),
        heard_words(row, typed.said_of(row)) if row.heard else "", upper_first(last),
    )  # fmt: skip
