"""Forms as the engine's UI gets them: what it shows, what it sends, what it must not take for a fault."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.input import RunInput

from flows.forms import NOT_RECORDED, NOT_SAID, Field, Form, Kind, as_model, choice, with_note
from tests.builders import on
from tests.flows.scripted_port import Conversation
from tests.records_builders import the_day

FORM = Form(
    "something", "An introduction.", choice("What?", ("yes", "Yes, it is"), ("no", "No, it is not")),
    (
        Field("on", Kind.DATE, "On which day?"),
        Field("why", Kind.TEXT, "Why?"),
        Field("who", Kind.ONE_OF, "Who?", options=(("a", "Anne"), ("b", "Bert"))),
        Field("which", Kind.SOME_OF, "Which?", options=(("x", "X-ray"), ("y", "Yacht"))),
        Field("many", Kind.NUMBER, "How many?"),
        Field("sure", Kind.SWITCH, "Sure?"),
        Field("recorded_by", Kind.TEXT, "Who records?", required=True),
    ),
)  # fmt: skip


def schema(**prefilled: Any) -> dict[str, Any]:
    model: Any = as_model(FORM, 7, RunInput, prefilled)
    return dict(model.model_json_schema())


def default(name: str, **prefilled: Any) -> Any:
    return schema(**prefilled)["properties"][name].get("default", "none")


def test_the_choice_is_required_under_a_name_of_this_attempt_alone_and_has_no_default() -> None:
    assert schema()["required"] == ["answer_7", "recorded_by"]
    assert default("answer_7") == "none"


def test_a_day_that_may_stay_empty_has_no_default_because_the_ui_takes_an_empty_one_for_a_fault() -> None:
    assert default("on") == "none"
    assert schema()["properties"]["on"]["format"] == "date"


def test_a_refusal_stands_at_the_first_field_too_and_what_was_recorded_does_not() -> None:
    refusal = f"{NOT_RECORDED} it is too early."

    refused, recorded = with_note(FORM, refusal), with_note(FORM, "Recorded: it is so.")

    assert refused.answer.help == refusal
    assert refused.intro.startswith(f"**{refusal}**")
    assert recorded.answer.help == ""
    assert recorded.intro.startswith("**Recorded: it is so.**")


def test_what_is_insisted_on_says_so_as_the_ui_calls_it_optional() -> None:
    needed = Form("x", "", FORM.answer, (Field("who", Kind.TEXT, "Who?", "By role.", needed=True),))
    model: Any = as_model(needed, 1, RunInput)

    assert model.model_json_schema()["properties"]["who"]["description"] == "Needed. By role."


def test_what_was_typed_before_a_refusal_stands_in_the_form_again_where_it_can_be_shown() -> None:
    typed: dict[str, Any] = {
        "on": "2 March 2026", "why": "because", "who": "Bert", "which": ["Yacht", "Zebra"], "many": 4, "sure": True
    }  # fmt: skip

    kept = {name: default(name, **typed) for name in typed}

    assert kept == {**typed, "on": "2026-03-02", "which": ["Yacht"]}


def test_what_cannot_be_shown_is_left_out_of_the_form() -> None:
    typed: dict[str, Any] = {"on": "on a Tuesday", "who": "Zoe", "which": "Yacht", "many": "lots", "why": "\ud83d\x00"}

    kept = {name: default(name, **typed) for name in typed}

    assert kept == {"on": "none", "who": NOT_SAID, "which": [], "many": 0, "why": "?"}


def test_unhashable_and_nested_answers_are_left_out_of_the_form_too() -> None:
    wrong: dict[str, object] = {"a": [{}]}

    kept = {
        name: default(name, on=wrong, who=wrong, which=[wrong], many=wrong) for name in ("on", "who", "which", "many")
    }

    assert kept == {"on": "none", "who": NOT_SAID, "which": [], "many": 0}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_field_that_nothing_is_recorded_without_says_so(under_way: Conversation) -> None:
    def needed(form: Form) -> set[str]:
        return {each.name for each in form.fields if each.needed}

    with the_day(on("Tue 2026-03-03"), 9):
        one = under_way
        whose = {"capacity", "decided_by"}
        assert needed(one.go_to("update-meetings").form) == {"weeks", "at", "minutes", "place", *whose}
        one.decide("panel_chair", chosen="plan")
        assert needed(one.go_to("meeting-changed").form) == {"which"}
        one.answer("back")
        assert needed(one.go_to("returns-on-the-way").form) == {"agencies"}
