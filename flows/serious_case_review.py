"""A serious case review, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.serious_case_review import course
from flows.process_flow import ends_in_a_sentence


@flow(name="serious-case-review", persist_result=False, log_prints=False)
@ends_in_a_sentence
def serious_case_review(ref: str) -> str:
    """One review runs until its actions were looked at after twelve months and its publication has come to an end.

    Args:
        ref: The reference of the review, such as CR-7Q4M. Reviews are begun with “Start a serious case review”.
    """
    return course(ref)
