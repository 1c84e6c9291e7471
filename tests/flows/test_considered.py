"""The list of all considered cases: page, paper, what may be published, and the command."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner, Result

from config.settings import settings
from flows.cli import app
from models.records.boards import board_by_key
from models.records.considered import considered_cases
from models.records.database import reading, transaction
from models.records.processes import process_by_ref
from models.rules.outcomes import Outcome
from reports.considered import Span, considered_page, considered_paper, public_paper
from reports.decisions_page import decisions_page
from reports.links import Links
from reports.paper_html import html_page
from reports.today_page import today_page
from reports.word import word_file
from tests.builders import on
from tests.flows.a_decided_case import a_decided_case, a_referral, decided, keep, recommended
from tests.flows.scripted_port import ScriptedPort, desk_flow
from tests.records_builders import BOARD, book, the_day
from tests.reports.paper_readers import page, word

TODAY = on("Mon 2026-06-15")
LINKS = Links("http://127.0.0.1:4200")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def three(port: ScriptedPort) -> list[str]:
    """One decided within the limit, one after it in a second round, one that still waits."""
    assert port.waiting == {}
    first, _ = a_decided_case(Outcome.PRACTICE_LEARNING_REVIEW)
    late = a_referral(on("Tue 2026-03-10"))
    recommended(late, Outcome.MORE_INFORMATION, on("Wed 2026-03-25"))
    again(late, Outcome.CASE_DISCUSSION, on("Thu 2026-04-16"))
    decided(late, Outcome.LEARNING_NOTE, on("Mon 2026-04-20"), overrun_reason="data-missing")
    return [first, late, a_referral(on("Mon 2026-06-01"))]


def again(ref: str, outcome: Outcome, day: date) -> None:
    """The panel has recommended a second time."""
    with the_day(day, 11), transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        keep(session, process, "consideration-recommendation", outcome, "panel_chair", day)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["considered", "--board", BOARD, *words])


def test_each_case_says_when_it_came_what_was_recommended_and_decided_and_how_long_it_took(three: list[str]) -> None:
    first, late, waits = three

    with reading() as session:
        found = {each.ref: each for each in considered_cases(session, board_by_key(session, BOARD).id or 0)}

    assert list(found) == [waits, late, first]
    one = found[first]
    assert (one.received_on, one.recommended_on, one.decided_on) == (
        on("Mon 2026-03-02"), on("Mon 2026-03-23"), on("Wed 2026-03-25"),
    )  # fmt: skip
    assert (one.recommended, one.outcome, one.days_taken) == (one.outcome, Outcome.PRACTICE_LEARNING_REVIEW, 23)
    assert (one.is_within_limit, one.rounds, one.capacity) == (True, 1, "independent_chair")
    two = found[late]
    assert (two.recommended, two.outcome) == (Outcome.CASE_DISCUSSION, Outcome.LEARNING_NOTE)
    assert (two.days_taken, two.is_within_limit, two.overrun_reason, two.rounds) == (41, False, "data-missing", 2)
    three_ = found[waits]
    assert (three_.decided_on, three_.outcome, three_.days_taken, three_.is_within_limit) == (None, None, None, None)


def test_a_case_that_was_considered_in_two_rounds_is_there_once_as_its_last_one_stands(port: ScriptedPort) -> None:
    assert port.waiting == {}
    before = a_referral()
    recommended(before, Outcome.MORE_INFORMATION)
    again_ref = decided(before, Outcome.MORE_INFORMATION)
    recommended(again_ref, Outcome.LEARNING_NOTE, on("Mon 2026-03-30"))
    decided(again_ref, Outcome.LEARNING_NOTE, on("Tue 2026-03-31"), overrun="other")

    with reading() as session:
        (one,) = considered_cases(session, board_by_key(session, BOARD).id or 0)

    assert (one.ref, one.earlier, one.rounds) == (again_ref, (before,), 2)
    assert (one.outcome, one.days_taken, one.overrun_reason) == (Outcome.LEARNING_NOTE, 29, "other")


def test_the_page_is_linked_and_shows_every_case_in_words(three: list[str]) -> None:
    with the_day(TODAY), reading() as session:
        board = board_by_key(session, BOARD)
        text = considered_page(session, book(), board, TODAY, LINKS)
        others = [each(session, book(), board, TODAY, LINKS) for each in (today_page, decisions_page)]

    assert all("/pages/considered-barking-and-dagenham" in each for each in others)
    assert text.startswith("# Considered cases of Barking \\& Dagenham SCB (3)\n")
    assert all(f"/pages/{ref.lower()}" in text for ref in three)
    assert "| A practice learning review | 23 | Yes | 1 |" in text
    assert "No\\: information is missing | 2 |" in text
    assert "| Not yet | Referred, being prepared for the panel |" in text
    assert "## Decided after the limit (1)" in text
    assert "2026-" not in text


def test_the_paper_for_the_group_has_all_of_it_and_the_one_for_the_public_counts_alone(three: list[str]) -> None:
    with the_day(TODAY), reading() as session:
        board = board_by_key(session, BOARD)
        inside = considered_paper(session, board, Span())
        outside = public_paper(session, board, Span(on("Wed 2026-04-01"), on("Wed 2027-03-31")))

    for read in (word(word_file(inside)), page(html_page(inside))):
        assert [each for each in three if each not in read.words] == []
        assert "not to be published" in read.words
        assert len(read.table("Reference", "Received")) == 3
        assert read.table("Reference", "Limit")[0][3] == "Information is missing"
    for read in (word(word_file(outside)), page(html_page(outside))):
        assert [each for each in three if each in read.words] == []
        assert {row[1] for row in read.table("Outcome")} == {"not told"}
        assert "from Wednesday 1 April 2026 to Wednesday 31 March 2027" in read.words


def test_the_office_has_both_written_into_the_folder_of_papers(port: ScriptedPort, three: list[str]) -> None:
    assert len(three) == 3
    with the_day(TODAY, 10):
        listed = desk_flow(port, "write-paper", "one").answer("considered")
        counted = desk_flow(port, "write-paper", "two").answer("counts", from_on="2026-04-01", until_on="2027-03-31")
        wrong = desk_flow(port, "write-paper", "three").answer("counts", from_on="2026-04-01", until_on="2026-03-31")

    assert listed.startswith("Recorded: the list of considered cases lies in the folder papers as ")
    assert counted.startswith("Recorded: the paper with the counts of considered cases lies in the folder papers")
    assert "the last day is before the first" in wrong
    names = sorted(each.name.partition(" ")[2] for each in settings().papers_folder(BOARD).iterdir())
    assert "considered cases 2026-06-15.docx" in names
    assert "considered cases for the annual report 2026-06-15.html" in names


def test_the_command_lists_counts_and_filters_by_the_day_of_the_decision(three: list[str]) -> None:
    first, late, waits = three

    whole = json.loads(run("--json").stdout)
    april = json.loads(run("--json", "--from", "2026-04-01", "--to", "2026-05-31").stdout)
    public = json.loads(run("--json", "--public").stdout)

    assert [each["ref"] for each in whole["cases"]] == [waits, late, first]
    assert [each["ref"] for each in april["cases"]] == [late]
    assert april["cases"][0] == {
        "ref": late, "stage": "decided", "received_on": "2026-03-10", "recommended_on": "2026-04-16",
        "recommended": "case_discussion", "decided_on": "2026-04-20", "outcome": "none_learning_note",
        "capacity": "independent_chair", "days_taken": 41, "limit_on": "2026-04-10", "within_limit": False,
        "overrun_reason": "data-missing", "rounds": 2, "earlier": [],
    }  # fmt: skip
    assert whole["counts"]["plr"] == 1
    assert set(public["counts"].values()) == {None}
    assert public["total"] is None
    assert "cases" not in public


def test_the_command_prints_a_table_and_writes_the_paper(three: list[str]) -> None:
    with the_day(TODAY, 10):
        shown, written, told = run(), run("--paper"), run("--public")

    assert three[0] in shown.stdout
    assert written.stdout.splitlines()[0].endswith("considered cases 2026-06-15.docx")
    assert "not told" in told.stdout
    assert three[0] not in told.stdout


def test_a_board_that_nobody_knows_and_a_day_that_is_none_are_refused(port: ScriptedPort) -> None:
    assert port.waiting == {}
    nobody = CliRunner().invoke(app, ["considered", "--board", "atlantis"])
    wrong = run("--from", "April")

    assert (nobody.exit_code, wrong.exit_code) == (2, 2)
