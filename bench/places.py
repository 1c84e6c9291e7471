"""Homes and databases that a measurement may fill and throw away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from config.settings import settings
from models.records.database import engine_for

POSTGRES = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
IN_USE = "bench_sightline"


class NoPostgres(Exception):
    """No PostgreSQL answers."""


@contextmanager
def home() -> Iterator[Path]:
    """A home of its own; the settings of this process and its children point to it."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SIGHTLINE_")}
        os.environ["SIGHTLINE_HOME"] = folder
        settings.cache_clear()
        try:
            yield Path(folder)
        finally:
            point_to("")
            del os.environ["SIGHTLINE_HOME"]
            os.environ |= before
            settings.cache_clear()


def point_to(url: str) -> None:
    """The settings name this database, SQLite in the home for none; connections to another are closed."""
    engine_for(settings().record_url).dispose()
    engine_for.cache_clear()
    os.environ.pop("SIGHTLINE_DATABASE_URL", None)
    if url:
        os.environ["SIGHTLINE_DATABASE_URL"] = url
    settings.cache_clear()


class SqliteShelf:
    """A filled record in a file, and fresh copies of it."""

    name = "SQLite"

    def __init__(self, folder: Path, label: str = "filled") -> None:
        self._filled, self._copy = folder / f"{label}.db", folder / "copy.db"

    def empty(self) -> None:
        """The settings name an empty database, which is to be filled."""
        point_to("")
        _remove(self._filled)
        point_to(f"sqlite:///{self._filled}")

    def fresh(self) -> None:
        """The settings name a fresh copy of what was filled."""
        point_to("")
        _remove(self._copy)
        shutil.copyfile(self._filled, self._copy)
        point_to(f"sqlite:///{self._copy}")

    def clear(self) -> None:
        """Nothing of it is left."""
        point_to("")
        _remove(self._filled)
        _remove(self._copy)


class PostgresShelf:
    """A filled database on the server, and fresh copies of it. Raises NoPostgres when none answers."""

    name = "PostgreSQL"

    def __init__(self, label: str = "filled") -> None:
        self._filled = f"{IN_USE}_{label}"
        try:
            psycopg.connect(POSTGRES, connect_timeout=3).close()
        except psycopg.OperationalError:
            raise NoPostgres from None

    def empty(self) -> None:
        """The settings name an empty database, which is to be filled."""
        self._make(self._filled, "template1")

    def fresh(self) -> None:
        """The settings name a fresh copy of what was filled."""
        self._make(IN_USE, self._filled)

    def clear(self) -> None:
        """Nothing of it is left."""
        point_to("")
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            for name in (IN_USE, self._filled):
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _make(self, name: str, template: str) -> None:
        point_to("")
        names = sql.Identifier(name), sql.Identifier(template)
        with psycopg.connect(POSTGRES, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
            server.execute("CHECKPOINT")  # what was copied is written before the clock runs
        point_to(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False))


Shelf = SqliteShelf | PostgresShelf


def shelves(folder: Path, label: str = "filled") -> list[Shelf]:
    """One of each kind that this machine has, SQLite first."""
    with suppress(NoPostgres):
        return [SqliteShelf(folder, label), PostgresShelf(label)]
    return [SqliteShelf(folder, label)]


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
