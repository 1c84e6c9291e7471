"""The processes of one installation: started, watched, and found again after a crash."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from flows.engine import MARK

PARENT = "SIGHTLINE_PARENT"  # the process that a child must not outlive
LOG_MAY_GROW_TO_BYTES = 10_000_000
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Afterwards this process ends when the one that started it does, however that ends.

    Only on Linux, where the kernel does it; elsewhere the next start finds what was left.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = os.environ.get(PARENT)
    if parent and os.getppid() != int(parent):  # it ended before the line above
        os._exit(1)


def child_environment(home: Path) -> dict[str, str]:
    """The environment of a process that `up` starts: it carries the mark of its home."""
    return {**os.environ, MARK: str(home), PARENT: str(os.getpid())}


@dataclass
class Part:
    """One of our long-running processes: a Python module with a log file."""

    name: str
    module: str
    log: Path
    home: Path
    asked_to_stop_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Afterwards the process runs, in a session of its own, with its output in the log."""
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=child_environment(self.home),
                start_new_session=True,
            )
        self.started.append(time.monotonic())

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def starts_within(self, seconds: float) -> int:
        """How often it was started in the last `seconds`."""
        return sum(1 for moment in self.started if time.monotonic() - moment < seconds)

    def stop(self, within_seconds: float) -> None:
        """Afterwards it has ended: asked first, then killed."""
        if self.process is None:
            return
        if self.runs:
            self.process.send_signal(self.asked_to_stop_by)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(within_seconds)
        self.process.kill()
        self.process.wait()
        self.process = None


def open_log(path: Path) -> BinaryIO:
    """The log, opened for appending, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shorten(path)
    return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))


def shorten(log: Path) -> None:
    """A log over ten megabytes is moved to one older copy; whoever writes goes on in the emptied file."""
    if not log.exists() or log.stat().st_size < LOG_MAY_GROW_TO_BYTES:
        return
    older = log.with_suffix(".1.log")
    older.touch(mode=0o600)
    older.write_bytes(log.read_bytes())
    os.truncate(log, 0)


def end_leftovers(home: Path, *, only: str = "") -> int:
    """Ends every process that an earlier start from this home left behind; gives their number.

    They are known by a mark in their environment, so that a process number used again harms nobody.  `only`
    narrows it to command lines that contain the word.
    """
    found = [number for number in marked(home, only) if number != os.getpid()]
    for number in found:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(number, signal.SIGKILL)
    _wait_until_gone(found)
    return len(found)


def marked(home: Path, only: str = "") -> Iterator[int]:
    """The numbers of the living processes that were started from this home."""
    mark = f"{MARK}={home}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            if only.encode() in (folder / "cmdline").read_bytes():
                yield int(folder.name)


def _wait_until_gone(numbers: list[int], within_seconds: float = 5) -> None:
    end = time.monotonic() + within_seconds
    while time.monotonic() < end and any(_lives(number) for number in numbers):
        time.sleep(0.05)


def _lives(number: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return False
