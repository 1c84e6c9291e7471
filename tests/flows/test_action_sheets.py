"""Actions that are proposed in a workbook, and decisions of a committee that come back in one."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from config.settings import settings
from flows.board_folders import BoardFolder
from models.records.actions import texts_of
from models.records.database import reading
from models.records.shown import decisions_of
from models.rules.actions import ActionKind, ActionState, Priority, SourceKind, Wish
from reports.action_sheet import action_sheet
from tests.builders import on
from tests.flows.a_plan import BEGUN, accepted_plan, action, begun_plan, evidence, proposed, word
from tests.flows.a_tray import drop_bytes, lie_in, look, text_in
from tests.flows.scripted_port import Conversation, ScriptedPort
from tests.flows.whole_record import deadline
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

AGENCIES = [("police", "Police"), ("ccg", "Clinical commissioning group")]
JULY = on("Wed 2026-07-01")


def a_wish(title: str = "Written handovers", **other: object) -> Wish:
    values: dict[str, object] = {
        "title": title, "action": "Write it down.", "agency": "police", "owner": "Olive Example",
        "owner_email": "olive@police.example", "priority": Priority.HIGH, "kind": ActionKind.PROCEDURE,
        "due_on": on("Fri 2026-06-12"), "source_kind": SourceKind.WEAKNESS, "required_change": "In writing.",
        "evidence": "A dip sample.", "outcome": "Share in writing.", "baseline": "4 of 10", **other,
    }  # fmt: skip
    return Wish(**values)  # type: ignore[arg-type]


def sheet_for(one: Conversation, *wishes: Wish) -> bytes:
    return action_sheet(one.process.spoken_ref, "Barking & Dagenham SCB", AGENCIES, wishes)


def read(content: bytes, day: date, name: str = "actions.xlsx") -> None:
    drop_bytes(name, content)
    look(day, 19)


def note() -> str:
    [found] = [each for each in lie_in(BoardFolder.FAULTS) if each.endswith(".txt")]
    return text_in(BoardFolder.FAULTS, found)


def numbers(one: Conversation) -> int:
    count = 0
    while True:
        try:
            action(one, count + 1)
        except IndexError:
            return count
        count += 1


def test_all_actions_of_a_workbook_are_proposed_at_once(port: ScriptedPort) -> None:
    one = begun_plan(port)

    read(sheet_for(one, a_wish(), a_wish("Shared chronologies", evidence="")), BEGUN)

    assert numbers(one) == 2
    assert [action(one, 1).state, action(one, 2).state] == [ActionState.PROPOSED, ActionState.DRAFT]
    with reading() as session:
        assert texts_of(session, [action(one, 1)])[action(one, 1).id or 0]["baseline"] == "4 of 10"
    assert lie_in(BoardFolder.DONE) == ["actions.xlsx"]


def test_a_workbook_with_one_fault_is_not_read_at_all_and_every_fault_is_told_beside_it(port: ScriptedPort) -> None:
    one = begun_plan(port)
    proposed(one)

    wishes = (a_wish("Another"), a_wish(), a_wish("A third", owner_email="olive@elsewhere.example"))
    read(sheet_for(one, *wishes), BEGUN)

    assert numbers(one) == 1
    assert "action 1 of this agency has the same title already" in note()
    assert "the address is not one of Police" in note()


def test_a_workbook_for_a_plan_that_is_not_there_is_told_so(port: ScriptedPort) -> None:
    begun_plan(port)

    read(action_sheet("CR-XXXX Rowan", "Barking & Dagenham SCB", AGENCIES, (a_wish(),)), BEGUN)

    assert "there is no plan with that reference" in note()


def test_the_form_of_the_plan_writes_the_workbook(port: ScriptedPort) -> None:
    one = begun_plan(port)

    with the_day(BEGUN, 10):
        one.go_to("action-sheet")
        said = one.answer("write")
    [written] = (settings().board_folder(BOARD) / "papers").glob("*.xlsx")

    assert f"“{written.name}”" in said
    assert "in-tray" in said
    assert load_workbook(BytesIO(written.read_bytes())).sheetnames[0] == "Actions"


@pytest.fixture
def late(port: ScriptedPort) -> Conversation:
    """Action 1 is late, action 2 waits for the committee to close it."""
    one = accepted_plan(port)
    word(one, on("Mon 2026-05-11"), 2, "done", "Folder 7")
    evidence(one, on("Mon 2026-05-11"), 2)
    return one


def meeting_sheet_of(one: Conversation, decided: dict[int, tuple[str, str]]) -> bytes:
    """The workbook that the form writes, filled in: number of the action -> decision and new day."""
    with the_day(JULY, 9):
        one.go_on().go_to("meeting-sheet")
        one.answer("write", meets_on="1 July 2026")
    [written] = (settings().board_folder(BOARD) / "papers").glob("*committee*.xlsx")
    book = load_workbook(BytesIO(written.read_bytes()))
    sheet = book["Meeting"]
    at = {str(cell.value).partition("\n")[0]: number for number, cell in enumerate(sheet[1], 1)}
    for row in range(2, sheet.max_row + 1):
        number = str(sheet.cell(row, at["Number"]).value)
        if number.isdigit() and int(number) in decided:
            what, day = decided[int(number)]
            sheet.cell(row, at["Decided"]).value = what
            sheet.cell(row, at["New date"]).value = day or None
            sheet.cell(row, at["Minute"]).value = "7.3"
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def test_what_the_committee_decided_comes_back_in_its_workbook(late: Conversation) -> None:
    content = meeting_sheet_of(late, {1: ("new date", "31 July 2026"), 2: ("closed", "")})

    read(content, JULY, "meeting.xlsx")

    assert deadline(late.ref, "action:1").working_target_on == on("Fri 2026-07-31")
    assert action(late, 2).state is ActionState.CLOSED
    with reading() as session:
        decided = decisions_of(session, late.process)
    assert (decided[-1].gate, decided[-1].capacity) == ("committee-looked", "monitoring_chair")


def test_an_action_is_not_closed_by_a_workbook_before_its_evidence_was_checked(late: Conversation) -> None:
    content = meeting_sheet_of(late, {1: ("closed", ""), 2: ("closed", "")})

    read(content, JULY, "meeting.xlsx")

    assert "it cannot be closed before its evidence was checked" in note()
    assert action(late, 1).state is ActionState.IN_PROGRESS
    assert action(late, 2).state is ActionState.CHECKED


def test_the_workbook_of_a_meeting_to_come_is_not_read(late: Conversation) -> None:
    content = meeting_sheet_of(late, {1: ("explained", "")})

    read(content, on("Tue 2026-06-30"), "meeting.xlsx")

    assert "Send it when it was held" in note()
