"""Where an agency's return may go."""

from __future__ import annotations

import itertools

import pytest

from models.rules.returns import MOVES, PLAIN, IllegalReturnMove, ReturnState, is_before, moved

S = ReturnState


def test_every_state_has_words_and_can_be_left_and_reached() -> None:
    reached = {to for others in MOVES.values() for to in others}

    assert set(PLAIN) == set(MOVES) == set(S)
    assert reached == set(S)
    assert all(MOVES.values())


def test_the_usual_way_leads_from_the_request_to_acceptance_also_round_the_loop() -> None:
    way = (
        S.REQUESTED, S.NOMINATED, S.BRIEFED, S.IN_PROGRESS, S.CHRONOLOGY_IN, S.DRAFT_IN, S.AGENCY_QA, S.SIGNED,
        S.SUBMITTED, S.PANEL_QA, S.RETURNED, S.SUBMITTED, S.ACCEPTED,
    )  # fmt: skip

    assert all(moved(before, after) for before, after in itertools.pairwise(way))


def test_who_sends_the_return_without_a_word_on_the_way_has_done_nothing_wrong() -> None:
    assert moved(S.REQUESTED, S.SUBMITTED)
    assert moved(S.SUBMITTED, S.SUBMITTED) is False


@pytest.mark.parametrize(
    ("state", "to"),
    [(S.ACCEPTED, S.SUBMITTED), (S.REQUESTED, S.ACCEPTED), (S.SUBMITTED, S.BRIEFED), (S.WITHDRAWN, S.SIGNED)],
)
def test_nothing_is_accepted_unread_or_unmade(state: ReturnState, to: ReturnState) -> None:
    with pytest.raises(IllegalReturnMove):
        moved(state, to)


def test_another_author_begins_afresh_as_long_as_the_return_is_being_written() -> None:
    assert {state for state, others in MOVES.items() if S.NOMINATED in others} == {
        S.REQUESTED, S.BRIEFED, S.IN_PROGRESS, S.CHRONOLOGY_IN, S.DRAFT_IN, S.AGENCY_QA, S.SIGNED,
    }  # fmt: skip


def test_what_is_past_the_panel_lies_before_nothing() -> None:
    assert is_before(S.BRIEFED, S.CHRONOLOGY_IN)
    assert not is_before(S.CHRONOLOGY_IN, S.BRIEFED)
    assert not is_before(S.RETURNED, S.SUBMITTED)
    assert not is_before(S.ACCEPTED, S.DRAFT_IN)
