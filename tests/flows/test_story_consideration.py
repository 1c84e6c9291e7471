"""A case from its referral to the decision, on both databases."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.records.boards import Contact
from models.records.considerations import decided, recommended, referrals_of, round_of
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.history import verify_chain
from models.records.ledger import balance
from models.records.messages import MessageState, Task
from models.records.processes import anchors_of, process_by_ref
from models.rules.ladders import Release
from models.rules.outcomes import OPENS, Outcome
from models.rules.stages import FIRST, MOVES, Stage, was_reached
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_consideration import (
    DECIDED,
    HOLDING,
    OF_A_CONSIDERATION,
    PANEL,
    PLACE,
    REFERRED,
    booked,
    children_of,
    decides,
    met,
    recommended_case,
    recommends,
    refer,
    referred,
    told_outside,
)
from tests.flows.a_review import is_closed, stage_of
from tests.flows.days import post
from tests.flows.scripted_port import ScriptedPort, consideration
from tests.flows.whole_record import deadline, messages, processes
from tests.records_builders import book, the_day


def test_a_case_is_referred_recommended_and_decided(port: ScriptedPort) -> None:
    one = referred(port)
    assert stage_of(one) is Stage.REFERRED
    assert one.now.name.endswith("0 of 3 summaries, a day for the panel")

    with the_day(on("Tue 2026-03-03"), 9):
        said = booked(one)
    assert said.startswith("Recorded: the panel meets on Monday 23 March 2026")
    assert deadline(one.ref, "panel_booked").state is DeadlineState.MET
    assert deadline(one.ref, "pack").due_on == on("Wed 2026-03-18")

    with the_day(on("Fri 2026-03-13"), 9):
        one.answer("ticked", arrived=[f"scoping:{key}" for key in HOLDING])
        one.answer("ticked", arrived=[f"records_secured:{key}" for key in HOLDING])
        one.answer("ticked", arrived=["other_children:childrens-social-care"])
    assert one.now.name.endswith("3 of 3 summaries, panel on Monday 23 March 2026")
    assert "panel-recommendation" not in one.now.offers

    with the_day(PANEL, 17):
        assert met(one).endswith("It was quorate.")
        said = recommends(one, "case_discussion")
    assert said.startswith("Recorded: the panel recommends a case discussion")
    assert stage_of(one) is Stage.RECOMMENDED
    assert deadline(one.ref, "decision").due_on == DECIDED
    assert one.now.name.endswith("the decision of the Independent Chair")

    with the_day(DECIDED, 9):
        said = decides(one, "case_discussion")
    assert said.startswith("Recorded: it was decided on Thursday 26 March 2026: a case discussion.")
    assert stage_of(one) is Stage.DECIDED
    assert deadline(one.ref, "limit").state is DeadlineState.MET

    with the_day(DECIDED, 10):
        one.answer("ticked", arrived=["minutes"])
        assert stage_of(one) is Stage.DECIDED
        said = told_outside(one)
    assert said == "Consideration of a case: closed, considered and decided."
    assert is_closed(one)
    with reading() as session:
        assert verify_chain(session, one.process) == []
        assert balance(session, one.process) == []


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_may_be_decided(port: ScriptedPort, outcome: Outcome) -> None:
    one = recommended_case(port, outcome.value)

    with the_day(DECIDED, 9):
        decides(one, outcome.value)

    with reading() as session:
        process = process_by_ref(session, one.ref)
        assert (recommended(session, process), decided(session, process)) == (outcome, outcome)
    assert {each.kind for each in children_of(one)} <= {OPENS[outcome]}
    assert len(messages("consideration_decided", MessageState.WAITING)) == len(HOLDING)


def test_the_board_member_of_each_agency_hears_of_the_decision_once_a_person_lets_that_go(port: ScriptedPort) -> None:
    one = recommended_case(port, "case_discussion")

    with the_day(DECIDED, 9):
        decides(one, "case_discussion")

    with reading() as session:
        role_of = {each.id: each.role for each in session.exec(select(Contact)).all()}
    told = [role_of[each.contact_id] for each in messages("consideration_decided", MessageState.HELD)]
    assert sorted(told) == [*["board_member"] * len(HOLDING), "panel_chair"]
    assert len({each.agency_id for each in messages("consideration_decided") if each.agency_id}) == len(HOLDING)

    channel = RememberingChannel()
    post(DECIDED, channel, lets_go=False)
    assert not [each for each in messages("consideration_decided", MessageState.SENT) if each.release is Release.PERSON]
    post(DECIDED, channel, 13)
    assert len(messages("consideration_decided", MessageState.SENT)) == 2 * len(HOLDING) + 1


def test_where_an_agency_has_no_board_member_nobody_is_asked_to_telephone_one(port: ScriptedPort) -> None:
    one = recommended_case(port, "case_discussion")
    with the_day(DECIDED, 8), transaction() as session:
        for each in session.exec(select(Contact).where(Contact.role == "board_member")).all():
            each.to_on = DECIDED

    with the_day(DECIDED, 9):
        decides(one, "case_discussion")

    assert len(messages("consideration_decided", MessageState.HELD)) == 1
    with reading() as session:
        assert not [each for each in session.exec(select(Task)).all() if "Board member" in each.title]


def test_a_practice_learning_review_begins_from_the_decision(port: ScriptedPort) -> None:
    one = recommended_case(port, "plr")

    with the_day(DECIDED, 9):
        said = decides(one, "plr")

    (review,) = children_of(one)
    assert (review.kind, review.stage, review.guidance) == ("plr", Stage.CHAIR_DECIDED, one.process.guidance)
    assert f"{review.spoken_ref}, a practice learning review, begins from it." in said
    assert review.ref in port.looked_again


def test_more_information_is_another_round_whose_month_goes_on(port: ScriptedPort) -> None:
    one = recommended_case(port, "defer_more_information")

    with the_day(DECIDED, 9):
        decides(one, "defer_more_information")

    (again,) = children_of(one)
    with reading() as session:
        assert round_of(session, again) == 2
        assert anchors_of(session, again.id or 0)["notification"] == REFERRED
    assert deadline(again.ref, "limit").due_on == on("Thu 2026-04-02")
    assert deadline(again.ref, "records_secured:police").state is DeadlineState.ENDED
    assert deadline(again.ref, "scoping:police").state is DeadlineState.OPEN


def test_another_referral_of_the_same_joins_the_first(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Wed 2026-03-04"), 9):
        said = refer(port, f"join:{one.ref}", by="education", agencies=["education", "police"], limbs=None)

    whole = f"the referral joins {one.process.spoken_ref}. Asked as well, at once: Education and schools."
    assert said.ended == f"Recorded: {whole}"
    assert len(processes()) == 2  # with the desk
    with reading() as session:
        assert [each.agency for each in referrals_of(session, one.process)] == ["police", "education"]
    assert deadline(one.ref, "scoping:education").due_on == on("Wed 2026-03-18")
    assert [each.facts["joined"] for each in messages("referral_received")] == [False, True]
    assert len([each for each in messages("secure_records") if each.urgent]) == 4


def test_an_earlier_referral_of_the_same_begins_the_month(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Wed 2026-03-04"), 9):
        refer(port, f"join:{one.ref}", by="education", received_on="27 February 2026", agencies=[])

    assert deadline(one.ref, "limit").due_on == on("Fri 2026-03-27")


def test_new_information_begins_another_round_with_a_month_of_its_own(port: ScriptedPort) -> None:
    one = recommended_case(port, "none_learning_note")
    with the_day(DECIDED, 9):
        decides(one, "none_learning_note")
        one.answer("ticked", arrived=["minutes"])
        told_outside(one)

    with the_day(on("Mon 2026-06-01"), 9):
        said = refer(port, f"again:{one.ref}", by="ccg", secure_place=None)
        again = consideration(port, processes()[-1].ref)

    assert "It is round 2 of this case; what was decided before stays." in said.ended
    assert again.process.parent_id == one.process.id
    assert again.process.secure_place == PLACE
    assert deadline(again.ref, "limit").due_on == on("Wed 2026-07-01")
    assert stage_of(one) is Stage.CONSIDERED


def test_every_gate_of_a_consideration_is_put_to_somebody(port: ScriptedPort) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        for gate in ("panel-booked", "records-elsewhere", "referral-withdrawn", "consideration-decision", "pause"):
            one.go_to(gate)
            one.answer("back")
        booked(one)
    with the_day(PANEL, 17):
        met(one)
        one.go_to("panel-recommendation")
        one.answer("back")

    assert port.gates_asked >= OF_A_CONSIDERATION


def test_every_stage_of_a_consideration_is_reached_and_left_or_an_end() -> None:
    moves = MOVES["scr-consideration"]

    assert {stage for stage in moves if was_reached("scr-consideration", stage, FIRST["scr-consideration"])} == set(
        moves
    )
    assert {stage for stage, after in moves.items() if not after} == {Stage.CONSIDERED, Stage.WITHDRAWN}


def test_every_stage_that_a_rung_names_is_one() -> None:
    named = {stage for ladder in book().ladders.values() for rung in ladder.rungs for _, stage in rung.only_at}

    assert named == {"referred", "recommended"}
    assert named <= {stage.value for stage in Stage}
