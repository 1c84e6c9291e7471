"""What may not be recorded is refused in plain words and asked again; nothing is half recorded, no run fails."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from config.settings import settings
from flows.forms import ANSWER, Kind
from flows.gates import OUR_OWN_FAULT
from models.records.boards import board_by_key
from models.records.database import reading, transaction
from models.records.history import Words
from models.records.tasks import About, open_task
from models.rules.stages import Stage
from notifications.dispatch import dispatch
from tests.builders import on
from tests.flows.a_review import DECIDED, FOUR_PARTS, MET, REVIEWER, SEVEN, agreed_review, arrive, terms_agreed
from tests.flows.scripted_port import (
    ALL_AGENCIES,
    Conversation,
    ScriptedPort,
    desk_flow,
    review,
    standing_desk,
    start_review,
)
from tests.flows.whole_record import messages, processes, whole_record
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NOT_RECORDED = "NOT recorded, because "
INTERNAL = re.compile(r"\b(None|Traceback|[a-z]+_[a-z_]+|[A-Z][a-z]+Error|\d{4}-\d\d-\d\d)\b")
TOO_LONG = "a hundred thousand characters"
HOSTILE = {
    TOO_LONG: "x" * 100_000,
    "markup": "<script>alert(1)</script> [click](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "template syntax": "{{ 7 * 7 }} {% for x in y %} ${HOME} {0} %s",
    "line breaks and headers": "a\r\nBcc: everybody@police.example\r\n\r\nhello",
    "control characters": "a\x00b\x07c\x1b[31m\x7f\u202e\ufeff",
    "half a character": json.loads('"half \\ud83d of it"'),
    "emoji": "👩‍👧 🏳️‍🌈 ☂️",
    "variable of the engine": '{"__prefect_kind": "workspace_variable", "variable_name": "x"}',
}
WRONG_TYPES: dict[str, Any] = {
    "a list": ["x"], "a dictionary": {"a": {"b": 1}}, "nothing": None, "a number": 3, "a fraction": 3.5,
    "yes": True, "not a number": float("nan"), "endless": float("inf"), "a list of lists": [[["x"]]],
    "very big": 10**400,
}  # fmt: skip


def refused(one: Conversation, send: Callable[[], object]) -> str:
    """Why it was refused; nothing but the question itself has changed, and it is asked again under a new key."""
    before, asked = whole_record(), one.now.ask
    send()
    said = one.now.said
    assert said.startswith(NOT_RECORDED), said
    assert not INTERNAL.search(said), said
    assert whole_record() == before
    assert one.now.ask.gate == asked.gate
    assert one.now.ask.key != asked.key
    return said.removeprefix(NOT_RECORDED)


def each_refused(one: Conversation, cases: Mapping[str, dict[str, Any]], **usual: Any) -> None:
    """Each case, named by the words that it is to be answered with, differs from a good answer in some fields."""
    for words, other in cases.items():
        why = refused(one, lambda other=other: one.decide(**{**usual, **other}))  # type: ignore[misc]
        assert words in why, f"“{words}” was expected, not “{why}”"


def test_the_partners_agreement(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port)
        each_refused(
            one,
            {
                "Tuesday 3 February 2026 lies in the future": {"on": "2026-02-03"},
                "is before the Chair's decision, which was on Monday 2 February 2026": {"on": "1 February 2026"},
                "Partners to decide, not for the Independent Chair": {"capacity": "independent_chair"},
                "it does not say in which capacity": {"capacity": ""},
                "it does not say who decided": {"decided_by": " \t"},
                "“Who is recording this? (your name)” is empty": {"recorded_by": "   "},
                "is not a date; write it like 12 June 2026": {"on": "next Tuesday"},
                "write it like 12 June": {"on": "31 February 2026"},
                "“What did the Strategic Partners decide?”: that choice was not on the form": {"chosen": "perhaps"},
                "“Who decided? (name)” is longer than 2000 characters": {"decided_by": "x" * 100_000},
            },
            capacity="strategic_partners", chosen="agree",
        )  # fmt: skip

        assert one.decide("strategic_partners", chosen="agree").startswith("Recorded: ")


def test_several_faults_are_told_at_once(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port)

        why = refused(one, lambda: one.decide("panel_chair", on="5 March 2026", chosen="agree", decided_by=""))

    assert why.count(";") >= 2


def test_what_is_wrong_with_a_form_and_with_its_decision_is_told_at_once(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.go_to("reviewer-commissioned")
        why = refused(agreed, lambda: agreed.decide("strategic_partners", decided_by="", on="1 March 2026"))

        for words in (
            "who the reviewer is", "declaration of independence", "second time", "not for the Strategic Partners",
            "does not say who decided", "lies in the future",
        ):  # fmt: skip
            assert words in why


def test_the_reviewer(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.go_to("reviewer-commissioned")
        each_refused(
            agreed,
            {
                "the declaration of independence is not on file": {"declaration": False},
                "the reviewer belongs to Police, which takes part, and so is not independent": {"belongs_to": "police"},
                "the reviewer belongs to Probation, which takes part": {"reviewer_email": "una@PROBATION.example"},
                "belongs to Youth offending team": {"reviewer_email": "una@mail.youth-offending.example"},
                "belongs to Education and schools": {
                    "belongs_to": "education", "reviewer_email": "una@council-housing.example"
                },
                "whether the reviewer belongs to an agency": {"belongs_to": ""},
                "that choice was not on the form": {"belongs_to": "Atlantis"},
                "it does not say who the reviewer is": {"reviewer": "\t "},
                "nobody has checked the address a second time": {"checked_by": ""},
                "that is not an e-mail address": {"reviewer_email": "una"},
                "not an e-mail address": {"reviewer_email": "una@independent.example\r\nBcc: x@police.example"},
                "lies in the future": {"on": "17/02/2026"},
                "before the Strategic Partners' agreement": {"on": "06/02/2026"},
                "not for the Strategic Partners": {"capacity": "strategic_partners"},
            },
            capacity="independent_chair", **REVIEWER,
        )  # fmt: skip

        said = agreed.decide("independent_chair", **{**REVIEWER, "belongs_to": "housing"})

    assert said.startswith("Recorded: the independent reviewer is commissioned")


def test_the_initial_meeting_needs_the_reviewer_and_a_method(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.go_to("initial-meeting")
        each_refused(
            agreed,
            {
                "the independent reviewer is not commissioned yet": {},
                "not for the Independent Chair": {"capacity": "independent_chair"},
            },
            capacity="panel_chair", method="systems",
        )  # fmt: skip
        agreed.answer("back")
        agreed.go_to("reviewer-commissioned")
        agreed.decide("independent_chair", **REVIEWER)
        agreed.go_to("initial-meeting")

        why = refused(agreed, lambda: agreed.decide("panel_chair"))

    assert "which method was chosen" in why
    assert agreed.process.stage is Stage.PARTNERS_AGREED


def test_names_of_authors(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.answer("ticked", arrived=["author_named:police", "author_named:ccg"])
        good = {"independent_police": True, "independent_ccg": True}
        cases: dict[str, dict[str, Any]] = {
            "Police: the author's independence is not confirmed": {"independent_police": False},
            "write the name and then the e-mail address": {"author_ccg": "Pat Example"},
            "the address is not one of Police; its addresses end in police.example": {
                "author_police": "Pat Example, pat@elsewhere.example"
            },
            "the name is too long": {"author_police": f"{'x' * 300} pat@police.example"},
            "“Police: author” is longer than 2000 characters": {"author_police": "x" * 100_000},
        }
        for words, other in cases.items():
            why = refused(agreed, lambda other=other: agreed.answer("named", **{**good, **other}))  # type: ignore[misc]
            assert words in why
        why = refused(agreed, lambda: agreed.answer("named"))
        assert why.count("independence is not confirmed") == 2

        agreed.answer("named", author_police="Pat Example <pat@police.example>", **good)

    assert agreed.now.said == "Recorded: author named by Police and Clinical commissioning group."


def test_arrivals(under_way: Conversation) -> None:
    with the_day(on("Mon 2026-03-23"), 9):
        one = under_way
        cases: dict[str, dict[str, Any]] = {
            "nothing was ticked": {"arrived": []},
            "lies in the future": {"arrived": ["imr:police"], "arrived_on": "24 March 2026"},
            "before the Chair's decision": {"arrived": ["imr:police"], "arrived_on": "23 March 2025"},
            "“What has arrived?”: that choice was not on the form": {"arrived": ["imr:atlantis"]},
            "cannot be right; please check the year": {"arrived": ["imr:police"], "arrived_on": "0026-03-23"},
            "is not a date": {"arrived": ["imr:police"], "arrived_on": "{{ 7 * 7 }}"},
        }
        for words, other in cases.items():
            why = refused(one, lambda other=other: one.answer("ticked", **other))  # type: ignore[misc]
            assert words in why
        stale_choice = one.now.filled("ticked", arrived=["imr:police"], recorded_by="x") | {"arrived": [["imr"], {}]}
        assert "not on the form" in refused(one, lambda: one.send(stale_choice))


def test_a_draft_without_one_of_its_four_parts_or_without_a_return_nobody_speaks_of(under_way: Conversation) -> None:
    terms_agreed(under_way)
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(under_way, "imr", SEVEN)
        under_way.go_to("draft-report")
        each_refused(
            under_way,
            {
                "a draft must say what happened as well": {"what_happened": False},
                "must say why it happened": {"why": False},
                "must say what will be done": {"what_will_be_done": False},
                "must say by whom it will be done": {"by_whom": False},
                "what happened, why it happened, what will be done and by whom": dict.fromkeys(FOUR_PARTS, False),
                "the return of Education and schools is outstanding": {"without": False},
                "before the initial meeting": {"on": "1 March 2026"},
            },
            capacity="panel_chair", without=True, **FOUR_PARTS,
        )  # fmt: skip

    assert under_way.process.stage is Stage.TERMS_AGREED


def test_handing_over_the_plan(under_way: Conversation) -> None:
    one = under_way
    terms_agreed(one)
    with the_day(on("Mon 2026-08-24"), 9):
        arrive(one, "imr", SEVEN)
        more: dict[str, Any]
        for gate, capacity, more in (
            ("draft-report", "panel_chair", {"without": True, **FOUR_PARTS}), ("sign-off", "panel_chair", {}),
            ("board-approval", "independent_chair", {}), ("publication", "business_manager", {}),
        ):  # fmt: skip
            one.go_to(gate)
            one.decide(capacity, **more)
        one.go_to("plan-handover")
        each_refused(
            one,
            {
                "how many actions the plan has": {"actions": 0},
                "does not say how many actions": {"actions": -3},
                "“How many actions does the plan have?” must be a whole number": {"actions": "a dozen"},
                "on which day the first action is due": {"first_due_on": ""},
                "check the year": {"first_due_on": "0026-10-01"},
                "something is still owed": {"given_up": False},
                "not for the panel chair": {"capacity": "panel_chair"},
            },
            capacity="monitoring_chair", actions=12, first_due_on="1 October 2026", given_up=True,
        )  # fmt: skip

    assert messages("plan_handed_over") == []


def test_starting_a_review(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = desk_flow(port, "start-review")
        each_refused(
            one,
            {
                "no agency takes part": {"agencies": []},
                "“Which agencies take part?”: that choice was not on the form": {"agencies": ["Atlantis"]},
                "must be one address that begins with https://": {"secure_place": "javascript:alert(1)"},
                "begins with https://": {"secure_place": "https://secure.example/a b"},
                "the link to the secure place must be one": {"secure_place": "https://" + "x" * 500},
                "for the Independent Chair to decide, not for the business manager": {"capacity": "business_manager"},
                "lies in the future": {"on": "Tue 3 Feb 2026"},
                "please check the year": {"on": "2 February 1926"},
            },
            chosen="start", capacity="independent_chair", agencies=["police"], secure_place="https://secure.example/1",
        )  # fmt: skip

        whole = refused(one, lambda: one.decide("business_manager", chosen="start", secure_place="a b", decided_by=""))
        one.answer("back")

    for words in ("no agency takes part", "begins with https://", "for the Independent Chair", "say who decided"):
        assert words in whole
    assert one.ended == "No review was started."


def test_noting_a_call(under_way: Conversation) -> None:
    with the_day(on("Mon 2026-05-11"), 9):
        one = under_way
        one.go_to("note-call")
        about = f"{one.ref}/imr:police"
        cases: dict[str, dict[str, Any]] = {
            "for which day it is promised": {"about": about},
            "what the call was about": {"promised_on": "15 May 2026"},
            "the promised day is past": {"about": about, "promised_on": "8 May 2026"},
            "lies in the future": {"about": about, "promised_on": "15 May 2026", "called_on": "12 May 2026"},
            "before the Chair's decision": {
                "about": about, "promised_on": "15 May 2026", "called_on": "11 May 2025"
            },
        }  # fmt: skip
        for words, other in cases.items():
            why = refused(one, lambda other=other: one.answer("promise", **other))  # type: ignore[misc]
            assert words in why
        one.answer("promise", about=about, promised_on="15 May 2026")
        one.go_to("note-call")

        why = refused(one, lambda: one.answer("promise", about=about, promised_on="20 May 2026"))

    assert "chasing was held once already" in why


def test_a_refused_answer_is_not_to_be_typed_again(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port)
        one.decide("independent_chair", chosen="agree", decided_by="Somebody Else", meeting="item 4")

    assert one.now.prefilled["decided_by"] == "Somebody Else"
    assert one.now.prefilled["meeting"] == "item 4"
    assert not any(name.startswith(ANSWER) for name in one.now.prefilled)


def test_the_same_form_answered_twice_is_recorded_once(agreed: Conversation) -> None:
    first = agreed.now
    raw = first.filled("ticked", arrived=["author_named:police"], recorded_by="The Office")
    with the_day(on("Mon 2026-02-16"), 9):
        agreed.send(raw)
        agreed.answer("named", independent_police=True)
        before = whole_record()

        agreed.send(raw, first.ask)

    assert whole_record() == before


def test_an_answer_typed_into_an_older_form_is_not_taken_for_this_one(port: ScriptedPort) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port)
        old = one.now.filled("agree", capacity="strategic_partners", decided_by="x", recorded_by="y")
        one.decide("independent_chair", chosen="agree")

        why = refused(one, lambda: one.send(old))

    assert "it was typed into an older form" in why


def test_an_answer_through_two_forms_that_are_open_at_once_is_taken_from_one(port: ScriptedPort) -> None:
    """The engine was set back while a form was open in the browser; both questions are there to be answered."""
    with the_day(DECIDED, 9):
        one = start_review(port)
        opened_before = one.now
        one.go_on()
        before = whole_record()

        one.send(opened_before.filled("agree", capacity="strategic_partners", decided_by="x", recorded_by="y"),
                 opened_before.ask)  # fmt: skip

    assert whole_record() == before
    assert one.now.ask.gate == "partners-agreement"
    assert one.process.stage is Stage.CHAIR_DECIDED


def at_every_gate(port: ScriptedPort) -> Iterator[tuple[Conversation, str]]:
    """A run at each gate in its turn, with the choice that would record something."""
    with the_day(DECIDED, 9):
        yield desk_flow(port, "start-review"), "start"
        one = start_review(port)
        yield one, "agree"
        one.decide("strategic_partners", chosen="agree")
        for which, chosen in (
            ("record-arrivals", "ticked"), ("note-call", "promise"), ("release-messages", "send"),
            ("stop-sending", "all"),
        ):  # fmt: skip
            yield desk_flow(port, which), chosen
        with transaction() as session:
            open_task(session, About(board_by_key(session, BOARD).id or 0), "An invented task", "invented")
        desk = standing_desk(port)
        desk.go_to("tasks-done")
        yield desk, "done"
        for gate, chosen in (("remove-text", "wrong-place"), ("blackout-days", "set")):
            desk.answer("back")
            desk.go_to(gate)
            yield desk, chosen
        for which, chosen in (
            ("change-contact", "changed"), ("mail-came-back", "came-back"), ("note-absence", "away"),
            ("correct-mistake", "not-happened"),
        ):  # fmt: skip
            yield desk_flow(port, which), chosen
        yield one, "ticked"
        one.answer("ticked", arrived=["author_named:police"])
        yield one, "named"
    with the_day(MET, 17):
        one = agreed_review(ScriptedPort())
        one.go_to("reviewer-commissioned")
        yield one, "record"
        one.decide("independent_chair", **REVIEWER)
        one.go_to("initial-meeting")
        yield one, "record"
        one.decide("panel_chair", method="systems")
        one.go_to("terms-circulated")
        yield one, "record"
        one.decide("panel_chair")
        one.go_to("terms-go-on")
        yield one, "record"
        one.decide("panel_chair")
        arrive(one, "imr", ALL_AGENCIES)
        more: dict[str, Any]
        for gate, capacity, more in (
            ("draft-report", "panel_chair", FOUR_PARTS), ("sign-off", "panel_chair", {}),
            ("board-approval", "independent_chair", {}), ("publication", "business_manager", {}),
        ):  # fmt: skip
            one.go_to(gate)
            yield one, "record"
            one.decide(capacity, **more)
        one.go_to("plan-handover")
        yield one, "record"


def broken(one: Conversation, chosen: str) -> Iterator[Any]:
    """Answers of every wrong shape to the form that is open."""
    attempt = one.now.ask.attempt
    name, usual = f"{ANSWER}_{attempt}", one.now.filled(chosen)
    yield {}
    yield {"something": "else"}
    yield {f"{ANSWER}_{attempt + 1}": usual[name]}
    yield {**usual, name: "nothing of the kind"}
    for wrong in WRONG_TYPES.values():
        yield {**usual, name: wrong}
    for field in {each.kind: each for each in one.now.form.fields}.values():
        if field.kind in (Kind.ONE_OF, Kind.SOME_OF):
            yield {**usual, "recorded_by": "x", field.name: "nothing of the kind"}
        yield {**usual, "recorded_by": "x", field.name: {"a": {"b": []}}} if field.kind is not Kind.SWITCH else {}


def test_answers_of_every_wrong_shape_are_refused_at_every_gate(port: ScriptedPort) -> None:
    gates = set()
    for one, chosen in at_every_gate(port):
        before = whole_record()
        gates.add(one.now.ask.gate)
        for number in range(sum(1 for _ in broken(one, chosen))):
            asked = one.now.ask
            one.send(next(islice(broken(one, chosen), number, None)))  # made anew: each form has its own choice
            assert one.now.said.startswith(NOT_RECORDED), (asked.gate, number, one.now.said)
            assert OUR_OWN_FAULT not in one.now.said, (asked.gate, number)
            assert one.now.ask.gate == asked.gate
        assert whole_record() == before
    assert len(gates) == 24


@pytest.mark.parametrize("kind", HOSTILE)
def test_words_of_any_kind_are_kept_as_they_are_or_refused_and_never_reach_a_message(
    port: ScriptedPort, kind: str
) -> None:
    words = HOSTILE[kind]
    one = None
    with the_day(DECIDED, 9):
        said = start_with(port, words)
        if kind == TOO_LONG:
            assert said.startswith(NOT_RECORDED)
            return
        assert said.startswith("Recorded: ")
        one = newest_review(port)
        one.decide("strategic_partners", chosen="agree", decided_by=words, meeting=words, recorded_by=words)
        one.go_to("reviewer-commissioned")
        named = {**REVIEWER, "reviewer": words, "checked_by": words}
        assert one.decide("independent_chair", decided_by=words, **named).startswith("Recorded: ")
        one.answer("ticked", arrived=["author_named:police"], recorded_by=words)
        one.answer("named", author_police=f"{words} pat@police.example", independent_police=True)
        mails = everything_dispatched()

    kept = all_words()
    assert kept.count(storable(words)) >= 6
    assert len(mails) == 2  # the other agency is asked for a name, this one is thanked
    assert not any(storable(words) in mail for mail in mails)
    assert not any("Bcc" in mail or "alert(1)" in mail or "7 * 7" in mail for mail in mails)


def start_with(port: ScriptedPort, words: str) -> str:
    started = desk_flow(port, "start-review")
    return started.decide(
        "independent_chair", chosen="start", agencies=["police", "ccg"], secure_place="https://secure.example/1",
        decided_by=words, meeting=words, recorded_by=words,
    )  # fmt: skip


def newest_review(port: ScriptedPort) -> Conversation:
    return review(port, processes()[-1].ref)


def everything_dispatched() -> list[str]:
    """What went into the folder, as one text a mail: headers as they stand, bodies decoded."""
    dispatch()
    return [as_text(file) for file in settings().outbox_folder.rglob("*.eml")]


def as_text(file: Path) -> str:
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *bodies])


def all_words() -> list[str]:
    with reading() as session:
        return [each or "" for each in session.exec(select(Words.text)).all()]


def storable(words: str) -> str:
    """Without what no database keeps, and without blanks at the ends."""
    return words.strip().replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
