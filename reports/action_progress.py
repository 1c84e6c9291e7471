"""The public progress report: approved public wording, and counts of which small ones are not told (F-12, LU-19).

Wordings stand in the order of the alphabet and without where each stands, so that they give no count away. Of a
review that is restricted nothing is in it (F-14).
"""

from __future__ import annotations

from models.records.action_lists import Listed
from models.records.action_words import typed_of
from models.records.restrictions import restricted_among
from models.rules.actions import DONE, NOT_YET, ActionState
from models.rules.small_numbers import SMALLEST_TOLD, Published, publishable
from reports.action_view import View, document
from reports.considered import told_words
from reports.paper import Block, Document, Heading, Listing, Paragraph, Table

KIND = "action-progress"
GROUPS = {  # what is told of, and which states it holds
    "Under way": (ActionState.APPROVED, ActionState.IN_PROGRESS, ActionState.REOPENED, ActionState.PAUSED,
                  ActionState.NOT_ACCEPTED),
    "Reported as done, being checked": (ActionState.CLAIMED, ActionState.CHECKED),
    "Completed": tuple(DONE),
}  # fmt: skip


def progress_report(view: View) -> Document:
    """What may be published as the record stands."""
    rows = public_actions(view)
    told = public_counts(rows)
    typed = typed_of(view.session, view.board.id or 0, ("public_wording",), view.process)
    wordings = sorted({words for each in rows if (words := typed.of(each, "public_wording"))}, key=str.casefold)
    blocks: list[Block] = [
        Paragraph(
            f"Counts under {SMALLEST_TOLD} are not told. Where a total would give one of them away, further counts, or "
            "the total itself, are not told either."
        ),
        Heading("How the actions stand"),
        Table(("Actions", "Count"), (*((name, told_words(count)) for name, count in told.counts.items()),
                                     ("All", told_words(told.total))), (6, 2)),
        Heading("What is being done"),
        Listing(tuple(wordings)) if wordings else Paragraph("No wording was approved for the public."),
    ]  # fmt: skip
    return document(view, f"Progress on actions {view.whose}", blocks)


def public_actions(view: View) -> list[Listed]:
    """The actions of which the public may hear: approved, not superseded, of no review that is restricted."""
    restricted = restricted_among(view.session, {each.action.process_id for each in view.rows})
    return [
        each for each in view.rows
        if each.state not in NOT_YET and each.state is not ActionState.SUPERSEDED
        and each.action.process_id not in restricted
    ]  # fmt: skip


def public_counts(rows: list[Listed]) -> Published:
    """How many actions stand where, as far as it may be published."""
    return publishable({name: sum(each.state in states for each in rows) for name, states in GROUPS.items()})
