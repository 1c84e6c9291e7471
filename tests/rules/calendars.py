"""Real and invented calendars, and days and ladders for Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from random import Random

import holidays
from hypothesis import strategies as st

from models.rules.ladders import Act, Ladder, MessageClass, Release, Rung
from models.rules.working_days import Calendar

FIRST_YEAR, LAST_YEAR = 2015, 2035


@cache
def england() -> Calendar:
    """The bank holidays of England from 2015 to 2035, and no closing days."""
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return Calendar(bank_holidays=dict(days))


NO_DAYS_OFF = Calendar()

some_days = st.dates(date(FIRST_YEAR + 2, 1, 1), date(LAST_YEAR - 2, 12, 31))


@cache
def calendars_with_closing_days() -> tuple[Calendar, ...]:
    """England's, and forty with up to thirty closing days each, close together in the spring of 2026."""
    made = [england()]
    for seed in range(40):
        chance = Random(seed)
        days = chance.sample(range(60), seed % 31)
        closed = {date(2026, 3, 20) + timedelta(day): "office closed" for day in days}
        made.append(Calendar(england().bank_holidays, closed))
    return tuple(made)


def calendars() -> st.SearchStrategy[Calendar]:
    return st.sampled_from(calendars_with_closing_days())


days_near_closing_days = st.integers(-40, 120).map(lambda days: date(2026, 3, 20) + timedelta(days))
days_of_interest = st.one_of(some_days, days_near_closing_days)


def rung(moment: int, key: str | None = None, to: tuple[str, ...] = ("owner",), act: Act = Act.MAIL) -> Rung:
    return Rung(
        key=key if key is not None else f"at {moment}",
        moment=moment,
        to=to,
        act=act,
        message="late_owner" if moment > 0 else "reminder",
        message_class=MessageClass.LATENESS if moment > 0 else MessageClass.REMINDER,
        release=Release.PERSON if act is Act.LETTER else Release.AUTOMATIC,
        title="reminded",
    )


def ladder(*moments: int) -> Ladder:
    return Ladder("test", tuple(rung(moment, f"{place}") for place, moment in enumerate(moments)))


@st.composite
def ladders(draw: st.DrawFn) -> Ladder:
    """Up to eight rungs, rising, several at one moment at times."""
    return ladder(*sorted(draw(st.lists(st.integers(-25, 25), max_size=8))))
