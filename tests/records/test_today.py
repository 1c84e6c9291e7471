"""What a board's day looks like."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import select

from config import clock
from flows.rounds import run_round
from models.records.asks import Ask
from models.records.boards import Board
from models.records.chasing import note_call
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline
from models.records.processes import Process
from models.records.today import Today, today_of
from models.rules.rag import Rag
from tests.builders import on
from tests.records_builders import (
    Owing,
    a_board,
    a_deadline,
    a_process,
    book,
    everything_is_sent,
    the_day,
)

ARMED = on("Mon 2026-03-02")
DUE = on("Mon 2026-06-01")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def the_today(board: Board, day: date, limit: int | None = None) -> Today:
    with the_day(day), reading() as session:
        return today_of(session, book(), board.id or 0, day, limit)


def asked(process: Process, gate: str, title: str) -> None:
    with the_day(ARMED), transaction() as session:
        session.add(
            Ask(
                process_id=process.id or 0,
                gate=gate,
                attempt=1,
                run_id="r-1",
                title=title,
                asked_at=clock.now(),
            )
        )


def test_on_its_day_a_thing_is_due_and_on_the_next_day_overdue(board: Board, process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    on_the_day, after = the_today(board, DUE), the_today(board, on("Tue 2026-06-02"))

    assert [(one.kind, one.rag) for one in on_the_day.due.items] == [("author-name", Rag.AMBER)]
    assert on_the_day.overdue.items == []
    assert [(one.kind, one.agency, one.rag) for one in after.overdue.items] == [("author-name", "police", Rag.RED)]
    assert after.due.items == []


def test_what_is_due_in_eleven_working_days_is_not_shown_yet(board: Board, process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    assert the_today(board, on("Thu 2026-05-14")).due.total == 0
    assert the_today(board, on("Mon 2026-05-18")).due.total == 1


def test_the_last_rung_is_shown_and_an_escalation_apart(board: Board, process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))
    with the_day(on("Tue 2026-06-02")):
        run_round(steps=())
    everything_is_sent()
    told_owner = the_today(board, on("Tue 2026-06-02"))
    with the_day(on("Mon 2026-06-08")):
        run_round(steps=())
    held = the_today(board, on("Mon 2026-06-08"))
    everything_is_sent()
    told_up = the_today(board, on("Mon 2026-06-08"))

    assert [one.last_rung for one in told_owner.overdue.items] == ["L1"]
    assert told_owner.overdue.items[0].last_rung_words == "told the person who owes it"
    assert told_owner.escalated.total == held.escalated.total == 0
    assert held.overdue.items[0].last_rung_words == "written to the agency's Board member, waits for release"
    assert [one.last_rung for one in told_up.escalated.items] == ["L3"]


def test_a_promise_is_shown_and_counts_as_a_note_of_progress(board: Board, process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    friday = on("Fri 2026-05-29")
    with the_day(on("Wed 2026-05-27")), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        note_call(session, book(), session.get_one(Process, process.id), mine, CallOutcome.PROMISE, friday, friday)

    (one,) = the_today(board, friday).due.items

    assert one.promised_on == friday
    assert one.rag is Rag.GREEN


def test_a_question_is_shown_with_the_date_it_belongs_to(board: Board, process: Process) -> None:
    a_deadline(
        process,
        Owing(DUE, ARMED, kind="partners_agreement", owner_role="strategic_partners", agency_key=None),
    )
    asked(process, "partners-agreement", "agreement of the partners")
    asked(process, "main-line", "3 of 8 returns")

    first, second = the_today(board, DUE).waiting.items

    assert (first.gate, first.due_on, first.owner_role) == ("partners-agreement", DUE, "strategic_partners")
    assert (second.title, second.due_on) == ("3 of 8 returns", None)


def test_an_answered_question_and_the_standing_desk_do_not_wait(board: Board, process: Process) -> None:
    asked(process, "partners-agreement", "agreement of the partners")
    with transaction() as session:
        ask = session.exec(select(Ask)).one()
        ask.ended_at = clock.now()
        session.add(ask)
        desk = session.exec(select(Process).where(Process.kind == "desk")).one()
    asked(desk, "desk", "all that is open")

    assert the_today(board, DUE).waiting.total == 0


def test_a_list_that_is_cut_says_how_long_it_is(board: Board, process: Process) -> None:
    for number in range(5):
        a_deadline(process, Owing(DUE, ARMED, kind=f"thing-{number}"))

    overdue = the_today(board, on("Tue 2026-06-02"), limit=2).overdue

    assert (len(overdue.items), overdue.total, overdue.more) == (2, 5, 3)


def test_the_questions_use_the_index_on_what_is_open(board: Board) -> None:
    with reading() as session:
        if session.connection().dialect.name != "sqlite":
            return  # it plans by statistics that an empty table has none of; the bench measures it
        plan = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM deadline"
            " WHERE board_id = 1 AND state = 'open' AND working_target_on < '2026-06-01'"
        )
        rounds = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM deadline WHERE board_id = 1 AND next_rung_on <= '2026-06-01'"
            " ORDER BY next_rung_on, id LIMIT 500"
        )
        assert "deadline_open_due" in json.dumps([list(row) for row in plan])
        assert "deadline_next_rung" in json.dumps([list(row) for row in rounds])
