"""The morning round: everything that is looked after for one day, in plain functions (H-7).

What is said is said in transactions of some hundred deadlines each, so that a round which is killed anywhere
is gone on with by the next one, and nothing is said twice.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from config import clock
from config.load import UnknownName
from flows.round_report import BoardReport, RoundReport, StepReport
from flows.round_steps import STEPS, ping_watchdog
from models.records.being_away import end_waits_for_new_authors
from models.records.boards import UnknownBoard
from models.records.database import Unreachable, reading, transaction
from models.records.due import (
    boards_by_key,
    give_up_round,
    keep_batch,
    mark_processed,
    rounds_for,
    take_batch,
)
from models.records.rounds import Round, RoundUnderWay, claim_round, end_round, note_progress, show_life
from models.rulebook import RuleBook, rule_book
from models.rules.spoken import spoken
from models.rules.working_days import is_quiet, is_working_day
from notifications.chase import chase

log = logging.getLogger("sightline.round")

MORNING = "morning"
HOUR_OF_THE_ROUND = 7  # local time; the schedule itself stands in prefect.yaml
MOST_MISSED_DAYS = 366
ONE_DAY = timedelta(days=1)

Step = tuple[str, Callable[[date], str]]


@dataclass(frozen=True)
class _OneBoard:
    id: int
    key: str
    book: RuleBook
    quiet: bool
    missed: tuple[date, ...]
    up_to_date: bool  # a quiet day may be noted as seen, because nothing from before is left to be said


class DayToCome(Exception):
    """A round looks after a day that is there, not after one to come."""


def run_round(
    day: date | None = None, *, board: str | None = None, steps: Sequence[Step] = STEPS, tell_watchdog: bool = True
) -> RoundReport:
    """Everything of the day is said, planned, reported and shown; what was done before stays as it was.

    Raises DayToCome, RoundUnderWay while another round is at work, ClaimLost when another took over, UnknownBoard.
    """
    day = day or clock.today()
    if day > clock.today():
        raise DayToCome(f"a round cannot be run for {spoken(day)}, a day to come: nothing is owed yet on that day")
    ours = claim_round(MORNING, day)
    try:
        report = _worked_through(ours, day, board, steps)
        end_round(ours, report.as_facts())
    except BaseException:
        with contextlib.suppress(Unreachable), transaction() as session:
            give_up_round(session, ours)
        raise
    if tell_watchdog:
        ping_watchdog()
    return report


def start_if_missed() -> RoundReport | None:
    """Today's round was run, if it is a working day, seven has struck and none has ended; a failure is only logged."""
    day = clock.today()
    if clock.local(clock.now()).hour < HOUR_OF_THE_ROUND or not _is_anybodys_working_day(day):
        return None
    with reading() as session:
        if any(one.ended_at is not None for one in rounds_for(session, MORNING, day)):
            return None
    try:
        return run_round(day)
    except RoundUnderWay:
        return None
    except Exception:
        log.exception("the morning round failed and is tried again later")
        return None


def _worked_through(ours: Round, day: date, board: str | None, steps: Sequence[Step]) -> RoundReport:
    report = RoundReport(day)
    for one in _boards(day, board):
        report = report.with_board(BoardReport(one.key, one.quiet, one.missed))
        with transaction() as session:
            end_waits_for_new_authors(session, one.id, day)
        report = _say_what_is_due(ours, one, report)
        with transaction() as session:
            if not one.quiet or one.up_to_date:
                mark_processed(session, one.id, day)
            note_progress(session, ours, report.as_facts())
    for name, step in steps:
        show_life(ours)
        report = report.with_step(_done(name, step, day))
    return report


def _say_what_is_due(ours: Round, one: _OneBoard, report: RoundReport) -> RoundReport:
    last_missed_on = one.missed[-1] if one.missed else None
    while True:
        with transaction() as session:
            batch = take_batch(session, one.book, one.id, report.day, only_national_limits=one.quiet)
            if batch is None:
                return report
            report = report.with_chased(one.key, chase(batch, last_missed_on))
            keep_batch(batch)
            note_progress(session, ours, report.as_facts())
        if batch.is_last:
            return report


def _done(name: str, step: Callable[[date], str], day: date) -> StepReport:
    """The step was tried; that it failed is reported and stops nothing else."""
    try:
        return StepReport(name, step(day), failed=False)
    except Exception as fault:
        log.exception("the step %r of the morning round failed", name)
        return StepReport(name, type(fault).__name__, failed=True)


def _boards(day: date, key: str | None) -> list[_OneBoard]:
    with reading() as session:
        rows = [(row.id or 0, row.key, row.processed_up_to_on) for row in boards_by_key(session, key)]
    if key is not None and not rows:
        raise UnknownBoard(f"there is no board called “{key}”")
    found = []
    for id_, board_key, processed_up_to_on in rows:
        try:
            book = rule_book(board_key)
        except UnknownName:
            log.warning("a board of the record has no configuration and was passed over")
            continue
        missed = _missed(book, processed_up_to_on, day)
        up_to_date = processed_up_to_on is not None and not missed
        found.append(_OneBoard(id_, board_key, book, is_quiet(day, book.calendar), missed, up_to_date))
    return found


def _missed(book: RuleBook, processed_up_to_on: date | None, day: date) -> tuple[date, ...]:
    """The days on which a round should have said something, and none was run to its end."""
    if processed_up_to_on is None:
        return ()
    first = max(processed_up_to_on + ONE_DAY, day - timedelta(days=MOST_MISSED_DAYS))
    between = (first + timedelta(days=count) for count in range((day - first).days))
    return tuple(one for one in between if not is_quiet(one, book.calendar))


def _is_anybodys_working_day(day: date) -> bool:
    with reading() as session:
        keys = [board.key for board in boards_by_key(session)]
    with contextlib.suppress(UnknownName):
        return any(is_working_day(day, rule_book(key).calendar) for key in keys)
    return False
