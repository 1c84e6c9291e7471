"""Mail to a folder of .eml files: where everything goes until a mail server is named."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.clock import local
from models.records.said import TO_FOLDER
from notifications.channels.mail import Accepted, Mail, SendFailed
from notifications.channels.mime import NotOneAddress, to_bytes


@dataclass(frozen=True)
class FolderChannel:
    """Each mail becomes one file under `folder`/YYYY-MM-DD, whose name says nothing about anybody."""

    folder: Path

    @contextmanager
    def open(self) -> Iterator[FolderChannel]:
        """A sender; there is nothing to close."""
        yield self

    def send(self, mail: Mail) -> Accepted:
        """The mail lies in the folder, readable by its owner alone; sent again it takes its own place.

        Raises SendFailed: for good when the address is none, else when the folder cannot be written.
        """
        try:
            content = to_bytes(mail)
        except NotOneAddress as fault:
            raise SendFailed("this is not an e-mail address", permanent=True, address_refused=True) from fault
        path = self.folder / local(mail.sent_at).date().isoformat() / _file_name(mail)
        try:
            _write(path, content)
        except OSError as fault:
            reason = f"the folder for mail cannot be written: {fault.strerror}"
            raise SendFailed(reason, affects_all=True) from fault
        return Accepted(f"{TO_FOLDER}{path.parent.name}/{path.name}")


def _file_name(mail: Mail) -> str:
    return hashlib.sha256(mail.message_id.encode()).hexdigest()[:24] + ".eml"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
