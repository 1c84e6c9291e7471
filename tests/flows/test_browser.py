"""The office in the real UI, in a real browser: its forms are opened, understood and answered there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flows.questions.desk  # noqa: F401  every gate is registered, also when this test runs alone
from flows.gates import gates
from models.records.boards import board_by_key
from models.records.database import transaction
from models.records.opening import desk_ref
from models.records.tasks import About, open_task
from tests.flows.engine_driver import AGREE, EIGHT, Asked, Engine, newest_review, opened_review, run_of
from tests.records_builders import BOARD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.timeout(1200)]

DESK_TOP, PHONE = {"width": 1280, "height": 1000}, {"width": 390, "height": 844}
SMALL = {"width": 1366, "height": 768}  # of many a laptop
SECONDS = 30_000  # in the milliseconds of the browser's driver
TWO = ("Police", "Probation")
ELSEWHERE = {
    "agencies-changed", "briefing-held", "initial-meeting-again", "meeting-changed", "more-time", "pause",
    "returns-on-the-way", "waive",
}  # fmt: skip  # made of the same fields as those that are answered here; the canary opens and writes into them
PANEL = {"capacity": "Panel chair", "decided_by": "Somebody Else"}
NOTHING_RECORDED = ("Nothing was recorded.", "That was settled in the meantime; nothing more was recorded.")
FOUR_PARTS = dict.fromkeys(("what_happened", "why", "what_will_be_done", "by_whom"), True)


@dataclass
class OfficeBrowser:
    """A page of the UI, and which forms were answered in it."""

    page: Page
    engine: Engine
    pictures: Path
    answered: set[str] = field(default_factory=set)

    @property
    def form(self) -> Locator:
        """The form as it lies over the page of the run."""
        return self.page.locator(".p-modal")

    def open(self, asked: Asked) -> None:
        """From the page of the run to its form, which begins as the run's own words do."""
        self.page.goto(f"{self.engine.installation.ui}/runs/flow-run/{asked.run}")
        self.resume()
        assert self.form.locator(".schema-form-property").count() == len(asked.fields)

    def resume(self) -> None:
        """The form is there, with its last field; on a telephone the way to it is in the menu of three dots."""
        if self.page.viewport_size == PHONE:
            self.page.locator(".p-icon-button-menu button").first.click(timeout=SECONDS)
            self.page.get_by_text("Resume", exact=True).click()
        else:
            self.page.get_by_role("button", name="Resume").click(timeout=SECONDS)
        self.form.locator(".schema-form-property").last.wait_for(timeout=SECONDS)

    def answer(self, asked: Asked, chosen: str, /, **values: Any) -> Asked | str:
        """The form is opened, filled and sent in the browser; gives back the next one, or how the run ended."""
        self.open(asked)
        self.fill(asked, chosen, **values)
        self.submit()
        self.answered.add(asked.key.rpartition("-")[0])
        return self.engine._wait(asked.run, asked.key)

    def next_form(self, asked: Asked, chosen: str, /, **values: Any) -> Asked:
        """As `answer`, where another form must follow."""
        found = self.answer(asked, chosen, **values)
        assert isinstance(found, Asked), found
        assert not found.intro.startswith("**NOT recorded"), found.intro[:300]
        return found

    def fill(self, asked: Asked, chosen: str, /, **values: Any) -> None:
        """Each field is filled as its kind wants it; what is not named stays as it is."""
        for name, given in ({"recorded_by": "The Office", **values, asked.answer_field: chosen}).items():
            where = self._field(str(asked.fields[name]["title"]))
            self._fill_one(where, asked.fields[name], asked.whole(name, given))
        self.page.screenshot(path=self.pictures / f"{asked.key}-filled.png")

    def submit(self) -> None:
        """The answer is sent and the form is gone; the page is left: it would draw and ask all the while."""
        with self.page.expect_response(re.compile(r"/resume$"), timeout=SECONDS):
            self.form.get_by_role("button", name="Submit").click()
        self.form.wait_for(state="detached", timeout=SECONDS)
        self.page.goto("about:blank")

    def _fill_one(self, where: Locator, described: Mapping[str, Any], given: Any) -> None:
        if where.locator(".p-select, select").count():
            self._choose(where, given if isinstance(given, list) else [given])
        elif described.get("format") == "date":
            self._choose_day(where, given)
        elif described.get("type") == "boolean":
            where.locator(".p-toggle__control, .p-checkbox__input").first.click()
        elif described.get("type") == "integer":
            where.locator("input").fill(str(given))
        else:
            where.locator("textarea, input").first.fill(given)

    def _choose(self, where: Locator, labels: list[str]) -> None:
        if where.locator("select").count():  # on a telephone, its own list
            where.locator("select").first.select_option(label=labels)
            return
        where.locator(".p-select-button").click()  # anywhere on it, as people do
        for each in labels:
            self.page.locator(".p-select-option").get_by_text(each, exact=True).click(timeout=SECONDS)
        self.form.locator(".p-modal__title").click()  # beside the list, which closes it

    def _choose_day(self, where: Locator, day: str) -> None:
        where.locator(".p-date-button__control").click()
        self.page.locator(".p-date-picker input[type=date]").fill(day)
        self.page.locator(".p-date-picker").get_by_role("button", name="Apply").click()

    def _field(self, title: str) -> Locator:
        label = self.page.locator(".schema-form-property__label").filter(
            has_text=re.compile(rf"^\s*{re.escape(title)}( \(Optional\))?\s*$")
        )
        return self.form.locator(".schema-form-property").filter(has=label)


