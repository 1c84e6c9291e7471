"""The business manager's digest: every working morning, and nothing in it that must not be."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from config import clock
from flows.rounds import run_round
from models.records.asks import Ask
from models.records.boards import Board, Contact
from models.records.chasing import note_call
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline
from models.records.messages import Attempt, Message, MessageState, SendingStop
from models.records.processes import Process
from notifications.digest import KIND, queue_digests, sentence_of_made_up
from notifications.render import render
from tests.builders import on
from tests.records_builders import (
    Owing,
    a_board,
    a_deadline,
    a_process,
    book,
    contact,
    everything_is_sent,
    the_day,
)

ARMED = on("Mon 2026-03-02")
DUE = on("Mon 2026-06-01")
DAY_AFTER = on("Tue 2026-06-02")
OURS = {"board_name": "The board", "mailbox": "office@bdscb.example", "telephone": "01632 960100"}


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def digest_of(day: date) -> dict[str, Any]:
    """What the manager's digest of the day says, after the round of that day."""
    with the_day(day):
        run_round(day, steps=(("digests", lambda one: str(queue_digests(one))),))
    with reading() as session:
        manager = contact("business_manager").id
        question = select(Message).where(Message.kind == KIND, Message.contact_id == manager)
        (message,) = [one for one in session.exec(question).all() if one.facts["day"] == day.isoformat()]
        return message.facts


def test_manager_and_deputy_have_one_each_morning_also_when_it_is_empty(board: Board) -> None:
    with the_day(DAY_AFTER):
        first, again = queue_digests(DAY_AFTER), queue_digests(DAY_AFTER)

    with reading() as session:
        whom = {one.contact_id for one in session.exec(select(Message).where(Message.kind == KIND)).all()}
        assert len(session.exec(select(Message)).all()) == 2
    assert (first, again) == (2, 2)
    assert whom == {contact("business_manager").id, contact("deputy_manager").id}


def test_on_a_quiet_day_there_is_none(board: Board) -> None:
    saturday = on("Sat 2026-06-06")

    with the_day(saturday):
        assert queue_digests(saturday) == 0


def test_it_says_what_is_late_what_goes_at_eleven_and_what_waits(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))
    with the_day(ARMED), transaction() as session:
        session.add(
            Ask(process_id=process.id or 0, gate="main", attempt=1, run_id="r-1", title="7 of 8 returns",
                asked_at=clock.now())
        )  # fmt: skip

    facts = digest_of(DAY_AFTER)

    assert [(one["ref"], one["days_late"]) for one in facts["overdue"]] == [(process.spoken_ref, 1)]
    assert [one["to"] for one in facts["going_today"]] == ["single point of contact"]
    assert facts["waiting_for_decision"][0]["link"] == "http://127.0.0.1:{}/runs/flow-run/r-1".format(
        facts["waiting_for_decision"][0]["link"].split(":")[2].split("/")[0]
    )
    assert facts["escalated"] == []


def test_it_says_what_waits_for_release_and_what_was_told_up(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))

    digest_of(on("Mon 2026-06-08"))
    before = digest_of(on("Tue 2026-06-09"))
    everything_is_sent()
    facts = digest_of(on("Wed 2026-06-10"))

    assert before["escalated"] == []
    assert [one["to"] for one in before["waiting_for_release"]] == ["Board member"]
    assert facts["escalated"][0]["title"].endswith("; last step: told the agency's Board member")


def test_it_says_what_failed_and_what_to_do(process: Process) -> None:
    a_deadline(process, Owing(DUE, ARMED))
    digest_of(DAY_AFTER)
    with the_day(DAY_AFTER), transaction() as session:
        message = session.exec(select(Message).where(Message.kind == "late_owner")).one()
        message.state = MessageState.FAILED
        session.add(message)
        session.add(Attempt(message_id=message.id or 0, at=clock.now(), accepted=False, permanent=True))

    facts = digest_of(on("Wed 2026-06-03"))

    assert [one["do"] for one in facts["failed"]] == ["telephone, then correct the address in the list of contacts"]


def test_it_says_promises_stops_and_missed_days(process: Process) -> None:
    deadline = a_deadline(process, Owing(DUE, ARMED))
    digest_of(on("Thu 2026-05-28"))
    with the_day(on("Fri 2026-05-29")), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        locked = session.get_one(Process, process.id)
        note_call(session, book(), locked, mine, CallOutcome.PROMISE, on("Fri 2026-05-29"), DUE)
        session.add(SendingStop(board_id=process.board_id, stopped_at=clock.now()))

    facts = digest_of(on("Wed 2026-06-03"))

    assert facts["promises"][0]["title"].endswith("promised for Monday 1 June 2026")
    assert facts["tasks"][0]["title"] == "Sending is stopped for everything"
    assert facts["catching_up"].startswith("No round had run on Friday 29 May 2026, Monday 1 June 2026 and Tuesday")


def test_its_words_hold_no_names_no_codes_and_no_dates_in_figures(process: Process) -> None:
    for number in range(40):
        a_deadline(process, Owing(DUE, ARMED, kind=f"thing-{number}"))
    digest_of(DAY_AFTER)
    facts = digest_of(on("Mon 2026-06-08"))

    words = render(KIND, {**OURS, **facts})

    with reading() as session:
        names = [one.name for one in session.exec(select(Contact)).all()]
    assert not [name for name in names if name in words.text + words.html]
    assert not re.search(r"\bL\d\b|\bR\d+\b|\d{4}-\d\d-\d\d", words.text)
    assert "and 10 more" in words.text
    assert json.dumps(facts)


def test_three_weeks_that_were_missed_are_told_in_one_short_sentence() -> None:
    days = tuple(on(text) for text in ("Mon 2026-05-11", "Tue 2026-05-12", "Wed 2026-05-13", "Thu 2026-05-14"))

    sentence = sentence_of_made_up(days, 12, 30)

    assert sentence.startswith("no round had run on 4 working days from Monday 11 May 2026 to Thursday 14 May 2026")
    assert len(sentence) <= 200
