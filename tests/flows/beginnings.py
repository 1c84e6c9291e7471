"""Reviews that have come some way, as many tests begin with them: played once in a session, and copied.

What leads there must do the same each time, and nothing outside the record and the port.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import func, select

from models.records.asks import Ask
from models.records.database import reading
from models.records.history import History
from tests.databases import begin_with
from tests.flows.scripted_port import Conversation, ScriptedPort

_far: dict[object, tuple[int, int]] = {}  # by deeds: how far the record had come before them


def begun(port: ScriptedPort, opening: Callable[[ScriptedPort], Conversation]) -> Conversation:
    """The review that the opening leads to, at this port."""
    return _played(port, opening, opening)


def after(one: Conversation, deeds: Callable[[Conversation], object]) -> Conversation:
    """The review when the deeds have been done in it."""

    def at(port: ScriptedPort) -> Conversation:
        there = one.at(port)
        deeds(there)
        return there

    return _played(one.port, deeds, at)


def _played(
    port: ScriptedPort, deeds: Callable[..., object], lead: Callable[[ScriptedPort], Conversation]
) -> Conversation:
    def play() -> Conversation:
        own = ScriptedPort()
        own.be_like(port)
        return lead(own)

    assert _far.setdefault(deeds, how_far()) == how_far(), "these deeds led on from another record before"
    played = begin_with(deeds, play)
    port.be_like(played.port)
    return played.at(port)


def how_far() -> tuple[int, int]:
    """The number of deeds in all histories, and of questions."""
    with reading() as session:
        return session.exec(select(func.count()).select_from(History)).one(), session.exec(
            select(func.count()).select_from(Ask)
        ).one()
