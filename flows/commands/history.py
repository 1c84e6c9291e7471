"""`sightline history`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import clock
from flows.commands.record import the_record

if TYPE_CHECKING:
    from models.records.history import History
    from models.records.proof import Proof


def add_to(app: typer.Typer) -> None:
    app.command("history")(history)


def history(
    ref: Annotated[str, typer.Argument(help="The reference; leave it out to verify everything.")] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Prove the chain of the journal and the ledger of messages.")
    ] = False,
    head: Annotated[
        str, typer.Option("--head", help="A head from a digest or a paper that the chain must contain.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it in a form for programs.")] = False,
) -> None:
    """Show what was done in a process, or prove that nothing of it was altered or forgotten."""
    from models.records.processes import UnknownReference

    if not ref and (head or not verify):
        typer.echo("Name the reference of a process, or use --verify alone to prove everything.", err=True)
        raise typer.Exit(2)
    try:
        with the_record():
            _verify(ref, head, as_json=as_json) if verify or head else _show(ref, as_json=as_json)
    except UnknownReference:
        typer.echo(f"There is no process with the reference {ref}.", err=True)
        raise typer.Exit(1) from None


def _show(ref: str, *, as_json: bool) -> None:
    from models.records.history import history_of
    from models.records.ledger import one_moment
    from models.records.processes import process_by_ref

    with one_moment() as session:
        process = process_by_ref(session, ref)
        rows = [_as_dict(row) for row in history_of(session, process.id or 0)]
        about = {"ref": process.ref, "head": process.history_head, "history": rows}
    typer.echo(json.dumps(about, indent=2) if as_json else "\n".join(_line(row) for row in rows))


def _as_dict(row: History) -> dict[str, Any]:
    from models.rules.spoken import spoken

    moment = clock.local(row.at)
    when = f"{spoken(moment.date())} {moment:%H:%M}"
    return {"seq": row.seq, "at": row.at.isoformat(), "when": when, "deed": row.deed, "facts": row.facts}


def _line(row: dict[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in row["facts"].items() if value not in (None, ""))
    return f"{row['seq']:>4}  {row['when']}  {row['deed']}" + (f" ({facts})" if facts else "")


def _verify(ref: str, head: str, *, as_json: bool) -> None:
    from models.records.ledger import one_moment
    from models.records.processes import process_by_ref
    from models.records.proof import prove

    with one_moment() as session:
        proof = prove(session, process_by_ref(session, ref) if ref else None, head)
    if as_json:
        typer.echo(json.dumps({"holds": proof.holds, **asdict(proof)}, indent=2))
    else:
        _print(proof)
    raise typer.Exit(0 if proof.holds else 1)


def _print(proof: Proof) -> None:
    for chain in proof.chain:
        typer.echo(f"{chain.ref}, row {chain.seq} of its journal: {chain.what}.")
    for fault in proof.ledger:
        typer.echo(f"{fault.ref}: {fault.what}." if fault.ref else f"{fault.what}.")
    typer.echo("Notices: " + ", ".join(f"{number} {fate}" for fate, number in proof.counts.items()) + ".")
    found = len(proof.chain) + len(proof.ledger)
    whole = "1 journal is" if proof.processes == 1 else f"{proof.processes} journals are"
    typer.echo(f"{found} found." if found else f"{whole} unaltered, and the ledger balances.")
