"""Which agencies are asked, for what, and what their silence means, while agencies join, leave and deliver."""

from __future__ import annotations

import pytest

from models.records.boards import Agency
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.messages import MessageState
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.a_review import FOUR_PARTS, SEVEN, arrive, stage_of, terms_agreed
from tests.flows.scripted_port import Conversation
from tests.flows.whole_record import deadline, messages
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def told(kind: str, *states: MessageState) -> list[str]:
    """The agencies whose people have such a letter."""
    with reading() as session:
        return [session.get_one(Agency, each.agency_id).key for each in messages(kind, *states)]


def test_a_new_version_of_the_terms_asks_no_agency_that_has_left(under_way: Conversation) -> None:
    with the_day(on("Fri 2026-03-06"), 9):
        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")
    with the_day(on("Mon 2026-03-09"), 9):
        under_way.go_to("agencies-changed")
        under_way.decide("panel_chair", chosen="changed", leave=["police"])

        under_way.go_to("terms-circulated")
        under_way.decide("panel_chair")

    assert deadline(under_way.ref, "terms_agreed:police").state is DeadlineState.ENDED
    assert told("terms_circulated").count("police") == 1
    assert told("terms_circulated").count("ccg") == 2
