"""A record that was written by the first version is brought up to date with all that stands in it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import SQLModel

from models.migrations.schema import differences, upgrade
from models.records.database import engine_for, reading
from models.records.proof import prove
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.a_review import DECIDED, SEVEN, agreed_review, commission, name_authors
from tests.flows.scripted_port import ScriptedPort, desk_flow
from tests.records_builders import opened_board, the_day

FIRST = "0001"
Rows = dict[str, list[dict[str, Any]]]


def rows_of(made: Engine, tables: sa.MetaData) -> Rows:
    """Every row, as the database itself holds it, of the tables and columns that `tables` has."""
    with made.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings().all()
            ]
            for table in tables.sorted_tables
        }


def reflected(made: Engine) -> sa.MetaData:
    found = sa.MetaData()
    with made.connect() as connection:
        found.reflect(connection)
    found.remove(found.tables["alembic_version"])
    return found


def emptied(made: Engine) -> None:
    """The database has no table any more."""
    everything = sa.MetaData()
    with made.connect().execution_options(sightline_write=True) as connection, connection.begin():
        everything.reflect(connection)
        everything.drop_all(connection)


def written(made: Engine, tables: sa.MetaData, rows: Rows) -> None:
    """The rows stand in the tables, and what is numbered goes on after them."""
    with made.connect().execution_options(sightline_write=True) as connection, connection.begin():
        for table in tables.sorted_tables:
            known = {column.name for column in table.columns}
            for row in rows.get(table.name, []):
                connection.execute(table.insert().values({name: row[name] for name in known & row.keys()}))
            if made.dialect.name == "postgresql" and "id" in known and rows.get(table.name):
                last = max(row["id"] for row in rows[table.name])
                connection.execute(
                    sa.text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": f'"{table.name}"', "last": last},
                )


def a_record_of_the_first_version(made: Engine) -> tuple[Rows, sa.MetaData]:
    """A review is under way in tables of the first version; gives back what stands in them."""
    upgraded = reflected(made)
    rows = rows_of(made, upgraded)
    emptied(made)
    upgrade(made, to=FIRST)
    old = reflected(made)
    assert {table.name for table in upgraded.sorted_tables} > {table.name for table in old.sorted_tables}
    written(made, old, rows)
    return rows_of(made, old), old


def test_a_record_of_the_first_version_keeps_every_row_and_its_chain_and_the_review_goes_on(
    empty_database: str,
) -> None:
    made = engine_for(empty_database)
    upgrade(made)
    opened_board(DECIDED)
    port = ScriptedPort()
    one = agreed_review(port)
    with the_day(on("Mon 2026-02-16"), 9):
        name_authors(one, SEVEN)
        desk_flow(port, "note-call").answer("at-risk", about=f"{one.ref}/author_named:education")
    before, old = a_record_of_the_first_version(made)

    upgrade(made)

    assert differences(made) == []
    assert rows_of(made, old) == before
    assert all(before[name] for name in ("process", "history", "words", "deadline", "message", "gate_answer", "ask"))
    with reading() as session:
        proof = prove(session)
    assert proof.holds
    with the_day(on("Tue 2026-02-17"), 9):
        commission(one.go_on())
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="systems")
    assert one.process.stage is Stage.TIMETABLE_SET
    with reading() as session:
        assert prove(session).holds


def test_bringing_it_up_to_date_twice_changes_nothing(empty_database: str) -> None:
    made = engine_for(empty_database)
    upgrade(made, to=FIRST)
    upgrade(made)
    with the_day(DECIDED):
        opened_board(DECIDED)
    before = rows_of(made, SQLModel.metadata)

    upgrade(made)

    assert rows_of(made, SQLModel.metadata) == before
