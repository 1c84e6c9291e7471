"""`sightline in-tray`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from flows.commands.record import the_record
from flows.engine import set_environment


def add_to(app: typer.Typer) -> None:
    app.command("in-tray")(look_now)


def look_now(
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done in a form for programs.")] = False,
) -> None:
    """Read what lies in the in-trays, now; a file that changed within the last minute is left for the next look."""
    set_environment()
    from flows.in_tray import look_into_in_trays
    from flows.pages import refresh_if_possible

    with the_record():
        looked = look_into_in_trays()
        if not looked.did_nothing:
            refresh_if_possible()
    if as_json:
        typer.echo(json.dumps(looked.as_facts(), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(looked.sentences() or ["Nothing lies in the in-trays."]))
    raise typer.Exit(1 if looked.found_faults or looked.under_way else 0)
