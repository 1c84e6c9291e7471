"""More time is asked for, granted or not granted."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.more_time import MORE_TIME

BOARD = "barking-and-dagenham"


@flow(name="ask-for-or-decide-more-time", persist_result=False, log_prints=False)
def more_time(board: str = BOARD) -> State[None]:
    """More time is asked for, granted or not granted.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(MORE_TIME, board)
