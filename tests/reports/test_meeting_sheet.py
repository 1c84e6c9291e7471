"""The sheet of a committee's meeting: written, filled in, read back, and every way to fill it in wrongly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.meeting_sheet import MEETING, MeetingItem, Outcome, meeting_sheet
from reports.meeting_sheet_in import MeetingOutcome, MeetingSheet, read_meeting_sheet
from reports.sheet_columns import SheetKind
from reports.sheet_faults import FaultySheet
from reports.workbooks import kind_of
from tests.builders import on
from tests.reports.proposed_actions import sheet as sheet_of_actions
from tests.reports.test_action_sheet import SOFFICE, saved_by_libreoffice
from tests.reports.workbook_surgery import FIXTURES, filled, opened, parts, saved

REFERENCE, BOARD, COMMITTEE = "MC-7Q4M-2", "Board of A & B", "Performance & Quality"
HELD_ON, TODAY = on("Fri 2026-07-03"), on("Mon 2026-07-06")
LATE = MeetingItem("AP-7Q4M Rowan", 3, "Supervision of new staff", "Council of A & B", on("Fri 2026-06-12"),
                   "15 working days", "to the Chair")  # fmt: skip
OPEN = MeetingItem("AP-7Q4M Rowan", 11, "=Sharing of reports", "Police", on("Wed 2026-09-30"), "not late")
OTHER = MeetingItem("AP-9K2P Hazel", 3, "Records kept for longer", "Hospital", on("Mon 2026-06-29"), "4 working days")
ITEMS = (LATE, OPEN, OTHER)
MARKED = "QZXJ typed by somebody"
FILLED = {"H2": "new date", "I2": on("Tue 2026-09-01"), "J2": "7.3", "H4": "closed", "J4": 7.4}
DECIDED = (
    MeetingOutcome("AP-7Q4M Rowan", 3, Outcome.NEW_DATE, on("Tue 2026-09-01"), "7.3", 2),
    MeetingOutcome("AP-9K2P Hazel", 3, Outcome.CLOSED, None, "7.4", 4),
)


@cache
def sheet(*items: MeetingItem) -> bytes:
    return meeting_sheet(REFERENCE, BOARD, COMMITTEE, HELD_ON, items or ITEMS)


def read(content: bytes) -> MeetingSheet:
    return read_meeting_sheet(content, TODAY)


def faults(content: bytes) -> list[str]:
    with pytest.raises(FaultySheet) as refusal:
        read(content)
    return [str(each) for each in refusal.value.faults]


def at(name: str, row: int = 2) -> str:
    return f"{MEETING.letters(name)}{row}"


def test_what_was_decided_is_read_and_what_was_not_discussed_is_not() -> None:
    back = read(filled(sheet(), FILLED))

    assert back == MeetingSheet(REFERENCE, HELD_ON, DECIDED)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_decision_can_be_chosen(outcome: Outcome) -> None:
    offered = [row[0].value for row in opened(sheet())["Lists"]["D1:D4"]]
    words = outcome.value.replace("-", " ").replace("the chair", "the Chair")
    day = on("Tue 2026-09-01") if outcome is Outcome.NEW_DATE else None

    back = read(filled(sheet(), {at("outcome"): words, at("new_on"): day}))

    assert words in offered
    assert [each.outcome for each in back.outcomes] == [outcome]


def test_the_sheet_shows_each_item_and_is_set_for_printing() -> None:
    book = opened(sheet())
    main = book["Meeting"]

    assert book.sheetnames == ["Meeting", "How to fill in", "Lists", "As written"]
    assert [page.sheet_state for page in book.worksheets] == ["visible", "visible", "hidden", "hidden"]
    assert [cell.value for cell in main[2]][:4] == [
        "AP-7Q4M Rowan",
        "3",
        "Supervision of new staff",
        "Council of A & B",
    ]
    assert main["E2"].value.date() == LATE.due_on
    assert [cell.value for cell in main[2]][5:] == ["15 working days", "to the Chair", None, None, None]
    assert (main.page_setup.orientation, main.freeze_panes) == ("landscape", "B2")
    assert [main[f"{letter}2"].protection.locked for letter in "ABCDEFGHIJ"] == [True] * 7 + [False] * 3
    assert main.protection.sheet
    assert main.protection.password is None
    assert kind_of(sheet()) is SheetKind.MEETING


def test_committee_and_day_stand_on_it() -> None:
    page = opened(sheet())["How to fill in"]
    words = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]

    assert words[0] == "Performance & Quality, Friday 3 July 2026"
    assert {COMMITTEE, BOARD, REFERENCE, "Friday 3 July 2026"} <= set(words)
    assert b"Performance &amp;&amp; Quality, Friday 3 July 2026" in parts(sheet())["xl/worksheets/sheet1.xml"]


def test_the_same_meeting_gives_the_same_bytes() -> None:
    assert meeting_sheet(REFERENCE, BOARD, COMMITTEE, HELD_ON, ITEMS) == sheet()


@pytest.mark.parametrize(("cells", "told"), [
    ({"H2": "new date"}, "I2: “New date” is empty. It is needed; fill it in."),
    ({"I2": "1 September 2026"},
     "I2: a new day is written, but “new date” is not chosen. Choose “new date”, or delete it."),
    ({"H2": "closed", "I2": "1 September 2026"},
     "I2: a new day is written, but “new date” is not chosen. Choose “new date”, or delete it."),
    ({"H2": "new date", "I2": "6 July 2026"}, "I2: Monday 6 July 2026 is not after today. Write a later day."),
    ({"H2": "new date", "I2": MARKED}, "I2: that is not a date. Write it like 12 June 2026."),
    ({"H2": MARKED}, "H2: that is not on the list. Choose one of these: explained, new date, to the Chair and closed."),
    ({"J2": "7.3"}, "H2: there is a minute, but not what was decided. Choose it, or delete the minute."),
    ({"H2": "closed", "J2": "x" * 41}, "J2: the text is longer than 40 characters. Write it shorter."),
    ({"H2": "=1+1"}, "H2: a formula stands there. Type the words or the day itself."),
])  # fmt: skip
def test_what_does_not_go_together_is_told(cells: dict[str, Any], told: str) -> None:
    said = faults(filled(sheet(), cells))

    assert said == [told]
    assert MARKED not in said[0]


@pytest.mark.parametrize(("name", "value", "heading"), [
    ("title", MARKED, "Action"), ("agency", None, "Agency"), ("due_on", on("Sat 2026-06-13"), "Due"),
    ("how_late", "not late", "How late"), ("proposed", MARKED, "Proposed"),
])  # fmt: skip
def test_a_line_that_was_changed_by_hand_is_told(name: str, value: Any, heading: str) -> None:
    content = filled(sheet(), {**FILLED, at(name): value})

    assert faults(content) == [
        f"{at(name)}: “{heading}” was changed by hand. "
        "Take a new sheet, or put the line back as it was; lines are not added, changed or copied by hand."
    ]


@pytest.mark.parametrize(("name", "value"), [("plan", MARKED), ("number", "12"), ("number", MARKED), ("plan", None)])
def test_a_line_of_another_action_is_told(name: str, value: Any) -> None:
    (only,) = faults(filled(sheet(), {**FILLED, at(name): value}))

    assert only.startswith("A2: that line was added by hand, or its plan or number was changed. ")
    assert MARKED not in only


def test_a_line_that_was_added_or_copied_is_told() -> None:
    added = filled(sheet(), {**FILLED, "A5": "AP-7Q4M Rowan", "B5": "4", "C5": MARKED, "H5": "closed"})
    copy = {f"{letter}5": value for letter, value in zip("ABCDEFG", values(LATE), strict=True)}

    assert [each[:33] for each in faults(added)] == ["A5: that line was added by hand, "]
    assert faults(filled(sheet(), {**FILLED, **copy})) == [
        "A5: the same action stands in row 2. Delete one of the two lines."
    ]


def values(item: MeetingItem) -> list[Any]:
    return [item.plan, str(item.number), item.title, item.agency, item.due_on, item.how_late, item.proposed]


def sorted_upside_down(page: Any) -> None:
    rows = [[cell.value for cell in row] for row in page["A2:J4"]]
    for cells, row in zip(page["A2:J4"], reversed(rows), strict=True):
        for cell, value in zip(cells, row, strict=True):
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type


def numbers_as_numbers(page: Any) -> None:
    for row in (2, 3, 4):
        page[f"B{row}"].value = int(page[f"B{row}"].value)


@pytest.mark.parametrize("change", [sorted_upside_down, numbers_as_numbers, lambda page: page.delete_rows(3)])
def test_sorting_deleting_and_numbers_taken_for_numbers_do_no_harm(change: Callable[[Any], None]) -> None:
    book = opened(filled(sheet(), FILLED))
    change(book["Meeting"])

    back = read(saved(book))

    assert {(each.plan, each.number, each.outcome, each.minute) for each in back.outcomes} == {
        (each.plan, each.number, each.outcome, each.minute) for each in DECIDED
    }


def test_a_sheet_on_which_nothing_was_decided_is_told() -> None:
    for content in (sheet(), meeting_sheet(REFERENCE, BOARD, COMMITTEE, HELD_ON, [])):
        assert faults(content) == [
            "No decision is filled in on the sheet. Choose under “Decided” what the committee decided."
        ]


def test_another_kind_of_sheet_another_meeting_and_a_broken_mark_are_told() -> None:
    renamed = filled(filled(sheet(), FILLED), {"B6": "MC-OTHER"}, "How to fill in")
    broken = filled(filled(sheet(), FILLED), {"B4": MARKED}, "Lists")

    assert faults(sheet_of_actions())[0].startswith("The sheet is for the actions of a plan, not for the decisions of")
    assert faults(renamed)[0].startswith("B6 on “How to fill in”: the meeting was changed by hand;")
    assert faults(broken) == ["The mark of the sheet is damaged. Fill in a new sheet."]


def test_every_fault_is_told_at_once() -> None:
    content = filled(sheet(), {"H2": "new date", "C3": MARKED, "H3": MARKED, "J4": "7.4"})

    assert [each.partition(":")[0] for each in faults(content)] == ["I2", "C3", "H3", "H4"]


def test_a_sheet_that_libreoffice_saved_is_read() -> None:
    """Saved by LibreOffice 7.4 from what is filled in above."""
    content = (FIXTURES / "meeting_saved_by_libreoffice.xlsx").read_bytes()

    assert read(content) == MeetingSheet(REFERENCE, HELD_ON, DECIDED)


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")
def test_a_sheet_that_libreoffice_saves_now_is_read(tmp_path: Path) -> None:
    content = filled(sheet(), FILLED)

    back = read(saved_by_libreoffice(content, tmp_path))

    assert back.outcomes == DECIDED


LATER = st.integers(1, 2000).map(lambda days: TODAY + timedelta(days=days))
MINUTES = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2})?( [a-z])?", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=30)


@st.composite
def decisions(draw: st.DrawFn) -> tuple[Outcome | None, date | None, str]:
    outcome = draw(st.none() | st.sampled_from(Outcome))
    return outcome, draw(LATER) if outcome is Outcome.NEW_DATE else None, draw(MINUTES) if outcome else ""


@settings(max_examples=25, deadline=None)
@given(st.lists(decisions(), min_size=3, max_size=3).filter(lambda them: any(each[0] for each in them)), WORDS, WORDS)
def test_whatever_was_decided_is_read_back(decided: list[Any], title: str, agency: str) -> None:
    items = [replace(each, title=title, agency=agency) for each in ITEMS]
    cells: dict[str, Any] = {}
    for row, (outcome, new_on, minute) in enumerate(decided, start=2):
        words = outcome.value.replace("-", " ") if outcome else None
        cells |= {at("outcome", row): words, at("new_on", row): new_on, at("minute", row): minute or None}

    back = read(filled(sheet(*items), cells))

    assert list(back.outcomes) == [
        MeetingOutcome(item.plan, item.number, outcome, new_on, minute, row)
        for row, (item, (outcome, new_on, minute)) in enumerate(zip(items, decided, strict=True), start=2)
        if outcome
    ]
