"""Somebody new holds a role, has a new address, or nobody holds it any more."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.contacts import CHANGE_CONTACT

BOARD = "barking-and-dagenham"


@flow(name="change-a-contact", persist_result=False, log_prints=False)
def change_contact(board: str = BOARD) -> State[None]:
    """Somebody new holds a role, has a new address, or nobody holds it any more.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(CHANGE_CONTACT, board)
