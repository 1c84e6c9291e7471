"""Messages that wait for a person are sent, or not this time."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.desk import RELEASE_MESSAGES

BOARD = "barking-and-dagenham"


@flow(name="release-messages", persist_result=False, log_prints=False)
def release_messages(board: str = BOARD) -> State[None]:
    """Messages that wait for a person are sent, or not this time.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(RELEASE_MESSAGES, board)
