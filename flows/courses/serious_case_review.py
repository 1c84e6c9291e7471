"""A serious case review, or its successor under a later edition, from the decision to the end of its publication."""

from __future__ import annotations

from flows.gates import attend
from flows.process_flow import in_one_transaction
from flows.questions.serious_case_review import WHAT_HAPPENS
from flows.steps.practice_learning_review import ask_agencies_for_authors
from flows.steps.serious_case_review import set_timetable
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One review runs until its actions were looked at after twelve months and its publication has come to an end."""
    # The decision is taken.  Agencies name their authors, a reviewer independent of the case and of all of them is
    # commissioned, and the initial meeting is held.  The six months run from the decision.
    in_one_transaction(ask_agencies_for_authors, ref)
    attend(WHAT_HAPPENS, ref, until=Stage.TIMETABLE_SET)
    in_one_transaction(set_timetable, ref)

    # Terms of reference, returns, draft; the panel signs off a report that is written to be published.
    attend(WHAT_HAPPENS, ref, until=Stage.REPORT_SIGNED_OFF)

    # The report is approved and its action plan handed over, which waits for no publication.  From the approval on
    # people set the day of the publication, put it off, or decide against it.
    attend(WHAT_HAPPENS, ref, until=Stage.PLAN_HANDED_OVER)

    # The actions are looked at after three, six and twelve months, the website twelve months after the publication.
    attend(WHAT_HAPPENS, ref, until=Stage.FOLLOWED_UP)
    return "The review is complete."
