"""The sheet of a plan's actions as it comes back: every fault at once, each with its cell, nothing typed repeated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from itertools import cycle
from typing import Any

import pytest
from openpyxl.utils.datetime import MAC_EPOCH

from models.rules.actions import MOST_ACTIONS, NEEDED_FOR_APPROVAL, ActionKind, Priority, SourceKind
from reports.action_sheet import ACTIONS, action_sheet
from reports.action_sheet_in import read_action_sheet
from reports.sheet_faults import FaultySheet
from tests.builders import on
from tests.reports.proposed_actions import (
    AGENCIES,
    BOARD,
    PLAN,
    SUPERVISION,
    TODAY,
    WISHES,
    at,
    faults,
    read,
    sheet,
)
from tests.reports.workbook_surgery import MAIN, filled, opened, rewritten, saved

MARKED = "QZXJ typed by somebody"
NEEDED = ("title", "action", "agency", "owner", "priority", "kind", "due_on", "source_kind")


def moment(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2026 as a workbook holds it, without a zone."""
    return datetime(2026, month, day, hour, minute)  # noqa: DTZ001


def with_cell(name: str, value: Any, row: int = 2) -> bytes:
    return filled(sheet(), {at(name, row): value})


def test_every_fault_is_told_at_once_with_its_cell() -> None:
    content = filled(sheet(), {
        at("title"): "x" * 81, at("agency"): MARKED, at("owner"): None, at("owner_email"): MARKED,
        at("priority"): MARKED, at("due_on"): MARKED, at("kind", 3): "=1+1", at("due_on", 3): on("Mon 2026-01-05"),
    })  # fmt: skip

    told = faults(content)

    assert sorted(told) == sorted([
        f"{at('kind', 3)}: a formula stands there. Type the words or the day itself.",
        f"{at('title')}: the title is longer than 80 characters. "
        "It may stand in mails: a few words that identify nobody.",
        f"{at('agency')}: that is no agency of this board. "
        "Choose one of these: Police, Council of A & B and Hospital “North”.",
        f"{at('owner')}: “Owner” is empty. It is needed; fill it in.",
        f"{at('owner_email')}: that is not an e-mail address. Write it like name@agency.example, or leave it empty.",
        f"{at('priority')}: that is not on the list. Choose one of these: high, medium and low.",
        f"{at('due_on')}: that is not a date. Write it like 12 June 2026.",
        f"{at('due_on', 3)}: it is due on Monday 5 January 2026, which is not after today. "
        "Write a later day, or correct the year.",
    ])  # fmt: skip
    assert MARKED not in "".join(told)


@pytest.mark.parametrize("name", NEEDED)
def test_what_an_action_needs_is_missed_where_it_should_stand(name: str) -> None:
    assert faults(with_cell(name, None)) == [
        f"{at(name)}: “{ACTIONS.column(name).heading}” is empty. It is needed; fill it in."
    ]
    assert faults(with_cell(name, "  \n")) == faults(with_cell(name, None))


@pytest.mark.parametrize(
    "name", [*NEEDED_FOR_APPROVAL, "owner_email", "start_on", "source", "recommendation", "target"]
)
def test_what_may_follow_later_is_no_fault(name: str) -> None:
    (wish, _) = read(with_cell(name, None)).wishes

    assert not getattr(wish, name)


@pytest.mark.parametrize(("title", "told"), [
    ("x" * 81, "longer than 80 characters"), ("two\nlines", "must stand on one line"),
    ("born 12.06.2019", "long number"), ("robin@council.example", "has an address in it"),
])  # fmt: skip
def test_a_title_that_may_not_stand_in_mails_is_refused(title: str, told: str) -> None:
    (only,) = faults(with_cell("title", title))

    assert only.startswith(f"{at('title')}: ")
    assert told in only


@pytest.mark.parametrize("written", [
    on("Fri 2026-06-12"), moment(6, 12, 14, 30), "12 June 2026", "Friday 12th June 2026", "12/06/2026",
    "12.6.2026", "12-06-2026", "2026-06-12", " 12 Jun 2026 ",
])  # fmt: skip
def test_a_day_is_read_however_it_was_written(written: Any) -> None:
    (wish, _) = read(with_cell("due_on", written)).wishes

    assert wish.due_on == on("Fri 2026-06-12")


@pytest.mark.parametrize("written", ["soon", "31 June 2026", 46185, 2026, 0.5, True, time(14, 30), "June"])
def test_what_is_no_day_is_told(written: Any) -> None:
    for name in ("due_on", "start_on"):
        content = filled(sheet(), {at(name): written})
        if not isinstance(written, str):
            content = with_format(content, at(name), written)
        assert faults(content) == [f"{at(name)}: that is not a date. Write it like 12 June 2026."]


def with_format(content: bytes, cell: str, value: Any) -> bytes:
    """A number in a cell whose format was lost is not taken for a day."""
    book = opened(content)
    book["Actions"][cell].number_format = "h:mm" if isinstance(value, time) else "General"
    return saved(book)


def test_a_day_from_an_old_mac_is_the_same_day() -> None:
    book = opened(sheet())
    book.epoch = MAC_EPOCH

    assert read(saved(book)).wishes[0].due_on == SUPERVISION.due_on


