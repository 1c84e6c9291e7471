"""Two who change the same thing at the same moment: neither goes by what was so before, and neither waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlmodel import select

from models.records import releasing
from models.records.boards import Board
from models.records.chasing import NotOpen, meet_deadline
from models.records.database import reading, transaction
from models.records.deadlines import Deadline
from models.records.history import history_of
from models.records.messages import Message, MessageState
from models.records.processes import Process, process_by_ref
from models.records.queueing import queued
from models.records.releasing import NotHeld
from models.records.verdicts import write_to_processes
from tests.builders import on
from tests.notifications import posting
from tests.records_builders import Owing, a_board, a_deadline, a_process, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")
REMINDED = on("Tue 2026-06-09")
TIMES = 15


@pytest.fixture
def board(postgresql: str) -> Board:
    return a_board(ARMED)


def at_once(day: date, *deeds: Callable[[], object]) -> list[BaseException]:
    """The deeds begin at the same moment of that day, each in a thread of its own; what went wrong in them."""
    ready, faults = threading.Barrier(len(deeds)), list[BaseException]()

    def run(deed: Callable[[], object]) -> None:
        try:
            with the_day(day):
                ready.wait(30)
                deed()
        except (NotHeld, NotOpen):
            pass  # somebody else was quicker, and it is said in words
        except BaseException as fault:  # noqa: BLE001 - the test looks at all of them
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def meet(process: Process, deadline: Deadline) -> None:
    with transaction() as session:
        kept = session.get_one(Deadline, deadline.id)
        meet_deadline(session, session.get_one(Process, process.id), kept, REMINDED)


def release_all_held() -> None:
    with transaction() as session:
        held = session.exec(select(Message.id).where(Message.state == MessageState.HELD)).all()
        releasing.release(session, [one for one in held if one is not None], "business_manager")


def test_round_release_and_arrival_at_once_neither_wait_for_each_other_nor_lose_anything(board: Board) -> None:
    """One reminder that waits for release speaks of all these processes; rounds keep adding to it."""
    processes = [a_process(board, ARMED) for _ in range(4)]
    faults: list[BaseException] = []
    for number in range(TIMES):
        owed = [
            a_deadline(process, Owing(DUE, ARMED, owner_role="board_member", kind=f"thing-{number}-{part}"))
            for part, process in enumerate(processes)
        ]
        with transaction() as session:
            for message in session.exec(select(Message).where(Message.state == MessageState.WAITING)).all():
                message.state = MessageState.HELD
                session.add(message)
        faults += at_once(
            REMINDED,
            lambda: posting.say(board.id, REMINDED),
            release_all_held,
            partial(meet, processes[-1], owed[-1]),
            partial(meet, processes[0], owed[0]),
        )

    assert faults == []
    assert posting.faults() == []


def test_of_two_who_record_the_same_arrival_at_once_one_is_told_that_it_is_recorded(board: Board) -> None:
    process = a_process(board, ARMED)
    for number in range(TIMES):
        deadline = a_deadline(process, Owing(DUE, ARMED, kind=f"thing-{number}"))

        assert at_once(REMINDED, *[partial(meet, process, deadline)] * 2) == []

    with reading() as session:
        rows = [one.deed for one in history_of(session, process.id or 0)]
    assert rows.count("deadline met") == TIMES
    assert posting.faults() == []


def changed_by_another(board: Board, change: Callable[[], None]) -> None:
    """Somebody else's transaction, from another thread, is over before this returns."""
    assert at_once(REMINDED, change) == []


def test_whoever_locks_a_process_sees_it_as_it_is_and_not_as_it_was_read_before(board: Board) -> None:
    process = a_process(board, ARMED)

    with the_day(REMINDED), transaction() as session:
        read = process_by_ref(session, process.ref)
        before = read.history_seq
        changed_by_another(board, lambda: write_once_more(board, process))
        locked = process_by_ref(session, process.ref, for_update=True)
        assert locked is read
        assert locked.history_seq == before + 1
        write_to_processes(session, board.id or 0, [process.id or 0], "looked at", {})

    assert posting.faults() == []


def test_whoever_writes_to_a_history_goes_on_from_its_present_end(board: Board) -> None:
    process = a_process(board, ARMED)

    with the_day(REMINDED), transaction() as session:
        read = process_by_ref(session, process.ref)
        changed_by_another(board, lambda: write_once_more(board, process))
        write_to_processes(session, board.id or 0, [read.id or 0], "looked at", {})

    assert posting.faults() == []


def test_a_message_that_was_released_in_the_meantime_is_not_held_for_anybody(board: Board) -> None:
    process = a_process(board, ARMED)
    a_deadline(process, Owing(DUE, ARMED, owner_role="board_member"))
    posting.say(board.id, REMINDED)
    (message,) = posting.messages()

    with the_day(REMINDED), transaction() as session:
        seen = queued(session, message.once_key)
        assert seen is not None and seen.state is MessageState.HELD
        changed_by_another(board, release_all_held)
        locked = queued(session, message.once_key, for_update=True)
        assert locked is not None and locked.state is MessageState.WAITING


def write_once_more(board: Board, process: Process) -> None:
    with transaction() as session:
        write_to_processes(session, board.id or 0, [process.id or 0], "looked at by another", {})
