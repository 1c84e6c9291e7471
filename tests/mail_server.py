"""A real mail server on loopback that keeps what it is given and misbehaves when told to."""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import email.policy
import ipaddress
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailServer:
    """What the server keeps, and how it misbehaves."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    kept_on_connection: int = 0
    tries: int = 0  # how often a sender was named
    user: str = ""
    password: str = ""
    answer_to_recipient: dict[str, str] = field(default_factory=dict)  # address -> "550 no such mailbox"
    answer_to_sender: str = ""
    answer_to_text: str = ""
    close_after_text: bool = False  # keeps the mail, but never says so
    wait_seconds: float = 0.0
    mails_per_connection: int = 0  # then "421"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.kept_on_connection = 0
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tries += 1
        if self.mails_per_connection and self.kept_on_connection >= self.mails_per_connection:
            asyncio.get_running_loop().call_later(0.02, _hang_up, server)
            return "421 4.7.0 too many mails in this connection"
        if self.answer_to_sender:
            return self.answer_to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answer_to_recipient:
            return self.answer_to_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.wait_seconds)
        if self.answer_to_text:
            return self.answer_to_text
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        self.kept_on_connection += 1
        if self.close_after_text:
            _hang_up(server)
        return f"250 2.0.0 kept as number {len(self.mails)}"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (data.login.decode(), data.password.decode()) == (self.user, self.password)
        return AuthResult(success=known, handled=False, auth_data=None)


class _Controller(Controller):
    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a login without encryption, on loopback
            server: SMTP = super().factory()  # type: ignore[no-untyped-call]
        return server


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: tuple[str, str] = ("", ""),
) -> Iterator[MailServer]:
    """A mail server that listens on loopback until the block ends."""
    server = MailServer(free_port(), user=login[0], password=login[1])
    wishes: dict[str, Any] = {"hostname": "127.0.0.1", "port": server.port, "enable_SMTPUTF8": True}
    if login[0]:
        wishes |= {"authenticator": server.authenticate, "auth_required": True, "auth_require_tls": False}
    if starttls:
        wishes |= {"tls_context": starttls, "require_starttls": True}
    controller = _Controller(server, ssl_context=tls, ready_timeout=20, **wishes)
    controller.start()
    server.connections = 0
    try:
        yield server
    finally:
        controller.stop()


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of our own for 127.0.0.1: the file to trust, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "certificate.pem", folder / "key.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return trusted, context
