"""What may and may not be recorded of a consideration, what goes at once, and what the panel gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from config import clock
from config.settings import settings
from flows.papers import issue_papers
from flows.rounds import run_round
from flows.steps.consideration import last_days
from models.records.considerations import decided
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.history import History
from models.records.meetings import papers_of
from models.records.messages import MessageState
from models.records.processes import Process
from models.records.tasks import tasks_to_tick_off
from models.rules.considering import ToBook
from models.rules.stages import Stage
from notifications.dispatch import dispatch
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.flows.a_consideration import (
    DECIDED,
    HOLDING,
    PANEL,
    REFERRED,
    booked,
    children_of,
    decides,
    met,
    recommended_case,
    recommends,
    refer,
    referred,
)
from tests.flows.a_review import is_closed, stage_of
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow
from tests.flows.whole_record import deadline, messages, processes
from tests.records_builders import book, the_day

PLACES = {"reasons": "ZZreasons", "differs": "ZZdiffers"}


def facts_of_decision(one: Conversation, gate: str) -> dict[str, object]:
    with reading() as session:
        rows = session.exec(select(History).where(History.process_id == one.process.id)).all()
        return next(dict(each.facts) for each in rows if each.facts.get("gate") == gate)


def task_titles(one: Conversation) -> list[str]:
    with reading() as session:
        return [each.title for each in tasks_to_tick_off(session, one.process.board_id)]


def test_a_referral_says_everything_that_is_missing_at_once(port: ScriptedPort) -> None:
    with the_day(on("Mon 2026-03-02"), 9):
        one = refer(port, by=None, limbs=None, agencies=None, secure_place="the blue file", known_on="3 March 2026")

    assert one.ended == ""
    for fault in (
        "which agency refers it", "which parts of the test are alleged", "which agencies hold records",
        "must be one address that begins with https://", "cannot have become known on Tuesday 3 March 2026",
    ):  # fmt: skip
        assert fault in one.now.said
    assert messages() == []


def test_only_the_chair_or_the_named_deputy_decides(port: ScriptedPort) -> None:
    one = recommended_case(port)

    with the_day(DECIDED, 9):
        assert "this is for the Independent Chair or deputy of the Independent Chair to decide" in decides(
            one, capacity="panel_chair"
        )
        assert stage_of(one) is Stage.RECOMMENDED
        said = one.decide("independent_chair_deputy", chosen="scr", reasons="item 7")
        assert "it does not say why the deputy decides" in said
        one.decide("independent_chair_deputy", chosen="scr", reasons="item 7", deputy="chair-away")

    assert stage_of(one) is Stage.DECIDED
    facts = facts_of_decision(one, "consideration-decision")
    assert (facts["capacity"], facts["deputy"]) == ("independent_chair_deputy", "chair-away")


def test_a_decision_that_differs_names_the_place_of_its_reasons(port: ScriptedPort) -> None:
    one = recommended_case(port, "scr")

    with the_day(DECIDED, 9):
        said = decides(one, "plr")
        assert "the panel recommends a serious case review" in said
        one.decide("independent_chair", chosen="plr", **PLACES)

    assert facts_of_decision(one, "consideration-decision")["differs"] is True


def test_a_decision_before_the_recommendation_says_why(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Wed 2026-03-04"), 9):
        said = decides(one, "none_learning_note")
        assert "why it is decided before the panel has recommended" in said
        one.decide("independent_chair", chosen="none_learning_note", reasons="item 1", early="plain-case")

    assert stage_of(one) is Stage.DECIDED
    assert facts_of_decision(one, "consideration-decision")["early"] == "plain-case"
    assert deadline(one.ref, "scoping:police").state is DeadlineState.ENDED
    assert deadline(one.ref, "minutes").state is DeadlineState.ENDED
    assert deadline(one.ref, "records_secured:police").state is DeadlineState.OPEN


def test_the_form_of_the_decision_asks_for_nothing_that_cannot_be_needed(port: ScriptedPort) -> None:
    early, one = referred(port), recommended_case(port)

    with the_day(on("Wed 2026-03-04"), 9):
        asked = {each.name for each in early.go_to("consideration-decision").form.fields}
        assert asked & {"early", "differs", "overrun"} == {"early"}
    with the_day(on("Thu 2026-04-02"), 9):
        asked = {each.name for each in one.go_to("consideration-decision").form.fields}
        assert asked & {"early", "differs", "overrun"} == {"differs"}
        one.answer("back")
    with the_day(on("Fri 2026-04-03"), 9):
        asked = {each.name for each in one.go_to("consideration-decision").form.fields}
        assert asked & {"early", "differs", "overrun"} == {"differs", "overrun"}


def test_whoever_opens_a_review_reads_what_was_opened(port: ScriptedPort) -> None:
    one = recommended_case(port)

    with the_day(DECIDED, 9):
        said = decides(one)

    (opened,) = children_of(one)
    assert said.endswith(f"{opened.spoken_ref}, a serious case review, begins from it.")


def test_a_panel_before_the_day_of_the_summaries_is_booked_and_that_is_said(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Tue 2026-03-03"), 9):
        said = booked(one, on("Fri 2026-03-13"))

    assert "The agencies' summaries are due on Monday 16 March 2026, after that day" in said


def test_a_panel_that_met_unbooked_is_booked_afterwards_and_nobody_is_said_to_be_invited(port: ScriptedPort) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one, on("Fri 2026-03-20"))

    with the_day(on("Thu 2026-03-19"), 9):
        which = one.go_to("meeting-changed").may_choose("which")[0]
        said = one.answer("moved", which=which, moved_to="18 March 2026")
        assert "record that the meeting does not take place, and book the panel for the day it met on" in said
        one.answer("cancelled", which=which)
        said = booked(one, on("Wed 2026-03-18"))
        assert "the panel was booked for Wednesday 18 March 2026. It is past, so nobody is invited" in said
        met(one)
        assert "panel-recommendation" in one.now.offers


def test_a_recommendation_that_answers_no_part_of_the_test_is_told_which_in_one_sentence(port: ScriptedPort) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one)
    with the_day(PANEL, 17):
        met(one)
        said = recommends(one, limb_1="", limb_3="")

    assert said.count("what the panel says of") == 1
    assert "it does not say what the panel says of parts 1 and 3 of the test" in said


def test_a_case_that_is_registered_late_asks_for_the_word_on_the_day_of_the_asking(port: ScriptedPort) -> None:
    with the_day(on("Wed 2026-03-04"), 9):
        refer(port, received_on="2 March 2026")

    assert deadline(processes()[-1].ref, "other_children:childrens-social-care").due_on == on("Wed 2026-03-04")


def test_a_decision_after_the_month_says_for_which_reason(port: ScriptedPort) -> None:
    one = recommended_case(port)

    with the_day(on("Fri 2026-04-10"), 9):
        said = decides(one)
        assert "it was decided after the month, which ended on Thursday 2 April 2026" in said
        one.decide("independent_chair", chosen="scr", reasons="item 7", overrun="inquest")

    assert facts_of_decision(one, "consideration-decision")["overrun"] == "inquest"


def test_what_is_urgent_goes_at_once_shortly_before_christmas_and_on_quiet_days(port: ScriptedPort) -> None:
    one = referred(port, on("Tue 2026-12-22"), 16)
    assert port.sent_now >= 1

    with the_day(on("Tue 2026-12-22"), 16, 46):
        dispatch(insist_on_rounds=False)
    sent = {each.kind for each in messages("", MessageState.SENT)}
    assert {"secure_records", "ask_other_children"} <= sent

    with the_day(on("Tue 2026-12-29"), 9):
        refer(port, f"join:{one.ref}", by="education", agencies=["education"])
        dispatch(insist_on_rounds=False)
    waiting = {each.kind for each in messages("", MessageState.WAITING)}
    assert [each.kind for each in messages("", MessageState.SENT)].count("secure_records") == len(HOLDING) + 1
    assert "scoping_request" in waiting  # what is not urgent waits for the end of the quiet days


@pytest.mark.parametrize(
    ("came", "chair", "missing"),
    [
        (("childrens-social-care", "police", "acute-trust"), "panel_chair", ""),
        (("education", "police", "community-trust"), "panel_chair_deputy", ""),
        (("childrens-social-care", "police", "probation", "yot"), "panel_chair", "missing: a health agency"),
        (("childrens-social-care", "ccg", "police"), "nobody", "missing: the panel chair or the deputy"),
    ],
)
def test_a_quorum_has_a_chair_the_local_authority_the_police_and_health(
    port: ScriptedPort, came: tuple[str, ...], chair: str, missing: str
) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one)

    with the_day(PANEL, 17):
        said = met(one, came, chair)
        assert ("It was quorate." in said) is (missing == "")
        assert missing in said
        if missing:
            assert "the meeting was not quorate" in recommends(one)
            one.decide("panel_chair", chosen="scr", reasons="minute 4", stands=True,
                       **{f"limb_{number}": "not-met" for number in range(1, 5)})  # fmt: skip
            assert stage_of(one) is Stage.RECOMMENDED


def test_the_panel_has_its_pack_three_working_days_before_with_its_gaps(
    port: ScriptedPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one)
    with the_day(on("Mon 2026-03-16"), 9):
        one.answer("ticked", arrived=["scoping:police"])

    with the_day(on("Tue 2026-03-17"), 7):
        assert issue_papers(on("Tue 2026-03-17")) == ""
    with the_day(on("Wed 2026-03-18"), 7):
        assert issue_papers(on("Wed 2026-03-18")) == "Papers issued for meetings of panels: 1."

    assert deadline(one.ref, "pack").met_on == on("Wed 2026-03-18")
    with reading() as session:
        files = [each.file for each in papers_of(session, one.process)]
    page = (settings().papers_folder("barking-and-dagenham") / files[1]).read_text()
    assert files[1] == f"{one.ref} consideration pack 2026-03-23.html"
    missing = page.partition("What is missing")[2].partition("What is there")[0]
    assert "Children&#39;s social care" in missing or "Children's social care" in missing
    assert "Scoping summary" in missing
    assert "Police" in page.partition("What is there")[2].partition("The test")[0]


def test_the_day_of_the_panel_moves_what_hangs_on_it_and_a_cancelled_one_is_booked_again(port: ScriptedPort) -> None:
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one)
    with the_day(on("Wed 2026-03-04"), 9):
        form = one.go_to("meeting-changed")
        one.answer("moved", which=form.may_choose("which")[0], moved_to="25 March 2026")
    assert deadline(one.ref, "pack").due_on == on("Fri 2026-03-20")
    assert deadline(one.ref, "decision").due_on == on("Mon 2026-03-30")

    with the_day(on("Thu 2026-03-05"), 9):
        form = one.go_to("meeting-changed")
        one.answer("cancelled", which=form.may_choose("which")[0])
    again = deadline(one.ref, "panel_booked")
    assert (again.state, again.due_on) == (DeadlineState.OPEN, on("Mon 2026-03-09"))
    assert "panel-booked" in one.now.offers


def test_a_panel_that_is_booked_too_late_for_the_month_names_the_two_days(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Tue 2026-03-03"), 9):
        said = booked(one, on("Wed 2026-04-01"))

    assert "only after the month, which ends on Thursday 2 April 2026" in said
    wanted = "book the panel for Monday 30 March 2026 and the Chair's decision for Thursday 2 April 2026"
    assert [title for title in task_titles(one) if wanted in title]
    assert [each.state for each in messages("limit_warning")] == [MessageState.HELD]


def test_a_referral_that_is_withdrawn_is_closed_and_everybody_hears(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Thu 2026-03-05"), 9):
        one.go_to("referral-withdrawn")
        said = one.decide("independent_chair", reasons="item 2")

    assert said == "Consideration of a case: closed, the referral was withdrawn."
    assert is_closed(one)
    assert {each.facts["follows"] for each in messages("consideration_decided")} == {
        "It was withdrawn, and no review follows."
    }


def test_the_daily_reminders_of_the_month_are_let_go_once_for_the_series(port: ScriptedPort) -> None:
    one = recommended_case(port)
    with the_day(on("Tue 2026-03-24"), 9):
        release = desk_flow(port, "release-messages", "release-first")
        release.answer("not:it was said in person", which=release.now.may_choose("which"))

    with the_day(on("Fri 2026-03-27"), 7):
        run_round(on("Fri 2026-03-27"), steps=(), tell_watchdog=False)
    with the_day(on("Fri 2026-03-27"), 9):
        release = desk_flow(port, "release-messages", "release-series")
        said = release.answer("series", which=release.now.may_choose("which"), released_as="business_manager")
    assert "go each on its day" in (said or release.ended)

    for day in (on("Mon 2026-03-30"), on("Tue 2026-03-31"), on("Wed 2026-04-01"), on("Thu 2026-04-02")):
        with the_day(day, 7, 5):
            run_round(day, steps=(), tell_watchdog=False)
            dispatch(insist_on_rounds=False)
    chair = [each for each in messages("reminder", MessageState.SENT) if each.agency_id is None]
    assert [each.released_by for each in chair] == ["business_manager"] * 4
    held = {each.kind for each in messages("", MessageState.HELD)}
    assert "late_owner" in held  # what is said after the month is asked about again
    assert "reminder" not in held
    with reading() as session:
        assert decided(session, one.process) is None


def test_before_the_recommendation_the_panel_chair_is_reminded_and_not_the_chair(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Fri 2026-03-27"), 7):
        run_round(on("Fri 2026-03-27"), steps=(), tell_watchdog=False)

    with transaction() as session:
        from models.records.boards import Contact

        roles = {session.get_one(Contact, each.contact_id).role for each in messages("reminder", MessageState.HELD)}
    assert "panel_chair" in roles
    assert "independent_chair" not in roles
    assert stage_of(one) is Stage.REFERRED


def test_nothing_that_was_typed_stands_in_a_message(port: ScriptedPort) -> None:
    one = recommended_case(port, "scr")
    with the_day(DECIDED, 9):
        decides(one, "plr", **PLACES)

    said = "".join(f"{each.facts}" for each in messages())
    assert not [word for word in ("ZZ", "secure.example", "minutes 4.1", "Somebody Else") if word in said]


def test_no_page_says_what_is_alleged_or_when_it_became_known(port: ScriptedPort) -> None:
    with the_day(REFERRED, 9):
        refer(port, known_on="25 February 2026")
    with the_day(REFERRED, 10), reading() as session:
        case = processes()[-1]
        page = process_page(session, book(), case, REFERRED, Links("http://127.0.0.1:4200"))

    assert "**Referred by:** Police, received on" in page
    assert "25 February" not in page
    assert [each.value for each in book().edition("wt2015").criteria["scr-consideration"] if each.value in page] == []


def test_another_agency_that_holds_records_is_asked_as_the_others_were(port: ScriptedPort) -> None:
    one = referred(port)

    with the_day(on("Thu 2026-03-05"), 9):
        one.go_to("records-elsewhere")
        said = one.answer("asked", agencies=["housing"])

    assert said == "Recorded: asked at once: Housing."
    assert deadline(one.ref, "records_secured:housing").due_on == on("Tue 2026-03-10")


def test_a_recommendation_that_was_none_is_taken_back_and_made_again(port: ScriptedPort) -> None:
    one = recommended_case(port, "scr")
    with the_day(on("Tue 2026-03-24"), 9):
        mistake = desk_flow(port, "correct-mistake")
        (entry,) = [
            value for value, label in mistake.now.field("what").options if "The panel recommends" in label
        ]  # fmt: skip
        said = mistake.answer("not-happened", what=entry)
        one.go_on()
        assert "is taken back" in (mistake.ended or said)
        assert stage_of(one) is Stage.REFERRED
        assert [each.state for each in messages("decision_asked")] == [MessageState.WITHDRAWN]
        recommends(one, "plr", decided_on="")

    assert stage_of(one) is Stage.RECOMMENDED
    assert deadline(one.ref, "decision").due_on == on("Fri 2026-03-27")


def test_a_decision_cannot_be_taken_back_but_considered_again(port: ScriptedPort) -> None:
    one = recommended_case(port, "none_learning_note")
    with the_day(DECIDED, 9):
        decides(one, "none_learning_note")
        mistake = desk_flow(port, "correct-mistake")
        (entry,) = [value for value, label in mistake.now.field("what").options if "“Decided: " in label]
        said = mistake.answer("not-happened", what=entry)

    assert "it is considered again in another round" in said


def test_the_days_to_book_never_lie_in_the_past() -> None:
    limit = on("Thu 2026-04-02")
    case = Process(
        board_id=1, kind="scr-consideration", ref="CR-TEST", stage=Stage.REFERRED, guidance="wt2015",
        opened_at=clock.now(),
    )  # fmt: skip

    with the_day(on("Wed 2026-04-01"), 9):
        near = last_days(book(), case, limit)
    with the_day(on("Fri 2026-04-03"), 9):
        over = last_days(book(), case, limit)

    assert near == ToBook(on("Wed 2026-04-01"), limit)
    assert over is None
