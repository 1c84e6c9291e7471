"""The sheet in which a monitoring committee notes what it decided about each late or open action (B.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.spoken import spoken
from reports.sheet_columns import SENDING_BACK, Column, Holds, SheetKind, Table, Values
from reports.sheet_layout import Sheet, workbook

MOST_ITEMS = 1000  # of one meeting
LONGEST_MINUTE = 40
FILLED_IN = "filled in already"


class Outcome(StrEnum):
    """What a committee decided about an action."""

    EXPLAINED = "explained"
    NEW_DATE = "new-date"
    TO_THE_CHAIR = "to-the-chair"
    CLOSED = "closed"


PLAIN_OUTCOME: Mapping[Outcome, str] = {
    Outcome.EXPLAINED: "explained",
    Outcome.NEW_DATE: "new date",
    Outcome.TO_THE_CHAIR: "to the Chair",
    Outcome.CLOSED: "closed",
}


@dataclass(frozen=True)
class MeetingItem:
    """One late or open action as it is put before the committee; the title is the one that identifies nobody."""

    plan: str  # "AP-7Q4M Rowan"
    number: int
    title: str
    agency: str  # its name
    due_on: date
    how_late: str  # "12 working days"
    proposed: str = ""


GIVEN = frozenset({"plan", "number", "title", "agency", "due_on", "how_late", "proposed"})
MEETING = Table(SheetKind.MEETING, "Meeting", (
    Column("plan", "Plan", FILLED_IN, "The plan that the action belongs to.", 16),
    Column("number", "Number", FILLED_IN, "The number of the action in its plan.", 9),
    Column("title", "Action", FILLED_IN, "What it is about.", 34),
    Column("agency", "Agency", FILLED_IN, "The agency that owns it.", 20),
    Column("due_on", "Due", FILLED_IN, "The day by which it was to be done.", 16, Holds.DAY),
    Column("how_late", "How late", FILLED_IN, "How late it is.", 14),
    Column("proposed", "Proposed", FILLED_IN, "What is proposed to the committee.", 18),
    Column("outcome", "Decided", "choose; empty if not discussed",
           "What the committee decided; “to the Chair” is for the Chair to take up.", 17, Holds.CHOICE),
    Column("new_on", "New date", "with “new date” only", "The new day, like 12 June 2026.", 17, Holds.DAY),
    Column("minute", "Minute", "its number alone", "Where it stands in the minutes, for example 7.3.", 11,
           longest=LONGEST_MINUTE),
), reference="meeting", given=GIVEN)  # fmt: skip

STEPS = (
    "On the sheet “Meeting” fill in the white cells only. The grey ones are filled in already.",
    "Lines that were added, changed or copied by hand are not read.",
    "Choose under “Decided” what the committee decided. Leave it empty for what was not discussed.",
    "With “new date”, and only then, write the new day beside it.",
    "Under “Minute” write the number of the minute alone. The reasons stay in the minutes.",
    *SENDING_BACK,
)


def meeting_sheet(meeting: str, board: str, committee: str, held_on: date, items: Sequence[MeetingItem]) -> bytes:
    """The workbook for one meeting; `meeting` is the reference by which it is known again."""
    return workbook(
        Sheet(
            MEETING,
            title=f"{committee}, {spoken(held_on)}",
            facts=(("Board", board), ("Committee", committee), ("Day", spoken(held_on)), ("Meeting", meeting)),
            steps=STEPS,
            mark={"meeting": meeting, "held_on": held_on.isoformat()},
            choices={"outcome": tuple(PLAIN_OUTCOME.values())},
            rows=[_values(each) for each in items],
            prepared=0,
        )
    )


def _values(item: MeetingItem) -> Values:
    return {
        "plan": item.plan, "number": str(item.number), "title": item.title, "agency": item.agency,
        "due_on": item.due_on, "how_late": item.how_late, "proposed": item.proposed,
    }  # fmt: skip
