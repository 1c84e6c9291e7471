"""Dispatch: what waits in the outbox is sent, and each verdict is in the record before the next mail goes.

A kill at any moment repeats at most the one mail that was on its way; nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

from config import clock
from models.records import sending, verdicts
from models.records.database import reading
from models.records.rounds import Round, claim_round, end_round, show_life
from models.rulebook import rule_book
from models.rules.spoken import spoken
from models.rules.working_days import is_quiet, is_working_day, previous_working_day
from notifications.channels import MailChannel, mail_channel
from notifications.postbag import Postbag, Tally, Write

BATCH = 50
ONE_DAY = timedelta(days=1)
ROUND_IS_DONE_BY = 9  # o'clock; before, the round of the working day before is asked for
NO_ROUND = "The morning round of {day} has not ended: run “Morning round” by hand and look at its log"


@dataclass(frozen=True)
class DispatchReport:
    """What one dispatch did; every number counts messages."""

    sent: int = 0  # accepted by the mail server
    failed: int = 0  # for good
    put_off: int = 0  # wait for another try
    withdrawn: int = 0  # nothing of them was owed any more
    stopped: int = 0  # wait until a stop is lifted
    freed: int = 0  # were stuck in the hands of a dispatch that is gone
    server_down: str = ""  # why no mail could go, in the mail server's words or ours
    complaints: tuple[str, ...] = ()  # what the office must know besides

    @property
    def did_nothing(self) -> bool:
        """True when the run is not worth keeping in the list of runs."""
        return self == DispatchReport()

    def sentences(self) -> list[str]:
        """What was done, for people; one sentence at least."""
        counts = (
            ("Accepted by the mail server", self.sent),
            ("Failed for good, with a task for the office each", self.failed),
            ("Will be tried again", self.put_off),
            ("Not sent, because nothing of them is owed any more", self.withdrawn),
            ("Waiting, because sending is stopped for them", self.stopped),
            ("Left behind by a dispatch that broke off, and taken up again", self.freed),
        )
        said = [f"{what}: {number}." for what, number in counts if number]
        if self.server_down:
            said.append(f"No mail could go: {self.server_down}. Everything waits and is tried again.")
        said += [f"{complaint}." for complaint in self.complaints]
        return said or ["Nothing was waiting."]


def dispatch(
    on_sign_of_life: Callable[[], None] | None = None,
    limit: int | None = None,
    *,
    channel: MailChannel | None = None,
    write: Write | None = None,
    insist_on_rounds: bool = True,
) -> DispatchReport:
    """Everything whose time has come has been sent once, or its verdict says why not.

    With `insist_on_rounds` the office has a task when the last morning round that was due has not ended.

    Raises RoundUnderWay while another dispatch is at work, ClaimLost when another took over, MailUrlFault.
    """
    channel = channel or mail_channel()
    with _one_at_a_time() as (ours, report_to):
        freed = sending.free_stuck_messages()
        with Postbag(ours.claim, channel, write) as postbag:
            _send_all(ours, postbag, on_sign_of_life, limit)
        report = _report(postbag.tally, freed, _rounds_missed() if insist_on_rounds else ())
        report_to.append(report)
    return report


@contextmanager
def _one_at_a_time() -> Iterator[tuple[Round, list[DispatchReport]]]:
    """The claim on dispatching is ours within the block, which puts its report into the list."""
    ours, reports = claim_round("dispatch", clock.today()), list[DispatchReport]()
    try:
        yield ours, reports
    except BaseException:
        end_round(ours, {"broken_off": True})
        raise
    end_round(ours, asdict(reports[0]))


def _send_all(ours: Round, postbag: Postbag, on_sign_of_life: Callable[[], None] | None, limit: int | None) -> None:
    seen: set[int] = set()
    while waiting := [id_ for id_ in sending.ready_to_send(_is_quiet) if id_ not in seen]:
        waiting = waiting[: None if limit is None else limit - len(seen)]
        for start in range(0, len(waiting), BATCH):
            show_life(ours)
            if on_sign_of_life:
                on_sign_of_life()
            postbag.deliver(waiting[start : start + BATCH])
            if postbag.server_down:
                postbag.tally.put_off += max(len(waiting) - start - BATCH, 0)
                return
        seen.update(waiting)
        if limit is not None and len(seen) >= limit:
            return


def _is_quiet(board_key: str) -> bool:
    return is_quiet(clock.today(), rule_book(board_key).calendar)


def _rounds_missed() -> tuple[str, ...]:
    """A sentence, and a task for the office, for each board whose last due morning round has not ended."""
    said = []
    moment = clock.local(clock.now())
    with reading() as session:
        known = [(board, sending.began_to_wait_on(session, board)) for board in sending.boards(session)]
    for board, since in known:
        calendar = rule_book(board.key).calendar
        due = moment.date()
        if moment.hour < ROUND_IS_DONE_BY or not is_working_day(due, calendar):
            due = previous_working_day(due - ONE_DAY, calendar)
        done = board.processed_up_to_on
        if (done is not None and done >= due) or since is None or since > due:
            continue
        said.append(NO_ROUND.format(day=spoken(due)))
        verdicts.open_task_once(board, said[-1], f"no-round:{board.key}:{due.isoformat()}")
    return tuple(said)


def _report(tally: Tally, freed: int, complaints: tuple[str, ...]) -> DispatchReport:
    return DispatchReport(freed=freed, complaints=complaints, **asdict(tally))
