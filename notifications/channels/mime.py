"""A mail as the bytes that go to the server.

Written out by hand: the standard library's EmailMessage needs more than a millisecond for a mail of two
parts, which is more than the sending of it. Nothing but 7-bit lines of ordinary length leaves here, except
headers with an address that itself is not ASCII.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache

from notifications.channels.mail import CalendarFile, Mail

LONGEST_SUBJECT = 200
_LOCAL_PART = r"[^\s<>()\[\]\\,;:@\"]{1,64}"
_DOMAIN = r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)*"
_ADDRESS = re.compile(rf"{_LOCAL_PART}@{_DOMAIN}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,120}@[!-;=?-~]{1,120}>")
_METHOD = re.compile(rb"^METHOD:(REQUEST|CANCEL|PUBLISH)\r?$", re.MULTILINE)


class NotOneAddress(ValueError):
    """This is not exactly one e-mail address."""


class NotAMessageId(ValueError):
    """This is not a Message-ID."""


def to_bytes(mail: Mail) -> bytes:
    """The mail with all its headers, lines ended by CRLF.

    Control characters in subject and names become spaces. Raises NotOneAddress for an address that is none or
    more than one, NotAMessageId likewise, and ValueError for a moment without a time zone.
    """
    content_type, body = _content(mail)
    lines = [*_headers(mail), f"Content-Type: {content_type}", "", ""]
    return "\r\n".join(lines).encode() + body


def one_address(text: str) -> str:
    """The address itself, its domain in ASCII. Raises NotOneAddress."""
    if not _ADDRESS.fullmatch(text) or not text.isprintable():
        raise NotOneAddress
    if text.isascii():
        return text
    local, _, domain = text.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as fault:
        raise NotOneAddress from fault


def _headers(mail: Mail) -> list[str]:
    if mail.sent_at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    sender = one_address(mail.sender)
    headers = [
        f"From: {_name(mail.sender_name)}<{sender}>",
        f"To: {one_address(mail.to)}",
        f"Reply-To: {one_address(mail.reply_to or mail.sender)}",
        f"Subject: {_subject(mail.subject)}",
        f"Date: {format_datetime(mail.sent_at)}",
        f"Message-ID: {_message_id(mail.message_id)}",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    if mail.references:
        known = [_message_id(reference) for reference in mail.references]
        headers += [f"In-Reply-To: {known[-1]}", "References: " + "\r\n ".join(known)]
    return headers


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise NotAMessageId
    return text


def _clean(text: str) -> str:
    """The text in one line, with nothing in it that is not meant for the eye."""
    seen = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in text)
    return " ".join(seen.split())


@lru_cache(maxsize=2048)
def _subject(text: str) -> str:
    return _header_text(_clean(text[: 4 * LONGEST_SUBJECT])[:LONGEST_SUBJECT], "Subject")


@lru_cache(maxsize=256)
def _name(text: str) -> str:
    name = _clean(text[: 4 * LONGEST_SUBJECT])[:100]
    if not name:
        return ""
    if name.isascii() and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"\r\n ' if len(quoted) > 40 else f'"{quoted}" '
    return _header_text(name, "From") + "\r\n "


def _header_text(text: str, header: str) -> str:
    if text.isascii() and "=?" not in text and len(text) <= 66:
        return text
    # In UTF-8 also where ASCII would do: then there is always a place to break the line.
    return Header(text, "utf-8", maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _content(mail: Mail) -> tuple[str, bytes]:
    boundary = "=_" + mail.message_id[1:33].replace("@", "_")  # "=_" never occurs in quoted-printable or base64
    parts = [_text_part("plain", mail.text), _text_part("html", mail.html)]
    files = mail.files
    if mail.calendar is not None:
        method = _method(mail.calendar)
        if method != "PUBLISH":
            return _multipart("alternative", boundary, [*parts, _calendar_part(mail.calendar, method)])
        files = (CalendarFile("dates.ics", mail.calendar), *files)
    if not files:
        return _multipart("alternative", boundary, parts)
    inner_type, inner = _multipart("alternative", boundary + "=_a", parts)
    first = f"Content-Type: {inner_type}\r\n\r\n".encode() + inner
    attached = [_calendar_part(each.content, _method(each.content), file_name=each.name) for each in files]
    return _multipart("mixed", boundary, [first, *attached])


def _method(calendar: bytes) -> str:
    found = _METHOD.search(calendar)
    return found.group(1).decode() if found else "REQUEST"


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> tuple[str, bytes]:
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return f'multipart/{kind};\r\n boundary="{boundary}"', body + line + b"--\r\n"


def _text_part(subtype: str, text: str) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    return head.encode() + b"\r\n\r\n" + _quoted_printable(text)


def _quoted_printable(text: str) -> bytes:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    return binascii.b2a_qp(plain).replace(b"\n", b"\r\n")


def _calendar_part(calendar: bytes, method: str, file_name: str = "") -> bytes:
    head = f'Content-Type: text/calendar; method={method}; charset="utf-8"\r\n'
    head += "Content-Transfer-Encoding: base64\r\n"
    if file_name:
        head += f'Content-Disposition: attachment; filename="{file_name}"\r\n'
    encoded = binascii.b2a_base64(calendar, newline=False)
    lines = (encoded[start : start + 76] for start in range(0, len(encoded), 76))
    return head.encode() + b"\r\n" + b"\r\n".join(lines)
