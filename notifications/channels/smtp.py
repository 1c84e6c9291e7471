"""E-mail through Apprise, over one connection."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from apprise.common import NotifyType
from apprise.plugins.base import NotifyBase
from typing_extensions import override

from notifications.channels.mail import Accepted, Mail, SendFailed
from notifications.channels.smtp_server import SmtpServer
from notifications.channels.smtp_session import SmtpSession

SCHEMA = "sightlinesmtp"

# Apprise writes addresses of services, which hold secrets, to its log; what happened stands in our verdicts.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


class SmtpPlugin(NotifyBase):  # type: ignore[no-untyped-call]  # Apprise is typed in part
    """Apprise's e-mail opens a connection for each mail, or waits between two, and gives one verdict for all.

    This one keeps its connection, never waits, sends a `Mail` as it is and keeps the verdict in `outcome`.
    """

    service_name = "Sightline e-mail"  # type: ignore[assignment]
    protocol = SCHEMA  # type: ignore[assignment]
    request_rate_per_sec = 0
    title_maxlen = 1_000
    body_maxlen = 1_000_000

    def __init__(self, server: SmtpServer, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._session = SmtpSession(server)
        self.outcome: Accepted | SendFailed | None = None

    @override
    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,
        mail: Mail | None = None,
        **kwargs: Any,
    ) -> bool:
        """True when the server has accepted `mail`; `outcome` says what it answered."""
        if mail is None:
            raise TypeError("this channel sends a Mail")
        try:
            self.outcome = self._session.deliver(mail)
        except SendFailed as failure:
            self.outcome = failure
        return isinstance(self.outcome, Accepted)

    def close(self) -> None:
        """The connection is ended."""
        self._session.close()

    @override
    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:
        """The address of the channel, which holds no secret."""
        return f"{SCHEMA}://{self.host}"


@dataclass(frozen=True)
class SmtpSender:
    """Sends over the one connection of its plugin."""

    plugin: SmtpPlugin

    def send(self, mail: Mail) -> Accepted:
        """The server has accepted the mail. Raises SendFailed with its answer when it has not."""
        self.plugin.send(mail.text, mail.subject, mail=mail)  # notify() would pass on the text alone
        outcome = self.plugin.outcome
        if isinstance(outcome, Accepted):
            return outcome
        raise outcome or SendFailed("the mail was not handed to the mail server")


@dataclass(frozen=True)
class SmtpChannel:
    """E-mail through one mail server."""

    server: SmtpServer

    @contextmanager
    def open(self) -> Iterator[SmtpSender]:
        """A sender whose connection opens with the first mail and ends with the block."""
        plugin = SmtpPlugin(self.server, schema=SCHEMA, host=self.server.host)
        try:
            yield SmtpSender(plugin)
        finally:
            plugin.close()
