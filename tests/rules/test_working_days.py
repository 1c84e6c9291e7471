from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.rules.working_days import (
    Calendar,
    add_working_days,
    is_quiet,
    is_working_day,
    next_working_day,
    previous_working_day,
    why_off,
    working_days_between,
)
from tests.builders import on
from tests.rules.calendars import FIRST_YEAR, LAST_YEAR, calendars, days_of_interest, england

A_DAY = timedelta(days=1)
counts = st.integers(-300, 300)
by_the_thousand = settings(max_examples=600, deadline=None)


def counted_on_fingers(day: date, count: int, calendar: Calendar) -> date:
    step = A_DAY if count > 0 else -A_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("Mon 2026-03-02", 5, "Mon 2026-03-09"),
        ("Fri 2026-03-06", 1, "Mon 2026-03-09"),
        ("Sat 2026-03-07", 1, "Mon 2026-03-09"),
        ("Sun 2026-03-08", 0, "Mon 2026-03-09"),
        ("Mon 2026-03-09", 0, "Mon 2026-03-09"),
        ("Wed 2026-04-01", 5, "Fri 2026-04-10"),  # Good Friday and Easter Monday between
        ("Thu 2026-04-02", 1, "Tue 2026-04-07"),
        ("Tue 2026-04-07", -1, "Thu 2026-04-02"),
        ("Fri 2026-04-03", 0, "Tue 2026-04-07"),
        ("Sat 2026-04-04", -1, "Thu 2026-04-02"),
        ("Thu 2026-12-24", 1, "Tue 2026-12-29"),  # Boxing Day is a Saturday, kept on Monday
        ("Thu 2026-12-31", 1, "Mon 2027-01-04"),
        ("Fri 2022-12-23", 1, "Wed 2022-12-28"),  # Christmas Day is a Sunday
        ("Wed 2022-06-01", 1, "Mon 2022-06-06"),  # two days for the jubilee
        ("Fri 2022-09-16", 1, "Tue 2022-09-20"),  # the state funeral
        ("Thu 2020-05-07", 1, "Mon 2020-05-11"),  # the early May holiday was moved to Friday
        ("Fri 2024-02-23", 4, "Thu 2024-02-29"),
    ],
)
def test_counting_over_real_days_begins_on_the_day_after_the_start(start: str, count: int, expected: str) -> None:
    found = add_working_days(on(start), count, england())

    assert found == on(expected)


@given(days_of_interest, counts, calendars())
@by_the_thousand
def test_counting_agrees_with_counting_on_ones_fingers(day: date, count: int, calendar: Calendar) -> None:
    assume(count != 0)

    assert add_working_days(day, count, calendar) == counted_on_fingers(day, count, calendar)


@given(days_of_interest, st.integers(-500, 500), calendars())
@by_the_thousand
def test_the_number_between_two_days_agrees_with_counting_on_ones_fingers(
    first: date, days: int, calendar: Calendar
) -> None:
    last = first + timedelta(days)
    low, high = sorted((first, last))

    number = sum(is_working_day(low + timedelta(ahead), calendar) for ahead in range(1, (high - low).days + 1))

    assert working_days_between(first, last, calendar) == (number if days >= 0 else -number)


@given(days_of_interest, counts, calendars())
@by_the_thousand
def test_counting_there_and_back_ends_on_the_same_working_day(day: date, count: int, calendar: Calendar) -> None:
    start = next_working_day(day, calendar)

    assert add_working_days(add_working_days(start, count, calendar), -count, calendar) == start


@given(days_of_interest, st.integers(1, 200), st.integers(1, 200), calendars(), st.sampled_from([1, -1]))
@by_the_thousand
def test_two_counts_in_one_direction_are_one_count(
    day: date, first: int, second: int, calendar: Calendar, direction: int
) -> None:
    in_two = add_working_days(add_working_days(day, direction * first, calendar), direction * second, calendar)

    assert in_two == add_working_days(day, direction * (first + second), calendar)


@given(days_of_interest, counts, calendars())
@by_the_thousand
def test_between_a_working_day_and_its_count_lies_that_count(day: date, count: int, calendar: Calendar) -> None:
    start = next_working_day(day, calendar)

    assert working_days_between(start, add_working_days(start, count, calendar), calendar) == count


@given(days_of_interest, counts, calendars())
@by_the_thousand
def test_a_count_always_ends_on_a_working_day(day: date, count: int, calendar: Calendar) -> None:
    assert is_working_day(add_working_days(day, count, calendar), calendar)


@given(days_of_interest, calendars())
@by_the_thousand
def test_rolling_stops_at_the_nearest_working_day_on_either_side(day: date, calendar: Calendar) -> None:
    before, after = previous_working_day(day, calendar), next_working_day(day, calendar)

    assert before <= day <= after
    assert is_working_day(before, calendar) and is_working_day(after, calendar)
    assert working_days_between(before, after, calendar) == (0 if is_working_day(day, calendar) else 1)


@given(days_of_interest, calendars())
@by_the_thousand
def test_a_day_has_a_reason_to_be_off_exactly_when_it_is_off(day: date, calendar: Calendar) -> None:
    assert (why_off(day, calendar) is None) == is_working_day(day, calendar)


def test_every_weekday_from_2015_to_2035_is_either_counted_or_a_bank_holiday() -> None:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    days = [first + timedelta(ahead) for ahead in range((last - first).days + 1)]

    working = [day for day in days if day.weekday() < 5 and day not in england().bank_holidays]

    assert [day for day in days if is_working_day(day, england())] == working
    assert working_days_between(first - A_DAY, last, england()) == len(working)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("Sat 2026-05-02", "a Saturday"),
        ("Sun 2026-05-03", "a Sunday"),
        ("Mon 2026-05-04", "a bank holiday (May Day)"),
        ("Tue 2026-05-05", "a closing day of the board (moving house)"),
        ("Wed 2026-05-06", "a closing day of the board"),
        ("Thu 2026-05-07", None),
    ],
)
def test_a_day_off_says_why(day: str, reason: str | None) -> None:
    calendar = Calendar(
        {on("Mon 2026-05-04"): "May Day"}, {on("Tue 2026-05-05"): "moving house", on("Wed 2026-05-06"): ""}
    )

    assert why_off(on(day), calendar) == reason


@pytest.mark.parametrize(
    ("day", "quiet"),
    [
        ("Wed 2026-12-23", False),
        ("Thu 2026-12-24", True),
        ("Tue 2026-12-29", True),
        ("Thu 2026-12-31", True),
        ("Fri 2027-01-01", True),
        ("Sat 2027-01-02", True),
        ("Mon 2027-01-04", False),
        ("Thu 2025-01-02", False),
        ("Fri 2026-04-03", True),
        ("Thu 2026-04-02", False),
    ],
)
def test_christmas_and_days_off_are_quiet(day: str, quiet: bool) -> None:
    assert is_quiet(on(day), england()) is quiet


def test_a_closing_day_is_quiet_and_not_counted() -> None:
    calendar = Calendar(closing_days={on("Tue 2026-03-03"): "training day"})

    assert is_quiet(on("Tue 2026-03-03"), calendar)
    assert add_working_days(on("Mon 2026-03-02"), 1, calendar) == on("Wed 2026-03-04")


def test_a_wrong_weekday_in_a_test_is_noticed() -> None:
    with pytest.raises(ValueError, match="is a Mon, not a Tue"):
        on("Tue 2026-03-02")
