"""What follows from a case that needs no review, until nothing of it is owed any more."""

from __future__ import annotations

from prefect import flow

from flows.gates import attend
from flows.process_flow import ends_in_a_sentence
from flows.questions.follow_up import FOLLOW_UP_MENU
from models.rules.stages import Stage


@flow(name="follow-up", persist_result=False, log_prints=False)
@ends_in_a_sentence
def follow_up(ref: str) -> str:
    """One follow-up runs until nothing of it is owed any more.

    Args:
        ref: The reference of the follow-up, such as CR-7Q4M. A decision on a case opens it.
    """
    # An audit is placed in the programme; or one agency reviews its own practice and shares its learning, which is
    # passed on; or a learning note is written.
    attend(FOLLOW_UP_MENU, ref, until=Stage.DONE)
    return "The follow-up is done."
