"""Somebody is away from a day to a day, or is back."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.absences import NOTE_ABSENCE

BOARD = "barking-and-dagenham"


@flow(name="note-an-absence", persist_result=False, log_prints=False)
def note_absence(board: str = BOARD) -> State[None]:
    """Somebody is away from a day to a day, or is back.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(NOTE_ABSENCE, board)
