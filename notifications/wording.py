"""How dates, numbers and things owed are said in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from config import clock

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

Item = Mapping[str, object]


class SpokenDay(date):
    """A day that shows itself in words wherever a text names it."""

    def __str__(self) -> str:
        return spoken(self)


class SpokenMoment(datetime):
    """A moment that shows itself in words, as the clock on the office wall has it."""

    def __str__(self) -> str:
        return f"{spoken(self)} at {hour(self)}"

    @classmethod
    def of(cls, moment: datetime) -> SpokenMoment:
        """The moment in local time. Raises ValueError for one without a time zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        local = clock.local(moment)
        return cls(local.year, local.month, local.day, local.hour, local.minute, tzinfo=local.tzinfo, fold=local.fold)


def spoken(day: date) -> str:
    """The day as it is said in full: "Friday 12 June 2026"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short(day: date) -> str:
    """The day as a subject says it: "12 June"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def hour(moment: datetime) -> str:
    """The time as it is said: "10:00"."""
    return f"{moment.hour}:{moment.minute:02}"


def day_from_words(text: str) -> date:
    """The day that spoken() or the calendar notation 2026-06-12 names. Raises ValueError."""
    words = text.split(" ")
    if len(words) != 4:
        return date.fromisoformat(text)
    day = date(int(words[3]), _MONTHS.index(words[2]) + 1, int(words[1]))
    if spoken(day) != text:
        raise ValueError("the day of the week and the date do not agree")
    return day


def count_of(what: int | Sequence[object], thing: str) -> str:
    """A number and its thing: "1 working day", "2 working days"."""
    number = what if isinstance(what, int) else len(what)
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def earliest(items: Sequence[Item]) -> date:
    """The first of the due dates."""
    return min(day for item in items if isinstance(day := item["due"], date))


def owed(items: Sequence[Item]) -> str:
    """What is owed and by when: "2 things, the first by Friday 12 June 2026"."""
    first = spoken(earliest(items))
    return f"1 thing, by {first}" if len(items) == 1 else f"{len(items)} things, the first by {first}"


def dated(items: Sequence[Item]) -> str:
    """How many dates there are, and the first: "2 dates, the first Friday 12 June 2026"."""
    first = spoken(earliest(items))
    return f"1 date, {first}" if len(items) == 1 else f"{len(items)} dates, the first {first}"


def late(items: Sequence[Item]) -> str:
    """What is late and since when: "1 thing is late: it was due Friday 12 June 2026"."""
    first = spoken(earliest(items))
    if len(items) == 1:
        return f"1 thing is late: it was due {first}"
    return f"{len(items)} things are late: the first was due {first}"


def reply_link(mailbox: str, answer: str, item: Item) -> str:
    """A link that opens a ready reply to the board's mailbox; answer and reference are its subject."""
    about = ", ".join(str(item[name]) for name in ("ref", "title") if item[name])
    return _mailto(mailbox, f"{answer}: {about}")


@lru_cache(maxsize=4096)
def _mailto(mailbox: str, subject: str) -> str:
    return f"mailto:{mailbox}?subject={quote(subject, safe='')}"
