"""Runs begin as copies of the ready process, and end, print and obey as a process of their own would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flows.start_run import short_address
from tests.installation import CODE, PLACEHOLDERS, until

PROBE = """
import atexit, os, sys, time
copied = "flows.ready" in str(sys.modules["__main__"].__spec__) or os.path.basename(sys.orig_argv[2]) == "flows.ready"
what = os.environ.get("PROBE", "")
print("copy" if copied else "alone", os.getcwd(), os.environ["PREFECT__FLOW_RUN_ID"], flush=True)
atexit.register(lambda: (time.sleep(0.3), print("flushed", flush=True)))
if what == "fails":
    sys.exit(3)
if what == "raises":
    raise LookupError("nothing there")
if what == "waits":
    open("pid", "w").write(str(os.getpid()))
    time.sleep(60)
if what == "threads":
    import random, threading
    assert threading.active_count() == 2, threading.enumerate()
    print(random.random())
"""


class Door:
    """A ready process of a home, and the calls to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ("a home that lies deep " * 5)
        (self.home / "prefect").mkdir(parents=True)
        (folder / "probe.py").write_text(PROBE)
        self.process = subprocess.Popen([sys.executable, "-m", "flows.ready"], cwd=CODE, env=self.environment())
        until(self.answers, 30)

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as trial, short_address(self.home) as address:
            try:
                trial.connect(address)
            except OSError:
                return False
        return True

    def environment(self, **more: str) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        return {
            **ours,
            "SIGHTLINE_HOME": str(self.home),
            "SIGHTLINE_DEPLOYMENTS": str(PLACEHOLDERS),
            "PYTHONPATH": str(CODE),
            **more,
        }

    def start(self, probe: str = "", **more: str) -> subprocess.Popen[str]:
        """A run as the worker starts it: with the settings as the engine spells them."""
        wanted = {**self.environment(), **_prefect_of(self.home), "PROBE": probe, "PREFECT__FLOW_RUN_ID": "one", **more}
        return subprocess.Popen(
            [sys.executable, "-m", "flows.start_run", "probe"],
            cwd=self.folder,
            env=wanted,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, probe: str = "", **more: str) -> tuple[int, list[str], str]:
        """Exit code, lines and complaints of a run."""
        process = self.start(probe, **more)
        out, err = process.communicate(timeout=30)
        return process.returncode, out.split("\n"), err

    def nonsense(self, said: bytes, streams: list[int]) -> None:
        with socket.socket(socket.AF_UNIX) as stranger, short_address(self.home) as address:
            stranger.connect(address)
            with suppress(OSError):
                socket.send_fds(stranger, [said or b"\n"], streams)

    def waiting_copy(self) -> tuple[subprocess.Popen[str], int]:
        file = self.folder / "pid"
        file.unlink(missing_ok=True)
        caller = self.start("waits")
        until(lambda: file.exists() and file.read_text().isdigit(), 30)
        return caller, int(file.read_text())


def _prefect_of(home: Path) -> dict[str, str]:
    """What `set_environment` sets, some of it spelt as Prefect's worker spells it."""
    from config.settings import Settings
    from flows.engine import environment

    set_ = environment(Settings(home=home, deployments=PLACEHOLDERS))
    return {name: value.title() if value in {"true", "false"} else value for name, value in set_.items()} | {
        "NO_PROXY": os.environ.get("NO_PROXY", "")
    }


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    door = Door(tmp_path_factory.mktemp("ready"))
    yield door
    door.process.kill()
    door.process.wait()


def gone(number: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{number}/status").read_text()
    except OSError:
        return True


def test_a_run_is_a_copy_with_the_callers_place_streams_and_environment(door: Door) -> None:
    code, lines, err = door.run(PREFECT__FLOW_RUN_ID="two")

    assert (code, err) == (0, "")
    assert lines == [f"copy {door.folder} two", "flushed", ""]


def test_the_exit_code_is_the_runs_own(door: Door) -> None:
    assert door.run("fails")[0] == 3
    code, lines, err = door.run("raises")
    assert code == 1
    assert "LookupError: nothing there" in err
    assert "flushed" in lines


def test_each_copy_has_one_thread_of_its_own_beside_the_watch_and_its_own_random_numbers(door: Door) -> None:
    first, second = door.run("threads"), door.run("threads")

    assert first[0] == second[0] == 0, first[2]
    assert first[1][1] != second[1][1]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_copy_and_ends_both(door: Door, name: signal.Signals) -> None:
    caller, copy = door.waiting_copy()

    caller.send_signal(name)
    caller.wait(20)

    assert caller.returncode in {-name, 1}
    until(lambda: gone(copy), 5)


def test_a_copy_does_not_outlive_its_caller(door: Door) -> None:
    caller, copy = door.waiting_copy()

    caller.kill()

    until(lambda: gone(copy), 5)


def test_a_killed_copy_looks_like_a_killed_run(door: Door) -> None:
    caller, copy = door.waiting_copy()

    os.kill(copy, signal.SIGKILL)

    assert caller.wait(20) == -signal.SIGKILL


def test_a_run_with_other_settings_loads_everything_itself(door: Door) -> None:
    code, lines, _ = door.run(SIGHTLINE_TODAY="2026-03-02")

    assert code == 0
    assert lines[0] == f"alone {door.folder} one"


def test_nonsense_at_the_door_harms_nobody(door: Door) -> None:
    for said in (b"\n", b"{}\n", b"[1, 2]\n", b'{"environment": 1}\n', b"\xff\n", b"x" * 200_000):
        for streams in ([], [0], [0, 1, 2]):
            door.nonsense(said, streams)

    assert door.process.poll() is None
    assert door.run()[1][0].startswith("copy")


def test_without_a_ready_process_a_run_loads_everything_itself(door: Door, tmp_path: Path) -> None:
    code, lines, _ = door.run(SIGHTLINE_HOME=str(tmp_path))

    assert code == 0
    assert lines[0].startswith("alone")
