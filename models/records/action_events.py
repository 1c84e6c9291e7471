"""What the journals say of actions since some moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from config import clock
from models.records.action_lists import plans
from models.records.actions import Action
from models.records.boards import Agency
from models.records.columns import Facts
from models.records.history import History
from models.records.processes import Process

OF_ACTIONS = ("action moved", "word on action", "action handed on", "action explained")
OF_DATES = "deadline moved"


@dataclass(frozen=True)
class Changed:
    """One thing that was recorded about one action."""

    ref: str
    number: int
    title: str
    agency: str
    on: date
    deed: str
    facts: Facts


def changes_since(session: Session, board_id: int, moment: datetime) -> Sequence[Changed]:
    """Everything about actions of the board that was recorded after the moment, the first first."""
    mine = plans(board_id)
    actions = {
        (action.process_id, action.number): (action, agency.name)
        for action, agency in session.exec(
            select(Action, Agency).where(Action.agency_id == Agency.id, col(Action.process_id).in_(mine))
        ).all()
    }
    question = (
        select(History, Process)
        .join(Process, col(Process.id) == History.process_id)
        .where(
            col(History.process_id).in_(mine), col(History.at) > moment, col(History.deed).in_((*OF_ACTIONS, OF_DATES))
        )
        .order_by(col(History.at), col(History.id))
    )
    found = []
    for row, process in session.exec(question).all():
        known = actions.get((row.process_id, _number(row)))
        if known is not None:
            action, agency = known
            on = clock.local(row.at).date()
            found.append(Changed(process.spoken_ref, action.number, action.title, agency, on, row.deed, row.facts))
    return found


def _number(row: History) -> int:
    if row.deed != OF_DATES:
        return int(row.facts.get("number", 0))
    kind, _, number = str(row.facts.get("slot", "")).partition(":")
    return int(number) if kind == "action" and number.isdigit() else 0
