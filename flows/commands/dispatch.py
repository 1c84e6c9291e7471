"""`sightline dispatch`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, NoReturn

import typer

from flows.commands.record import the_record


def add_to(app: typer.Typer) -> None:
    app.command("dispatch")(dispatch_now)


def dispatch_now(
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Send at most so many messages.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done in a form for programs.")] = False,
) -> None:
    """Send what is waiting, now."""
    from config.faults import FaultyConfiguration
    from models.records.rounds import ClaimLost, RoundUnderWay
    from notifications.channels import MailUrlFault
    from notifications.dispatch import dispatch

    try:
        with the_record():
            report = dispatch(limit=limit)
    except (RoundUnderWay, ClaimLost) as fault:
        _refuse(f"Nothing more was done: {str(fault) or ClaimLost.__doc__}")
    except FaultyConfiguration:
        _refuse("The configuration has faults: run 'sightline check' and mend them.")
    except MailUrlFault as fault:
        _refuse(str(fault))
    typer.echo(json.dumps(asdict(report), indent=2) if as_json else "\n".join(report.sentences()))
    raise typer.Exit(1 if report.server_down else 0)


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
