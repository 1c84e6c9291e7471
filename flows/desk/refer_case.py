"""A case is referred for consideration."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.keep_running import start_new_processes
from flows.questions.refer_case import REFER_CASE

BOARD = "barking-and-dagenham"


@flow(name="refer-a-case", persist_result=False, log_prints=False)
def refer_case(board: str = BOARD) -> State[None]:
    """A case is referred for consideration: a new one, another referral of the same, or new information.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(REFER_CASE, board)
    start_new_processes()
    return said
