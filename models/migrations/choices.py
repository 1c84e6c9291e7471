"""Changing what a column may hold: the check that the database keeps."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op


def change_choice(table: str, column: str, check: str, values: Sequence[str]) -> None:
    """Afterwards the column may hold these values and no others; SQLite writes the table anew for it."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(check, type_="check")
        batch.create_check_constraint(check, f"{column} IN ({listed})")


def add_choice(table: str, column: str, check: str, values: Sequence[str], length: int = 32) -> None:
    """The table has another column, empty at first, that may hold these values and no others."""
    listed = ", ".join(f"'{value}'" for value in values)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR({length}) CONSTRAINT {check} CHECK ({column} IN ({listed}))"
    )
