"""What was heard about actions is recorded, many in one form."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.desk import RECORD_ACTION_WORDS

BOARD = "barking-and-dagenham"


@flow(name="words-on-actions", persist_result=False, log_prints=False)
def record_action_words(board: str = BOARD) -> State[None]:
    """What was heard about actions is recorded, many in one form.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(RECORD_ACTION_WORDS, board)
