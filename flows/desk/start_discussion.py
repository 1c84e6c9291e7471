"""A case discussion is begun once the group has accepted it."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.keep_running import start_new_processes
from flows.questions.start_discussion import START_DISCUSSION

BOARD = "barking-and-dagenham"


@flow(name="start-a-case-discussion", persist_result=False, log_prints=False)
def start_discussion(board: str = BOARD) -> State[None]:
    """A case discussion is begun once the group has accepted it.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(START_DISCUSSION, board)
    start_new_processes()
    return said
