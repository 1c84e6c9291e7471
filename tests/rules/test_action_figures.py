"""Figures about actions, by hand and by their laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.action_figures import (
    Quarter,
    Taken,
    burn_up,
    by_age,
    days_late,
    in_quarters,
    percentile,
    quarter_of,
    quarters_until,
    taken,
)
from models.rules.working_days import Calendar
from tests.builders import on

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
NO_DAYS_OFF = Calendar()


def test_lateness_counts_working_days_after_the_date() -> None:
    calendar = Calendar({on("Mon 2026-05-25"): "Spring bank holiday"})

    assert days_late(on("Mon 2026-05-11"), on("Tue 2026-06-09"), calendar) == 20
    assert days_late(on("Mon 2026-05-11"), on("Mon 2026-05-11"), calendar) == 0
    assert days_late(on("Fri 2026-05-15"), on("Sat 2026-05-16"), calendar) == 0
    assert days_late(on("Fri 2026-05-15"), on("Mon 2026-05-18"), calendar) == 1


@given(DAYS, DAYS)
def test_nothing_is_late_up_to_its_date_and_each_day_makes_it_no_less_late(due_on: date, day: date) -> None:
    late = days_late(due_on, day, NO_DAYS_OFF)

    assert late == 0 or day > due_on
    assert late <= days_late(due_on, day + timedelta(days=1), NO_DAYS_OFF) <= late + 1


def test_ages_end_with_twenty_and_sixty_working_days() -> None:
    found = by_age([0, 1, 20, 21, 60, 61, 300])

    assert (found.first, found.second, found.beyond, found.all) == (3, 2, 2, 7)


@given(st.lists(st.integers(0, 500)))
def test_everything_late_has_one_age(late: list[int]) -> None:
    assert by_age(late).all == len(late)


@given(st.lists(st.integers(0, 5000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[int], share: int) -> None:
    found = percentile(values, share)

    within = sum(each <= found for each in values)
    below = sum(each < found for each in values)
    assert found in values
    assert within * 100 >= share * len(values) > below * 100


def test_of_nothing_nothing_is_told() -> None:
    assert taken([]) is None
    with pytest.raises(ValueError, match="no values"):
        percentile([], 90)


def test_half_of_ten_actions_and_nine_of_them() -> None:
    assert taken([10, 20, 30, 40, 50, 60, 70, 80, 90, 400]) == Taken(10, 55, 90)


@given(st.lists(st.integers(0, 5000), min_size=1))
def test_how_long_actions_take_lies_among_what_they_took(days: list[int]) -> None:
    found = taken(days)

    assert found is not None
    assert min(days) <= found.median <= max(days)
    assert found.median <= found.ninetieth <= max(days) or len(set(days)) > 1


@given(DAYS)
def test_every_day_lies_in_its_quarter_and_quarters_follow_one_another(day: date) -> None:
    quarter = quarter_of(day)

    assert quarter.first_on <= day <= quarter.last_on
    assert quarter.last_on + timedelta(days=1) == quarter.after.first_on
    assert quarter.after.before == quarter


def test_quarters_are_those_of_the_calendar_year() -> None:
    assert quarter_of(on("Tue 2026-03-31")) == Quarter(2026, 1)
    assert quarters_until(on("Fri 2026-01-02"), 3) == [Quarter(2025, 3), Quarter(2025, 4), Quarter(2026, 1)]


@given(st.lists(DAYS), DAYS, st.integers(1, 12))
def test_no_day_is_counted_in_two_quarters(days: list[date], last: date, count: int) -> None:
    quarters = quarters_until(last, count)

    counts = in_quarters(days, quarters)
    assert len(counts) == len(quarters) == count
    assert sum(counts) == sum(quarters[0].first_on <= each <= quarters[-1].last_on for each in days)


@given(st.lists(st.tuples(DAYS, st.integers(0, 900), st.booleans())), st.lists(DAYS, min_size=1))
def test_a_burn_up_never_falls_and_what_is_closed_was_opened(
    actions: list[tuple[date, int, bool]], days: list[date]
) -> None:
    opened = [begun for begun, _, _ in actions]
    closed = [begun + timedelta(days=lasted) for begun, lasted, is_closed in actions if is_closed]

    points = burn_up(opened, closed, sorted(days))

    assert all(0 <= each.closed <= each.opened <= len(actions) for each in points)
    assert [each.opened for each in points] == sorted(each.opened for each in points)
    assert [each.closed for each in points] == sorted(each.closed for each in points)
