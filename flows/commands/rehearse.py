"""`sightline rehearse`."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.faults import FaultyConfiguration
from config.load import UnknownName
from config.settings import settings
from models.rulebook import NotBegun

if TYPE_CHECKING:
    from flows.rehearsal.cast import Late
    from flows.rehearsal.play import Rehearsed
    from models.rulebook import RuleBook
    from reports.rehearsal_report import AtTheEnd

WORDS = {
    "asked": "asked", "told": "told", "reminded": "reminded", "chased": "told that it is late",
    "escalated": "told of somebody else's lateness", "task": "the office has a task", "recorded": "recorded",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command("rehearse")(rehearse_now)


def rehearse_now(
    process: Annotated[str, typer.Argument(help="The kind of process, for example plr.")],
    board: Annotated[str, typer.Option("--board", help="The board, by its key.")],
    start: Annotated[
        str,
        typer.Option(
            "--start", help="The day of the event that begins it, as in 2026-01-05: a decision, a notification."
        ),
    ],
    late: Annotated[
        list[str], typer.Option("--late", help="Who is late, KIND:AGENCY:WORKING-DAYS, as in imr:police:12.")
    ] = [],  # noqa: B006 - Typer copies it
    agency: Annotated[
        list[str], typer.Option("--agency", help="An agency that takes part, by its key; without any, all.")
    ] = [],  # noqa: B006
    guidance: Annotated[str, typer.Option("--guidance", help="Another edition of the guidance than the board's.")] = "",
    config: Annotated[str, typer.Option("--config", help="Another configuration folder, to try it.")] = "",
    report: Annotated[str, typer.Option("--report", help="Where the report is written.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it in a form for programs.")] = False,
) -> None:
    """Play a whole process on an invented calendar, through the real steps and texts; nothing is sent."""
    if config:
        _use(config)
    try:
        done = _rehearsed(process, board, start, late, agency, guidance)
    except UnknownName as unknown:
        raise typer.BadParameter(str(unknown.args[0])) from None
    except NotBegun as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    except FaultyConfiguration:
        typer.echo("The configuration has faults: run 'sightline check' and mend them.", err=True)
        raise typer.Exit(1) from None
    file = _write(done, report)
    if as_json:
        typer.echo(json.dumps(as_facts(done) | {"report": str(file)}, indent=2, ensure_ascii=False))
    else:
        _print(done, file)


def _use(folder: str) -> None:
    chosen = Path(folder).expanduser().resolve()
    if not (chosen / "ladders.toml").is_file():
        raise typer.BadParameter(f"There is no configuration in {chosen}.")
    os.environ["SIGHTLINE_CONFIG"] = str(chosen)
    settings.cache_clear()


def _rehearsed(
    process: str, board: str, start: str, late: Sequence[str], agencies: Sequence[str], guidance: str
) -> Rehearsed:
    from flows.rehearsal.parts import PARTS
    from flows.rehearsal.play import UnknownAgency, Wanted, rehearse
    from models.rulebook import rule_book
    from reports.rehearsal_report import at_the_end

    book = rule_book(board)
    edition = guidance or book.guidance
    book.insist_that_it_is_begun(process, edition)
    if process not in PARTS:
        raise typer.BadParameter(f"{process!r} cannot be rehearsed. Known: {', '.join(PARTS)}.")
    try:
        day = date.fromisoformat(start)
    except ValueError:
        raise typer.BadParameter("The day on which it begins must be written as in 2026-01-05.") from None
    if not date(2000, 1, 1) <= day <= date(2199, 12, 31):
        raise typer.BadParameter("The day on which it begins lies outside the calendar.")
    named = tuple(_late(text, book, process, edition) for text in late)
    wanted = Wanted(board, day, tuple(agencies), named, process, edition)
    try:
        return rehearse(wanted, at_the_end)
    except UnknownAgency as unknown:
        raise typer.BadParameter(str(unknown)) from None


def _late(text: str, book: RuleBook, process: str, edition: str) -> Late:
    from flows.rehearsal.cast import Late
    from flows.rehearsal.parts import part_of

    parts = text.split(":")
    never_done = part_of(process).never_done
    kinds = {each.kind: each for each in book.periods_of(process, edition) if each.kind not in never_done}
    if len(parts) != 3 or not parts[2].isdigit() or int(parts[2]) < 1:
        raise typer.BadParameter(f"{text!r} must be written as in imr:police:12, with working days of at least 1.")
    kind, agency, days = parts
    if kind not in kinds:
        raise typer.BadParameter(f"There is nothing called {kind!r} to be late with. Known: {', '.join(kinds)}.")
    if kinds[kind].per_agency != bool(agency):
        what = "name the agency, as in" if kinds[kind].per_agency else "leave the agency empty, as in"
        example = f"{kind}:{next(iter(book.board.agencies))}:{days}" if kinds[kind].per_agency else f"{kind}::{days}"
        raise typer.BadParameter(f"{text!r}: {what} {example}.")
    if agency and agency not in book.board.agencies:
        raise typer.BadParameter(f"There is no agency {agency!r}. Known: {', '.join(book.board.agencies)}.")
    return Late(kind, agency, int(days))


def as_facts(done: Rehearsed) -> dict[str, Any]:
    """The rehearsal as programs read it."""
    shown: AtTheEnd | None = done.shown
    return {
        "process": done.wanted.process, "board": done.wanted.board, "start": done.wanted.start_on.isoformat(),
        "guidance": done.wanted.guidance, "edition": shown.edition if shown else "",
        "stage": done.stage, "balanced": done.balanced, "concerns": list(shown.concerns if shown else ()),
        "days": [
            {"on": day.isoformat(), "events": [each.as_facts() for each in events]}
            for day, events in done.days.items()
        ],
    }  # fmt: skip


def _write(done: Rehearsed, report: str) -> Path:
    from reports.rehearsal_report import rehearsal_report

    name = f"{done.wanted.process} {done.wanted.board} {done.wanted.start_on.isoformat()}.html"
    file = Path(report).expanduser().resolve() if report else settings().home / "rehearsals" / name
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_text(rehearsal_report(done.wanted, done.days, done.shown), encoding="utf-8")
    except OSError as fault:
        typer.echo(f"The report cannot be written to {file}: {fault.strerror}.", err=True)
        raise typer.Exit(1) from None
    return file


def _print(done: Rehearsed, file: Path) -> None:
    from models.rulebook import rule_book
    from models.rules.spoken import spoken
    from models.rules.spoken_roles import spoken_role

    shown: AtTheEnd | None = done.shown
    if shown:
        title = rule_book(done.wanted.board).title_of(done.wanted.process, done.wanted.guidance)
        typer.echo(f"{title} under {shown.edition}")
    for day, events in done.days.items():
        typer.echo(spoken(day))
        counted = Counter((each.event, each.title, spoken_role(each.role) if each.role else "") for each in events)
        for (event, title, role), count in counted.items():
            whom = f"{role}{f' ({count} times)' if count > 1 else ''} " if role and event != "recorded" else ""
            many = f" ({count} times)" if count > 1 and not whom else ""
            typer.echo(f"  {whom}{WORDS[event]}: {title}{many}")
    for concern in shown.concerns if shown else ():
        typer.echo(f"! {concern}")
    typer.echo(f"Nothing was sent. The report with every message as it would read: {file}")
