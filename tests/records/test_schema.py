"""The migrations make the tables that the code has."""

from __future__ import annotations

from models.migrations.schema import differences, upgrade
from models.records.database import engine_for


def test_the_migrated_record_has_exactly_the_tables_of_the_code(empty_database: str) -> None:
    made = engine_for(empty_database)

    upgrade(made)

    assert differences(made) == []
