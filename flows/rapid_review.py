"""A rapid review, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.rapid_review import course
from flows.process_flow import ends_in_a_sentence


@flow(name="rapid-review", persist_result=False, log_prints=False)
@ends_in_a_sentence
def rapid_review(ref: str) -> str:
    """One rapid review runs until the national panel has answered.

    Args:
        ref: The reference of the rapid review, such as CR-7Q4M. They are begun with “Start a rapid review”.
    """
    return course(ref)
