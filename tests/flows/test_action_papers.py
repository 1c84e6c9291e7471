"""The office has papers on actions written at the desk: for the board, or for one plan; frozen when issued."""

from __future__ import annotations

import hashlib

import pytest
from sqlmodel import select

from config.settings import settings
from flows.action_papers import ACTION_PAPERS
from flows.pages import DESCRIBED, OF_A_BOARD
from models.records.database import reading
from models.records.history import history_of
from models.records.meetings import Paper
from models.records.processes import parent_of, process_by_ref
from models.rules.page_addresses import actions_key
from tests.flows.a_late_plan import TITLES, TODAY, TYPED, a_plan
from tests.flows.scripted_port import ScriptedPort, desk_flow
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def plan(port: ScriptedPort) -> str:
    """The reference of the plan."""
    assert port.waiting == {}
    return a_plan()


def names() -> list[str]:
    return sorted(each.name for each in settings().papers_folder(BOARD).iterdir())


@pytest.mark.parametrize("which", list(ACTION_PAPERS))
def test_each_paper_is_offered_and_lies_in_the_folder_of_the_board(port: ScriptedPort, plan: str, which: str) -> None:
    with the_day(TODAY, 10):
        said = desk_flow(port, "write-paper", which).answer(which)

    assert said.startswith("Recorded: the ")
    assert "lies in the folder papers" in said
    ways = {".docx", ".html", ".xlsx"} if which in ("exceptions", "tracker") else {".docx", ".html"}
    assert {f".{each.rpartition('.')[2]}" for each in names()} == ways
    assert all(each.startswith(f"desk-{BOARD} ") for each in names())


def test_a_paper_of_one_plan_carries_its_reference_and_a_second_one_leaves_the_first_as_it_is(
    port: ScriptedPort, plan: str
) -> None:
    with the_day(TODAY, 10):
        desk_flow(port, "write-paper", "one").answer("exceptions", about=plan)
        first = {each.name: each.read_bytes() for each in settings().papers_folder(BOARD).iterdir()}
        desk_flow(port, "write-paper", "two").answer("exceptions", about=plan)

    stem = f"{plan} exception report 2026-06-09"
    assert names() == sorted(f"{stem}{more}{way}" for more in ("", " (2)") for way in (".docx", ".html", ".xlsx"))
    folder = settings().papers_folder(BOARD)
    assert all((folder / name).read_bytes() == content for name, content in first.items())
    with reading() as session:
        process = process_by_ref(session, plan)
        kept = {
            each.file: each.digest for each in session.exec(select(Paper).where(Paper.process_id == process.id)).all()
        }
        journal = [row.deed for row in history_of(session, process.id or 0)]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in first.items()}.items() <= kept.items()
    assert journal.count("paper issued") == 2


def test_a_review_leads_to_the_plan_that_it_has_opened(port: ScriptedPort, plan: str) -> None:
    with reading() as session:
        parent = parent_of(session, process_by_ref(session, plan))
        assert parent is not None

    with the_day(TODAY, 10):
        said = desk_flow(port, "write-paper", "one").answer("tracker", about=parent.ref)

    assert f"{plan} action tracker 2026-06-09.docx" in said


def test_what_the_office_is_told_holds_nothing_that_was_typed(port: ScriptedPort, plan: str) -> None:
    with the_day(TODAY, 10):
        flow = desk_flow(port, "write-paper", "one")
        asked = flow.now.form.intro
        said = flow.answer("tracker")

    assert [each for each in (TYPED, *TITLES) if each in said + asked] == []


def test_the_page_of_actions_is_one_of_the_pages_of_a_board(database: str) -> None:
    assert actions_key in OF_A_BOARD
    assert actions_key("Barking & Dagenham") == "actions-barking-dagenham"
    assert DESCRIBED["actions"]
