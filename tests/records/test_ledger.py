"""The ledger balances, and says in plain words where it does not."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from flows.cli import app
from models.records.boards import Board
from models.records.chasing import end_deadline, move_deadline
from models.records.database import transaction
from models.records.deadlines import Deadline, DeadlineState
from models.records.ledger import counts, one_moment
from models.records.processes import Process
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.notifications import posting
from tests.records_builders import Owing, a_board, a_deadline, a_process, book, due, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    """A process to which something is a week late; the rungs were said as they came, and sent."""
    process = a_process(board, ARMED)
    a_deadline(process, Owing(due_on=DUE, armed_on=ARMED))
    for day in ("Tue 2026-06-09", "Mon 2026-06-15", "Wed 2026-06-17", "Fri 2026-06-19"):
        posting.say(board.id, on(day))
        with the_day(on(day), 12):
            dispatch(channel=RememberingChannel())
    return process


def spoil(statement: str) -> None:
    """Somebody changes the record behind our back."""
    with transaction() as session:
        session.connection().execute(text(statement))


def test_it_balances_and_counts_every_notice_once(process: Process) -> None:
    with one_moment() as session:
        found = counts(session)

    assert posting.faults() == []
    assert sum(found.values()) == len(posting.notices()) > 0
    assert found["sent"] == 3
    assert found["held"] == 2


def test_it_balances_after_the_date_was_moved_and_after_the_end(board: Board, process: Process) -> None:
    later = Owing(due_on=on("Fri 2026-07-31"), armed_on=ARMED)
    with the_day(on("Mon 2026-06-22")), transaction() as session:
        deadline = session.get_one(Deadline, 1)
        move_deadline(session, book(), session.get_one(Process, process.id), deadline, due(later), "granted")
    moved = posting.faults()
    for days in range(0, 60, 7):
        posting.say(board.id, on("Mon 2026-07-06") + timedelta(days))
    chased = posting.faults()
    with the_day(on("Mon 2026-09-07")), transaction() as session:
        deadline = session.get_one(Deadline, 1)
        end_deadline(session, session.get_one(Process, process.id), deadline, DeadlineState.WAIVED, "closed")

    assert (moved, chased, posting.faults()) == ([], [], [])


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM notice WHERE rung = 'L1'", "was reached on Monday 15 June 2026 and nothing came of it"),
        ("UPDATE arming SET looked_on = NULL", "was said although it had not been reached"),
        ("UPDATE arming SET looked_on = '2026-06-10'", "was said although it had not been reached"),
        ("UPDATE deadline SET next_rung_on = NULL", "it is next looked at never, and the rule says on"),
        ("UPDATE deadline SET state = 'met'", "is not open any more and is still planned to be chased"),
        ("UPDATE board SET processed_up_to_on = '2026-06-30'", "the morning round did not say it"),
        ("UPDATE message SET state = 'withdrawn' WHERE state = 'held'", "on a message that was withdrawn"),
        ("DELETE FROM attempt WHERE id = 1", "no mail server is known to have accepted it"),
        ("UPDATE message SET state = 'waiting' WHERE id = 1", "and does not count as sent"),
        ("UPDATE message SET state = 'sending' WHERE state = 'held'", "is being sent by nobody"),
        ("UPDATE deadline SET ladder = 'none'", "its ladder is not in the configuration"),
        ("UPDATE history SET deed = 'nothing' WHERE id = 3", "the row was altered"),
    ],
)
def test_it_says_what_is_wrong(process: Process, statement: str, sentence: str) -> None:
    assert posting.faults() == []

    spoil(statement)

    said = [fault.what for fault in posting.faults()]
    assert any(sentence in one for one in said), said
    assert not any(re.search(r"\bL\d|\d{4}-\d\d", one) for one in said)


def test_the_command_proves_one_process_and_all(process: Process) -> None:
    one = CliRunner().invoke(app, ["history", process.ref, "--verify", "--json"])
    whole = CliRunner().invoke(app, ["history", "--verify"])

    assert (one.exit_code, whole.exit_code) == (0, 0)
    assert json.loads(one.output)["holds"] is True
    assert "the ledger balances" in whole.output


def test_the_command_ends_with_one_when_something_was_altered(process: Process) -> None:
    spoil("UPDATE history SET facts = '{}' WHERE process_id = 2 AND seq = 1")

    found = CliRunner().invoke(app, ["history", process.ref, "--verify"])

    assert found.exit_code == 1
    assert "the row was altered" in found.output


def test_the_command_knows_whether_a_head_is_part_of_the_chain(process: Process) -> None:
    with transaction() as session:
        head = session.get_one(Process, process.id).history_head

    known = CliRunner().invoke(app, ["history", process.ref, "--verify", "--head", head[:12]])
    unknown = CliRunner().invoke(app, ["history", process.ref, "--verify", "--head", "0123456789ab"])

    assert (known.exit_code, unknown.exit_code) == (0, 1)


def test_the_journal_is_shown_in_words(process: Process) -> None:
    found = CliRunner().invoke(app, ["history", process.ref])

    assert "Monday 2 March 2026" in found.output
    assert "deadline opened" in found.output


def test_an_unknown_reference_ends_in_a_sentence(board: Board) -> None:
    found = CliRunner().invoke(app, ["history", "CR-0000", "--verify"])

    assert found.exit_code == 1
    assert "There is no process with the reference CR-0000." in found.output
