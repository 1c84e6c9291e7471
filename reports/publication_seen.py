"""Where the publication of a report stands, in words for pages and papers: no reason, no place, nothing typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from models.records.database import Session
from models.records.history import history_of
from models.records.processes import Process
from models.records.publications import publication_of
from models.records.restrictions import restriction_in_force
from models.rules.publication import PACK, PLAIN, PublicationState
from models.rules.spoken import and_joined, spoken
from reports.markdown_pieces import upper_first


def publication_facts(session: Session, process: Process) -> list[tuple[str, str]]:
    """What a page or paper says about it at its head; nothing for a process that is neither restricted nor has a
    report that is published."""
    facts = []
    restriction = restriction_in_force(session, process) if process.closed_at is None else None
    if restriction is not None:
        facts.append(("Restricted", f"nothing may be published, since {spoken(restriction.from_on)}"))
    words = publication_words(session, process)
    if words:
        facts.append(("Publication", words))
    return facts


def publication_words(session: Session, process: Process) -> str:
    """Where the publication stands, since when, and what is ready of its pack; empty where there is none."""
    known = publication_of(session, process)
    if known is None:
        return ""
    parts = [PLAIN[known.state]]
    if known.state is PublicationState.PLANNED and known.planned_on is not None:
        parts = [f"planned for {spoken(known.planned_on)}"]
        parts.append(f"final so far: {and_joined([PACK[each].lower() for each in known.pack]) or 'nothing'}")
    elif known.state is not PublicationState.NOT_PLANNED:
        parts[0] += f", since {spoken(known.since_on)}"
    if known.published_on is not None and known.state is not PublicationState.PUBLISHED:
        parts.append(f"it was published on {spoken(known.published_on)}")
    if known.brief_on is not None:
        parts.append(f"the learning brief was published on {spoken(known.brief_on)}")
    if known.copies_given:
        parts.append(f"copies given on request: {known.copies_given}")
    return "; ".join(parts)


def _day(facts: Mapping[str, Any], name: str) -> str:
    return spoken(date.fromisoformat(facts[name]))


_DEEDS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "publication moved": lambda facts: (_day(facts, "on"), upper_first(PLAIN[PublicationState(facts["to"])])),
    "publication planned": lambda facts: ("", f"The day that was set: {_day(facts, 'for')}"),
    "publication taken back": lambda _: ("", "Was not published after all: recorded by mistake"),
    "learning brief published": lambda facts: (_day(facts, "on"), "The learning brief was published"),
    "pack confirmed": lambda facts: (
        "", f"Final: {and_joined([PACK[each].lower() for each in facts['items']])}"
    ),
    "copy given": lambda facts: (_day(facts, "on"), "A copy was given on request"),
    "restricted": lambda facts: (_day(facts, "from"), "Restricted: nothing may be published"),
    "restriction lifted": lambda facts: (_day(facts, "on"), "Not restricted any more"),
}  # fmt: skip


def publication_steps(session: Session, process: Process) -> list[tuple[str, str, Any]]:
    """Everything that became of the publication, in its order: day, what, and the moment at which it was recorded."""
    found = []
    for row in history_of(session, process.id or 0):
        if row.deed in _DEEDS:
            on, what = _DEEDS[row.deed](row.facts)
            found.append((on, what, row.at))
    return found
