"""One connection to a mail server, kept for many mails, with one verdict for each."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl

from notifications.channels.mail import Accepted, Mail, SendFailed, one_line
from notifications.channels.mime import NotOneAddress, one_address, to_bytes
from notifications.channels.smtp_server import Security, SmtpServer

CLOSING = 421
GO_ON_WITH_THE_TEXT = 354
TOO_LARGE = 552
LOGIN_WANTED = {530, 535, 538}
LOST_ANSWERS_BEFORE_GIVING_UP = 3
NO_ANSWER = "the mail server gave no answer after the text was handed over; the mail may have gone and may repeat"


class _Dropped(Exception):
    """The connection ended before the text was handed over: nothing has gone."""


class SmtpSession:
    """Connects at the first mail, again whenever the server hangs up, and stops trying when it cannot."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None
        self._unreachable: SendFailed | None = None
        self._lost_answers = 0

    def deliver(self, mail: Mail) -> Accepted:
        """The server has accepted the mail. Raises SendFailed with its answer when it has not."""
        try:
            content, sender, to = to_bytes(mail), one_address(mail.sender), one_address(mail.to)
        except NotOneAddress as fault:
            raise SendFailed("this is not an e-mail address", permanent=True, address_refused=True) from fault
        if self._unreachable:
            raise SendFailed(self._unreachable.reply, affects_all=True)
        had_connection = self._connection is not None
        try:
            return self._attempt(sender, to, content)
        except _Dropped as dropped:
            self._hang_up()
            if not had_connection:
                raise self._given_up(f"the mail server ended the connection: {dropped}") from dropped
        return self._second_attempt(sender, to, content)

    def close(self) -> None:
        """The connection is ended, politely when the server still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _second_attempt(self, sender: str, to: str, content: bytes) -> Accepted:
        try:
            return self._attempt(sender, to, content)
        except _Dropped as dropped:
            self._hang_up()
            raise self._given_up(f"the mail server ended the connection twice: {dropped}") from dropped

    def _attempt(self, sender: str, to: str, content: bytes) -> Accepted:
        fresh = self._connection is None
        connection = self._connection or self._connected(sender.rpartition("@")[2])
        try:
            self._name_sender(connection, sender, to, fresh)
            self._name_recipient(connection, to)
            self._announce_text(connection, to)
        except (smtplib.SMTPServerDisconnected, OSError) as fault:
            raise _Dropped("it no longer answered") from fault
        return self._hand_over(connection, to, content)

    def _name_sender(self, connection: smtplib.SMTP, sender: str, to: str, fresh: bool) -> None:
        if (sender + to).isascii():
            code, text = connection.docmd(f"MAIL FROM:<{sender}>")  # checked before; mail() would take it apart again
        elif connection.has_extn("smtputf8"):
            code, text = connection.mail(sender, ["SMTPUTF8"])
        else:
            reason = "the mail server cannot send to an address with such letters"
            raise SendFailed(reason, permanent=True, address_refused=True)
        if code // 100 == 2:
            return
        if code == CLOSING or (code // 100 == 4 and not fresh):  # some servers limit the mails of one connection
            raise _Dropped(self._answer(code, text, to))
        self._start_over(connection)
        # Our own mailbox is refused, or we are not logged in: the office's affair, not the recipient's.
        raise SendFailed(self._answer(code, text, to), permanent=code == TOO_LARGE, affects_all=code != TOO_LARGE)

    def _name_recipient(self, connection: smtplib.SMTP, to: str) -> None:
        code, text = connection.docmd(f"RCPT TO:<{to}>")
        if code // 100 == 2:
            return
        if code == CLOSING:
            raise _Dropped(self._answer(code, text, to))
        self._start_over(connection)
        refused = code // 100 == 5 and code not in LOGIN_WANTED
        raise SendFailed(
            self._answer(code, text, to),
            permanent=refused,
            address_refused=refused,
            affects_all=code in LOGIN_WANTED,
        )

    def _announce_text(self, connection: smtplib.SMTP, to: str) -> None:
        code, text = connection.docmd("DATA")
        if code == GO_ON_WITH_THE_TEXT:
            return
        if code == CLOSING:
            raise _Dropped(self._answer(code, text, to))
        self._start_over(connection)
        raise SendFailed(self._answer(code, text, to), permanent=code // 100 == 5)

    def _hand_over(self, connection: smtplib.SMTP, to: str, content: bytes) -> Accepted:
        try:
            connection.send(content.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")
            code, text = connection.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            self._lost_answers += 1
            if self._lost_answers >= LOST_ANSWERS_BEFORE_GIVING_UP:
                raise self._given_up(NO_ANSWER) from fault
            raise SendFailed(NO_ANSWER) from fault
        self._lost_answers = 0
        if code // 100 == 2:
            return Accepted(self._answer(code, text, to))
        if code == CLOSING:
            self._hang_up()
        raise SendFailed(self._answer(code, text, to), permanent=code // 100 == 5)

    def _start_over(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (OSError, smtplib.SMTPException):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _given_up(self, reason: str) -> SendFailed:
        """The verdict for this mail and all that follow until the channel is opened anew."""
        self._unreachable = SendFailed(self._readable(reason), affects_all=True)
        return self._unreachable

    def _answer(self, code: int, text: bytes, to: str) -> str:
        return self._readable(f"{code} {text.decode('utf-8', 'replace')}", to)

    def _readable(self, text: str, to: str = "") -> str:
        return one_line(text, address=to, secrets=(self._server.password,))

    def _connected(self, our_domain: str) -> smtplib.SMTP:
        try:
            self._connection = connect(self._server, our_domain)
        except (OSError, smtplib.SMTPException) as fault:
            raise self._given_up(why_not_connected(fault)) from None  # the cause may hold what was sent at login
        return self._connection


def connect(server: SmtpServer, our_domain: str) -> smtplib.SMTP:
    """An open connection, encrypted and logged in as wished; never less secure than wished.

    Raises OSError or smtplib.SMTPException.
    """
    trusted = ssl.create_default_context(cafile=server.ca_file or None)
    connection: smtplib.SMTP
    if server.security is Security.TLS:
        connection = smtplib.SMTP_SSL(
            server.host, server.port, our_domain, timeout=server.timeout_seconds, context=trusted
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, our_domain, timeout=server.timeout_seconds)
    try:
        _make_ready(connection, server, trusted)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_ready(connection: smtplib.SMTP, server: SmtpServer, trusted: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if server.security is Security.STARTTLS:
        connection.starttls(context=trusted)
        connection.ehlo_or_helo_if_needed()
    if server.user:
        _log_in(connection, server.user, server.password)


def _log_in(connection: smtplib.SMTP, user: str, password: str) -> None:
    if (user + password).isascii():
        connection.login(user, password)
        return
    # smtplib can only write ASCII passwords.
    code, text = connection.docmd("AUTH", "PLAIN " + base64.b64encode(f"\0{user}\0{password}".encode()).decode())
    if code not in {235, 503}:
        raise smtplib.SMTPAuthenticationError(code, text)


def why_not_connected(fault: Exception) -> str:
    """Why there is no connection, in words for the office."""
    for kind, reason in _REASONS:
        if isinstance(fault, kind):
            return reason.format(answer=_code_and_text(fault))
    return "the connection to the mail server was lost"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the mail server refused our user name and password: {answer}"),
    (
        smtplib.SMTPNotSupportedError,
        "the mail server does not offer the encryption or the login that SIGHTLINE_MAIL_URL asks for",
    ),
    (smtplib.SMTPResponseException, "the mail server did not let us in: {answer}"),
    (ssl.SSLCertVerificationError, "the certificate of the mail server cannot be trusted: {answer}"),
    (ssl.SSLError, "no secure connection to the mail server could be made; is it the right port?"),
    (socket.gaierror, "the name of the mail server is not known"),
    (FileNotFoundError, "the file of trusted certificates named in SIGHTLINE_MAIL_URL is not there"),
    (TimeoutError, "the mail server did not answer in time"),
    (ConnectionRefusedError, "nothing answers at the mail server's address"),
)


def _code_and_text(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return fault.verify_message
    if not isinstance(fault, smtplib.SMTPResponseException):
        return ""
    text = fault.smtp_error
    return f"{fault.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
