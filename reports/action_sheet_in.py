"""The sheet of a plan's actions as it came back: all of it, or every fault at once (B.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.records.register import LONGEST_NAME, NotAnAddress, well_formed
from models.rules.actions import (
    MOST_ACTIONS,
    PLAIN_KIND,
    PLAIN_SOURCE,
    ActionKind,
    Priority,
    SourceKind,
    Wish,
    faults_of_days,
    faults_of_title,
)
from reports.action_sheet import ACTIONS
from reports.sheet_cells import bare, plain_text
from reports.sheet_faults import Fault, FaultySheet, refused
from reports.sheet_reading import RowReader
from reports.workbooks import SheetRow, open_sheet

PRIORITIES: Mapping[str, Priority] = {each.value: each for each in Priority}
KINDS: Mapping[str, ActionKind] = {words: each for each, words in PLAIN_KIND.items()}
SOURCES: Mapping[str, SourceKind] = {words: each for each, words in PLAIN_SOURCE.items()}

FREE_TEXTS = (
    "source", "recommendation", "required_change", "evidence", "outcome", "baseline", "target", "public_wording",
)  # fmt: skip


@dataclass(frozen=True)
class ActionSheet:
    """What a board proposes for one plan; the row of each wish is its row on the sheet."""

    plan: str
    wishes: tuple[Wish, ...]


def read_action_sheet(content: bytes, agencies: Mapping[str, str], today: date) -> ActionSheet:
    """The actions on the sheet; `agencies` leads from names and keys to keys. Raises FaultySheet."""
    opened = open_sheet(content, ACTIONS)
    if not opened.rows and not opened.faults:
        raise refused("no action is written on the sheet", "Write each action on a line of its own and send it again.")
    if len(opened.rows) > MOST_ACTIONS:
        raise refused(
            f"there are {len(opened.rows)} actions on the sheet", f"A plan has at most {MOST_ACTIONS}; make two of it."
        )
    known = [name for name, key in agencies.items() if name != key] or list(agencies)
    faults, wishes = list(opened.faults), list[Wish]()
    for row in opened.rows:
        reader = RowReader(ACTIONS, row)
        wish = _wish(reader, agencies, known, today)
        faults += reader.faults
        if wish is not None:
            wishes.append(wish)
    faults += _twice(opened.rows, agencies)
    if faults:
        raise FaultySheet(faults)
    return ActionSheet(opened.mark.get("plan", ""), tuple(wishes))


def _wish(reader: RowReader, agencies: Mapping[str, str], known: Sequence[str], today: date) -> Wish | None:
    """The action in that row, None when it lacks what every action has."""
    title, action = _title(reader), reader.text("action", needed=True)
    agency = _agency(reader, agencies, known)
    owner, owner_email = reader.line("owner", needed=True, longest=LONGEST_NAME), _address(reader)
    priority = reader.choice("priority", PRIORITIES)
    kind, source_kind = reader.choice("kind", KINDS), reader.choice("source_kind", SOURCES)
    start_on, due_on = _days(reader, today)
    texts = {name: reader.text(name) for name in FREE_TEXTS}
    if agency is None or priority is None or kind is None or source_kind is None or due_on is None:
        return None
    return Wish(
        title, action, agency, owner, owner_email, priority, kind, due_on, source_kind, start_on=start_on,
        row=reader.number, **texts,
    )  # fmt: skip


def _title(reader: RowReader) -> str:
    title = reader.text("title", needed=True)
    for fault in faults_of_title(title) if title else ():
        reader.fault("title", fault, "It may stand in mails: a few words that identify nobody.")
    return title


def _agency(reader: RowReader, agencies: Mapping[str, str], known: Sequence[str]) -> str | None:
    return reader.choice("agency", agencies, known, "that is no agency of this board")


def _address(reader: RowReader) -> str:
    address = reader.line("owner_email")
    if address:
        try:
            well_formed(address)
        except NotAnAddress as fault:
            reader.fault("owner_email", str(fault), "Write it like name@agency.example, or leave it empty.")
    return address


def _days(reader: RowReader, today: date) -> tuple[date | None, date | None]:
    start_on, due_on = reader.day("start_on"), reader.day("due_on", needed=True)
    if due_on is not None:
        of_the_end = list(faults_of_days(None, due_on, today))
        for fault in of_the_end:
            reader.fault("due_on", fault, "Write a later day, or correct the year.")
        for fault in faults_of_days(start_on, due_on, today):
            if fault not in of_the_end:
                reader.fault("start_on", fault, "Write an earlier day, or leave it empty.")
    return start_on, due_on


def _twice(rows: Sequence[SheetRow], agencies: Mapping[str, str]) -> Iterator[Fault]:
    """The same title for the same agency is one action written twice."""
    keys = {bare(name): key for name, key in agencies.items()}
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        title, agency = (bare(plain_text(row.cells.get(name))) for name in ("title", "agency"))
        if not title or not agency:
            continue
        before = first.setdefault((keys.get(agency, agency), title), row.number)
        if before != row.number:
            yield Fault(
                f"the same title stands in row {before} for the same agency",
                "Delete one of the two, or give it another title.",
                f"{ACTIONS.letters('title')}{row.number}",
            )
