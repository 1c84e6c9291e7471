"""A review is paused, or goes on."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.pauses import PAUSE

BOARD = "barking-and-dagenham"


@flow(name="pause-or-resume-a-review", persist_result=False, log_prints=False)
def pause(board: str = BOARD) -> State[None]:
    """A review is paused, or goes on.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(PAUSE, board)
