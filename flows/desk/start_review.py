"""A practice learning review is begun once the Chair has decided on it."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.keep_running import start_new_processes
from flows.questions.desk import START_REVIEW

BOARD = "barking-and-dagenham"


@flow(name="start-a-practice-learning-review", persist_result=False, log_prints=False)
def start_review(board: str = BOARD) -> State[None]:
    """A practice learning review is begun once the Chair has decided on it.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(START_REVIEW, board)
    start_new_processes()
    return said
