"""The days of a series of meetings, meetings that follow another, and when a meeting is quorate."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.meeting_dates import (
    CHAIRS,
    MOST_MEETINGS,
    Series,
    following,
    is_quorate,
    may_be_proposed,
    next_day_to_meet,
    time_of_day,
    why_no_meeting_on,
)
from models.rules.working_days import Calendar, is_quiet
from tests.builders import on
from tests.rules.calendars import NO_DAYS_OFF, calendars, days_of_interest, england

blackouts = st.lists(
    st.tuples(days_of_interest, st.integers(0, 60)).map(lambda one: (one[0], one[0] + timedelta(one[1]))), max_size=3
)


def test_every_four_weeks_from_the_initial_meeting_until_the_board_approves() -> None:
    days = Series(on("Mon 2026-03-02"), 4, on("Mon 2026-08-10")).days(england())

    assert days == (
        on("Mon 2026-03-30"), on("Mon 2026-04-27"), on("Tue 2026-05-26"),  # after the bank holiday of spring
        on("Mon 2026-06-22"), on("Mon 2026-07-20"),
    )  # fmt: skip


def test_over_easter_a_day_off_moves_and_the_rest_keep_their_weeks() -> None:
    days = Series(on("Fri 2026-03-06"), 4, on("Fri 2026-05-29")).days(england())

    assert days == (on("Tue 2026-04-07"), on("Fri 2026-05-01"), on("Fri 2026-05-29"))


def test_between_christmas_and_new_year_nobody_is_asked_to_meet() -> None:
    days = Series(on("Tue 2026-12-01"), 2, on("Fri 2027-01-29")).days(england())

    assert days == (on("Tue 2026-12-15"), on("Mon 2027-01-04"), on("Tue 2027-01-12"), on("Tue 2027-01-26"))


def test_what_would_move_past_the_last_day_is_left_out() -> None:
    assert Series(on("Mon 2026-04-27"), 4, on("Mon 2026-05-25")).days(england()) == ()


def test_a_long_blackout_never_brings_two_meetings_onto_one_day() -> None:
    away = (on("Mon 2026-03-09"), on("Fri 2026-03-27"))

    days = Series(on("Mon 2026-03-02"), 1, on("Mon 2026-04-06")).days(NO_DAYS_OFF, [away])

    assert days == (on("Mon 2026-03-30"), on("Mon 2026-04-06"))


def test_less_than_a_week_is_no_interval() -> None:
    with pytest.raises(ValueError, match="a week apart"):
        Series(on("Mon 2026-03-02"), 0, on("Mon 2026-06-01")).days(NO_DAYS_OFF)


@given(days_of_interest, st.integers(1, 12), st.integers(0, 400), calendars(), blackouts)
def test_all_proposed_days_are_fit_rising_and_within_the_series(
    start: date, weeks: int, length: int, calendar: Calendar, away: list[tuple[date, date]]
) -> None:
    series = Series(start, weeks, start + timedelta(length))

    days = series.days(calendar, away)

    assert list(days) == sorted(set(days))
    assert len(days) <= min(length // (7 * weeks), MOST_MEETINGS)
    for day in days:
        assert start < day <= series.until_on
        assert not is_quiet(day, calendar)
        assert not any(first <= day <= last for first, last in away)
        planned = [start + timedelta(weeks=weeks * count) for count in range(1, length // 7 + 1)]
        assert any(next_day_to_meet(each, calendar, away) == day for each in planned)


@given(st.lists(days_of_interest, max_size=8), st.integers(-60, 60), days_of_interest, calendars(), blackouts)
def test_meetings_that_follow_another_never_meet_and_keep_their_distance_where_they_can(
    days: list[date], by: int, earliest: date, calendar: Calendar, away: list[tuple[date, date]]
) -> None:
    moved = following(days, timedelta(by), earliest, calendar, away)

    assert moved.keys() == set(days)
    assert len(set(moved.values())) == len(moved)
    for day, new in moved.items():
        wanted = max(day + timedelta(by), earliest)
        assert new >= wanted
        assert may_be_proposed(new, calendar, away)
        if may_be_proposed(wanted, calendar, away) and wanted not in set(moved.values()) - {new}:
            assert new == wanted


@given(st.sampled_from([*CHAIRS, "", "business_manager"]), st.lists(st.integers(1, 6)), st.integers(1, 5))
def test_a_meeting_is_quorate_with_a_chair_and_enough_different_agencies(
    chair: str, agencies: list[int], needed: int
) -> None:
    quorate = is_quorate(chair, agencies, needed)

    assert quorate == (chair in CHAIRS and len(set(agencies)) >= needed)
    assert quorate == is_quorate(chair, agencies * 2, needed)  # an agency counts once, however many came
    assert not quorate or is_quorate(chair, [*agencies, 99], needed)  # one more never does harm
    assert not is_quorate("", agencies, needed)


def test_why_there_can_be_no_meeting_says_every_reason() -> None:
    day = on("Fri 2026-04-03")

    assert why_no_meeting_on(day, england(), [(day, day)]) == [
        "Friday 3 April 2026 is no working day, it is a bank holiday (Good Friday)",
        "Friday 3 April 2026 lies in blackout days of this review",
    ]
    assert why_no_meeting_on(on("Tue 2026-12-29"), england()) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10:00", time(10)), (" 9.30 ", time(9, 30)), ("23:59", time(23, 59)), ("24:00", None), ("10:60", None),
     ("", None), ("ten", None), ("1000", None), ("10:00\nX:1", None)],
)  # fmt: skip
def test_a_time_is_understood_as_an_office_writes_it(text: str, expected: time | None) -> None:
    assert time_of_day(text) == expected
