"""A practice learning review, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.practice_learning_review import course
from flows.process_flow import ends_in_a_sentence


@flow(name="practice-learning-review", persist_result=False, log_prints=False)
@ends_in_a_sentence
def practice_learning_review(ref: str) -> str:
    """One practice learning review runs until its actions were looked at after twelve months.

    Args:
        ref: The reference of the review, such as CR-7Q4M. Reviews are begun with “Start a practice learning review”.
    """
    return course(ref)
