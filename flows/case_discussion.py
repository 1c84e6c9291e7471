"""A case discussion, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.case_discussion import course
from flows.process_flow import ends_in_a_sentence


@flow(name="case-discussion", persist_result=False, log_prints=False)
@ends_in_a_sentence
def case_discussion(ref: str) -> str:
    """One case discussion runs until those who took part have had feedback.

    Args:
        ref: The reference of the discussion, such as CR-7Q4M. They are begun with “Start a case discussion”.
    """
    return course(ref)
