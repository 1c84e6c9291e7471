from __future__ import annotations

import pytest

from models.rules.spoken import and_joined, ordinal, spoken, spoken_anchor
from tests.builders import on


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("Fri 2026-06-12", "Friday 12 June 2026"),
        ("Mon 2026-03-02", "Monday 2 March 2026"),
        ("Thu 2024-02-29", "Thursday 29 February 2024"),
        ("Sun 2028-12-31", "Sunday 31 December 2028"),
    ],
)
def test_a_day_is_said_with_its_weekday_and_without_a_leading_zero(day: str, words: str) -> None:
    assert spoken(on(day)) == words


def test_an_event_without_words_of_its_own_is_said_with_blanks() -> None:
    assert spoken_anchor("decision") == "the Chair's decision"
    assert spoken_anchor("family-meeting") == "the family meeting"


def test_days_of_the_month_have_their_endings() -> None:
    said = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 29, 30, 31)]

    assert " ".join(said) == "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 29th 30th 31st"


def test_a_list_in_a_sentence_ends_with_and() -> None:
    assert [and_joined(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
