"""The ways out: e-mail over SMTP, a folder of mails, Teams. Apprise is imported nowhere else.

It is loaded when something is sent, not when something is written: runs that only write messages start sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import Settings, settings
from notifications.channels.folder import FolderChannel
from notifications.channels.mail import (
    Accepted,
    CalendarFile,
    Mail,
    MailChannel,
    Sender,
    SendFailed,
    for_trial,
    message_id_of,
)
from notifications.channels.smtp_server import MailUrlFault, smtp_server

if TYPE_CHECKING:
    from notifications.channels.teams import TeamsChannel

__all__ = [
    "Accepted",
    "CalendarFile",
    "FolderChannel",
    "Mail",
    "MailChannel",
    "MailUrlFault",
    "SendFailed",
    "Sender",
    "for_trial",
    "mail_channel",
    "message_id_of",
    "smtp_server",
    "teams_channel",
]


def mail_channel(chosen: Settings | None = None) -> MailChannel:
    """The mail server that the settings name, or the folder while they name none. Raises MailUrlFault."""
    chosen = chosen or settings()
    if chosen.mail_goes_to_folder:
        return FolderChannel(chosen.outbox_folder)
    from notifications.channels.smtp import SmtpChannel

    return SmtpChannel(smtp_server(chosen.mail_url.get_secret_value(), chosen.mail_timeout_seconds))


def teams_channel(board: str, agency: str = "") -> TeamsChannel | None:
    """The channel of that agency alone, or of the board's office; None when none is set."""
    key = f"{board}/{agency}" if agency else board
    url = settings().teams.get(key)
    if not url or not url.get_secret_value():
        return None
    from notifications.channels.teams import TeamsChannel

    return TeamsChannel(url.get_secret_value())
