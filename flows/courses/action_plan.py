"""An action plan, from its proposals to the last look at what was changed."""

from __future__ import annotations

from flows.gates import attend
from flows.questions.action_plan import PLAN_MENU
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One action plan runs until what was changed has been looked at for the last time."""
    # Actions are proposed, one by one or in a workbook, and approved by the Board or the committee.
    attend(PLAN_MENU, ref, until=Stage.PLAN_APPROVED)

    # Owners accept, are asked once a committee cycle, and say when something is done.  Somebody outside the agency
    # checks the evidence, the committee closes.  Who is late is chased, up to the Board.
    attend(PLAN_MENU, ref, until=Stage.ACTIONS_CLOSED)

    # Six and twelve months after an action was closed: has it lasted, what has it changed?
    attend(PLAN_MENU, ref, until=Stage.PLAN_ENDED)
    return "The action plan is complete."
