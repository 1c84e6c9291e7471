"""What ends with a deadline, and what a promise on the telephone holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session

from models.records.boards import Board, Contact
from models.records.chasing import HeldBefore, end_deadline, meet_deadline, move_deadline, note_call
from models.records.database import transaction
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.processes import Process
from tests.builders import on
from tests.notifications import posting
from tests.records_builders import Owing, a_board, a_deadline, a_process, book, change, due, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")
LATER = on("Fri 2026-07-31")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def moves(session: Session, process: Process, deadline: Deadline) -> None:
    move_deadline(session, book(), process, deadline, due(Owing(LATER, ARMED)), "granted")


def meets(session: Session, process: Process, deadline: Deadline) -> None:
    meet_deadline(session, process, deadline, on("Mon 2026-07-06"))


def waives(session: Session, process: Process, deadline: Deadline) -> None:
    end_deadline(session, process, deadline, DeadlineState.WAIVED, "they went on without it")


@pytest.mark.parametrize("deed", [moves, meets, waives])
def test_what_there_was_to_do_about_a_deadline_ends_with_its_date(
    board: Board, process: Process, deed: Callable[[Session, Process, Deadline], None]
) -> None:
    mine, other = (a_deadline(process, Owing(DUE, ARMED, kind=kind)) for kind in ("mine", "other"))
    posting.say(board.id, on("Fri 2026-07-03"))
    open_before = {one.deadline_id for one in posting.tasks() if one.done_at is None}

    with the_day(on("Mon 2026-07-06")), transaction() as session:
        deed(session, session.get_one(Process, process.id), session.get_one(Deadline, mine.id))

    assert open_before == {mine.id, other.id}
    assert {one.deadline_id for one in posting.tasks() if one.done_at is None} == {other.id}


def test_a_role_that_is_filled_again_is_no_task_any_more(board: Board, process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))
    lead = posting.holder("agency_lead", "police")
    posting.without_stand_ins()
    change(lead.id, to_on=on("Mon 2026-06-01"))
    posting.say(board.id, on("Tue 2026-06-09"))
    (vacant,) = [one for one in posting.tasks() if "name somebody" in one.title]
    posting.say(board.id, on("Wed 2026-06-10"))
    (still_vacant,) = [one for one in posting.tasks() if "name somebody" in one.title]

    with transaction() as session:
        session.add(Contact(**lead.model_dump(exclude={"id", "to_on"}), to_on=None))
    posting.say(board.id, on("Thu 2026-06-11"))

    (filled,) = [one for one in posting.tasks() if "name somebody" in one.title]
    assert (vacant.done_at, still_vacant.done_at) == (None, None)
    assert filled.done_at is not None


def promise(process: Process, deadline: Deadline, today: date, called_on: date, promised_on: date) -> date | None:
    with the_day(today), transaction() as session:
        note = note_call(
            session, book(), session.get_one(Process, process.id), session.get_one(Deadline, deadline.id),
            CallOutcome.PROMISE, called_on, promised_on,
        )  # fmt: skip
        return note.held_until_on


def test_a_promise_that_is_noted_after_its_day_leaves_the_next_one_free_to_hold(process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    monday, friday, next_friday = on("Mon 2026-06-22"), on("Fri 2026-06-19"), on("Fri 2026-06-26")

    past = promise(process, deadline, today=monday, called_on=on("Wed 2026-06-17"), promised_on=friday)
    ahead = promise(process, deadline, today=monday, called_on=monday, promised_on=next_friday)

    assert (past, ahead) == (None, next_friday)
    with pytest.raises(HeldBefore):
        promise(process, deadline, today=monday, called_on=monday, promised_on=next_friday)


def test_a_promise_for_today_still_holds_today(process: Process) -> None:
    deadline, monday = a_deadline(process, Owing(DUE, ARMED)), on("Mon 2026-06-22")

    assert promise(process, deadline, monday, on("Fri 2026-06-19"), monday) == monday
