"""More time, and a clock that stood still."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.delays import MoreTime, after_standing_still, faults_of_extension, faults_of_request
from models.rules.working_days import add_working_days, is_working_day, working_days_between
from tests.builders import on
from tests.rules.calendars import england, some_days

DUE = on("Mon 2026-05-11")
WISH = MoreTime(DUE, on("Thu 2026-05-07"), on("Tue 2026-05-26"), 0, 1, on("Wed 2026-09-02"))


def faults(wish: MoreTime) -> list[str]:
    return list(faults_of_extension(wish, england()))


def test_more_time_that_was_asked_for_in_time_can_be_granted_once() -> None:
    assert faults(WISH) == []
    assert faults(replace(WISH, asked_on=DUE)) == []
    assert "granted once already" in faults(replace(WISH, granted_before=1))[0]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (replace(WISH, asked_on=on("Tue 2026-05-12")), "on or before the date, which was Monday 11 May 2026"),
        (replace(WISH, new_on=DUE), "is not after Monday 11 May 2026"),
        (replace(WISH, new_on=on("Mon 2026-05-25")), "is no working day"),
        (replace(WISH, new_on=on("Thu 2026-09-03")), "after the limit of the review, Wednesday 2 September 2026"),
    ],
)
def test_what_cannot_be_granted_says_why_and_what_to_do(wish: MoreTime, says: str) -> None:
    assert any(says in each for each in faults(wish))


def test_the_limit_itself_may_be_extended_beyond_itself() -> None:
    assert faults(replace(WISH, limit_on=None, new_on=on("Thu 2026-09-03"))) == []


def test_a_wish_without_a_day_is_only_asked_in_time() -> None:
    assert list(faults_of_request(DUE, DUE, None)) == []


def test_what_was_late_when_the_clock_stopped_is_as_late_when_it_goes_on() -> None:
    stopped, went_on = on("Thu 2026-05-14"), on("Mon 2026-06-01")

    later = after_standing_still(DUE, stopped, went_on, england())

    assert working_days_between(later, went_on, england()) == working_days_between(DUE, stopped, england()) == 3


@given(some_days, st.integers(-20, 60), st.integers(0, 90))
def test_the_clock_gives_back_the_working_days_that_it_stood_still(stopped: date, ahead: int, stood: int) -> None:
    days = england()
    due = add_working_days(stopped, ahead, days)
    went_on = add_working_days(stopped, stood, days)

    later = after_standing_still(due, stopped, went_on, days)

    assert is_working_day(later, days)
    assert working_days_between(due, later, days) == working_days_between(stopped, went_on, days)
