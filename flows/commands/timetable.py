"""`sightline timetable`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import typer

from config.faults import FaultyConfiguration
from config.load import UnknownName
from config.rows import RecurringRow
from models.rulebook import NotBegun, RuleBook, rule_book
from models.rules.planning import ApprovingMeeting, Plan
from models.rules.spoken import and_joined, spoken
from models.rules.timetable import DueDate, Period
from models.rules.working_days import Calendar

TO_BE_CONFIRMED = "default, to be confirmed by the board"
YEARS_AROUND = 3  # no period is longer
IN_WORDS = {"D": TO_BE_CONFIRMED, "G": "unverified"}


class NotADate(typer.BadParameter):
    """The date of an anchor is not written as in 2026-03-02."""


@dataclass(frozen=True)
class Dates:
    """Every date of a process, and what still waits for its anchor."""

    process: str
    book: RuleBook
    guidance: str
    plan: Plan

    @property
    def verified(self) -> bool:
        """True when the text of the edition itself was read for its figures."""
        return bool(self.book.configuration.editions[self.guidance].row.verified)


def add_to(app: typer.Typer) -> None:
    app.command("timetable")(print_timetable)


def print_timetable(
    process: Annotated[str, typer.Argument(help="The kind of process, for example plr.")],
    board: Annotated[str, typer.Option("--board", help="The board, by its key.")],
    anchor: Annotated[
        list[str], typer.Option("--anchor", help="An event and its day: initial-meeting=2026-03-02.")
    ] = [],  # noqa: B006 - Typer copies it
    guidance: Annotated[str, typer.Option("--guidance", help="Another edition of the guidance than the board's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print it in a form for programs.")] = False,
) -> None:
    """Print every date of a process with the explanation of each."""
    try:
        dates = dates_of(process, board, anchor, guidance)
    except UnknownName as unknown:
        raise typer.BadParameter(str(unknown.args[0])) from None
    except FaultyConfiguration:
        typer.echo("The configuration has faults: run 'sightline check' and mend them.", err=True)
        raise typer.Exit(1) from None
    except NotBegun as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(as_facts(dates), indent=2, ensure_ascii=False))
    else:
        _print(dates)


def dates_of(process: str, board: str, anchors: list[str], guidance: str = "") -> Dates:
    """The dates of a process. Raises UnknownName, FaultyConfiguration, NotBegun and typer.BadParameter."""
    book = rule_book(board)
    edition = guidance or book.guidance
    book.insist_that_it_is_begun(process, edition)
    known = book.configuration.anchors_of(process, edition)
    happened = dict(_anchor(text, known) for text in anchors)
    try:
        planned = book.plan(process, edition, happened, _calendar(book, happened))
    except (OverflowError, ValueError):
        raise typer.BadParameter("These dates lie outside the calendar.") from None
    return Dates(process, book, edition, planned)


def _calendar(book: RuleBook, happened: Mapping[str, date]) -> Calendar:
    """The days off of all the years that these dates can lead to, however far from today they lie."""
    if not happened:
        return book.calendar
    first, last = min(happened.values()).year - YEARS_AROUND, max(happened.values()).year + YEARS_AROUND
    if first <= date.min.year or last >= date.max.year:
        raise OverflowError
    return Calendar(*book.configuration.days_off_of(book.board_key, first, last))


def as_facts(dates: Dates) -> dict[str, Any]:
    """The dates as programs read them."""
    return {
        "process": dates.process,
        "board": dates.book.board_key,
        "guidance": dates.guidance,
        "verified": dates.verified,
        "edition": dates.book.spoken_edition(dates.guidance),
        "deadlines": [_deadline(period, due) for period, due in dates.plan.dated],
        "waiting_for": [
            _period(one) | {"anchor": one.anchor, "offset": one.offset, "unit": one.unit.value}
            for one in dates.plan.waiting
        ],
        "meeting": _meeting(dates.plan.meeting),
        "concerns": [
            {
                "what": one.what.value,
                "kind": one.kind,
                "sentence": one.sentence,
                "to_book": {kind: day.isoformat() for kind, day in one.to_book},
            }
            for one in dates.plan.concerns
        ],
        "recurring": [_recurring(kind, row) for kind, row in _recurring_rows(dates)],
    }


def _meeting(meeting: ApprovingMeeting | None) -> dict[str, Any] | None:
    if meeting is None:
        return None
    return {"on": meeting.on.isoformat(), "body": meeting.body, "papers_on": meeting.papers_on.isoformat()}


def _recurring_rows(dates: Dates) -> list[tuple[str, RecurringRow]]:
    rows = dates.book.configuration.editions[dates.guidance].row.recurring
    return list(rows.get(dates.process, {}).items())


def _recurring(kind: str, row: RecurringRow) -> dict[str, Any]:
    return {
        "kind": kind, "title": row.title, "anchor": row.anchor, "every": row.every, "unit": row.unit,
        "until": row.until, "source": row.source, "mark": row.mark,
    }  # fmt: skip


def _deadline(period: Period, due: DueDate) -> dict[str, Any]:
    return _period(period) | {
        "anchor": due.anchor, "anchor_on": due.anchor_on.isoformat(), "offset": due.offset,
        "unit": due.unit.value, "due_on": due.due_on.isoformat(),
        "working_target_on": due.working_target_on.isoformat(), "explanation": due.explanation,
    }  # fmt: skip


def _period(period: Period) -> dict[str, Any]:
    return {
        "kind": period.kind, "title": period.title, "source": period.source, "mark": period.mark,
        "owner_role": period.owner_role, "per_agency": period.per_agency, "limit": period.limit,
        "needs": period.needs, "gives": period.gives, "told": period.told, "ladder": period.ladder,
    }  # fmt: skip


def _anchor(text: str, known: Mapping[str, str]) -> tuple[str, date]:
    name, _, day = text.partition("=")
    if name not in known:
        raise typer.BadParameter(f"There is no anchor {name!r}. Known: {', '.join(known)}.")
    try:
        return name, date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter(
            f"The day of {name} must be written as in {name}=2026-03-02, and be a day of the calendar."
        ) from None


def _print(dates: Dates) -> None:
    from rich.console import Console
    from rich.table import Table

    title = f"{dates.book.title_of(dates.process, dates.guidance)} under {dates.book.spoken_edition(dates.guidance)}"
    table = Table("Due", "What", "How it comes about", "Source", title=title, show_lines=True)
    for period, due in dates.plan.dated:
        shown = spoken(due.due_on)
        if due.working_target_on != due.due_on:
            shown += f"\nworking day before: {spoken(due.working_target_on)}"
        table.add_row(shown, period.title, due.explanation, _source(period))
    console = Console()
    console.print(table)
    for concern in dates.plan.concerns:
        console.print(f"! {concern.sentence}", markup=False)
    if dates.plan.waiting:
        console.print("Waiting for their event:")
        for period in dates.plan.waiting:
            console.print(f"  {period.title}: counted from {period.event(period.anchor)}", markup=False)


def _source(period: Period) -> str:
    words = [IN_WORDS[mark] for mark in period.mark.split(", ") if mark in IN_WORDS]
    said = [word for word in words if word not in period.source]
    return period.source if not said else f"{period.source} ({and_joined(said)})"
