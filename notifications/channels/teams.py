"""A short nudge in a Teams channel, through Apprise and a Power Automate workflow."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import Any

from apprise.plugins.workflows import NotifyWorkflows

from notifications.channels.mail import Accepted, SendFailed

LONGEST_CARD = 1_000
TRY_AGAIN_LATER = {408, 425, 429}
_STATUS = re.compile(r"error=(\d{3})")

# Both write addresses to their logs, and the address of a workflow is its password.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class _Ear(logging.Logger):
    """Hears what the plugin reports, which its yes or no leaves out, and passes nothing on."""

    def __init__(self) -> None:
        super().__init__("sightline-teams", logging.WARNING)
        self.heard = ""
        self.addHandler(logging.NullHandler())

    def handle(self, record: logging.LogRecord) -> None:
        self.heard = record.getMessage()


@dataclass(frozen=True)
class TeamsChannel:
    """One channel in Teams; `url` is its workflow, as Teams shows it or as workflows://."""

    url: str = field(repr=False)
    timeout_seconds: float = 20.0

    def send(self, title: str, text: str) -> Accepted:
        """The workflow has accepted the card. Raises SendFailed: for good when the workflow refuses it.

        A text over 1,000 characters is cut.
        """
        ear = _Ear()
        if self._plugin(ear).send(_at_most(text, LONGEST_CARD), _at_most(title, 200)):  # type: ignore[no-untyped-call]
            return Accepted("accepted by the Teams workflow")
        raise _verdict(ear.heard)

    def _plugin(self, ear: _Ear) -> NotifyWorkflows:
        try:
            plugin = NotifyWorkflows(**_taken_apart(self.url))  # type: ignore[no-untyped-call]
        except TypeError:
            raise SendFailed("the address of the Teams workflow cannot be read", permanent=True) from None
        plugin.logger = ear
        plugin.request_rate_per_sec = 0
        plugin.redirects = False
        plugin.include_image = False  # it would be fetched from outside
        plugin.socket_connect_timeout = plugin.socket_read_timeout = self.timeout_seconds
        return plugin


def _taken_apart(url: str) -> dict[str, Any]:
    if url.startswith("https:"):
        parts = NotifyWorkflows.parse_native_url(url)  # type: ignore[no-untyped-call]
    elif url.startswith(("workflow:", "workflows:")):
        parts = NotifyWorkflows.parse_url(url)  # type: ignore[no-untyped-call]
    else:
        parts = None
    if not parts:
        raise TypeError
    return dict(parts)


def _at_most(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _verdict(heard: str) -> SendFailed:
    status = _STATUS.search(heard)
    if not status:
        return SendFailed("the Teams workflow could not be reached")
    code = int(status.group(1))
    refused = 400 <= code < 500 and code not in TRY_AGAIN_LATER
    return SendFailed(f"the Teams workflow answered {code}", permanent=refused)
