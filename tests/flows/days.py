"""A day of the office in stories: the round, what is let go, and the post."""

from __future__ import annotations

from datetime import date

from flows.rounds import run_round
from models.records.database import transaction
from models.records.releasing import release, waiting_for_release
from notifications.dispatch import dispatch
from tests.fakes import RememberingChannel
from tests.records_builders import the_day


def a_day(day: date, channel: RememberingChannel, *, lets_go: bool = False) -> None:
    """The round of the day, and at noon the post; with `lets_go` what waits for a person goes with it."""
    with the_day(day, 7):
        run_round(steps=())
    post(day, channel, 12, lets_go=lets_go)


def post(day: date, channel: RememberingChannel, hour: int = 12, *, lets_go: bool = True) -> None:
    """The post goes, and what is held with it where it is let go."""
    with the_day(day, hour):
        if lets_go:
            with transaction() as session:
                release(session, [each.id or 0 for each in waiting_for_release(session, 1)], "business_manager")
        dispatch(channel=channel)
