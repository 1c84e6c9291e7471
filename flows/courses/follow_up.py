"""What follows from a case that needs no review, until nothing of it is owed any more."""

from __future__ import annotations

from flows.gates import attend
from flows.questions.follow_up import FOLLOW_UP_MENU
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One follow-up runs until nothing of it is owed any more."""
    # An audit is placed in the programme; or one agency reviews its own practice and shares its learning, which is
    # passed on; or a learning note is written.
    attend(FOLLOW_UP_MENU, ref, until=Stage.DONE)
    return "The follow-up is done."
