"""A whole process on an invented calendar: real steps, rounds, ladders and texts, in a record that is thrown away."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from config import clock
from flows.process_flow import how_it_ended
from flows.rehearsal.cast import Cast, Late
from flows.rehearsal.parts import part_of
from flows.rehearsal.seen import Audience, Event
from flows.rehearsal.stage import Stage
from flows.rounds import run_round
from flows.steps.opening import openers
from models.records.boards import agencies_of, board_by_key
from models.records.chasing import deadlines_of
from models.records.database import invented_record, reading, transaction
from models.records.ledger import balance
from models.records.opening import import_configuration
from models.records.processes import process_by_ref
from models.records.rehearsed import Outlook, held_messages, let_others_rest, next_message_at, outlook
from models.records.releasing import release
from models.rulebook import RuleBook, rule_book
from models.rules.working_days import is_quiet, is_working_day
from notifications.dispatch import dispatch

ONE_DAY = timedelta(days=1)
LONGEST_DAYS = 3 * 366
SECURE_PLACE = "https://secure.example/rehearsal"


@dataclass(frozen=True)
class Wanted:
    """What is to be rehearsed: whose review, from which day on, with which agencies, and who is late."""

    board: str
    start_on: date
    agencies: Sequence[str] = ()  # none: all of the board
    late: Sequence[Late] = ()
    process: str = "plr"
    guidance: str = ""  # another edition than the board's


@dataclass(frozen=True)
class Rehearsed:
    """What would happen, day by day, and how the review stood at its end."""

    wanted: Wanted
    ref: str
    days: Mapping[date, Sequence[Event]]
    stage: str
    balanced: bool
    shown: Any = None  # what `show` made of the record at the end


class UnknownAgency(Exception):
    """There is no agency of that name at the board."""


Show = Callable[[Any, RuleBook, str, date], Any]


def rehearse(wanted: Wanted, show: Show | None = None) -> Rehearsed:
    """The whole process has been played from the day that begins it, and nothing was sent.

    `show` makes something of the record before it is gone. Raises KeyError for a kind of process that cannot be
    rehearsed, UnknownAgency, and CannotBeRehearsed where the cast does not know what to answer.
    """
    audience, part = Audience(), part_of(wanted.process)
    with _no_sweeping(), invented_record(), clock.stopped_at(clock.at(wanted.start_on, 9)):
        book = rule_book(wanted.board)
        import_configuration(book.configuration)
        book = replace(book, guidance=wanted.guidance or book.guidance)
        ref = _begun(wanted, book)
        cast = Cast(ref, book, part, Stage(lambda: how_it_ended(part.course, ref)), wanted.late)
        cast.stage.go_on()
        _send(audience, _next_message())
        last = _play(wanted, cast, audience)
        with clock.stopped_at(clock.at(last, 18)), reading() as session:
            process = process_by_ref(session, ref)
            shown = show(session, book, ref, last) if show else None
            return Rehearsed(
                wanted, ref, audience.days(), process.stage.value,
                balanced=not balance(session, process), shown=shown,
            )  # fmt: skip


@contextmanager
def _no_sweeping() -> Iterator[None]:
    """Within the block memory is not searched for cycles, which would take a tenth of the time of a few seconds."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _begun(wanted: Wanted, book: RuleBook) -> str:
    """The event that begins it has happened; the process is in the invented record."""
    with transaction() as session:
        board = board_by_key(session, wanted.board)
        known = {each.key: each for each in agencies_of(session, board.id or 0)}
        named = [*wanted.agencies, *(each.agency for each in wanted.late if each.agency)]
        unknown = [key for key in named if key not in known]
        if unknown:
            raise UnknownAgency(f"There is no agency {unknown[0]!r}. Known: {', '.join(sorted(known))}.")
        chosen = [known[key] for key in dict.fromkeys(wanted.agencies or known)]
        opener = openers()[wanted.process]
        return opener(session, book, board, wanted.start_on, chosen, SECURE_PLACE, None).ref


def _play(wanted: Wanted, cast: Cast, audience: Audience) -> date:
    """Every day on which anything happens has been played; gives back the last."""
    day = wanted.start_on
    last = day + timedelta(days=LONGEST_DAYS)
    ahead = _look_ahead(cast)
    while day <= last:
        _play_day(day, cast, audience, ahead)
        ahead = _look_ahead(cast)
        following = _next_day(day, ahead)
        if following is not None and cast.part.each_morning is not None:
            following = day + ONE_DAY
        if following is None:
            return day
        day = following
    return last


@dataclass(frozen=True)
class _Ahead:
    next_deed_on: date | None
    looked: Outlook


def _look_ahead(cast: Cast) -> _Ahead:
    with reading() as session:
        process = process_by_ref(session, cast.ref)
        owed = deadlines_of(session, process, only_open=True)
        return _Ahead(cast.next_day(session, process, owed), outlook(session, process, owed))


def _play_day(day: date, cast: Cast, audience: Audience, ahead: _Ahead) -> None:
    quiet = is_quiet(day, cast.book.calendar)
    if cast.part.each_morning is not None and is_working_day(day, cast.book.calendar):
        with clock.stopped_at(clock.at(day, 7)):
            cast.part.each_morning(day)
    if is_working_day(day, cast.book.calendar) and _has_come(ahead.looked.next_rung_on, day):
        with transaction() as session:
            let_others_rest(session, process_by_ref(session, cast.ref))
        with clock.stopped_at(clock.at(day, 7)):
            run_round(day, board=cast.book.board_key, steps=(), tell_watchdog=False)
            _send(audience, _next_message())
    with clock.stopped_at(clock.at(day, 10)):
        audience.note_deeds(cast.act(day))
        next_message = _next_message() if quiet else _let_go()
    with clock.stopped_at(clock.at(day, 11, 30)):
        _send(audience, next_message)
    with clock.stopped_at(clock.at(day, 16)):
        audience.note_meetings(cast.meet(day))


def _next_day(day: date, ahead: _Ahead) -> date | None:
    """The next day on which somebody acts, a rung is reached or something waits to be sent; None at the end."""
    if ahead.looked.is_closed:
        return None
    candidates = (ahead.next_deed_on, ahead.looked.next_rung_on, ahead.looked.next_message_on)
    return min((max(each, day + ONE_DAY) for each in candidates if each is not None), default=None)


def _has_come(on: date | None, day: date) -> bool:
    return on is not None and on <= day


def _let_go() -> datetime | None:
    """The office reads what waits for a person, and lets it go; gives back when the next message may go."""
    with reading() as session:
        held = held_messages(session)
        if not held:
            return next_message_at(session)
    with transaction() as session:
        release(session, held, "business_manager")
        return next_message_at(session)


def _next_message() -> datetime | None:
    with reading() as session:
        return next_message_at(session)


def _send(audience: Audience, waiting: datetime | None) -> None:
    if waiting is not None and waiting <= clock.now():
        dispatch(channel=audience, write=audience.write, insist_on_rounds=False)
