"""The record's database: one engine, one way to write, one way to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, create_engine

from config.settings import settings

__all__ = [
    "Session",
    "Unreachable",
    "database_file",
    "engine",
    "engine_for",
    "invented_record",
    "is_invented",
    "reading",
    "transaction",
    "without_values",
]

Unreachable = OperationalError  # the database is locked, full or away; trying again may help
SECONDS_TO_WAIT_FOR_A_LOCK = 30
MOST_STATEMENTS_KEPT = 1000  # which SQLite need not read anew; there are more than the 128 that Python would keep
A_VALUE_DOES_NOT_FIT = "22"  # the class of faults whose first line quotes the value itself
# A plan that is kept was made when the table was empty, and goes on reading all of it when it has become large.
_PLANNED_ANEW = {"options": "-c plan_cache_mode=force_custom_plan"}


_invented: ContextVar[Engine | None] = ContextVar("sightline_invented_record", default=None)


@cache
def engine_for(url: str) -> Engine:
    """The engine of one database URL, the same one each time in this process."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    made = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=_PLANNED_ANEW)
    event.listens_for(made, "handle_error")(_say_no_values)
    return made


def engine() -> Engine:
    """The engine of the record that the settings name, or of the invented one within `invented_record`."""
    return _invented.get() or engine_for(settings().record_url)


def is_invented() -> bool:
    """True within `invented_record`."""
    return _invented.get() is not None


@contextmanager
def invented_record() -> Iterator[None]:
    """Within the block the record is an empty one that nobody else sees, and that is gone afterwards.

    Rehearsals use it; the real record is neither read nor written meanwhile.
    """
    import models.records  # noqa: F401 - every table is known

    with TemporaryDirectory(prefix="sightline-rehearsal-") as folder:
        made = _sqlite(f"sqlite:///{folder}/invented.db", lasting=False)
        SQLModel.metadata.create_all(made, checkfirst=False)  # nothing is there yet
        token = _invented.set(made)
        try:
            yield
        finally:
            _invented.reset(token)
            made.dispose()


@contextmanager
def transaction(*, durable: bool = True) -> Iterator[Session]:
    """The block is one transaction: kept at its end, undone on any error.

    With `durable` false a power cut may undo it, a killed process may not: right for marks whose
    loss only repeats something.
    """
    options = {} if durable else {"sightline_durable": False}
    connected = engine().connect().execution_options(sightline_write=True, **options)
    with connected as connection, connection.begin(), Session(connection, expire_on_commit=False) as session:
        if not durable and connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
        yield session
        session.flush()


@contextmanager
def reading() -> Iterator[Session]:
    """The block sees one state of the record and changes nothing."""
    connected = engine().connect()
    with connected as connection, connection.begin() as begun, Session(connection, expire_on_commit=False) as session:
        yield session
        session.expunge_all()
        begun.rollback()


def _sqlite(url: str, *, lasting: bool = True) -> Engine:
    """Not `lasting`: nothing of it need survive this process."""
    how = {
        "check_same_thread": False, "timeout": SECONDS_TO_WAIT_FOR_A_LOCK,
        "cached_statements": MOST_STATEMENTS_KEPT,
    }  # fmt: skip
    made = create_engine(url, connect_args=how, hide_parameters=True)

    @event.listens_for(made, "connect")
    def _prepare(raw: Any, _: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute(f"PRAGMA synchronous={'FULL' if lasting else 'OFF'}")
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("sightline_write"):
            connection.exec_driver_sql("BEGIN")
            return
        if lasting:
            how = "FULL" if options.get("sightline_durable", True) else "NORMAL"
            connection.exec_driver_sql(f"PRAGMA synchronous={how}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def _say_no_values(context: ExceptionContext) -> None:
    fault, wrapped = context.original_exception, context.sqlalchemy_exception
    told = str(fault)
    without_values(fault)
    if wrapped is not None:
        wrapped.args = tuple(str(each).replace(told, str(fault)) for each in wrapped.args)


def without_values(fault: BaseException) -> None:
    """What PostgreSQL says of the fault quotes no row and no value any more; they may be what a person typed."""
    code, words = getattr(fault, "sqlstate", None), getattr(getattr(fault, "diag", None), "message_primary", None)
    if code is not None:
        quotes_values = code.startswith(A_VALUE_DOES_NOT_FIT)
        fault.args = (f"SQLSTATE {code}" if quotes_values or words is None else f"{words} (SQLSTATE {code})",)


def database_file() -> Path | None:
    """The file of a SQLite record, None for a server."""
    url = settings().record_url
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None
