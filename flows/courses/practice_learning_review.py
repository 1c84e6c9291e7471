"""A practice learning review, from the Chair's decision to the twelve-month look at its actions."""

from __future__ import annotations

from flows.gates import attend, decide
from flows.process_flow import in_one_transaction
from flows.questions.practice_learning_review import PARTNERS_AGREEMENT, WHAT_HAPPENED
from flows.steps import practice_learning_review as step
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One practice learning review runs until its actions were looked at after twelve months."""
    # The Chair has decided; nothing starts before the Strategic Partners agree.
    decide(PARTNERS_AGREEMENT, ref, until=Stage.PARTNERS_AGREED)

    # Agencies name their authors, a reviewer independent of all of them is commissioned and the initial
    # meeting is held, in the order that life brings.  From that meeting the six months run.
    in_one_transaction(step.ask_agencies_for_authors, ref)
    attend(WHAT_HAPPENED, ref, until=Stage.TIMETABLE_SET)
    in_one_transaction(step.set_timetable, ref)

    # Terms of reference, returns, draft and sign-off; the panel reads what is there and may go on without the rest.
    attend(WHAT_HAPPENED, ref, until=Stage.REPORT_SIGNED_OFF)

    # The Board approves, the issues are published, the action plan goes to the monitoring committee.
    attend(WHAT_HAPPENED, ref, until=Stage.PLAN_HANDED_OVER)

    # The committee looks at what has become of the actions after three, six and twelve months.
    attend(WHAT_HAPPENED, ref, until=Stage.FOLLOWED_UP)
    return "The review is complete."
