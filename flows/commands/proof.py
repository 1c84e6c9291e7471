"""`sightline proof`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.records.database import Session
    from models.records.processes import Process
    from models.records.said import Matter
    from models.rulebook import RuleBook
    from reports.paper import Document


def add_to(app: typer.Typer) -> None:
    app.command("proof")(proof)


def proof(
    ref: Annotated[str, typer.Argument(help="The reference of the review, as in CR-7Q4M.")],
    agency: Annotated[str, typer.Option("--agency", help="Only one agency, by its key.")] = "",
    slot: Annotated[str, typer.Option("--slot", help="Only one thing owed, by its key, as in imr:police.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Another folder than the board's papers.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the content in a form for programs.")] = False,
) -> None:
    """Write a proof sheet: every message in full, to which address, when, and what the mail server answered."""
    from flows.commands.papers import printed_or_written
    from reports.proof_sheet import KIND

    def make(session: Session, _: RuleBook, process: Process) -> Document:
        from flows.papers import a_proof_sheet

        return a_proof_sheet(session, _matter(session, process, agency, slot))

    printed_or_written(ref, KIND, make, out, as_json=as_json)


def _matter(session: Session, process: Process, agency: str, slot: str) -> Matter:
    """What was typed. Raises typer.BadParameter for an agency or a thing that the review does not have."""
    from models.records.boards import agencies_of
    from models.records.chasing import deadlines_of
    from models.records.said import Matter

    agencies = {each.key: each for each in agencies_of(session, process.board_id)}
    owed = {each.slot: each for each in deadlines_of(session, process)}
    for typed, known, what in ((agency, agencies, "agency"), (slot, owed, "thing owed")):
        if typed and typed not in known:
            there = ", ".join(sorted(known)) or "none"
            raise typer.BadParameter(f"There is no {what} {typed!r} in this review. There is: {there}.")
    return Matter(process, agencies.get(agency), owed.get(slot))
