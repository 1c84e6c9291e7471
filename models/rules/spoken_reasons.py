"""Why something takes longer, in the office's words and in the few that may stand in a mail (C.6, F-01)."""

from __future__ import annotations

SPOKEN_REASONS = {
    "criminal-proceedings": "criminal proceedings",
    "inquest": "inquest",
    "family-proceedings": "family proceedings",
    "author-absent": "absence of an author",
    "agency-late": "an agency is late",
    "reviewer-late": "the reviewer is late",
    "data-missing": "information is missing",
    "new-information": "new information",
    "other": "another reason",
}
_SAYS_TOO_MUCH = ("criminal-proceedings", "inquest", "family-proceedings")  # a court must not stand in a mail


def spoken_reason(reason: str) -> str:
    """The reason as the record and its papers say it."""
    return SPOKEN_REASONS.get(reason, reason.replace("-", " "))


def reason_for_a_mail(reason: str) -> str:
    """The reason in words that say nothing of the case."""
    return "proceedings elsewhere" if reason in _SAYS_TOO_MUCH else spoken_reason(reason)
