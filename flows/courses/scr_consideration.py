"""The consideration of a case, from its referral to what follows from the decision."""

from __future__ import annotations

from flows.gates import attend
from flows.process_flow import how_it_closed
from flows.questions.consideration import CONSIDERATION
from models.rules.stages import Stage


def course(ref: str) -> str:
    """One case is considered until it is decided and everybody who must know has been told."""
    # Registered with “Refer a case”: agencies were asked at once to secure records and say how they were involved.
    # The panel is booked, meets and recommends, in the order that life brings; the Chair may decide without it, for
    # a recorded reason.
    attend(CONSIDERATION, ref, until=Stage.DECIDED)

    # Others are told, and what the decision calls for has begun.
    attend(CONSIDERATION, ref, until=Stage.CONSIDERED)
    return how_it_closed(ref)
