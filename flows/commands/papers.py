"""What `sightline proof` and `sightline trail` have in common: a paper printed for programs, or written as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typer

from config.faults import FaultyConfiguration
from config.load import UnknownName
from flows.commands.record import the_record
from models.records.boards import Board
from models.records.database import Session, transaction
from models.records.ledger import one_moment
from models.records.processes import Process, UnknownReference, process_by_ref
from models.records.today import STANDING
from models.rulebook import RuleBook, rule_book
from reports.paper import Document, as_values

Make = Callable[[Session, RuleBook, Process], Document]


def printed_or_written(ref: str, kind: str, make: Make, out: Path | None, *, as_json: bool) -> None:
    """The paper about that review was printed, or written to `out`, or to the board's folder and into the record.

    Raises typer.Exit with 1 for a reference that no review has.
    """
    try:
        with the_record():
            if as_json:
                typer.echo(json.dumps(_values(ref, make), indent=2, ensure_ascii=False))
                return
            for name in _beside(ref, kind, make, out) if out else _into_the_record(ref, kind, make):
                typer.echo(name)
    except UnknownReference:
        typer.echo(f"There is no review with the reference {ref}.", err=True)
        raise typer.Exit(1) from None
    except UnknownName as unknown:
        typer.echo(str(unknown.args[0]), err=True)
        raise typer.Exit(1) from None
    except FaultyConfiguration:
        typer.echo("The configuration has faults: run 'sightline check' and mend them.", err=True)
        raise typer.Exit(1) from None
    except OSError as fault:
        typer.echo(f"The files could not be written: {fault.strerror}.", err=True)
        raise typer.Exit(1) from None


def _values(ref: str, make: Make) -> dict[str, object]:
    with one_moment() as session:
        process = _review(session, ref)
        return as_values(make(session, _book(session, process), process))


def _beside(ref: str, kind: str, make: Make, out: Path) -> list[str]:
    """Written to another folder, the paper is a copy for whoever asked, and the record says nothing of it."""
    from config import clock
    from flows.papers import write_files

    with one_moment() as session:
        process = _review(session, ref)
        document = make(session, _book(session, process), process)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [str(out / name) for name, _ in write_files(out, document, kind, process, clock.today())]


def _into_the_record(ref: str, kind: str, make: Make) -> list[str]:
    from flows.papers import papers_folder, write_paper

    with transaction() as session:
        process = _review(session, ref, for_update=True)
        book = _book(session, process)
        written = write_paper(session, make(session, book, process), kind, process)
        return [str(papers_folder(book.board_key) / name) for name in written.files]


def _review(session: Session, ref: str, *, for_update: bool = False) -> Process:
    process = process_by_ref(session, ref, for_update=for_update)
    if process.kind == STANDING:
        raise UnknownReference
    return process


def _book(session: Session, process: Process) -> RuleBook:
    return rule_book(session.get_one(Board, process.board_id).key)
