"""Round and dispatch are killed at random moments: nothing is lost, and a kill repeats at most one mail."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest

from config.settings import settings
from flows.rounds import run_round
from models.records import releasing
from models.records.boards import Board
from models.records.database import engine_for, transaction
from models.records.ledger import balance, one_moment
from models.records.messages import MessageState
from models.rules.working_days import is_quiet
from notifications.channels import message_id_of
from notifications.dispatch import dispatch
from notifications.office import office
from tests.builders import on
from tests.notifications import posting
from tests.notifications.remembering_server import remembering_server
from tests.records_builders import BOARD, Owing, a_board, a_deadline, a_process, book, the_day

ARMED = on("Mon 2026-03-02")
FIRST_DAY = on("Tue 2026-04-28")
AGENCIES = ("police", "probation")
KILLS = {"sqlite": 200, "postgresql": 30}

pytestmark = pytest.mark.timeout(900)  # so many kills take their time where others use the machine too


class Work:
    """One kind of work, done by children that are killed; it learns how long the work lasts."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self.deed, self.lasts, self.kills = deed, 0.05, 0

    def killed_at_random(self, chance: random.Random) -> bool:
        """True when the child was killed before it was done."""
        began = time.monotonic()
        child = self.begin()
        end = began + chance.uniform(0, self.lasts)
        while time.monotonic() < end:
            if os.waitpid(child, os.WNOHANG)[0]:
                self.lasts = 0.7 * self.lasts + 0.3 * (time.monotonic() - began)
                return False
            time.sleep(0.0005)
        os.kill(child, signal.SIGKILL)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        self.kills += killed
        self.lasts *= 1.02 if killed else 1.0
        return killed

    def begin(self) -> int:
        """The process number of a child that does the work once."""
        _no_connections()  # none may be shared with a child
        child = os.fork()
        if child == 0:
            code = 1
            try:
                self.deed()
                code = 0
            finally:
                os._exit(code)
        return child


def _no_connections() -> None:
    engine_for(settings().record_url).dispose()


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of Message-IDs that a real mail server has accepted."""
    file = tmp_path / "received"
    with remembering_server(file) as url:
        monkeypatch.setenv("SIGHTLINE_MAIL_URL", url)
        settings.cache_clear()
        yield file


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def working_days_from(day: date) -> Iterator[date]:
    while True:
        if not is_quiet(day, book().calendar):
            yield day
        day += timedelta(days=1)


def much_is_owed(board: Board) -> None:
    """Several things to several processes, due on one working day after another."""
    days = working_days_from(on("Wed 2026-05-13"))
    for process in [a_process(board, ARMED) for _ in range(2)]:
        for key in AGENCIES:
            for number in range(5):
                a_deadline(process, Owing(due_on=next(days), armed_on=ARMED, agency_key=key, kind=f"{key}-{number}"))


def let_everything_go(board: Board) -> None:
    """The business manager releases what waits for release."""
    with transaction() as session:
        waiting = releasing.waiting_for_release(session, board.id or 0)
        releasing.release(session, [one.id or 0 for one in waiting], "business_manager")


def more_requests(day: date, count: int = 10) -> None:
    """Some mails more, so that dispatch has work on every day."""
    lead = posting.holder("agency_lead", "police")
    for number in range(count):
        posting.request(lead, f"request:{day.isoformat()}:{number}")


def check(received: Path, kills: int) -> None:
    """The ledger balances, and no more mails were repeated than there were kills."""
    with one_moment() as session:
        faults = balance(session)
    assert faults == []
    lines = received.read_text().split()
    assert len(lines) - len(set(lines)) <= kills
    assert len(set(lines) - ids_of(MessageState.SENT)) <= 1  # at most the one that was on its way


def ids_of(*states: MessageState) -> set[str]:
    """The Message-IDs of all messages that stand there."""
    domain = office(BOARD).domain
    return {message_id_of(one.once_key, domain) for one in posting.messages() if one.state in states}


def test_nothing_is_lost_and_a_kill_repeats_at_most_one_mail(
    request: pytest.FixtureRequest, board: Board, received: Path
) -> None:
    backend = "postgresql" if settings().database_url else "sqlite"
    chance = random.Random(20260302)
    much_is_owed(board)
    round_, dispatch_ = Work(lambda: run_round(steps=())), Work(dispatch)

    for day in working_days_from(FIRST_DAY):
        with the_day(day, 7):
            while round_.killed_at_random(chance):
                check(received, dispatch_.kills)
        with the_day(day, 12):
            let_everything_go(board)
            more_requests(day)
            while dispatch_.killed_at_random(chance):
                check(received, dispatch_.kills)
        if round_.kills + dispatch_.kills >= KILLS[backend]:
            break

    with the_day(day, 17):
        run_round(steps=())
        let_everything_go(board)
        dispatch()
    # What was let go a working day before its day goes on that day; what a busy machine put off goes then too.
    for later in islice(working_days_from(day + timedelta(days=1)), 2):
        with the_day(later, 12):
            dispatch()
    check(received, dispatch_.kills)
    everything_arrived(received)
    assert posting.faults() == []
    assert min(round_.kills, dispatch_.kills) > KILLS[backend] // 10


def test_two_dispatches_at_once_send_each_message_once(board: Board, received: Path) -> None:
    with the_day(on("Fri 2026-06-12"), 12):
        more_requests(on("Fri 2026-06-12"), 60)

        children = [Work(dispatch).begin() for _ in range(3)]
        for child in children:
            os.waitpid(child, 0)

    lines = received.read_text().split()
    assert len(lines) == len(set(lines)) == 60
    everything_arrived(received)


def everything_arrived(received: Path) -> None:
    """What counts as sent is what the mail server has, and nothing waits."""
    assert {one.state for one in posting.messages()} == {MessageState.SENT}
    assert set(received.read_text().split()) == ids_of(MessageState.SENT)
    for notice in posting.notices():
        fates = (
            notice.message_id,
            notice.task_id,
            notice.merged_into or None,
            notice.suppressed_because or None,
        )
        assert sum(fate is not None for fate in fates) == 1
