"""One mail to one person, and what became of it."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

LONGEST_REPLY = 200
_ADDRESS_LIKE = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_BODY_TAG = re.compile(r"<body[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class CalendarFile:
    """One .ics that hangs on a mail and is opened by hand."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail to one person; `sender` is also where the mail server's returns go."""

    sender: str  # the board's shared mailbox
    sender_name: str
    to: str  # exactly one address
    subject: str
    text: str
    html: str
    message_id: str  # see message_id_of()
    sent_at: datetime  # aware
    reply_to: str = ""  # empty: the sender
    references: tuple[str, ...] = ()  # earlier Message-IDs about the same thing, oldest first
    calendar: bytes | None = None  # an .ics; its own METHOD line decides how it is shown
    files: tuple[CalendarFile, ...] = ()  # where there are several: a mail program takes over one by itself, no more


@dataclass(frozen=True)
class Accepted:
    """The server took the mail over; whether anybody reads it is not known."""

    reply: str


class SendFailed(Exception):
    """The mail was not accepted."""

    def __init__(
        self, reply: str, *, permanent: bool = False, address_refused: bool = False, affects_all: bool = False
    ) -> None:
        super().__init__(reply)
        self.reply = reply  # what the server answered, or what happened, in one line
        self.permanent = permanent  # trying again is of no use
        self.address_refused = address_refused  # this address, for good: a bounce
        self.affects_all = affects_all  # not this mail's fault: none can go at the moment


class Sender(Protocol):
    def send(self, mail: Mail) -> Accepted:
        """The mail has been accepted. Raises SendFailed when it has not."""
        ...


class MailChannel(Protocol):
    def open(self) -> AbstractContextManager[Sender]:
        """A sender that may be used for many mails; it is closed when the block ends."""
        ...


def message_id_of(once_key: str, domain: str) -> str:
    """The Message-ID of what `once_key` stands for: always the same, so that a repetition shows."""
    return f"<{hashlib.sha256(once_key.encode()).hexdigest()[:32]}@{domain}>"


def one_line(text: str, *, address: str = "", secrets: Collection[str] = ()) -> str:
    """A server's answer fit to be kept: one line, 200 characters, no secret, no address but `address`."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "(secret)")
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    text = _ADDRESS_LIKE.sub(lambda found: _keep_or_hide(found.group(), address), text)
    return " ".join(text.split())[:LONGEST_REPLY]


def _keep_or_hide(found: str, address: str) -> str:
    return found if found.casefold() == address.casefold() else "(an address)"


def for_trial(mail: Mail, allowed: Collection[str], manager_address: str, label: str) -> Mail:
    """The mail as trial mode sends it: unchanged to an allowed address, else to the manager.

    `allowed` holds addresses or whole domains ("@office.example"); `label` says whom it was for, by role
    ("single point of contact of Elm Borough Council").
    """
    if _is_allowed(mail.to, allowed):
        return mail
    line = f"Would have gone to: {label}"
    shown = f'<p style="padding:8px;border:2px dashed #555">{html.escape(line)}</p>'
    marked, found = _BODY_TAG.subn(lambda tag: tag.group() + shown, mail.html, count=1)
    return replace(
        mail,
        to=manager_address,
        subject=f"[Trial] {mail.subject}",
        text=f"{line}\n\n{mail.text}",
        html=marked if found else shown + mail.html,
        calendar=None,
        files=(),
    )


def _is_allowed(address: str, allowed: Collection[str]) -> bool:
    known = {entry.strip().casefold() for entry in allowed}
    wanted = address.casefold()
    return wanted in known or "@" + wanted.rpartition("@")[2] in known
