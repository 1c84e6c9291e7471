"""Runs that fail again and again: the office hears of it once, and no more when the run goes again.

A run goes when it has put its next question; nothing of the engine is read here.
"""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from config import clock
from models.records.asks import Ask
from models.records.history import History
from models.records.messages import Task
from models.records.processes import Process
from models.records.tasks import About, open_task

RUN_STARTED = "run started"  # the deed in the history
IN_A_ROW = 3  # failures before the office is told; our own default
FAILS = "run-fails"  # how the once-keys of these tasks begin


def a_run_has_failed(session: Session, process: Process) -> bool:
    """The office has a task once that many runs in a row have failed; true when it is opened now.

    To be called before another run is started in its place.
    """
    last_ask = session.exec(
        select(Ask).where(Ask.process_id == process.id, Ask.door == "").order_by(col(Ask.id).desc())
    ).first()
    started = select(func.count(col(History.id))).where(History.process_id == process.id, History.deed == RUN_STARTED)
    if last_ask is not None:
        started = started.where(History.at > last_ask.asked_at)
    # the run that put the last question has failed too, or else another would not have been started
    failed = session.exec(started).one() + (last_ask is not None)
    if failed < IN_A_ROW:
        return False
    what = "the desk" if process.kind == "desk" else process.spoken_ref
    title = (
        f"The form of {what} does not open: its run has failed {IN_A_ROW} times in a row. Nothing recorded is lost. "
        "Show its log to whoever installed Sightline; this task ends by itself"
    )
    key = f"{FAILS}:{process.id}:{last_ask.id if last_ask else 0}"
    return open_task(session, About(process.board_id, process.id), title, key)[1]


def end_tasks_of_runs_that_go(session: Session) -> int:
    """Tasks about runs that have put a question since, or whose process is closed, are done; gives back how many."""
    question = (
        select(Task, Process)
        .join(Process, col(Process.id) == col(Task.process_id))
        .where(col(Task.once_key).startswith(f"{FAILS}:"), col(Task.done_at).is_(None))
    )
    ended = 0
    for task, process in session.exec(question).all():
        asked = select(Ask.id).where(Ask.process_id == process.id, Ask.door == "", Ask.asked_at > task.opened_at)
        if process.closed_at is not None or session.exec(asked).first() is not None:
            task.done_at = clock.now()
            session.add(task)
            ended += 1
    return ended
