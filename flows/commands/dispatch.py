"""`sightline dispatch`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from models.migrations.schema import insist_on_newest
from models.records.rounds import ClaimLost, RoundUnderWay
from notifications.channels import MailUrlFault
from notifications.dispatch import dispatch as send_what_waits


def add_to(app: typer.Typer) -> None:
    app.command("dispatch")(dispatch)


def dispatch(
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Send at most so many messages.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was done in a form for programs.")
    ] = False,
) -> None:
    """Send what is waiting, now."""
    insist_on_newest()
    try:
        report = send_what_waits(limit=limit)
    except RoundUnderWay as under_way:
        _refuse(f"Nothing was done: {under_way}.")
    except ClaimLost:
        _refuse("Broken off: another dispatch has taken over, because this one gave no sign of life.")
    except MailUrlFault as fault:
        _refuse(str(fault))
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
    else:
        typer.echo("\n".join(report.sentences()))
    raise typer.Exit(1 if report.server_down else 0)


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
