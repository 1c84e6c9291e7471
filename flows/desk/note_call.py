"""A telephone call about something owed is noted; a promise holds the chasing."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State

from flows.desk.once import ask_the_desk
from flows.questions.calls import NOTE_CALL

BOARD = "barking-and-dagenham"


@flow(name="note-a-telephone-call", persist_result=False, log_prints=False)
def note_call(board: str = BOARD) -> State[None]:
    """A telephone call about something owed is noted; a promise holds the chasing.

    Args:
        board: The board, by the name of its folder in the configuration.
    """
    return ask_the_desk(NOTE_CALL, board)
