"""An action plan that comes of no review is begun."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.keep_running import start_new_processes
from flows.questions.action_proposal import START_ACTION_PLAN

BOARD = "barking-and-dagenham"


@flow(name="start-an-action-plan", persist_result=False, log_prints=False)
def start_action_plan(board: str = BOARD) -> State[None]:
    """An action plan that comes of no review is begun.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    said = ask_the_desk(START_ACTION_PLAN, board)
    start_new_processes()
    return said
