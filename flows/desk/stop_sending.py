"""Sending is stopped for a board, a process or an agency, or goes on."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.desk import STOP_SENDING

BOARD = "barking-and-dagenham"


@flow(name="stop-or-restart-sending", persist_result=False, log_prints=False)
def stop_sending(board: str = BOARD) -> State[None]:
    """Sending is stopped for a board, a process or an agency, or goes on.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(STOP_SENDING, board)
