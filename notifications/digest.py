"""The business manager's digest: one mail each working morning, also when there is nothing to report.

It can be acted on without its links. No names of people, no internal codes: roles, agencies, references, dates.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from config.settings import settings
from models.records.boards import Board
from models.records.database import Session, transaction
from models.records.due import boards_by_key
from models.records.office_day import (
    Post,
    Promise,
    Stop,
    Todo,
    failed,
    going_out_later,
    made_up_for,
    open_tasks,
    promises_due,
    stops_in_force,
    waiting_for_release,
)
from models.records.people import OFFICE_ROLES, People, people_of
from models.records.queueing import contact_of
from models.records.today import Owed, Some, Waiting, today_of
from models.rulebook import RuleBook, rule_book
from models.rules.working_days import is_quiet
from notifications import outbox
from notifications.spoken_roles import spoken_role

log = logging.getLogger("sightline.digest")

KIND = "manager_digest"
MOST_ITEMS = 30  # of each section; the rest is counted
Facts = dict[str, Any]


def queue_digests(day: date, board: str | None = None) -> int:
    """Each office has the digest of the day waiting, once; gives back how many people it goes to.

    Nothing is written on a quiet day.
    """
    with transaction() as session:
        boards = [(row, rule_book(row.key)) for row in boards_by_key(session, board)]
        return sum(
            _queue(session, row, book, day) for row, book in boards if not is_quiet(day, book.calendar)
        )


def digest_facts(session: Session, board: Board, book: RuleBook, day: date) -> Facts:
    """Everything that the digest of that day says, as the record stands now."""
    board_id = board.id or 0
    today = today_of(session, book, board_id, day, MOST_ITEMS)
    made_up = made_up_for(session, board.key, day)
    facts: Facts = {
        "day": day,
        "stops": [_stop(one) for one in stops_in_force(session, board_id)],
        "missed": [{"day": one} for one in made_up.missed[-MOST_ITEMS:]],
        "missed_days": len(made_up.missed),
        "said_late": made_up.said_late,
        "dropped": made_up.merged_late,
    }
    for name, some, line in (
        ("decisions", today.waiting, _decision),
        ("leaving", going_out_later(session, board_id, MOST_ITEMS), _post),
        ("to_release", waiting_for_release(session, board_id, MOST_ITEMS), _post),
        ("overdue", today.overdue, _owed),
        ("escalated", today.escalated, _owed),
        ("failed", failed(session, board_id, MOST_ITEMS), _post),
        ("tasks", open_tasks(session, board_id, MOST_ITEMS), _task),
        ("promises", promises_due(session, board_id, day, MOST_ITEMS), _promise),
        ("dates", today.due, _owed),
    ):
        _add(facts, name, some, line)
    return facts


def run_link(run_id: str) -> str:
    """The page of a waiting run in the Prefect UI."""
    chosen = settings()
    return f"http://{chosen.host}:{chosen.port}/runs/flow-run/{run_id}"


def _queue(session: Session, board: Board, book: RuleBook, day: date) -> int:
    people = people_of(session, board.id or 0)
    facts = digest_facts(session, board, book, day)
    queued = 0
    for contact_id in _office(people):
        try:
            outbox.queue(
                session, board_id=board.id or 0, kind=KIND, contact=contact_of(session, contact_id), facts=facts,
                once_key=f"digest:{contact_id}:{day.isoformat()}",
            )  # fmt: skip
            queued += 1
        except outbox.NotInTheRegister:
            log.warning("somebody of the office cannot be written to, and has no digest")
    return queued


def _office(people: People) -> list[int]:
    """The business manager and the deputy, each once, as far as mail reaches them."""
    holders = [one for role in OFFICE_ROLES for one in people.by_role.get(role, [])]
    return list(dict.fromkeys(one.contact_id for one in holders if one.reachable))


def _add(facts: Facts, name: str, some: Some, line: Any) -> None:
    facts[name] = [line(one) for one in some.items]
    facts[f"more_{name}"] = some.more


def _decision(one: Waiting) -> Facts:
    return {"ref": one.spoken_ref, "title": one.title, "link": run_link(one.run_id)} | _due(one.due_on)


def _owed(one: Owed) -> Facts:
    return {
        "ref": one.spoken_ref, "title": one.title, "agency": one.agency_name, "due": one.shown_due_on,
        "owner": spoken_role(one.owner_role), "last": one.last_rung_words,
    }  # fmt: skip


def _post(one: Post) -> Facts:
    whom = spoken_role(one.role) if one.role else ""
    line: Facts = {"ref": one.spoken_ref, "title": one.title, "agency": one.agency_name, "whom": whom}
    return line | _due(one.due_on)


def _task(one: Todo) -> Facts:
    return {"title": one.title}


def _promise(one: Promise) -> Facts:
    return {
        "ref": one.spoken_ref, "title": one.title, "agency": one.agency_name, "promised": one.promised_on,
        "due": one.due_on,
    }  # fmt: skip


def _stop(one: Stop) -> Facts:
    return {"scope": one.scope, "ref": one.spoken_ref, "agency": one.agency_name}


def _due(day: date | None) -> Facts:
    return {} if day is None else {"due": day}
