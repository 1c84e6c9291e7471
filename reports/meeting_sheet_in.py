"""The sheet of a committee's meeting as it came back: every decision on it, or every fault at once (B.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.rules.spoken import spoken
from reports.meeting_sheet import LONGEST_MINUTE, MEETING, MOST_ITEMS, PLAIN_OUTCOME, Outcome
from reports.sheet_cells import plain_text
from reports.sheet_faults import FaultySheet, refused
from reports.sheet_reading import RowReader
from reports.workbooks import Opened, SheetRow, open_sheet

OUTCOMES: Mapping[str, Outcome] = {words: each for each, words in PLAIN_OUTCOME.items()}
_GIVEN = tuple(column.name for column in MEETING.columns if column.name in MEETING.given)
_LEAVE_IT = "Take a new sheet, or put the line back as it was; lines are not added, changed or copied by hand."
_Key = tuple[str, str]  # plan and number


@dataclass(frozen=True)
class MeetingOutcome:
    """What the committee decided about one action; `row` is its row on the sheet."""

    plan: str
    number: int
    outcome: Outcome
    new_on: date | None
    minute: str
    row: int


@dataclass(frozen=True)
class MeetingSheet:
    """What was decided in one meeting; what was not discussed is not among it."""

    meeting: str
    held_on: date
    outcomes: tuple[MeetingOutcome, ...]


def read_meeting_sheet(content: bytes, today: date) -> MeetingSheet:
    """The decisions on the sheet. Raises FaultySheet.

    That a line is as it was written is told from the sheet alone; whether that action is still open, the record knows.
    """
    opened = open_sheet(content, MEETING)
    if len(opened.rows) > MOST_ITEMS:
        raise refused(f"there are {len(opened.rows)} lines on the sheet", f"A meeting has at most {MOST_ITEMS}.")
    faults, outcomes = list(opened.faults), list[MeetingOutcome]()
    known, seen = {(line[0], line[1]): line for line in opened.given}, dict[_Key, int]()
    for row in opened.rows:
        reader = RowReader(MEETING, row)
        key = _check_given(reader, row, known, seen)
        outcome = _outcome(reader, key, today)
        faults += reader.faults
        if outcome is not None:
            outcomes.append(outcome)
    if faults:
        raise FaultySheet(faults)
    if not outcomes:
        raise refused("no decision is filled in on the sheet", "Choose under “Decided” what the committee decided.")
    return MeetingSheet(opened.mark.get("meeting", ""), _held_on(opened), tuple(outcomes))


def _check_given(
    reader: RowReader, row: SheetRow, known: Mapping[_Key, tuple[str, ...]], seen: dict[_Key, int]
) -> _Key:
    """Notes a line that was added, changed or copied by hand."""
    line = tuple(plain_text(row.cells.get(name)) for name in _GIVEN)
    key = (line[0], line[1])
    if key not in known:
        reader.fault("plan", "that line was added by hand, or its plan or number was changed", _LEAVE_IT)
        return key
    first = seen.setdefault(key, row.number)
    if first != row.number:
        reader.fault("plan", f"the same action stands in row {first}", "Delete one of the two lines.")
    for name, stands, stood in zip(_GIVEN, line, known[key], strict=True):
        if stands != stood and not (name in row.cells and row.cells[name].is_formula):
            reader.fault(name, f"“{MEETING.column(name).heading}” was changed by hand", _LEAVE_IT)
    return key


def _outcome(reader: RowReader, key: _Key, today: date) -> MeetingOutcome | None:
    """The decision in that row, None where nothing was decided."""
    outcome, new_on = reader.choice("outcome", OUTCOMES, needed=False), reader.day("new_on")
    minute = reader.line("minute", longest=LONGEST_MINUTE)
    if reader.is_empty("outcome") and minute:
        reader.fault("outcome", "there is a minute, but not what was decided", "Choose it, or delete the minute.")
    if outcome is Outcome.NEW_DATE:
        reader.needs("new_on")
        if new_on is not None and new_on <= today:
            reader.fault("new_on", f"{spoken(new_on)} is not after today", "Write a later day.")
    elif not reader.is_empty("new_on") and (outcome or reader.is_empty("outcome")):
        reader.fault("new_on", "a new day is written, but “new date” is not chosen", "Choose “new date”, or delete it.")
    if outcome is None or not key[1].isdecimal():
        return None
    return MeetingOutcome(key[0], int(key[1]), outcome, new_on, minute, reader.number)


def _held_on(opened: Opened) -> date:
    try:
        return date.fromisoformat(opened.mark.get("held_on", ""))
    except ValueError:
        raise refused("the mark of the sheet is damaged", "Fill in a new sheet.") from None
