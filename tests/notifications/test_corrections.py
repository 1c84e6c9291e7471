"""Who was told of a lateness that was none hears so, by whatever way is open."""

from __future__ import annotations

import pytest

from models.records.boards import Board
from models.records.database import transaction
from models.records.deadlines import Deadline
from models.records.messages import Message, MessageState
from models.records.processes import Process
from notifications import outbox
from tests.builders import on
from tests.notifications import posting
from tests.records_builders import Owing, a_board, a_deadline, a_process, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def corrected(process: Process, *contact_ids: int | None) -> list[Message]:
    """Those people are told that something which the police owed had come in time."""
    deadline = a_deadline(process, Owing(due_on=DUE, armed_on=ARMED))
    item = {"ref": process.spoken_ref, "title": deadline.title, "agency": "", "arrived_on": DUE.isoformat()}
    with the_day(on("Mon 2026-06-22")), transaction() as session:
        kept = session.get_one(Deadline, deadline.id)
        facts = {"items": [item], "ref": process.spoken_ref}
        ids = [one for one in contact_ids if one is not None]
        return outbox.correct(session, session.get_one(Process, process.id), kept, ids, facts)


@pytest.mark.parametrize(
    ("role", "agency_key", "state"),
    [
        ("agency_lead", "police", MessageState.WAITING),
        ("board_member", "police", MessageState.HELD),
        ("chief_officer", "police", MessageState.HELD),
        ("independent_chair", None, MessageState.HELD),
    ],
)
def test_a_correction_goes_unseen_to_nobody_from_a_board_member_upwards(
    board: Board, role: str, agency_key: str | None, state: MessageState
) -> None:
    process = a_process(board, ARMED)

    (message,) = corrected(process, posting.holder(role, agency_key).id)

    assert message.state is state


def test_whom_no_mail_may_reach_any_more_is_told_by_telephone_once(board: Board) -> None:
    process = a_process(board, ARMED)
    lead = posting.again(posting.holder("agency_lead", "police"), secure_mailbox=False)

    queued = corrected(process, lead.id) + corrected(process, lead.id)

    (task,) = posting.tasks()
    assert queued == []
    assert task.process_id == process.id
    assert task.title.startswith("Tell the single point of contact of ")
    assert task.title.endswith(f"mail cannot: the note of lateness was mistaken, {process.spoken_ref}")
