"""The page of one process."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from flows import gates
from flows.questions import desk  # noqa: F401 - registers every gate
from flows.questions.decision_form import DecisionForm
from flows.steps.practice_learning_review import partners_decided
from models.records.boards import Board
from models.records.chasing import deadline_in, end_deadline, meet_deadline, move_deadline, note_call
from models.records.database import transaction
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.messages import Message, MessageState
from models.records.processes import Process
from models.rules.stages import PLAIN, Stage
from reports.words import DECISIONS, SOME_DECISION, source_words
from tests.builders import on
from tests.records_builders import Owing, a_board, a_deadline, agency, an_author, book, due, the_day
from tests.reports.shown_pages import (
    LINKS,
    PLACE,
    RUN,
    a_review,
    addresses,
    agreed,
    decided,
    everybody,
    page_of,
    rows,
    text,
    timetable_set,
    tokens,
    waits,
    without_pictures,
)

OPENED = on("Mon 2026-03-02")
AGREED = on("Wed 2026-03-04")
MET = on("Mon 2026-03-30")
HOSTILE = "A | B](https://evil.example) <b>x</b> www.evil.example\n# `{{ 7*7 }}` [in](https://evil.example) &copy; \\"


@pytest.fixture
def board(database: str) -> Board:
    return a_board(OPENED)


@pytest.fixture
def review(board: Board) -> Process:
    return a_review(board, OPENED)


def row_of(page: str, who: str, what: str) -> list[str]:
    (found,) = [row for row in rows(page) if who in row and what in row]
    return found


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # words alone
@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPEN])
def test_where_it_stands_is_said_in_plain_words(review: Process, stage: Stage) -> None:
    with transaction() as session:
        session.get_one(Process, review.id).stage = stage

    page = text(page_of(review, OPENED))

    assert PLAIN[stage][1:] in page
    assert "-" not in stage.value or stage.value not in page


def test_a_fresh_review_shows_what_is_owed_and_by_whom(review: Process) -> None:
    page = page_of(review, OPENED)

    assert page.startswith(f"# {review.spoken_ref}")
    owed = row_of(page, "Strategic Partners", "Agreement of the Strategic Partners to the review")
    assert owed[0] == "🟠 Due soon"
    assert owed[3] == "Monday 9 March 2026"
    assert "Runs under: Working Together 2015" in text(page)
    assert "Police and Probation" in text(page)


def test_each_colour_stands_beside_its_words(review: Process) -> None:
    agreed(review, AGREED)
    with the_day(on("Tue 2026-03-10")), transaction() as session:
        mine = session.get_one(Process, review.id)
        named = deadline_in(session, mine, "author_named:police")
        assert named is not None
        meet_deadline(session, mine, named, on("Tue 2026-03-10"))
        end_deadline(session, mine, deadline_in(session, mine, "reviewer"), DeadlineState.WAIVED, "a test")  # type: ignore[arg-type]

    page = page_of(review, on("Mon 2026-03-23"))

    author = "Name of the agency's author"
    assert row_of(page, "Probation", author)[0] == "🔴 Overdue, 3 working days"
    assert row_of(page, "Police", author)[0] == "🔵 Done on Tuesday 10 March 2026"
    assert row_of(page, "Business manager", "Independent reviewer commissioned")[0] == "⚪ Given up"
    assert row_of(page, "Panel chair", "Initial meeting of the review panel")[0].startswith("🟢 On track")


def test_a_promise_is_seen_beside_the_date_that_stays(review: Process) -> None:
    agreed(review, AGREED)
    day = on("Wed 2026-03-18")
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, review.id)
        owed = deadline_in(session, mine, "author_named:police")
        assert owed is not None
        note_call(session, book(), mine, owed, CallOutcome.PROMISE, day, on("Fri 2026-03-20"))

    shown = row_of(page_of(review, day), "Police", "Name of the agency's author")

    assert "promised, not chased until Friday 20 March 2026" in shown[0]
    assert shown[3] == "Wednesday 18 March 2026"


def test_the_waiting_form_and_the_day_are_linked_and_the_secure_place_is_not_shown(review: Process) -> None:
    waits(review, "3 of 8 returns", OPENED)

    page = page_of(review, OPENED)

    assert f"http://127.0.0.1:4200/runs/flow-run/{RUN}" in addresses(page)
    assert LINKS.today("barking-and-dagenham") in addresses(page)
    assert PLACE not in page
    assert "3 of 8 returns" in text(page)


def test_decisions_show_what_in_which_capacity_and_when_and_never_who(review: Process) -> None:
    typed = {"decided_by": "Hortensia Quill", "meeting": "Minute 12 of Aldous", "recorded_by": "Barnaby Stork"}
    decided(review, "partners-agreement", "agree", "strategic_partners", AGREED, typed)

    page = text(page_of(review, AGREED))

    assert "The review may begin · decided by the Strategic Partners on Wednesday 4 March 2026" in page
    assert not any(
        word in page for words in typed.values() for word in words.split() if word[0].isupper() and len(word) > 6
    )


def test_no_person_and_no_address_is_on_the_page_at_any_stage(review: Process) -> None:
    agreed(review, AGREED)
    an_author(review, "police", AGREED)
    timetable_set(review, MET)

    page = page_of(review, on("Mon 2026-06-22")).casefold()

    assert len(everybody()) > 20
    for person in everybody():
        assert person.name.casefold() not in page
        assert person.email.casefold() not in page
    assert "@" not in page


def test_no_day_is_written_for_machines_and_no_code_is_shown(review: Process) -> None:
    agreed(review, AGREED)
    timetable_set(review, MET)
    waits(review, "1 of 2 returns", MET)

    page = without_pictures(page_of(review, on("Mon 2026-06-22")))

    assert re.search(r"\d{4}-\d{2}-\d{2}", page) is None
    assert re.search(r"\b(BD-\d+|[LRQ]\d{1,2}|imr|plr|agency_lead|wt2015)\b", page) is None


def test_a_default_is_called_a_default_and_never_guidance(review: Process) -> None:
    agreed(review, AGREED)

    page = page_of(review, AGREED)

    lines = [line for line in text(page).splitlines() if line.startswith("Independent reviewer commissioned ·")]
    assert len(lines) == 1
    assert "source: default, to be confirmed by the board" in lines[0]
    assert "guidance" not in lines[0].lower()


@pytest.mark.parametrize(
    ("source", "mark", "shown"),
    [
        ("Framework, Appendix B (BD-46, BD-47)", "S:002", "Framework, Appendix B"),
        ("so many weeks", "D", "so many weeks; default, to be confirmed by the board"),
        ("default, to be confirmed by the board", "D", "default, to be confirmed by the board"),
        ("A public page", "P:16, G", "A public page; not verified"),
    ],
)
def test_a_source_says_what_it_is_worth(source: str, mark: str, shown: str) -> None:
    assert source_words(source, mark) == shown


def test_a_date_that_every_agency_has_is_explained_once(review: Process) -> None:
    agreed(review, AGREED)

    page = text(page_of(review, AGREED))

    assert page.count("Name of the agency's author · 10 working days after") == 1


def test_a_name_made_of_markup_is_shown_letter_by_letter_and_leads_nowhere(review: Process) -> None:
    agreed(review, AGREED)
    with transaction() as session:
        agency(session, "police").name = HOSTILE[:200]
    harmless = page_of(review, AGREED)
    with transaction() as session:
        agency(session, "police").name = "Police"
    plain = page_of(review, AGREED)

    assert [len(row) for row in rows(harmless)] == [len(row) for row in rows(plain)]
    assert addresses(harmless) == addresses(plain)
    kinds = {token.type for token in tokens(harmless)}
    assert "html_inline" not in kinds and "code_inline" not in kinds
    assert [token.tag for token in tokens(harmless) if token.type == "heading_open"] == [
        token.tag for token in tokens(plain) if token.type == "heading_open"
    ]
    assert any("A | B](https://evil.example) <b>x</b>" in cell for row in rows(harmless) for cell in row)
    assert re.search(r"(?<!\\)https?(?<!\\)://evil|www\.evil", harmless) is None


def test_messages_are_counted_by_where_they_stand(review: Process) -> None:
    agreed(review, AGREED)
    with transaction() as session:
        every = session.exec(select(Message)).all()
        for message in every:
            message.state = MessageState.SENT
        every[0].state = MessageState.FAILED

    page = text(page_of(review, AGREED))

    assert len(every) == 3
    assert "2 sent and 1 could not be sent." in page


def test_a_closed_review_says_since_when_and_asks_for_nothing(review: Process) -> None:
    with the_day(AGREED), transaction() as session:
        partners_decided(session, book(), session.get_one(Process, review.id), agreed=False, on=AGREED)

    page = text(page_of(review, AGREED))

    assert "Closed: Wednesday 4 March 2026" in page
    assert "Waits for" not in page
    assert "What is owed" not in page


def test_a_moved_date_and_its_new_explanation_are_shown(review: Process) -> None:
    later = Owing(on("Mon 2026-07-13"), OPENED)
    deadline = a_deadline(review, Owing(on("Mon 2026-06-01"), OPENED))
    with the_day(AGREED), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        move_deadline(session, book(), session.get_one(Process, review.id), mine, due(later), "granted")

    shown = row_of(page_of(review, AGREED), "Police", "Name of the author of the return")
    assert shown[3] == "Monday 13 July 2026, first planned for Monday 1 June 2026"


def test_every_decision_that_can_be_recorded_has_words() -> None:
    asked = [gate.name for gate in gates.gates().values() if isinstance(gate, DecisionForm)]

    assert len(asked) > 5
    assert set(asked) <= {name for name, _ in DECISIONS}
    assert SOME_DECISION not in DECISIONS.values()
