"""Counts that may be published, and that nobody can find out the others from what is told."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.small_numbers import SMALLEST_TOLD, publishable

Told = tuple[tuple[int | None, ...], int | None]

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1)


@pytest.mark.parametrize(
    ("counts", "told", "total"),
    [
        ((12, 7, 30), (12, 7, 30), 49),
        ((12, 3, 30), (None, None, 30), 45),  # 3 alone is what is left of the total, so 12 is not told either
        ((12, 3, 2), (12, None, None), 17),
        ((12, 2, 2), (None, None, None), 16),  # two that make four together are small together
        ((5, 4, 4), (None, None, None), 13),  # eight can only be four and four
        ((9, 0, 0), (None, None, None), 9),
        ((1, 2, 1), (None, None, None), None),
        ((3,), (None,), None),
        ((8,), (8,), 8),
        ((6, 6, 4), (None, None, None), 16),  # which of two equal ones was chosen would tell
    ],
)
def test_small_counts_are_not_told(counts: Sequence[int], told: Sequence[int | None], total: int | None) -> None:
    made = publishable(dict(zip("abc", counts, strict=False)))

    assert tuple(made.counts.values()) == tuple(told)
    assert made.total == total


@given(COUNTS)
def test_no_count_under_five_is_told_and_what_is_told_is_true(counts: dict[str, int]) -> None:
    made = publishable(counts)

    assert made.counts.keys() == counts.keys()
    assert all(told is None or (told == counts[name] and told >= SMALLEST_TOLD) for name, told in made.counts.items())
    assert made.total in (None, sum(counts.values()))


@given(COUNTS)
def test_what_the_total_leaves_is_never_one_count_nor_small(counts: dict[str, int]) -> None:
    made = publishable(counts)
    hidden = [name for name, told in made.counts.items() if told is None]

    if hidden and made.total is not None:
        left = made.total - sum(told for told in made.counts.values() if told is not None)
        assert len(hidden) >= 2
        assert left >= SMALLEST_TOLD


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(SMALLEST_TOLD, 40), min_size=1))
def test_counts_that_are_all_large_are_all_told(counts: dict[str, int]) -> None:
    made = publishable(counts)

    assert dict(made.counts) == counts
    assert made.total == sum(counts.values())


@pytest.mark.parametrize(("cells", "largest"), [(1, 30), (2, 20), (3, 14), (4, 9)])
def test_whoever_knows_the_rule_and_what_is_told_cannot_tell_any_other_count(cells: int, largest: int) -> None:
    """Every count that is not told could be another: seen over all that would be told alike."""
    alike: defaultdict[Told, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(largest + 1), repeat=cells):
        made = publishable(dict(zip("abcd", counts, strict=False)))
        alike[tuple(made.counts.values()), made.total].append(counts)

    whole = [(key, found) for key, found in alike.items() if key[1] is None or key[1] <= largest]
    given_away = [
        (key, number)
        for key, found in whole
        for number, told in enumerate(key[0])
        if told is None and len({counts[number] for counts in found}) < 2
    ]
    assert given_away == []
