"""Publication of a review is restricted because of parallel proceedings, or released again."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.restriction import RESTRICTION

BOARD = "barking-and-dagenham"


@flow(name="restrict-or-release-publication", persist_result=False, log_prints=False)
def restrict(board: str = BOARD) -> State[None]:
    """Publication of a review is restricted because of parallel proceedings, or released again.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(RESTRICTION, board)
