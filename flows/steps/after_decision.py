"""What follows when a case was considered and decided: the process that the decision calls for is begun."""

from __future__ import annotations

from datetime import date

from flows.steps.arrivals import when_settled
from flows.steps.opening import open_next, openers
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.moving import agencies_in_scope, move_to
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.outcomes import OPENS, Outcome
from models.rules.stages import Stage


def follow_decision(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> None:
    """The process that follows from the outcome is begun, where Sightline knows how; the consideration is closed once
    nothing of it is owed any more."""
    kind = OPENS[outcome]
    if kind in openers():
        open_next(session, book, process, kind, on, agencies_in_scope(session, process))
    close_when_done(session, process)


def close_when_done(session: Session, process: Process) -> None:
    """A consideration that is decided, and to which nothing is owed any more, is closed."""
    if process.stage is Stage.DECIDED and not deadlines_of(session, process, only_open=True):
        move_to(session, process, Stage.CONSIDERED)


@when_settled
def _was_the_last(session: Session, process: Process, deadline: Deadline) -> None:
    if process.kind == "scr-consideration":
        close_when_done(session, process)
