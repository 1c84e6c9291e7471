"""Nobody comes into the register twice."""

from __future__ import annotations

from models.records.database import transaction
from models.records.processes import Process
from models.records.register import person_in_role
from tests.builders import on
from tests.records_builders import a_process, agency, opened_board, the_day

ARMED = on("Mon 2026-03-02")


def test_an_address_in_other_letters_is_the_same_person(database: str) -> None:
    process = a_process(opened_board(ARMED), ARMED)

    with the_day(ARMED), transaction() as session:
        mine, police = session.get_one(Process, process.id), agency(session, "police")
        first = person_in_role(session, mine, "imr_author", police, "Ottoline Farthing", "O.Farthing@police.example")
        again = person_in_role(session, mine, "imr_author", police, "Ottoline Farthing", "o.farthing@Police.example")
        other = person_in_role(session, mine, "imr_author", police, "Ottoline Farthing", "farthing@police.example")

    assert again.id == first.id
    assert other.id != first.id
