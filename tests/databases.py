"""The record's database in a test: emptied, begun with what many tests begin with, and cleared away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from config.settings import settings
from models.records.database import engine_for

POSTGRES = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")

T = TypeVar("T")
_kept: dict[tuple[str, Hashable], tuple[str, Any]] = {}  # by database and beginning: where it is kept, what was given


def begin_with(what: Hashable, make: Callable[[], T]) -> T:
    """The record is as `make` leaves it, and what `make` gives is given back.

    It is made once in a session on each kind of database, in the record of the first test that asks for it, and
    brought back for the others: `make` must find the same before it each time, and what it gives stays unchanged.
    """
    url = settings().record_url
    if (url, what) in _kept:
        name, given = _kept[url, what]
        _bring_back(name, url)
        return given  # type: ignore[no-any-return]
    given = make()
    name = f"kept_{len(_kept)}"
    _keep(name, url)
    _kept[url, what] = name, given
    return given


def empty(url: str) -> None:
    """The database is there, and nothing is in it."""
    remove(url)
    if not url.startswith("sqlite"):
        with _server() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(_name(url)))


def remove(url: str) -> None:
    """The database is gone, and nobody is connected to it."""
    engine_for(url).dispose()
    if url.startswith("sqlite"):
        for ending in ("", "-wal", "-shm"):
            Path(f"{_file(url)}{ending}").unlink(missing_ok=True)
        return
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(url)))


def a_postgres_url() -> str:
    """The address of a database on the test server that is not there yet."""
    return make_url(POSTGRES).set(database=f"sightline_{uuid4().hex[:12]}").render_as_string(hide_password=False)


def _keep(name: str, url: str) -> None:
    engine_for(url).dispose()
    if url.startswith("sqlite"):
        assert not Path(f"{_file(url)}-wal").exists(), "somebody still writes"
        shutil.copyfile(_file(url), _file(url).parents[1] / name)
        return
    with psycopg.connect(url) as database:
        database.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        for table in _tables(database):
            copy = sql.SQL("CREATE TABLE {} AS TABLE {}")
            database.execute(copy.format(sql.Identifier(name, table), sql.Identifier("public", table)))
        numbers = sql.SQL("CREATE TABLE {} AS SELECT * FROM pg_sequences WHERE schemaname = 'public'")
        database.execute(numbers.format(sql.Identifier(name, "pg_sequences")))


def _bring_back(name: str, url: str) -> None:
    engine_for(url).dispose()
    if url.startswith("sqlite"):
        remove(url)
        shutil.copyfile(_file(url).parents[1] / name, _file(url))
        return
    with psycopg.connect(url) as database:
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                         " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        database.execute("SET LOCAL session_replication_role = replica")  # no order among the tables
        database.execute("SET LOCAL synchronous_commit = off")
        for table in _tables(database):
            names = {"all": sql.Identifier("public", table), "kept": sql.Identifier(name, table)}
            database.execute(sql.SQL("DELETE FROM {all}").format(**names))
            database.execute(sql.SQL("INSERT INTO {all} SELECT * FROM {kept}").format(**names))
        numbers = sql.SQL(
            "SELECT setval(format('public.%I', sequencename)::regclass, coalesce(last_value, start_value),"
            " last_value IS NOT NULL) FROM {}"
        )
        database.execute(numbers.format(sql.Identifier(name, "pg_sequences")))


def _tables(database: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    return [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def _server() -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)


def _name(url: str) -> sql.Identifier:
    return sql.Identifier(make_url(url).database or "")


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