@pytest.mark.parametrize(("name", "day", "told"), [
    ("due_on", on("Mon 2026-01-05"), "not after today"), ("due_on", on("Thu 2015-01-01"), "not after today"),
    ("due_on", on("Mon 2035-01-01"), "more than five years"), ("start_on", on("Sat 2026-06-13"), "after it is due"),
])  # fmt: skip
def test_days_that_cannot_be_right_are_told_at_their_cell(name: str, day: date, told: str) -> None:
    content = filled(sheet(), {at("start_on"): None, at(name): day})

    assert any(each.startswith(f"{at(name)}: ") and told in each for each in faults(content))


@pytest.mark.parametrize(("value", "shown_as", "text"), [
    (12, "General", "12"), (12.0, "General", "12"), (14.3, "General", "14.3"), (-5, "General", "-5"),
    (0.6, "0%", "60%"), (0.125, "0.0%", "12.5%"), (True, "General", "TRUE"),
    (moment(6, 12), "d mmm yyyy", "12 June 2026"),
    (moment(6, 12, 9, 5), "d mmm yyyy", "12 June 2026 09:05"), (time(9, 5), "h:mm", "09:05"),
])  # fmt: skip
def test_what_a_program_took_for_a_number_or_a_day_is_text_again(value: Any, shown_as: str, text: str) -> None:
    book = opened(sheet())
    book["Actions"][at("target")].value = value
    book["Actions"][at("target")].number_format = shown_as

    assert read(saved(book)).wishes[0].target == text


@pytest.mark.parametrize("name", ["priority", "kind", "source_kind", "agency"])
def test_choices_do_not_depend_on_large_letters_and_blanks(name: str) -> None:
    book = opened(sheet())
    cell = book["Actions"][at(name)]
    cell.value = f"  {str(cell.value).upper().replace(' ', '  ')} "

    assert read(saved(book)).wishes == WISHES


def test_an_agency_may_be_named_by_its_key() -> None:
    assert read(with_cell("agency", "health")).wishes[0].agency == "health"
    assert read_action_sheet(sheet(), {"Police": "p", "Council of A & B": "c"}, TODAY).wishes[0].agency == "c"


@pytest.mark.parametrize("name", ["action", "source", "evidence", "public_wording"])
def test_a_text_longer_than_two_thousand_characters_is_told(name: str) -> None:
    assert read(with_cell(name, "x" * 2000)).wishes[0].title == SUPERVISION.title
    assert faults(with_cell(name, "x" * 2001)) == [
        f"{at(name)}: the text is longer than 2000 characters. Write it shorter."
    ]


def test_the_same_title_for_the_same_agency_is_told_and_for_another_agency_is_not() -> None:
    again = replace(SUPERVISION, title=" supervision  of NEW staff")

    assert faults(sheet(SUPERVISION, again)) == [
        f"{at('title', 3)}: the same title stands in row 2 for the same agency. "
        "Delete one of the two, or give it another title."
    ]
    assert len(read(sheet(SUPERVISION, replace(again, agency="police"))).wishes) == 2


def test_the_same_title_is_told_beside_other_faults() -> None:
    content = filled(sheet(SUPERVISION, SUPERVISION), {at("due_on"): None, at("agency", 3): "COUNCIL"})

    assert [each.partition(":")[0] for each in faults(content)] == [at("due_on"), at("title", 3)]


def test_a_cell_that_shows_an_error_is_told() -> None:
    content = rewritten(sheet(), MAIN, lambda text: text.replace(
        "</sheetData>", '<row r="300"><c r="A300" t="e"><v>#REF!</v></c></row></sheetData>'))  # fmt: skip

    assert "A300: the cell shows an error. Type the words or the day itself." in faults(content)


def test_a_sheet_with_nothing_on_it_is_told() -> None:
    assert faults(action_sheet(PLAN, BOARD, AGENCIES)) == [
        "No action is written on the sheet. Write each action on a line of its own and send it again."
    ]


def test_more_actions_than_a_plan_has_are_told() -> None:
    many = [replace(SUPERVISION, title=f"Action {number}") for number in range(MOST_ACTIONS + 1)]

    assert faults(sheet(*many)) == ["There are 501 actions on the sheet. A plan has at most 500; make two of it."]


def test_rows_may_have_gaps_between_them_and_keep_their_numbers() -> None:
    book = opened(sheet())
    book["Actions"].insert_rows(3, amount=4)

    assert [wish.row for wish in read(saved(book)).wishes] == [2, 7]


def test_nothing_is_read_when_one_cell_is_wrong() -> None:
    with pytest.raises(FaultySheet) as refusal:
        read(with_cell("priority", "whenever"))

    assert len(refusal.value.faults) == 1
    assert refusal.value.faults[0].where == at("priority")
    assert str(refusal.value) == str(refusal.value.faults[0])


def test_every_choice_can_be_read_back() -> None:
    rounds = zip(range(2, 9), cycle(Priority), cycle(ActionKind), cycle(SourceKind), strict=False)
    some = [
        replace(SUPERVISION, title=f"Action {row}", priority=priority, kind=kind, source_kind=source_kind, row=row)
        for row, priority, kind, source_kind in rounds
    ]

    assert list(read(sheet(*some)).wishes) == some
