"""The page of a board's actions: counts, and what is late by reference and number; nothing that a person typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from models.records.action_lists import Listed, listed_actions
from models.records.boards import Board
from models.records.database import Session
from models.rulebook import RuleBook
from models.rules.action_figures import AGES, by_age
from models.rules.spoken import spoken
from reports.action_exceptions import acceptance_late, evidence_late, to_be_closed, without_owner
from reports.action_view import View, by_agency, comes_from, late_words, stands, state_counts
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, table
from reports.sections import MOST_ITEMS

WRITE = "Write a proof sheet or case trail"  # its name in prefect.yaml
WHAT_IT_HOLDS = (
    "Counts and references alone\\: titles, words and reasons stand in the papers, which are written here\\:"
)
PLANS = ("Plan", "It comes", "Actions", "Open", "Late", "Closed")
AGENCIES = ("Agency", "Open", "Late")


def actions_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown; each list holds at most 40 and says how many more there are."""
    rows = [each for each in listed_actions(session, book, board.id or 0, day, said=False) if each.plan_is_open]
    view = View(session, book, board, None, day, rows)
    parts = [
        f"# Actions of {escaped(board.name)} ({len(view.standing)} open, {len(view.late)} late)",
        f"{WHAT_IT_HOLDS} {link(WRITE, links.start(WRITE))}",
        _stands(view),
        _late(view, links),
        _waiting(view, links),
        _plans(rows, links),
        _agencies(view, links),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _stands(view: View) -> str:
    counts = state_counts(view.rows)
    if not counts:
        return "There is no open plan with actions."
    return "## Where they stand\n\n" + listed([(f"**{escaped(words)}**", f"{count}") for words, count in counts])


def _late(view: View, links: Links) -> str:
    if not view.late:
        return ""
    found, (first, second) = by_age(each.days_late for each in view.late), AGES
    told = (
        f"Up to {first} working days\\: {found.first} · {first + 1} to {second}\\: {found.second} · "
        f"more\\: {found.beyond}"
    )
    entries = [
        (_named(each, links), escaped(each.agency), f"due {spoken(each.holds_on)}", f"**{late_words(each)}**",
         escaped(stands(each)))
        for each in view.late[:MOST_ITEMS]
    ]  # fmt: skip
    return f"## Late ({len(view.late)})\n\n{told}\n\n{listed(entries)}{_more(view.late)}"


def _waiting(view: View, links: Links) -> str:
    lists = (
        ("Not accepted in time", acceptance_late), ("Evidence not checked in time", evidence_late),
        ("To be closed by the committee", to_be_closed), ("Nobody is named as owner", without_owner),
    )  # fmt: skip
    parts = []
    for title, find in lists:
        found = find(view)
        entries = [(_named(each, links), escaped(each.agency), escaped(stands(each))) for each in found[:MOST_ITEMS]]
        if entries:
            parts.append(f"## {title} ({len(found)})\n\n{listed(entries)}{_more(found)}")
    return "\n\n".join(parts)


def _plans(rows: Sequence[Listed], links: Links) -> str:
    cells = [
        (
            link(each[0].spoken_ref, links.process(each[0].ref)), escaped(comes_from(each[0])), f"{len(each)}",
            f"{sum(one.is_open for one in each)}", f"{sum(one.is_late for one in each)}",
            f"{sum(one.action.closed_on is not None and not one.is_open for one in each)}",
        )
        for each in _by_plan(rows)
    ]  # fmt: skip
    return f"## By plan\n\n{table(PLANS, cells)}" if cells else ""


def _by_plan(rows: Sequence[Listed]) -> Iterator[list[Listed]]:
    for _, each in groupby(rows, key=lambda one: one.ref):
        yield list(each)


def _agencies(view: View, links: Links) -> str:
    cells = [
        (
            link(name, links.agency(view.board.key, found[0].agency_key)), f"{len(found)}",
            f"{sum(each.is_late for each in found)}",
        )
        for name, found in by_agency(view.standing)
    ]  # fmt: skip
    return f"## By agency\n\n{table(AGENCIES, cells)}" if cells else ""


def _named(row: Listed, links: Links) -> str:
    return f"{link(row.spoken_ref, links.process(row.ref))}, action {row.action.number}"


def _more(rows: Sequence[Listed]) -> str:
    return f"\n\nand {len(rows) - MOST_ITEMS} more; the papers have them all" if len(rows) > MOST_ITEMS else ""
