"""The action tracker and the exception report as Excel files, for whoever sorts and filters.

They hold what people typed of actions, each text as text; no name of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models.records.action_lists import Listed
from models.records.action_words import Typed, typed_of
from models.rules.actions import PLAIN_KIND
from reports.action_exceptions import acceptance_late, evidence_late, to_be_closed, to_decide, without_owner
from reports.action_tracker import tracked
from reports.action_view import View, comes_from, judgement_words, owner_words, said_words, stands
from reports.excel_file import Column, Sheet, Value, excel_file
from reports.markdown_pieces import upper_first
from reports.paper import Document
from reports.paper_words import CALLS

TEXTS = ("action", "recommendation", "required_change", "evidence", "outcome", "baseline", "target")
Reads = Callable[[View, Listed, Typed], Value]
_NAMED: tuple[tuple[Column, Reads], ...] = (
    (Column("Plan", 16), lambda _, row, __: row.spoken_ref),
    (Column("No.", 5), lambda _, row, __: row.action.number),
    (Column("Action", 30), lambda _, row, __: row.action.title),
)
_WHICH: tuple[tuple[Column, Reads], ...] = (
    *_NAMED,
    (Column("Agency", 20), lambda _, row, __: row.agency),
    (Column("Owner", 10), lambda _, row, __: owner_words(row)),
    (Column("Priority", 9), lambda _, row, __: row.action.priority.value),
    (Column("Where it stands", 24), lambda _, row, __: stands(row)),
)
_DAYS: tuple[tuple[Column, Reads], ...] = (
    (Column("Approved for", 16), lambda _, row, __: row.action.due_on),
    (Column("Due now", 16), lambda _, row, __: row.holds_on),
    (Column("New dates set", 8), lambda _, row, __: row.extensions),
    (Column("Working days late", 9), lambda _, row, __: row.days_late if row.is_late else None),
)
_WORDS: tuple[tuple[Column, Reads], ...] = (
    (Column("Last word", 13), lambda _, row, __: upper_first(CALLS[row.heard.outcome]) if row.heard else ""),
    (Column("Said on", 16), lambda _, row, __: row.heard.on if row.heard else None),
    (Column("What the owner wrote", 36), lambda _, row, typed: typed.said_of(row)),
)
_TRACKED: tuple[tuple[Column, Reads], ...] = (
    *_WHICH, *_DAYS, *_WORDS,
    (Column("Said last", 36), lambda _, row, __: said_words(row, late_only=False).split("; ")[-1] if row.said else ""),
    (Column("Approved on", 16), lambda _, row, __: row.action.approved_on),
    (Column("Said to be done", 16), lambda _, row, __: row.action.claimed_on),
    (Column("Evidence to be checked by", 16), lambda _, row, __: row.due("evidence")),
    (Column("To be closed by", 16), lambda _, row, __: row.due("closure")),
    (Column("Closed", 16), lambda _, row, __: row.action.closed_on),
    (Column("What was seen", 20), lambda _, row, __: _seen(row)),
)  # fmt: skip
_TYPED: tuple[tuple[Column, Reads], ...] = (
    *_NAMED,
    (Column("Comes from", 24), lambda _, row, __: comes_from(row)),
    (Column("Kind", 14), lambda _, row, __: PLAIN_KIND[row.action.kind]),
    *((Column(upper_first(name.replace("_", " ")), 36), lambda _, row, typed, name=name: typed.of(row, name))
      for name in TEXTS),
)  # fmt: skip
_LATE: tuple[tuple[Column, Reads], ...] = (
    *_WHICH, *_DAYS, *_WORDS,
    (Column("Who was told, and when", 50), lambda _, row, __: said_words(row)),
    (Column("The committee decides", 22), lambda _, row, __: to_decide(row)),
)  # fmt: skip
_WAITING: tuple[tuple[Column, Reads], ...] = (
    *_WHICH,
    (Column("To be accepted by", 16), lambda _, row, __: row.due("accepted")),
    (Column("Evidence to be checked by", 16), lambda _, row, __: row.due("evidence")),
    (Column("To be closed by", 16), lambda _, row, __: row.due("closure")),
    (Column("Said to be done", 16), lambda _, row, __: row.action.claimed_on),
)


def tracker_file(view: View, document: Document) -> bytes:
    """The tracker, with all that was typed of each action."""
    typed = typed_of(view.session, view.board.id or 0, TEXTS, view.process)
    rows = tracked(view)
    return excel_file(
        document, [_sheet("Actions", _TRACKED, view, rows, typed), _sheet("What was agreed", _TYPED, view, rows, typed)]
    )


def exceptions_file(view: View, document: Document) -> bytes:
    """What is late, and on sheets of their own what else waits for the committee."""
    typed = typed_of(view.session, view.board.id or 0, (), view.process)
    others = (
        ("Not accepted", acceptance_late), ("Evidence not checked", evidence_late), ("To be closed", to_be_closed),
        ("Nobody named", without_owner),
    )  # fmt: skip
    sheets = [_sheet("Late", _LATE, view, view.late, typed)]
    sheets += [_sheet(name, _WAITING, view, find(view), typed) for name, find in others]
    return excel_file(document, sheets)


def _sheet(
    name: str, columns: Sequence[tuple[Column, Reads]], view: View, rows: Sequence[Listed], typed: Typed
) -> Sheet:  # fmt: skip
    cells = [[read(view, row, typed) for _, read in columns] for row in rows]
    return Sheet(name, tuple(column for column, _ in columns), cells)


def _seen(row: Listed) -> str:
    return judgement_words(row.action.judgement) if row.action.judgement else ""
