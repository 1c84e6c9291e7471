"""A proof sheet or a case trail is written into the board's folder of papers."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.papers import WRITE_PAPER

BOARD = "barking-and-dagenham"


@flow(name="write-a-proof-sheet-or-case-trail", persist_result=False, log_prints=False)
def write_paper(board: str = BOARD) -> State[None]:
    """A proof sheet or a case trail is written into the board's folder of papers.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(WRITE_PAPER, board)
