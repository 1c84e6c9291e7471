"""The morning round as Prefect runs it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlmodel import col, select

from flows.morning_round import morning_round
from models.records.boards import Board
from models.records.database import reading
from models.records.rounds import Round, claim_round
from tests.builders import on
from tests.records_builders import a_board

pytestmark = pytest.mark.engine

DAY = on("Tue 2026-06-02")


@pytest.fixture
def board(database: str, prefect_server: str) -> Board:
    return a_board(on("Mon 2026-03-02"))


def rounds() -> Sequence[Round]:
    with reading() as session:
        return session.exec(select(Round).order_by(col(Round.id))).all()


def test_it_looks_after_the_day_that_it_is_told(board: Board) -> None:
    morning_round(DAY.isoformat())

    (one,) = rounds()
    assert one.for_on == DAY
    assert one.ended_at is not None
    assert set(one.did["boards"]) == {board.key}


def test_it_ends_quietly_while_another_is_at_work(board: Board) -> None:
    claim_round("morning", DAY)

    morning_round(DAY.isoformat())

    assert [one.ended_at for one in rounds()] == [None]


def test_a_day_that_is_none_is_refused_in_words(board: Board) -> None:
    morning_round("next Tuesday")

    assert rounds() == []
