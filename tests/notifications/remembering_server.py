"""A mail server in a process of its own: each Message-ID that it accepts is a line in a file.

Run as `python -m tests.notifications.remembering_server FILE`; prints its port.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


class Remembers:
    """Writes the Message-ID down before it says that the mail was accepted."""

    def __init__(self, file: Path) -> None:
        self.file = file

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = MESSAGE_ID.search(envelope.content or b"")  # type: ignore[arg-type]
        with self.file.open("ab") as lines:
            lines.write((found.group(1) if found else b"<none>") + b"\n")
        return "250 2.0.0 kept"


async def serve(file: Path) -> None:
    """Listens until the process ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Remembers(file), hostname="loopback"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def remembering_server(file: Path) -> Iterator[str]:
    """The address of such a server, as SIGHTLINE_MAIL_URL wants it."""
    file.touch()
    process = subprocess.Popen([sys.executable, "-m", __name__, str(file)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield f"smtp://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
