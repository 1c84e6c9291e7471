"""Tasks: what the office, a committee or the Board has to see to, each opened once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select, update

from config import clock
from models.records.deadlines import Deadline, DeadlineState
from models.records.messages import Notice, Task, TaskKind
from models.records.people import NAMED_IN_THE_PROCESS, people_of
from models.records.queueing import insert_once

LONGEST_TITLE = 200
VACANT = "vacant"  # how the once-keys of tasks begin that ask for somebody in a role


# asked so often that putting the question together would take longer than its answer
_BY_ONCE_KEY = select(Task.id).where(Task.once_key == bindparam("once_key"))
_VACANCIES = select(Task).where(
    Task.board_id == bindparam("board_id"), col(Task.done_at).is_(None), col(Task.once_key).startswith(f"{VACANT}:")
)
_ABOUT_SEVERAL = (
    select(Task.id)
    .join(Notice, col(Notice.task_id) == col(Task.id))
    .where(
        Notice.deadline_id == bindparam("deadline_id"), col(Task.deadline_id).is_(None), col(Task.done_at).is_(None)
    )
)  # fmt: skip
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_END_OF_DEADLINE, _END = (
    update(Task).where(which, col(Task.done_at).is_(None)).values(done_at=bindparam("moment"))
    for which in (col(Task.deadline_id) == bindparam("of_deadline"), col(Task.id).in_(_IDS))
)  # fmt: skip


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
    """Nobody has anything left to do about the deadline; what is also about others waits until they are settled."""
    session.flush()
    connection, moment = session.connection(), clock.now()
    ids = {row[0] for row in connection.execute(_ABOUT_SEVERAL, {"deadline_id": deadline_id})}
    if ids:
        ids -= _also_about_others(session, ids, deadline_id)
        connection.execute(_END, {"ids": [*ids], "moment": moment})
    connection.execute(_END_OF_DEADLINE, {"of_deadline": deadline_id, "moment": moment})


def is_about_several(session: Session, task_id: int, title: str) -> None:
    """The task is about more than one thing owed from now on, under that title."""
    session.exec(update(Task).where(col(Task.id) == task_id).values(title=_short(title), deadline_id=None))


def _also_about_others(session: Session, task_ids: Collection[int], deadline_id: int) -> set[int]:
    question = (
        select(Notice.task_id)
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .where(
            col(Notice.task_id).in_(task_ids), Notice.deadline_id != deadline_id,
            Deadline.state == DeadlineState.OPEN, Deadline.arming == Notice.arming,
        )
    )  # fmt: skip
    return {id_ for id_ in session.exec(question).all() if id_ is not None}


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
