"""A record with many deadlines, written by the database itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, TextClause, text
from sqlmodel import col, func, select

from models.migrations.schema import upgrade
from models.records.boards import Agency, Board
from models.records.database import engine, transaction
from models.records.opening import import_configuration
from models.records.processes import Process

BOARD = "barking-and-dagenham"
DAY = date(2026, 6, 2)  # a Tuesday
ARMED = date(2026, 3, 2)
IN_A_PROCESS = 50  # deadlines, a large review

DUE_IN_A_PROCESS = 5

_SERIES = {
    "sqlite": "WITH RECURSIVE series(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i + 1 < :{count})",
    "postgresql": "WITH series AS (SELECT generate_series(0, :{count} - 1) AS i)",
}
_DAY = {
    "sqlite": "date('{day}', (({days}) || ' days'))",
    "postgresql": "(date '{day}' + ({days})::int)",
}
_IS_DUE = f"i % {IN_A_PROCESS} < {DUE_IN_A_PROCESS} AND (i / {IN_A_PROCESS}) % :every = 0"
_DUE_ON = f"CASE WHEN {_IS_DUE} THEN <LATE> ELSE <LATER> END"
_PROCESS = {
    "board_id": ":board", "kind": "'plr'", "ref": "'CR-' || i", "word": "'Rowan'", "guidance": "'wt2015'",
    "stage": "'terms-agreed'", "secure_place": "''", "opened_at": "'2026-03-02 09:00:00+00:00'", "run_no": "0",
    "history_seq": "0", "history_head": "''",
}  # fmt: skip
_DEADLINE = {
    "board_id": ":board", "process_id": f":first + i / {IN_A_PROCESS}", "slot": "'thing-' || i",
    "kind": "'author_named'", "title": "'Name of the author of the return'", "owner_role": "'agency_lead'",
    "agency_id": ":agency + i % :agencies", "ladder": "'document'", "anchor": "'decision'", "due_on": _DUE_ON,
    "working_target_on": _DUE_ON, "explanation": "'invented'", "source": "'invented'", "mark": "'D'",
    "is_limit": "false", "state": "'open'", "opened_on": "<ARMED>", "arming": "1", "armed_on": "<ARMED>",
    "next_rung_on": f"CASE WHEN {_IS_DUE} THEN <NOW> ELSE <RUNG> END",
}  # fmt: skip
_DAYS = {
    "<ARMED>": (ARMED, "0"), "<NOW>": (DAY, "0"), "<LATE>": (DAY, "-1"), "<LATER>": (DAY, "30 + i % 300"),
    "<RUNG>": (DAY, "14 + i % 300"),
}  # fmt: skip


def fill(open_ones: int, due_ones: int) -> None:
    """The record of the settings holds so many open deadlines; so many reach their first rung of lateness on DAY.

    Five of the fifty of a review are due where any is, so that the number of reviews that are touched follows the
    number due. At least ten open ones are wanted for each that is due.
    """
    upgrade()
    import_configuration()
    with transaction() as session:
        connection = session.connection()
        wanted = {
            "board": session.exec(select(Board.id).where(Board.key == BOARD)).one(),
            "agency": session.exec(select(func.min(Agency.id))).one(),
            "agencies": session.exec(select(func.count(col(Agency.id)))).one(),
            "processes": open_ones // IN_A_PROCESS,
            "count": open_ones,
            "every": open_ones // IN_A_PROCESS // (due_ones // DUE_IN_A_PROCESS),
        }
        if connection.dialect.name == "postgresql":
            # Keys are not checked one by one: it is quicker.
            connection.execute(text("SET LOCAL session_replication_role TO replica"))
        connection.execute(_made("process", _PROCESS, connection, "processes"), wanted)
        wanted["first"] = session.exec(select(func.min(Process.id)).where(Process.kind == "plr")).one()
        connection.execute(_made("deadline", _DEADLINE, connection, "count"), wanted)
        connection.execute(
            text(
                "INSERT INTO arming (deadline_id, no, armed_on, due_on, why)"
                " SELECT id, 1, armed_on, due_on, 'opened' FROM deadline"
            )
        )
    _tidy()


def _made(table: str, columns: Mapping[str, str], connection: Connection, count: str) -> TextClause:
    dialect = connection.dialect.name
    values = ", ".join(columns.values())
    for name, (day, days) in _DAYS.items():
        values = values.replace(name, _DAY[dialect].format(day=day, days=days))
    series = _SERIES[dialect].format(count=count)
    return text(f"{series} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM series")


def _tidy() -> None:
    with engine().connect() as connection:
        vacuum = connection.dialect.name == "postgresql"
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if vacuum else "ANALYZE"))
