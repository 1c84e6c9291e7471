"""A rapid review, from the notification of an incident to the answer of the national panel."""

from __future__ import annotations

from flows.gates import attend
from flows.process_flow import in_one_transaction
from flows.questions.rapid_review import RAPID_REVIEW
from flows.steps import rapid_review as step
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One rapid review runs until the national panel has answered."""
    # The local authority has notified an incident: every agency is asked at once to keep its records safe and for a
    # summary.  Fifteen working days run from the notification.
    in_one_transaction(step.ask_agencies_for_summaries, ref)

    # Word on the safety of other children, summaries, a progress meeting; the panel reads what is there, answers each
    # criterion and proposes what is to follow.
    attend(RAPID_REVIEW, ref, until=Stage.CONCLUDED)

    # The partners decide what follows, which is opened at once, and what they think of a national review.
    attend(RAPID_REVIEW, ref, until=Stage.SIGNED_OFF_BY_PARTNERS)

    # A person sends it to the national panel, which agrees, asks for more or asks for a review.
    attend(RAPID_REVIEW, ref, until=Stage.ANSWERED)
    return "The rapid review is complete."
