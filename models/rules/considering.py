"""What holds when a case is considered: the days to book, who must be at the panel, why something is out of the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.rules.meeting_dates import CHAIRS


class Limb(StrEnum):
    """What a panel says of one limb of the test."""

    MET = "met"
    NOT_MET = "not-met"
    MORE_WANTED = "more-wanted"


class WhyDeputy(StrEnum):
    """Why the deputy decides in the Chair's place."""

    AWAY = "chair-away"
    TOO_CLOSE = "chair-too-close"
    VACANT = "no-chair"


class WhyEarly(StrEnum):
    """Why a decision is taken before the panel has recommended anything."""

    PLAIN_CASE = "plain-case"
    NATIONAL_PANEL = "asked-by-national-panel"
    NO_QUORUM = "no-quorum-in-time"
    LIMIT = "limit-reached"


class WhyDeclined(StrEnum):
    """Why the group does not accept a case for discussion (D: default, to be confirmed by the board)."""

    KNOWN_ALREADY = "known-already"
    ANOTHER_WAY = "another-way"
    PROCEEDINGS = "proceedings"
    NOT_HERE = "not-here"
    OTHER = "other"


SPOKEN_LIMBS: Mapping[Limb, str] = {
    Limb.MET: "Met, in the panel's view",
    Limb.NOT_MET: "Not met, in the panel's view",
    Limb.MORE_WANTED: "More is wanted before the panel can say",
}
SPOKEN_WHY_DEPUTY: Mapping[WhyDeputy, str] = {
    WhyDeputy.AWAY: "The Chair is away",
    WhyDeputy.TOO_CLOSE: "The Chair is too close to the case",
    WhyDeputy.VACANT: "There is no Chair at the moment",
}
SPOKEN_WHY_EARLY: Mapping[WhyEarly, str] = {
    WhyEarly.PLAIN_CASE: "The Chair holds the matter to be plain",
    WhyEarly.NATIONAL_PANEL: "The national panel has asked for a decision",
    WhyEarly.NO_QUORUM: "The panel cannot meet with a quorum in time",
    WhyEarly.LIMIT: "The month would be over",
}
SPOKEN_WHY_DECLINED: Mapping[WhyDeclined, str] = {
    WhyDeclined.KNOWN_ALREADY: "what it could teach is known already",
    WhyDeclined.ANOTHER_WAY: "another way of learning fits better",
    WhyDeclined.PROCEEDINGS: "proceedings elsewhere come first",
    WhyDeclined.NOT_HERE: "it is a matter for somebody else",
    WhyDeclined.OTHER: "another reason",
}
SPOKEN_PARTNERS: Mapping[str, str] = {
    "local-authority": "the local authority", "police": "the police", "health": "a health agency",
}  # fmt: skip


@dataclass(frozen=True)
class ToBook:
    """The last days on which a panel can meet and the decision be made so that the month holds."""

    panel_on: date
    decide_on: date


@dataclass(frozen=True)
class Quorum:
    """Who must be at a panel that considers a case beside the panel chair or the deputy.

    Source: C.5, chair or deputy, local authority, police and health; or the board's own number of agencies (D: default,
    to be confirmed by the board).
    """

    partners: Collection[str]
    agencies: int

    def is_met(self, chaired_by: str, came: Mapping[str, str]) -> bool:
        """True when nobody who is needed was missing; `came` has the agencies that were there, by key, and which of
        the partners each is."""
        return not self.missing(chaired_by, came)

    def missing(self, chaired_by: str, came: Mapping[str, str]) -> list[str]:
        """Who was missing, in words."""
        found = [] if chaired_by in CHAIRS else ["the panel chair or the deputy"]
        if self.partners:
            return found + [SPOKEN_PARTNERS[each] for each in self.partners if each not in came.values()]
        short = self.agencies - len(came)
        return found + ([f"{short} more {'agency' if short == 1 else 'agencies'}"] if short > 0 else [])
