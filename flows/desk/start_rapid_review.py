"""A rapid review is begun once the local authority has notified an incident."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.desk.start_review import BOARD
from flows.keep_running import start_new_processes
from flows.questions.start_rapid_review import START_RAPID_REVIEW


@flow(name="start-a-rapid-review", persist_result=False, log_prints=False)
def start_rapid_review(board: str = BOARD) -> State[None]:
    """A rapid review is begun once the local authority has notified an incident.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(START_RAPID_REVIEW, board)
    start_new_processes()
    return said
