from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.timetable import Period, Unit, add_months, due_date, spoken, timetable
from models.rules.working_days import Calendar, Roll, is_working_day, next_working_day, previous_working_day
from tests.builders import on
from tests.rules.calendars import calendars, days_of_interest, england

by_the_thousand = settings(max_examples=600, deadline=None)
RETURN = Period(
    kind="imr",
    title="Return for the review",
    anchor="initial-meeting",
    offset=10,
    unit=Unit.WEEKS,
    owner_role="imr_author",
    ladder="returns",
    source="default",
    mark="D",
)


def period(offset: int, unit: Unit, anchor: str = "initial-meeting", *, limit: bool = False) -> Period:
    return replace(RETURN, offset=offset, unit=unit, anchor=anchor, limit=limit)


def explained(wanted: Period, anchor_on: str, calendar: Calendar | None = None) -> str:
    due = due_date(wanted, {wanted.anchor: on(anchor_on)}, calendar or england())
    assert due is not None
    return due.explanation


offsets = st.tuples(st.integers(-60, 60), st.sampled_from(Unit))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """So long before or after the initial meeting, a milestone or a limit."""
    offset, unit = draw(offsets)
    return replace(RETURN, offset=offset, unit=unit, roll=draw(st.sampled_from(Roll)), limit=draw(st.booleans()))


@pytest.mark.parametrize(
    ("anchor_on", "offset", "unit", "expected"),
    [
        ("Mon 2026-03-02", 10, Unit.WEEKS, "Mon 2026-05-11"),
        ("Mon 2026-03-02", 6, Unit.MONTHS, "Wed 2026-09-02"),
        ("Mon 2026-03-02", 1, Unit.WEEKS, "Mon 2026-03-09"),
        ("Mon 2026-03-02", 9, Unit.WEEKS, "Tue 2026-05-05"),  # the Monday is a bank holiday
        ("Mon 2026-03-02", 5, Unit.WEEKS, "Tue 2026-04-07"),  # Easter Monday
        ("Wed 2026-04-01", 5, Unit.WORKING_DAYS, "Fri 2026-04-10"),
        ("Thu 2026-12-24", 1, Unit.WORKING_DAYS, "Tue 2026-12-29"),
        ("Fri 2026-03-06", 1, Unit.CALENDAR_DAYS, "Mon 2026-03-09"),
        ("Mon 2026-03-09", -1, Unit.WORKING_DAYS, "Fri 2026-03-06"),
        ("Thu 2028-02-24", 5, Unit.CALENDAR_DAYS, "Tue 2028-02-29"),
    ],
)
def test_a_milestone_falls_on_the_working_day_that_the_calendar_on_the_wall_gives(
    anchor_on: str, offset: int, unit: Unit, expected: str
) -> None:
    due = due_date(period(offset, unit), {"initial-meeting": on(anchor_on)}, england())

    assert due is not None
    assert due.due_on == due.working_target_on == on(expected)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("Sat 2026-01-31", 1, "Sat 2026-02-28"),
        ("Wed 2024-01-31", 1, "Thu 2024-02-29"),
        ("Thu 2024-02-29", 12, "Fri 2025-02-28"),
        ("Thu 2024-02-29", 48, "Tue 2028-02-29"),
        ("Mon 2026-08-31", 6, "Sun 2027-02-28"),
        ("Tue 2026-06-30", 6, "Wed 2026-12-30"),
        ("Tue 2026-12-01", 1, "Fri 2027-01-01"),
        ("Tue 2026-03-31", -1, "Sat 2026-02-28"),
        ("Thu 2026-01-15", -1, "Mon 2025-12-15"),
    ],
)
def test_months_end_on_the_last_day_where_the_day_does_not_exist(start: str, months: int, expected: str) -> None:
    assert add_months(on(start), months) == on(expected)


@given(days_of_interest, st.integers(-120, 120))
@by_the_thousand
def test_months_keep_the_day_unless_the_next_day_is_a_new_month(start: date, months: int) -> None:
    found = add_months(start, months)

    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found.day < start.day and (found + timedelta(1)).day == 1)


@given(days_of_interest, st.integers(-60, 60), st.integers(0, 60))
@by_the_thousand
def test_a_later_day_never_leads_to_an_earlier_month_end(start: date, months: int, later: int) -> None:
    assert add_months(start, months) <= add_months(start + timedelta(later), months)


@given(periods(), days_of_interest, calendars())
@by_the_thousand
def test_only_what_keeps_its_date_is_ever_due_on_a_day_off(wanted: Period, day: date, calendar: Calendar) -> None:
    due = due_date(wanted, {"initial-meeting": day}, calendar)

    assert due is not None
    assert is_working_day(due.working_target_on, calendar)
    assert wanted.keeps_its_date or (due.working_target_on == due.due_on)


