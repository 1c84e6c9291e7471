"""From the desk's form to the inbox: a real server, a real run, a real mail server on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from sqlmodel import select

from models.records.boards import Contact
from models.records.database import reading
from models.records.messages import MessageState
from tests.flows.engine_driver import AGREE, EIGHT, Engine, started_review
from tests.flows.whole_record import messages
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

NEVER_SAID = re.compile(r"\b(child|children|death|died|abuse|serious case|SCR|IMR|case review)\b", re.IGNORECASE)
AGENCIES = re.compile("|".join(map(re.escape, EIGHT)))


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_the_eight_leads_are_really_asked_for_an_author_each_in_a_mail_of_their_own(
    engine: Engine, post: MailServer
) -> None:
    asked = started_review(engine)
    ref = asked.name.partition(":")[0]
    engine.next_form(asked, "They agree", **AGREE)

    engine.installation.more = {"SIGHTLINE_MAIL_URL": f"smtp://127.0.0.1:{post.port}"}
    told = engine.installation.command("dispatch", "--json")
    engine.installation.more = {}

    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["failed"] == 0
    mails = [mail for mail in letters(post) if ref in body(mail)]
    assert sorted(str(mail["To"]) for mail in mails) == sorted(leads())
    for mail in mails:
        check(mail, ref)
    ours = [each for each in messages("ask_author") if each.facts.get("ref") == ref]
    assert {each.state for each in ours} == {MessageState.SENT}
    assert all(each.reply.startswith("250") for each in ours)

    engine.installation.more = {"SIGHTLINE_MAIL_URL": f"smtp://127.0.0.1:{post.port}"}
    engine.installation.command("dispatch")
    engine.installation.more = {}
    assert len([mail for mail in letters(post) if ref in body(mail)]) == 8


def check(mail: EmailMessage, ref: str) -> None:
    text, subject = body(mail), str(mail["Subject"])
    assert not NEVER_SAID.search(AGENCIES.sub("", subject)), subject
    said = text.partition("\n--")[0]  # what follows is the same under every mail: do not write about a child here
    assert said != text
    assert not NEVER_SAID.search(AGENCIES.sub("", said)), said
    assert not [name for name in names() if name in text], text
    first = next(line for line in text.splitlines() if line.strip())
    assert re.search(r"\b\d{1,2} [A-Z][a-z]+\b", first), first
    links = set(re.findall(r"mailto:[^\s\"'<>)]+", text))
    assert len(links) >= 3
    assert sum(ref.partition(" ")[0] in link for link in links) >= 3
    assert not re.search(r"\d{4}-\d\d-\d\d", text)
    assert mail["Reply-To"] == "office@bdscb.example"
    assert "Cc" not in mail and "Bcc" not in mail


def letters(post: MailServer) -> list[EmailMessage]:
    return list(post.mails)


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def leads() -> list[str]:
    """The leads of the eight agencies, as the register has them."""
    with reading() as session:
        rows = session.exec(select(Contact).where(Contact.role == "agency_lead")).all()
    eight = ("council-childrens-care", "police", "ccg", "hospitals-trust", "community-trust", "probation",
             "youth-offending", "council-education")  # fmt: skip
    return [each.email for each in rows if not each.is_deputy and each.email.partition("@")[2].split(".")[0] in eight]


def names() -> list[str]:
    with reading() as session:
        return list(session.exec(select(Contact.name)).all())
