"""The ways out: e-mail over SMTP, a folder of mails, Teams. Apprise is imported nowhere else."""

from __future__ import annotations

from config.settings import Settings, settings
from notifications.channels.folder import FolderChannel
from notifications.channels.mail import (
    Accepted,
    Mail,
    MailChannel,
    Sender,
    SendFailed,
    for_trial,
    message_id_of,
)
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_server import MailUrlFault, smtp_server
from notifications.channels.teams import TeamsChannel, teams_channel

__all__ = [
    "Accepted",
    "FolderChannel",
    "Mail",
    "MailChannel",
    "MailUrlFault",
    "SendFailed",
    "Sender",
    "SmtpChannel",
    "TeamsChannel",
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
    return SmtpChannel(smtp_server(chosen.mail_url.get_secret_value(), chosen.mail_timeout_seconds))
