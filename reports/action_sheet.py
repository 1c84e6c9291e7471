"""The sheet in which a board proposes the actions of a plan (B.10)."""

from __future__ import annotations

from collections.abc import Sequence

from models.rules.actions import (
    LONGEST_TITLE,
    MOST_ACTIONS,
    NEEDED_FOR_APPROVAL,
    PLAIN_KIND,
    PLAIN_SOURCE,
    Priority,
    Wish,
)
from reports.sheet_columns import LONGEST_TEXT, SENDING_BACK, Column, Holds, SheetKind, Table, Values
from reports.sheet_layout import Sheet, workbook

PREPARED_ROWS = 200
NEEDED, FOR_APPROVAL, MAY_BE_EMPTY = "needed", "needed before approval", "may be left empty"

ACTIONS = Table(SheetKind.ACTIONS, "Actions", (
    Column("title", "Title for mails", f"{NEEDED}, at most {LONGEST_TITLE} characters",
           "A few words. They may stand in mails, so they identify nobody: no names, no addresses, no dates of birth, "
           "no case numbers.", 30, longest=LONGEST_TITLE),
    Column("action", "Action", NEEDED, "What is to be done, so that anybody can tell whether it was.", 42),
    Column("agency", "Agency", f"{NEEDED}, choose", "The agency that owns the action.", 22, Holds.CHOICE),
    Column("owner", "Owner", NEEDED, "The name of the person in that agency who sees to it.", 20),
    Column("owner_email", "Owner's e-mail", MAY_BE_EMPTY, "The work address of that person.", 26),
    Column("priority", "Priority", f"{NEEDED}, choose", "How soon it is wanted.", 11, Holds.CHOICE),
    Column("kind", "Kind of action", f"{NEEDED}, choose", "What sort of thing the action changes.", 16, Holds.CHOICE),
    Column("start_on", "Begins", MAY_BE_EMPTY, "The day on which work begins, like 12 June 2026.", 17, Holds.DAY),
    Column("due_on", "Due", NEEDED, "The day by which it is done, like 12 June 2026.", 17, Holds.DAY),
    Column("source_kind", "What it answers to", f"{NEEDED}, choose", "The sort of finding.", 18, Holds.CHOICE),
    Column("source", "Where that is written", MAY_BE_EMPTY, "The number of the finding, for example Finding 3.", 22),
    Column("recommendation", "Recommendation", MAY_BE_EMPTY, "The recommendation that the action follows.", 32),
    Column("required_change", "Required change", FOR_APPROVAL, "What is to be different afterwards.", 32),
    Column("evidence", "Evidence expected", FOR_APPROVAL, "What will show that it was done.", 32),
    Column("outcome", "How the outcome is measured", FOR_APPROVAL, "What is counted or looked at.", 32),
    Column("baseline", "Baseline", FOR_APPROVAL, "Where that measure stands now.", 20),
    Column("target", "Target", MAY_BE_EMPTY, "Where that measure is to stand.", 20),
    Column("public_wording", "Wording for the public", MAY_BE_EMPTY,
           "How the action is told in a published progress report.", 32),
), reference="plan")  # fmt: skip

_BEFORE_APPROVAL = ", ".join(NEEDED_FOR_APPROVAL.values())
STEPS = (
    "Write each action on a line of its own on the sheet “Actions”. Leave headings and columns as they are.",
    "Needed at once: title, action, agency, owner, priority, kind, due and what it answers to.",
    f"Needed before the plan can be approved: {_BEFORE_APPROVAL}. Until then an action stays a draft.",
    f"The title may stand in mails. It has at most {LONGEST_TITLE} characters.",
    "The title must identify nobody: no child, no family, no member of staff.",
    "Type words and days. A file with formulas, macros, links to other files or objects is not read.",
    f"A plan has at most {MOST_ACTIONS} actions, and a text at most {LONGEST_TEXT} characters.",
    *SENDING_BACK,
)


def action_sheet(
    plan: str,
    board: str,
    agencies: Sequence[tuple[str, str]],
    rows: Sequence[Wish] = (),
    *,
    prepared: int = PREPARED_ROWS,
) -> bytes:
    """The workbook for the actions of a plan; `agencies` are (key, name) pairs, `rows` what stands in it at first."""
    names = dict(agencies)
    return workbook(
        Sheet(
            ACTIONS,
            title=f"Actions of plan {plan}",
            facts=(("Board", board), ("Plan", plan)),
            steps=STEPS,
            mark={"plan": plan},
            choices={
                "agency": tuple(names.values()),
                "priority": tuple(each.value for each in Priority),
                "kind": tuple(PLAIN_KIND.values()),
                "source_kind": tuple(PLAIN_SOURCE.values()),
            },
            rows=[_values(each, names.get(each.agency, each.agency)) for each in rows],
            prepared=prepared,
            pages_wide=3,
        )
    )


def _values(wish: Wish, agency: str) -> Values:
    typed = {column.name: getattr(wish, column.name) for column in ACTIONS.columns}
    return {
        **typed,
        "agency": agency,
        "priority": wish.priority.value,
        "kind": PLAIN_KIND[wish.kind],
        "source_kind": PLAIN_SOURCE[wish.source_kind],
    }
