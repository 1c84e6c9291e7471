"""A whole serious case review and its successor on an invented calendar, and their timetables on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.rehearsal.play import Rehearsed, Wanted, rehearse
from models.rulebook import rule_book
from models.rules.working_days import is_quiet
from tests.builders import on
from tests.records_builders import BOARD

KIND, STARTED = "serious-case-review", on("Mon 2026-02-02")
DAYS = {  # what is recorded -> on which day, under each edition
    "wt2015": {
        "reviewer_to_panel": "Mon 2026-03-02", "initial_meeting": "Mon 2026-03-02", "board_approval": "Mon 2026-07-20",
        "publication_day": "Thu 2026-07-23", "copy_ofsted": "Thu 2026-08-20", "publication": "Tue 2026-09-01",
        "annual_report": "Wed 2027-03-31", "plan_review_12": "Tue 2027-07-20", "web_review": "Wed 2027-09-01",
    },
    "wt2023": {
        "reviewer_to_panel": "Mon 2026-03-02", "progress_check": "Mon 2026-03-30", "board_approval": "Mon 2026-06-29",
        "agency_response": "Thu 2026-07-09", "copy_panel": "Tue 2026-07-14", "publication": "Thu 2026-07-23",
        "plan_review_12": "Tue 2027-06-29", "web_review": "Fri 2027-07-23",
    },
}  # fmt: skip


def played(guidance: str) -> Rehearsed:
    return rehearse(Wanted(BOARD, STARTED, ("police", "ccg"), (), KIND, guidance))


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("guidance", DAYS)
def test_such_a_review_is_played_to_the_end_of_its_publication(guidance: str) -> None:
    done = played(guidance)

    first: dict[str, Any] = {}
    for day, events in done.days.items():
        for each in events:
            if each.event == "recorded":
                first.setdefault(each.kind, day)
    expected = {kind: on(day) for kind, day in DAYS[guidance].items()}
    assert {kind: first.get(kind) for kind in expected} == expected
    assert (done.stage, done.balanced) == ("followed-up", True)
    calendar = rule_book(BOARD).calendar
    mailed = {day for day, events in done.days.items() if any(each.channel == "mail" for each in events)}
    assert [day for day in mailed if is_quiet(day, calendar)] == []
    texts = " ".join(each.text for events in done.days.values() for each in events)
    assert "serious case" not in texts.lower()


@pytest.mark.parametrize(
    ("guidance", "title"), [("wt2015", "serious case review"), ("wt2023", "local child safeguarding practice review")]
)
def test_the_timetable_of_such_a_review_is_printed_with_its_sources(guidance: str, title: str, home: object) -> None:
    words = (
        "timetable", KIND, "--board", BOARD, "--guidance", guidance, "--anchor", "decision=2026-02-02", "--anchor",
        "initial-meeting=2026-03-02", "--json",
    )  # fmt: skip
    said = json.loads(run(*words))

    dated = {each["kind"]: each for each in said["deadlines"]}
    assert dated["limit"]["due_on"] == "2026-08-02"
    assert dated["copy_panel"]["mark"] == "G"
    assert "not verified" in dated["copy_panel"]["source"]
    assert {"publication_day", "web_review", "panel_told"} <= {each["kind"] for each in said["waiting_for"]}
    assert said["concerns"] == []
    assert [each["kind"] for each in said["recurring"]] == (
        ["update_meeting"] if guidance == "wt2015" else ["update_meeting", "progress_check"]
    )
    assert rule_book(BOARD).title_of(KIND, guidance).lower() == title
