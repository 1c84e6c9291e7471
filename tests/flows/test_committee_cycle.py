"""Meetings of committees: the office is asked in time, papers are issued once, and what came after them is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import col, select

from config.settings import settings
from flows.board_folders import BoardFolder
from flows.committee_cycle import look_after_committees
from flows.round_steps import STEPS
from models.records.database import reading
from models.records.messages import Task
from tests.builders import on
from tests.flows.a_plan import accepted_plan, the_committee_meets, word
from tests.flows.a_rapid_review import forget_everything
from tests.flows.a_tray import lie_in
from tests.flows.scripted_port import ScriptedPort
from tests.records_builders import BOARD, the_day

MEETS = on("Wed 2026-07-01")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def meets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The monitoring committee meets on one day and the Board on another."""
    days = {"monitoring": ["Wed 2026-07-01"], "board": ["Tue 2026-09-15"]}
    the_committee_meets(days, tmp_path / "config", monkeypatch)
    yield
    monkeypatch.undo()
    forget_everything()


def rounds(first: date, last: date) -> list[str]:
    said = []
    day = first
    while day <= last:
        with the_day(day, 7):
            said.append(look_after_committees(day))
        day += timedelta(days=1)
    return [each for each in said if each]


def tasks() -> list[str]:
    with reading() as session:
        found = session.exec(select(Task).order_by(col(Task.id))).all()
        return [each.title for each in found if each.once_key.startswith("committee:")]


def papers() -> list[str]:
    return lie_in(BoardFolder.PAPERS)


def test_from_the_call_for_items_to_the_minutes_each_step_is_a_task_once(port: ScriptedPort) -> None:
    accepted_plan(port)

    rounds(on("Mon 2026-06-01"), on("Fri 2026-07-31"))

    assert tasks() == [
        "Call for items: the PLQA meets on Wednesday 1 July 2026",
        "Papers for the PLQA on Wednesday 1 July 2026 are to be in now",
        "Papers for the PLQA on Wednesday 1 July 2026 lie in the folder papers: send them out",
        "The PLQA meets today: what has changed since the papers lies in the folder papers",
        "Record what the PLQA decided on Wednesday 1 July 2026, or drop its sheet into the in-tray",
        "Minutes of the PLQA of Wednesday 1 July 2026 are due",
    ]


def test_papers_and_the_committees_sheet_are_issued_once_and_stay_as_they_are(port: ScriptedPort) -> None:
    accepted_plan(port)

    rounds(on("Wed 2026-06-24"), on("Tue 2026-06-30"))

    names = {each.partition(" ")[2] for each in papers()}
    assert names == {
        f"{kind} 2026-06-24{ending}"
        for kind, endings in (
            ("exception report", (".docx", ".html", ".xlsx")), ("action tracker", (".docx", ".html", ".xlsx")),
            ("sheet for the committee", (".xlsx",)),
        )
        for ending in endings
    }  # fmt: skip


def test_on_the_morning_of_the_meeting_a_page_tells_what_came_after_the_paper(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    rounds(on("Wed 2026-06-24"), on("Wed 2026-06-24"))
    one.go_on()
    word(one, on("Fri 2026-06-26"), 1, "done", "Folder 7")

    rounds(MEETS, MEETS)

    [page] = [each for each in papers() if "changed since" in each and each.endswith(".docx")]
    rows = [[cell.text for cell in row.cells] for row in Document(str(folder() / page)).tables[-1].rows]
    assert [row[3] for row in rows[1:]] == ["Said to be done, evidence to be checked"]
    assert not any("Folder 7" in cell for row in rows for cell in row)


def test_a_board_that_has_just_begun_is_not_asked_for_what_is_past(port: ScriptedPort) -> None:
    rounds(on("Mon 2026-08-03"), on("Mon 2026-08-03"))

    assert tasks() == []


def test_without_a_paper_nothing_is_said_to_have_changed_since(port: ScriptedPort) -> None:
    rounds(MEETS + timedelta(days=5), MEETS + timedelta(days=5))

    assert not [each for each in tasks() if "changed" in each]


def test_papers_that_cannot_be_written_keep_nothing_else_back_and_are_tried_again(
    port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted_plan(port)
    with monkeypatch.context() as broken:
        broken.setattr("flows.committee_cycle.write_sheet", full_disk)
        with pytest.raises(OSError, match="full"):
            rounds(on("Wed 2026-06-24"), on("Wed 2026-06-24"))

    assert tasks() == ["Papers for the PLQA on Wednesday 1 July 2026 are to be in now"]
    rounds(on("Thu 2026-06-25"), on("Thu 2026-06-25"))
    assert [each for each in tasks() if "lie in the folder" in each]


def full_disk(*_: object) -> None:
    raise OSError(28, "the disk is full")


def test_the_morning_round_does_it(port: ScriptedPort) -> None:
    assert look_after_committees in [each for _, each in STEPS]


def folder() -> Path:
    return settings().board_folder(BOARD) / "papers"
