"""A mail server on loopback, in a process of its own, that accepts everything and keeps nothing.

python -m bench.sink: prints its port and listens until its standard input ends.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.findings import say


class Sink:
    """Counts nothing, keeps nothing, refuses nothing."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 2.0.0 accepted"


@contextmanager
def sink() -> Iterator[int]:
    """The port of a mail server that listens until the block ends."""
    listener = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert listener.stdin  # asked for above
    assert listener.stdout
    try:
        yield int(listener.stdout.readline())
    finally:
        listener.stdin.close()
        listener.wait(20)


async def _listen() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="sink.example"), "127.0.0.1", 0)
    say(str(server.sockets[0].getsockname()[1]))
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_listen())
