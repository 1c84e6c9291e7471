"""The sheet for the actions of a plan: what it looks like, and that what was written is read back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.actions import MOST_ACTIONS, ActionKind, Priority, SourceKind, Wish, faults_of_title
from reports.action_sheet import ACTIONS, PREPARED_ROWS, action_sheet
from tests.installation import CODE
from tests.reports.proposed_actions import AGENCIES, BOARD, PLAN, TODAY, WISHES, at, read, sheet, without_rows
from tests.reports.workbook_surgery import FIXTURES, opened, parts

SOFFICE = shutil.which("soffice")


def test_what_was_written_is_read_back() -> None:
    back = read(sheet())

    assert back.plan == PLAN
    assert back.wishes == WISHES


def test_an_empty_sheet_is_prepared_for_people() -> None:
    book = opened(action_sheet(PLAN, BOARD, AGENCIES))
    main = book["Actions"]

    assert book.sheetnames == ["Actions", "How to fill in", "Lists"]
    assert [page.sheet_state for page in book.worksheets] == ["visible", "visible", "hidden"]
    assert main.max_row == PREPARED_ROWS + 1
    assert main.freeze_panes == "B2"
    assert main.page_setup.orientation == "landscape"
    assert main.print_title_rows == "$1:$1"
    assert main[at("action")].alignment.wrap_text
    assert main[at("due_on")].number_format == "[$-809]ddd d mmm yyyy"
    assert main[at("target")].number_format == "@"
    assert main[at("title", 1)].value.startswith("Title for mails\nneeded, at most 80 characters")


def test_choices_are_offered_for_every_prepared_row() -> None:
    book = opened(action_sheet(PLAN, BOARD, AGENCIES, WISHES))
    offered = {str(each.sqref): each for each in book["Actions"].data_validations.dataValidation}

    for name, count in (("agency", 3), ("priority", 3), ("kind", 7), ("source_kind", 5)):
        rule = offered[f"{at(name)}:{at(name, PREPARED_ROWS + 1)}"]
        places = book["Lists"][rule.formula1.partition("!")[2].replace("$", "")]
        assert rule.type == "list"
        assert len(places) == count
        assert all(row[0].value for row in places)
    assert offered[f"{at('due_on')}:{at('due_on', 201)}"].type == "date"
    assert offered[f"{at('title')}:{at('title', 201)}"].formula1 == "80"


def test_the_instructions_say_what_is_needed_and_that_titles_identify_nobody() -> None:
    page = opened(sheet())["How to fill in"]
    words = "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)

    assert f"Actions of plan {PLAN}" in words
    assert BOARD in words
    assert "must identify nobody" in words
    assert "Needed before the plan can be approved: the change that is wanted" in words
    assert "formulas" in words
    assert all(column.heading in words and column.help in words for column in ACTIONS.columns)


def test_the_same_input_gives_the_same_bytes_whatever_the_machines_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    first = sheet()
    later = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: later)

    assert action_sheet(PLAN, BOARD, AGENCIES, WISHES, prepared=10) == first
    assert {entry.date_time[0] for entry in ZipFile(BytesIO(first)).infolist()} == {1980}
    about = parts(first)["docProps/core.xml"].decode()
    assert about.count("1980-01-01T00:00:00Z") == 2
    assert "openpyxl" not in about


def test_another_process_gives_the_same_bytes() -> None:
    code = "import sys; from tests.reports.proposed_actions import sheet; sys.stdout.buffer.write(sheet())"
    seed = {**os.environ, "PYTHONHASHSEED": "7"}

    made = subprocess.run([sys.executable, "-c", code], cwd=CODE, env=seed, capture_output=True, check=True)

    assert made.stdout == sheet()


@pytest.mark.parametrize("text", [
    "=1+1", '=HYPERLINK("https://elsewhere.example")', "=cmd|' /C calc'!A0", "+44", "-5", "@SUM(A1)", "#N/A", "'quoted",
    "_x000D_ and _x0041_", "1.50", "TRUE", "12 June 2026", "a < b & c > d", "two\nlines",
])  # fmt: skip
def test_text_comes_back_as_typed_and_is_never_worked_out(text: str) -> None:
    content = sheet(replace(WISHES[0], action=text))

    assert read(content).wishes[0].action == text
    assert b"<f>" not in b"".join(parts(content).values())
    assert opened(content)["Actions"][at("action")].data_type == "s"


def test_signs_that_no_workbook_may_hold_become_blanks() -> None:
    hostile = replace(WISHES[0], action="one\x00two\x0bthree\ud800four\u202efive\uffff", source="\x07")

    assert read(sheet(hostile)).wishes[0].action == "one two three four five"
    assert read(sheet(hostile)).wishes[0].source == ""


def test_a_whole_plan_of_many_actions_fits() -> None:
    many = [replace(WISHES[0], title=f"Action {number}") for number in range(MOST_ACTIONS)]

    content = sheet(*many)

    assert len(read(content).wishes) == MOST_ACTIONS
    last = [str(each.sqref) for each in opened(content)["Actions"].data_validations.dataValidation]
    assert all(each.endswith(str(MOST_ACTIONS + 1)) for each in last)


def test_a_sheet_that_libreoffice_saved_is_read() -> None:
    """Saved by LibreOffice 7.4 from what `sheet()` gives."""
    back = read((FIXTURES / "actions_saved_by_libreoffice.xlsx").read_bytes())

    assert back.plan == PLAN
    assert back.wishes == WISHES


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")
def test_a_sheet_that_libreoffice_saves_now_is_read(tmp_path: Path) -> None:
    content = sheet()

    back = read(saved_by_libreoffice(content, tmp_path))

    assert back.wishes == WISHES


def saved_by_libreoffice(content: bytes, folder: Path) -> bytes:
    (folder / "sheet.xlsx").write_bytes(content)
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / "sheet.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return (folder / "out" / "sheet.xlsx").read_bytes()


TYPED = st.text(
    st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" \n=+-@'\"<&;_x000D_"), max_size=60
).map(str.strip)
LINES = TYPED.map(lambda text: " ".join(text.split()))
TITLES = LINES.filter(lambda text: text and not any(faults_of_title(text)))
LATER = st.integers(1, 1700).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    due_on: date = draw(LATER)
    return Wish(
        title=draw(TITLES),
        action=draw(TYPED.filter(bool)),
        agency=draw(st.sampled_from([key for key, _ in AGENCIES])),
        owner=draw(LINES.filter(bool)),
        owner_email=draw(st.sampled_from(["", "robin@council.example"])),
        priority=draw(st.sampled_from(Priority)),
        kind=draw(st.sampled_from(ActionKind)),
        due_on=due_on,
        source_kind=draw(st.sampled_from(SourceKind)),
        start_on=draw(st.none() | st.integers(0, 100).map(lambda days: due_on - timedelta(days=days))),
        source=draw(TYPED),
        recommendation=draw(TYPED),
        required_change=draw(TYPED),
        evidence=draw(TYPED),
        outcome=draw(TYPED),
        baseline=draw(TYPED),
        target=draw(TYPED),
        public_wording=draw(TYPED),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(wishes(), min_size=1, max_size=3, unique_by=lambda wish: wish.title.casefold()))
def test_whatever_was_written_is_read_back(some: list[Wish]) -> None:
    back = read(sheet(*some))

    assert without_rows(back.wishes) == some
    assert [wish.row for wish in back.wishes] == list(range(2, 2 + len(some)))
