"""Whatever happens to people and records between the rounds, the ledger balances and nothing is said twice."""

from __future__ import annotations

import contextlib
import random
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from flows.rounds import run_round
from models.records.being_away import AwayAlready, end_authorship, note_absence
from models.records.boards import Agency, Board, Contact
from models.records.chasing import NotOpen, correct_day, reopen_deadline
from models.records.contact_changes import Place, Reached, change_contact, mail_came_back
from models.records.database import Session, transaction
from models.records.deadlines import Deadline
from models.records.processes import Process
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.test_round_stories import ARMED, check_everything, something_happens, things_owed
from tests.records_builders import a_board, book, the_day


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def somebody(session: Session, chance: random.Random) -> Contact:
    found = session.exec(select(Contact).where(col(Contact.to_on).is_(None)).order_by(col(Contact.id))).all()
    return chance.choice([each for each in found if each.agency_id is not None])


def something_about_people(chance: random.Random, deadline: Deadline, day: date) -> None:
    """Somebody is away, leaves, is not reached, is replaced as author, or an arrival was a mistake."""
    with the_day(day, 13), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        process = session.get_one(Process, mine.process_id)
        who = somebody(session, chance)
        place = Place(who.board_id, who.role, who.agency_id, who.is_deputy)
        with contextlib.suppress(AwayAlready, NotOpen):
            match chance.randrange(6):
                case 0:
                    first = day + timedelta(days=chance.randrange(0, 3))
                    stand_in = somebody(session, chance) if chance.random() < 0.5 else None
                    note_absence(session, who, first, first + timedelta(days=chance.randrange(0, 12)), stand_in)
                case 1:
                    new = Reached(who.name, f"new{who.id}.{who.email}"[-200:], secure_mailbox=True)
                    change_contact(session, place, who, new if chance.random() < 0.7 else None)
                case 2:
                    mail_came_back(session, who, day - timedelta(days=3))
                case 3:
                    end_authorship(session, process, session.get_one(Agency, mine.agency_id))
                case 4:
                    reopen_deadline(session, book(), process, mine, "not-happened")
                case _:
                    correct_day(session, process, mine, day - timedelta(days=1), "wrong-day")


@pytest.mark.parametrize("seed", range(3))
def test_the_ledger_balances_whatever_happens_to_people(board: Board, seed: int) -> None:
    chance, channel = random.Random(seed), RememberingChannel()
    deadlines = things_owed(board, chance, 20)

    day = on("Mon 2026-03-16")
    for _ in range(16):
        with the_day(day):
            run_round(day, steps=())
        for _ in range(2):
            something_about_people(chance, chance.choice(deadlines), day)
        something_happens(chance, chance.choice(deadlines), day)
        if chance.random() < 0.6:
            with the_day(day, 15):
                dispatch(channel=channel)
        day += timedelta(days=chance.choice((1, 1, 2, 3, 7)))
    with the_day(day):
        run_round(day, steps=())

    check_everything()
    assert channel.sent
