"""The `sightline` command.  Exit codes: 0 done, 1 refused or faults found, 2 wrong usage."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from flows.refusals import Refusal

# One module each in flows/commands, in the order of the help.
COMMANDS = ["up", "check", "timetable", "today", "round", "dispatch", "history"]

app = typer.Typer(
    name="sightline",
    help="Keeps a safeguarding children board to its dates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def sightline() -> None:
    """Keeps a safeguarding children board to its dates."""


for name in COMMANDS:
    import_module(f"flows.commands.{name}").add_to(app)


def main() -> None:
    """Runs the command that was typed; a refusal is one sentence and exit code 1."""
    try:
        app()
    except Refusal as refusal:
        if str(refusal):
            sys.stderr.write(f"{refusal}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
