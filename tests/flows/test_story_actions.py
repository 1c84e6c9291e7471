"""An action plan from its proposals to the last look, and what is refused on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from flows.action_progress import ask_owners
from flows.steps.opening import open_next
from models.records.actions import texts_of
from models.records.boards import Contact
from models.records.chasing import plan_rungs_at_meetings
from models.records.contact_changes import Place, Reached, change_contact
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState, Standstill
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import Task
from models.records.moving import agencies_in_scope
from models.records.processes import process_by_ref
from models.rulebook import rule_book
from models.rules.actions import ActionState
from models.rules.ladders import rung_on
from models.rules.stages import Stage
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_plan import (
    APPROVED,
    BEGUN,
    accept,
    accepted_plan,
    action,
    approve,
    approved_plan,
    begun_plan,
    change,
    close,
    domain,
    evidence,
    proposed,
    the_committee_meets,
    tick,
    word,
)
from tests.flows.a_rapid_review import forget_everything
from tests.flows.a_review import FOUR_PARTS, SEVEN, arrive, stage_of, terms_agreed
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, run_of
from tests.flows.whole_record import deadline, messages, processes
from tests.records_builders import BOARD, book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

MAY, JUNE = on("Mon 2026-05-11"), on("Thu 2026-06-11")


Meetings = Callable[[Mapping[str, Sequence[str]]], None]


@pytest.fixture
def meetings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Meetings]:
    """Sets the meetings of committees for this test."""
    yield lambda days: the_committee_meets(days, tmp_path / "config", monkeypatch)
    monkeypatch.undo()
    forget_everything()


def state(one: Conversation, number: int = 1) -> ActionState:
    return action(one, number).state


def owed(one: Conversation, slot: str) -> bool:
    return deadline(one.ref, slot).state is DeadlineState.OPEN


def test_an_action_goes_from_its_proposal_to_a_change_that_has_lasted(port: ScriptedPort) -> None:
    one = begun_plan(port)

    assert "is proposed" in proposed(one)
    assert "1 action, to be approved" in one.now.name
    assert "1 action approved" in approve(one, 1)
    assert "action 1 is accepted" in accept(one, 1)
    assert "on track" in word(one, on("Mon 2026-04-13"), 1, "on-track")
    assert "said to be done" in word(one, MAY, 1, "done", "Folder 7 of the secure store")
    assert not owed(one, "action:1")
    assert "may close it" in evidence(one, on("Thu 2026-05-14"), 1)
    assert "action 1 is closed" in close(one, JUNE, 1)
    with the_day(JUNE, 18):
        one.go_to("plan-closed")
        assert "the plan is closed" in one.decide("monitoring_chair")
    assert stage_of(one) is Stage.ACTIONS_CLOSED
    tick(one, on("Fri 2026-12-11"), "sustained:1")
    with the_day(on("Fri 2026-12-11"), 18):
        one.answer("recorded", of_1="lasted")
    assert state(one) is ActionState.SUSTAINED
    with the_day(on("Fri 2027-06-11"), 17):
        one.go_to("actions-impact")
        one.decide("monitoring_chair", chosen="decided", of_1="practice-changed")

    assert one.ended == "The action plan is complete."
    assert action(one, 1).judgement == "practice-changed"
    with reading() as session:
        process = process_by_ref(session, one.ref)
        assert process.closed_at is not None
        assert verify_chain(session, process) == []
        assert balance(session, process) == []


def test_each_owner_is_asked_in_one_mail_for_all_that_was_approved(port: ScriptedPort) -> None:
    one = begun_plan(port)
    for number in range(3):
        proposed(one, f"Written handovers, part {number}")

    approve(one, 1, 2, 3)

    asked = messages("action_to_accept")
    assert len(asked) == 1
    titles = [each["title"] for each in asked[0].facts["items"]]
    assert titles == [f"Action {number + 1}: Written handovers, part {number}" for number in range(3)]
    assert asked[0].facts["accept_by"] == "2026-03-17"


def test_what_an_owner_said_is_noted_in_one_mail_and_nobody_is_told_that_nothing_more_is_needed(
    port: ScriptedPort,
) -> None:
    one = begun_plan(port)
    proposed(one)
    proposed(one, "Shared chronologies")
    approve(one, 1, 2)

    accept(one, 1, 2)
    word(one, MAY, 1, "done", "Folder 7")

    noted = messages("action_noted")
    assert [(each.facts["said"], len(each.facts["items"])) for each in noted] == [("accepted", 2), ("done", 1)]
    assert messages("arrival_recorded") == []


def test_without_change_evidence_measure_and_baseline_an_action_stays_a_draft_and_cannot_be_approved(
    port: ScriptedPort,
) -> None:
    one = begun_plan(port)

    said = proposed(one, baseline="", evidence="")

    assert said.endswith("It stays a draft: it lacks the evidence that is expected and the baseline of that measure.")
    assert state(one) is ActionState.DRAFT
    assert "plan-approval" not in one.now.offers
    with the_day(BEGUN, 11):
        one.go_to("action-completed")
        assert one.answer("completed", which="1", baseline="4 of 10", evidence="A dip sample").endswith(
            "It may be approved."
        )
    assert state(one) is ActionState.PROPOSED
    with reading() as session:
        assert texts_of(session, [action(one, 1)])[1]["evidence"] == "A dip sample"


def test_an_approval_says_that_the_titles_were_read(port: ScriptedPort) -> None:
    one = begun_plan(port)
    proposed(one)

    with the_day(APPROVED, 17):
        one.go_to("plan-approval")
        said = one.decide("monitoring_chair", which=["1"])

    assert "it does not say that the titles were read" in said
    assert state(one) is ActionState.PROPOSED


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": "x" * 81}, "longer than 80"),
        ({"title": "See 07700 900123"}, "long number"),
        ({"owner": "Olive Example, olive@elsewhere.example"}, "not one of Police"),
        ({"due_on": "1 March 2026"}, "which is not after today"),
        ({"start_on": "1 July 2026"}, "after it is due"),
        ({"action": ""}, "what is to be done"),
    ],
)
def test_a_proposal_that_breaks_a_rule_is_refused_in_words_and_nothing_is_kept(
    port: ScriptedPort, wrong: dict[str, str], why: str
) -> None:
    one = begun_plan(port)

    said = proposed(one, **wrong)

    assert said.startswith("NOT recorded, because")
    assert why in said
    with pytest.raises(IndexError):
        action(one, 1)


def test_an_action_that_is_not_accepted_is_chased_with_nobody_until_it_has_another_owner(port: ScriptedPort) -> None:
    one = approved_plan(port)

    tick(one, APPROVED, "accepted:1")
    with the_day(APPROVED, 18):
        assert "is not accepted" in one.answer("recorded", of_1="no:other-agency")
    assert state(one) is ActionState.NOT_ACCEPTED
    assert not owed(one, "action:1") and owed(one, "reassigned:1")
    change(one, on("Mon 2026-03-16"), "owner", 1, agency="ccg", owner=f"Nell Example, nell@{domain('ccg')}")

    assert state(one) is ActionState.APPROVED
    assert owed(one, "action:1") and owed(one, "accepted:1") and not owed(one, "reassigned:1")
    accepted = deadline(one.ref, "accepted:1")
    assert accepted.working_target_on == on("Mon 2026-03-23")
    assert accepted.agency_id == action(one, 1).agency_id == deadline(one.ref, "action:2").agency_id


def test_its_own_agency_cannot_check_the_evidence_and_none_is_checked_without_a_place(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")

    said = evidence(one, MAY, 1, belongs_to="police", where="")

    assert "somebody outside it must check the evidence" in said
    assert "where the evidence lies" in said
    assert state(one) is ActionState.CLAIMED


def test_what_is_said_to_be_done_needs_a_place_for_its_evidence(port: ScriptedPort) -> None:
    one = accepted_plan(port)

    said = word(one, MAY, 1, "done")

    assert "where the evidence lies" in said
    assert state(one) is ActionState.IN_PROGRESS


def test_evidence_that_is_not_enough_sends_the_action_back_with_a_new_day(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")

    assert "by which day" in evidence(one, MAY, 1, "not-enough")
    with the_day(MAY, 18):
        one.answer(
            "recorded", of_1="not-enough", belongs_to="ccg", checked_by="Quinn Example", where="No sample",
            new_on="17 July 2026",
        )  # fmt: skip

    assert state(one) is ActionState.IN_PROGRESS
    assert owed(one, "action:1") and not owed(one, "evidence:1")
    assert deadline(one.ref, "action:1").working_target_on == on("Fri 2026-07-17")
    word(one, on("Mon 2026-07-13"), 1, "done", "Folder 8")
    assert owed(one, "evidence:1")


def test_only_the_committee_closes_and_nothing_is_closed_before_its_evidence_was_checked(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")
    assert "actions-closed" not in one.now.offers
    evidence(one, MAY, 1)

    with the_day(JUNE, 17):
        one.go_to("actions-closed")
        said = one.decide("business_manager", chosen="decided", of_1="closed")

    assert "for the chair of the monitoring committee to decide" in said
    assert state(one) is ActionState.CHECKED


def test_a_plan_is_not_closed_while_an_open_action_has_no_reason(port: ScriptedPort) -> None:
    one = accepted_plan(port)

    with the_day(JUNE, 17):
        one.go_to("plan-closed")
        said = one.decide("monitoring_chair", why_1="overtaken")
        assert "action 2 is open still and no reason is given" in said
        one.decide("monitoring_chair", why_1="overtaken", why_2="not-feasible")

    assert [state(one, 1), state(one, 2)] == [ActionState.SUPERSEDED] * 2
    assert action(one, 2).reason == "not-feasible"
    assert one.ended == "The action plan is complete."


def test_a_paused_action_is_not_chased_and_goes_on_with_a_new_day(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()

    a_day(on("Wed 2026-03-11"), channel)
    change(one, MAY, "paused", 1, new_on="1 July 2026")
    before = len(channel.sent)
    a_day(on("Tue 2026-06-16"), channel)
    assert not [each for each in channel.sent[before:] if "police" in each.to]
    change(one, on("Wed 2026-07-01"), "resumed", 1, new_on="31 July 2026")

    assert state(one) is ActionState.IN_PROGRESS
    assert deadline(one.ref, "action:1").working_target_on == on("Fri 2026-07-31")
    assert not owed(one, "paused:1")


def test_an_action_that_another_replaces_is_owed_by_nobody_and_both_histories_stay(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    change(one, MAY, "aside", 1, why="replaced", instead="2")

    assert state(one) is ActionState.SUPERSEDED
    assert action(one, 1).replaced_by_id == action(one, 2).id
    assert not owed(one, "action:1") and owed(one, "action:2")
    with reading() as session:
        deeds = [each.deed for each in history_of(session, process_by_ref(session, one.ref).id or 0)]
    assert "action proposed" in deeds and "action moved" in deeds


def test_a_late_action_is_told_to_owner_lead_and_board_member_and_then_to_committee_chair_and_board(
    port: ScriptedPort,
) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()
    due = deadline(one.ref, "action:1").working_target_on

    day, last = due - timedelta(days=40), due + timedelta(days=220)
    while day <= last:
        if day.weekday() < 5:
            a_day(day, channel, lets_go=True)
        day += timedelta(days=1)

    kinds = [each.kind for each in messages() if each.agency_id == deadline(one.ref, "action:1").agency_id]
    assert [kinds.count(each) for each in ("late_owner", "late_lead", "late_board_member", "late_chief_officer")] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    letter = next(each for each in channel.sent if "Dear chief officer" in each.text and "police" in each.to)
    assert "I write as Independent Chair" in letter.text
    with reading() as session:
        assert balance(session, process_by_ref(session, one.ref)) == []


def test_the_owner_is_written_to_and_not_the_agencys_lead(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()

    a_day(deadline(one.ref, "action:1").working_target_on + timedelta(days=3), channel)

    late = [each for each in channel.sent if each.to.endswith("police.example")]
    assert {each.to for each in late} == {"olive@police.example"}
    assert "Action 1: Written handovers" in late[0].text


def test_owners_are_asked_for_a_word_before_the_committee_meets_and_not_while_one_is_fresh(
    port: ScriptedPort, meetings: Meetings
) -> None:
    meetings({"monitoring": ["Wed 2026-05-20"]})
    one = accepted_plan(port)
    word(one, on("Thu 2026-04-23"), 2, "on-track")
    asking = on("Tue 2026-04-28")  # fifteen working days before, past a bank holiday

    with the_day(asking - timedelta(days=1), 7):
        assert ask_owners(asking - timedelta(days=1)) == ""
    with the_day(asking, 7):
        said = ask_owners(asking)
        again = ask_owners(asking)

    assert said == "Actions on which a word was asked for: 1."
    assert again == ""
    [asked] = messages("action_words_wanted")
    assert asked.facts["meets_on"] == "2026-05-20"
    assert [each["title"] for each in asked.facts["items"]] == ["Action 1: Written handovers"]
    assert "action-words" not in word(one, on("Thu 2026-04-30"), 1, "at-risk")
    assert not owed(one, "progress:1:2026-05-20")


def test_a_late_action_is_on_the_exception_list_of_the_next_committee_and_at_twenty_working_days_without_one(
    port: ScriptedPort, meetings: Meetings
) -> None:
    meetings({"monitoring": ["Wed 2026-07-01"]})
    one = accepted_plan(port)
    late = deadline(one.ref, "action:1")
    ladder = rule_book(BOARD).ladders[late.ladder]
    listed = next(each for each in ladder.rungs if each.key == "E4")

    assert rung_on(listed, late.working_target_on, book().calendar) == on("Wed 2026-07-01")
    assert rung_on(replace(listed, meetings=()), late.working_target_on, book().calendar) == on("Fri 2026-07-10")


def test_when_a_meeting_is_set_or_moved_the_exception_list_follows_it(port: ScriptedPort, meetings: Meetings) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()
    for day in ("Wed 2026-06-24", "Fri 2026-06-26"):
        a_day(on(day), channel)  # owner, lead and Board member have been told
    assert deadline(one.ref, "action:1").next_rung_on == on("Fri 2026-07-10")

    meetings({"monitoring": ["Thu 2026-07-02"]})
    plan_rungs_at_meetings()
    assert deadline(one.ref, "action:1").next_rung_on == on("Thu 2026-07-02")
    for days in (["Wed 2026-09-02"], []):  # put off, and taken out altogether
        meetings({"monitoring": ["Thu 2026-07-02"]})
        plan_rungs_at_meetings()
        meetings({"monitoring": days})
        plan_rungs_at_meetings()
        assert deadline(one.ref, "action:1").next_rung_on == on("Fri 2026-07-10")


def test_the_committee_grants_more_time_twice_and_the_board_once_more(port: ScriptedPort) -> None:
    one = accepted_plan(port)

    def more(day: str, until: str, capacity: str) -> str:
        with the_day(on(day), 9):
            one.go_to("more-time")
            said = one.decide(capacity, chosen="granted", about=f"{one.ref}/action:1", reason="other", new_on=until)
            if said.startswith("NOT"):
                one.answer("back")
            return said

    assert "is granted until" in more("Mon 2026-06-01", "26 June 2026", "monitoring_chair")
    assert "is granted until" in more("Mon 2026-06-15", "10 July 2026", "monitoring_chair")
    assert "for the Independent Chair to decide" in more("Mon 2026-07-06", "24 July 2026", "monitoring_chair")
    assert "is granted until" in more("Mon 2026-07-06", "24 July 2026", "independent_chair")
    assert "the board's figures allow no more" in more("Mon 2026-07-20", "31 July 2026", "independent_chair")


def test_when_an_owner_leaves_the_office_has_a_task_at_once_and_the_lead_is_told_of_lateness(
    port: ScriptedPort,
) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()
    a_day(on("Wed 2026-03-11"), channel)
    before = len(channel.sent)

    with the_day(MAY, 9), transaction() as session:
        contact = session.get_one(Contact, action(one, 1).owner_id)
        change_contact(session, Place(contact.board_id, contact.role, contact.agency_id), contact, None)
        titles = [each.title for each in session.exec(select(Task)).all()]
    a_day(deadline(one.ref, "action:1").working_target_on + timedelta(days=3), channel)

    assert "Name somebody for: Action 1: Written handovers" in titles
    told = [each.to for each in channel.sent[before:] if each.to.endswith("police.example")]
    assert told and "olive@police.example" not in told
    assert action(one, 1).owner_id is None


def test_a_successor_owns_what_the_one_before_owned(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    channel = RememberingChannel()
    owner = action(one, 1).owner_id

    with the_day(MAY, 9), transaction() as session:
        contact = session.get_one(Contact, owner)
        place = Place(contact.board_id, contact.role, contact.agency_id)
        change_contact(session, place, contact, Reached("Nia Example", "nia@police.example", secure_mailbox=True))
    before = len(channel.sent)
    a_day(deadline(one.ref, "action:1").working_target_on + timedelta(days=3), channel)

    told = {each.to for each in channel.sent[before:] if "late" in each.text and each.to.endswith("police.example")}
    assert told == {"nia@police.example"}
    assert deadline(one.ref, "action:1").owner_id == action(one, 1).owner_id != owner


def test_a_review_that_hands_its_plan_over_opens_an_action_plan_under_the_same_edition(under_way: Conversation) -> None:
    one = under_way
    terms_agreed(one)
    with the_day(on("Mon 2026-08-24"), 9):
        arrive(one, "imr", SEVEN)
        for gate, capacity in (
            ("draft-report", "panel_chair"), ("sign-off", "panel_chair"), ("board-approval", "independent_chair"),
            ("publication", "business_manager"), ("plan-handover", "monitoring_chair"),
        ):  # fmt: skip
            one.go_to(gate)
            more = {"without": True, **FOUR_PARTS} if gate == "draft-report" else {}
            if gate == "plan-handover":
                more = {"actions": 2, "first_due_on": "1 October 2026", "given_up": True}
            one.decide(capacity, **more)

    plan = processes()[-1]
    assert plan.kind == "action-plan"
    assert (plan.parent_id, plan.guidance, plan.secure_place) == (
        one.process.id, one.process.guidance, one.process.secure_place,
    )  # fmt: skip
    assert run_of(one.port, plan.ref).now.name.endswith("its actions")
    spread = {each.split(":")[0] for each in run_of(one.port, plan.ref).now.may_choose("arrived")}
    assert {"learning_item", "learning_spread", "cascade", "reach"} <= spread
    asked = [each for each in messages("things_wanted") if each.process_id == plan.id]
    assert len(asked) == len(SEVEN) + 1  # each agency that takes part, the silent one too


def test_while_a_review_is_restricted_nothing_of_it_is_passed_on(under_way: Conversation) -> None:
    one = under_way
    with the_day(on("Mon 2026-05-11"), 9):
        desk_flow(one.port, "restriction").decide("independent_chair", chosen="restrict", review=one.ref)
        with transaction() as session:
            review = process_by_ref(session, one.ref, for_update=True)
            plan = open_next(
                session, book(), review, "action-plan", on("Mon 2026-05-11"), agencies_in_scope(session, review)
            )
        asked = run_of(one.port, plan.ref)
        said = asked.answer("ticked", arrived=["cascade:police"])

    assert said.startswith("NOT recorded, because")
    assert deadline(plan.ref, "cascade:police").standstill is Standstill.PUBLICATION


def test_the_committee_hears_late_actions_explained_sets_new_days_or_sends_them_to_the_chair(
    port: ScriptedPort,
) -> None:
    one = accepted_plan(port)
    day = on("Wed 2026-07-01")

    with the_day(day, 17):
        one.go_on().go_to("committee-looked")
        said = one.decide("monitoring_chair", chosen="decided", of_1="new-date")
        assert "by which day" in said
        said = one.decide(
            "monitoring_chair", chosen="decided", of_1="new-date", of_2="to-the-chair", new_on="31 July 2026"
        )

    assert "action 1 is due Friday 31 July 2026 and action 2 goes to the Independent Chair" in said
    assert deadline(one.ref, "action:1").working_target_on == on("Fri 2026-07-31")
    assert deadline(one.ref, "action:1").extensions == 1
    with reading() as session:
        titles = [each.title for each in session.exec(select(Task)).all()]
    assert [
        each for each in titles if "sends action 2" in each and each.endswith("to the Independent Chair: prepare it")
    ]


def test_an_action_that_has_not_lasted_is_owed_again(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")
    evidence(one, MAY, 1)
    close(one, JUNE, 1)
    day = on("Fri 2026-12-11")

    tick(one, day, "sustained:1")
    assert one.now.ask.gate == "actions-lasted"
    with the_day(day, 18):
        assert "by which day" in one.answer("recorded", of_1="not-lasted")
        one.answer("recorded", of_1="not-lasted", new_on="29 January 2027")

    assert state(one) is ActionState.REOPENED
    assert deadline(one.ref, "action:1").working_target_on == on("Fri 2027-01-29")
    assert not owed(one, "sustained:1") and not owed(one, "impact:1")
    word(one, on("Mon 2027-01-25"), 1, "done", "Folder 9")
    assert "may close it" in evidence(one, on("Tue 2027-01-26"), 1)
    close(one, on("Thu 2027-02-04"), 1)
    assert owed(one, "sustained:1")
    assert deadline(one.ref, "sustained:1").working_target_on == on("Wed 2027-08-04")


def test_what_the_committee_does_not_close_goes_on_until_another_day(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")
    evidence(one, MAY, 1)

    close(one, JUNE, 1, "goes-on", new_on="31 July 2026")

    assert state(one) is ActionState.IN_PROGRESS
    assert owed(one, "action:1") and not owed(one, "closure:1")


def test_words_on_actions_of_several_plans_are_recorded_from_the_desk_in_a_form_for_each(port: ScriptedPort) -> None:
    one, other = accepted_plan(port), accepted_plan(port)
    with the_day(MAY, 9):
        desk = desk_flow(port, "record-action-words")
        slots = [f"{plan.ref}/action:{number}" for plan in (one, other) for number in (1, 2)]
        assert set(slots) <= set(desk.now.may_choose("arrived"))
        assert not [each for each in desk.now.may_choose("arrived") if "progress_3" in each]

        desk.answer("ticked", arrived=slots)
        desk.answer("recorded", of_1="on-track", of_2="at-risk")
        desk.answer("recorded", of_1="done", of_2="on-track", words="Folder 7")

    assert desk.ended.startswith("Recorded")
    assert sorted(state(each, 1) for each in (one, other)) == [ActionState.CLAIMED, ActionState.IN_PROGRESS]


def a_closed_plan(port: ScriptedPort) -> Conversation:
    """Its one action is closed, and so is the plan; what was changed is looked at in December."""
    one = begun_plan(port)
    proposed(one)
    approve(one, 1)
    accept(one, 1)
    word(one, MAY, 1, "done", "Folder 7")
    evidence(one, MAY, 1)
    close(one, JUNE, 1)
    with the_day(JUNE, 18):
        one.go_to("plan-closed")
        one.decide("monitoring_chair")
    return one


def not_lasted(one: Conversation) -> None:
    """In December the change is not there any more; it is to be done again by the end of January."""
    day = on("Fri 2026-12-11")
    tick(one, day, "sustained:1")
    with the_day(day, 18):
        one.answer("recorded", of_1="not-lasted", new_on="29 January 2027")


def test_what_has_not_lasted_after_the_plan_was_closed_is_owed_checked_closed_and_looked_at_again(
    port: ScriptedPort,
) -> None:
    one = a_closed_plan(port)

    not_lasted(one)
    assert (state(one), stage_of(one)) == (ActionState.REOPENED, Stage.ACTIONS_CLOSED)
    assert owed(one, "action:1")
    word(one, on("Mon 2027-01-25"), 1, "done", "Folder 9")
    assert owed(one, "evidence:1")
    evidence(one, on("Tue 2027-01-26"), 1)
    assert owed(one, "closure:1")
    close(one, on("Thu 2027-02-04"), 1)
    assert owed(one, "sustained:1") and owed(one, "impact:1")

    assert stage_of(one) is Stage.ACTIONS_CLOSED


def test_after_the_plan_was_closed_an_action_may_still_be_handed_on_and_its_owner_is_asked(port: ScriptedPort) -> None:
    one = a_closed_plan(port)
    not_lasted(one)
    day = on("Mon 2026-12-14")

    change(one, day, "owner", 1, agency="ccg", owner=f"Nell Example, nell@{domain('ccg')}")
    accept(one, 1, day=day)
    later = on("Mon 2027-03-15")
    with the_day(later, 7):
        asked = ask_owners(later)

    assert asked == "Actions on which a word was asked for: 1."


def test_who_follows_an_owner_while_the_evidence_is_checked_owns_what_goes_on(port: ScriptedPort) -> None:
    one = accepted_plan(port)
    word(one, MAY, 1, "done", "Folder 7")
    with the_day(MAY, 9), transaction() as session:
        contact = session.get_one(Contact, action(one, 1).owner_id)
        place = Place(contact.board_id, contact.role, contact.agency_id)
        change_contact(session, place, contact, Reached("Nia Example", "nia@police.example", secure_mailbox=True))

    tick(one, on("Thu 2026-05-14"), "evidence:1")
    with the_day(on("Thu 2026-05-14"), 18):
        one.answer(
            "recorded", of_1="not-enough", belongs_to="ccg", checked_by="Quinn Example", where="No sample",
            new_on="17 July 2026",
        )  # fmt: skip

    assert deadline(one.ref, "action:1").owner_id == action(one, 1).owner_id
    [asked] = [each for each in messages("things_wanted") if each.process_id == one.process.id]
    assert asked.contact_id == action(one, 1).owner_id
