"""What the office does in the course of one case discussion and of one follow-up, as single deeds of a story."""

from __future__ import annotations

from typing import Any

from tests.builders import on
from tests.flows.scripted_port import Conversation
from tests.records_builders import the_day

FACILITATOR: dict[str, Any] = {
    "facilitator": "Fay Example", "facilitator_email": "fay@independent.example", "checked_by": "A Second Person",
    "belongs_to": "none", "declaration": True,
}  # fmt: skip
FOUR_PARTS: dict[str, Any] = dict.fromkeys(("introduction", "incident", "difference", "analysis"), True)
WHOLE_REPORT: dict[str, Any] = {"learning": True, "recommendations": True}
DECISIONS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (  # on which day, at which gate, by whom
    ("Mon 2026-03-30", "discussion-accepted", "panel_chair", {}),
    ("Mon 2026-04-06", "facilitator-named", "business_manager", FACILITATOR),
    ("Tue 2026-05-12", "discussion-held", "panel_chair", {**FOUR_PARTS, "without": True}),
    ("Mon 2026-06-01", "discussion-report", "panel_chair", WHOLE_REPORT),
    ("Mon 2026-06-15", "group-receives", "panel_chair", {}),
    ("Tue 2026-07-14", "board-receives", "independent_chair", {"actions": 2}),
)


def through_a_discussion(one: Conversation) -> Conversation:
    """A case discussion from its acceptance to the Board, although no agency has handed in its note."""
    for day, gate, capacity, values in DECISIONS:
        with the_day(on(day), 17):
            one.go_to(gate)
            one.decide(capacity, **values)
            if gate == "facilitator-named":
                one.go_to("discussion-day")
                one.answer("set", day="12 May 2026")
    return one
