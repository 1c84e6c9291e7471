"""`sightline timetable`, `today` and `round` as a person or a program uses them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from config import clock
from flows.cli import app
from models.records.boards import Board
from models.records.processes import Process
from models.records.rounds import claim_round
from tests.builders import on
from tests.records_builders import BOARD, Owing, a_board, a_deadline, a_process, the_day

ARMED = on("Mon 2026-03-02")
DUE = on("Mon 2026-06-01")
DAY_AFTER = on("Tue 2026-06-02")
TIMETABLE = ["timetable", "plr", "--board", BOARD]


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def facts(*arguments: str) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_the_timetable_gives_every_date_with_its_reason_and_source(home: object) -> None:
    said = facts(*TIMETABLE, "--anchor", "initial-meeting=2026-03-02")

    imr = next(one for one in said["deadlines"] if one["kind"] == "imr")
    assert (said["process"], said["board"], said["guidance"], said["verified"]) == (
        "plr",
        BOARD,
        "wt2015",
        False,
    )
    assert (imr["anchor"], imr["offset"], imr["unit"], imr["due_on"]) == (
        "initial-meeting",
        10,
        "weeks",
        "2026-05-11",
    )
    assert imr["explanation"].startswith("10 weeks after the initial meeting on Monday 2 March 2026")
    assert imr["source"]
    assert imr["mark"] == "D"
    assert [one["due_on"] for one in said["deadlines"]] == sorted(one["due_on"] for one in said["deadlines"])


def test_what_has_no_anchor_yet_is_listed_apart(home: object) -> None:
    said = facts(*TIMETABLE)

    assert said["deadlines"] == []
    assert {"imr", "partners_agreement"} <= {one["kind"] for one in said["waiting_for"]}


def test_in_words_a_default_is_called_a_default(home: object) -> None:
    done = run(*TIMETABLE, "--anchor", "initial-meeting=2026-03-02")

    assert "Monday 11 May" in done.stdout
    assert "to be" in done.stdout
    assert "2026-05-11" not in done.stdout
    assert "Waiting for their event:" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["timetable", "tea-round", "--board", BOARD],
        ["timetable", "plr", "--board", "atlantis"],
        ["timetable", "plr"],
        [*TIMETABLE, "--guidance", "wt1066"],
        [*TIMETABLE, "--anchor", "coronation=2026-03-02"],
        [*TIMETABLE, "--anchor", "decision=2026-02-30"],
        [*TIMETABLE, "--anchor", "decision"],
        [*TIMETABLE, "--anchor", "decision=9999-12-31"],
        [*TIMETABLE, "--anchor", "decision=0001-01-01"],
        ["today", "--on", "yesterday"],
        ["round", "--on", "yesterday"],
    ],
)
def test_wrong_usage_ends_in_a_sentence(home: object, arguments: list[str]) -> None:
    done = run(*arguments)

    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("command", ["today", "round"])
def test_without_a_record_one_is_told_how_to_get_one(home: object, command: str) -> None:
    done = run(command)

    assert done.exit_code == 1
    assert "There is no record yet" in done.output


def test_today_tells_programs_what_is_overdue_due_and_waiting(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    said = facts("today", "--on", DAY_AFTER.isoformat())

    assert said["on"] == "2026-06-02"
    (one,) = said["overdue"]
    promised = ("ref", "kind", "owner_role", "agency", "due_on", "rag", "last_rung")
    assert {name: one[name] for name in promised} == {
        "ref": process.ref, "kind": "author-name", "owner_role": "agency_lead", "agency": "police",
        "due_on": "2026-06-01", "rag": "red", "last_rung": None,
    }  # fmt: skip
    assert said["due"] == said["waiting"] == []


def test_today_tells_people_in_words(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    done = run("today", "--on", DAY_AFTER.isoformat(), "--board", BOARD)

    assert done.exit_code == 0
    assert "Overdue (1)" in done.stdout
    assert "2026-06-01" not in done.stdout


def test_today_of_a_board_that_nobody_knows_is_wrong_usage(board: Board) -> None:
    assert run("today", "--board", "atlantis").exit_code == 2


def test_round_says_what_it_did_and_the_second_time_that_nothing_was_left(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    with the_day(DAY_AFTER, 8):
        first, second = run("round"), run("round")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 deadline looked after, 1 thing said by message" in first.stdout
    assert "no deadlines looked after" in second.stdout


def test_round_for_programs_gives_counts(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    with the_day(DAY_AFTER, 8):
        said = facts("round")

    assert said["on"] == "2026-06-02"
    assert said["boards"][BOARD]["said"] == 1


def test_while_another_round_is_at_work_the_command_says_so(board: Board) -> None:
    with the_day(DAY_AFTER, 8):
        claim_round("morning", clock.today())

        done = run("round")

    assert done.exit_code == 1
    assert "a morning round that began at 08:00 is at work" in done.output
