"""What the office does for a meeting of a committee, and when."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.rules.committee_cycle import Figures, Step, due, steps_for
from models.rules.working_days import Calendar, is_working_day
from tests.builders import on
from tests.rules.calendars import calendars

FIGURES = Figures(20, 10, 5, 2, 10)
MEETS = on("Wed 2026-07-01")


def test_the_steps_of_a_meeting_stand_where_the_figures_put_them() -> None:
    steps = steps_for(MEETS, None, FIGURES, Calendar())

    assert steps == {
        Step.CALL: on("Wed 2026-06-03"), Step.PAPERS_IN: on("Wed 2026-06-17"), Step.PAPERS_OUT: on("Wed 2026-06-24"),
        Step.CHANGES: MEETS, Step.ACTIONS_OUT: on("Fri 2026-07-03"), Step.MINUTES: on("Wed 2026-07-15"),
    }  # fmt: skip


def test_papers_are_in_by_the_day_that_the_board_has_set() -> None:
    steps = steps_for(MEETS, on("Sun 2026-06-14"), FIGURES, Calendar())

    assert steps[Step.PAPERS_IN] == on("Fri 2026-06-12")


def test_what_should_have_been_done_long_ago_is_not_asked_for() -> None:
    steps = steps_for(MEETS, None, FIGURES, Calendar())

    assert list(due(steps, on("Wed 2026-06-10"), Calendar())) == [Step.CALL]
    assert list(due(steps, on("Thu 2026-06-11"), Calendar())) == []
    assert list(due(steps, MEETS, Calendar())) == [Step.PAPERS_OUT, Step.CHANGES]


@given(calendars(), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_on_any_calendar_the_steps_come_in_their_order_on_working_days(calendar: Calendar, meets_on: date) -> None:
    days = list(steps_for(meets_on, None, FIGURES, calendar).values())

    assert days == sorted(days)
    assert all(is_working_day(day, calendar) for day in days)