@given(periods(), days_of_interest, calendars())
@by_the_thousand
def test_a_milestone_is_its_limit_rolled_forward(wanted: Period, day: date, calendar: Calendar) -> None:
    kept = due_date(replace(wanted, roll=Roll.KEEP, limit=False), {"initial-meeting": day}, calendar)
    moved = due_date(replace(wanted, roll=Roll.FORWARD, limit=False), {"initial-meeting": day}, calendar)

    assert kept is not None and moved is not None
    assert moved.due_on == next_working_day(kept.due_on, calendar)
    assert kept.working_target_on == previous_working_day(kept.due_on, calendar)


@given(periods(), days_of_interest, calendars())
@by_the_thousand
def test_the_closing_days_of_an_office_move_no_limit(wanted: Period, day: date, calendar: Calendar) -> None:
    """A closed office is the board's own affair; whoever set the limit does not wait for it."""
    limit = replace(wanted, limit=True)
    with_them = due_date(limit, {"initial-meeting": day}, calendar)
    without = due_date(limit, {"initial-meeting": day}, replace(calendar, closing_days={}))

    assert with_them is not None and without is not None
    assert with_them.due_on == without.due_on
    assert is_working_day(with_them.working_target_on, calendar)


@given(periods(), days_of_interest, calendars())
@by_the_thousand
def test_every_explanation_names_the_anchor_and_whatever_date_was_moved(
    wanted: Period, day: date, calendar: Calendar
) -> None:
    due = due_date(wanted, {"initial-meeting": day}, calendar)

    assert due is not None
    assert spoken(day) in due.explanation and "the initial meeting" in due.explanation
    assert due.explanation.endswith(".") and "  " not in due.explanation
    moved_on = "so it moves to" in due.explanation
    assert not moved_on or f"so it moves to {spoken(due.due_on)}" in due.explanation
    if due.working_target_on != due.due_on:
        assert f"the working day before it is {spoken(due.working_target_on)}." in due.explanation


@given(periods(), days_of_interest, calendars())
@by_the_thousand
def test_no_explanation_shows_an_iso_date_or_a_wrong_plural(wanted: Period, day: date, calendar: Calendar) -> None:
    due = due_date(wanted, {"initial-meeting": day}, calendar)

    assert due is not None
    assert due.due_on.isoformat() not in due.explanation and day.isoformat() not in due.explanation
    one = abs(wanted.offset) == 1
    assert wanted.offset == 0 or due.explanation.split(" after ")[0].split(" before ")[0].endswith("s") is not one


@pytest.mark.parametrize(
    ("offset", "unit", "anchor", "anchor_on", "expected"),
    [
        (
            10, Unit.WEEKS, "initial-meeting", "Mon 2026-03-02",
            "10 weeks after the initial meeting on Monday 2 March 2026.",
        ),
        (
            1, Unit.WEEKS, "initial-meeting", "Mon 2026-03-02",
            "1 week after the initial meeting on Monday 2 March 2026.",
        ),
        (
            4, Unit.WEEKS, "initial-meeting", "Sat 2026-03-07",
            "4 weeks after the initial meeting on Saturday 7 March 2026 is Saturday 4 April 2026, "
            "which is not a "
            "working day, so it moves to Tuesday 7 April 2026; Monday 6 April 2026 (Easter Monday) "
            "is a bank holiday "
            "and does not count.",
        ),
        (
            5, Unit.WORKING_DAYS, "decision", "Wed 2026-04-01",
            "5 working days after the Chair's decision on Wednesday 1 April 2026; Friday 3 April "
            "2026 (Good Friday) "
            "and Monday 6 April 2026 (Easter Monday) are bank holidays and do not count.",
        ),
        (
            9, Unit.WEEKS, "initial-meeting", "Mon 2026-03-02",
            "9 weeks after the initial meeting on Monday 2 March 2026 is Monday 4 May 2026, which "
            "is a bank holiday "
            "(May Day), so it moves to Tuesday 5 May 2026.",
        ),
        (
            1, Unit.MONTHS, "launch", "Sat 2026-01-31",
            "1 month after the launch on Saturday 31 January 2026 (February 2026 has no 31st, so "
            "its last day counts) "
            "is Saturday 28 February 2026, which is not a working day, so it moves to Monday 2 March 2026.",
        ),
        (
            0, Unit.CALENDAR_DAYS, "quarter-end", "Tue 2026-06-30",
            "On the day of the end of the quarter, Tuesday 30 June 2026.",
        ),
        (
            0, Unit.WORKING_DAYS, "approval", "Sat 2026-06-27",
            "On the day of the approval of the report, Saturday 27 June 2026, which is not a working day, "
            "so it moves to "
            "Monday 29 June 2026.",
        ),
        (
            -2, Unit.WEEKS, "learning-event", "Fri 2026-06-12",
            "2 weeks before the learning event on Friday 12 June 2026.",
        ),
        (
            60, Unit.WORKING_DAYS, "letters", "Wed 2026-04-01",
            "60 working days after the letters to the agencies on Wednesday 1 April 2026; 4 "
            "weekdays in between are "
            "bank holidays and do not count.",
        ),
    ],
)  # fmt: skip
def test_a_date_explains_itself_to_the_office(
    offset: int, unit: Unit, anchor: str, anchor_on: str, expected: str
) -> None:
    assert explained(period(offset, unit, anchor), anchor_on) == expected