@pytest.fixture
def office(chromium: Browser, engine: Engine, tmp_path: Path) -> Iterator[OfficeBrowser]:
    """The UI on a desk top."""
    context = chromium.new_context(viewport=DESK_TOP)  # type: ignore[arg-type]
    yield OfficeBrowser(context.new_page(), engine, tmp_path)
    context.close()


@pytest.fixture
def phone(chromium: Browser, engine: Engine, tmp_path: Path) -> Iterator[OfficeBrowser]:
    """The UI on a telephone."""
    context = chromium.new_context(viewport=PHONE, has_touch=True)  # type: ignore[arg-type]
    yield OfficeBrowser(context.new_page(), engine, tmp_path)
    context.close()


def started_in_the_ui(office: OfficeBrowser) -> str:
    """As README says: /start/practice-learning-review, Submit; gives the run that now waits for its form."""
    page = office.page
    page.goto(f"{office.engine.installation.ui}/start/practice-learning-review")
    page.get_by_text("Start a practice learning review", exact=True).first.wait_for(timeout=SECONDS)
    known = office.engine.runs_of("start-a-practice-learning-review")
    page.get_by_role("button", name="Submit").click(timeout=SECONDS)
    started = office.engine.new_run_of("start-a-practice-learning-review", known)
    office.engine.form(started)  # the list of runs is slow to show a new name; the page of the run is not
    page.goto(f"{office.engine.installation.ui}/runs/flow-run/{started}")
    return started


def test_a_review_is_started_in_the_ui_and_every_form_of_it_is_answered_there(office: OfficeBrowser) -> None:
    engine = office.engine
    started = started_in_the_ui(office)

    office.resume()
    asked = engine.form(started)
    office.fill(
        asked, "The Chair has decided", agencies=list(EIGHT), secure_place="https://secure.example/1",
        capacity="Independent Chair", decided_by="Somebody Else",
        decided_on=engine.today,
    )  # fmt: skip
    office.submit()
    office.answered.add("start-review")
    assert engine.ended(started).startswith("Recorded: review ")

    # The first question of the new review, in its own run.
    asked = engine.form(run_of(newest_review().ref))
    others = {each: engine.start(each) for each in ("stop",)}
    asked = office.next_form(asked, "They agree", **AGREE)
    assert "8 authors" in asked.name
    others |= {each: engine.start(each) for each in ("arrivals", "call", "release")}

    asked = office.next_form(asked, "What is ticked", arrived=["Police", "Probation"])
    asked = office.next_form(asked, "These authors", independent_police=True, independent_probation=True,
                             author_police="Pat Example, pat@police.example")  # fmt: skip
    asked = office.next_form(
        engine.next_form(asked, "The independent reviewer"), "The independent reviewer",
        capacity="Independent Chair", decided_by="Somebody Else", reviewer="Una Example",
        reviewer_email="una@independent.example", checked_by="A Second Person", belongs_to="No, to none",
        declaration=True,
    )  # fmt: skip
    asked = decided(office, asked, "The initial meeting", **PANEL, method="Systems")
    asked = decided(office, asked, "Terms of reference were", **PANEL)
    asked = decided(office, asked, "The panel goes on although", **PANEL)
    asked = office.next_form(engine.next_form(asked, "The panel chair has set"), "These update meetings", **PANEL,
                             weeks=4, minutes=90, at="10:00", place="The board's meeting room")  # fmt: skip
    asked = returns_come_in(office, asked)
    asked = decided(office, asked, "The draft report", **PANEL, **FOUR_PARTS, without=True)
    asked = decided(office, asked, "The panel has signed", **PANEL)
    asked = decided(office, asked, "Report and action plan", capacity="Independent Chair", decided_by="X")
    asked = decided(office, asked, "The issues", capacity="Business manager", decided_by="X")
    asked = decided(office, asked, "The action plan", capacity="Business manager", decided_by="X", actions=12,
                    first_due_on="2027-02-01", given_up=True)  # fmt: skip
    office.next_form(engine.next_form(asked, "The monitoring committee has looked"), "Nothing to record")
    paper = engine.form(engine.start("papers"))
    about = office.answer(paper, "A proof sheet", about=paper.choices("about")[1])
    assert isinstance(about, Asked)
    assert "proof sheet" in str(office.answer(about, "The whole review"))

    # What the desk can record at any time; what was settled in the meantime is answered politely.
    other = opened_review(engine)
    reference = other.name.partition(":")[0]
    said = office.answer(engine.form(others["stop"]), "Stop everything for the whole board")
    assert str(said).startswith("Recorded: ")
    release = engine.form(others["release"])
    said = office.answer(release, "Send them", which=release.choices("which")[:1], released_as="Business manager")
    assert str(said).startswith("Recorded: ")
    lifted = engine.form(engine.start("stop"))
    engine.answer(lifted, "Send again: everything for the whole board")
    for which in ("arrivals", "call"):
        assert office.answer(engine.form(others[which]), "Nothing to record") in NOTHING_RECORDED
    desk = engine.form(run_of(desk_ref(BOARD)))
    with transaction() as session:
        open_task(session, About(board_by_key(session, BOARD).id or 0), "An invented task", "invented")
    stop = office.next_form(desk, "Stop or restart sending")
    ticks = office.next_form(engine.next_form(stop, "Nothing to record"), "Tick off tasks that are done")
    invented = [each for each in ticks.choices("done") if "invented" in each]
    people_and_corrections(office, office.next_form(ticks, "What is ticked", done=invented))

    assert reference
    assert set(gates()) - office.answered == ELSEWHERE


