"""The review goes on without something that is owed."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.more_time import WAIVE

BOARD = "barking-and-dagenham"


@flow(name="waive-something-owed", persist_result=False, log_prints=False)
def waive(board: str = BOARD) -> State[None]:
    """The review goes on without something that is owed.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(WAIVE, board)
