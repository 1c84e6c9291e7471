"""Who may take a decision is said in one place: the edition under which a case began, and the board's own setting."""

from __future__ import annotations

import pytest

from config.rows import Switches
from config.vocabulary import DECIDERS as MAY_BE_CONFIGURED
from config.vocabulary import GATES
from flows.gates import gates
from flows.questions.decisions import DECIDERS
from flows.questions.more_time import MoreTimeWanted
from flows.steps.delays import LIMIT, MORE_TIME, OF_BOARD, OF_COMMITTEE
from models.records.database import transaction
from models.records.processes import process_by_ref
from models.rulebook import rule_book
from models.rules.stages import Stage
from reports.words import DECISIONS
from tests.builders import on
from tests.flows.a_review import commission
from tests.flows.scripted_port import Conversation, desk_flow, start_review
from tests.flows.whole_record import deadline, messages
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DAY = on("Tue 2026-03-10")


def began_under(one: Conversation, edition: str) -> None:
    with transaction() as session:
        process = process_by_ref(session, one.ref, for_update=True)
        process.guidance = edition
        session.add(process)


def signed_off(one: Conversation) -> Conversation:
    with transaction() as session:
        process = process_by_ref(session, one.ref, for_update=True)
        process.stage = Stage.REPORT_SIGNED_OFF
        session.add(process)
    return one.go_on()


def approved(one: Conversation, capacity: str) -> str:
    one.go_to("board-approval")
    return one.decide(capacity)


def switches() -> Switches:
    return rule_book(BOARD).board.row.switches


def letters_say() -> set[str]:
    return {str(each.facts["approved_by"]) for each in messages("approved")}


def test_a_case_keeps_the_deciders_of_the_edition_under_which_it_began(agreed: Conversation) -> None:
    later = agreed
    with the_day(DAY, 9):
        earlier = start_review(later.port)
        earlier.decide("strategic_partners", chosen="agree")
        began_under(later, "wt2018")
        chair = commission(later.go_on())
        later.go_on().go_to("reviewer-commissioned")
        under_2018 = later.decide(
            "strategic_partners", reviewer="Una Example", reviewer_email="una@independent.example",
            checked_by="A Second Person", belongs_to="none", declaration=True,
        )  # fmt: skip
        under_2015 = commission(earlier)

    assert "for the safeguarding partners or panel chair" in chair and "not for the Independent Chair" in chair
    assert under_2018.startswith("Recorded: the independent reviewer is commissioned")
    assert under_2015.startswith("Recorded: the independent reviewer is commissioned")


def test_partners_decide_about_the_limit_where_the_edition_leaves_it_to_them(under_way: Conversation) -> None:
    one = under_way
    began_under(one, "wt2018")
    with the_day(DAY, 9):
        ask = {"about": f"{one.ref}/limit", "reason": "other", "new_on": "4 December 2026"}
        asked = desk_flow(one.port, "more-time", "ask").answer("asked", **ask)
        chair = desk_flow(one.port, "more-time", "chair").decide("independent_chair", chosen="granted", **ask)
        partners = desk_flow(one.port, "more-time", "partners").decide("strategic_partners", chosen="granted", **ask)

    assert "the safeguarding partners are asked to decide" in asked
    assert "this is for the safeguarding partners to decide" in chair
    assert partners.startswith("Recorded: more time is granted")
    assert deadline(one.ref, "more_time:limit").owner_role == "strategic_partners"


def test_only_the_board_approves_where_the_setting_names_nobody_else(under_way: Conversation) -> None:
    with the_day(DAY, 9):
        one = signed_off(under_way)
        form = one.go_to("board-approval").form
        one.answer("back")
        committee = approved(one, "monitoring_chair")
        one.answer("back")
        board = approved(one, "independent_chair")

    assert "go to the Board for approval" in form.intro
    assert "this is for the Independent Chair to decide, not for the" in committee
    assert "approved by the Board" in board
    assert letters_say() == {"The Board"}


def test_a_committee_approves_where_the_setting_names_it_and_letters_say_which(
    under_way: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(switches().__dict__, "report_goes_to", ("board", "monitoring"))
    with the_day(DAY, 9):
        one = signed_off(under_way)
        waits = one.now.ask.title
        form = one.go_to("board-approval").form
        one.answer("back")
        said = approved(one, "monitoring_chair")

    assert waits == "approval by the Board or the PLQA"
    assert "go to the Board or the PLQA for approval" in form.intro
    assert "approved by the PLQA" in said
    assert letters_say() == {"The PLQA"}


def test_the_chair_does_not_approve_where_a_committee_alone_does(
    under_way: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(switches().__dict__, "report_goes_to", ("monitoring",))
    with the_day(DAY, 9):
        one = signed_off(under_way)
        chair = approved(one, "independent_chair")
        one.answer("back")
        said = approved(one, "monitoring_chair")

    assert "not for the Independent Chair" in chair
    assert "approved by the PLQA" in said


def test_under_a_later_edition_the_partners_approve_what_the_board_approved(under_way: Conversation) -> None:
    began_under(under_way, "wt2023")
    with the_day(DAY, 9):
        one = signed_off(under_way)
        chair = approved(one, "independent_chair")
        one.answer("back")
        said = approved(one, "strategic_partners")

    assert "not for the Independent Chair" in chair
    assert "approved by the safeguarding partners" in said
    assert letters_say() == {"The safeguarding partners"}


def test_every_decision_has_its_line_in_the_guidance_and_no_line_is_without_a_decision(database: object) -> None:
    about_more_time = {LIMIT, OF_COMMITTEE, OF_BOARD}
    asked = {gate for gate, _ in DECISIONS} | about_more_time

    assert asked == GATES
    assert asked - about_more_time <= set(gates())
    assert MoreTimeWanted.name == MORE_TIME
    assert set(DECIDERS) == MAY_BE_CONFIGURED
