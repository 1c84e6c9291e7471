"""The record: every table is imported here, so that its whole shape is known."""

from __future__ import annotations

from models.records import (
    absences,
    actions,
    asks,
    boards,
    deadlines,
    delays,
    history,
    incoming,
    meetings,
    messages,
    processes,
    publications,
    restrictions,
    returns,
    rounds,
)

__all__ = [
    "absences",
    "actions",
    "asks",
    "boards",
    "deadlines",
    "delays",
    "history",
    "incoming",
    "meetings",
    "messages",
    "processes",
    "publications",
    "restrictions",
    "returns",
    "rounds",
]
