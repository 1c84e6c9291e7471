from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.rag import WORDS, Rag, rag
from models.rules.working_days import Calendar
from tests.builders import on
from tests.rules.calendars import calendars, days_of_interest, england

DUE = on("Mon 2026-05-11")
facts = st.fixed_dictionaries({"extended": st.booleans(), "progress_noted": st.booleans(), "started": st.booleans()})


def colour(day: date, **changes: Any) -> Rag:
    usual: dict[str, Any] = {
        "met_on": None,
        "opened_on": on("Mon 2026-03-02"),
        "extended": False,
        "progress_noted": False,
        "started": True,
        "calendar": england(),
    }
    return rag(DUE, day, **(usual | changes))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("Thu 2026-04-23", Rag.GREEN),  # eleven working days before: 4 May is a bank holiday
        ("Fri 2026-04-24", Rag.AMBER),
        ("Sun 2026-04-26", Rag.AMBER),
        ("Mon 2026-04-27", Rag.AMBER),
        ("Mon 2026-05-11", Rag.AMBER),
        ("Tue 2026-05-12", Rag.RED),
    ],
)
def test_a_deadline_goes_from_green_over_amber_to_red(day: str, expected: Rag) -> None:
    assert colour(on(day)) is expected


def test_a_progress_note_keeps_it_green_until_it_is_late() -> None:
    assert colour(on("Fri 2026-05-08"), progress_noted=True) is Rag.GREEN
    assert colour(on("Tue 2026-05-12"), progress_noted=True) is Rag.RED


def test_an_extended_deadline_is_amber_however_far_away() -> None:
    assert colour(on("Tue 2026-03-03"), extended=True, progress_noted=True) is Rag.AMBER


def test_what_nobody_began_is_grey_until_it_is_near() -> None:
    assert colour(on("Tue 2026-03-03"), started=False) is Rag.GREY
    assert colour(on("Fri 2026-05-08"), started=False) is Rag.AMBER
    assert colour(on("Fri 2026-05-08"), started=False, progress_noted=True) is Rag.GREY


def test_what_is_opened_later_is_not_started_yet() -> None:
    assert colour(on("Fri 2026-02-27")) is Rag.GREY
    assert colour(on("Mon 2026-03-02")) is Rag.GREEN


def test_what_was_met_is_blue_from_that_day_on_even_when_it_was_late() -> None:
    met_on = on("Wed 2026-05-13")

    assert colour(on("Tue 2026-05-12"), met_on=met_on) is Rag.RED
    assert colour(on("Wed 2026-05-13"), met_on=met_on) is Rag.BLUE


@given(days_of_interest, st.integers(-60, 60), calendars(), facts)
@settings(max_examples=400, deadline=None)
def test_red_is_exactly_what_is_past_due_and_not_met(
    due_on: date, ahead: int, calendar: Calendar, known: dict[str, bool]
) -> None:
    day = due_on + timedelta(ahead)
    opened_on = due_on - timedelta(90)

    assert (rag(due_on, day, None, opened_on, calendar=calendar, **known) is Rag.RED) == (ahead > 0)
    assert rag(due_on, day, day, opened_on, calendar=calendar, **known) is Rag.BLUE


def test_every_colour_has_its_words() -> None:
    assert set(WORDS) == set(Rag)
    assert len(set(WORDS.values())) == len(Rag)
