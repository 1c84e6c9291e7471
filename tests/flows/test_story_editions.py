"""A board that changes to another edition of the guidance: what runs keeps its own, what is new starts under the new
one; and an edition that was not verified says so wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from config import clock
from flows.cli import app
from flows.papers import a_proof_sheet
from flows.rehearsal.play import Wanted, rehearse
from models.records.boards import Board, Contact, board_by_key
from models.records.chasing import deadlines_of
from models.records.database import Session, reading
from models.records.deadlines import Deadline
from models.records.ledger import balance
from models.records.meetings import Meeting, MeetingKind, MeetingState
from models.records.processes import Process, process_by_ref
from models.records.said import Matter
from models.rulebook import NOT_VERIFIED, RuleBook, rule_book
from models.rules.ladders import Release
from models.rules.stages import Stage
from models.rules.working_days import add_working_days
from reports.calendar_page import calendar_page
from reports.case_trail import case_trail
from reports.decisions_page import decisions_page
from reports.handover_page import handover_page
from reports.links import Links
from reports.panel_paper import panel_paper
from reports.process_page import process_page
from reports.rehearsal_report import at_the_end, rehearsal_report
from tests.builders import on
from tests.config.spoil import replace_in
from tests.fakes import RememberingChannel
from tests.flows.a_rapid_review import NO_REVIEW, THREE, forget_everything, sent_to_the_panel, started, work_under
from tests.flows.a_review import AGREED, DECIDED, FOUR_PARTS, SEVEN, arrive, met_review, terms_agreed
from tests.flows.days import a_day
from tests.flows.scripted_port import ALL_AGENCIES, Conversation, ScriptedPort, desk_flow, review, start_review
from tests.flows.whole_record import deadline, messages, processes
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LINKS = Links("http://127.0.0.1:4200")
LATER = on("Tue 2026-06-30")
Show = Callable[[Session, RuleBook, Board, Process], str]


@pytest.fixture
def folder(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A board of its own configuration, under the edition of 2015."""
    config = tmp_path / "config"
    work_under("wt2015", config, monkeypatch)
    yield config
    forget_everything()


