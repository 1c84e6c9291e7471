"""`sightline up`."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    app.command("up")(up)


def up() -> None:
    """Start Sightline: server, worker and everything they need. Stop it with Ctrl-C."""
    from flows.up import up as start

    raise typer.Exit(start())
