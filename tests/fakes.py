"""Stand-ins that remember what was done to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from notifications.channels.mail import Accepted, Mail, SendFailed


class RememberingChannel:
    """A mail channel that accepts everything, except what it was told to refuse, and remembers it."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.tried: list[Mail] = []
        self.refusals: dict[str, SendFailed] = {}  # address -> what every try meets
        self.next_failures: list[SendFailed] = []  # met by the next tries, whoever they are for
        self.opened = 0
        self.is_open = False

    @contextmanager
    def open(self) -> Iterator[RememberingChannel]:
        self.opened += 1
        self.is_open = True
        try:
            yield self
        finally:
            self.is_open = False

    def send(self, mail: Mail) -> Accepted:
        assert self.is_open, "the channel was used after it was closed"
        self.tried.append(mail)
        if self.next_failures:
            raise self.next_failures.pop(0)
        if mail.to in self.refusals:
            raise self.refusals[mail.to]
        self.sent.append(mail)
        return Accepted(f"250 accepted as number {len(self.sent)}")

    def refuse(self, address: str, *, permanent: bool = True) -> None:
        """From now on `address` is refused, for good or for the time being."""
        reply = "550 no such mailbox" if permanent else "450 try again later"
        self.refusals[address] = SendFailed(reply, permanent=permanent, address_refused=permanent)

    def fail_once(self, reply: str = "the mail server did not answer in time") -> None:
        """The next try meets a server that is away."""
        self.next_failures.append(SendFailed(reply, affects_all=True))

    @property
    def addresses(self) -> list[str]:
        return [mail.to for mail in self.sent]


class RememberingTeams:
    """A Teams channel that remembers its cards; `failure` is met by every card while it is set."""

    def __init__(self) -> None:
        self.cards: list[tuple[str, str]] = []
        self.failure: SendFailed | None = None

    def send(self, title: str, text: str) -> Accepted:
        if self.failure:
            raise self.failure
        self.cards.append((title, text))
        return Accepted("accepted by the Teams workflow")
