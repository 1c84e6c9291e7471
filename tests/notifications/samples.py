"""Facts that fit the texts of any message, made from its own list."""

from __future__ import annotations

from collections.abc import Mapping

from notifications.facts import FactList, read_fact_list
from notifications.render import TEMPLATES, common_facts

SAMPLE: dict[str, object] = {
    "text": "the single point of contact",
    "quotation": "section 14B of the Children Act 2004",
    "number": 3,
    "yes-or-no": False,
    "date": "2026-06-12",
    "link": "https://secure.board.example/CR-7Q4M",
    "mailbox": "board@board.example",
    "telephone": "020 7946 0123",
    "code": "0a1b2c3d4e5f",
    "moment": "2026-06-12T09:00:00+00:00",
    "uid": "meeting-0a1b2c3d4e5f@board.example",
    "method": "REQUEST",
}
BY_NAME: dict[str, object] = {
    "board_name": "Elm & Oak Safeguarding Children Board",
    "reader_role": "the single point of contact",
    "agency_name": "Elm Borough Council",
    "ref": "CR-7Q4M Rowan",
    "signed_by": "the chair of the panel",
    "committee": "the monitoring committee",
    "meeting": "the panel meeting",
    "approved_by": "The Board",
    "recorded_by": "the business manager",
    "answer": "cannot meet the date",
    "capacity": "Independent Chair",
    "milestone": "Panel meeting on the draft report",
    "reason": "the author is away",
    "decided": "The Chair has decided",
    "partners": "the Strategic Partners",
    "limit_extender": "the Independent Chair",
    "decision": "The Strategic Partners agree to the review",
    "lateness_at": "11:00",
    "at": "11:00",
    "place": "The board's meeting room",
    "to": "the Board member",
    "agency": "Elm Borough Council",
    "do": "Ring the person and ask for the right address.",
    "catching_up": "Two mornings were missed and are made up for today.",
}


def fact_list(message: str) -> FactList:
    return read_fact_list(TEMPLATES / message / "facts.toml", common_facts())


def sample_facts(message: str, entries: int = 2, *, least: bool = False) -> dict[str, object]:
    """Every fact that the message may hold, or the least that it needs."""
    allowed = fact_list(message)
    facts = _fields(allowed.single, "", least=least)
    lists = dict(allowed.lists) if least else {**allowed.lists, **allowed.optional_lists}
    for name, kinds in lists.items():
        facts[name] = [_fields(kinds, f"{name} {number}", least=least) for number in range(1, entries + 1)]
    return facts


def _fields(kinds: Mapping[str, str], label: str, *, least: bool) -> dict[str, object]:
    return {
        name: f"Thing of {label}" if name == "title" else BY_NAME.get(name, SAMPLE[kind.removesuffix("?")])
        for name, kind in kinds.items()
        if not (least and kind.endswith("?"))
    }
