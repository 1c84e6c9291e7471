"""`sightline round`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from config.faults import FaultyConfiguration
from flows.commands.record import the_record
from flows.commands.today import day_of
from flows.engine import set_environment


def add_to(app: typer.Typer) -> None:
    app.command("round")(run_now)


def run_now(
    on: Annotated[str, typer.Option("--on", help="Another day than today, as in 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done in a form for programs.")] = False,
) -> None:
    """Run the morning round now and say what it did."""
    day = day_of(on)
    set_environment()
    from flows.rounds import DayToCome, run_round
    from models.records.rounds import ClaimLost, RoundUnderWay

    try:
        with the_record():
            report = run_round(day)
    except (DayToCome, RoundUnderWay, ClaimLost) as fault:
        typer.echo(f"Nothing was done: {str(fault) or ClaimLost.__doc__}", err=True)
        raise typer.Exit(1) from None
    except FaultyConfiguration:
        typer.echo("The configuration has faults: run 'sightline check' and mend them.", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps({"on": day.isoformat(), **report.as_facts()}, indent=2, ensure_ascii=False))
        return
    for sentence in report.sentences():
        typer.echo(sentence)
