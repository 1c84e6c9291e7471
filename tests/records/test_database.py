"""What goes wrong in the database is told without what a person typed."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from models.records.boards import Agency, Board
from models.records.database import transaction
from models.records.history import Words
from tests.builders import on
from tests.records_builders import a_process, opened_board

TYPED = "Mistress Quickly of Eastcheap"


def told(deed: Callable[[Session], object]) -> tuple[type[BaseException], str]:
    """What kind of fault the deed meets, and everything that is said of it."""

    def do() -> None:
        with transaction() as session:
            deed(session)

    with pytest.raises(DBAPIError) as fault:
        do()
    return fault.type, "".join(traceback.format_exception(fault.value)) + repr(fault.value.orig)


def twice(session: Session) -> None:
    board = session.get_one(Board, 1)
    session.add_all(Agency(board_id=board.id or 0, key=TYPED, name="twice") for _ in range(2))


def without_what_it_needs(session: Session) -> None:
    session.connection().execute(
        text("INSERT INTO words (process_id, seq, name, salt, text) VALUES (1, 1, NULL, '', :typed)"), {"typed": TYPED}
    )


def in_no_table(session: Session) -> None:
    session.connection().execute(text("INSERT INTO nowhere (typed) VALUES (:typed)"), {"typed": TYPED})


def as_what_it_is_not(session: Session) -> None:
    on_postgres = session.connection().dialect.name == "postgresql"  # SQLite takes any text for a number
    as_it_is_not = "CAST(CAST(:typed AS text) AS integer)" if on_postgres else "json(:typed)"
    session.connection().execute(text(f"SELECT {as_it_is_not}"), {"typed": TYPED})


def in_a_record_that_cannot_be_written(session: Session) -> None:
    if session.connection().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA query_only=ON")
    else:
        session.connection().exec_driver_sql("SET TRANSACTION READ ONLY")
    session.add(Words(process_id=1, seq=1, name="said", salt="", text=TYPED))


@pytest.mark.parametrize(
    "deed", [twice, without_what_it_needs, in_no_table, as_what_it_is_not, in_a_record_that_cannot_be_written]
)
def test_no_fault_of_the_database_quotes_what_was_typed(database: str, deed: Callable[[Session], object]) -> None:
    a_process(opened_board(on("Mon 2026-03-02")), on("Mon 2026-03-02"))

    _, words = told(deed)

    assert TYPED not in words
    assert "Eastcheap" not in words


def test_a_fault_still_says_which_rule_was_broken(database: str) -> None:
    opened_board(on("Mon 2026-03-02"))

    kind, words = told(twice)

    assert kind is IntegrityError
    assert "agency" in words
