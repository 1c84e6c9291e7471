"""Starts one run: in a copy of the ready process where one answers, else by loading everything itself.

python -m flows.start_run prefect.engine, with the run's number in the environment, as the worker does it.
Nothing but the standard library is loaded here: each answer of a person waits for it.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

OBJECTS_BEFORE_A_LOOK = 100_000  # Python's own 700 makes hundreds of looks while some thousand classes are made
READY_ANSWERS_WITHIN_SECONDS = 5.0
_TOLD_TO = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main() -> None:
    """Returns when the run has ended well; else this process ends as the run did, by exit code or by signal."""
    home = os.environ.get("SIGHTLINE_HOME", "")
    connection = ask_ready_process(Path(home), sys.argv[1:]) if home else None
    if connection is None:
        gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 20, 20)
        runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
    else:
        _end_as_it_ended(connection)


def ask_ready_process(home: Path, words: list[str]) -> socket.socket | None:
    """A line to the copy that now runs these words in our place, or None where this process must do it."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(READY_ANSWERS_WITHIN_SECONDS)
        with short_address(home) as address:
            connection.connect(address)
        request = {"words": words, "environment": dict(os.environ), "folder": str(Path.cwd())}
        socket.send_fds(connection, [json.dumps(request).encode() + b"\n"], [0, 1, 2])
        answer = connection.makefile("rb", buffering=0).readline()
        if not answer.strip().isdigit():
            raise ConnectionRefusedError
    except (OSError, AttributeError):
        connection.close()
        return None
    _pass_signals_on_to(int(answer))
    connection.settimeout(None)
    return connection


class short_address:  # noqa: N801 - used as a function is
    """The address of the ready process of a home, short enough for a socket however deep the home lies."""

    def __init__(self, home: Path) -> None:
        self.folder = os.open(home / "prefect", os.O_RDONLY | os.O_DIRECTORY)

    def __enter__(self) -> str:
        return f"/proc/self/fd/{self.folder}/ready.socket"

    def __exit__(self, *_: object) -> None:
        os.close(self.folder)


def _pass_signals_on_to(number: int) -> None:
    def pass_on(name: int, _frame: FrameType | None) -> None:
        _told.append(name)
        with suppress(ProcessLookupError):
            os.kill(number, name)

    for name in _TOLD_TO:
        signal.signal(name, pass_on)


_told: list[int] = []


def _end_as_it_ended(connection: socket.socket) -> None:
    said = b""
    with suppress(OSError):
        while some := connection.recv(100):
            said += some
    if said:
        sys.exit(int(said))
    by = _told[-1] if _told else signal.SIGKILL
    if by != signal.SIGKILL:
        signal.signal(by, signal.SIG_DFL)
    os.kill(os.getpid(), by)


if __name__ == "__main__":
    main()
