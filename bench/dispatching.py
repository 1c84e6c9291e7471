"""Dispatch beside a bare smtplib loop, and beside Apprise as it comes: the same server, mails of the same size."""

from __future__ import annotations

import gc
import os
import smtplib
import time
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Self

from bench import places
from bench.filling import DAY, fill
from bench.findings import Finding, at_least, load, median, ratio, say
from bench.sink import sink
from config import clock
from config.settings import settings
from flows.rounds import run_round
from models.records.sending import ready_to_send
from notifications.channels import Mail
from notifications.channels.mail import Accepted
from notifications.dispatch import dispatch

MAILS = 2_000
TURNS = 4
MAILS_OF_APPRISE = 100
WANTED = 0.7


def measure() -> list[Finding]:
    """Mails a second of a whole dispatch, as a part of those of a bare loop measured just before and after."""
    findings = []
    with places.home() as home, sink() as port:
        os.environ["SIGHTLINE_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        shelves = places.shelves(home)
        for shelf in shelves:
            findings += _on(shelf, port)
        if len(shelves) == 1:
            findings.append(Finding("Dispatch on PostgreSQL", "no PostgreSQL answers: not measured"))
        del os.environ["SIGHTLINE_MAIL_URL"]
    return findings


def _on(shelf: places.Shelf, port: int) -> list[Finding]:
    shelf.empty()
    _queue()
    mails = _as_they_go(shelf)
    ready = [_email_message(mail) for mail in mails]
    size = sum(len(bytes(message)) for message in ready) // len(ready)
    ours, bare = list[float](), list[float]()
    for turn in range(TURNS):
        bare.append(_bare(port, ready))
        ours.append(_ours(shelf))
        say(f"  {shelf.name}, turn {turn + 1}: dispatch {ours[-1]:.0f} a second, bare loop {bare[-1]:.0f} ({load()})")
    shelf.clear()
    part = ratio(ours, bare)
    findings = [
        at_least(
            f"Dispatch of {MAILS} mails of {size} bytes, {shelf.name}, as a part of a bare smtplib loop", part, WANTED,
            f"{part:.2f} ({median(ours):.0f} of {median(bare):.0f} a second)",
        )
    ]  # fmt: skip
    if isinstance(shelf, places.SqliteShelf):
        apprise = [_apprise(port, mails[:MAILS_OF_APPRISE]) for _ in bare]
        plain = f"{ratio(apprise, bare):.2f} ({median(apprise):.0f} a second)"
        findings.append(Finding("  Apprise as it comes, a fresh object for each mail", plain))
    return findings


def _queue() -> None:
    """A morning round has written 2,000 notes of lateness, which may go now."""
    fill(MAILS * 10, MAILS)
    with clock.stopped_at(clock.at(DAY, 7)):
        run_round(DAY, steps=())
    with clock.stopped_at(clock.at(DAY, 12)):
        assert len(ready_to_send()) == MAILS


class _Notebook:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def open(self) -> _Notebook:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send(self, mail: Mail) -> Accepted:
        self.mails.append(mail)
        return Accepted("250")


def _as_they_go(shelf: places.Shelf) -> list[Mail]:
    notebook = _Notebook()
    shelf.fresh()
    with clock.stopped_at(clock.at(DAY, 12)):
        dispatch(channel=notebook)
    return notebook.mails


def _email_message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"], message["To"], message["Subject"] = mail.sender, mail.to, mail.subject
    message["Message-ID"] = mail.message_id
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _bare(port: int, ready: Sequence[EmailMessage]) -> float:
    """Mails a second of a loop that does nothing but send what is ready."""
    gc.collect()
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for message in ready:
            connection.send_message(message)
    return len(ready) / (time.perf_counter() - began)


def _ours(shelf: places.Shelf) -> float:
    """Mails a second of a dispatch that reads, writes, sends and records each of them."""
    shelf.fresh()
    settings.cache_clear()
    gc.collect()
    with clock.stopped_at(clock.at(DAY, 12)):
        began = time.perf_counter()
        report = dispatch()
        seconds = time.perf_counter() - began
    assert report.sent == MAILS, report
    return MAILS / seconds


def _apprise(port: int, mails: Sequence[Mail]) -> float:
    import apprise

    began = time.perf_counter()
    for mail in mails:
        one = apprise.Apprise()
        one.add(f"mailto://127.0.0.1:{port}?from={mail.sender}&to={mail.to}&mode=insecure&format=html")
        assert one.notify(title=mail.subject, body=mail.html)
    return len(mails) / (time.perf_counter() - began)


def main() -> None:
    for finding in measure():
        say(f"{finding.what}: {finding.measured} {finding.wanted} {finding.verdict}")


if __name__ == "__main__":
    main()
