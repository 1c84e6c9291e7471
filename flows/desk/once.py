"""What every desk flow does: ask one thing of one board, record it, end in a sentence."""

from __future__ import annotations

from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.gates import Gate, ask_once
from flows.port import port
from models.records.boards import UnknownBoard, board_by_key
from models.records.database import reading
from models.records.opening import desk_ref


def ask_the_desk(gate: Gate, board: str) -> State[None]:
    """The question was answered for that board; the run ends by saying what was recorded."""
    try:
        with reading() as session:
            key = board_by_key(session, board.strip()).key
    except UnknownBoard:
        return Completed(message="Nothing was done: there is no board of that name.")  # what was typed is not repeated
    return Completed(message=ask_once(gate, desk_ref(key), door=f"{gate.name}:{port().run_id()}"))
