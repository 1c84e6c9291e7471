"""What follows from a case that needs no review, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.follow_up import course
from flows.process_flow import ends_in_a_sentence


@flow(name="follow-up", persist_result=False, log_prints=False)
@ends_in_a_sentence
def follow_up(ref: str) -> str:
    """One follow-up runs until nothing of it is owed any more.

    Args:
        ref: The reference of the follow-up, such as CR-7Q4M. A decision on a case opens it.
    """
    return course(ref)
