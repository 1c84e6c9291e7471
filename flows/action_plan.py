"""An action plan, from its proposals to the last look at what was changed."""

from __future__ import annotations

from prefect import flow

from flows.gates import attend
from flows.process_flow import ends_in_a_sentence
from flows.questions.action_plan import PLAN_MENU
from models.rules.stages import Stage


@flow(name="action-plan", persist_result=False, log_prints=False)
@ends_in_a_sentence
def action_plan(ref: str) -> str:
    """One action plan runs until what was changed has been looked at for the last time.

    Args:
        ref: The reference of the plan, such as CR-7Q4M. A review that hands its plan over opens it, or “Start an action
            plan”.
    """
    # Actions are proposed, one by one or in a workbook, and approved by the Board or the committee.
    attend(PLAN_MENU, ref, until=Stage.PLAN_APPROVED)

    # Owners accept, are asked once a committee cycle, and say when something is done.  Somebody outside the agency
    # checks the evidence, the committee closes.  Who is late is chased, up to the Board.
    attend(PLAN_MENU, ref, until=Stage.ACTIONS_CLOSED)

    # Six and twelve months after an action was closed: has it lasted, what has it changed?
    attend(PLAN_MENU, ref, until=Stage.PLAN_ENDED)
    return "The action plan is complete."
