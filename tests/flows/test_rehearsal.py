"""A whole review on an invented calendar: what would be said to whom, and that nothing of it is real."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config import clock
from config.settings import settings
from flows.cli import app
from flows.rehearsal.cast import Late
from flows.rehearsal.play import Rehearsed, UnknownAgency, Wanted, rehearse
from flows.rehearsal.seen import Event
from models.rulebook import rule_book
from models.rules.working_days import is_quiet
from tests.builders import on
from tests.flows.scripted_port import ALL_AGENCIES, ScriptedPort
from tests.flows.whole_record import whole_record
from tests.records_builders import BOARD

GOLDEN = Path(__file__).parent / "golden"
CODE = Path(__file__).parents[2]
CALENDARS = {
    "over Christmas": on("Mon 2025-09-15"),
    "over Easter": on("Mon 2026-01-05"),
    "from 31 August": on("Mon 2026-08-31"),
    "in a leap year": on("Mon 2028-01-03"),
    "over the change of clocks": on("Mon 2026-02-02"),
}

FOUR_LATE = (
    Late("imr", "police", 25), Late("chronology", "ccg", 25), Late("terms_agreed", "ccg", 12),
    Late("author_named", "probation", 25),
)  # fmt: skip


@cache
def played(start: date, *late: Late) -> Rehearsed:
    """A rehearsal with eight agencies, once for all tests that look at it."""
    return rehearse(Wanted(BOARD, start, ALL_AGENCIES, late))


def events(done: Rehearsed) -> list[tuple[date, Event]]:
    return [(day, each) for day, all_of_it in done.days.items() for each in all_of_it]


def written(days: Mapping[date, Sequence[Event]]) -> str:
    """The rehearsal as it is kept to compare: who hears of what, by which rung, on which day."""
    lines = []
    for day, all_of_it in days.items():
        lines.append(f"{day:%a} {day}")
        counted = Counter((e.event, e.message or e.kind or e.title, e.role, e.rung, e.channel) for e in all_of_it)
        lines += [
            f"    {event:9} {count:2} x {what}{f' to {role}' if role else ''}{f' ({rung})' if rung else ''}"
            f"{'' if channel == 'mail' else f' [{channel}]'}"
            for (event, what, role, rung, channel), count in sorted(counted.items())
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", CALENDARS)
def test_the_whole_review_goes_as_it_was_reviewed_by_eye(name: str) -> None:
    done = played(CALENDARS[name])

    assert written(done.days) == (GOLDEN / f"{name.replace(' ', '-')}.txt").read_text()
    assert done.stage == "followed-up"
    assert done.balanced


@pytest.mark.parametrize("name", CALENDARS)
def test_nothing_goes_out_on_a_quiet_day(name: str) -> None:
    calendar = rule_book(BOARD).calendar

    loud = {day for day, each in events(played(CALENDARS[name])) if each.channel == "mail"}

    assert [day for day in loud if is_quiet(day, calendar)] == []


@pytest.mark.parametrize("name", CALENDARS)
def test_a_punctual_author_has_no_more_than_five_messages_in_six_months(name: str) -> None:
    chased = Counter(
        (each.agency, day)
        for day, each in events(played(CALENDARS[name]))
        if each.role == "imr_author" and each.event in ("reminded", "chased", "escalated")
    )
    mails = Counter(agency for agency, _ in chased)

    assert set(mails) == set(ALL_AGENCIES)
    assert max(mails.values()) <= 5


def test_what_waits_for_a_late_draft_is_done_after_it_and_not_before() -> None:
    late = (Late("draft_report", "", 25), Late("imr", "police", 12), Late("imr", "ccg", 12))
    done = rehearse(Wanted(BOARD, on("Mon 2026-01-05"), ("police", "ccg", "housing"), late))

    recorded = {each.kind: day for day, each in events(done) if each.event == "recorded"}
    assert (done.stage, done.balanced) == ("followed-up", True)
    assert [recorded["draft_report"] <= recorded[kind] for kind in ("accuracy", "feedback", "sign_off")] == [True] * 3
    assert recorded["feedback"] == min(day for day in done.days if day >= recorded["draft_report"])


def test_an_agency_that_stays_silent_is_chased_up_to_the_board_and_its_risk_register_and_nobody_else_is() -> None:
    done = played(CALENDARS["over Easter"], *FOUR_LATE)
    due = on("Tue 2026-05-05")

    late = [(day, each) for day, each in events(done) if each.kind == "imr" and each.event in ("chased", "escalated")]

    assert {each.agency for _, each in late} == {"police"}
    assert [(str(day), each.rung, each.role or each.channel) for day, each in late] == [
        ("2026-05-06", "L1", "imr_author"),
        ("2026-05-08", "L2", "imr_author"),
        ("2026-05-08", "L2", "agency_lead"),
        ("2026-05-12", "L3", "board_member"),
        ("2026-05-19", "L4", "chief_officer"),
        ("2026-05-27", "L5-committee", "agenda"),
        ("2026-05-27", "L5", "independent_chair"),
        ("2026-06-03", "L6", "agenda"),
        ("2026-06-03", "L6-register", "register"),
    ]
    assert any(each.rung == "L6-panel" and each.channel == "office" for _, each in events(done))
    assert all(day > due for day, _ in late)


def test_the_duty_to_give_information_is_quoted_from_the_chairs_letter_on_and_for_information_alone() -> None:
    quoting = {
        (each.kind, each.rung)
        for _, each in events(played(CALENDARS["over Easter"], *FOUR_LATE))
        if "Children Act 2004" in each.text
    }

    assert quoting
    assert {kind for kind, _ in quoting} == {"imr", "chronology"}
    assert {rung for _, rung in quoting} <= {"L4", "L5"}


def test_whoever_sees_the_date_at_risk_has_the_lead_copied_into_the_last_reminder() -> None:
    done = played(CALENDARS["over Easter"], *FOUR_LATE)

    copied = [each for _, each in events(done) if (each.kind, each.rung, each.role) == ("imr", "R3", "agency_lead")]

    assert [each.agency for each in copied] == ["police"]


def test_a_rehearsal_leaves_the_record_and_the_outbox_as_they_were(port: ScriptedPort, home: Path) -> None:
    before, files = whole_record(), sorted(home.rglob("*"))

    with clock.stopped_at(clock.at(on("Mon 2026-03-02"))):
        rehearse(Wanted(BOARD, CALENDARS["over Easter"], ("police",)))

    assert whole_record() == before
    assert sorted(each for each in home.rglob("*") if each.suffix not in (".db-wal", ".db-shm")) == [
        each for each in files if each.suffix not in (".db-wal", ".db-shm")
    ]
    assert port.waiting == {}


test_a_rehearsal_leaves_the_record_and_the_outbox_as_they_were = pytest.mark.parametrize(
    "database", ["sqlite"], indirect=True
)(test_a_rehearsal_leaves_the_record_and_the_outbox_as_they_were)


def test_a_rehearsal_does_without_the_engine(home: Path) -> None:
    """Loading it takes a second, which whoever rehearses would wait for."""
    say = (
        "import sys; from datetime import date; from flows.rehearsal.parts import PARTS, part_of;"
        "from flows.rehearsal.play import Wanted, rehearse; played = [part_of(each) for each in PARTS];"
        f"done = rehearse(Wanted({BOARD!r}, date(2026, 1, 5), ('police',), (), 'rapid-review', 'wt2023'));"
        "print(len(played), done.stage, 'prefect' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", say], cwd=CODE, capture_output=True, text=True, check=True)

    assert told.stdout == "7 answered False\n"


def test_an_agency_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownAgency, match="no agency 'navy'"):
        rehearse(Wanted(BOARD, on("Mon 2026-01-05"), ("navy",)))


# --- the command ------------------------------------------------------------------------------------------------


class Read(HTMLParser):
    """The text of a page, and whether it wants anything from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.text, self.pictures = "", 0
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "img" and (known.get("src") or "").startswith("data:image/png;base64,"):
            self.pictures += 1
            assert known.get("alt")
        elif tag in ("img", "script", "link", "iframe"):
            self.fetched.append(tag)


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["rehearse", *words])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_prints_days_for_programs_and_writes_a_report_that_a_person_reads(home: Path) -> None:
    code, out, _ = run(
        "plr", "--board", BOARD, "--start", "2026-01-05", "--late", "imr:police:12", "--agency", "police",
        "--agency", "ccg", "--json",
    )  # fmt: skip
    done = json.loads(out)
    page = Read(Path(done["report"]).read_text())

    assert code == 0
    assert Path(done["report"]).parent == settings().home / "rehearsals"
    assert done["balanced"] is True
    every = [each for day in done["days"] for each in day["events"]]
    assert {"event", "kind", "agency", "role", "rung", "urgent", "channel", "text"} <= every[0].keys()
    assert {each["event"] for each in every} >= {"asked", "reminded", "chased", "escalated", "recorded", "task"}
    assert page.pictures == 1
    assert page.fetched == []
    assert "Agency return for the review, Police: 12 working days late" in page.text
    assert "This mailbox is read by people" in page.text


