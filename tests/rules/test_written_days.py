"""Days as an office writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.spoken import spoken
from models.rules.written_days import NotADay, written_day
from tests.builders import on

THE_DAY = on("Fri 2026-06-12")


@pytest.mark.parametrize("text", [
    "12 June 2026", "12 Jun 2026", "Friday 12 June 2026", "Fri, 12 June 2026", "12th June 2026", "12/06/2026",
    "12.06.2026", "12.6.2026", "12-06-2026", "12/6/26", "2026-06-12", "2026-06-12T00:00:00", "  12   june 2026 ",
])  # fmt: skip
def test_a_day_is_read_in_every_way_an_office_writes_it(text: str) -> None:
    assert written_day(text) == THE_DAY


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_nothing_is_no_day_and_no_fault(text: str) -> None:
    assert written_day(text) is None


@pytest.mark.parametrize("text", ["next Tuesday", "31 June 2026", "46185", "12", "June 2026", "{{ 7 * 7 }}"])
def test_what_is_no_day_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(NotADay) as refusal:
        written_day(text)

    assert str(refusal.value) == "that is not a date; write it like 12 June 2026"


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_that_we_tell_is_read_back(day: date) -> None:
    assert written_day(spoken(day)) == day
