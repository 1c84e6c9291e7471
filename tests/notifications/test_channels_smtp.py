"""E-mail over a real mail server: one verdict for each mail, whatever the server does."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from notifications.channels import smtp_server
from notifications.channels.mail import Accepted, Mail, SendFailed, message_id_of
from notifications.channels.smtp import SmtpChannel, SmtpSender
from notifications.channels.smtp_server import MailUrlFault, Security
from tests.mail_server import MailServer, free_port, mail_server, make_certificate

PASSWORD = "p@ss/wörd:#1"


def a_mail(number: int = 1, **changes: object) -> Mail:
    mail = Mail(
        sender="board@board.example",
        sender_name="Elm Board",
        to=f"lead{number}@agency.example",
        subject="LSCB action due 14 June, ref CR-7Q4M",
        text="One thing.\n.hidden dot\n",
        html="<p>One thing.</p>",
        message_id=message_id_of(str(number), "board.example"),
        sent_at=datetime(2026, 6, 12, 7, 4, tzinfo=UTC),
    )
    return replace(mail, **changes)  # type: ignore[arg-type]


def channel(url: str, timeout_seconds: float = 5.0) -> SmtpChannel:
    return SmtpChannel(smtp_server(url, timeout_seconds))


def failure_of(sender: SmtpSender, mail: Mail) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        sender.send(mail)
    return caught.value


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


def test_many_mails_go_over_one_connection_and_each_has_the_servers_answer(server: MailServer) -> None:
    with channel(server.url).open() as sender:
        answers = [sender.send(a_mail(number)) for number in range(20)]

    assert server.connections == 1
    assert server.recipients == [f"lead{number}@agency.example" for number in range(20)]
    assert answers[19] == Accepted("250 2.0.0 kept as number 20")
    assert [mail.get_all("Message-ID") for mail in server.mails] == [
        [message_id_of(str(number), "board.example")] for number in range(20)
    ]


def test_a_mail_arrives_as_it_was_written(server: MailServer) -> None:
    invitation = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"

    with channel(server.url).open() as sender:
        sender.send(a_mail(calendar=invitation))

    plain, html, calendar = server.mails[0].iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == "One thing.\n.hidden dot\n"
    assert html.get_content().strip() == "<p>One thing.</p>"
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_payload(decode=True) == invitation


def test_nothing_is_connected_before_the_first_mail() -> None:
    with channel(f"smtp://127.0.0.1:{free_port()}").open():
        pass


def test_one_refused_address_is_refused_alone_and_for_good(server: MailServer) -> None:
    server.answer_to_recipient["lead2@agency.example"] = "550 5.1.1 <lead2@agency.example> unknown"

    with channel(server.url).open() as sender:
        sender.send(a_mail(1))
        failure = failure_of(sender, a_mail(2))
        sender.send(a_mail(3))

    assert (failure.permanent, failure.address_refused, failure.affects_all) == (True, True, False)
    assert failure.reply == "550 5.1.1 <lead2@agency.example> unknown"
    assert server.recipients == ["lead1@agency.example", "lead3@agency.example"]
    assert server.connections == 1


@pytest.mark.parametrize("address", ["nobody", "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example"])
def test_what_is_no_address_is_refused_without_asking_the_server(server: MailServer, address: str) -> None:
    with channel(server.url).open() as sender:
        failure = failure_of(sender, a_mail(to=address))
        sender.send(a_mail(2))

    assert (failure.permanent, failure.address_refused) == (True, True)
    assert server.recipients == ["lead2@agency.example"]


def test_an_address_that_is_busy_is_tried_later(server: MailServer) -> None:
    server.answer_to_recipient["lead1@agency.example"] = "450 4.2.1 mailbox busy"

    with channel(server.url).open() as sender:
        failure = failure_of(sender, a_mail(1))
        sender.send(a_mail(2))

    assert (failure.permanent, failure.address_refused, failure.affects_all) == (False, False, False)
    assert server.recipients == ["lead2@agency.example"]


@pytest.mark.parametrize(("answer", "permanent"), [("554 5.7.1 refused as junk", True), ("451 4.3.0 later", False)])
def test_a_refused_text_is_judged_by_its_code_and_not_held_against_the_address(
    server: MailServer, answer: str, permanent: bool
) -> None:
    server.answer_to_text = answer

    with channel(server.url).open() as sender:
        failure = failure_of(sender, a_mail())

    assert (failure.permanent, failure.address_refused, failure.reply) == (permanent, False, answer)


def test_a_server_that_refuses_our_own_mailbox_is_the_offices_affair(server: MailServer) -> None:
    server.answer_to_sender = "553 5.7.1 sender not yours"

    with channel(server.url).open() as sender:
        failure = failure_of(sender, a_mail())

    assert (failure.permanent, failure.address_refused, failure.affects_all) == (False, False, True)


def test_a_server_that_takes_few_mails_a_connection_gets_a_new_connection(server: MailServer) -> None:
    server.mails_per_connection = 3

    with channel(server.url).open() as sender:
        for number in range(8):
            sender.send(a_mail(number))

    assert server.recipients == [f"lead{number}@agency.example" for number in range(8)]
    assert server.connections == 3


def test_when_the_server_goes_away_between_two_mails_the_second_waits() -> None:
    with ExitStack() as stack:
        with mail_server() as server:
            sender = stack.enter_context(channel(server.url).open())
            sender.send(a_mail(1))

        failure = failure_of(sender, a_mail(2))

    assert (failure.permanent, failure.affects_all) == (False, True)
    assert failure.reply == "nothing answers at the mail server's address"


def test_a_lost_answer_is_tried_again_though_the_mail_may_repeat(server: MailServer) -> None:
    server.close_after_text = True

    with channel(server.url).open() as sender:
        failure = failure_of(sender, a_mail(1))
        server.close_after_text = False
        sender.send(a_mail(1))

    assert (failure.permanent, failure.affects_all) == (False, False)
    assert "may repeat" in failure.reply
    assert [mail["Message-ID"] for mail in server.mails] == [message_id_of("1", "board.example")] * 2


def test_a_server_that_never_answers_costs_three_waits_and_no_more(server: MailServer) -> None:
    server.wait_seconds = 60.0

    with channel(server.url, timeout_seconds=1.0).open() as sender:
        failures = [failure_of(sender, a_mail(number)) for number in range(6)]

    assert [failure.affects_all for failure in failures] == [False, False, True, True, True, True]
    assert not any(failure.permanent for failure in failures)
    assert server.tries == 3


def test_without_a_server_every_mail_waits_and_one_connection_is_tried() -> None:
    with channel(f"smtp://127.0.0.1:{free_port()}").open() as sender:
        failures = [failure_of(sender, a_mail(number)) for number in range(3)]

    assert [(failure.permanent, failure.affects_all) for failure in failures] == [(False, True)] * 3


def test_an_unknown_server_name_is_said_in_words() -> None:
    with channel("smtp://no-such-server.invalid").open() as sender:
        failure = failure_of(sender, a_mail())

    assert (failure.permanent, failure.affects_all) == (False, True)
    assert failure.reply == "the name of the mail server is not known"


@pytest.mark.parametrize("password", [PASSWORD, "plain"])
def test_a_login_over_starttls_works(certificate: tuple[Path, ssl.SSLContext], password: str) -> None:
    trusted, context = certificate

    with mail_server(starttls=context, login=("office", password)) as server:
        url = f"smtp+starttls://office:{quote(password, safe='')}@127.0.0.1:{server.port}?ca={trusted}"
        with channel(url).open() as sender:
            sender.send(a_mail())

    assert server.recipients == ["lead1@agency.example"]


def test_a_connection_that_is_tls_from_the_start_works(certificate: tuple[Path, ssl.SSLContext]) -> None:
    trusted, context = certificate

    with (
        mail_server(tls=context) as server,
        channel(f"smtps://127.0.0.1:{server.port}?ca={trusted}").open() as sender,
    ):
        sender.send(a_mail())

    assert server.recipients == ["lead1@agency.example"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    certificate: tuple[Path, ssl.SSLContext], security: Security
) -> None:
    _, context = certificate
    tls, starttls = (context, None) if security is Security.TLS else (None, context)

    with (
        mail_server(tls=tls, starttls=starttls) as server,
        channel(f"{security}://127.0.0.1:{server.port}").open() as sender,
    ):
        failure = failure_of(sender, a_mail())

    assert (failure.permanent, failure.affects_all) == (False, True)
    assert failure.reply.startswith("the certificate of the mail server cannot be trusted")
    assert server.recipients == []


def test_encryption_that_was_wished_for_is_never_done_without(server: MailServer) -> None:
    with channel(f"smtp+starttls://127.0.0.1:{server.port}").open() as sender:
        failure = failure_of(sender, a_mail())

    assert failure.affects_all
    assert server.tries == 0


def test_a_wrong_password_is_not_the_recipients_fault_and_is_never_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    with mail_server(login=("office", "right")) as server:
        opened = channel(f"smtp://office:wrong-horse@127.0.0.1:{server.port}")
        with opened.open() as sender:
            failure = failure_of(sender, a_mail())

    assert (failure.permanent, failure.address_refused, failure.affects_all) == (False, False, True)
    assert failure.reply.startswith("the mail server refused our user name and password: 535")
    for shown in (failure.reply, repr(failure), repr(opened), caplog.text):
        assert "wrong-horse" not in shown


def test_an_address_with_letters_beyond_ascii_is_reached(server: MailServer) -> None:
    with channel(server.url).open() as sender:
        sender.send(a_mail(to="zoë@ümlaut.example"))
        sender.send(a_mail(2))

    assert server.recipients == ["zoë@xn--mlaut-jva.example", "lead2@agency.example"]


def test_the_address_of_a_server_is_read_with_its_usual_port() -> None:
    plain, starttls, tls = (smtp_server(f"{kind}://u:p%40%2F@host.example") for kind in Security)

    assert (plain.port, starttls.port, tls.port) == (25, 587, 465)
    assert (tls.user, tls.password) == ("u", "p@/")


@pytest.mark.parametrize(
    "url",
    ["", "host.example", "http://host.example", "smtp://", "smtp://u:geheim/x@host", "smtp://u:geheim@host:port",
     "smtp://u:geheim#x@host", "smtp://u:geheim@host?verify=no"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(MailUrlFault) as caught:
        smtp_server(url)

    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert "SIGHTLINE_MAIL_URL" in str(caught.value)
