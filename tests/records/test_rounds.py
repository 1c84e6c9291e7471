"""One round of a kind at a time, also when two begin at the same moment."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from config import clock
from config.settings import settings
from models.records.database import engine_for, reading, transaction
from models.records.rounds import STALE_AFTER, Round, RoundUnderWay, claim_round, end_round
from tests.builders import on

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue

DAY = on("Tue 2026-06-02")
TIMES = 12
AT_ONCE = multiprocessing.get_context("spawn")  # nothing of this process, its threads and connections, comes along


def claims_many_times(ready: Barrier, outcomes: SimpleQueue[bool]) -> None:
    for number in range(TIMES):
        ready.wait(60)
        try:
            claim_round(f"kind-{number}", DAY)
        except RoundUnderWay:
            outcomes.put(False)
        else:
            outcomes.put(True)


def two_processes_claim() -> list[bool]:
    """Two processes begin a round of the same kind at the same moment, time and again; who was let in."""
    engine_for(settings().record_url).dispose()  # no connection may be shared with a child
    ready, outcomes = AT_ONCE.Barrier(2), AT_ONCE.SimpleQueue()
    both = [AT_ONCE.Process(target=claims_many_times, args=(ready, outcomes)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert [one.exitcode for one in both] == [0, 0]
    return [outcomes.get() for _ in range(2 * TIMES)]


def rounds_under_way() -> list[str]:
    with reading() as session:
        question = select(Round.kind).where(col(Round.ended_at).is_(None), col(Round.given_up_at).is_(None))
        return sorted(session.exec(question).all())


def test_of_two_rounds_that_begin_at_the_same_moment_one_is_let_in(database: str) -> None:
    let_in = two_processes_claim()

    assert let_in.count(True) == TIMES
    assert rounds_under_way() == sorted(f"kind-{number}" for number in range(TIMES))


def test_of_two_that_find_a_dead_round_one_takes_over(database: str) -> None:
    long_ago = clock.now() - STALE_AFTER - timedelta(hours=1)
    with transaction() as session:
        session.add_all(
            Round(kind=f"kind-{number}", for_on=DAY, claim="gone", started_at=long_ago, alive_at=long_ago)
            for number in range(TIMES)
        )

    assert two_processes_claim().count(True) == TIMES
    assert rounds_under_way() == sorted(f"kind-{number}" for number in range(TIMES))


def test_when_a_round_has_ended_the_next_one_begins_and_other_kinds_do_not_wait(database: str) -> None:
    first = claim_round("morning", DAY)
    claim_round("dispatch", DAY)
    with pytest.raises(RoundUnderWay):
        claim_round("morning", DAY)

    end_round(first, {})

    assert claim_round("morning", DAY).id != first.id
