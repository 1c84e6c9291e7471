"""Where an action may stand and go, what its title may hold, and when its owner is asked."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.action_asking import Cycle, asked_for
from models.rules.actions import (
    DONE,
    ENDED,
    MOVES,
    NOT_YET,
    OWED,
    PLAIN,
    ActionState,
    IllegalActionMove,
    Priority,
    faults_of_days,
    faults_of_title,
    missing_for_approval,
    moved,
)
from models.rules.working_days import Calendar, add_working_days, working_days_between
from tests.builders import on

S = ActionState
NO_HOLIDAYS = Calendar()
MEETS = on("Wed 2026-05-20")
CYCLE = Cycle((MEETS, on("Wed 2026-09-09")), asked_before=15, is_fresh=20)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def test_every_state_has_words_and_is_reached_and_left_or_an_end() -> None:
    reached = {to for others in MOVES.values() for to in others}

    assert set(PLAIN) == set(MOVES) == set(S)
    assert reached == set(S)
    assert {state for state, others in MOVES.items() if not others} == {S.SUSTAINED, S.SUPERSEDED}


def test_the_usual_way_leads_from_a_draft_to_a_change_that_has_lasted_also_round_the_loops() -> None:
    way = (
        S.DRAFT, S.PROPOSED, S.APPROVED, S.IN_PROGRESS, S.CLAIMED, S.IN_PROGRESS, S.CLAIMED, S.CHECKED, S.CLOSED,
        S.REOPENED, S.CLAIMED, S.CHECKED, S.CLOSED, S.SUSTAINED,
    )  # fmt: skip

    assert all(moved(before, after) for before, after in itertools.pairwise(way))


@pytest.mark.parametrize(
    ("state", "to"),
    [
        (S.IN_PROGRESS, S.CLOSED), (S.CLAIMED, S.CLOSED), (S.DRAFT, S.APPROVED), (S.PROPOSED, S.IN_PROGRESS),
        (S.SUPERSEDED, S.IN_PROGRESS), (S.APPROVED, S.CHECKED),
    ],
)  # fmt: skip
def test_nothing_is_closed_without_a_check_or_begun_without_an_approval(state: ActionState, to: ActionState) -> None:
    with pytest.raises(IllegalActionMove):
        moved(state, to)


def test_what_stays_where_it_is_has_not_moved() -> None:
    assert not any(moved(state, state) for state in S)


def test_only_checked_evidence_leads_to_a_closed_action() -> None:
    assert {state for state, others in MOVES.items() if S.CLOSED in others} == {S.CHECKED}
    assert {state for state, others in MOVES.items() if S.CHECKED in others} == {S.CLAIMED}


def test_what_is_owed_is_neither_proposed_nor_ended() -> None:
    assert not OWED & (NOT_YET | ENDED)
    assert DONE < ENDED


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("", "no title"), ("x" * 81, "longer than 80"), ("Two\nlines", "one line"),
        ("Ring 01632 960100", "long number"), ("Born on 12/06/2014", "long number"),
        ("Write to olive@police.example", "an address"),
    ],
)  # fmt: skip
def test_a_title_that_cannot_stand_in_a_mail_is_named(title: str, wrong: str) -> None:
    assert wrong in " ".join(faults_of_title(title))


def test_a_plain_title_has_no_fault() -> None:
    assert list(faults_of_title("Written handovers by 2 teams in 2026")) == []


def test_days_that_cannot_be_right_are_named() -> None:
    today = on("Mon 2026-03-02")

    assert list(faults_of_days(None, today + timedelta(days=1), today)) == []
    assert "not after today" in next(faults_of_days(None, today, today))
    assert "after it is due" in next(faults_of_days(on("Tue 2026-03-10"), on("Mon 2026-03-09"), today))
    assert "five years" in next(faults_of_days(None, on("Mon 2033-01-03"), today))


def test_change_evidence_measure_and_baseline_are_missed_where_only_blanks_stand() -> None:
    assert len(missing_for_approval({"evidence": "  "})) == 4
    assert missing_for_approval(dict.fromkeys(("required_change", "evidence", "outcome", "baseline"), "x")) == []


@given(DAYS, st.none() | DAYS, st.none() | DAYS, st.sampled_from(Priority))
def test_nobody_is_asked_while_a_word_or_a_question_is_fresh(
    day: date, heard_on: date | None, asked_on: date | None, priority: Priority
) -> None:
    last = max((each for each in (heard_on, asked_on) if each is not None), default=None)

    asked = asked_for(CYCLE, priority, date(2026, 1, 1), heard_on, asked_on, day, NO_HOLIDAYS)

    if last is not None and working_days_between(last, day, NO_HOLIDAYS) < CYCLE.is_fresh:
        assert asked == ""


@given(st.integers(-15, 0), st.sampled_from(Priority))
def test_in_the_fifteen_working_days_before_a_meeting_everybody_without_a_fresh_word_is_asked_for_it(
    before: int, priority: Priority
) -> None:
    day = add_working_days(MEETS, before, NO_HOLIDAYS)

    assert asked_for(CYCLE, priority, on("Mon 2026-01-05"), None, None, day, NO_HOLIDAYS) == MEETS.isoformat()


def test_high_priority_is_asked_about_each_month_and_the_rest_only_for_meetings() -> None:
    day, accepted_on = on("Mon 2026-03-02"), on("Mon 2026-01-26")

    assert asked_for(CYCLE, Priority.HIGH, accepted_on, None, None, day, NO_HOLIDAYS) == day.isoformat()
    assert asked_for(CYCLE, Priority.MEDIUM, accepted_on, None, None, day, NO_HOLIDAYS) == ""


def test_without_meetings_the_rest_is_asked_about_each_quarter() -> None:
    without = Cycle((), 15, 20)
    accepted_on = on("Mon 2026-01-05")

    asked = [
        day
        for day in (accepted_on + timedelta(days=number) for number in range(120))
        if asked_for(without, Priority.LOW, accepted_on, None, None, day, NO_HOLIDAYS)
    ]

    assert asked[0] == on("Sun 2026-04-05")
