"""A mail came back to the shared mailbox, and a person has read it."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.contacts import MAIL_CAME_BACK

BOARD = "barking-and-dagenham"


@flow(name="a-mail-came-back", persist_result=False, log_prints=False)
def mail_came_back(board: str = BOARD) -> State[None]:
    """A mail came back to the shared mailbox, and a person has read it.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(MAIL_CAME_BACK, board)
