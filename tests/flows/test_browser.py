"""The office in the real UI, in a real browser: its forms are opened, understood and answered there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import flows.questions.desk  # noqa: F401  every gate is registered, also when this test runs alone
from flows.gates import gates
from flows.questions.menu import Menu
from models.records.boards import board_by_key
from models.records.database import transaction
from models.records.opening import desk_ref
from models.records.tasks import About, open_task
from tests.flows.engine_driver import AGREE, EIGHT, Asked, Engine, newest_review, opened_review, run_of
from tests.flows.office_browser import PHONE, OfficeBrowser
from tests.installation import CODE
from tests.records_builders import BOARD

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.timeout(1200)]

DESK_TOP = {"width": 1280, "height": 1000}
SMALL = {"width": 1366, "height": 768}  # of many a laptop
TWO = ("Police", "Probation")
ELSEWHERE = {  # made of the same fields as those that are answered here; the canary opens all of them as well
    "test_browser.py": {"refer-case"},
    "test_story_returns.py": {"briefing-held", "returns-on-the-way", "waive"},
    "test_story_taking_part.py": {"agencies-changed", "initial-meeting-again"},
    "test_pauses_and_more_time.py": {"more-time", "pause"},
    "test_meetings.py": {"meeting-changed"},
    "test_story_consideration.py": {
        "consideration-decision", "panel-booked", "panel-recommendation", "records-elsewhere", "referral-withdrawn",
    },
    "test_story_after_decision.py": {"letters-sent", "panel-has-written", "reviewing-agency"},
    "test_story_discussion.py": {
        "board-receives", "discussion-accepted", "discussion-day", "discussion-declined", "discussion-held",
        "discussion-report", "facilitator-named", "group-receives", "start-discussion",
    },
    "test_story_rapid_review.py": {
        "national-panel-answered", "panel-conclusion", "partners-sign-off", "start-rapid-review", "wish-for-a-review",
    },
    "a_plan.py": {
        "action-proposed", "action-set-aside", "action-words", "actions-accepted", "actions-closed", "evidence-checked",
        "plan-approval", "start-action-plan",
    },
    "test_story_actions.py": {
        "action-completed", "actions-impact", "actions-lasted", "committee-looked", "plan-closed",
        "record-action-words",
    },
    "test_action_sheets.py": {"action-sheet", "meeting-sheet"},
    "a_serious_case.py": {"publication-day", "publication-pack", "start-serious-case-review"},
    "test_story_publication.py": {
        "copy-given", "learning-brief", "progress-check", "publication-advice", "publication-withheld",
        "report-published", "restriction", "website-looked-at",
    },
}  # fmt: skip
LISTS = {"action-plan", "case-discussion", "consideration", "follow-up", "rapid-review", "what-happens-in-review"}
PANEL = {"capacity": "Panel chair", "decided_by": "Somebody Else"}
NOTHING_RECORDED = ("Nothing was recorded.", "That was settled in the meantime; nothing more was recorded.")
FOUR_PARTS = dict.fromkeys(("what_happened", "why", "what_will_be_done", "by_whom"), True)


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


@pytest.fixture(params=[DESK_TOP, PHONE], ids=["desk top", "telephone"])
def either(
    request: pytest.FixtureRequest, chromium: Browser, engine: Engine, tmp_path: Path
) -> Iterator[OfficeBrowser]:
    """The UI on a desk top, then on a telephone."""
    context = chromium.new_context(viewport=request.param, has_touch=request.param == PHONE)
    yield OfficeBrowser(context.new_page(), engine, tmp_path)
    context.close()


def test_a_review_is_started_in_the_ui_and_every_form_of_it_is_answered_there(office: OfficeBrowser) -> None:
    engine = office.engine
    started = office.start("Start a practice learning review")

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
    assert set(gates()) - office.answered == LISTS.union(*ELSEWHERE.values())


def test_lists_that_are_not_opened_here_are_made_as_the_one_that_is() -> None:
    assert {type(gates()[each]) for each in {"what-happened", *LISTS}} == {Menu}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_what_is_put_elsewhere_is_put_there(where: str) -> None:
    said = (CODE / "tests" / "flows" / where).read_text()

    assert [each for each in ELSEWHERE[where] if f'"{each}"' not in said] == []


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


def test_a_case_is_referred_in_the_ui(either: OfficeBrowser) -> None:
    engine = either.engine
    started = either.start("Refer a case")
    either.resume()
    asked = engine.form(started)
    overflow = either.form.evaluate("form => form.scrollWidth - form.clientWidth")

    either.fill(
        asked, "A case that is not under consideration here", by="Police", limbs=asked.choices("limbs")[:2],
        agencies=["Police", "Probation"], known_on=engine.today, secure_place="https://secure.example/1",
    )  # fmt: skip
    either.submit()

    assert overflow <= 0
    ref = newest_review().ref if engine.ended(started) else ""
    assert engine.ended(started).startswith(f"Recorded: {ref} ")
    assert engine.form(run_of(ref)).name.endswith("0 of 2 summaries, a day for the panel")
    assert list(either.pictures.glob("refer-case-*-filled.png"))


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
