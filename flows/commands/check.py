"""`sightline check`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from config.faults import Fault
from config.settings import settings


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the faults in a form for programs.")] = False,
) -> None:
    """Check the configuration of all boards and report every fault at once."""
    from config import load

    faults = load.check(settings().config)
    if as_json:
        typer.echo(json.dumps([_as_dict(fault) for fault in faults], indent=2))
    else:
        _print(faults)
    raise typer.Exit(1 if faults else 0)


def _print(faults: list[Fault]) -> None:
    for fault in faults:
        typer.echo(str(fault))
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    typer.echo(f"{count} found." if faults else "The configuration is in order.")


def _as_dict(fault: Fault) -> dict[str, object]:
    return {"file": fault.file, "line": fault.line, "what": fault.what, "do": fault.do}
