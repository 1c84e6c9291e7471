"""Serious case reviews, from their decision to the end of their publication; and a restriction of any review."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from flows.papers import a_proof_sheet
from flows.questions.desk import COPY_GIVEN, START_SERIOUS_CASE_REVIEW
from flows.questions.progress_checks import PROGRESS_CHECK
from flows.questions.publication import PUBLICATION_DECISIONS, PUBLICATION_PACK
from flows.questions.serious_case_review import WHAT_HAPPENS
from flows.steps.opening import open_next
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState, Standstill
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import Notice
from models.records.moving import agencies_in_scope
from models.records.processes import process_by_ref
from models.records.restrictions import restriction_in_force
from models.records.said import Matter
from models.rules.outcomes import Outcome
from models.rules.publication import PublicationState
from models.rules.stages import Stage
from reports.case_trail import case_trail
from reports.links import Links
from reports.paper import Document
from reports.process_page import process_page
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_decided_case import a_referral, decided
from tests.flows.a_rapid_review import forget_everything, work_under
from tests.flows.a_review import is_closed, met_review, stage_of
from tests.flows.a_serious_case import (
    APPROVED,
    LOOKS,
    MET,
    PUBLISHED,
    SIGNED_OFF,
    TWO,
    approved,
    commission,
    day_set,
    everything_before,
    handed_over,
    looked_at_plan,
    met,
    publication,
    sent,
    started,
    through_a_publication,
)
from tests.flows.beginnings import begun
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, run_of, standing_desk
from tests.flows.test_story_review import OF_A_PUBLISHED_REPORT
from tests.flows.whole_record import deadline, messages, whole_record
from tests.records_builders import book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ON_THE_WEBSITE_UNTIL = on("Wed 2027-09-01")
DAY_SET = on("Thu 2026-07-23")


def approved_review(port: ScriptedPort) -> Conversation:
    return approved(met(started(port)))


@pytest.fixture
def one(port: ScriptedPort) -> Conversation:
    """A review whose report is approved."""
    return begun(port, approved_review)


def page(one: Conversation, day: Any) -> str:
    with the_day(day, 9), reading() as session:
        return process_page(session, book(), one.process, day, Links("http://ui.example"))


def trail(one: Conversation) -> str:
    with reading() as session:
        return _words(case_trail(session, book(), one.process))


def _words(document: Document) -> str:
    return repr(document.blocks)


def restricted(port: ScriptedPort, one: Conversation, day: Any, chosen: str = "restrict", hour: int = 10) -> str:
    with the_day(day, hour):
        said = desk_flow(port, "restriction", f"{chosen}-{day}").decide(
            "independent_chair", chosen=chosen, review=one.ref
        )
        one.go_on()
        return said


# --- published in time ---------------------------------------------------------------------------------------------


def test_a_review_is_set_up_from_the_decision_and_its_limit_counts_from_there(port: ScriptedPort) -> None:
    one = started(port)

    assert stage_of(one) is Stage.BEING_SET_UP
    assert deadline(one.ref, "initial_meeting").due_on == MET
    assert deadline(one.ref, "limit").due_on == on("Sun 2026-08-02")
    assert len(messages("ask_author")) == len(TWO)

    with the_day(on("Mon 2026-02-16"), 9):
        one.go_to("initial-meeting")
        refused = one.decide("panel_chair", method="imr_based")
        assert "the independent reviewer is not commissioned yet" in refused
        one.answer("back")
        commission(one, "independent_chair")
    owed = deadline(one.ref, "reviewer_to_panel")
    assert (owed.due_on, owed.state) == (on("Mon 2026-02-23"), DeadlineState.OPEN)


@pytest.mark.parametrize(
    ("edition", "publish_on", "warned"),
    [
        ("wt2013", "30 July 2026", False), ("wt2013", "29 July 2026", True),
        ("wt2015", "3 August 2026", False), ("wt2015", "31 July 2026", True),
    ],
)  # fmt: skip
def test_a_day_is_warned_of_that_leaves_no_time_for_the_copies_of_its_edition(
    port: ScriptedPort, edition: str, publish_on: str, warned: bool
) -> None:
    one = approved(met(started(port, edition)))

    with the_day(DAY_SET, 9):
        said = day_set(one, publish_on)

    assert ("the copy to the national panel" in said) is warned


def test_a_review_is_published_and_closes_when_its_actions_and_its_website_were_looked_at(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        said = day_set(one, "1 September 2026")
        assert said == (
            "Recorded: the day of the publication is set, on Thursday 23 July 2026; the report is to be published on "
            "Tuesday 1 September 2026, and each agency is asked for its response."
        )
    assert {
        each: deadline(one.ref, each).due_on for each in ("agency_response:police", "family_told", "copy_panel")
    } == {
        "agency_response:police": on("Mon 2026-08-10"),
        "family_told": on("Mon 2026-08-17"),
        "copy_panel": on("Thu 2026-08-20"),
    }
    assert len(messages("response_asked")) == len(TWO)
    assert one.now.name.endswith(
        "handing over the action plan, and publication of the report (planned for Tuesday 1 September 2026)"
    )

    with the_day(on("Mon 2026-08-03"), 9):
        handed_over(one)
    assert stage_of(one) is Stage.PLAN_HANDED_OVER
    assert deadline(one.ref, "publication").state is DeadlineState.OPEN

    with the_day(on("Thu 2026-08-20"), 9):
        everything_before(one)
    with the_day(PUBLISHED, 9):
        one.go_to("report-published")
        one.decide("business_manager")
    assert publication(one).state is PublicationState.PUBLISHED
    assert deadline(one.ref, "web_review").due_on == ON_THE_WEBSITE_UNTIL
    assert deadline(one.ref, "annual_report").due_on == on("Wed 2027-03-31")
    assert "**Publication:** published, since Tuesday 1 September 2026" in page(one, PUBLISHED)

    looked_at_plan(one, *LOOKS)
    assert not is_closed(one)
    with the_day(on("Tue 2027-08-31"), 9):
        one.go_to("website-looked-at")
        said = one.decide("independent_chair", way="down")
        assert "the report stays until Wednesday 1 September 2027 at least" in said
    with the_day(ON_THE_WEBSITE_UNTIL, 9):
        said = one.decide("independent_chair", way="down")
    assert said == "Serious case review: complete, its actions looked at for the last time."
    assert is_closed(one)
    assert publication(one).state is PublicationState.TAKEN_DOWN
    with reading() as session:
        assert verify_chain(session, one.process) == []
        assert not balance(session, one.process)
    assert "No longer published, copies on request" in trail(one)


def test_the_review_closes_with_the_last_look_when_its_publication_has_ended_before(one: Conversation) -> None:
    with the_day(on("Wed 2026-07-22"), 9):
        handed_over(one)
        one.go_to("publication-withheld")
        one.decide("independent_chair", way="not", reasons="minute 12")
        sent(one, "panel_told")
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="stands", advice="item 13")

    said = looked_at_plan(one, *LOOKS)

    assert said == "Serious case review: complete, its actions looked at for the last time."


def test_proof_sheet_and_case_trail_say_where_the_publication_stands(port: ScriptedPort, one: Conversation) -> None:
    def both() -> list[str]:
        with reading() as session:
            sheet = a_proof_sheet(session, Matter(process_by_ref(session, one.ref), None, None))
        return [_words(sheet), trail(one)]

    assert all("('Publication', 'No day is set yet')" in each for each in both())
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
    planned = "('Publication', 'Planned for Tuesday 1 September 2026; final so far: nothing')"
    assert all(planned in each for each in both())
    restricted(port, one, on("Fri 2026-07-24"))
    assert all("('Restricted', 'Nothing may be published, since Friday 24 July 2026')" in each for each in both())


def test_what_is_owed_for_the_annual_report_outlives_the_review(port: ScriptedPort, one: Conversation) -> None:
    with the_day(on("Wed 2026-07-22"), 9):
        handed_over(one)
        one.go_to("publication-withheld")
        one.decide("independent_chair", way="not", reasons="minute 12")
        sent(one, "panel_told")
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="stands", advice="item 13")
    looked_at_plan(one, *LOOKS)
    assert is_closed(one)

    owed = deadline(one.ref, "annual_report")
    assert (owed.state, owed.due_on) == (DeadlineState.OPEN, on("Wed 2027-03-31"))
    a_day(on("Wed 2027-07-21"), RememberingChannel())
    with reading() as session:
        notices = session.exec(select(Notice).where(Notice.deadline_id == owed.id)).all()
        assert [each.rung for each in notices if each.is_late]
        assert balance(session, one.process) == []
    assert "in the annual report" in page(one, on("Wed 2027-07-21"))

    with the_day(on("Thu 2027-07-22"), 9):
        desk = standing_desk(port)
        desk.go_to("record-arrivals")
        said = desk.answer("ticked", arrived=[f"{one.ref}/annual_report"])

    assert "in the annual report" in said
    assert deadline(one.ref, "annual_report").met_on == on("Thu 2027-07-22")
    with reading() as session:
        assert balance(session, one.process) == []
        assert verify_chain(session, one.process) == []


def test_a_copy_is_given_on_request_after_the_review_is_closed(port: ScriptedPort, one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        handed_over(one)
        day_set(one, "1 September 2026")
    with the_day(PUBLISHED, 9):
        everything_before(one)
        one.go_to("report-published")
        one.decide("business_manager")
    looked_at_plan(one, *LOOKS)
    with the_day(ON_THE_WEBSITE_UNTIL, 9):
        one.go_to("website-looked-at")
        one.decide("independent_chair", way="down")
        desk = standing_desk(port)
        desk.go_to("copy-given")
        said = desk.answer("given", review=one.ref)

    assert said == f"Recorded: the first copy of the report of {one.process.spoken_ref}, on Wednesday 1 September 2027."
    assert publication(one).copies_given == 1


def test_the_sign_off_says_that_the_report_is_written_to_be_published(port: ScriptedPort) -> None:
    one = met(started(port))
    with the_day(SIGNED_OFF, 9):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
        one.answer("ticked", arrived=[f"terms_agreed:{key}" for key in TWO])
        one.go_to("draft-report")
        one.decide("panel_chair", what_happened=True, why=True, what_will_be_done=True, by_whom=True, without=True)
        one.go_to("sign-off")
        said = one.decide("panel_chair")

    assert said.startswith("NOT recorded, because it does not say that the report is in plain English")


# --- which day, and with what --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("20 July 2026", "is past"),
        ("Monday 31 August 2026", "is a bank holiday"),
        ("Friday 28 August 2026", "is just before a bank holiday"),
        ("Saturday 5 September 2026", "is a Saturday"),
        ("Wednesday 29 July 2026", "there is no time left for the agencies’ responses"),
        ("Thursday 10 September 2026", "is a blackout day"),
        ("Tuesday 1 September 2026", ""),
    ],
)
def test_a_day_that_is_not_fit_for_a_publication_is_warned_of_or_refused(
    port: ScriptedPort, one: Conversation, day: str, says: str
) -> None:
    with the_day(on("Tue 2026-07-21"), 9):
        desk = standing_desk(port)
        desk.go_to("blackout-days")
        desk.answer("set", which=one.ref, from_on="10 September 2026")
        said = day_set(one, day, all_the_same=not says)

    assert (says in said) if says else said.startswith("Recorded: the day of the publication is set")


def test_whoever_wants_the_day_all_the_same_has_it_and_nobody_is_late_at_once(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        said = day_set(one, "Wednesday 29 July 2026", all_the_same=True)

    assert "the report is to be published on Wednesday 29 July 2026" in said
    assert deadline(one.ref, "agency_response:ccg").due_on == on("Fri 2026-07-24")
    assert deadline(one.ref, "publication").due_on == on("Wed 2026-07-29")


def test_a_later_day_is_a_delay_that_the_national_panel_is_told_of(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
        said = day_set(one, "8 September 2026", all_the_same=True)
        assert "record it as a delay" in said
        one.answer("back")
        one.go_to("publication-withheld")
        said = one.decide("independent_chair", way="later", reasons="minute 9", publish_on="8 September 2026",
                          all_the_same=True)  # fmt: skip

    assert said.endswith("it is to be on Tuesday 8 September 2026, and the national panel is to be told why.")
    assert deadline(one.ref, "publication").due_on == on("Tue 2026-09-08")
    assert deadline(one.ref, "copy_panel").due_on == on("Thu 2026-08-27")
    assert deadline(one.ref, "panel_told").due_on == on("Tue 2026-07-28")
    assert len(messages("response_asked")) == 2 * len(TWO)


def test_nothing_is_published_before_its_pack_is_final_and_its_day_has_come(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
    with the_day(on("Mon 2026-08-24"), 9):
        one.go_to("publication-pack")
        said = one.answer("ready", parts=["overview_report"])
        assert said == (
            "Recorded as final: overview report. Still missing: written response to it, statement to the media and "
            "learning brief."
        )
        one.go_to("report-published")
        said = one.decide("business_manager")

    assert "is before Tuesday 1 September 2026, the day that was set" in said
    assert "these parts of the pack are not confirmed: written response to it" in said
    assert "Police: Response of the agency, and its progress on the recommendations" in said
    assert publication(one).state is PublicationState.PLANNED


def test_a_publication_that_was_recorded_by_mistake_is_planned_again(port: ScriptedPort, one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
    with the_day(PUBLISHED, 9):
        everything_before(one)
        one.go_to("report-published")
        one.decide("business_manager")
        desk = desk_flow(port, "correct-mistake")
        (wrong,) = [value for value, label in desk.now.field("what").options if "The report is published" in label]
        said = desk.answer("not-happened", what=wrong)
        one.go_on()

    assert said.startswith("Recorded: “The report is published”")
    assert publication(one).state is PublicationState.PLANNED
    assert deadline(one.ref, "publication").state is DeadlineState.OPEN
    assert "report-published" in one.now.offers


# --- parallel proceedings ------------------------------------------------------------------------------------------


def test_while_it_is_restricted_nothing_is_published_chased_or_sent_out(port: ScriptedPort, one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
    said = restricted(port, one, on("Fri 2026-07-24"))
    assert said == f"Recorded: nothing of {one.process.spoken_ref} may be published until a person lifts that."

    for slot in ("publication", "copy_panel", "family_told", "agency_response:police"):
        assert deadline(one.ref, slot).standstill is Standstill.PUBLICATION
    assert deadline(one.ref, "board_response").standstill is None
    assert "**Restricted:** nothing may be published, since Friday 24 July 2026" in page(one, on("Fri 2026-07-24"))
    assert "held, nothing may be published at present" in page(one, on("Fri 2026-07-24"))
    channel = RememberingChannel()
    a_day(on("Tue 2026-08-25"), channel)
    assert "response_asked" not in {each.kind for each in channel.sent if hasattr(each, "kind")}
    assert [each.kind for each in messages("late_lead")] == []
    with the_day(on("Tue 2026-08-25"), 10):
        refused: tuple[tuple[str, dict[str, Any]], ...] = (
            ("learning-brief", {}), ("publication-day", {"publish_on": "1 October 2026"}),
        )  # fmt: skip
        for gate, values in refused:
            one.go_to(gate)
            said = one.decide("independent_chair", **values)
            assert f"{one.process.spoken_ref} is restricted since Friday 24 July 2026: nothing of it may be" in said
            one.answer("back")
        refused_too = sent(one, "copy_panel")
        assert "is restricted since Friday 24 July 2026" in refused_too
        one.answer("back")
        assert restricted(port, one, on("Tue 2026-08-25")).endswith("is restricted already.")


def test_a_report_waits_for_proceedings_its_brief_comes_first_and_it_is_published_after_them(
    port: ScriptedPort, one: Conversation
) -> None:
    restricted(port, one, on("Tue 2026-07-21"))
    with the_day(on("Tue 2026-07-21"), 11):
        one.go_to("learning-brief")
        assert "is restricted" in one.decide("business_manager")
        one.answer("back")
        handed_over(one)
        one.go_to("publication-withheld")
        said = one.decide("independent_chair", way="awaiting", reasons="minute 12")
    assert said.startswith("Recorded: the publication waits for parallel proceedings, on Tuesday 21 July 2026; ")
    assert deadline(one.ref, "panel_told").due_on == on("Fri 2026-07-24")
    assert stage_of(one) is Stage.PLAN_HANDED_OVER

    restricted(port, one, on("Mon 2026-09-07"), "release")
    assert deadline(one.ref, "publication_day").standstill is Standstill.PUBLICATION
    with the_day(on("Mon 2026-09-07"), 11):
        one.go_to("learning-brief")
        one.decide("business_manager")
        sent(one, "panel_told")
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="stands", advice="item 4")
    assert (
        "awaiting parallel proceedings, since Tuesday 21 July 2026; the learning brief was published on Monday 7 "
        in (page(one, on("Mon 2026-09-07")))
    )
    assert len(messages("published")) == len(TWO) + 1

    looked_at_plan(one, *LOOKS)
    assert not is_closed(one)
    with the_day(on("Mon 2027-09-06"), 9):
        day_set(one, "Tuesday 19 October 2027")
        assert deadline(one.ref, "publication").standstill is None
        everything_before(one)
    with the_day(on("Tue 2027-10-19"), 9):
        one.go_to("report-published")
        one.decide("independent_chair")
    with the_day(on("Thu 2028-10-19"), 9):
        one.go_to("website-looked-at")
        said = one.decide("business_manager", way="stays")
    assert said == "Serious case review: complete, its actions looked at for the last time."


def test_a_practice_learning_review_that_is_restricted_publishes_no_issues(port: ScriptedPort) -> None:
    one = met_review(port)
    steps: tuple[tuple[date, str, str, dict[str, Any]], ...] = (
        (on("Fri 2026-03-06"), "terms-circulated", "panel_chair", {}),
        (on("Mon 2026-03-23"), "terms-go-on", "panel_chair", {}),
        (on("Mon 2026-06-29"), "draft-report", "panel_chair",
         {"what_happened": True, "why": True, "what_will_be_done": True, "by_whom": True, "without": True}),
        (on("Mon 2026-07-27"), "sign-off", "panel_chair", {}),
        (on("Mon 2026-08-10"), "board-approval", "independent_chair", {}),
    )  # fmt: skip
    for day, gate, capacity, values in steps:
        with the_day(day, 9):
            one.go_to(gate)
            one.decide(capacity, **values)
    restricted(port, one, on("Tue 2026-08-11"))
    with the_day(on("Mon 2026-08-24"), 9):
        one.go_to("publication")
        said = one.decide("business_manager")

    assert "is restricted since Tuesday 11 August 2026" in said
    assert stage_of(one) is Stage.BOARD_APPROVED
    assert deadline(one.ref, "publication").standstill is Standstill.PUBLICATION


# --- not published --------------------------------------------------------------------------------------------------


def test_a_report_is_not_published_and_the_panels_advice_is_regarded_before_the_planned_day(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
    with the_day(on("Wed 2026-08-26"), 9):
        one.go_to("publication-withheld")
        said = one.decide("independent_chair", way="not")
        assert "it does not say where the reasons are kept" in said
        one.decide("independent_chair", way="not", reasons="minute 12")
        # the bank holiday lies between; both are due on the last working day before the day that was planned
        assert deadline(one.ref, "panel_advice").due_on == on("Fri 2026-08-28")
        assert publication(one).state is PublicationState.DECIDED_AGAINST
        one.go_to("publication-advice")
        said = one.decide("independent_chair", outcome="stands", advice="item 13")
        assert "the national panel has not been told yet" in said
        one.answer("back")
        sent(one, "panel_told")
    with the_day(on("Fri 2026-08-28"), 9):
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="stands", advice="item 13")

    assert publication(one).state is PublicationState.NOT_PUBLISHED
    assert deadline(one.ref, "publication").state is DeadlineState.ENDED
    assert "publication-day" not in one.now.offers
    assert "Decided not to publish" in trail(one)
    assert "minute 12" not in trail(one) + page(one, PUBLISHED)


def test_the_panels_advice_may_change_the_decision(one: Conversation) -> None:
    with the_day(on("Wed 2026-07-22"), 9):
        one.go_to("publication-withheld")
        one.decide("independent_chair", way="not", reasons="minute 12")
        sent(one, "panel_told")
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="changed", advice="item 13")

    assert publication(one).state is PublicationState.NOT_PLANNED
    assert deadline(one.ref, "publication_day").state is DeadlineState.OPEN
    assert deadline(one.ref, "publication").standstill is None
    assert "publication-day" in one.now.offers


# --- under a later edition -------------------------------------------------------------------------------------------


def test_under_a_later_edition_the_partners_decide_and_time_and_quality_are_checked(port: ScriptedPort) -> None:
    one = met(started(port, "wt2023"), "strategic_partners")
    assert deadline(one.ref, "imr:police").title == "Information report for the review"
    assert deadline(one.ref, "reviewer_to_panel").due_on == on("Mon 2026-03-02")
    first = deadline(one.ref, "progress_check:1")
    assert first.due_on == on("Mon 2026-03-30")

    with the_day(on("Fri 2026-03-27"), 9):
        one.go_to("progress-check")
        said = one.decide("business_manager", chosen="replied", found="in-order", reply="the secure place")
        assert "it is not recorded that the reviewer was asked" in said
        said = one.decide("business_manager", chosen="asked", reply="the secure place")
        assert said.endswith("the check stays owed.")
        one.go_to("progress-check")
        said = one.decide("strategic_partners", chosen="replied", found="time", reply="the secure place")
    assert said.endswith("The next one is due by Friday 24 April 2026.")

    with the_day(on("Mon 2026-05-04"), 9):
        approved(one, "strategic_partners")
    assert deadline(one.ref, "progress_check:2").state is DeadlineState.ENDED
    assert deadline(one.ref, "limit").state is DeadlineState.OPEN
    with the_day(APPROVED, 10):
        said = day_set(one, "31 July 2026", all_the_same=True)
        assert "this is for the safeguarding partners to decide, not for the Independent Chair" in said
        day_set_by_partners = one.decide("strategic_partners", publish_on="31 July 2026", all_the_same=True)
        assert "the report is to be published on Friday 31 July 2026" in day_set_by_partners
    with the_day(on("Fri 2026-07-31"), 9):
        everything_before(one)
        one.go_to("report-published")
        one.decide("strategic_partners")
    assert deadline(one.ref, "limit").state is DeadlineState.MET
    assert page(one, PUBLISHED).startswith(f"# {one.process.spoken_ref}\\: local child safeguarding practice review")
    assert not [each for each in trail(one).splitlines() if "Serious case" in each]


# --- besides ------------------------------------------------------------------------------------------------------


def test_looking_again_says_nothing_twice(one: Conversation) -> None:
    with the_day(DAY_SET, 9):
        day_set(one, "1 September 2026")
        before = whole_record()
        one.go_on()

    assert whole_record() == before


def test_what_follows_from_a_restricted_case_is_restricted(port: ScriptedPort, one: Conversation) -> None:
    restricted(port, one, DAY_SET)
    with the_day(DAY_SET, 12), transaction() as session:
        parent = process_by_ref(session, one.ref)
        made = open_next(session, book(), parent, "plr", DAY_SET, agencies_in_scope(session, parent))

        assert restriction_in_force(session, made) is not None
        assert [each.deed for each in history_of(session, made.id or 0)][:2] == ["opened", "restricted"]


def test_a_learning_note_of_a_restricted_case_is_not_passed_on(port: ScriptedPort) -> None:
    with the_day(on("Mon 2026-03-23"), 9):
        other = run_of(port, decided(a_referral(), Outcome.LEARNING_NOTE))
    restricted(port, other, on("Thu 2026-03-26"))
    with the_day(on("Fri 2026-03-27"), 9):
        said = other.answer("ticked", arrived=["learning_note"])

    assert f"{other.process.spoken_ref} is restricted since Thursday 26 March 2026" in said
    assert deadline(other.ref, "learning_note").state is DeadlineState.OPEN
    assert deadline(other.ref, "learning_note").standstill is Standstill.PUBLICATION


def test_every_question_about_a_published_report_is_put_to_somebody(
    port: ScriptedPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_under("wt2023", tmp_path / "config", monkeypatch)
    through_a_publication(port)
    forget_everything()

    assert {
        WHAT_HAPPENS.name, PUBLICATION_PACK.name, PROGRESS_CHECK.name, COPY_GIVEN.name, START_SERIOUS_CASE_REVIEW.name,
        *(each.name for each in PUBLICATION_DECISIONS),
    } == OF_A_PUBLISHED_REPORT  # fmt: skip
    assert port.gates_asked >= OF_A_PUBLISHED_REPORT
