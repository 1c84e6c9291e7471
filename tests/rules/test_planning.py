"""The whole timetable at once: in order, planned back from a meeting, checked on the day on which it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import load
from config.settings import BESIDE_THE_CODE
from models.rulebook import rule_book
from models.rules.delays import StoodStill
from models.rules.planning import ApprovingMeeting, Plan, What, Wish, plan
from models.rules.timetable import Period, add_months
from models.rules.working_days import Calendar, add_working_days, is_working_day, previous_working_day
from tests.builders import on

BOARD = "barking-and-dagenham"
MET = on("Mon 2026-03-02")
FORWARD = ("terms_draft", "terms_agreed", "briefing", "chronology", "imr", "panel_reads", "imr_final")
CHAIN = (*FORWARD, "draft_report", "draft_meeting", "accuracy", "sign_off", "board_approval")


@pytest.fixture(scope="module")
def periods() -> Sequence[Period]:
    return rule_book(BOARD).periods_of("plr", "wt2015")


def calendar(first: int = 2015, last: int = 2040, closing: Mapping[date, str] | None = None) -> Calendar:
    bank_holidays, _ = load(BESIDE_THE_CODE).days_off_of(BOARD, first, last)
    return Calendar(bank_holidays, closing or {})


ENGLAND = calendar()


def planned(periods: Sequence[Period], met_on: date = MET, days: Calendar = ENGLAND, **wish: object) -> Plan:
    anchors = {"decision": met_on - timedelta(weeks=7), "initial-meeting": met_on}
    return plan(periods, anchors, days, replace(Wish(), **wish))  # type: ignore[arg-type]


def board_on(day: str | date, papers: str = "") -> ApprovingMeeting:
    meets_on = on(day) if isinstance(day, str) else day
    return ApprovingMeeting(meets_on, "the Board", on(papers) if papers else add_working_days(meets_on, -10, ENGLAND))


def test_without_dates_of_the_board_the_offsets_of_the_protocol_stand(periods: Sequence[Period]) -> None:
    dates = planned(periods).by_kind

    assert {kind: dates[kind].due_on for kind in ("terms_draft", "terms_agreed", "imr", "draft_report")} == {
        "terms_draft": on("Mon 2026-03-09"),
        "terms_agreed": on("Mon 2026-03-23"),
        "imr": on("Mon 2026-05-11"),
        "draft_report": on("Mon 2026-06-29"),
    }
    assert dates["board_approval"].due_on == on("Mon 2026-08-10")
    assert dates["limit"].due_on == on("Wed 2026-09-02")


def test_authors_are_briefed_after_the_terms_of_reference_are_agreed_and_the_date_says_so(
    periods: Sequence[Period],
) -> None:
    dates = planned(periods).by_kind

    assert dates["briefing"].due_on == on("Tue 2026-03-24")  # two weeks would be the 16th, before the agreement
    assert "because “Agreement to the terms of reference” comes before it" in dates["briefing"].explanation


@pytest.mark.parametrize("papers", ["", "Fri 2026-07-31"])
def test_it_is_planned_back_from_the_last_meeting_before_the_limit(periods: Sequence[Period], papers: str) -> None:
    meetings = (board_on("Tue 2026-06-16"), board_on("Tue 2026-08-18", papers), board_on("Tue 2026-09-29"))

    made = planned(periods, meetings=meetings)
    dates = made.by_kind

    assert made.meeting == meetings[1]
    assert dates["board_approval"].due_on == on("Tue 2026-08-18")
    assert dates["sign_off"].due_on == (on("Fri 2026-07-31") if papers else on("Tue 2026-08-04"))
    assert dates["draft_report"].due_on == on("Tue 2026-07-07")  # six weeks before the Board
    assert dates["imr"].due_on == on("Mon 2026-05-11")  # the agencies' time is not touched
    assert dates["publication"].due_on == on("Wed 2026-09-02")
    assert "6 weeks before the meeting of the Board on Tuesday 18 August 2026" in dates["draft_report"].explanation


def test_a_meeting_whose_papers_are_wanted_before_the_draft_is_checked_does_not_fit(periods: Sequence[Period]) -> None:
    meetings = (board_on("Tue 2026-08-18"), board_on("Tue 2026-08-25", "Tue 2026-07-28"))

    made = planned(periods, meetings=meetings)

    assert made.meeting == meetings[0]
    assert made.by_kind["accuracy"].due_on <= made.by_kind["sign_off"].due_on


def test_where_no_meeting_fits_an_extraordinary_one_is_proposed_then_and_there(periods: Sequence[Period]) -> None:
    made = planned(periods, meetings=(board_on("Tue 2026-06-16"), board_on("Tue 2026-09-29")))

    (concern,) = [each for each in made.concerns if each.what is What.NO_MEETING]
    assert made.meeting is None
    assert made.by_kind["board_approval"].due_on == on("Mon 2026-08-10")
    assert "An extraordinary meeting is proposed for Monday 10 August 2026" in concern.sentence


def test_closing_days_that_make_it_overrun_are_told_with_the_milestone_that_causes_it(
    periods: Sequence[Period],
) -> None:
    closed = {MET + timedelta(weeks=23, days=number): "Moving house" for number in range(27)}

    made = planned(periods, days=calendar(closing=closed))

    (concern,) = [each for each in made.concerns if each.what is What.OVERRUN]
    assert concern.kind == "board_approval"
    assert "Without bank holidays and closing days it would be Monday 10 August 2026" in concern.sentence


def test_the_cause_is_the_milestone_that_others_have_to_wait_for(periods: Sequence[Period]) -> None:
    closed = {MET + timedelta(weeks=17, days=number): "Closed" for number in range(64)}

    made = planned(periods, days=calendar(closing=closed))

    (concern,) = [each for each in made.concerns if each.what is What.OVERRUN]
    assert concern.kind == "draft_report"
    assert "after the limit, Wednesday 2 September 2026" in concern.sentence


def test_what_counts_as_completed_is_a_setting_of_the_board(periods: Sequence[Period]) -> None:
    late = [replace(each, offset=26) if each.kind == "board_approval" else each for each in periods]
    publishing = [
        replace(each, until_known=("initial-meeting", 27, each.until_known[2]))
        if each.kind == "publication" and each.until_known
        else each
        for each in late
    ]

    by_approval = planned(publishing)
    by_publication = planned(publishing, completed_by="publication")

    assert [each.what for each in by_approval.concerns if each.what is What.OVERRUN] == []
    assert [each.kind for each in by_publication.concerns if each.what is What.OVERRUN] == ["publication"]


def test_the_earlier_of_the_two_limits_warns(periods: Sequence[Period]) -> None:
    (concern,) = planned(periods).concerns

    assert concern.what is What.EARLIER_LIMIT
    assert "later than six months from the decision" in concern.sentence


def test_once_the_approval_is_recorded_no_meeting_is_looked_for(periods: Sequence[Period]) -> None:
    anchors = {"initial-meeting": MET, "approval": on("Tue 2026-08-18")}

    made = plan(periods, anchors, ENGLAND, Wish(meetings=(board_on("Tue 2026-06-16"),)))

    assert made.meeting is None
    assert made.by_kind["publication"].anchor == "approval"
    assert made.by_kind["plan_review_12"].due_on == on("Wed 2027-08-18")


days_of_meeting = st.dates(date(2016, 1, 4), date(2037, 12, 31))
gaps = st.lists(st.integers(30, 150), min_size=1, max_size=8)


@given(days_of_meeting, gaps)
def test_whatever_the_dates_are_nothing_comes_before_what_it_waits_for(day: date, weeks: list[int]) -> None:
    periods = rule_book(BOARD).periods_of("plr", "wt2015")
    met_on = previous_working_day(day, ENGLAND)
    meets_on, meetings = met_on, []
    for gap in weeks:
        meets_on += timedelta(days=gap)
        meetings.append(board_on(previous_working_day(meets_on, ENGLAND)))

    made = planned(periods, met_on, meetings=tuple(meetings))
    dates = {kind: due.due_on for kind, due in made.by_kind.items()}

    assert all(dates[earlier] <= dates[later] for earlier, later in pairwise(CHAIN))
    assert all(is_working_day(dates[kind], ENGLAND) for kind in CHAIN)
    assert dates["limit"] == add_months(met_on, 6)
    if made.meeting is not None:
        assert dates["board_approval"] == made.meeting.on <= dates["limit"]
        assert dates["sign_off"] <= made.meeting.papers_on
        later = [each for each in meetings if made.meeting.on < each.on <= dates["limit"]]
        assert not later, "a later meeting before the limit would have left more time"


@given(days_of_meeting)
def test_planning_twice_gives_the_same_and_the_agencies_time_is_never_shortened(day: date) -> None:
    periods = rule_book(BOARD).periods_of("plr", "wt2015")
    met_on = previous_working_day(day, ENGLAND)

    first, second = planned(periods, met_on), planned(periods, met_on)
    dates = first.by_kind

    assert first == second
    assert dates["imr"].due_on >= met_on + timedelta(weeks=10)
    assert dates["terms_agreed"].due_on >= add_working_days(dates["terms_draft"].due_on, 5, ENGLAND)


def test_what_follows_approval_is_only_planned_from_the_meeting_until_approval_is_recorded(
    periods: Sequence[Period],
) -> None:
    made = planned(periods, meetings=(board_on("Tue 2026-08-18"),)).by_kind

    assert made["publication"].due_on == on("Wed 2026-09-02")
    assert made["publication"].anchor != "approval"
    assert "Planned for the meeting of the Board on Tuesday 18 August 2026; counted anew" in (
        made["publication"].explanation
    )


def test_a_clock_that_stood_still_moves_everything_but_the_limits(periods: Sequence[Period]) -> None:
    anchors = {"decision": MET - timedelta(weeks=7), "initial-meeting": MET}
    stood = StoodStill(on("Mon 2026-03-16"), on("Mon 2026-03-30"))

    before = plan(periods, anchors, ENGLAND, Wish()).by_kind
    after = plan(periods, anchors, ENGLAND, Wish(), (stood,)).by_kind

    assert after["imr"].due_on == add_working_days(before["imr"].due_on, 10, ENGLAND)
    assert after["limit"] == before["limit"]
    assert "the clock stood still" in after["imr"].explanation
