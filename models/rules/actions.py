"""Actions of a plan: what they are made of, where one may stand, and where it may go from there.

Source: B.10 (the states D: default, to be confirmed by the board; that the required change, the evidence and the
outcome are named at the start is in the Nottingham framework, NO-65 and NO-70).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.spoken import spoken

LONGEST_TITLE = 80  # of the one typed text that may stand in a message
MOST_ACTIONS = 500  # of one plan
LONG_NUMBER = re.compile(r"(?:\d[ /.\-]?){5,}")  # a day of birth, a telephone or case number, however it is parted


class ActionState(StrEnum):
    """Where one action stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    IN_PROGRESS = "in-progress"
    CLAIMED = "completed-claimed"
    CHECKED = "evidence-checked"
    CLOSED = "closed"
    SUSTAINED = "sustained"  # an end
    REOPENED = "reopened"
    PAUSED = "paused"
    NOT_ACCEPTED = "not-accepted"
    SUPERSEDED = "superseded"  # an end


class ActionKind(StrEnum):
    """What sort of thing an action changes."""

    PROCEDURE = "procedure"
    TRAINING = "training"
    PRACTICE = "practice"
    COMMISSIONING = "commissioning"
    DATA = "data"
    COMMUNICATION = "communication"
    OTHER = "other"


class Priority(StrEnum):
    """How soon an action is wanted, and how far it is chased."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SourceKind(StrEnum):
    """What an action answers to (C.6, finding types)."""

    WEAKNESS = "weakness"
    SYSTEM_ISSUE = "system-issue"
    URGENT_ISSUE = "urgent-issue"
    GOOD_PRACTICE = "good-practice"
    STRENGTH = "strength"


PLAIN: Mapping[ActionState, str] = {
    ActionState.DRAFT: "draft, not complete yet",
    ActionState.PROPOSED: "proposed, waiting for approval",
    ActionState.APPROVED: "approved, not accepted by its owner yet",
    ActionState.IN_PROGRESS: "in progress",
    ActionState.CLAIMED: "said to be done, evidence to be checked",
    ActionState.CHECKED: "evidence checked, to be closed by the committee",
    ActionState.CLOSED: "closed",
    ActionState.SUSTAINED: "closed and sustained",
    ActionState.REOPENED: "opened again",
    ActionState.PAUSED: "paused",
    ActionState.NOT_ACCEPTED: "not accepted by its owner",
    ActionState.SUPERSEDED: "superseded",
}
PLAIN_KIND: Mapping[ActionKind, str] = {each: each.value for each in ActionKind}
PLAIN_SOURCE: Mapping[SourceKind, str] = {each: each.value.replace("-", " ") for each in SourceKind}

_UNDER_WAY = frozenset({ActionState.IN_PROGRESS, ActionState.REOPENED})
_SET_ASIDE = frozenset({ActionState.PAUSED, ActionState.SUPERSEDED})
MOVES: Mapping[ActionState, frozenset[ActionState]] = {
    ActionState.DRAFT: frozenset({ActionState.PROPOSED, ActionState.SUPERSEDED}),
    ActionState.PROPOSED: frozenset({ActionState.APPROVED, ActionState.DRAFT, ActionState.SUPERSEDED}),
    ActionState.APPROVED: frozenset(
        {ActionState.IN_PROGRESS, ActionState.CLAIMED, ActionState.NOT_ACCEPTED, *_SET_ASIDE}
    ),
    ActionState.IN_PROGRESS: frozenset(
        # approved again: for another owner
        {ActionState.CLAIMED, ActionState.NOT_ACCEPTED, ActionState.APPROVED, *_SET_ASIDE}
    ),
    ActionState.CLAIMED: frozenset({ActionState.CHECKED, ActionState.IN_PROGRESS, ActionState.SUPERSEDED}),
    ActionState.CHECKED: frozenset({ActionState.CLOSED, ActionState.IN_PROGRESS, ActionState.SUPERSEDED}),
    ActionState.CLOSED: frozenset({ActionState.SUSTAINED, ActionState.REOPENED}),
    ActionState.SUSTAINED: frozenset(),
    ActionState.REOPENED: frozenset({ActionState.CLAIMED, ActionState.APPROVED, *_SET_ASIDE}),
    ActionState.PAUSED: frozenset({ActionState.IN_PROGRESS, ActionState.SUPERSEDED}),
    ActionState.NOT_ACCEPTED: frozenset({ActionState.APPROVED, ActionState.SUPERSEDED}),
    ActionState.SUPERSEDED: frozenset(),
}  # fmt: skip
NOT_YET = frozenset({ActionState.DRAFT, ActionState.PROPOSED})
DONE = frozenset({ActionState.CLOSED, ActionState.SUSTAINED})
ENDED = DONE | {ActionState.SUPERSEDED}  # with which a plan can be closed
OWED = frozenset({ActionState.APPROVED, *_UNDER_WAY})  # its owner owes that it is done


class IllegalActionMove(Exception):
    """An action cannot go there from where it stands."""


@dataclass(frozen=True)
class Wish:
    """An action as somebody proposes it; `row` tells it from others of the same sheet.

    `agency` is the key of the agency that owns it; days are local dates, everything else but the choices is typed text.
    """

    title: str
    action: str
    agency: str
    owner: str
    owner_email: str
    priority: Priority
    kind: ActionKind
    due_on: date
    source_kind: SourceKind
    source: str = ""
    recommendation: str = ""
    required_change: str = ""
    evidence: str = ""
    outcome: str = ""
    baseline: str = ""
    target: str = ""
    start_on: date | None = None
    public_wording: str = ""
    row: int = 0


NEEDED_FOR_APPROVAL: Mapping[str, str] = {  # B.12, row 1 (S:003)
    "required_change": "the change that is wanted",
    "evidence": "the evidence that is expected",
    "outcome": "how the outcome will be measured",
    "baseline": "the baseline of that measure",
}


def moved(state: ActionState, to: ActionState) -> bool:
    """True when the action reaches `to` now, false when it stands there. Raises IllegalActionMove."""
    if state is to:
        return False
    if to not in MOVES[state]:
        raise IllegalActionMove(f"what is {PLAIN[state]} cannot become {PLAIN[to]}")
    return True


def missing_for_approval(texts: Mapping[str, str]) -> list[str]:
    """What an action lacks before it may be approved, in words (B.12, row 1, S:003)."""
    return [words for name, words in NEEDED_FOR_APPROVAL.items() if not texts.get(name, "").strip()]


def faults_of_title(title: str) -> Iterator[str]:
    """Why a title cannot stand in a message as it is; whether it identifies somebody is for a person to say."""
    if not title.strip():
        yield "it has no title"
    if len(title.strip()) > LONGEST_TITLE:
        yield f"the title is longer than {LONGEST_TITLE} characters"
    if any(not sign.isprintable() for sign in title):
        yield "the title must stand on one line"
    if LONG_NUMBER.search(title):
        yield "the title has a long number in it; write it without dates of birth, telephone or case numbers"
    if "@" in title:
        yield "the title has an address in it; write it without names and addresses"


def faults_of_days(start_on: date | None, due_on: date, today: date) -> Iterator[str]:
    """Why the days of an action that is proposed cannot be right, in words."""
    if due_on <= today:
        yield f"it is due on {spoken(due_on)}, which is not after today"
    if start_on is not None and start_on > due_on:
        yield f"it begins on {spoken(start_on)}, after it is due"
    if due_on.year > today.year + 5:
        yield f"it is due on {spoken(due_on)}, more than five years from now"
