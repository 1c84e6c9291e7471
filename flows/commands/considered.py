"""`sightline considered`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from models.records.considered import Considered
    from reports.considered import Span


def add_to(app: typer.Typer) -> None:
    app.command("considered")(print_considered)


def print_considered(
    board: Annotated[str, typer.Option("--board", help="The board, by its key.")],
    from_: Annotated[str, typer.Option("--from", help="Decided on that day or later, as in 2026-04-01.")] = "",
    to: Annotated[str, typer.Option("--to", help="Decided on that day or before.")] = "",
    public: Annotated[
        bool, typer.Option("--public", help="The counts that may be published, and nothing else.")
    ] = False,
    paper: Annotated[
        bool, typer.Option("--paper", help="Write it into the board's folder of papers, as Word file and page.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it in a form for programs.")] = False,
) -> None:
    """List all cases that were considered: received, recommended, decided, how long it took."""
    from flows.commands.record import the_record
    from flows.commands.today import day_of
    from models.records.boards import UnknownBoard
    from reports.considered import Span

    span = Span(day_of(from_) if from_ else None, day_of(to) if to else None)
    try:
        with the_record():
            if paper:
                for name in _written(board, span, public=public):
                    typer.echo(name)
                return
            cases = _cases(board, span)
    except UnknownBoard as unknown:
        raise typer.BadParameter(str(unknown)) from None
    if as_json:
        typer.echo(json.dumps(as_facts(board, span, cases, public=public), indent=2, ensure_ascii=False))
    else:
        _print(cases, public=public)


def _cases(board: str, span: Span) -> Sequence[Considered]:
    from models.records.boards import board_by_key
    from models.records.considered import considered_cases
    from models.records.database import reading

    with reading() as session:
        return considered_cases(session, board_by_key(session, board).id or 0, span.from_on, span.until_on)


def _written(board: str, span: Span, *, public: bool) -> list[str]:
    from flows.papers import papers_folder, write_paper
    from models.records.boards import board_by_key
    from models.records.database import transaction
    from models.records.opening import desk_ref
    from models.records.processes import process_by_ref
    from reports import considered

    kind, make = (considered.KIND, considered.considered_paper)
    if public:
        kind, make = (considered.PUBLIC_KIND, considered.public_paper)
    with transaction() as session:
        row = board_by_key(session, board)
        desk = process_by_ref(session, desk_ref(row.key), for_update=True)
        written = write_paper(session, make(session, row, span), kind, desk)
        return [str(papers_folder(row.key) / name) for name in written.files]


def as_facts(board: str, span: Span, cases: Sequence[Considered], *, public: bool) -> dict[str, Any]:
    """The list as programs read it; the public form holds no case."""
    from models.records.considered import counted
    from reports import considered

    whole: dict[str, Any] = {
        "board": board, "from": span.from_on.isoformat() if span.from_on else None,
        "to": span.until_on.isoformat() if span.until_on else None,
    }  # fmt: skip
    told = considered.public_counts(cases)
    if public:
        return {**whole, "counts": dict(told.counts), "total": told.total}
    counts = {outcome.value: count for outcome, count in counted(cases).items()}
    return {**whole, "counts": counts, "cases": [considered.as_facts(each) for each in cases]}


def _print(cases: Sequence[Considered], *, public: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from reports import considered

    if public:
        table = Table("Outcome", "Cases")
        for outcome, count in considered.public_rows(cases):
            table.add_row(outcome, count)
    else:
        table = Table(*considered.HEADINGS, show_lines=True)
        for each in considered.list_rows(cases):
            table.add_row(*each)
    Console().print(table)