def returns_come_in(office: OfficeBrowser, asked: Asked) -> Asked:
    """The word at half time, two signed returns, and the panel that has read them."""
    engine = office.engine
    arrived = asked.choices("arrived")
    words = [each for each in arrived if "how the return is coming on" in each and each.startswith(TWO)]
    asked = engine.next_form(asked, "What is ticked", arrived=words)
    asked = office.next_form(asked, "This is what they answered", of_police="On track", of_probation="At risk")
    returns = [each for each in asked.choices("arrived") if "Agency return" in each and each.startswith(TWO)]
    asked = engine.next_form(asked, "What is ticked", arrived=returns)
    signed = dict.fromkeys(("of_police", "of_probation"), "Signed by the chief")
    asked = office.next_form(asked, "This is how they came", **signed)
    read = dict.fromkeys(signed, "Accepted")
    return office.next_form(engine.next_form(asked, "The panel has read"), "The panel has read", **PANEL, **read)


def people_and_corrections(office: OfficeBrowser, asked: Asked) -> None:
    """Each of these forms of the desk once, gone to through the engine and answered in the browser."""
    engine = office.engine
    change = engine.next_form(asked, "Change a contact")
    asked = office.next_form(
        change, "Somebody new", which="Police: lead for returns", name="Invented Person",
        email="invented@police.example", secure="Yes",
    )  # fmt: skip
    asked = office.next_form(engine.next_form(asked, "Note that somebody"), "The person below is away",
                             who="Police: chief officer")  # fmt: skip
    asked = office.next_form(engine.next_form(asked, "Record a mail"), "A mail to the person",
                             which="Probation: lead for returns")  # fmt: skip
    wrong = engine.next_form(asked, "Correct a mistake")
    arrival = next(each for each in wrong.choices("what") if "arrived on" in each)
    asked = office.next_form(wrong, "The day is wrong", what=arrival, right_on=engine.today)
    texts = engine.next_form(asked, "Remove a text")
    asked = office.next_form(texts, "It names", which=texts.choices("which")[1])
    office.next_form(engine.next_form(asked, "Set or lift"), "Nothing to record")


def decided(office: OfficeBrowser, asked: Asked, label: str, **values: Any) -> Asked:
    """Gone to through the engine, answered in the browser."""
    return office.next_form(office.engine.next_form(asked, label), label, **values)


def test_an_answer_that_breaks_a_rule_is_explained_in_the_next_form(office: OfficeBrowser) -> None:
    asked = opened_review(office.engine)

    again = office.answer(asked, "They agree", capacity="Panel chair", decided_by="Somebody Else", meeting="item 7")

    assert isinstance(again, Asked)
    office.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    office.open(again)
    office.page.screenshot(path=office.pictures / "refused.png")
    shown = office.form.inner_text()
    why = office.form.get_by_text("NOT recorded, because", exact=False)
    words, first_field = why.first.bounding_box(), why.nth(1).bounding_box()
    assert "NOT recorded, because this is for the Strategic Partners to decide, not for the panel chair." in shown
    assert words is not None and words["height"] > 20
    assert words["y"] >= 0
    assert first_field is not None and first_field["height"] > 20
    whole = office.form.locator(".markdown-renderer").first
    assert whole.evaluate("words => words.scrollHeight - words.clientHeight") <= 0
    assert office._field("In which meeting? (if there was one)").locator("textarea").input_value() == "item 7"


def test_on_a_telephone_the_form_can_be_read_filled_and_sent(phone: OfficeBrowser) -> None:
    asked = opened_review(phone.engine)

    phone.open(asked)
    button = phone.form.get_by_role("button", name="Submit")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    overflow = phone.form.evaluate("form => form.scrollWidth - form.clientWidth")

    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]
    assert overflow <= 0
    phone.fill(asked, "They do not agree", **AGREE)
    phone.submit()
    assert phone.engine.ended(asked.run).endswith("the Strategic Partners did not agree.")
