"""Rows that are kept as long as a session lasts, and what is written before a question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import NoResultFound
from sqlmodel import select

from models.records.boards import Agency, Board, agencies_of
from models.records.chasing import deadlines_of, meet_deadline
from models.records.database import engine, reading, transaction
from models.records.deadlines import Arming
from models.records.kept import kept, written
from models.records.moving import event_happened, open_deadlines
from models.records.processes import Process, process_by_ref
from tests.builders import on
from tests.records_builders import Owing, a_deadline, a_process, book, opened_board, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")


@pytest.fixture
def board(database: str) -> Board:
    return opened_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements that the database was given within the block."""
    statements: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def test_a_row_is_read_once_in_a_session_and_afresh_in_the_next(board: Board) -> None:
    with reading() as session, asked() as statements:
        name = kept(session, Board, board.id).name
        assert [kept(session, Board, board.id).name for _ in range(3)] == [name] * 3
        assert len(statements) == 1
    with transaction() as session:
        kept(session, Board, board.id).name = "Another name"
    with reading() as session:
        assert kept(session, Board, board.id).name == "Another name"


def test_rows_of_another_question_are_not_read_by_number_again(board: Board) -> None:
    with reading() as session:
        agencies = agencies_of(session, board.id or 0)
        with asked() as statements:
            assert all(kept(session, Agency, each.id) is each for each in agencies)
        assert agencies and not statements


def test_a_process_comes_with_its_board(process: Process) -> None:
    with reading() as session:
        found = process_by_ref(session, process.ref)
        with asked() as statements:
            assert kept(session, Board, found.board_id).id == found.board_id
        assert not statements


def test_there_is_no_row_of_that_number(board: Board) -> None:
    with reading() as session, pytest.raises(NoResultFound):
        kept(session, Board, 4711)


def test_what_was_changed_and_not_written_is_in_the_row_that_is_kept(board: Board) -> None:
    with transaction() as session:
        mine = session.exec(select(Board)).one()
        mine.name = "Not written yet"
        assert kept(session, Board, mine.id).name == "Not written yet"
        assert mine in session.dirty


def test_only_what_a_question_is_about_is_written_before_it(board: Board) -> None:
    with transaction() as session:
        mine = session.exec(select(Board)).one()
        mine.name = "Not written yet"
        with written(session, Agency):
            session.exec(select(Agency.id)).first()
        assert mine in session.dirty
        session.add(Agency(board_id=mine.id or 0, key="new", name="New"))
        with written(session, Agency):
            assert session.exec(select(Agency).where(Agency.key == "new")).first() is not None
        assert mine not in session.dirty


def test_what_becomes_owed_at_once_is_opened_once(process: Process) -> None:
    kinds = ("partners_agreement", "decision_limit")
    with the_day(ARMED), transaction() as session:
        held = process_by_ref(session, process.ref, for_update=True)
        event_happened(session, book(), held, "decision", ARMED)
        opened = open_deadlines(session, book(), held, kinds)
        assert {each.kind for each in opened} == set(kinds)
        assert all(each.next_rung_on is not None for each in opened)
    with the_day(ARMED), transaction() as session:
        held = process_by_ref(session, process.ref, for_update=True)
        assert {each.id for each in open_deadlines(session, book(), held, kinds)} == {each.id for each in opened}
    with reading() as session:
        assert {each.id for each in deadlines_of(session, process)} == {each.id for each in opened}
        assert len(session.exec(select(Arming)).all()) == len(opened)


def test_a_deadline_of_another_session_is_not_changed_unseen(process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    with the_day(DUE), transaction() as session, pytest.raises(ValueError, match="another session"):
        meet_deadline(session, process_by_ref(session, process.ref, for_update=True), deadline, DUE)
