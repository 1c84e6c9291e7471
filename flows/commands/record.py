"""What every command that reads the record says when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from models.records.database import Unreachable, database_file

NO_RECORD = "There is no record yet: start Sightline with 'sightline up', or set SIGHTLINE_HOME to its folder."
NOT_REACHED = "The record cannot be read: it is locked, of another version, or its database server does not answer."


@contextmanager
def the_record() -> Iterator[None]:
    """Within the block a record that is missing or cannot be reached ends the command with a sentence."""
    file = database_file()
    if file is not None and not file.exists():
        typer.echo(NO_RECORD, err=True)
        raise typer.Exit(1)
    try:
        yield
    except Unreachable:
        typer.echo(NOT_REACHED, err=True)
        raise typer.Exit(1) from None
