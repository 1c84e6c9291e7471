"""The chain of a consideration, from its notification to the Chair's decision within a month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.rulebook import RuleBook, rule_book
from models.rules.considering import Quorum
from models.rules.meeting_dates import may_be_proposed
from models.rules.planning import What
from models.rules.timetable import add_months
from models.rules.working_days import Calendar, add_working_days, is_working_day, working_days_between
from tests.builders import on
from tests.rules.calendars import england

KIND, EDITION = "scr-consideration", "wt2015"
ORDER = ("records_secured", "scoping", "pack", "panel_meeting", "recommendation", "decision")


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return rule_book("barking-and-dagenham")


def chain(book: RuleBook, notified_on: date, panel_on: date | None = None) -> dict[str, date]:
    booked = {"panel-day": panel_on} if panel_on else {}
    plan = book.plan(KIND, EDITION, {"notification": notified_on, **booked})
    return {kind: due.due_on for kind, due in plan.by_kind.items()}


@pytest.mark.parametrize(
    ("notified_on", "expected"),
    [
        ("Mon 2026-03-02", {"other_children": "Mon 2026-03-02", "records_secured": "Thu 2026-03-05",
                            "scoping": "Mon 2026-03-16", "panel_booked": "Wed 2026-03-04", "pack": "Wed 2026-03-18",
                            "panel_meeting": "Mon 2026-03-23", "minutes": "Wed 2026-03-25",
                            "decision": "Thu 2026-03-26", "limit": "Thu 2026-04-02"}),
        ("Wed 2026-12-23", {"records_secured": "Wed 2026-12-30", "scoping": "Mon 2027-01-11",
                            "panel_meeting": "Mon 2027-01-18", "decision": "Thu 2027-01-21",
                            "limit": "Sat 2027-01-23"}),
        ("Sat 2026-01-31", {"other_children": "Mon 2026-02-02", "scoping": "Fri 2026-02-13",
                            "panel_meeting": "Fri 2026-02-20", "decision": "Wed 2026-02-25",
                            "limit": "Sat 2026-02-28"}),
        ("Fri 2026-04-03", {"other_children": "Tue 2026-04-07", "decision": "Thu 2026-04-30",
                            "limit": "Sun 2026-05-03"}),
    ],
)  # fmt: skip
def test_the_chain_of_some_hard_days(book: RuleBook, notified_on: str, expected: dict[str, str]) -> None:
    dates = chain(book, on(notified_on))

    assert {kind: dates[kind] for kind in expected} == {kind: on(day) for kind, day in expected.items()}


def closed_at_christmas(first: int, last: int) -> Calendar:
    """The calendar of a board whose office is closed for a fortnight around each new year."""
    days = {
        day: "closed"
        for year in range(first, last + 1)
        for day in (date(year, 12, 18) + timedelta(days=count) for count in range(18))
        if day.weekday() < 5
    }
    return Calendar(england().bank_holidays, days)


def test_over_ten_years_every_day_has_its_chain_in_order_and_a_warning_exactly_when_it_overruns(book: RuleBook) -> None:
    warned = {"plain": 0, "closed": 0}
    for name, calendar in (
        ("plain", Calendar(england().bank_holidays, {})), ("closed", closed_at_christmas(2019, 2031)),
    ):  # fmt: skip
        day = date(2020, 1, 1)
        while day.year < 2030:
            plan = book.plan(KIND, EDITION, {"notification": day}, calendar)
            dates = {kind: due.due_on for kind, due in plan.by_kind.items()}
            chained = [dates[kind] for kind in ORDER]
            assert chained == sorted(chained)
            assert all(is_working_day(each, calendar) for each in chained)
            assert dates["limit"] == add_months(day, 1)
            assert working_days_between(dates["panel_meeting"], dates["decision"], calendar) == 3
            target = plan.by_kind["limit"].working_target_on
            overruns = [each for each in plan.concerns if each.what is What.OVERRUN]
            assert bool(overruns) is (dates["decision"] > target)
            assert len(plan.concerns) == len(overruns)
            if overruns:
                warned[name] += 1
                wanted = book.days_to_book(KIND, EDITION, target, calendar)
                assert add_working_days(wanted["panel_meeting"], 3, calendar) <= wanted["decision"] == target
                assert may_be_proposed(wanted["panel_meeting"], calendar)
                assert dict(overruns[0].to_book) == wanted
            day += timedelta(days=1)
    assert warned["closed"] > warned["plain"]


def test_a_day_that_is_booked_early_or_late_is_kept_and_the_rest_follows_it(book: RuleBook) -> None:
    notified_on = on("Mon 2026-03-02")

    early = chain(book, notified_on, on("Thu 2026-03-12"))
    late = chain(book, notified_on, on("Wed 2026-04-01"))

    assert (early["panel_meeting"], early["pack"]) == (on("Thu 2026-03-12"), on("Mon 2026-03-09"))
    assert (late["pack"], late["decision"]) == (on("Fri 2026-03-27"), on("Wed 2026-04-08"))


def test_the_days_to_book_end_with_the_limit_and_leave_its_time_to_the_decision(book: RuleBook) -> None:
    plain = book.days_to_book(KIND, EDITION, on("Thu 2026-04-02"))
    over_christmas = book.days_to_book(KIND, EDITION, on("Mon 2027-01-04"))

    assert plain == {"panel_meeting": on("Mon 2026-03-30"), "decision": on("Thu 2026-04-02")}
    assert over_christmas["panel_meeting"] == on("Wed 2026-12-23")  # nobody meets on a quiet day


def test_a_quorum_is_of_partners_or_of_a_number_of_agencies() -> None:
    partners, number = Quorum(("local-authority", "police", "health"), 3), Quorum((), 3)
    came = {"care": "local-authority", "police": "police", "ccg": "health"}

    assert partners.is_met("panel_chair", came)
    assert partners.missing("", {"care": "local-authority"}) == [
        "the panel chair or the deputy", "the police", "a health agency",
    ]  # fmt: skip
    assert number.is_met("panel_chair_deputy", {"a": "", "b": "", "c": ""})
    assert number.missing("panel_chair", {"a": ""}) == ["2 more agencies"]
