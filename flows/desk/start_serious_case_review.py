"""A serious case review is begun once it was decided on."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.keep_running import start_new_processes
from flows.questions.desk import START_SERIOUS_CASE_REVIEW

BOARD = "barking-and-dagenham"


@flow(name="start-a-serious-case-review", persist_result=False, log_prints=False)
def start_serious_case_review(board: str = BOARD) -> State[None]:
    """A serious case review, or its successor under a later edition, is begun once it was decided on.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(START_SERIOUS_CASE_REVIEW, board)
    start_new_processes()
    return said
