"""Where an agency's return for a review may stand, and where it may go from there.

Source: B.4 (D: default, to be confirmed by the board). A later state may be reached without those between: an
agency that sends its return without a word on the way has done nothing wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReturnState(StrEnum):
    """Where the return of one agency stands."""

    REQUESTED = "requested"
    NOMINATED = "nominated"
    BRIEFED = "briefed"
    IN_PROGRESS = "in-progress"
    CHRONOLOGY_IN = "chronology-in"
    DRAFT_IN = "draft-in"
    AGENCY_QA = "agency-qa"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    PANEL_QA = "panel-qa"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


PLAIN: Mapping[ReturnState, str] = {
    ReturnState.REQUESTED: "author asked for",
    ReturnState.NOMINATED: "author named",
    ReturnState.BRIEFED: "author briefed",
    ReturnState.IN_PROGRESS: "being written",
    ReturnState.CHRONOLOGY_IN: "chronology is in",
    ReturnState.DRAFT_IN: "draft with the agency",
    ReturnState.AGENCY_QA: "being checked by the agency",
    ReturnState.SIGNED: "signed by a senior officer",
    ReturnState.SUBMITTED: "with the panel, not read yet",
    ReturnState.PANEL_QA: "being read by the panel",
    ReturnState.RETURNED: "back with the author, with questions",
    ReturnState.ACCEPTED: "accepted by the panel",
    ReturnState.WITHDRAWN: "not wanted any more",
}
_BEFORE_SUBMISSION = (
    ReturnState.REQUESTED, ReturnState.NOMINATED, ReturnState.BRIEFED, ReturnState.IN_PROGRESS,
    ReturnState.CHRONOLOGY_IN, ReturnState.DRAFT_IN, ReturnState.AGENCY_QA, ReturnState.SIGNED,
)  # fmt: skip
_CAME_BACK = (ReturnState.DRAFT_IN, ReturnState.AGENCY_QA, ReturnState.SIGNED, ReturnState.SUBMITTED)


def _moves() -> dict[ReturnState, frozenset[ReturnState]]:
    moves: dict[ReturnState, frozenset[ReturnState]] = {}
    for number, state in enumerate(_BEFORE_SUBMISSION):
        further = {*_BEFORE_SUBMISSION[number + 1 :], ReturnState.SUBMITTED}
        moves[state] = frozenset({*further, ReturnState.NOMINATED, ReturnState.WITHDRAWN} - {state})
    moves[ReturnState.AGENCY_QA] |= {ReturnState.DRAFT_IN}  # the agency's own check sends it back
    moves[ReturnState.SUBMITTED] = frozenset(
        {ReturnState.PANEL_QA, ReturnState.RETURNED, ReturnState.ACCEPTED, ReturnState.WITHDRAWN}
    )
    moves[ReturnState.PANEL_QA] = frozenset({ReturnState.RETURNED, ReturnState.ACCEPTED, ReturnState.WITHDRAWN})
    moves[ReturnState.RETURNED] = frozenset({*_CAME_BACK, ReturnState.ACCEPTED, ReturnState.WITHDRAWN})
    moves[ReturnState.ACCEPTED] = frozenset({ReturnState.RETURNED})  # the panel may ask again
    moves[ReturnState.WITHDRAWN] = frozenset({ReturnState.REQUESTED})  # an agency may join again
    return moves


MOVES: Mapping[ReturnState, frozenset[ReturnState]] = _moves()


class IllegalReturnMove(Exception):
    """A return cannot go there from where it stands."""


def moved(state: ReturnState, to: ReturnState) -> bool:
    """True when the return reaches `to` now, false when it stands there. Raises IllegalReturnMove."""
    if state is to:
        return False
    if to not in MOVES[state]:
        raise IllegalReturnMove(f"{PLAIN[to]} may not follow {PLAIN[state]}")
    return True


def is_before(state: ReturnState, other: ReturnState) -> bool:
    """True when `state` lies before `other` on the way to the panel; what is past the panel lies before nothing."""
    line = (*_BEFORE_SUBMISSION, ReturnState.SUBMITTED, ReturnState.PANEL_QA)
    return state in line and other in line and line.index(state) < line.index(other)
