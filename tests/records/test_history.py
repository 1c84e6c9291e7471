"""The journal shows whatever was added to it, blanked in it or decided otherwise behind its back."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlmodel import Session, select
from typer.testing import CliRunner

from flows.cli import app
from models.records.asks import GateAnswer
from models.records.boards import Board
from models.records.database import reading, transaction
from models.records.history import NoSuchWords, Words, history_of, remove_words, write_history
from models.records.processes import Process, process_by_ref
from tests.builders import on
from tests.notifications import posting
from tests.records_builders import a_board, a_process, the_day

ARMED, DAY = on("Mon 2026-03-02"), on("Tue 2026-06-02")
TYPED = "Mistress Quickly"


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    """A process with one decision, for which something was typed."""
    made = a_process(board, ARMED)
    with the_day(DAY), transaction() as session:
        mine = process_by_ref(session, made.ref, for_update=True)
        facts = {"gate": "partners-agreement", "outcome": "agreed", "capacity": "strategic_partners", "on": DAY}
        seq = write_history(session, mine, "decision", facts, {"decided_by": TYPED, "recorded_by": "The Office"})
        session.add(
            GateAnswer(
                process_id=mine.id or 0, gate="partners-agreement", decision="agreed", decided_on=DAY,
                capacity="strategic_partners", recorded_at=history_of(session, mine.id or 0)[-1].at, history_seq=seq,
            )
        )  # fmt: skip
    return made


def removed(process: Process, name: str = "decided_by", seq: int = 1) -> None:
    with the_day(DAY), transaction() as session:
        remove_words(session, process_by_ref(session, process.ref, for_update=True), seq, name, "it named somebody")


def words(session: Session, name: str = "decided_by") -> Words:
    return session.exec(select(Words).where(Words.name == name)).one()


def spoil(statement: str) -> None:
    with transaction() as session:
        session.connection().execute(text(statement))


def test_words_that_were_removed_are_gone_and_the_chain_holds_and_says_so(process: Process) -> None:
    removed(process)
    removed(process)

    with reading() as session:
        kept, rows = words(session), history_of(session, process.id or 0)
    assert (kept.text, kept.salt) == (None, "")
    assert kept.removed_at is not None
    assert [row.deed for row in rows] == ["decision", "words removed"]
    assert rows[1].facts == {"seq": 1, "name": "decided_by", "why": "it named somebody"}
    assert posting.faults() == []


def test_words_that_nobody_typed_cannot_be_removed(process: Process) -> None:
    with pytest.raises(NoSuchWords):
        removed(process, "meeting")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE words SET name = 'invented' WHERE name = 'decided_by'", "words were added"),
        ("UPDATE words SET seq = 7 WHERE name = 'decided_by'", "there are words without a row of the journal"),
        ("UPDATE words SET text = 'Another' WHERE name = 'decided_by'", "words were altered"),
        ("DELETE FROM words WHERE name = 'decided_by'", "words are missing"),
        (
            "UPDATE words SET text = NULL, removed_at = '2026-06-02 09:00:00+00:00' WHERE name = 'recorded_by'",
            "words were blanked and the journal does not say so",
        ),
        ("UPDATE gate_answer SET decision = 'not-agreed'", "the decision that is shown is not the one"),
        ("UPDATE gate_answer SET capacity = 'independent_chair'", "the decision that is shown is not the one"),
        ("UPDATE gate_answer SET decided_on = '2026-06-01'", "the decision that is shown is not the one"),
        ("UPDATE gate_answer SET history_seq = 9", "the decision that is shown is not the one"),
        ("DELETE FROM gate_answer", "the decision in the journal is not shown"),
    ],
)
def test_the_command_says_what_was_changed_behind_its_back(process: Process, statement: str, sentence: str) -> None:
    assert posting.faults() == []

    spoil(statement)

    found = CliRunner().invoke(app, ["history", process.ref, "--verify", "--json"])
    assert found.exit_code == 1
    assert sentence in " ".join(fault["what"] for fault in json.loads(found.output)["chain"])
    assert TYPED not in found.output


def test_the_removal_of_one_text_does_not_excuse_the_blanking_of_another(process: Process) -> None:
    removed(process, "decided_by")

    spoil("UPDATE words SET text = NULL, removed_at = '2026-06-02 09:00:00+00:00' WHERE name = 'recorded_by'")

    assert [fault.what for fault in posting.faults()] == ["words were blanked and the journal does not say so"]
