"""What many tests begin with is the same for each of them."""

from __future__ import annotations

import pytest

from tests.builders import on
from tests.flows.a_review import DECIDED, SEVEN, agreed_review, name_authors
from tests.flows.beginnings import after, begun
from tests.flows.scripted_port import Conversation, ScriptedPort
from tests.flows.whole_record import whole_record
from tests.records_builders import a_board, the_day


def authors_named(one: Conversation) -> str:
    with the_day(on("Mon 2026-02-16"), 9):
        return name_authors(one, SEVEN)


def test_a_beginning_comes_back_whole_whatever_became_of_it(port: ScriptedPort) -> None:
    before, seen = begun(port, agreed_review), whole_record(without=())
    waits, names = before.now, dict(port.names)
    said = authors_named(before)
    assert whole_record(without=()) != seen

    a_board(DECIDED)
    again = begun(port, agreed_review)

    assert whole_record(without=()) == seen
    assert (again.ref, again.now.ask.key, port.names) == (before.ref, waits.ask.key, names)
    assert authors_named(again) == said


def test_deeds_lead_on_from_the_same_record_each_time(agreed: Conversation, port: ScriptedPort) -> None:
    named = after(agreed, authors_named)

    with pytest.raises(AssertionError, match="another record"):
        after(named, authors_named)
