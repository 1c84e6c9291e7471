"""What day it is. No other file asks."""

from __future__ import annotations

import time as real_time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from config.settings import settings

LONDON = ZoneInfo("Europe/London")

_stopped_at: ContextVar[datetime | None] = ContextVar("sightline_clock", default=None)
_files_ahead: ContextVar[float] = ContextVar("sightline_clock_of_files", default=0.0)  # seconds


def now() -> datetime:
    """The moment it is, aware and in UTC."""
    stopped = _stopped_at.get()
    if stopped is not None:
        return stopped
    real = datetime.now(UTC)
    invented = settings().today
    if invented and settings().mail_goes_to_folder:
        return datetime.combine(date.fromisoformat(invented), real.astimezone(LONDON).time(), LONDON).astimezone(UTC)
    return real


def today() -> date:
    """The local day (Europe/London)."""
    return now().astimezone(LONDON).date()


def local(moment: datetime) -> datetime:
    """The same moment as the clock on the office wall shows it."""
    return moment.astimezone(LONDON)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A local time of day as a moment in UTC."""
    return datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Within the block the clock stands still at `moment`; tests and rehearsals use it.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def file_moment() -> float:
    """Now, as the file system dates what it holds: in seconds since 1970, whatever day is invented or stopped."""
    return real_time.time() + _files_ahead.get()


@contextmanager
def files_seen_later(seconds: float) -> Iterator[None]:
    """Within the block what was written now lies there for so many seconds already; tests use it."""
    token = _files_ahead.set(seconds)
    try:
        yield
    finally:
        _files_ahead.reset(token)