def test_the_command_says_who_hears_of_what_on_which_day(home: Path) -> None:
    code, out, _ = run("plr", "--board", BOARD, "--start", "2026-01-05", "--agency", "police")

    assert code == 0
    assert "Monday 5 January 2026\n  Strategic Partners asked: " in out
    assert "Nothing was sent." in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scr", "--start", "2026-01-05"), "cannot be rehearsed"),
        (("plr", "--start", "5 January"), "written as in 2026-01-05"),
        (("plr", "--start", "2026-01-05", "--late", "imr:police"), "written as in imr:police:12"),
        (("plr", "--start", "2026-01-05", "--late", "imr:police:0"), "at least 1"),
        (("plr", "--start", "2026-01-05", "--late", "imr:navy:3"), "no agency 'navy'"),
        (("plr", "--start", "2026-01-05", "--late", "essay:police:3"), "nothing called 'essay'"),
        (("plr", "--start", "2026-01-05", "--late", "imr::3"), "name the agency"),
        (("plr", "--start", "2026-01-05", "--late", "draft_report:police:3"), "leave the agency empty"),
        (("plr", "--start", "2026-01-05", "--agency", "navy"), "no agency 'navy'"),
        (("plr", "--start", "2026-01-05", "--config", "/nowhere"), "no configuration in"),
    ],
)
def test_what_cannot_be_rehearsed_says_why(home: Path, words: tuple[str, ...], says: str) -> None:
    code, _, err = run(*words, "--board", BOARD)

    assert code == 2
    assert says in " ".join(err.replace("│", " ").split())
