"""Pages in the engine's screens: current after each answer and each round, written only when something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import Artifact

from config.settings import settings
from flows.forms import ANSWER, Form
from flows.gates import decide
from flows.pages import refresh, refresh_process
from flows.port import through
from flows.questions.practice_learning_review import PARTNERS_AGREEMENT
from flows.round_steps import refresh_pages
from flows.rounds import run_round
from flows.up import pages_of_today
from models.records.asks import Ask
from models.records.boards import Board
from models.records.database import reading, transaction
from models.records.processes import Process
from models.rules.page_addresses import (
    agency_key,
    calendar_key,
    decisions_key,
    handover_key,
    page_path,
    process_key,
    today_key,
)
from models.rules.stages import Stage
from notifications.digest import digest_facts
from reports.markdown_pieces import pictures_in
from reports.timeline import Timeline
from tests.builders import on
from tests.installation import free_port
from tests.records_builders import a_board, agency, book, the_day
from tests.reports.shown_pages import RUN, a_review, addresses, agreed, met, waits

OPENED = on("Mon 2026-03-02")
NEXT_DAY = on("Tue 2026-03-03")
DAY_AFTER = on("Thu 2026-03-19")  # one working day after the names of the authors were due
TODAY = today_key("barking-and-dagenham")

# what the pages say is tested on both databases, where they are put on one
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class RunWaits(Exception):
    """The run is suspended."""


@dataclass
class Port:
    """One run that waits; remembers what became of the pages."""

    answer: Mapping[str, Any] | None = None
    asked: Ask | None = None
    shown: list[str] = field(default_factory=list)
    show: Callable[[str], object] = lambda ref: None

    def run_id(self) -> str:
        return "11111111-2222-3333-4444-555555555555"

    def may_adopt(self, idempotency_key: str) -> bool:
        return True

    def raw_answer(self, ask: Ask) -> Mapping[str, Any] | None:
        return self.answer

    def forget(self, ask: Ask) -> None:
        self.answer = None

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        self.asked = ask
        raise RunWaits

    def look_again(self, ref: str) -> None:
        raise AssertionError(ref)

    def send_now(self) -> None: ...

    def name_run(self, name: str) -> None:
        pass

    def pages_changed(self, ref: str) -> None:
        self.shown.append(ref)
        self.show(ref)

    def go_on(self, ref: str) -> None:
        with through(self):
            try:
                decide(PARTNERS_AGREEMENT, ref, until=Stage.PARTNERS_AGREED)
            except RunWaits:
                return

    def partners_say(self, ref: str, words: str) -> None:
        assert self.asked is not None
        self.answer = {
            f"{ANSWER}_{self.asked.attempt}": words, "capacity": "Strategic Partners", "decided_by": "Hortensia Quill",
            "recorded_by": "Barnaby Stork",
        }  # fmt: skip
        self.go_on(ref)


@pytest.fixture
def board(database: str) -> Board:
    return a_board(OPENED)


@pytest.fixture
def review(board: Board) -> Process:
    return a_review(board, OPENED)


@pytest.fixture
def engine(prefect_server: str) -> Iterator[str]:
    """A real server without any page in it."""
    yield prefect_server
    with get_client(sync_client=True) as client:
        while found := client.read_artifacts():
            for one in found:
                client.delete_artifact(one.id)


def versions(key: str) -> list[Artifact]:
    """Everything that the engine keeps under the key."""
    with get_client(sync_client=True) as client:
        return client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))


def shown(key: str) -> str:
    """The page as a person sees it."""
    (one,) = versions(key)
    assert one.type == "markdown"
    assert one.description, f"{key} is shown without a word on what it is"
    return str(one.data)


@pytest.mark.engine
def test_today_and_every_open_review_have_a_page_under_a_fixed_key(engine: str, review: Process) -> None:
    with the_day(OPENED, 9):
        assert refresh(OPENED) is True

    assert "Monday 2 March 2026" in shown(TODAY)
    assert "decided by the Chair" in shown(process_key(review.ref)).replace("Decided", "decided")
    assert "As the record stood on Monday 2 March 2026 at 09:00." in shown(TODAY)


@pytest.mark.engine
def test_an_unchanged_page_is_not_written_again(engine: str, review: Process) -> None:
    with the_day(OPENED, 9):
        refresh(OPENED)
    first = versions(TODAY), versions(process_key(review.ref))
    with the_day(OPENED, 10):
        refresh(OPENED)

    assert (versions(TODAY), versions(process_key(review.ref))) == first
    assert "at 09:00" in shown(TODAY)


@pytest.mark.engine
def test_a_changed_page_keeps_its_address_by_key_and_by_number(engine: str, review: Process) -> None:
    with the_day(OPENED, 9):
        refresh(OPENED)
    (before,) = versions(process_key(review.ref))
    agreed(review, NEXT_DAY)
    with the_day(NEXT_DAY, 9):
        refresh(NEXT_DAY)

    (after,) = versions(process_key(review.ref))
    assert after.id == before.id
    assert after.data != before.data


@pytest.mark.engine
def test_a_page_that_somebody_deleted_is_there_again(engine: str, review: Process) -> None:
    with the_day(OPENED, 9):
        refresh(OPENED)
        with get_client(sync_client=True) as client:
            client.delete_artifact(versions(TODAY)[0].id)
        refresh(OPENED)

    assert "Monday 2 March 2026" in shown(TODAY)


@pytest.mark.engine
def test_pages_are_current_after_each_answer(engine: str, review: Process) -> None:
    port = Port(show=refresh_process)
    with the_day(OPENED, 9):
        port.go_on(review.ref)
    asking = shown(process_key(review.ref)), shown(TODAY)
    with the_day(NEXT_DAY, 9):
        port.partners_say(review.ref, "They do not agree; the review is closed")

    assert all(f"/runs/flow-run/{port.run_id()}" in page for page in asking)
    page, today = shown(process_key(review.ref)), shown(TODAY)
    assert "Closed, the Strategic Partners did not agree" in page
    assert "The review does not take place" in page
    assert port.run_id() not in page + today
    assert review.ref not in today.partition("## Waits for your release")[0]
    assert "Quill" not in page + today
    assert "Stork" not in page + today


@pytest.mark.engine
def test_pages_are_current_after_each_round(engine: str, review: Process) -> None:
    agreed(review, on("Wed 2026-03-04"))
    for day in (on("Wed 2026-03-18"), DAY_AFTER):
        with the_day(day):
            run_round(day, steps=(("the pages", refresh_pages),))

    page, today = shown(process_key(review.ref)), shown(TODAY)
    assert "Overdue, 1 working day" in page
    assert "written to the person who owes it, not sent yet" in page
    assert "Thursday 19 March 2026" in today.splitlines()[0]
    assert "Done: it began at 07:00" in today


@pytest.mark.engine
def test_what_the_desk_recorded_is_on_every_page_of_the_board(engine: str, board: Board, review: Process) -> None:
    with the_day(OPENED, 9):
        refresh(OPENED)
    agreed(review, NEXT_DAY)
    with the_day(NEXT_DAY, 9):
        assert refresh_process("desk-barking-and-dagenham") is True

    assert "Agreed, being set up" in shown(process_key(review.ref))
    assert "Agreed, being set up" in shown(TODAY)
    assert versions("desk-barking-and-dagenham") == []


@pytest.mark.engine
def test_every_page_of_the_office_is_there_after_a_round_and_all_its_links_lead_to_a_page(
    engine: str, review: Process
) -> None:
    agreed(review, on("Wed 2026-03-04"))
    with the_day(DAY_AFTER):
        run_round(DAY_AFTER, steps=(("the pages", refresh_pages),))

    key = "barking-and-dagenham"
    for page in (calendar_key(key), decisions_key(key), handover_key(key), agency_key(key, "police")):
        assert shown(page).startswith("# ")
    for address in addresses(shown(TODAY)):
        if "/pages/" in address:
            assert versions(address.rpartition("/")[2]), address


@pytest.mark.engine
def test_after_an_answer_the_pages_of_the_agencies_it_is_about_are_written_and_no_others(
    engine: str, review: Process
) -> None:
    key = "barking-and-dagenham"
    agreed(review, NEXT_DAY)
    with the_day(NEXT_DAY):
        refresh_process(review.ref)
    asked = shown(agency_key(key, "police"))
    met(review, "author_named:police", DAY_AFTER)
    with the_day(DAY_AFTER):
        refresh_process(review.ref)

    assert "Name of the agency's author" in asked
    assert "Name of the agency's author" not in shown(agency_key(key, "police"))
    assert "Thursday 19 March" not in shown(agency_key(key, "probation"))
    assert versions(agency_key(key, "cafcass")) == []


@pytest.mark.engine
def test_a_picture_that_shows_the_same_is_not_drawn_again(
    engine: str, review: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    with the_day(OPENED, 9):
        refresh(OPENED)
    before = shown(process_key(review.ref))
    waits(review, "agreement of the Strategic Partners", OPENED)

    def draws(_: Timeline) -> bytes:
        raise AssertionError

    monkeypatch.setattr("reports.process_page.timeline_picture", draws)
    with the_day(OPENED, 10):
        refresh(OPENED)

    after = shown(process_key(review.ref))
    assert pictures_in(after) == pictures_in(before) != {}
    assert after != before


@pytest.mark.engine
def test_a_hostile_name_reaches_the_screens_as_a_name(engine: str, review: Process) -> None:
    with transaction() as session:
        agency(session, "police").name = "x](https://evil.example) <script>alert(1)</script>"
    with the_day(OPENED, 9):
        refresh(OPENED)

    page = shown(process_key(review.ref))
    assert "](https://evil" not in page
    assert "<script>" not in page


@pytest.mark.engine
def test_the_lasting_address_leads_to_the_page_and_says_when_there_is_none(engine: str, review: Process) -> None:
    root = engine.removesuffix("/api")
    with the_day(OPENED, 9):
        refresh(OPENED)

    with httpx.Client(trust_env=False) as browser:
        found = browser.get(root + page_path(TODAY))
        none = browser.get(root + page_path("cr-none"))
        page = browser.get(root + page_path(TODAY), headers={"Accept": "text/html"}, follow_redirects=True)

    assert found.status_code == 307
    assert UUID(found.headers["location"].rpartition("/")[2]) == versions(TODAY)[0].id
    assert found.headers["cache-control"] == "no-store"
    assert page.status_code == 200
    assert none.status_code == 404
    assert "There is no such page yet" in none.text
    assert "default-src 'self'" in none.headers["content-security-policy"]


@pytest.mark.engine
def test_a_name_that_nothing_is_offered_under_is_answered_politely(engine: str, review: Process) -> None:
    with httpx.Client(trust_env=False) as browser:
        none = browser.get(engine.removesuffix("/api") + "/start/nothing-of-the-kind")

    assert none.status_code == 404
    assert "Nothing of that name can be started" in none.text


@pytest.mark.engine
@pytest.mark.browser
@pytest.mark.timeout(120)
def test_in_a_browser_the_page_is_read_and_its_links_lead_on(engine: str, review: Process, chromium: Browser) -> None:
    waits(review, "agreement of the Strategic Partners", OPENED)
    with the_day(OPENED, 9):
        refresh(OPENED)
    page = chromium.new_page(viewport={"width": 390, "height": 900})

    page.goto(engine.removesuffix("/api") + page_path(TODAY))
    page.get_by_role("heading", name="Today at Barking & Dagenham SCB: Monday 2 March 2026").wait_for()
    form = page.get_by_role("link", name=f"{review.spoken_ref}: agreement of the Strategic Partners")
    leads_to = form.get_attribute("href")
    with page.expect_popup() as opened:
        page.get_by_role("link", name=review.spoken_ref).last.click()
    other = opened.value
    other.get_by_role("heading", name=f"{review.spoken_ref}: practice learning review").wait_for()
    table = other.get_by_role("table").first.inner_text()
    other.close()
    page.close()

    assert leads_to == f"{engine.removesuffix('/api')}/runs/flow-run/{RUN}"
    assert "🟠 Due soon" in table


def test_the_morning_mail_names_the_page_of_today(board: Board) -> None:
    with the_day(OPENED), reading() as session:
        facts = digest_facts(session, board, book(), OPENED)

    assert facts["today_page"] == f"http://127.0.0.1:{settings().port}/pages/today-barking-and-dagenham"


def test_without_a_server_nothing_is_done_and_nothing_is_said(review: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_PORT", str(free_port()))
    settings.cache_clear()

    assert refresh(OPENED) is False
    assert refresh_process(review.ref) is False


def test_a_run_shows_its_pages_before_it_waits_and_after_its_last_answer(review: Process) -> None:
    port = Port()
    with the_day(OPENED, 9):
        port.go_on(review.ref)
    before = list(port.shown)
    with the_day(NEXT_DAY, 9):
        port.partners_say(review.ref, "They do not agree; the review is closed")

    assert before == [review.ref]
    assert port.shown == [review.ref, review.ref]


def test_pages_that_cannot_be_written_stop_no_run_and_nothing_typed_is_logged(
    review: Process, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(ref: str) -> None:
        raise OSError("Hortensia Quill")

    port = Port(show=fails)
    with the_day(OPENED, 9):
        port.go_on(review.ref)

    assert port.asked is not None
    assert "pages could not be brought up to date: OSError" in caplog.text
    assert "Hortensia" not in caplog.text


def test_the_last_words_of_the_start_name_the_bookmark(board: Board) -> None:
    (address,) = pages_of_today(settings())

    assert address == f"http://127.0.0.1:{settings().port}/pages/today-barking-and-dagenham"
