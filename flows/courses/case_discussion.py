"""A case discussion, from its acceptance by the group to the feedback for those who took part."""

from __future__ import annotations

from flows.gates import attend
from flows.process_flow import how_it_closed
from flows.questions.case_discussion import DISCUSSION_MENU
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One case discussion runs until those who took part have had feedback."""
    # The group accepts it, or declines it with a reason, which ends it.  A facilitator without involvement is found,
    # practitioners and managers are invited, the agencies send short notes, and the discussion is held in its four
    # parts.
    attend(DISCUSSION_MENU, ref, until=Stage.DISCUSSED)

    # The facilitator writes the report.
    attend(DISCUSSION_MENU, ref, until=Stage.REPORTED)

    # The group receives it, then the Board; those who took part hear what came of it.
    attend(DISCUSSION_MENU, ref, until=Stage.FED_BACK)
    return how_it_closed(ref)
