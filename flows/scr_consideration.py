"""The consideration of a case, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.scr_consideration import course
from flows.process_flow import ends_in_a_sentence


@flow(name="scr-consideration", persist_result=False, log_prints=False)
@ends_in_a_sentence
def scr_consideration(ref: str) -> str:
    """One case is considered until it is decided and everybody who must know has been told.

    Args:
        ref: The reference of the consideration, such as CR-7Q4M. Cases are referred with “Refer a case”.
    """
    return course(ref)
