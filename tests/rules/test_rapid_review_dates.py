"""The fifteen working days of a rapid review, from every day of ten years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.rulebook import RuleBook, rule_book
from models.rules.planning import What
from models.rules.spoken import spoken
from models.rules.working_days import Calendar, is_working_day
from tests.records_builders import BOARD

FIRST, LAST = date(2021, 1, 1), date(2030, 12, 31)
IN_ORDER = ("requests_out", "agency_summary", "conclusion", "sign_off", "sent")


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return rule_book(BOARD)


@pytest.fixture(scope="module")
def calendar(book: RuleBook) -> Calendar:
    return Calendar(*book.configuration.days_off_of(BOARD, FIRST.year - 1, LAST.year + 1))


def days() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        yield day
        day += timedelta(days=1)


def counted(start: date, working_days: int, calendar: Calendar) -> date:
    """The day as it is counted with a finger on the wall calendar."""
    day = start
    while working_days:
        day += timedelta(days=1)
        working_days -= is_working_day(day, calendar)
    return day


def test_every_rapid_review_of_ten_years_keeps_its_order_and_its_limit(book: RuleBook, calendar: Calendar) -> None:
    for day in days():
        made = book.plan("rapid-review", "wt2023", {"notification": day}, calendar)
        due = {kind: each.due_on for kind, each in made.by_kind.items()}

        assert due["limit"] == counted(day, 15, calendar), day
        assert due["sent"] <= due["limit"], day
        assert [due[kind] for kind in IN_ORDER] == sorted({due[kind] for kind in IN_ORDER}), day
        assert all(is_working_day(each, calendar) for each in due.values()), day
        assert made.concerns == (), day


def test_a_closed_office_moves_no_limit_and_a_chain_that_cannot_keep_it_names_the_days_to_book(
    book: RuleBook, calendar: Calendar
) -> None:
    closed = {
        date(year, 12, day): "the office is closed" for year in range(FIRST.year, LAST.year + 1) for day in (27, 28, 29)
    }
    with_closing_days = replace(calendar, closing_days=closed)
    overruns = 0
    for day in days():
        if day.month not in (11, 12, 1):
            continue
        made = book.plan("rapid-review", "wt2023", {"notification": day}, with_closing_days)
        limit = made.by_kind["limit"]
        assert limit.due_on == counted(day, 15, calendar), day
        late = made.by_kind["sent"].due_on > limit.working_target_on
        concerns = [each for each in made.concerns if each.what is What.OVERRUN]
        assert bool(concerns) == late, day
        for concern in concerns:
            overruns += 1
            (panel, panel_on), (partners, partners_on) = concern.to_book
            assert (panel, partners) == ("conclusion", "sign_off")
            assert panel_on < partners_on < limit.working_target_on, day
            assert is_working_day(panel_on, with_closing_days) and is_working_day(partners_on, with_closing_days)
            assert spoken(panel_on) in concern.sentence and spoken(partners_on) in concern.sentence
    assert overruns > 100


def test_the_authority_has_five_working_days_from_becoming_aware(book: RuleBook, calendar: Calendar) -> None:
    for day in days():
        made = book.plan("rapid-review", "wt2018", {"awareness": day}, calendar)

        assert made.by_kind["la_notification"].due_on == counted(day, 5, calendar), day
