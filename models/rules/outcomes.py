"""What may come of the consideration of a case, and which kind of process follows from it (C.6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Outcome(StrEnum):
    """What a panel may recommend, and a Chair or the partners decide."""

    SERIOUS_CASE_REVIEW = "scr"
    PRACTICE_LEARNING_REVIEW = "plr"
    CASE_DISCUSSION = "case_discussion"
    MULTI_AGENCY_AUDIT = "ma_audit"
    SINGLE_AGENCY_REVIEW = "single_agency"
    LEARNING_NOTE = "none_learning_note"
    MORE_INFORMATION = "defer_more_information"


SPOKEN: Mapping[Outcome, str] = {
    Outcome.SERIOUS_CASE_REVIEW: "a serious case review",
    Outcome.PRACTICE_LEARNING_REVIEW: "a practice learning review",
    Outcome.CASE_DISCUSSION: "a case discussion",
    Outcome.MULTI_AGENCY_AUDIT: "a multi-agency audit",
    Outcome.SINGLE_AGENCY_REVIEW: "a review by one agency",
    Outcome.LEARNING_NOTE: "no further review, a learning note",
    Outcome.MORE_INFORMATION: "more information is wanted first",
}

# When which of the smaller ones fits: a help for people, no test (P:127, Telford & Wrekin 2017; S:003, NO-58).
FITS: Mapping[Outcome, str] = {
    Outcome.PRACTICE_LEARNING_REVIEW: "where worries about joint working remain after they were raised, after a "
    "serious incident or near miss, or where good practice can be learned from",
    Outcome.MULTI_AGENCY_AUDIT: "where the same themes show across several cases",
    Outcome.SINGLE_AGENCY_REVIEW: "where one agency looks at its own practice and shares what others can use",
}

# outcome -> kind of process that is opened; after "more information" the consideration goes on as a new round
OPENS: Mapping[Outcome, str] = {
    Outcome.SERIOUS_CASE_REVIEW: "serious-case-review",
    Outcome.PRACTICE_LEARNING_REVIEW: "plr",
    Outcome.CASE_DISCUSSION: "case-discussion",
    Outcome.MULTI_AGENCY_AUDIT: "follow-up",
    Outcome.SINGLE_AGENCY_REVIEW: "follow-up",
    Outcome.LEARNING_NOTE: "follow-up",
    Outcome.MORE_INFORMATION: "scr-consideration",
}
