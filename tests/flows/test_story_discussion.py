"""A case discussion from its start to the feedback, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from config.rows import BoardDate
from models import rulebook
from models.records.boards import agencies_of
from models.records.chasing import deadlines_of
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import MessageState, Task
from models.records.processes import process_by_ref
from models.rules.outcomes import Outcome
from models.rules.stages import Stage
from reports.case_trail import case_trail
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_decided_case import a_decided_case
from tests.flows.a_discussion import FACILITATOR, FOUR_PARTS, WHOLE_REPORT
from tests.flows.a_review import stage_of
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, run_of
from tests.flows.whole_record import deadline, messages, processes
from tests.records_builders import BOARD, book, the_day

ACCEPTED, NAMED, D0, WRITTEN = (
    on("Mon 2026-03-02"), on("Mon 2026-03-09"), on("Tue 2026-05-12"), on("Mon 2026-06-01"),
)  # fmt: skip
TWO = ("police", "ccg")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def begun(port: ScriptedPort) -> Conversation:
    """The group has accepted a case for discussion; its run waits."""
    with the_day(ACCEPTED, 9):
        started = desk_flow(port, "start-discussion")
        said = started.decide(
            "panel_chair", chosen="start", agencies=list(TWO), secure_place="https://secure.example/2"
        )
        assert said.startswith("Recorded: case discussion "), said
        return run_of(port, processes()[-1].ref)


def name_facilitator(one: Conversation, day: date = NAMED, **other: object) -> str:
    with the_day(day, 9):
        one.go_to("facilitator-named")
        return one.decide("business_manager", **{**FACILITATOR, **other})


def set_day(one: Conversation, day: str = "12 May 2026") -> str:
    with the_day(on("Tue 2026-03-10"), 9):
        one.go_to("discussion-day")
        return one.answer("set", day=day)


def tick(one: Conversation, day: date, *slots: str) -> str:
    with the_day(day, 9):
        return one.answer("ticked", arrived=list(slots))


def hold(one: Conversation, day: date = D0, **other: object) -> str:
    with the_day(day, 17):
        one.go_to("discussion-held")
        return one.decide("panel_chair", **{**FOUR_PARTS, **other})


def report(one: Conversation, day: date = WRITTEN, **other: object) -> str:
    with the_day(day, 17):
        one.go_to("discussion-report")
        return one.decide("panel_chair", **{**WHOLE_REPORT, **other})


def decide(one: Conversation, day: date, gate: str, capacity: str, **values: Any) -> str:
    with the_day(day, 17):
        one.go_to(gate)
        return one.decide(capacity, **values)


def test_a_case_discussion_goes_from_its_acceptance_to_the_feedback(begun: Conversation) -> None:
    one = begun
    assert stage_of(one) is Stage.ACCEPTED
    assert one.now.name.endswith(": 0 of 2 notes, facilitator, discussion")
    assert "What this case discussion waits for" in one.now.form.intro

    name_facilitator(one)
    assert set_day(one) == "Recorded: the discussion is on Tuesday 12 May 2026."
    assert deadline(one.ref, "practitioners:police").due_on == on("Tue 2026-04-14")
    assert deadline(one.ref, "notes:ccg").due_on == on("Tue 2026-05-05")
    assert deadline(one.ref, "discussion").due_on == D0
    tick(one, on("Mon 2026-03-23"), "terms")
    tick(one, on("Mon 2026-04-13"), "practitioners:police", "practitioners:ccg")
    tick(one, on("Tue 2026-05-05"), "notes:police", "notes:ccg")
    assert one.now.name.endswith(": 2 of 2 notes, discussion")

    hold(one)
    assert stage_of(one) is Stage.DISCUSSED
    assert deadline(one.ref, "report").due_on == on("Tue 2026-06-02")
    assert deadline(one.ref, "feedback").due_on == on("Tue 2026-06-23")

    report(one)
    assert stage_of(one) is Stage.REPORTED
    assert deadline(one.ref, "group_receives").due_on == on("Mon 2026-06-29")
    assert one.now.name.endswith(": group, Board and feedback")
    decide(one, on("Mon 2026-06-15"), "group-receives", "panel_chair")
    assert deadline(one.ref, "board_receives").state is DeadlineState.OPEN
    assert one.now.name.endswith(": Board and feedback")
    tick(one, on("Tue 2026-06-23"), "feedback")
    assert one.process.closed_at is None
    assert one.now.name.endswith(": Board")
    decide(one, on("Tue 2026-07-14"), "board-receives", "independent_chair", actions=2)

    assert (one.process.stage, one.ended) == (
        Stage.FED_BACK, "Case discussion: closed, those who took part have had feedback.",
    )  # fmt: skip
    with reading() as session:
        process = process_by_ref(session, one.ref)
        assert verify_chain(session, process) == []
        assert balance(session, process) == []
        assert [each.slot for each in deadlines_of(session, process, only_open=True)] == []
        parts = [row.facts["parts"] for row in history_of(session, process.id or 0) if row.facts.get("parts")]
    assert parts == [list(FOUR_PARTS)]


def test_agencies_are_asked_at_once_and_again_when_the_day_is_set_and_the_facilitator_has_the_dates(
    begun: Conversation,
) -> None:
    first = messages("things_wanted")
    name_facilitator(begun)
    named = messages("things_wanted")
    set_day(begun)
    again = messages("things_wanted")

    assert [[item["title"] for item in each.facts["items"]] for each in first] == [
        ["Practitioners and managers found and invited", "Short note of the agency for the case discussion"]
    ] * 2
    assert [item["title"] for item in named[2].facts["items"]] == [
        "Steps of the discussion written into its terms of reference", "Case discussion held",
    ]  # fmt: skip
    assert [each.facts.get("meets_on") for each in again] == [None, None, None, *["2026-05-12"] * 3]
    assert {each.state for each in again} == {MessageState.WAITING}
    channel = RememberingChannel()
    a_day(on("Wed 2026-03-11"), channel)
    texts = [mail.text for mail in channel.sent if "for a case discussion" in mail.text]
    assert len(texts) == 6
    assert sum("It takes place on Tuesday 12 May 2026" in each for each in texts) == 3


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"belongs_to": "police"}, "the facilitator belongs to Police, which takes part, and so is not independent"),
        ({"facilitator_email": "x@police.example"}, "the facilitator belongs to Police"),
        ({"declaration": False}, "the declaration of independence is not on file"),
        ({"facilitator": ""}, "it does not say who the facilitator is"),
        ({"checked_by": ""}, "nobody has checked the address a second time"),
    ],
)
def test_nobody_with_a_part_in_it_leads_the_discussion(begun: Conversation, other: dict[str, Any], why: str) -> None:
    said = name_facilitator(begun, **other)

    assert said.startswith("NOT recorded, because ")
    assert why in said
    assert deadline(begun.ref, "facilitator").state is DeadlineState.OPEN


def test_another_facilitator_takes_the_place_of_the_first(begun: Conversation) -> None:
    name_facilitator(begun)
    before = [each for each in messages("things_wanted") if each.facts["items"][0]["title"].startswith("Steps")]

    name_facilitator(
        begun, on("Tue 2026-03-10"), facilitator="Gil Example", facilitator_email="gil@independent.example"
    )

    asked = [each for each in messages("things_wanted") if each.facts["items"][0]["title"].startswith("Steps")]
    assert len({each.contact_id for each in asked if each.state is MessageState.WAITING}) == 1
    assert before[0].contact_id not in {each.contact_id for each in asked if each.state is MessageState.WAITING}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("", "it does not say on which day"),
        ("10 March 2026", "is not after today"),
        ("25 May 2026", "bank holiday"),
        ("16 May 2026", "Saturday 16 May 2026"),
    ],
)
def test_a_day_on_which_nobody_meets_is_refused(begun: Conversation, day: str, why: str) -> None:
    said = set_day(begun, day)

    assert said.startswith("NOT recorded, because ")
    assert why in said


def test_a_day_after_twelve_weeks_is_recorded_and_said(begun: Conversation) -> None:
    said = set_day(begun, "9 June 2026")

    assert "later than Monday 25 May 2026, twelve weeks after the acceptance" in said
    assert deadline(begun.ref, "discussion").due_on == on("Tue 2026-06-09")


def test_another_day_moves_what_goes_before_it(begun: Conversation) -> None:
    set_day(begun)

    said = set_day(begun, "19 May 2026")

    assert said == "Recorded: the discussion is on Tuesday 19 May 2026."
    assert deadline(begun.ref, "notes:police").due_on == on("Tue 2026-05-12")
    assert deadline(begun.ref, "practitioners:police").due_on == on("Tue 2026-04-21")
    assert deadline(begun.ref, "discussion").due_on == on("Tue 2026-05-19")


@pytest.mark.parametrize("left_out", FOUR_PARTS)
def test_each_of_the_four_parts_is_confirmed(begun: Conversation, left_out: str) -> None:
    name_facilitator(begun)

    with the_day(D0, 17):
        begun.go_to("discussion-held")
        said = begun.decide("panel_chair", **{**FOUR_PARTS, left_out: False, "without": True})

    assert said.startswith("NOT recorded, because it is not confirmed that ")
    assert stage_of(begun) is Stage.ACCEPTED


def test_everything_that_is_missing_is_said_at_once(begun: Conversation) -> None:
    said = hold(begun, introduction=False)

    assert "it began with an introduction and ground rules" in said
    assert "there is no independent facilitator yet" in said
    assert "the note of Clinical commissioning group and Police is outstanding" in said


def test_one_silent_agency_does_not_stop_the_discussion(begun: Conversation) -> None:
    name_facilitator(begun)
    tick(begun, on("Tue 2026-05-05"), "notes:police")

    hold(begun, without=True)

    assert stage_of(begun) is Stage.DISCUSSED
    assert deadline(begun.ref, "notes:ccg").state is DeadlineState.OPEN


@pytest.mark.parametrize(("values", "refused"), [({}, True), ({"actions": 3, "no_action": True}, True),
                                                 ({"no_action": True}, False), ({"actions": 1}, False)])  # fmt: skip
def test_nothing_closes_without_actions_or_the_word_that_none_is_needed(
    begun: Conversation, values: dict[str, Any], refused: bool
) -> None:
    name_facilitator(begun)
    hold(begun, without=True)
    report(begun)
    decide(begun, on("Mon 2026-06-15"), "group-receives", "panel_chair")

    said = decide(begun, on("Tue 2026-07-14"), "board-receives", "independent_chair", **values)

    assert said.startswith("NOT recorded") is refused


def test_a_report_without_recommendations_is_not_complete(begun: Conversation) -> None:
    name_facilitator(begun)
    hold(begun, without=True)

    said = report(begun, recommendations=False)

    assert "NOT recorded, because it is not confirmed that the report makes recommendations" in said
    assert stage_of(begun) is Stage.DISCUSSED


def test_one_that_was_decided_on_waits_for_the_group(port: ScriptedPort) -> None:
    _, ref = a_decided_case(Outcome.CASE_DISCUSSION)
    one = run_of(port, ref)
    assert one.now.name.endswith(": acceptance by the group")
    assert deadline(ref, "accepted").due_on == on("Fri 2026-04-24")

    said = decide(one, on("Mon 2026-04-13"), "discussion-accepted", "panel_chair")

    assert said.startswith("Recorded: the group has accepted the case discussion")
    assert deadline(ref, "facilitator").due_on == on("Mon 2026-04-27")
    assert deadline(ref, "discussion").due_on == on("Mon 2026-07-06")


def test_one_that_the_group_declines_ends_with_its_reason_and_nothing_stays_owed(port: ScriptedPort) -> None:
    case, ref = a_decided_case(Outcome.CASE_DISCUSSION)
    one = run_of(port, ref)

    refused = decide(one, on("Mon 2026-04-13"), "discussion-declined", "panel_chair", reasons="minute 4")
    assert refused.startswith("NOT recorded, because it does not say for which reason")
    values = {"reason": "another-way", "reasons": "minute 4"}
    refused = decide(one, on("Mon 2026-04-13"), "discussion-declined", "monitoring_chair", **values)
    assert "this is for the panel chair" in refused
    decide(one, on("Mon 2026-04-13"), "discussion-declined", "panel_chair", **values)

    assert one.ended == "Case discussion: closed, the group declined the case discussion."
    with reading() as session:
        process = process_by_ref(session, ref)
        assert (process.stage, process.closed_at is not None) == (Stage.DECLINED, True)
        assert deadlines_of(session, process, only_open=True) == []
        assert deadline(ref, "accepted").state is DeadlineState.ENDED
        decision = next(each for each in history_of(session, process.id or 0) if each.deed == "decision")
        assert (decision.facts["gate"], decision.facts["outcome"]) == ("discussion-declined", "another-way")
        assert "reasons" in decision.words_digests and "minute 4" not in str(decision.facts)
        words = "The group has declined the case discussion: another way of learning fits better"
        assert words in str(case_trail(session, book(), process))
        assert words in process_page(session, book(), process, on("Mon 2026-04-13"), Links("http://ui.example"))
        asked = f"ask what is to follow from {process_by_ref(session, case).spoken_ref} instead"
        assert any(asked in each.title for each in session.exec(select(Task)).all() if each.process_id == process.id)
        assert verify_chain(session, process) == []
        assert balance(session, process) == []


def test_what_was_accepted_is_not_declined_any_more(begun: Conversation) -> None:
    assert "discussion-declined" not in begun.now.offers


@contextmanager
def meetings_set(monkeypatch: pytest.MonkeyPatch, *dates: tuple[str, date]) -> Iterator[None]:
    """Within the block the board has set these meetings."""
    known = book()
    rows = tuple(BoardDate(on=day, committee=purpose) for purpose, day in dates)  # type: ignore[arg-type]
    board = replace(known.board, row=known.board.row.model_copy(update={"board_dates": rows}))
    made = replace(known, board=board)
    with monkeypatch.context() as patch:
        for module in ("flows.gates", "models.rulebook", "tests.records_builders"):
            patch.setattr(f"{module}.rule_book", lambda _key: made)
        yield


def test_group_and_board_receive_it_at_their_next_meetings(port: ScriptedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    dates = (
        ("case_review", on("Thu 2026-04-09")), ("case_review", on("Thu 2026-06-11")), ("board", on("Tue 2026-06-09")),
        ("board", on("Tue 2026-09-15")),
    )  # fmt: skip
    with meetings_set(monkeypatch, *dates):
        _, ref = a_decided_case(Outcome.CASE_DISCUSSION)
        one = run_of(port, ref)
        assert deadline(ref, "accepted").due_on == on("Thu 2026-04-09")
        decide(one, on("Thu 2026-04-09"), "discussion-accepted", "panel_chair")
        name_facilitator(one, on("Mon 2026-04-13"))
        hold(one, without=True)
        report(one)
        assert deadline(ref, "group_receives").due_on == on("Thu 2026-06-11")
        decide(one, on("Thu 2026-06-11"), "group-receives", "panel_chair")

        assert deadline(ref, "board_receives").due_on == on("Tue 2026-09-15")
        assert "The Board meets on Tuesday 15 September 2026" in deadline(ref, "board_receives").explanation


def test_every_agency_of_the_board_can_be_chosen(port: ScriptedPort) -> None:
    with the_day(ACCEPTED, 9), reading() as session:
        keys = {each.key for each in agencies_of(session, 1)}
        offered = set(desk_flow(port, "start-discussion").now.may_choose("agencies"))

    assert offered == keys
    assert rulebook.rule_book(BOARD).period("case-discussion", "wt2015", "discussion").mark == "D"
