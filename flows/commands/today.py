"""`sightline today`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from config import clock
from config.faults import FaultyConfiguration
from config.load import UnknownName
from flows.commands.record import the_record
from models.records.database import reading
from models.records.due import boards_by_key
from models.records.today import Owed, Some, Today, Waiting, today_of
from models.rulebook import rule_book
from models.rules.rag import WORDS, Rag
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role

SHOWN = 30  # of each list, in the form for people


def add_to(app: typer.Typer) -> None:
    app.command("today")(print_today)


def print_today(
    board: Annotated[str, typer.Option("--board", help="One board, by its key; without it all boards.")] = "",
    on: Annotated[str, typer.Option("--on", help="Another day than today, as in 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it in a form for programs.")] = False,
) -> None:
    """Show what is overdue, due, escalated and waiting for a decision."""
    day = day_of(on)
    with the_record():
        days = todays(day, board, None if as_json else SHOWN)
    if as_json:
        typer.echo(json.dumps(as_facts(day, days), indent=2, ensure_ascii=False))
    else:
        for one in days:
            _print(one)


def day_of(text: str) -> date:
    """The day that was typed, or today. Raises typer.BadParameter."""
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise typer.BadParameter("The day must be written as in 2026-03-02, and be a day of the calendar.") from None


def todays(day: date, board: str, limit: int | None) -> list[Today]:
    """The day of each board, or of one. Raises typer.BadParameter for a board that is not in the record."""
    with reading() as session:
        rows = boards_by_key(session, board or None)
        if board and not rows:
            raise typer.BadParameter(f"There is no board {board!r} in the record.")
        try:
            return [today_of(session, rule_book(row.key), row.id or 0, day, limit) for row in rows]
        except UnknownName as unknown:
            raise typer.BadParameter(str(unknown.args[0])) from None
        except FaultyConfiguration:
            typer.echo("The configuration has faults: run 'sightline check' and mend them.", err=True)
            raise typer.Exit(1) from None


def as_facts(day: date, days: Sequence[Today]) -> dict[str, Any]:
    """The day as programs read it."""
    return {
        "on": day.isoformat(),
        "boards": [one.board for one in days],
        "overdue": [_owed(one, each) for one in days for each in one.overdue.items],
        "due": [_owed(one, each) for one in days for each in one.due.items],
        "escalated": [_owed(one, each) for one in days for each in one.escalated.items],
        "waiting": [_waiting(one, each) for one in days for each in one.waiting.items],
    }


def _owed(today: Today, one: Owed) -> dict[str, Any]:
    return {
        "ref": one.ref, "kind": one.kind, "owner_role": one.owner_role, "agency": one.agency,
        "due_on": one.due_on.isoformat(), "rag": one.rag.value, "last_rung": one.last_rung,
        "title": one.title, "last_rung_words": one.last_rung_words, "board": today.board,
        "promised_on": one.promised_on.isoformat() if one.promised_on else None,
    }  # fmt: skip


def _waiting(today: Today, one: Waiting) -> dict[str, Any]:
    return {
        "ref": one.ref, "kind": one.gate, "owner_role": one.owner_role, "agency": None,
        "due_on": one.due_on.isoformat() if one.due_on else None, "rag": one.rag.value if one.rag else None,
        "last_rung": None, "title": one.title, "board": today.board, "run_id": one.run_id,
    }  # fmt: skip


def _print(today: Today) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console()
    console.print(f"[bold]{escape(today.board)}[/bold], {spoken(today.on)}")
    _print_list("Overdue", today.overdue, [_owed_row(one) for one in today.overdue.items], OWED)
    _print_list("Escalated", today.escalated, [_owed_row(one) for one in today.escalated.items], OWED)
    _print_list(f"Due until {spoken(today.due_until)}", today.due, [_owed_row(one) for one in today.due.items], OWED)
    _print_list("Waiting for a decision", today.waiting, [_waiting_row(one) for one in today.waiting.items], WAITING)


OWED = ("Reference", "What", "Who", "Due", "How it stands", "Last step")
WAITING = ("Reference", "What", "Due")


def _print_list(title: str, some: Some, rows: list[tuple[str, ...]], columns: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not rows:
        console.print(f"{title}: nothing.")
        return
    table = Table(*columns, title=f"{title} ({some.total})", title_justify="left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)
    if some.more:
        console.print(f"and {some.more} more; --json lists them all.")


def _owed_row(one: Owed) -> tuple[str, ...]:
    who = spoken_role(one.owner_role)
    return (
        one.spoken_ref, one.title, f"{who}, {one.agency_name}" if one.agency_name else who,
        spoken(one.shown_due_on), WORDS[Rag(one.rag)], one.last_rung_words,
    )  # fmt: skip


def _waiting_row(one: Waiting) -> tuple[str, ...]:
    return one.spoken_ref, one.title, spoken(one.due_on) if one.due_on else ""
