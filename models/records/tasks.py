"""Tasks: what the office, a committee or the Board has to see to, each opened once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import Session, col, select, update

from config import clock
from models.records.messages import Task, TaskKind
from models.records.people import NAMED_IN_THE_PROCESS, people_of
from models.records.queueing import insert_once

LONGEST_TITLE = 200
VACANT = "vacant"  # how the once-keys of tasks begin that ask for somebody in a role


# asked so often that putting the question together would take longer than its answer
_BY_ONCE_KEY = select(Task.id).where(Task.once_key == bindparam("once_key"))
_VACANCIES = select(Task).where(
    Task.board_id == bindparam("board_id"), col(Task.done_at).is_(None), col(Task.once_key).startswith(f"{VACANT}:")
)
_END_TASKS = (
    update(Task)
    .where(col(Task.deadline_id) == bindparam("of_deadline"), col(Task.done_at).is_(None))
    .values(done_at=bindparam("moment"))
)


@dataclass(frozen=True)
class About:
    """What a task is about; fixed words and numbers of the record alone."""

    board_id: int
    process_id: int | None = None
    deadline_id: int | None = None
    agency_id: int | None = None
    kind: TaskKind = TaskKind.TASK


def open_task(session: Session, about: About, title: str, once_key: str) -> tuple[int, bool]:
    """The task of that once-key is in the record: its number, and whether it is new."""
    known = session.exec(_BY_ONCE_KEY, params={"once_key": once_key}).first()
    if known is not None:
        return known, False
    number = insert_once(
        session,
        Task(
            board_id=about.board_id, process_id=about.process_id, deadline_id=about.deadline_id,
            agency_id=about.agency_id, kind=about.kind, title=_short(title), once_key=once_key,
            opened_at=clock.now(),
        ),
    )  # fmt: skip
    if number is None:  # another has opened it at this moment
        number = session.exec(_BY_ONCE_KEY, params={"once_key": once_key}).one()
    return number or 0, True


def tasks_to_tick_off(session: Session, board_id: int) -> Sequence[Task]:
    """What is still to be done and does not end by itself when a role is filled, the oldest first."""
    question = select(Task).where(
        Task.board_id == board_id, col(Task.done_at).is_(None), ~col(Task.once_key).startswith(f"{VACANT}:")
    )
    return session.exec(question.order_by(col(Task.id))).all()


def tick_off(session: Session, board_id: int, task_id: int) -> bool:
    """The task is done; false when it was done before, or is not one that a person ticks off."""
    task = next((each for each in tasks_to_tick_off(session, board_id) if each.id == task_id), None)
    if task is None:
        return False
    task.done_at = clock.now()
    session.add(task)
    return True


def end_tasks_of(session: Session, deadline_id: int) -> None:
    """Nobody has anything left to do about the deadline."""
    session.connection().execute(_END_TASKS, {"of_deadline": deadline_id, "moment": clock.now()})


def vacancy_key(board_id: int, role: str, agency_id: int | None, process_id: int | None, since: str) -> str:
    """The once-key of the task to fill that role, for as long as this vacancy lasts."""
    return f"{VACANT}:{board_id}:{role}:{agency_id or ''}:{process_id or ''}:{since}"


def end_tasks_of_filled_roles(session: Session, board_id: int) -> None:
    """Whoever was asked to name somebody for a role that mail reaches again has done so."""
    tasks = session.exec(_VACANCIES, params={"board_id": board_id}).all()
    people = people_of(session, board_id, [each.process_id for each in tasks if each.process_id]) if tasks else None
    for task in tasks:
        role = task.once_key.split(":")[2]
        process_id = task.process_id if role in NAMED_IN_THE_PROCESS else None
        holder = people.holder(role, process_id or 0, task.agency_id) if people else None
        if holder is not None and holder.reachable:
            task.done_at = clock.now()
            session.add(task)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
