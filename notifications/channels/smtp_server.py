"""Which mail server, as SIGHTLINE_MAIL_URL names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit


class Security(StrEnum):
    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_USUAL_PORT = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class MailUrlFault(ValueError):
    """SIGHTLINE_MAIL_URL cannot be read: write smtp+starttls://user:password@host:587, smtps://… or smtp://…,
    and signs like / or @ in the password as %2F or %40."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


@dataclass(frozen=True)
class SmtpServer:
    """A mail server and how to speak with it; the password is never shown by repr()."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""  # certificates to trust instead of the system's, "?ca=/path/to/file.pem"
    timeout_seconds: float = 20.0


def smtp_server(url: str, timeout_seconds: float = 20.0) -> SmtpServer:
    """The server that the address names. Raises MailUrlFault, which never repeats the address."""
    try:
        parts = urlsplit(url.strip())
        security = Security(parts.scheme)
        port = parts.port or _USUAL_PORT[security]
        wishes = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise MailUrlFault from None
    if not parts.hostname or parts.path not in {"", "/"} or parts.fragment or set(wishes) - {"ca"}:
        raise MailUrlFault
    return SmtpServer(
        parts.hostname,
        port,
        security,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        wishes.get("ca", [""])[0],
        timeout_seconds,
    )
