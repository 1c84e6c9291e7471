"""Marking messages as sent: the one thing that is done for each mail, in as few words to the database as can be.

It keeps a connection of its own and speaks SQL as it is; the same through sessions took as long as the sending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import DBAPIError

from models.records.columns import Moment
from models.records.database import engine, is_invented, without_values
from models.records.sending import Stop
from models.records.tickets import Ticket

LONGEST_REPLY = 400

# Whoever holds the message by now: accepted is accepted.
_MARK = """UPDATE message SET state = 'sent', sent_at = :at, reply = :reply, claim = NULL, claimed_at = NULL,
 tries = tries + 1 WHERE id = :id AND state IN ('sending', 'waiting')"""
_NOTE = "INSERT INTO attempt (message_id, at, accepted, permanent, reply) SELECT :id, :at, true, false, :reply"
_STOPS = "SELECT board_id, process_id, agency_id, contact_id FROM sending_stop WHERE lifted_at IS NULL"


class Marker:
    """Marks messages as sent until its block ends; each mark is a transaction.

    A power cut may undo the last ones, a killed process none.
    """

    def __enter__(self) -> Self:
        self._engine = engine()
        self._pooled = self._engine.raw_connection()
        self._connection: Any = self._pooled.dbapi_connection
        self._moment = Moment().bind_processor(self._engine.dialect) or (lambda value: value)
        self._mark = _on_postgresql if self._engine.dialect.name == "postgresql" else _on_sqlite
        self._make_quick(self._engine.dialect.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pooled.close()

    def mark_sent(self, ticket: Ticket, at: datetime, reply: str) -> tuple[Stop, ...]:
        """The mail server has accepted the message; gives back what is stopped now, for the next one."""
        values = {"id": ticket.id, "at": self._moment(at), "reply": reply[:LONGEST_REPLY]}
        try:
            return tuple(Stop(*row) for row in self._mark(self._connection, values))
        except self._engine.dialect.loaded_dbapi.Error as fault:
            without_values(fault)
            raise DBAPIError.instance(_MARK, None, fault, self._engine.dialect.loaded_dbapi.Error) from fault

    def _make_quick(self, database: str) -> None:
        if database == "postgresql":
            self._pooled.detach()  # what is set on it holds for nobody else
            self._connection.autocommit = True
            self._connection.execute("SET synchronous_commit TO off")
            self._connection.execute("SET plan_cache_mode TO auto")  # one statement by key, for a table that is full
        elif not is_invented():  # each transaction that writes says for itself how lasting it is
            self._connection.execute("PRAGMA synchronous=NORMAL")


def _on_sqlite(connection: Any, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(_MARK, values)
        connection.execute(f"{_NOTE} WHERE changes() > 0", values)
        stops: list[tuple[Any, ...]] = connection.execute(_STOPS).fetchall()
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return stops


def _on_postgresql(connection: Any, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    stops: list[tuple[Any, ...]] = connection.execute(_IN_ONE, values).fetchall()
    return stops


_IN_ONE = re.sub(
    r":(\w+)", r"%(\1)s", f"WITH marked AS ({_MARK} RETURNING id), noted AS ({_NOTE} FROM marked) {_STOPS}"
)  # the server does all of a statement or nothing
