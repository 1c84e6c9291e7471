"""What a mail looks like on its way, and that nothing can be smuggled into it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.channels.mail import CalendarFile, Mail, for_trial, message_id_of, one_line
from notifications.channels.mime import NotAMessageId, NotOneAddress, to_bytes

A_MAIL = Mail(
    sender="board@board.example",
    sender_name="Elm Safeguarding Children Board",
    to="lead@agency.example",
    subject="LSCB action due 14 June, ref CR-7Q4M",
    text="Line one – with a dash\n.\n.dotted\nFrom here\n\tlast  ",
    html="<html><body><p>Line one – with a dash</p></body></html>",
    message_id=message_id_of("a-key", "board.example"),
    sent_at=datetime(2026, 6, 12, 7, 4, tzinfo=UTC),
)
AN_INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def read(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(to_bytes(mail), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_a_mail_can_be_read_back_as_it_was_written() -> None:
    message = read(A_MAIL)

    assert message["From"] == "Elm Safeguarding Children Board <board@board.example>"
    assert message["To"] == "lead@agency.example"
    assert message["Reply-To"] == "board@board.example"
    assert message["Subject"] == A_MAIL.subject
    assert message["Date"].datetime == A_MAIL.sent_at
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_all("Message-ID") == [A_MAIL.message_id]
    assert text_of(message, "plain").rstrip("\n") == A_MAIL.text
    assert text_of(message, "html").rstrip("\n") == A_MAIL.html
    assert message.defects == []


def test_every_line_is_short_seven_bit_and_ended_by_crlf() -> None:
    content = to_bytes(replace(A_MAIL, text="£ " * 5_000, subject="Ü" * 300, sender_name="é" * 300))

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


def test_the_same_key_always_makes_the_same_message_id() -> None:
    assert message_id_of("one", "board.example") == message_id_of("one", "board.example")
    assert message_id_of("one", "board.example") != message_id_of("two", "board.example")


def test_follow_ups_name_what_they_follow() -> None:
    earlier = (message_id_of("1", "board.example"), message_id_of("2", "board.example"))

    message = read(replace(A_MAIL, references=earlier))

    assert message["References"].split() == list(earlier)
    assert message["In-Reply-To"] == earlier[-1]


@pytest.mark.parametrize(("method", "shown"), [(b"REQUEST", "REQUEST"), (b"CANCEL", "CANCEL")])
def test_an_invitation_is_a_third_way_to_read_the_mail(method: bytes, shown: str) -> None:
    calendar = AN_INVITATION.replace(b"REQUEST", method)

    message = read(replace(A_MAIL, calendar=calendar))

    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert parts[2].get_param("method") == shown
    assert parts[2].get_payload(decode=True) == calendar


def test_a_list_of_dates_goes_as_a_file_beside_the_text() -> None:
    message = read(replace(A_MAIL, calendar=AN_INVITATION.replace(b"REQUEST", b"PUBLISH")))

    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_filename() for part in message.iter_attachments()] == ["dates.ics"]
    assert text_of(message, "html").rstrip("\n") == A_MAIL.html


def test_several_invitations_go_as_a_file_each_that_nothing_opens_by_itself() -> None:
    files = tuple(CalendarFile(f"Meeting {number} on 1 March 2026.ics", AN_INVITATION) for number in (1, 2))

    message = read(replace(A_MAIL, files=files))

    assert message.get_content_type() == "multipart/mixed"
    parts = list(message.iter_attachments())
    assert [part.get_filename() for part in parts] == [each.name for each in files]
    assert {(part.get_content_disposition(), part.get_param("method")) for part in parts} == {("attachment", "REQUEST")}
    assert {part.get_payload(decode=True) for part in parts} == {AN_INVITATION}
    assert text_of(message, "html").rstrip("\n") == A_MAIL.html


@pytest.mark.parametrize(
    "address",
    [
        "", "nobody", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "A <a@b.example>",
        "a@b@c.example", "a b@c.example", "a@b.example\n", "a@-b.example", '"a b"@c.example', "a@b..example",
        "a\u202e@b.example",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_is_refused(address: str) -> None:
    for broken in (replace(A_MAIL, to=address), replace(A_MAIL, sender=address)):
        with pytest.raises(NotOneAddress):
            to_bytes(broken)


def test_a_reference_that_is_none_is_refused() -> None:
    with pytest.raises(NotAMessageId):
        to_bytes(replace(A_MAIL, references=("<a@b.example>\r\nBcc: c@d.example",)))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_bytes(replace(A_MAIL, sent_at=datetime(2026, 6, 12, 7, 4)))  # noqa: DTZ001


HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
    "Content-Type",
}  # fmt: skip


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_subject_and_no_name_adds_a_header(subject: str, name: str) -> None:
    message = email.message_from_bytes(to_bytes(replace(A_MAIL, subject=subject, sender_name=name)))

    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)


@pytest.mark.parametrize(
    "subject", ["x\r\nBcc: a@b.example", "x\nX-A: b", "=?utf-8?q?a=0D=0ABcc:_x?=", "x\u2028Bcc: a"]
)
def test_a_line_break_in_a_subject_becomes_a_space(subject: str) -> None:
    message = read(replace(A_MAIL, subject=subject))

    assert "\n" not in message["Subject"]
    assert message["Bcc"] is None
    assert message["X-A"] is None


def test_an_emoji_in_the_subject_arrives() -> None:
    assert read(replace(A_MAIL, subject="Due 🌳 Friday"))["Subject"] == "Due 🌳 Friday"


def test_in_trial_mode_an_allowed_address_gets_its_mail_unchanged() -> None:
    assert for_trial(A_MAIL, ["Lead@agency.example"], "manager@board.example", "x") is A_MAIL
    assert for_trial(A_MAIL, ["@agency.example"], "manager@board.example", "x") is A_MAIL


def test_in_trial_mode_everything_else_goes_to_the_manager() -> None:
    label = "single point of contact of <Elm> Council"

    one = replace(A_MAIL, calendar=AN_INVITATION, files=(CalendarFile("Meeting 1.ics", AN_INVITATION),))
    mail = for_trial(one, ["x@y.example"], "manager@board.example", label)

    assert mail.to == "manager@board.example"
    assert mail.calendar is None and mail.files == ()
    assert mail.text.splitlines()[0] == f"Would have gone to: {label}"
    assert "Would have gone to: single point of contact of &lt;Elm&gt; Council</p><p>Line one" in mail.html
    assert A_MAIL.to not in to_bytes(mail).decode()


def test_an_answer_is_kept_without_secrets_and_without_other_peoples_addresses() -> None:
    answer = "550 5.1.1 <lead@agency.example> unknown,\r\nask postmaster@agency.example; you sent hunter2 " + "x" * 999

    kept = one_line(answer, address="lead@agency.example", secrets=("hunter2",))

    assert "<lead@agency.example>" in kept
    assert "postmaster@" not in kept
    assert "hunter2" not in kept
    assert "\n" not in kept
    assert len(kept) == 200
