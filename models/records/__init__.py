"""The record: every table is imported here, so that its whole shape is known."""

from __future__ import annotations

from models.records import (
    absences,
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
