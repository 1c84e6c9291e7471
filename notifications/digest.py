"""The business manager's digest: one mail each working morning, also when there is nothing to report.

It can be acted on without links. Roles, agencies, references, dates; no names of people, no internal codes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from config.clock import local
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
    heads_of_chains,
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
from models.rules.page_addresses import page_path, run_path, today_key
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.working_days import is_quiet, working_days_between
from notifications import outbox

log = logging.getLogger("sightline.digest")

KIND = "manager_digest"
MOST_ITEMS = 30  # of each section; the rest is counted
MOST_DAYS_NAMED = 3
LOOPBACK = ("127.0.0.1", "localhost")
Facts = dict[str, Any]


def queue_digests(day: date, board: str | None = None) -> int:
    """Each office has the digest of the day waiting, once; gives back how many people it goes to.

    Nothing is written on a quiet day.
    """
    with transaction() as session:
        boards = [(row, rule_book(row.key)) for row in boards_by_key(session, board)]
        return sum(_queue(session, row, book, day) for row, book in boards if not is_quiet(day, book.calendar))


def digest_facts(session: Session, board: Board, book: RuleBook, day: date) -> Facts:
    """Everything that the digest of that day says, as the record stands now; days as text."""
    board_id = board.id or 0
    today = today_of(session, book, board_id, day, MOST_ITEMS)
    made_up = made_up_for(session, board.key, day)
    catching_up = sentence_of_made_up(made_up.missed, made_up.said_late, made_up.merged_late)
    stops = [_stop(one) for one in stops_in_force(session, board_id)]
    tasks = _rows(open_tasks(session, board_id, MOST_ITEMS), _task)
    return {
        "day": day.isoformat(),
        "today_page": _address(page_path(today_key(board.key))),
        "lateness_at": book.board.row.switches.lateness_notes_at,
        "catching_up": catching_up[:1].upper() + catching_up[1:],
        "waiting_for_decision": _rows(today.waiting, _decision),
        "going_today": _rows(going_out_later(session, board_id, MOST_ITEMS), _post),
        "waiting_for_release": _rows(waiting_for_release(session, board_id, MOST_ITEMS), _post),
        "overdue": _rows(today.overdue, partial(_late, book, day)),
        "escalated": _rows(today.escalated, partial(_told_up, book, day)),
        "failed": _rows(failed(session, board_id, MOST_ITEMS), _failed),
        "tasks": [*stops, *tasks],
        "promises": _rows(promises_due(session, board_id, day, MOST_ITEMS), _promise),
        "dates_ahead": _rows(today.due, _ahead),
        "heads": [{"ref": one.ref, "code": one.head[:16]} for one in heads_of_chains(session, board_id)],
    }


def run_link(run_id: str) -> str:
    """The page of a waiting run in the Prefect UI; "" where there is no address for it that may be mailed."""
    return _address(run_path(run_id))


def _address(path: str) -> str:
    chosen = settings()
    here = f"http://{chosen.host}:{chosen.port}" if chosen.host in LOOPBACK else ""
    root = chosen.public_url.rstrip("/") or here
    return root + path if root else ""


def sentence_of_made_up(missed: Sequence[date], said_late: int, merged_late: int) -> str:
    """What a round made up for, in one sentence of at most 200 characters; "" when no day was missed."""
    if not missed:
        return ""
    days = and_joined([spoken(day) for day in missed])
    if len(missed) > MOST_DAYS_NAMED:
        days = f"{len(missed)} working days from {spoken(missed[0])} to {spoken(missed[-1])}"
    return (
        f"no round had run on {days}; {counted(said_late, 'thing')} said late, "
        f"{counted(merged_late, 'earlier one')} dropped because a later one says it."
    )


def counted(count: int, thing: str) -> str:
    """The number with its noun, "no deadlines", "1 deadline", "2 deadlines"."""
    return f"{count or 'no'} {thing}{'' if count == 1 else 's'}"


def _queue(session: Session, board: Board, book: RuleBook, day: date) -> int:
    people = people_of(session, board.id or 0)
    facts = digest_facts(session, board, book, day)
    queued = 0
    for contact_id in _office(people):
        try:
            outbox.queue(
                session, board_id=board.id or 0, kind=KIND, contact=contact_of(session, contact_id),
                facts=facts,
                once_key=f"digest:{contact_id}:{day.isoformat()}",
            )  # fmt: skip
            queued += 1
        except outbox.NotInTheRegister:
            log.warning("somebody of the office cannot be written to, and has no digest")
    return queued


def _office(people: People) -> list[int]:
    """The business manager and the deputy, each once, as far as they are there and mail reaches them."""
    holders = [one for role in OFFICE_ROLES for one in people.by_role.get(role, [])]
    return list(dict.fromkeys(one.contact_id for one in holders if people.is_reachable(one.contact_id)))


def _rows(some: Some, row: Callable[[Any], Facts]) -> list[Facts]:
    """The rows of one section; what does not fit is counted in a last one."""
    rows = [{name: value for name, value in row(one).items() if value} for one in some.items]
    if some.more:
        rows.append({"title": f"and {some.more} more, which the command “sightline today” lists"})
    return rows


def _decision(one: Waiting) -> Facts:
    since = local(one.asked_at).date().isoformat()
    return {
        "ref": one.spoken_ref, "title": one.title or one.gate, "link": run_link(one.run_id),
        "since": since, "due": _text(one.due_on),
    }  # fmt: skip


def _ahead(one: Owed) -> Facts:
    return {
        "ref": one.spoken_ref,
        "title": one.title,
        "agency": one.agency_name,
        "due": _text(one.shown_due_on),
    }


def _late(book: RuleBook, day: date, one: Owed) -> Facts:
    return _ahead(one) | {"days_late": max(working_days_between(one.shown_due_on, day, book.calendar), 0)}


def _told_up(book: RuleBook, day: date, one: Owed) -> Facts:
    title = f"{one.title}; last step: {one.last_rung_words}" if one.last_rung_words else one.title
    return _late(book, day, one) | {"title": title}


def _post(one: Post) -> Facts:
    title = one.title or one.kind.replace("_", " ")
    title = title if one.things < 2 else f"{one.things} things, the first: {title}"
    return {
        "ref": one.spoken_ref, "title": title,
        "agency": one.agency_name, "to": spoken_role(one.role) if one.role else "", "due": _text(one.due_on),
    }  # fmt: skip


def _failed(one: Post) -> Facts:
    return _post(one) | {"do": "telephone, then correct the address in the list of contacts"}


def _task(one: Todo) -> Facts:
    return {"title": one.title, "since": local(one.opened_at).date().isoformat()}


def _promise(one: Promise) -> Facts:
    title = f"{one.title}, promised for {spoken(one.promised_on)}"
    return {"ref": one.spoken_ref, "title": title, "agency": one.agency_name, "due": _text(one.due_on)}


def _stop(one: Stop) -> Facts:
    row = {
        "ref": one.spoken_ref, "title": f"Sending is stopped for {one.scope}", "agency": one.agency_name,
        "since": local(one.stopped_at).date().isoformat(), "do": "restart sending as soon as it may go on",
    }  # fmt: skip
    return {name: value for name, value in row.items() if value}


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