def test_a_running_review_keeps_its_edition_and_a_new_one_starts_under_the_new_one(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = met_review(port)
    terms_agreed(one)
    dates = {each.kind: (each.title, each.due_on, each.owner_role) for each in _owed(one)}

    work_under("wt2023", folder, monkeypatch)
    one = review(port, one.ref)

    assert one.process.guidance == "wt2015"
    assert {each.kind: (each.title, each.due_on, each.owner_role) for each in _owed(one)} == dates
    with the_day(on("Mon 2026-05-11"), 9):
        arrive(one, "imr", SEVEN)
    with the_day(LATER, 9):
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
        form = one.go_to("more-time").form
        assert "about the limit of a review the Independent Chair." in form.intro
        one.answer("back")
    with the_day(on("Mon 2026-07-27"), 9):
        one.go_to("sign-off")
        one.decide("panel_chair")
        assert one.now.name.endswith("approval by the Board")
        assert one.go_to("board-approval").form.title == "approval of the report"
        said = one.decide("strategic_partners")
        assert "this is for the Independent Chair to decide, not for the Strategic Partners" in said
        one.decide("independent_chair")
    assert one.process.stage is Stage.BOARD_APPROVED
    assert {each.facts["approved_by"] for each in messages("approved")} == {"The Board"}

    with the_day(on("Mon 2026-08-03"), 9):
        asked = desk_flow(port, "start-review", "start-new")
        assert "A local learning review for " in asked.now.form.intro
        assert "once the safeguarding partners have decided on it" in asked.now.form.intro
        assert asked.now.field("decided_on").title == "On which day did the safeguarding partners decide?"
        values = {"agencies": list(ALL_AGENCIES), "decided_by": "Somebody", "secure_place": "https://secure.example/2"}
        said = asked.answer("start", capacity="independent_chair", **values)
        assert "this is for the safeguarding partners to decide, not for the Independent Chair" in said
        asked.answer("start", capacity="strategic_partners", **values)
    new = processes()[-1]
    assert (new.kind, new.guidance, new.stage) == ("plr", "wt2023", Stage.PARTNERS_AGREED)
    assert "the letters that ask the agencies for their authors go with it" in asked.ended


def _owed(one: Conversation) -> list[Deadline]:
    with reading() as session:
        return list(deadlines_of(session, process_by_ref(session, one.ref)))


def test_a_review_of_the_partners_names_them_from_its_first_form_to_its_approval(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_under("wt2018", folder, monkeypatch)
    with the_day(DECIDED, 9):
        asked = desk_flow(port, "start-review", "start-one")
        asked.answer(
            "start", agencies=list(THREE), capacity="strategic_partners", decided_by="Somebody",
            secure_place="https://secure.example/3",
        )  # fmt: skip
    with the_day(AGREED, 9):
        one = review(port, processes()[-1].ref)

    assert deadline(one.ref, "decision_limit").explanation.startswith(
        "6 months after the safeguarding partners' decision on Monday 2 February 2026"
    )
    with the_day(AGREED, 10):
        said = one.answer("ticked", arrived=["author_named:police"], arrived_on="1 February 2026")
    assert "is before the safeguarding partners' decision" in said
    page = _shown(one.ref, "process page")
    assert "local learning review" in page and "the Chair" not in page


def test_what_stays_late_under_an_edition_of_the_partners_comes_to_them_and_not_to_an_independent_chair(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_under("wt2023", folder, monkeypatch)
    with the_day(DECIDED, 9):
        desk_flow(port, "start-review", "start-one").answer(
            "start", agencies=list(THREE), capacity="strategic_partners", decided_by="Somebody",
            secure_place="https://secure.example/3",
        )  # fmt: skip
    ref = processes()[-1].ref
    channel, day = RememberingChannel(), DECIDED
    with reading() as session:
        held = {each.role: each for each in session.exec(select(Contact)).all()}
    partners, chair = held["strategic_partners"], held["independent_chair"]
    while not (told := [each for each in messages("late_chair") if each.contact_id == partners.id]):
        assert day < LATER
        day = add_working_days(day, 1, rule_book(BOARD).calendar)
        a_day(day, channel, lets_go=True)
    a_day(add_working_days(day, 1, rule_book(BOARD).calendar), channel, lets_go=True)

    assert partners.email in {mail.to for mail in channel.sent if "late" in mail.subject or "was due" in mail.subject}
    assert {each.release for each in told} == {Release.PERSON}
    assert chair.email not in {mail.to for mail in channel.sent}
    with reading() as session:
        assert balance(session, process_by_ref(session, ref)) == []
        sheet = str(a_proof_sheet(session, Matter(process_by_ref(session, ref), None, None)))
        trail = str(case_trail(session, rule_book(BOARD), process_by_ref(session, ref)))
    assert "Told the safeguarding partners" in trail
    assert "Independent Chair" not in sheet + trail


def test_a_board_without_rapid_reviews_is_told_what_it_has_instead(folder: Path, port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        asked = desk_flow(port, "start-rapid-review")

    assert asked.now.offers == ["back"]
    assert asked.now.form.intro == (
        "Under Working Together 2015 there is no rapid review: a case is referred for consideration by the panel, and "
        "the Chair decides. Begin this instead: consideration of a case. It stands under “Deployments” as “Refer a "
        "case”. Nothing was recorded."
    )
    with the_day(DECIDED, 9):
        assert asked.answer("back") == "No rapid review was started."


def test_a_form_that_was_open_when_the_board_changed_its_edition_is_refused_in_words(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_under("wt2023", folder, monkeypatch)
    with the_day(DECIDED, 9):
        asked = desk_flow(port, "start-rapid-review")
        filled = asked.now.filled("start", recorded_by="The Office")
        work_under("wt2015", folder, monkeypatch)
        asked.send(filled)

    assert "NOT recorded, because" in asked.now.said
    assert [each.kind for each in processes()] == ["desk"]


@pytest.mark.parametrize(
    ("process", "edition", "instead"),
    [
        ("rapid-review", "wt2013", "consideration of a case"), ("rapid-review", "wt2015", "consideration of a case"),
        ("scr-consideration", "wt2018", "rapid review"), ("scr-consideration", "wt2026_draft", "rapid review"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["timetable", "rehearse"])
def test_the_command_line_says_which_process_there_is_instead(
    folder: Path, process: str, edition: str, instead: str, command: str
) -> None:
    words = [command, process, "--board", BOARD, "--guidance", edition]
    done = CliRunner().invoke(app, [*words, "--start", "2026-03-02"] if command == "rehearse" else words)

    assert done.exit_code == 1
    assert f"Begin this instead: {instead}." in done.stderr
    assert not done.stdout


# Every place that shows an edition


def _process_page(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return process_page(session, book, process, LATER, LINKS)


def _trail(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return str(case_trail(session, book, process))


def _sheet(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return str(a_proof_sheet(session, Matter(process, None, None)))


def _paper(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    meeting = Meeting(
        id=1, board_id=process.board_id, process_id=process.id, kind=MeetingKind.UPDATE, state=MeetingState.PLANNED,
        starts_at=clock.at(LATER, 10), minutes=90, place="Here", uid="invented",
    )  # fmt: skip
    return str(panel_paper(session, book, process, meeting, LATER))


def _handover(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return handover_page(session, book, board, LATER, LINKS)


def _calendar(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return calendar_page(session, book, board, LATER, LINKS)


def _decisions(session: Session, book: RuleBook, board: Board, process: Process) -> str:
    return decisions_page(session, book, board, LATER, LINKS)


PLACES: dict[str, Show] = {
    "process page": _process_page, "case trail": _trail, "proof sheet": _sheet, "panel's paper": _paper,
    "handover page": _handover, "calendar": _calendar, "decisions": _decisions,
}  # fmt: skip


def _shown(ref: str, place: str) -> str:
    """What stands there, without the marks of Markdown."""
    with the_day(LATER, 8), reading() as session:
        process = process_by_ref(session, ref)
        shown = PLACES[place](session, rule_book(BOARD), board_by_key(session, BOARD), process)
    return shown.replace("\\", "")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("edition", ["wt2015", "wt2023"])
def test_every_page_and_paper_says_that_an_edition_was_not_verified(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch, place: str, edition: str
) -> None:
    work_under(edition, folder, monkeypatch)
    one = sent_to_the_panel(port, NO_REVIEW) if edition == "wt2023" else _an_old_review(port)
    name = rule_book(BOARD).edition(edition).name

    assert f"{name} {NOT_VERIFIED}" in _shown(one.ref, place)

    replace_in(folder, f"guidance/{edition}.toml", "verified = false", "verified = true")
    forget_everything()
    shown = _shown(one.ref, place)
    assert name in shown
    assert "not verified: the text" not in shown


def _an_old_review(port: ScriptedPort) -> Conversation:
    with the_day(DECIDED, 9):
        return start_review(port)


def test_start_forms_say_so(folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    work_under("wt2018", folder, monkeypatch)
    with the_day(DECIDED, 9):
        for which in ("start-review", "start-rapid-review"):
            intro = desk_flow(port, which).now.form.intro
            assert f"It will run under Working Together 2018 {NOT_VERIFIED}" in intro, which


def test_the_commands_and_the_report_of_a_rehearsal_say_so(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    timetable = ["timetable", "rapid-review", "--board", BOARD, "--guidance", "wt2023"]
    rehearsal = ["rehearse", "rapid-review", "--board", BOARD, "--guidance", "wt2023", "--start", "2026-03-02"]

    plain = CliRunner().invoke(app, [*timetable, "--anchor", "notification=2026-03-02"], env={"COLUMNS": "300"})
    as_json = CliRunner().invoke(app, [*timetable, "--json"])
    played = CliRunner().invoke(app, [*rehearsal, "--agency", "police", "--report", str(report)])

    wanted = f"Working Together 2023 {NOT_VERIFIED}"
    for done in (plain, as_json, played):
        assert done.exit_code == 0, done.output
        assert wanted in " ".join(done.output.split())
    assert wanted in report.read_text()


def test_a_rehearsal_says_under_which_edition_it_was_played(folder: Path) -> None:
    wanted = Wanted(BOARD, on("Mon 2026-03-02"), ("police",), (), "rapid-review", "wt2018")
    done = rehearse(wanted, at_the_end)

    assert (done.stage, done.balanced) == ("answered", True)
    page = rehearsal_report(wanted, done.days, done.shown)
    assert "Rehearsal of a rapid review" in page
    assert "The day of the notification is Monday 2 March 2026" in page


def test_started_processes_of_both_editions_are_named_together(
    folder: Path, port: ScriptedPort, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _an_old_review(port)
    work_under("wt2023", folder, monkeypatch)
    with the_day(on("Mon 2026-03-02"), 9):
        started(port)

    shown = _shown(one.ref, "calendar")
    assert f"New processes start under Working Together 2023 {NOT_VERIFIED}." in shown
    assert f"Others that are open run on under Working Together 2015 {NOT_VERIFIED}." in shown
