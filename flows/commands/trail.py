"""`sightline trail`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.records.database import Session
    from models.records.processes import Process
    from models.rulebook import RuleBook
    from reports.paper import Document


def add_to(app: typer.Typer) -> None:
    app.command("trail")(trail)


def trail(
    ref: Annotated[str, typer.Argument(help="The reference of the review, as in CR-7Q4M.")],
    out: Annotated[Path | None, typer.Option("--out", help="Another folder than the board's papers.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the content in a form for programs.")] = False,
) -> None:
    """Write a case trail: decisions, dates, extensions, chasing, meetings and papers of a review in order."""
    from flows.commands.papers import printed_or_written
    from reports.case_trail import KIND

    def make(session: Session, book: RuleBook, process: Process) -> Document:
        from reports.case_trail import case_trail

        return case_trail(session, book, process)

    printed_or_written(ref, KIND, make, out, as_json=as_json)
