"""The round among everything else that happens, and killed at any moment: the ledger balances all the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from config import clock
from flows.rounds import run_round
from models.records.boards import Board, Contact
from models.records.chasing import HeldBefore, NotOpen, meet_deadline, move_deadline, note_call
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline
from models.records.history import verify_chain
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Notice
from models.records.processes import Process
from tests.builders import on
from tests.records_builders import (
    Owing,
    a_board,
    a_deadline,
    a_process,
    accept,
    an_author,
    book,
    change,
    due,
    the_day,
)

ARMED = on("Mon 2026-03-02")
AGENCIES = ("police", "ccg", "probation", "cafcass")
LADDERS = (("document", "agency_lead"), ("imr", "imr_author"), ("agreement", "agency_lead"))
KILLS = 5

ONE_ROUND = """
import sys
from datetime import date
from config import clock
from flows.rounds import run_round
from models.records import due
import flows.rounds as rounds
taken = due.take_batch
rounds.take_batch = lambda *args, **more: taken(*args, **more, size=3)
print("begun", flush=True)
day = date.fromisoformat(sys.argv[1])
with clock.stopped_at(clock.at(day, 7)):
    run_round(day, steps=())
"""


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def things_owed(board: Board, chance: random.Random, count: int) -> list[Deadline]:
    processes = [a_process(board, ARMED) for _ in range(4)]
    for process in processes:
        for agency in AGENCIES[:3]:
            an_author(process, agency, ARMED)
    owed = []
    for number in range(count):
        ladder, role = chance.choice(LADDERS)
        days = chance.randrange(20, 60)
        owing = Owing(
            ARMED + timedelta(days=days), ARMED, owner_role=role, ladder=ladder, kind=f"thing-{number}",
            agency_key=chance.choice(AGENCIES),
        )  # fmt: skip
        owed.append(a_deadline(chance.choice(processes), owing))
    return owed


def something_happens(chance: random.Random, deadline: Deadline, day: date) -> None:
    """It comes, is moved, is promised, somebody leaves, an address bounces, or the post goes out."""
    with the_day(day, 12), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        process = session.get_one(Process, mine.process_id)
        later = due(Owing(day + timedelta(days=chance.randrange(1, 40)), ARMED))
        try:
            match chance.randrange(4):
                case 0:
                    meet_deadline(session, process, mine, day)
                case 1:
                    move_deadline(session, book(), process, mine, later, "granted")
                case 2:
                    promised = day + timedelta(days=3)
                    note_call(session, book(), process, mine, CallOutcome.PROMISE, day, promised)
                case _:
                    for message in session.exec(select(Message).where(Message.state == MessageState.WAITING)):
                        accept(session, message)
        except (NotOpen, HeldBefore):
            return


def somebody_is_lost(chance: random.Random, day: date) -> None:
    with reading() as session:
        ids = session.exec(select(Contact.id).where(col(Contact.to_on).is_(None))).all()
    with the_day(day):
        gone = chance.choice(({"to_on": day}, {"bounced_at": clock.now()}, {"secure_mailbox": False}))
    change(chance.choice(ids), **gone)


def said_twice() -> list[tuple[object, ...]]:
    """What one person was told twice of one deadline on one day."""
    with reading() as session:
        notices = session.exec(select(Notice).where(col(Notice.message_id).is_not(None))).all()
    told = [(one.deadline_id, one.arming, one.said_on, one.contact_id) for one in notices]
    return [one for one, times in Counter(told).items() if times > 1]


def check_everything() -> None:
    with reading() as session:
        assert balance(session) == []
        for process in session.exec(select(Process)).all():
            assert verify_chain(session, process) == []
    assert said_twice() == []


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_between_the_rounds_the_ledger_balances(board: Board, seed: int) -> None:
    chance = random.Random(seed)
    deadlines = things_owed(board, chance, 25)

    day = on("Mon 2026-03-16")
    for _ in range(22):
        with the_day(day):
            run_round(day, steps=())
        for _ in range(2):
            something_happens(chance, chance.choice(deadlines), day)
        if chance.random() < 0.3:
            somebody_is_lost(chance, day)
        day += timedelta(days=chance.choice((1, 1, 2, 3, 9)))
    with the_day(day):
        run_round(day, steps=())

    check_everything()


def test_killed_at_any_moment_the_next_round_goes_on(board: Board) -> None:
    chance = random.Random(7)
    things_owed(board, chance, 40)
    day = on("Mon 2026-03-23")

    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", ONE_ROUND, day.isoformat()], stdout=subprocess.PIPE, env=os.environ.copy()
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        day += timedelta(days=4)
    with the_day(day):
        run_round(day, steps=())

    check_everything()
