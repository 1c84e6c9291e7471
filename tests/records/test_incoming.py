"""Files that came in: each content is read once, also when two begin at the same moment."""

from __future__ import annotations

import hashlib
import multiprocessing
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from config import clock
from config.settings import settings
from models.records.boards import Board, board_by_key
from models.records.database import engine_for, reading, transaction
from models.records.incoming import Became, IncomingFile, ReadBefore, put_away, take_up, was_faulty, was_read
from models.records.proof import prove
from tests.builders import on
from tests.records_builders import BOARD, a_board, the_day

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

DAY = on("Fri 2026-06-12")
TIMES = 10
DIGEST = hashlib.sha256(b"a file").hexdigest()
THREE_GIGABYTES = 3_000_000_000
AT_ONCE = multiprocessing.get_context("spawn")  # nothing of this process, its threads and connections, comes along


@pytest.fixture
def board(database: str) -> Board:
    return a_board(DAY)


def takes_up_many_times(ready: Barrier, outcomes: SimpleQueue[bool]) -> None:
    for number in range(TIMES):
        ready.wait(60)
        try:
            with transaction() as session:
                board = board_by_key(session, BOARD)
                row = take_up(session, board, hashlib.sha256(str(number).encode()).hexdigest(), 1)
                was_read(session, board, row, "sheet")
        except ReadBefore:
            outcomes.put(False)
        else:
            outcomes.put(True)


def test_of_two_that_read_the_same_content_at_the_same_moment_one_does(board: Board) -> None:
    engine_for(settings().record_url).dispose()  # no connection may be shared with a child
    ready, outcomes = AT_ONCE.Barrier(2), AT_ONCE.SimpleQueue()
    both = [AT_ONCE.Process(target=takes_up_many_times, args=(ready, outcomes)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)

    assert [one.exitcode for one in both] == [0, 0]
    assert [outcomes.get() for _ in range(2 * TIMES)].count(True) == TIMES
    with reading() as session:
        assert len(session.exec(select(IncomingFile)).all()) == TIMES
        assert prove(session).holds


def test_what_was_read_says_when_and_whether_it_was_put_away(board: Board) -> None:
    with the_day(DAY, 23), transaction() as session:
        row = take_up(session, board, DIGEST, 6)
        was_read(session, board, row, "sheet")

    with pytest.raises(ReadBefore) as before, transaction() as session:
        take_up(session, board, DIGEST, 6)
    with transaction() as session:
        put_away(session, row.id or 0)
    with pytest.raises(ReadBefore) as after, transaction() as session:
        take_up(session, board, DIGEST, 6)

    assert (before.value.number, before.value.read_on, before.value.put_away) == (row.id, DAY, False)
    assert after.value.put_away


def test_what_is_undone_was_never_read(board: Board) -> None:
    def breaks_off() -> None:
        with transaction() as session:
            take_up(session, board, DIGEST, 6)
            raise LookupError

    with pytest.raises(LookupError):
        breaks_off()

    with transaction() as session:
        assert take_up(session, board, DIGEST, 6).became is Became.READ


def test_another_board_reads_the_same_content_for_itself(board: Board) -> None:
    with transaction() as session:
        session.add(IncomingFile(board_id=board.id or 0, digest=DIGEST, size=6, kind="sheet", became=Became.READ,
                                 taken_up_at=clock.at(DAY)))  # fmt: skip
        other = Board(key="another-board", name="Another")
        session.add(other)
        session.flush()
        session.add(IncomingFile(board_id=other.id or 0, digest=DIGEST, size=6, kind="sheet", became=Became.READ,
                                 taken_up_at=clock.at(DAY)))  # fmt: skip

    with reading() as session:
        assert len(session.exec(select(IncomingFile)).all()) == 2


def test_a_file_of_any_size_can_be_noted_as_refused(board: Board) -> None:
    with transaction() as session:
        number = was_faulty(session, board, "", THREE_GIGABYTES)

    with reading() as session:
        assert session.get_one(IncomingFile, number).size == THREE_GIGABYTES
