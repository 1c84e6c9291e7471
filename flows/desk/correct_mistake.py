"""An arrival or a decision that was recorded by mistake is put right."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.corrections import CORRECT_MISTAKE

BOARD = "barking-and-dagenham"


@flow(name="correct-a-mistake", persist_result=False, log_prints=False)
def correct_mistake(board: str = BOARD) -> State[None]:
    """An arrival or a decision that was recorded by mistake is put right.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(CORRECT_MISTAKE, board)
