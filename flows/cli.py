"""The `sightline` command.  Exit codes: 0 done, 1 refused or faults found, 2 wrong usage."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from flows.refusals import Refusal

# One module each in flows/commands, in the order of the help.
COMMANDS = [
    "up", "check", "timetable", "rehearse", "today", "round", "dispatch", "in-tray", "history", "proof", "trail",
    "considered",
]  # fmt: skip


class LoadedWhenTyped(TyperGroup):
    """A command is loaded when it is typed, so that each starts quickly and `up` stays small."""

    def list_commands(self, ctx: Any) -> list[str]:
        return COMMANDS

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        import_module(f"flows.commands.{cmd_name.replace('-', '_')}").add_to(alone)
        return typer.main.get_command(alone)


app = typer.Typer(
    name="sightline",
    cls=LoadedWhenTyped,
    help="Keeps a safeguarding children board to its dates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def sightline() -> None:
    """Keeps a safeguarding children board to its dates."""


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
