"""The list of all considered cases, as page and as paper; and the form of it that may be published: counts alone.

The list is for the board and its group: references, days, outcomes, no name and nothing that a person typed. Counts in
the public form that are under five, or would give one away, are not told (F-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config import clock
from models.records.boards import Board
from models.records.considered import Considered, considered_cases, counted
from models.records.database import Session
from models.records.opening import desk_ref
from models.records.processes import process_by_ref
from models.rulebook import RuleBook
from models.rules.outcomes import SPOKEN, Outcome
from models.rules.small_numbers import SMALLEST_TOLD, Published, publishable
from models.rules.spoken import spoken
from models.rules.spoken_reasons import spoken_reason
from models.rules.spoken_roles import spoken_role
from models.rules.stages import PLAIN
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, table, upper_first
from reports.paper import Block, Document, Heading, Paragraph, Table, titled
from reports.words import NOTHING_YET

KIND, PUBLIC_KIND = "considered-cases", "considered-counts"
MOST_ROWS = 200
NOT_TOLD = "not told"
HEADINGS = ("Reference", "Received", "Recommended", "Decided", "Outcome", "Days", "Within the limit", "Rounds")
LATE_HEADINGS = ("Reference", "Limit", "Decided", "Reason")


@dataclass(frozen=True)
class Span:
    """From which day to which; None for an end that is open."""

    from_on: date | None = None
    until_on: date | None = None

    @property
    def words(self) -> str:
        """The span as people say it."""
        begins = f"from {spoken(self.from_on)}" if self.from_on else ""
        ends = f"to {spoken(self.until_on)}" if self.until_on else ""
        return f"{begins} {ends}".strip() or "from the beginning to now"


def considered_page(session: Session, _book: RuleBook, board: Board, _day: date, links: Links) -> str:
    """The page as Markdown, the newest case first."""
    cases = considered_cases(session, board.id or 0)
    rows = [(link(each.spoken_ref, links.process(each.ref)), *map(escaped, _cells(each))) for each in cases[:MOST_ROWS]]
    more = f"and {len(cases) - MOST_ROWS} more; the paper has them all" if len(cases) > MOST_ROWS else ""
    counts = [(f"**{upper_first(SPOKEN[outcome])}**", f"{count}") for outcome, count in counted(cases).items() if count]
    parts = [
        f"# Considered cases of {escaped(board.name)} ({len(cases)})",
        "For the board and its group alone\\: what may be published is written with the proof sheets, at the desk.",
        f"## By outcome\n\n{listed(counts)}" if counts else "",
        f"## Cases, the newest first\n\n{table(HEADINGS, rows)}" if rows else "No case was considered yet.",
        more,
        _late_list(cases),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def considered_paper(session: Session, board: Board, span: Span) -> Document:
    """The list as a paper for the group, all cases of the span."""
    cases = considered_cases(session, board.id or 0, span.from_on, span.until_on)
    rows = list_rows(cases)
    counts = [(upper_first(SPOKEN[outcome]), f"{count}") for outcome, count in counted(cases).items()]
    late = [(each.spoken_ref, *_late_cells(each)) for each in cases if each.is_within_limit is False]
    return _document(
        session, board, f"Considered cases {span.words}",
        (
            Paragraph("For the board and its group alone; not to be published.", strong=True),
            *titled("By outcome", ("Outcome", "Cases"), counts, "None.", (6, 2)),
            *titled("Cases, the newest first", HEADINGS, rows, "No case was considered.", (4, 4, 5, 4, 5, 2, 3, 2)),
            *titled("Decided after the limit", LATE_HEADINGS, late, "None.", (4, 4, 4, 5)),
        ),
    )  # fmt: skip


def public_paper(session: Session, board: Board, span: Span) -> Document:
    """The form for the annual report: how often each outcome was decided, without what must not be told."""
    cases = considered_cases(session, board.id or 0, span.from_on, span.until_on)
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"Counts under {SMALLEST_TOLD} are not told. Where a total would give one of them away, further counts, or "
            "the total itself, are not told either."
        ),
        Heading("Decisions by outcome"),
        Table(("Outcome", "Cases"), tuple(public_rows(cases)), (6, 2)),
    )
    return _document(session, board, f"Cases considered {span.words}, for the annual report", blocks)


def public_counts(cases: Sequence[Considered]) -> Published:
    """How often each outcome was decided, as far as it may be published."""
    return publishable({outcome.value: count for outcome, count in counted(cases).items()})


def list_rows(cases: Sequence[Considered]) -> list[tuple[str, ...]]:
    """The cases as rows under `HEADINGS`, in words."""
    return [(each.spoken_ref, *_cells(each)) for each in cases]


def public_rows(cases: Sequence[Considered]) -> list[tuple[str, str]]:
    """Outcomes and what may be told of how often they were decided, the total at the end."""
    told = public_counts(cases)
    rows = [(upper_first(SPOKEN[Outcome(name)]), told_words(count)) for name, count in told.counts.items()]
    return [*rows, ("All", told_words(told.total))]


def as_facts(one: Considered) -> dict[str, Any]:
    """One case as programs read it."""
    return {
        "ref": one.ref, "stage": one.stage.value, "received_on": _iso(one.received_on),
        "recommended_on": _iso(one.recommended_on), "recommended": one.recommended.value if one.recommended else None,
        "decided_on": _iso(one.decided_on), "outcome": one.outcome.value if one.outcome else None,
        "capacity": one.capacity or None, "days_taken": one.days_taken, "limit_on": _iso(one.limit_on),
        "within_limit": one.is_within_limit, "overrun_reason": one.overrun_reason or None, "rounds": one.rounds,
        "earlier": list(one.earlier),
    }  # fmt: skip


def _document(session: Session, board: Board, title: str, blocks: tuple[Block, ...]) -> Document:
    desk = process_by_ref(session, desk_ref(board.key))
    return Document(title, f"desk of {board.name}", board.name, desk.history_head, clock.now(), blocks)


def _cells(one: Considered) -> tuple[str, ...]:
    recommended = f"{upper_first(SPOKEN[one.recommended])}, " if one.recommended else ""
    when = spoken(one.recommended_on) if one.recommended_on else NOTHING_YET
    outcome = upper_first(SPOKEN[one.outcome]) if one.outcome else upper_first(PLAIN[one.stage])
    return (
        spoken(one.received_on) if one.received_on else "Not recorded", upper_first(f"{recommended}{when}"),
        _decided(one), outcome, f"{one.days_taken}" if one.days_taken is not None else "", _within(one),
        f"{one.rounds}",
    )  # fmt: skip


def _decided(one: Considered) -> str:
    if one.decided_on is None:
        return "Withdrawn" if one.is_withdrawn else "Not yet"
    return f"{spoken(one.decided_on)}, by the {spoken_role(one.capacity)}"


def _within(one: Considered) -> str:
    if one.is_within_limit is None:
        return ""
    return "Yes" if one.is_within_limit else f"No: {_reason(one)}"


def _reason(one: Considered) -> str:
    return spoken_reason(one.overrun_reason) if one.overrun_reason else "no reason is recorded"


def _late_cells(one: Considered) -> tuple[str, ...]:
    return (
        spoken(one.limit_on) if one.limit_on else "", spoken(one.decided_on) if one.decided_on else "",
        upper_first(_reason(one)),
    )  # fmt: skip


def _late_list(cases: Sequence[Considered]) -> str:
    late = [each for each in cases if each.is_within_limit is False][:MOST_ROWS]
    entries = [(f"**{escaped(each.spoken_ref)}**", *map(escaped, _late_cells(each))) for each in late]
    return f"## Decided after the limit ({len(late)})\n\n{listed(entries)}" if entries else ""


def told_words(count: int | None) -> str:
    """A count as the public hears it, or that it is not told."""
    return NOT_TOLD if count is None else f"{count}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
