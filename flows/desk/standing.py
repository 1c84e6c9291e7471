"""The standing desk of a board: its form lists all that is open, and it never ends."""

from __future__ import annotations

from prefect import flow

from flows.gates import attend
from flows.process_flow import ends_in_a_sentence
from flows.questions.desk import DESK


@flow(name="desk", persist_result=False, log_prints=False)
@ends_in_a_sentence
def desk(ref: str) -> str:
    """The standing desk of one board.

    Args:
        ref: The reference of the desk, such as desk-barking-and-dagenham.
    """
    attend(DESK, ref, until=None)
    return "The desk is closed."
