"""An action plan, as the engine runs it."""

from __future__ import annotations

from prefect import flow

from flows.courses.action_plan import course
from flows.process_flow import ends_in_a_sentence


@flow(name="action-plan", persist_result=False, log_prints=False)
@ends_in_a_sentence
def action_plan(ref: str) -> str:
    """One action plan runs until what was changed has been looked at for the last time.

    Args:
        ref: The reference of the plan, such as CR-7Q4M. A review that hands its plan over opens it, or “Start an action
            plan”.
    """
    return course(ref)
