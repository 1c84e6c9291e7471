"""A fresh clone, `make run`, a healthy UI; the same once more; and what it takes of the memory."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.findings import Finding, at_most, load, say
from bench.office import Office
from tests.installation import CODE, free_port

FIRST_SECONDS, SECOND_SECONDS = 90, 15
MAY_TAKE_SECONDS = 300
AT_REST_AFTER_SECONDS = 10


class DidNotStart(Exception):
    """`make run` did not come to a healthy UI."""


@dataclass(frozen=True)
class Start:
    """What one start took; memory as the resident sets say, and with shared pages counted once."""

    seconds: float
    resident_mb: float
    proportional_mb: float
    processes: int


def measure() -> list[Finding]:
    """The first start from a clone of what was last committed, the second one, the memory of all that runs."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        clone = Path(folder) / "sightline"
        began = time.perf_counter()
        try:
            subprocess.run(["git", "clone", "--quiet", str(CODE), str(clone)], check=True)
        except (OSError, subprocess.CalledProcessError):
            return [Finding("Fresh clone to healthy UI", "this is no clone itself: not measured")]
        cloning = time.perf_counter() - began
        try:
            first = _start(clone)
            second = _start(clone)
        except DidNotStart as fault:
            wanted = f"{FIRST_SECONDS} s or less"
            return [Finding("Fresh clone to healthy UI", f"it did not start: {fault}", wanted, met=False)]
    whole = cloning + first.seconds
    memory = f"{second.proportional_mb:.0f} MB ({second.resident_mb:.0f} MB resident) in {second.processes} processes"
    return [
        at_most("Fresh clone to healthy UI", whole, FIRST_SECONDS, f"{whole:.0f} s, {load()}", " s"),
        at_most("Second start", second.seconds, SECOND_SECONDS, f"{second.seconds:.0f} s, {load()}", " s"),
        Finding("Memory of everything that `make run` started, at rest", memory),
    ]


def _start(clone: Path) -> Start:
    with _make_run(clone) as (made, office, began):
        _wait_until_ready(made, office, _offered(clone))
        seconds = time.perf_counter() - began
        say(f"  make run: healthy and everything offered after {seconds:.0f} s ({load()})")
        time.sleep(AT_REST_AFTER_SECONDS)
        everything = list(_descendants(made.pid))
        return Start(
            seconds, _memory(everything, "status", "VmRSS"), _memory(everything, "smaps_rollup", "Pss"), len(everything)
        )


@contextmanager
def _make_run(clone: Path) -> Iterator[tuple[subprocess.Popen[bytes], Office, float]]:
    port = free_port()
    ours = ("SIGHTLINE_", "PREFECT_", "PYTHON", "MAKE", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    began = time.perf_counter()
    with (clone.parent / "said").open("wb") as said:
        made = subprocess.Popen(
            ["make", "run"], cwd=clone, env={**environment, "SIGHTLINE_PORT": str(port)}, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        yield made, Office(f"http://127.0.0.1:{port}/api"), began
    finally:
        _press_ctrl_c(made)


def _press_ctrl_c(made: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(made.pid, signal.SIGINT)
    try:
        made.wait(60)
    except subprocess.TimeoutExpired:
        os.killpg(made.pid, signal.SIGKILL)
        made.wait()


def _offered(clone: Path) -> int:
    """How many deployments there are to be."""
    return (clone / "prefect.yaml").read_text().count("entrypoint:")


def _wait_until_ready(made: subprocess.Popen[bytes], office: Office, offered: int) -> None:
    end = time.monotonic() + MAY_TAKE_SECONDS
    while time.monotonic() < end:
        if made.poll() is not None:
            raise DidNotStart(f"make ended with {made.returncode}")
        with suppress(httpx.HTTPError, KeyError, TypeError):
            if office.get("/health") is True and len(office.post("/deployments/filter", {}).json()) >= offered:
                return
        time.sleep(0.2)
    raise DidNotStart(f"not within {MAY_TAKE_SECONDS} s")


def _descendants(pid: int) -> Iterator[int]:
    """The process and everything that it has started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from _descendants(int(child))


def _memory(processes: list[int], file: str, field: str) -> float:
    """The sum in MB of one field of the kernel's account of each process."""
    kilobytes = 0
    for pid in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
    return kilobytes / 1024
