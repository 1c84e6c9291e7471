"""Which kinds of process can be rehearsed, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from flows.rehearsal.cast import Part

# kind of process -> the module of its part; loaded when it is played
PARTS: Mapping[str, str] = {
    "plr": "flows.rehearsal.plr",
    "case-discussion": "flows.rehearsal.case_discussion",
    "follow-up": "flows.rehearsal.follow_up",
    "action-plan": "flows.rehearsal.action_plan",
    "rapid-review": "flows.rehearsal.rapid_review",
    "serious-case-review": "flows.rehearsal.serious_case_review",
    "scr-consideration": "flows.rehearsal.scr_consideration",
}


def part_of(kind: str) -> Part:
    """What the people of that kind of process do. Raises KeyError for one that cannot be rehearsed."""
    part: Part = import_module(PARTS[kind]).PART
    return part
