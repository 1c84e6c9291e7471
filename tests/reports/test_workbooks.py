"""Sheets whose shape was changed: formulas, columns, other sheets, other kinds, other plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reports.meeting_sheet import meeting_sheet
from reports.sheet_faults import FaultySheet
from tests.reports.proposed_actions import BOARD, TODAY, WISHES, faults, read, sheet
from tests.reports.workbook_surgery import MAIN, filled, opened, rewritten, saved

MARKED = "QZXJ typed by somebody"


@pytest.mark.parametrize(("place", "on_sheet", "told"), [
    ("Q2", "Actions", "Q2"), ("C300", "Actions", "C300"), ("ZZ9", "Actions", "ZZ9"),
    ("B40", "How to fill in", "B40 on “How to fill in”"), ("D1", "Lists", "D1 on “Lists”"),
    ("A1", MARKED, "A1 on the sheet at place 4"),
])  # fmt: skip
def test_a_formula_in_any_cell_is_named(place: str, on_sheet: str, told: str) -> None:
    book = opened(sheet())
    if on_sheet not in book.sheetnames:
        book.create_sheet(on_sheet)
    book[on_sheet][place].value = '=WEBSERVICE("https://elsewhere.example")'

    said = faults(saved(book))

    assert f"{told}: a formula stands there. Type the words or the day itself." in said
    assert MARKED not in "".join(said)


def test_every_kind_of_formula_is_one() -> None:
    formulas = (
        '<row r="300"><c r="A300"><f t="shared" ref="A300:B300" si="0">1+1</f><v>2</v></c>'
        '<c r="B300"><f t="shared" si="0"/><v>2</v></c><c r="D300"><f t="array" ref="D300">1+1</f><v>2</v></c>'
        '<c r="E300" t="str"><f>"x"</f><v>x</v></c></row>'
    )

    said = faults(rewritten(sheet(), MAIN, lambda text: text.replace("</sheetData>", f"{formulas}</sheetData>")))

    assert [each[:4] for each in said if "a formula" in each] == ["A300", "B300", "D300", "E300"]


def test_text_that_looks_like_a_formula_is_text_when_it_was_typed_as_text() -> None:
    content = rewritten(sheet(), MAIN, lambda text: text.replace("95%", "=1+1"))

    assert read(content).wishes[0].target == "=1+1"


@pytest.mark.parametrize("change", [
    lambda page: page.delete_cols(3), lambda page: page.insert_cols(3), lambda page: page.delete_rows(1),
    lambda page: page.insert_rows(1), lambda page: setattr(page["C1"], "value", MARKED),
    lambda page: page.move_range("C1", cols=30),
], ids=["taken out", "put in", "headings gone", "a line above", "renamed", "moved"])  # fmt: skip
def test_columns_that_are_not_as_they_were_are_told(change: Callable[[Any], None]) -> None:
    book = opened(sheet())
    change(book["Actions"])

    said = faults(saved(book))

    assert [each for each in said if each.startswith("C1: ")] == [
        "C1: the column “Agency” should stand there; it is missing, moved or renamed. "
        "Put the headings back as they were, or begin with a new sheet."
    ]
    assert MARKED not in "".join(said)


def test_headings_may_differ_in_blanks_and_apostrophes() -> None:
    book = opened(sheet())
    book["Actions"]["E1"].value = " owner’s   E-MAIL "

    assert read(saved(book)).wishes == WISHES


def test_what_stands_beside_the_table_or_on_another_sheet_is_not_lost_without_a_word() -> None:
    book = opened(sheet())
    book["Actions"]["T5"].value = MARKED
    book.create_sheet(MARKED)["B2"].value = MARKED
    book.create_sheet("empty")

    assert faults(saved(book)) == [
        "The sheet at place 4 was added and is not read. Move what counts to “Actions” and delete that sheet.",
        "T5: something stands beside the table, where it is not read. Move it into one of the columns, or delete it.",
    ]


def test_an_older_form_another_kind_and_a_sheet_without_its_mark_are_told() -> None:
    older = filled(sheet(), {"B2": "0"}, "Lists")
    other = meeting_sheet("M-1", BOARD, "Committee", TODAY, [])
    book = opened(sheet())
    del book["Lists"]
    without_table = opened(sheet())
    without_table["Actions"].title = MARKED

    assert faults(older)[0].startswith("The sheet is of an older or newer form that is not read any more.")
    assert faults(other)[0].startswith("The sheet is for the decisions of a meeting, not for the actions of a plan.")
    assert faults(saved(book))[0].startswith("The file is a workbook, but not one of this board's sheets.")
    assert faults(saved(without_table))[0].startswith("The sheet “Actions” is missing.")


def test_a_sheet_copied_for_another_plan_is_told() -> None:
    copied = filled(sheet(), {"B4": "AP-9K2P Hazel"}, "How to fill in")

    assert faults(copied) == [
        "B4 on “How to fill in”: the plan was changed by hand; the sheet belongs to the one it was made for. "
        "Put the reference back, or take the sheet of the other plan."
    ]


def test_what_a_library_says_of_a_damaged_file_is_not_repeated() -> None:
    damaged = rewritten(
        sheet(), MAIN, lambda text: text.replace("</sheetData>", "<row><c t='n'><v>QZXJ</v></c></row></sheetData>")
    )

    with pytest.raises(FaultySheet) as refusal:
        read(damaged)

    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
    assert "QZXJ" not in str(refusal.value)
