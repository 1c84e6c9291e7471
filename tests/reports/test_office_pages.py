"""The pages of the office beside today: agencies, calendar, decisions, handover."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from config import clock
from flows.rounds import run_round
from models.records.absences import Absence
from models.records.boards import Agency, Board, Contact
from models.records.chasing import deadline_in, note_call, open_deadline
from models.records.database import transaction
from models.records.deadlines import CallOutcome
from models.records.messages import Task, TaskKind
from models.records.processes import Participant, Process
from models.records.releasing import Scope, stop_sending
from models.records.returns import move_return
from models.rules.page_addresses import agency_key, calendar_key, decisions_key, handover_key
from models.rules.returns import ReturnState
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Period, Unit
from reports.pages import calendar_page, decisions_page, handover_page, today_page
from tests.builders import on
from tests.records_builders import (
    a_board,
    a_process,
    agency,
    an_author,
    book,
    change,
    contact,
    everything_is_sent,
    the_day,
)
from tests.reports.shown_pages import (
    LINKS,
    RUN,
    a_meeting,
    a_review,
    addresses,
    agency_page_of,
    agreed,
    board_page,
    everybody,
    more_time_asked,
    more_time_granted,
    page_of,
    paused,
    text,
    timetable_set,
    tokens,
    waits,
)

OPENED, AGREED, MET = on("Mon 2026-03-02"), on("Wed 2026-03-04"), on("Mon 2026-03-30")
SEEN = on("Wed 2026-06-10")
BOARD_PAGES = [calendar_page, decisions_page, handover_page]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def board(database: str) -> Board:
    return a_board(OPENED)


@pytest.fixture
def review(board: Board) -> Process:
    process = a_review(board, OPENED)
    agreed(process, AGREED)
    timetable_set(process, MET)
    return process


def lines(page: str) -> list[str]:
    return text(page).splitlines()


def part(page: str, heading: str) -> str:
    """What stands under the heading."""
    return page.partition(f"## {heading}")[2].partition("\n## ")[0]


def test_an_agency_sees_all_that_it_owes_to_every_review_with_colour_in_words(board: Board, review: Process) -> None:
    other = a_review(board, OPENED, ("police",))
    agreed(other, AGREED)

    page = agency_page_of(board, "police", SEEN)

    owed = part(page, "What it owes")
    assert "🔴 Overdue" in owed and "Agency return for the review" in text(owed)
    assert LINKS.process(review.ref) in addresses(owed) and LINKS.process(other.ref) in addresses(owed)
    assert "🔴 Overdue" in page.partition("## ")[0]
    assert "Author of the return" in text(owed)


def test_an_agency_that_owes_nothing_is_told_so(board: Board) -> None:
    page = text(agency_page_of(board, "cafcass", SEEN))

    assert "It owes nothing at the moment." in page
    assert "Single point of contact" in page


def test_promises_more_time_and_what_was_said_last_stand_on_the_page_of_the_agency(
    board: Board, review: Process
) -> None:
    more_time_granted(review, "imr:police", on("Mon 2026-06-01"), on("Fri 2026-06-19"))
    with the_day(SEEN), transaction() as session:
        mine = session.get_one(Process, review.id)

        owed = deadline_in(session, mine, "author_named:police")
        assert owed is not None
        note_call(session, book(), mine, owed, CallOutcome.PROMISE, SEEN, on("Fri 2026-06-12"))
    with the_day(SEEN):
        run_round(SEEN, steps=())

    page = agency_page_of(board, "police", SEEN)

    assert "promised for Friday 12 June 2026" in text(part(page, "Promised by telephone"))
    more = text(part(page, "More time"))
    assert "granted by the panel chair" in more
    assert "from Monday 8 June 2026 to Friday 19 June 2026" in more
    assert "last step: " in text(part(page, "What it owes"))
    assert "criminal" not in page.lower()


def test_where_the_returns_of_an_agency_stand_is_said_in_plain_words(board: Board, review: Process) -> None:
    with the_day(SEEN), transaction() as session:
        mine, police = session.get_one(Process, review.id), agency(session, "police")
        move_return(session, mine, police, ReturnState.IN_PROGRESS, SEEN)

    assert "Being written · since Wednesday 10 June 2026" in text(agency_page_of(board, "police", SEEN))
    assert "Being written" not in agency_page_of(board, "probation", SEEN)
    assert "Being written" in page_of(review, SEEN)


def test_each_role_is_filled_or_not_and_reached_or_not_without_any_name(board: Board, review: Process) -> None:
    an_author(review, "police", AGREED)
    with the_day(SEEN), transaction() as session:
        move_return(
            session, session.get_one(Process, review.id), agency(session, "police"), ReturnState.IN_PROGRESS, SEEN
        )
    change(contact("board_member", "police").id, bounced_at=clock.at(SEEN))
    change(contact("chief_officer", "police").id, to_on=AGREED)
    lead = contact("agency_lead", "police")
    with transaction() as session:
        session.add(
            Absence(
                board_id=board.id or 0, contact_id=lead.id or 0, from_on=SEEN, until_on=on("Fri 2026-06-19"),
                noted_at=clock.at(SEEN),
            )
        )  # fmt: skip

    who = lines(part(agency_page_of(board, "police", SEEN), "Who is reached"))

    assert "Single point of contact · 🟠 away until Friday 19 June 2026 · somebody stands in" in who
    assert "Board member · 🔴 mail does not reach them: ring, and put the list of contacts right" in who
    assert "Chief officer · 🔴 nobody is known in this role" in who
    assert f"Author of the return for {review.spoken_ref} · 🟢 filled, mail reaches them" in who


def test_the_calendar_shows_twelve_weeks_with_dates_meetings_and_days_off(board: Board, review: Process) -> None:
    a_meeting(board, review, on("Mon 2026-04-27"))
    a_meeting(board, review, on("Mon 2026-07-27"))

    page = board_page(calendar_page, board, on("Tue 2026-03-31"))

    assert re.findall(r"^## Week of (.*)$", page, re.MULTILINE)[0] == "Monday 30 March 2026"
    assert len(re.findall(r"^## Week of ", page, re.MULTILINE)) == 12
    week = text(part(page, "Week of Monday 27 April 2026"))
    assert f"Monday 27 April 2026, 10:00 · Update meeting · The board's meeting room · → {review.spoken_ref}" in week
    assert "Friday 3 April 2026 · ⚪ bank holiday: Good Friday" in text(page)
    assert "2 agencies: Agency return for the review" in text(part(page, "Week of Monday 8 June 2026"))
    assert "27 July" not in page


def test_the_calendar_stays_the_same_within_a_week(board: Board, review: Process) -> None:
    monday, friday = (board_page(calendar_page, board, on(day)) for day in ("Mon 2026-05-04", "Fri 2026-05-08"))

    assert monday == friday
    assert board_page(calendar_page, board, on("Mon 2026-05-11")) != monday


def test_the_calendar_says_when_no_messages_go_out_at_christmas(board: Board) -> None:
    page = text(board_page(calendar_page, board, on("Mon 2026-12-07")))

    assert "Thursday 24 December 2026 · ⚪ no messages go out at Christmas" in page
    assert "Friday 25 December 2026 · ⚪ bank holiday: Christmas Day" in page


def test_decisions_list_forms_more_time_pauses_and_what_chairs_owe(board: Board, review: Process) -> None:
    waits(review, "sign-off of the report", SEEN)
    more_time_asked(review, "imr:police", on("Fri 2026-06-05"), on("Fri 2026-06-19"))
    paused(review, on("Mon 2026-06-01"), on("Mon 2026-06-08"))

    page = board_page(decisions_page, board, SEEN)

    assert f"http://127.0.0.1:4200/runs/flow-run/{RUN}" in addresses(part(page, "Forms that wait"))
    asked = text(part(page, "More time is asked for"))
    assert "Police: Agency return for the review · asked for, not decided yet" in asked
    assert "from Monday 8 June 2026 to Friday 19 June 2026" in asked
    assert "🟠 to be looked at now, since Monday 8 June 2026" in text(part(page, "Clocks that stand still"))
    owed = text(part(page, "What chairs, panel and Board owe"))
    assert "Independent Chair: Report and action plan approved" in owed
    assert "six months" not in owed


def test_the_handover_tells_what_runs_what_waits_and_how_the_day_works(board: Board, review: Process) -> None:
    waits(review, "1 of 2 returns", SEEN)
    paused(review, on("Mon 2026-06-01"), on("Mon 2026-06-08"))
    with the_day(SEEN), transaction() as session:
        stop_sending(session, Scope(board_id=board.id or 0, process_id=review.id))
        session.add(
            Task(
                board_id=board.id or 0, kind=TaskKind.TASK, title="Ring the Police", once_key="x",
                opened_at=clock.now(),
            )
        )  # fmt: skip

    page = board_page(handover_page, board, SEEN)

    runs = text(part(page, "What runs, and what each waits for"))
    assert review.spoken_ref in runs and "waits for: → 1 of 2 returns" in runs
    assert "🟠 paused since Monday 1 June 2026" in runs
    assert "Agency return for the review" in text(part(page, "Late"))
    assert "Ring the Police" in text(part(page, "Your own tasks"))
    assert "Sending is stopped for one review" in text(page)
    assert "First draft of the report" not in text(part(page, "Dates of the next four weeks"))
    assert "07:00" in part(page, "How the day works")
    assert "start it again" in part(page, "If the morning mail is missing")


def test_the_page_of_today_leads_to_all_the_others(board: Board, review: Process) -> None:
    leads_to = addresses(board_page(today_page, board, SEEN))

    key = "barking-and-dagenham"
    assert {LINKS.calendar(key), LINKS.decisions(key), LINKS.handover(key), LINKS.agency(key, "police")} <= set(
        leads_to
    )


def test_no_person_no_address_and_no_code_is_on_any_of_the_pages(board: Board, review: Process) -> None:
    an_author(review, "police", AGREED)
    waits(review, "1 of 2 returns", SEEN)
    more_time_asked(review, "imr:police", on("Fri 2026-06-05"), on("Fri 2026-06-19"))
    everything_is_sent()

    pages = [board_page(page, board, SEEN) for page in BOARD_PAGES] + [agency_page_of(board, "police", SEEN)]

    for page in pages:
        for person in everybody():
            assert person.name.casefold() not in page.casefold()
            assert person.email.casefold() not in page.casefold()
        assert "@" not in page
        assert re.search(r"\d{4}-\d{2}-\d{2}", page) is None
        assert re.search(r"\b(BD-\d+|[LRQ]\d{1,2}|imr|plr|agency_lead|wt2015|update-meeting)\b", page) is None


def test_a_name_made_of_markup_leads_nowhere_on_any_of_the_pages(board: Board, review: Process) -> None:
    with transaction() as session:
        agency(session, "police").name = "x](https://evil.example) <script>| `y`"

    for page in [board_page(page, board, SEEN) for page in [*BOARD_PAGES, today_page]] + [
        agency_page_of(board, "police", SEEN)
    ]:
        assert not any("evil" in each for each in addresses(page))
        assert not {"html_inline", "html_block", "code_inline"} & {token.type for token in tokens(page)}


@dataclass(frozen=True)
class East:
    """A second board with the same agencies and a review of its own."""

    board: Board
    review: Process


@pytest.fixture
def east(board: Board, review: Process) -> East:
    """Everything that could mix: the same agency key and name, dates, meetings, tasks, questions and stops."""
    with the_day(AGREED), transaction() as session:
        second = Board(key="barking-and-dagenham-east", name="Eastern SCB")
        session.add(second)
        session.flush()
        police = Agency(board_id=second.id or 0, key="police", name="Police")
        session.add(police)
        session.add(
            Process(
                board_id=second.id or 0, kind="desk", ref=f"desk-{second.key}", guidance="wt2015", stage=Stage.OPEN,
                opened_at=clock.now(),
            )
        )  # fmt: skip
        session.flush()
    theirs = a_process(second, AGREED)
    with the_day(AGREED), transaction() as session:
        mine = session.get_one(Process, theirs.id)

        for kind, owner in (("eastern_thing", police), ("eastern_board_thing", None)):
            wanted = DueDate(kind, "decision", AGREED, 90, Unit.CALENDAR_DAYS, SEEN, SEEN, "x")
            owed = Period(
                kind=kind, title=f"An {kind.replace('_', ' ')}", anchor="decision", offset=90,
                unit=Unit.CALENDAR_DAYS, owner_role="agency_lead" if owner else "panel_chair", ladder="document",
                source="x", mark="D",
            )  # fmt: skip
            open_deadline(session, book(), mine, owed, wanted, owner)
        session.add(Participant(process_id=mine.id or 0, role="in_scope", agency_id=police.id, from_on=AGREED))
        move_return(session, mine, police, ReturnState.SIGNED, AGREED)
        session.add(
            Task(
                board_id=second.id or 0, kind=TaskKind.TASK, title="An eastern task", once_key="east",
                opened_at=clock.now(),
            )
        )  # fmt: skip
        session.add(
            Contact(
                board_id=second.id or 0, agency_id=police.id, role="agency_lead", name="Somebody", email="a@b.example",
                secure_mailbox=False, from_on=AGREED,
            )
        )  # fmt: skip
        stop_sending(session, Scope(board_id=second.id or 0))
    a_meeting(second, theirs, on("Mon 2026-06-15"))
    waits(theirs, "an eastern question", AGREED)
    more_time_asked(theirs, "eastern_thing:police", AGREED, on("Fri 2026-06-19"))
    paused(theirs, AGREED, SEEN)
    return East(second, theirs)


def test_two_boards_never_mix_on_any_page(board: Board, review: Process, east: East) -> None:
    pages: dict[str, tuple[str, str]] = {
        page.__name__: (board_page(page, board, SEEN), board_page(page, east.board, SEEN))
        for page in [*BOARD_PAGES, today_page]
    }
    pages["agency"] = (agency_page_of(board, "police", SEEN), agency_page_of(east.board, "police", SEEN))
    pages["process"] = (page_of(review, SEEN), page_of(east.review, SEEN))

    for name, (here, there) in pages.items():
        assert east.review.ref not in here, name
        assert "eastern" not in here.lower(), name
        assert review.ref not in there, name
        assert "Agency return for the review" not in text(there).partition("Timeline")[0], name
        assert "eastern" in there.lower(), name


def test_two_reviews_of_a_board_never_mix_on_their_pages(board: Board, review: Process) -> None:
    other = a_review(board, OPENED, ("police", "housing"))
    agreed(other, AGREED)
    alone = page_of(review, SEEN)
    timetable_set(other, on("Mon 2026-04-13"))
    waits(other, "another question", SEEN)
    more_time_asked(other, "imr:police", on("Fri 2026-06-05"), on("Fri 2026-06-19"))
    paused(other, on("Mon 2026-06-01"), on("Mon 2026-06-08"))
    a_meeting(board, other, on("Mon 2026-06-15"))
    with the_day(SEEN), transaction() as session:
        move_return(session, session.get_one(Process, other.id), agency(session, "police"), ReturnState.SIGNED, SEEN)

    assert page_of(review, SEEN) == alone
    assert other.ref not in alone
    assert review.ref not in page_of(other, SEEN)


@pytest.mark.usefixtures("database")
def test_no_two_pages_share_a_key_whatever_boards_and_agencies_are_called() -> None:
    boards = ["east", "east-police", "east-police-x"]
    agencies = ["police", "x", "police-x", "x-police"]
    keys = [agency_key(one, each) for one in boards for each in agencies]
    keys += [key(one) for key in (calendar_key, decisions_key, handover_key) for one in boards]

    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)
