"""The page of today."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from config import clock
from config.settings import settings
from flows.deployments import offers
from flows.lasting_addresses import BY_HAND
from flows.rounds import run_round
from models.records.boards import Board
from models.records.chasing import note_call
from models.records.database import transaction
from models.records.deadlines import CallOutcome, Deadline
from models.records.messages import Attempt, Message, MessageState
from models.records.processes import Process
from models.records.releasing import Scope, stop_sending
from models.records.rounds import Round, claim_round, end_round
from models.rules.page_addresses import start_path
from notifications.render import TEMPLATES
from reports.words import MESSAGES
from tests.builders import on
from tests.records_builders import Owing, a_board, a_deadline, agency, an_author, book, the_day
from tests.reports.shown_pages import (
    LINKS,
    RUN,
    a_review,
    addresses,
    agreed,
    everybody,
    text,
    today_of_board,
    tokens,
    waits,
)

OPENED = on("Mon 2026-03-02")
AGREED = on("Wed 2026-03-04")
DUE = on("Wed 2026-03-18")  # the names of the authors
DAY_AFTER = on("Thu 2026-03-19")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(OPENED)


@pytest.fixture
def review(board: Board) -> Process:
    made = a_review(board, OPENED)
    agreed(made, AGREED)
    return made


def section(page: str, title: str) -> list[str]:
    """The lines under that title, as they are read."""
    words = text(page).splitlines()
    start = next(number for number, line in enumerate(words) if line.startswith(f"{title} ("))
    rest = words[start + 1 :]
    end = next((number for number, line in enumerate(rest) if re.fullmatch(r".+ \(\d+\)", line)), len(rest))
    return rest[:end]


def round_on(*days: object) -> None:
    for day in days:
        with the_day(day):  # type: ignore[arg-type]
            run_round(steps=())


def test_an_empty_day_says_that_nothing_waits(board: Board) -> None:
    page = text(today_of_board(board, OPENED))

    assert "Today at Barking & Dagenham SCB: Monday 2 March 2026" in page
    assert "Nothing waits for you and nothing is overdue." in page


def test_every_waiting_form_and_every_review_is_linked(board: Board, review: Process) -> None:
    waits(review, "0 of 2 authors", AGREED)

    page = today_of_board(board, AGREED)

    assert f"{LINKS.root}/runs/flow-run/{RUN}" in addresses(page)
    assert LINKS.process(review.ref) in addresses(page)
    (line,) = section(page, "Waiting for you to fill in")
    assert line == f"→ {review.spoken_ref}: 0 of 2 authors · asked on Wednesday 4 March 2026"


def test_overdue_is_said_with_colour_words_last_step_and_date(board: Board, review: Process) -> None:
    round_on(DUE, DAY_AFTER)

    lines = section(today_of_board(board, DAY_AFTER, hour=12), "Overdue")

    assert len(lines) == 2
    assert lines[0].startswith("🔴 Overdue, 1 working day · Police: Name of the agency's author")
    assert "was due Wednesday 18 March 2026" in lines[0]
    assert "last step: written to the person who owes it, not sent yet" in lines[0]


def test_what_goes_at_eleven_is_listed_until_then(board: Board, review: Process) -> None:
    round_on(DAY_AFTER)

    lines = section(today_of_board(board, DAY_AFTER, hour=8), "Goes out at 11:00")

    assert lines[0].startswith("Each goes by itself then, unless you record before")
    assert len(lines) == 3
    assert "Goes out at 11:00 (" not in today_of_board(board, DAY_AFTER, hour=12)


def test_what_waits_for_release_is_listed_with_whom_it_is_for(board: Board, review: Process) -> None:
    round_on(on("Wed 2026-03-25"))

    page = today_of_board(board, on("Wed 2026-03-25"))

    assert any(line.startswith("Note about lateness to a Board member · to the Board member, Police") for line in
               section(page, "Waits for your release"))  # fmt: skip


def test_a_message_that_failed_is_shown_with_what_to_do(board: Board, review: Process) -> None:
    with the_day(AGREED), transaction() as session:
        failing = session.exec(select(Message).where(Message.kind == "ask_author")).first()
        assert failing is not None
        failing.state = MessageState.FAILED
        session.add(Attempt(message_id=failing.id or 0, at=clock.now(), accepted=False, permanent=True, reply="550"))

    lines = section(today_of_board(board, AGREED), "Could not be sent")

    assert lines[0] == "Treat each as not informed: ring the person, then correct the address in the list of contacts."
    assert review.spoken_ref in lines[1]
    assert "550" not in " ".join(lines)


def test_a_promise_whose_day_has_come_is_listed(board: Board, review: Process) -> None:
    with the_day(DUE), transaction() as session:
        owed = session.exec(select(Deadline).where(Deadline.slot == "author_named:police")).one()
        mine = session.get_one(Process, review.id)
        note_call(session, book(), mine, owed, CallOutcome.PROMISE, DUE, DAY_AFTER)

    (line,) = section(today_of_board(board, DAY_AFTER), "Promised by today and not there")

    assert line.startswith("Police: Name of the agency's author · promised for Thursday 19 March 2026")


def test_what_the_page_leads_to_for_starting_is_offered_under_that_name(board: Board) -> None:
    page = today_of_board(board, AGREED)

    by_hand = [start_path(offer.name) for offer in offers(settings().deployments) if BY_HAND in offer.tags]
    led_to = set(re.findall(r"/start/[a-z-]+", page))
    assert "/start/practice-learning-review" in led_to
    assert len(led_to) == 7
    assert led_to <= set(by_hand)
    assert len(set(by_hand)) == len(by_hand)


def test_an_open_review_names_its_next_date_and_no_past_one(board: Board, review: Process) -> None:
    a_deadline(review, Owing(OPENED, OPENED, kind="thing"))

    on_the_day, after = (text(today_of_board(board, day)) for day in (OPENED, OPENED + timedelta(days=1)))

    assert "next date Monday 2 March 2026" in on_the_day
    assert "overdue since Monday 2 March 2026" in after
    assert "next date Monday 2 March 2026" not in after


def test_a_stop_of_sending_stands_above_everything_else(board: Board, review: Process) -> None:
    with the_day(AGREED), transaction() as session:
        stop_sending(session, Scope(board.id or 0, process_id=review.id))

    page = text(today_of_board(board, AGREED))

    stop = f"🔴 Sending is stopped for one review ({review.spoken_ref}) since Wednesday 4 March 2026."
    assert page.index(stop) < page.index("Start a practice learning review")


def test_a_long_list_is_cut_and_says_how_much_more_there_is(board: Board, review: Process) -> None:
    for number in range(45):
        a_deadline(review, Owing(DUE, AGREED, kind=f"thing-{number}"))

    page = text(today_of_board(board, DAY_AFTER))

    assert "Overdue (47)" in page
    assert "and 7 more" in page


def test_no_person_no_address_no_machine_date_is_on_the_page(board: Board, review: Process) -> None:
    an_author(review, "police", AGREED)
    round_on(DAY_AFTER, on("Wed 2026-03-25"))

    page = today_of_board(board, on("Wed 2026-03-25")).casefold()

    for person in everybody():
        assert person.name.casefold() not in page
        assert person.email.casefold() not in page
    assert re.search(r"\d{4}-\d{2}-\d{2}", page) is None
    assert re.search(r"\b[lrq]\d{1,2}\b|late_|ask_|author_named", page) is None


def test_a_name_made_of_markup_does_not_change_the_page(board: Board, review: Process) -> None:
    plain = today_of_board(board, DAY_AFTER)
    with transaction() as session:
        agency(session, "police").name = "x](https://evil.example) <img src=x> | `a` # *b*\n- c\n\n# d"

    page = today_of_board(board, DAY_AFTER)

    assert addresses(page) == addresses(plain)
    assert {"html_inline", "html_block", "code_inline", "em_open"}.isdisjoint(token.type for token in tokens(page))
    assert sum(token.type == "list_item_open" for token in tokens(page)) == sum(
        token.type == "list_item_open" for token in tokens(plain)
    )


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        ("Thu 2026-03-19", 6, "It has not begun yet; it comes at 07:00."),
        ("Thu 2026-03-19", 9, "🔴 It has not run for this day."),
        ("Sat 2026-03-21", 9, "None today, as the office is closed; the next is on Monday 23 March 2026."),
    ],
)
def test_a_day_without_a_round_says_why_or_what_to_do(board: Board, day: str, hour: int, said: str) -> None:
    assert said in text(today_of_board(board, on(day), hour))


def test_a_round_that_has_run_and_what_it_made_up_for_is_told(board: Board) -> None:
    round_on(DUE, on("Mon 2026-03-23"))

    page = text(today_of_board(board, on("Mon 2026-03-23")))

    assert "🟢 Done: it began at 07:00." in page
    assert "No round had run on Thursday 19 March 2026 and Friday 20 March 2026; it made up for that" in page
    assert "Everything is seen to up to Monday 23 March 2026." in page


def test_the_words_do_not_change_when_the_round_ends(board: Board) -> None:
    with the_day(DUE):
        ours = claim_round("morning", DUE)
    at_work = today_of_board(board, DUE, hour=7)
    with the_day(DUE):
        end_round(ours, {})

    assert today_of_board(board, DUE, hour=7) == at_work


def test_a_round_that_was_cut_short_is_told_with_what_to_do(board: Board) -> None:
    with the_day(DUE):
        ours = claim_round("morning", DUE)
    with transaction() as session:
        session.get_one(Round, ours.id).alive_at -= timedelta(hours=1)

    assert "It was cut short at 06:00; the next one goes on with it." in text(today_of_board(board, DUE))


def test_every_kind_of_message_has_words() -> None:
    kinds = {folder.name for folder in TEMPLATES.iterdir() if folder.is_dir() and folder.name != "_layout"}

    assert kinds <= set(MESSAGES)