def test_a_limit_on_a_day_off_keeps_its_date_and_shows_the_working_day_before() -> None:
    limit = period(6, Unit.MONTHS, limit=True)

    due = due_date(limit, {"initial-meeting": on("Fri 2026-05-01")}, england())

    assert due is not None
    assert (due.due_on, due.working_target_on) == (on("Sun 2026-11-01"), on("Fri 2026-10-30"))
    assert due.explanation == (
        "6 months after the initial meeting on Friday 1 May 2026 is Sunday 1 November 2026, which "
        "is not a working day; "
        "a limit keeps its date, and the working day before it is Friday 30 October 2026."
    )


def test_closing_days_of_the_board_are_explained_like_bank_holidays() -> None:
    two_kinds = Calendar(
        {on("Fri 2026-04-03"): "Good Friday"}, {on("Thu 2026-04-02"): "training", on("Tue 2026-04-07"): ""}
    )

    mixed = explained(period(5, Unit.WORKING_DAYS), "Wed 2026-04-01", two_kinds)
    closed = explained(period(1, Unit.WORKING_DAYS), "Mon 2026-04-06", two_kinds)

    assert mixed.endswith(
        "; Thursday 2 April 2026 (training), Friday 3 April 2026 (Good Friday) and Tuesday 7 April 2026 "
        "are days off and do not count."
    )
    assert closed.endswith("; Tuesday 7 April 2026 is a closing day and does not count.")


def test_a_date_is_planned_from_another_event_until_its_own_has_happened() -> None:
    publication = replace(period(10, Unit.WORKING_DAYS, "approval"), until_known=("initial-meeting", 25, Unit.WEEKS))
    meeting = {"initial-meeting": on("Mon 2026-03-02")}

    planned = due_date(publication, meeting, england())
    fixed = due_date(publication, {**meeting, "approval": on("Mon 2026-08-10")}, england())

    assert planned is not None and fixed is not None
    assert (planned.anchor, planned.offset, planned.unit) == ("initial-meeting", 25, Unit.WEEKS)
    assert planned.due_on == on("Mon 2026-08-24")
    assert planned.explanation == (
        "25 weeks after the initial meeting on Monday 2 March 2026. "
        "Planned from the initial meeting; counted anew once the approval of the report is recorded."
    )
    assert (fixed.anchor, fixed.due_on) == ("approval", on("Mon 2026-08-24"))
    assert "Planned from" not in fixed.explanation


def test_without_any_anchor_there_is_no_date() -> None:
    publication = replace(RETURN, anchor="approval", until_known=("initial-meeting", 25, Unit.WEEKS))

    assert due_date(publication, {"launch": on("Mon 2026-03-02")}, england()) is None
    assert due_date(RETURN, {}, england()) is None


def test_a_timetable_stands_in_order_of_date_then_kind_and_names_what_waits() -> None:
    later = replace(RETURN, kind="final")
    same_day = replace(RETURN, kind="chronology")
    first = replace(RETURN, kind="terms", offset=1)
    waits = replace(RETURN, kind="publication", anchor="approval")

    dated, waiting = timetable(
        [later, waits, RETURN, same_day, first], {"initial-meeting": on("Mon 2026-03-02")}, england()
    )

    assert [wanted.kind for wanted, _ in dated] == ["terms", "chronology", "final", "imr"]
    assert [due.kind for _, due in dated] == ["terms", "chronology", "final", "imr"]
    assert waiting == [waits]


def test_a_limit_keeps_its_date_also_when_the_roll_was_forgotten() -> None:
    limit = period(6, Unit.MONTHS, limit=True)

    due = due_date(limit, {"initial-meeting": on("Fri 2026-02-27")}, england())
    a_bank_holiday = due_date(limit, {"initial-meeting": on("Sun 2026-06-28")}, england())

    assert limit.roll is Roll.FORWARD
    assert due is not None and due.due_on == due.working_target_on == on("Thu 2026-08-27")
    assert a_bank_holiday is not None
    assert a_bank_holiday.due_on == on("Mon 2026-12-28")
    assert a_bank_holiday.working_target_on == on("Thu 2026-12-24")
