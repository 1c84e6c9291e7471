"""The postbag of one dispatch: a few messages in hand, one connection, one verdict at a time."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from config import clock
from models.records import sending, verdicts
from models.records.marking import Marker
from models.records.messages import Channel
from models.records.said import TRIAL
from models.records.sending import Stop
from models.records.tickets import Ticket
from models.rulebook import rule_book
from models.rules.working_days import working_days_between
from notifications import letters
from notifications.channels import Accepted, Mail, MailChannel, SendFailed
from notifications.letters import CannotBeWritten, Card, NobodyToWriteTo, NothingToSay

HANDS_FULL_SECONDS = 600  # claims older than that are given back, before others may take them for stuck
WRITTEN_AHEAD = 2  # letters; more would keep the answers of the mail server waiting while they are written
TRIED_FOR_WORKING_DAYS = 5  # H-9 (D: default)

Write = Callable[[Ticket], Mail | Card]
log = logging.getLogger(__name__)


@dataclass
class Tally:
    """What became of the messages so far."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    withdrawn: int = 0
    stopped: int = 0
    server_down: str = ""


class Postbag:
    """Sends claimed messages over one connection; writes the next letters while the server is awaited."""

    def __init__(self, claim: str, channel: MailChannel, write: Write | None = None) -> None:
        self.tally = Tally()
        self._claim, self._channel = claim, channel
        self._write = write or letters.write_letter
        self._stops: tuple[Stop, ...] = ()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._sender = self._open.enter_context(self._channel.open())
        self._marker = self._open.enter_context(Marker())
        self._writer = self._open.enter_context(ThreadPoolExecutor(1, "letters"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def server_down(self) -> str:
        """Why no mail can go at the moment; empty when it can."""
        return self.tally.server_down

    def deliver(self, ids: Sequence[int]) -> None:
        """Each of the messages that still waited has its verdict, or waits as before."""
        tickets = sending.claim_messages(ids, self._claim)
        self._stops = sending.stops()
        in_hand = {ticket.id for ticket in tickets}
        began = time.monotonic()
        try:
            for ticket, letter in self._written(tickets):
                if self.server_down or time.monotonic() - began > HANDS_FULL_SECONDS:
                    break
                if any(stop.holds(ticket) for stop in self._stops):
                    self.tally.stopped += 1
                    continue
                if self._settle(ticket, letter):
                    in_hand.discard(ticket.id)
        finally:
            if in_hand:
                sending.give_back(in_hand, self._claim)
        if self.server_down:
            self.tally.put_off += len(in_hand)

    def _written(self, tickets: Sequence[Ticket]) -> Iterator[tuple[Ticket, Future[Mail | Card]]]:
        """The letters in order, each written while those before it are on their way."""
        begun: deque[tuple[Ticket, Future[Mail | Card]]] = deque()
        for ticket in tickets:
            begun.append((ticket, self._writer.submit(copy_context().run, self._write, ticket)))
            if len(begun) > WRITTEN_AHEAD:
                yield begun.popleft()
        yield from begun

    def _settle(self, ticket: Ticket, letter: Future[Mail | Card]) -> bool:
        """True when the message is out of our hands."""
        try:
            accepted = self._hand_over(ticket, letter.result())
        except NothingToSay:
            verdicts.mark_withdrawn(ticket, verdicts.NOTHING_LEFT)
            self.tally.withdrawn += 1
        except NobodyToWriteTo as nobody:
            self._fail(ticket, str(nobody), letters.task_for_nobody(ticket))
        except CannotBeWritten as fault:
            self._fail(ticket, str(fault), letters.task_for_failure(ticket))
        except SendFailed as failure:
            return self._not_sent(ticket, failure)
        else:
            self._stops = self._marker.mark_sent(ticket, clock.now(), accepted.reply)
            self.tally.sent += 1
            return True
        self._stops = sending.stops()
        return True

    def _hand_over(self, ticket: Ticket, letter: Mail | Card) -> Accepted:
        if isinstance(letter, Card):
            return letter.channel.send(letter.title, letter.text)
        accepted = self._sender.send(letter)
        return accepted if letter.to == ticket.address else Accepted(TRIAL + accepted.reply)

    def _not_sent(self, ticket: Ticket, failure: SendFailed) -> bool:
        if failure.affects_all and ticket.channel is Channel.MAIL:
            self.tally.server_down = failure.reply
            log.warning("no mail can go at the moment; what waits will be tried again")
            return False
        if failure.address_refused:
            self._fail(ticket, failure.reply, letters.task_for_telephone(ticket), bounced=True)
        elif failure.permanent or self._tried_long_enough(ticket):
            self._fail(ticket, failure.reply, letters.task_for_failure(ticket))
        else:
            verdicts.mark_put_off(ticket, clock.now(), failure.reply)
            self.tally.put_off += 1
        self._stops = sending.stops()
        return True

    def _fail(self, ticket: Ticket, reply: str, what_to_do: str, *, bounced: bool = False) -> None:
        verdicts.mark_failed(ticket, clock.now(), reply, what_to_do, bounced=bounced)
        self.tally.failed += 1
        log.warning("message %s failed for good; the office has a task", ticket.id)

    def _tried_long_enough(self, ticket: Ticket) -> bool:
        first = verdicts.first_tried_on(ticket)
        if first is None:
            return False
        calendar = rule_book(ticket.board_key).calendar
        return working_days_between(first, clock.today(), calendar) >= TRIED_FOR_WORKING_DAYS
