"""What has arrived is recorded, several things in one form."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.desk import RECORD_ARRIVALS

BOARD = "barking-and-dagenham"


@flow(name="record-arrivals", persist_result=False, log_prints=False)
def record_arrivals(board: str = BOARD) -> State[None]:
    """What has arrived is recorded, several things in one form.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(RECORD_ARRIVALS, board)
