"""Mail into a folder, and which channel is chosen."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings
from notifications.channels import FolderChannel, mail_channel
from notifications.channels.mail import SendFailed
from notifications.channels.smtp import SmtpChannel
from tests.notifications.test_channels_mime import A_MAIL


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_mail_becomes_a_file_that_its_owner_alone_can_read(tmp_path: Path) -> None:
    late_on_saturday = datetime(2026, 6, 13, 23, 30, tzinfo=UTC)  # Sunday 00:30 in London

    with FolderChannel(tmp_path / "outbox").open() as sender:
        answer = sender.send(replace(A_MAIL, sent_at=late_on_saturday))

    (path,) = files_in(tmp_path)
    assert path.parent.name == "2026-06-14"
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert answer.reply == f"written to 2026-06-14/{path.name}"
    assert email.message_from_bytes(path.read_bytes())["To"] == A_MAIL.to


def test_the_name_of_the_file_says_nothing_about_anybody(tmp_path: Path) -> None:
    FolderChannel(tmp_path).send(A_MAIL)

    name = files_in(tmp_path)[0].name
    assert len(name) == 28
    assert "lead" not in name
    assert A_MAIL.message_id[1:9] not in name


def test_a_mail_sent_again_takes_its_own_place(tmp_path: Path) -> None:
    with FolderChannel(tmp_path).open() as sender:
        sender.send(A_MAIL)
        sender.send(replace(A_MAIL, text="again"))

    (path,) = files_in(tmp_path)
    assert b"again" in path.read_bytes()


def test_a_folder_that_cannot_be_written_is_nobodys_bounce(tmp_path: Path) -> None:
    in_the_way = tmp_path / "outbox"
    in_the_way.write_text("a file where the folder should be")

    with FolderChannel(in_the_way).open() as sender, pytest.raises(SendFailed) as caught:
        sender.send(A_MAIL)

    assert (caught.value.permanent, caught.value.affects_all) == (False, True)


def test_what_is_no_address_is_refused_for_good(tmp_path: Path) -> None:
    with pytest.raises(SendFailed) as caught:
        FolderChannel(tmp_path).send(replace(A_MAIL, to="a@b.example, c@d.example"))

    assert (caught.value.permanent, caught.value.address_refused) == (True, True)
    assert files_in(tmp_path) == []


def test_mail_goes_to_the_folder_until_a_server_is_named(tmp_path: Path) -> None:
    at_first = mail_channel(Settings(home=tmp_path))
    later = mail_channel(Settings(home=tmp_path, mail_url=SecretStr("smtps://u:p@mail.example")))

    assert at_first == FolderChannel(tmp_path / "outbox")
    assert isinstance(later, SmtpChannel)
    assert later.server.host == "mail.example"
