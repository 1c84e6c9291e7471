"""One thing has one colour, on every page, in every form and on the command line."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from flows.cli import app
from models.records.boards import Board
from models.records.chasing import end_deadline, note_call
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.processes import Process
from models.records.standing import Standing, standings
from models.records.today import Owed, today_of
from models.rules.rag import Rag
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.records_builders import Owing, a_board, a_deadline, a_process, book, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")
SUNDAY, FRIDAY_BEFORE = on("Sun 2026-06-14"), on("Fri 2026-06-12")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def in_the_form(process: Process, day: date) -> Standing:
    with the_day(day), reading() as session:
        (one,) = standings(session, book(), session.get_one(Process, process.id), day)
        return one


def in_the_day(board: Board, day: date) -> list[tuple[str, Owed]]:
    with the_day(day), reading() as session:
        today = today_of(session, book(), board.id or 0, day)
    return [(name, one) for name in ("overdue", "due") for one in getattr(today, name).items]


def promised(process: Process, deadline: Deadline, called_on: date, promised_on: date) -> None:
    with the_day(called_on), transaction() as session:
        note_call(
            session, book(), session.get_one(Process, process.id), session.get_one(Deadline, deadline.id),
            CallOutcome.PROMISE, called_on, promised_on,
        )  # fmt: skip


def due_on_sunday(process: Process) -> Deadline:
    """Its limit lies on a Sunday, so people are shown the Friday before."""
    deadline = a_deadline(process, Owing(SUNDAY, ARMED))
    with transaction() as session:
        session.get_one(Deadline, deadline.id).working_target_on = FRIDAY_BEFORE
    return deadline


@pytest.mark.parametrize(
    ("day", "colour", "where"),
    [
        ("Fri 2026-06-12", Rag.AMBER, "due"),
        ("Sat 2026-06-13", Rag.RED, "overdue"),
        ("Mon 2026-06-15", Rag.RED, "overdue"),
    ],
)
def test_a_limit_on_a_day_off_is_overdue_everywhere_after_the_working_day_that_is_shown(
    board: Board, process: Process, day: str, colour: Rag, where: str
) -> None:
    due_on_sunday(process)

    assert in_the_form(process, on(day)).rag is colour
    assert [(name, one.rag) for name, one in in_the_day(board, on(day))] == [(where, colour)]


@pytest.mark.parametrize(("day", "colour"), [("Wed 2026-06-10", Rag.GREEN), ("Thu 2026-06-11", Rag.AMBER)])
def test_a_promise_is_a_note_of_progress_everywhere_until_its_day_is_past(
    board: Board, process: Process, day: str, colour: Rag
) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    promised(process, deadline, on("Mon 2026-06-08"), on("Wed 2026-06-10"))

    assert in_the_form(process, on(day)).rag is colour
    assert [(name, one.rag) for name, one in in_the_day(board, on(day))] == [("due", colour)]


def test_what_was_given_up_is_grey_and_never_overdue(process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    with the_day(on("Mon 2026-06-22")), transaction() as session:
        kept = session.get_one(Deadline, deadline.id)
        end_deadline(session, session.get_one(Process, process.id), kept, DeadlineState.WAIVED, "without it")

    one = in_the_form(process, on("Tue 2026-06-23"))

    assert (one.rag, one.words) == (Rag.GREY, "Given up")


def test_page_form_and_command_say_the_same_colour(board: Board, process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    promised(process, deadline, on("Mon 2026-06-08"), on("Thu 2026-06-11"))
    day = on("Tue 2026-06-09")

    with the_day(day):
        command = CliRunner().invoke(app, ["today", "--json", "--on", day.isoformat()])
        with reading() as session:
            page = process_page(session, book(), session.get_one(Process, process.id), day, Links(""))

    assert [one["rag"] for one in json.loads(command.output)["due"]] == ["green"]
    assert in_the_form(process, day).words in page
    assert in_the_form(process, day).words.startswith("On track")
