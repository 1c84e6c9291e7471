"""A board in an empty record, and reviews that have come some way, at a port without an engine."""

from __future__ import annotations

import pytest

from tests.flows.a_review import DECIDED, agreed_review, met_review, terms_agreed
from tests.flows.beginnings import after, begun
from tests.flows.scripted_port import Conversation, ScriptedPort
from tests.records_builders import a_board


@pytest.fixture
def port(database: str) -> ScriptedPort:
    """The office's own doors, in front of a board that nothing has happened in."""
    a_board(DECIDED)
    return ScriptedPort()


@pytest.fixture
def agreed(port: ScriptedPort) -> Conversation:
    """A review of eight agencies whose partners have agreed."""
    return begun(port, agreed_review)


@pytest.fixture
def under_way(port: ScriptedPort) -> Conversation:
    """The same review after its initial meeting; seven of eight authors are named."""
    return begun(port, met_review)


@pytest.fixture
def writing(under_way: Conversation) -> Conversation:
    """The same review when its terms of reference are agreed and its agencies write their returns."""
    return after(under_way, terms_agreed)
