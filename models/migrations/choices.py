"""Changing what a column may hold: the check that the database keeps."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def change_choice(table: str, column: str, check: str, values: Sequence[str]) -> None:
    """Afterwards the column may hold these values and no others.

    The table may have no other checks: SQLite has to write it anew and forgets them.
    """
    listed = ", ".join(f"'{value}'" for value in values)
    condition = f"{column} IN ({listed})"
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table(table, recreate="always", table_args=(sa.CheckConstraint(condition, name=check),)):
            pass
        return
    op.drop_constraint(check, table, type_="check")
    op.create_check_constraint(check, table, condition)


def add_choice(table: str, column: str, check: str, values: Sequence[str], length: int = 32) -> None:
    """The table has another column, empty at first, that may hold these values and no others."""
    listed = ", ".join(f"'{value}'" for value in values)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR({length}) CONSTRAINT {check} CHECK ({column} IN ({listed}))"
    )
