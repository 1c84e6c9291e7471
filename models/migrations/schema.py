"""The record's schema: brought up to date, compared, and asked how old it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

import models.records  # noqa: F401  every table is known
from models.records.database import engine

HERE = Path(__file__).parent


class NewerSchema(Exception):
    """The record was written by a newer Sightline than this one; start that one, or restore an older copy."""


class OldSchema(Exception):
    """The record was written by an older Sightline; `sightline up` brings it up to date."""


def upgrade(target: Engine | None = None, to: str = "head") -> None:
    """The record's tables are those of this version; a record that is up to date is left alone.

    Raises NewerSchema when the record is ahead of this version.
    """
    with (
        (target or engine()).connect().execution_options(sightline_write=True) as connection,
        _tables_may_be_written_anew(connection),
        connection.begin(),
    ):
        present = _present(connection)
        if present is not None and present not in _known():
            raise NewerSchema(NewerSchema.__doc__)
        if present != newest():
            command.upgrade(_config(connection), to)


@contextmanager
def _tables_may_be_written_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a check by writing a table anew, which takes its rows from under those that point to them."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


def insist_on_newest(target: Engine | None = None) -> None:
    """Nothing happens when the schema is up to date. Raises OldSchema or NewerSchema."""
    with (target or engine()).connect() as connection:
        present = _present(connection)
    if present == newest():
        return
    raise (OldSchema(OldSchema.__doc__) if present is None or present in _known() else NewerSchema(NewerSchema.__doc__))


def newest() -> str:
    """The number of the newest migration."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


def differences(target: Engine) -> list[object]:
    """What the tables in the code have that the migrated database has not, or the other way round."""
    with target.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions()}


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
