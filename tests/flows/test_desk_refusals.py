"""What may not be recorded about people and mistakes is refused in plain words, and nothing is half recorded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import on
from tests.flows.scripted_port import Conversation, desk_flow
from tests.flows.test_gates_refusals import refused
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DAY = on("Mon 2026-03-23")


def each_is_refused(
    one: Conversation, which: str, chosen: str, cases: list[tuple[str, dict[str, Any]]], **usual: Any
) -> None:
    """Each case is refused with its words, and the record stays as it was."""
    with the_day(DAY, 9):
        flow = desk_flow(one.port, which)
        for words, other in cases:
            values = {**usual, **other}
            why = refused(flow, lambda values=values: flow.answer(chosen, **values))  # type: ignore[misc]
            assert words in why, f"“{words}” was expected, not “{why}”"


def place(one: Conversation, which: str, field: str, label: str) -> str:
    with the_day(DAY, 9):
        options = desk_flow(one.port, which, f"look-{field}-{label}").now.field(field).options
    return next(value for value, each in options if each.startswith(label))


def test_changing_a_contact(under_way: Conversation) -> None:
    lead = place(under_way, "change-contact", "which", "Police: single point of contact")
    chair = place(under_way, "change-contact", "which", "The board: panel chair")
    reviewer = place(under_way, "change-contact", "which", "The board: independent reviewer")

    cases: list[tuple[str, dict[str, Any]]] = [
        ("it does not say whose contact it is", {"which": ""}),
        ("“Whose?”: that choice was not on the form", {"which": "Atlantis"}),
        ("it does not say what has changed", {"which": lead, "secure": "yes"}),
        ("its addresses end in police.example", {"which": lead, "email": "x@probation.example"}),
        ("its addresses end in police.example", {"which": lead, "email": "x@gmail.com"}),
        ("that is not an e-mail address", {"which": lead, "email": "x@police.example\r\nBcc: y@police.example"}),
        ("the address is not one of the board", {"which": chair, "email": "x@police.example"}),
        ("the name or the telephone number is too long", {"which": lead, "phone": "0" * 41}),
        ("the name or the telephone number is too long", {"which": lead, "name": "x" * 300}),
        ("nobody has checked the address a second time", {"which": reviewer, "email": "una@new.example"}),
        ("somebody new in this place is not recorded here", {"which": reviewer, "name": "Another Reviewer"}),
    ]
    each_is_refused(under_way, "change-contact", "changed", cases)


def test_nobody_as_author_is_not_recorded_as_a_change_of_contact(under_way: Conversation) -> None:
    author = place(under_way, "change-contact", "which", "Police: author of the return")

    cases: list[tuple[str, dict[str, Any]]] = [("“Note an absence”", {"which": author})]
    each_is_refused(under_way, "change-contact", "nobody", cases)


def test_a_mail_that_came_back(under_way: Conversation) -> None:
    cases: list[tuple[str, dict[str, Any]]] = [
        ("it does not say whose contact it is", {}),
        ("lies in the future", {"which": place(under_way, "mail-came-back", "which", "Police: Board member"),
                                "sent_on": "24 March 2026"}),
    ]  # fmt: skip
    each_is_refused(under_way, "mail-came-back", "came-back", cases)


def test_an_absence(under_way: Conversation) -> None:
    author = place(under_way, "note-absence", "who", "Police: author of the return")
    lead = place(under_way, "note-absence", "who", "Police: single point of contact")

    cases: list[tuple[str, dict[str, Any]]] = [
        ("it does not say whose contact it is", {"who": ""}),
        ("the absence ends before it begins", {"until_on": "22 March 2026"}),
        ("please check the year", {"from_on": "23 March 0026"}),
        ("two stand-ins are named", {"stand_in": lead, "new_stand_in": "X x@police.example", "independent": True}),
        ("independence of the author's stand-in is not confirmed", {"stand_in": lead}),
        ("nobody stands in for themselves", {"stand_in": author, "independent": True}),
        ("write the name and then the e-mail address", {"new_stand_in": "x@police.example", "independent": True}),
        ("its addresses end in police.example", {"new_stand_in": "X x@gmail.com", "independent": True}),
    ]
    each_is_refused(under_way, "note-absence", "away", cases, who=author)
    each_is_refused(under_way, "note-absence", "returned", [("that person is not away", {"who": author})])


def test_a_correction(under_way: Conversation) -> None:
    meeting = place(under_way, "correct-mistake", "what", f"{under_way.process.spoken_ref}: Police: Name of the")
    partners = place(under_way, "correct-mistake", "what", f"{under_way.process.spoken_ref}: decision “The review may")

    cases: list[tuple[str, dict[str, Any]]] = [
        ("it does not say which entry", {}),
        ("it does not say which day is the right one", {"what": meeting}),
        ("lies in the future", {"what": meeting, "right_on": "24 March 2026"}),
        ("before the Chair's decision", {"what": meeting, "right_on": "1 February 2026"}),
        ("take that back first", {"what": partners}),
    ]
    each_is_refused(under_way, "correct-mistake", "wrong-day", cases)
