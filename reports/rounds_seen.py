"""What the morning rounds of a day look like to the office: has one run, and if not, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from config import clock
from models.records.boards import Board
from models.records.database import Session
from models.records.due import rounds_for
from models.records.office_day import made_up_for
from models.records.rounds import STALE_AFTER, Round
from models.rulebook import RuleBook
from models.rules.spoken import and_joined, spoken
from models.rules.working_days import is_quiet, next_working_day

COMES_AT = time(7, 15)  # it is planned for seven; before a quarter past nobody need wonder
MOST_DAYS_NAMED = 3
ASK = "Look whether Sightline is running and start it again, or ask the person who installed it."


def rounds_seen(session: Session, book: RuleBook, board: Board, day: date) -> str:
    """One or two sentences about the round of that day, and what it made up for."""
    said = _round_of(rounds_for(session, "morning", day), book, day)
    return " ".join(part for part in (said, _made_up(session, board, day), _seen_to(board)) if part)


def _round_of(known: Sequence[Round], book: RuleBook, day: date) -> str:
    whole = [one for one in known if one.ended_at is not None or _lives(one)]
    if whole:
        return f"🟢 Done: it began at {clock.local(whole[-1].started_at):%H:%M}."
    if known:
        return f"🔴 It was cut short at {clock.local(known[-1].alive_at):%H:%M}; the next one goes on with it. {ASK}"
    if is_quiet(day, book.calendar):
        return f"⚪ None today, as the office is closed; the next is on {spoken(next_working_day(day, book.calendar))}."
    if day == clock.today() and clock.local(clock.now()).time() < COMES_AT:
        return "⚪ It has not begun yet; it comes at 07:00."
    return f"🔴 It has not run for this day. {ASK}"


def _lives(one: Round) -> bool:
    """A round at work counts as done: writing this page is the last thing that it does."""
    return one.given_up_at is None and clock.now() - one.alive_at < STALE_AFTER


def _made_up(session: Session, board: Board, day: date) -> str:
    made_up = made_up_for(session, board.key, day)
    if not made_up.missed:
        return ""
    days = and_joined([spoken(one) for one in made_up.missed])
    if len(made_up.missed) > MOST_DAYS_NAMED:
        days = f"{len(made_up.missed)} working days from {spoken(made_up.missed[0])} to {spoken(made_up.missed[-1])}"
    return (
        f"No round had run on {days}; it made up for that ({made_up.said_late} said late, "
        f"{made_up.merged_late} dropped because a later word says it)."
    )


def _seen_to(board: Board) -> str:
    if board.processed_up_to_on is None:
        return "No day has been seen to yet."
    return f"Everything is seen to up to {spoken(board.processed_up_to_on)}."
