"""Where a publication may go, which days are fit for it, and a timetable that always comes to it in its order."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebook import rule_book
from models.rules.planning import Plan, Wish, plan
from models.rules.processes import KINDS
from models.rules.publication import (
    BEFORE_PUBLICATION,
    MOVES,
    STEPS,
    IllegalPublicationMove,
    PublicationState,
    concerns_of_day,
    has_ended,
    insist_on_move,
    next_year_end,
)
from models.rules.stages import FIRST, Stage, was_reached
from models.rules.stages import MOVES as STAGES
from models.rules.working_days import add_working_days
from tests.builders import on
from tests.rules.calendars import england

BOARD, KIND = "barking-and-dagenham", "serious-case-review"
TEN_YEARS = st.dates(date(2018, 1, 1), date(2028, 1, 1))
CHAIN = (
    "author_letters", "reviewer", "initial_meeting", "terms_draft", "terms_agreed", "briefing", "chronology", "imr",
    "panel_reads", "imr_final", "draft_report", "draft_meeting", "accuracy", "sign_off", "board_approval",
    "agency_response", "publication",
)  # fmt: skip
BEFORE_THE_DAY = ("board_response", "family_told", "copy_panel", "publication")


@cache
def planned(decided_on: date, edition: str) -> Plan:
    """The timetable when everything is done on its day, the initial meeting on its last day."""
    book = rule_book(BOARD)
    periods = book.periods_of(KIND, edition)
    wish = Wish(
        approved_by=KINDS[KIND].approved_by, completed_by=book.completed_by(KIND, edition),
        limit=KINDS[KIND].limit, other_limit=KINDS[KIND].aim,
    )  # fmt: skip
    first = plan(periods, {"decision": decided_on}, england(), wish)
    anchors = {"decision": decided_on, "initial-meeting": first.by_kind["initial_meeting"].due_on}
    return plan(periods, anchors, england(), wish)


@given(TEN_YEARS, st.sampled_from(["wt2015", "wt2018", "wt2023"]))
def test_a_serious_case_review_of_any_day_keeps_its_order_and_its_limit(decided_on: date, edition: str) -> None:
    made = planned(decided_on, edition)
    dates = {kind: due.due_on for kind, due in made.by_kind.items()}

    assert made.concerns == ()
    assert dates["board_approval"] <= dates["limit"]
    assert [kind for kind in CHAIN if kind not in dates] == []
    assert [dates[kind] for kind in CHAIN] == sorted(dates[kind] for kind in CHAIN)
    assert [dates[kind] for kind in BEFORE_THE_DAY] == sorted(dates[kind] for kind in BEFORE_THE_DAY)
    for period, due in made.dated:
        before = dates.get(period.after)
        if before is not None:
            assert due.due_on >= add_working_days(before, period.at_least, england())


@given(TEN_YEARS)
def test_the_successor_is_published_within_its_six_months(decided_on: date) -> None:
    dates = planned(decided_on, "wt2023").by_kind

    assert dates["publication"].due_on <= dates["limit"].working_target_on


@given(TEN_YEARS, st.integers(0, 400))
def test_what_comes_before_a_publication_is_counted_from_the_day_that_was_set(decided_on: date, days: int) -> None:
    book = rule_book(BOARD)
    set_for = add_working_days(decided_on, 150 + days, england())
    anchors = {"decision": decided_on, "initial-meeting": decided_on, "publication-date": set_for}
    dates = plan(book.periods_of(KIND, "wt2015"), anchors, england(), Wish()).by_kind

    assert dates["publication"].due_on == set_for
    assert dates["copy_panel"].due_on == add_working_days(set_for, -7, england())
    assert dates["agency_response"].due_on == add_working_days(set_for, -15, england())


@given(TEN_YEARS)
def test_under_the_edition_of_2013_copies_go_a_week_before_the_publication(set_for: date) -> None:
    book = rule_book(BOARD)
    periods = book.periods_of(KIND, "wt2013")
    dates = plan(periods, {"decision": set_for, "publication-date": set_for}, england(), Wish()).by_kind

    for kind in ("copy_panel", "copy_ofsted", "copy_dfe"):
        assert dates[kind].due_on == set_for - timedelta(days=7)
        assert dates[kind].working_target_on <= dates[kind].due_on
        assert book.period(KIND, "wt2013", kind).mark == "G"


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (
            "wt2015",
            {
                "reviewer": "Mon 2026-02-23", "initial_meeting": "Mon 2026-03-02", "imr": "Mon 2026-04-27",
                "draft_report": "Mon 2026-06-08", "sign_off": "Mon 2026-07-06", "board_approval": "Mon 2026-07-20",
                "publication": "Tue 2026-09-01", "copy_ofsted": "Thu 2026-08-20", "limit": "Sun 2026-08-02",
            },
        ),
        (
            "wt2023",
            {
                "initial_meeting": "Mon 2026-03-02", "imr": "Mon 2026-04-27", "sign_off": "Mon 2026-06-22",
                "board_approval": "Mon 2026-06-29", "publication": "Thu 2026-07-23", "copy_panel": "Tue 2026-07-14",
                "limit": "Sun 2026-08-02",
            },
        ),
    ],
)  # fmt: skip
def test_the_dates_of_a_review_that_was_decided_on_a_monday(edition: str, expected: dict[str, str]) -> None:
    dates = planned(on("Mon 2026-02-02"), edition).by_kind

    assert {kind: dates[kind].due_on for kind in expected} == {kind: on(day) for kind, day in expected.items()}
    assert ("copy_ofsted" in dates) is (edition == "wt2015")


# --- states --------------------------------------------------------------------------------------------------------


def test_every_state_can_be_come_to_and_left_or_is_an_end() -> None:
    reached = {PublicationState.NOT_PLANNED}
    for _ in MOVES:
        reached |= {to for state in reached for to in MOVES[state]}

    assert reached == set(PublicationState) == set(MOVES)
    assert {state for state in PublicationState if has_ended(state)} == {
        PublicationState.NOT_PUBLISHED, PublicationState.TAKEN_DOWN, PublicationState.KEPT,
    }  # fmt: skip


def test_every_stage_of_such_a_review_is_reached_and_left_or_an_end() -> None:
    assert {stage for stage in STAGES[KIND] if was_reached(KIND, stage, FIRST[KIND])} == set(STAGES[KIND])
    assert [stage for stage, after in STAGES[KIND].items() if not after] == [Stage.FOLLOWED_UP]


def test_nothing_is_published_without_a_day_or_against_a_decision() -> None:
    for state in PublicationState:
        if state is not PublicationState.PLANNED:
            with pytest.raises(IllegalPublicationMove):
                insist_on_move(state, PublicationState.PUBLISHED)


def test_what_leads_up_to_a_publication_stands_still_with_it() -> None:
    assert set(BEFORE_PUBLICATION) < STEPS


# --- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("Thu 2026-12-24", "just before a bank holiday (Christmas Day)"),
        ("Tue 2026-12-22", "just before a bank holiday (Christmas Day)"),
        ("Mon 2026-12-21", ""),
        ("Wed 2026-04-01", "just before a bank holiday (Good Friday)"),
        ("Sat 2026-06-06", "is a Saturday"),
        ("Tue 2026-06-09", ""),
    ],
)
def test_a_publication_just_before_holidays_is_warned_of(day: str, says: str) -> None:
    found = "; ".join(concerns_of_day(on(day), on("Mon 2026-01-05"), {}, None, england()))

    assert says in found if says else found == ""


@given(TEN_YEARS, st.integers(0, 40))
def test_a_day_that_leaves_no_time_for_what_comes_before_is_warned_of(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    last_days = {"copy_panel": add_working_days(day, -7, england())}

    warned = any(
        "the copy to the national panel" in each for each in concerns_of_day(day, today, last_days, None, england())
    )

    assert warned is (last_days["copy_panel"] < today)


@pytest.mark.parametrize(
    ("day", "year_end"),
    [("Tue 2026-03-31", "Tue 2026-03-31"), ("Wed 2026-04-01", "Wed 2027-03-31"), ("Mon 2026-07-20", "Wed 2027-03-31")],
)
def test_the_annual_report_is_owed_by_the_next_end_of_march(day: str, year_end: str) -> None:
    assert next_year_end(on(day)) == on(year_end)
