"""`sightline up`: everything that Sightline needs, started in order, watched, and stopped in order."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import TextIO

from config.settings import Settings, settings
from flows.engine import set_environment, ui_url
from flows.plain_client import PlainClient
from flows.prepare import SPACE_NEEDED_MB, WORKER_MAY_START, refusal_for
from flows.refusals import (
    HomeIsNoFolder,
    NoDiskSpace,
    NoWritePermission,
    PartKeepsStopping,
    PartStopped,
    PortInUse,
    Refusal,
)
from flows.supervise import Part, child_environment, end_leftovers, open_log, shorten
from flows.worker import started_file
from models.rules.page_addresses import NEW_REVIEW, page_path, start_path, today_key

RUNS_MAY_FINISH_SECONDS = 30
PARTS_MAY_STOP_SECONDS = 8
RESTARTS_ALLOWED = 5
RESTARTS_COUNTED_SECONDS = 600
LOGS_LOOKED_AT_EVERY_SECONDS = 600


class StopAsked(Exception):
    """The person at the keyboard wants Sightline to stop."""


def up() -> int:
    """Starts Sightline and keeps it going until told to stop; gives the exit code.

    Called while it runs, it says so with the address and gives 0.  Raises a Refusal that says what to do.
    """
    os.umask(0o077)
    set_environment()
    chosen = settings()
    make_home(chosen.home)
    with only_one(chosen.home) as first:
        if not first:
            say(f"Sightline is already running. Open {ui_url(chosen)} in a browser.")
            return 0
        return Installation(chosen).run()


class Installation:
    """Server, worker and ready process of one home."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.server = self._part("server", "flows.server", signal.SIGTERM)
        self.worker = self._part("worker", "flows.worker", signal.SIGINT)
        self.ready = self._part("ready", "flows.ready", signal.SIGTERM)  # runs begin without it too, only later
        self.client = PlainClient(chosen)
        self.stop_asked = threading.Event()
        self.hurry = threading.Event()
        self._asked_at = 0.0

    def run(self) -> int:
        signal.signal(signal.SIGINT, self._ask_to_stop)
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        try:
            self._start()
            self._watch()
        except StopAsked:
            pass
        finally:
            self._stop()
        return 0

    def _part(self, name: str, module: str, asked_by: signal.Signals) -> Part:
        log = self.settings.log_folder / f"{name}.log"
        return Part(name=name, module=module, log=log, home=self.settings.home, asked_to_stop_by=asked_by)

    def _start(self) -> None:
        end_leftovers(self.settings.home)
        refuse_port_in_use(self.settings)
        say("Starting Sightline. The first time takes about a minute ...")
        self.server.start()
        self._bring_into_order()
        self._wait_for(started_file(self.settings.home).exists)
        say_ready(self.settings)

    def _bring_into_order(self) -> None:
        """Prepares record, server and runs, and starts the worker at the moment when it may work."""
        log = self.settings.log_folder / "prepare.log"
        started_file(self.settings.home).unlink(missing_ok=True)
        with open_log(log) as faults:
            preparing = subprocess.Popen(
                [sys.executable, "-m", "flows.prepare"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=faults,
                text=True,
                env=child_environment(self.settings.home),
                start_new_session=True,
            )
        said: SimpleQueue[str] = SimpleQueue()
        reading = threading.Thread(target=_read, args=(preparing, said), daemon=True)
        reading.start()
        try:
            self._wait_for(lambda: self._hear(said) and preparing.poll() is not None)
        finally:
            preparing.kill()
            preparing.wait()
        reading.join()
        self._hear(said)
        if preparing.returncode:
            raise PartStopped(part="preparation", log=log) if preparing.returncode != 1 else AlreadySaid

    def _hear(self, said: SimpleQueue[str]) -> bool:
        """Passes on what the preparation says; the worker starts here, as it must not outlive this thread."""
        while not said.empty():
            line = said.get()
            if line.strip() == WORKER_MAY_START:
                self.worker.start()
                self._make_ready()
            else:
                say(line.rstrip())
        return True

    def _wait_for(self, done: Callable[[], bool]) -> None:
        while not done():
            if self.stop_asked.wait(0.1):
                raise StopAsked
            for part in (self.server, self.worker):
                if part.process is not None and not part.runs:
                    raise reason_for(part)

    def _watch(self) -> None:
        logs_next = time.monotonic()
        while not self.stop_asked.wait(1):
            self._restart_what_stopped()
            self._make_ready()
            if time.monotonic() > logs_next:
                logs_next = time.monotonic() + LOGS_LOOKED_AT_EVERY_SECONDS
                for log in self.settings.log_folder.glob("*.log"):
                    shorten(log)

    def _restart_what_stopped(self) -> None:
        for part in (self.server, self.worker):
            if part.runs:
                continue
            if part.starts_within(RESTARTS_COUNTED_SECONDS) > RESTARTS_ALLOWED:
                raise PartKeepsStopping(part=part.name, times=RESTARTS_ALLOWED + 1, log=part.log)
            say(f"The {part.name} stopped by itself and is started again.")
            self._restart(part)
            return

    def _restart(self, part: Part) -> None:
        if part is self.server:
            part.start()
            self._wait_for(self.client.healthy)
            return
        part.process = None
        end_leftovers(self.settings.home, only="prefect")
        self._bring_into_order()

    def _make_ready(self) -> None:
        if not self.ready.runs and self.ready.starts_within(RESTARTS_COUNTED_SECONDS) <= RESTARTS_ALLOWED:
            self.ready.start()

    def _stop(self) -> None:
        if self.worker.runs and self.server.runs:
            self._let_runs_finish()
        self.worker.stop(PARTS_MAY_STOP_SECONDS)
        self.server.stop(PARTS_MAY_STOP_SECONDS)
        self.ready.stop(PARTS_MAY_STOP_SECONDS)
        end_leftovers(self.settings.home)

    def _let_runs_finish(self) -> None:
        with suppress(OSError, HTTPException, ValueError):
            self.client.pause_pool()
            end = time.monotonic() + RUNS_MAY_FINISH_SECONDS
            said = False
            while (count := self.client.runs_at_work()) and time.monotonic() < end and not self.hurry.is_set():
                if not said:
                    say(f"Waiting up to {RUNS_MAY_FINISH_SECONDS} seconds for {count} to finish ...")
                    said = True
                time.sleep(0.3)
        say("Sightline has stopped. Nothing that was recorded is lost.")

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.stop_asked.is_set() and now - self._asked_at > 1:
            self.hurry.set()
        self._asked_at = now
        self.stop_asked.set()


class AlreadySaid(Refusal):
    """"""


def _read(preparing: subprocess.Popen[str], said: SimpleQueue[str]) -> None:
    assert preparing.stdout  # noqa: S101 - asked for where it was started
    with preparing.stdout as lines:
        for line in lines:
            said.put(line)


def make_home(home: Path) -> None:
    """Afterwards the home is there, open to its owner alone, and can be written to.

    Raises NoWritePermission, NoDiskSpace or HomeIsNoFolder.
    """
    try:
        for folder in (home, home / "prefect", home / "log"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
            trial = folder / ".trial"
            trial.write_text("written")
            trial.unlink()
    except (FileExistsError, NotADirectoryError) as fault:
        raise HomeIsNoFolder(folder=fault.filename or home) from fault
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoDiskSpace(folder=home, megabytes=SPACE_NEEDED_MB) from fault
        raise NoWritePermission(folder=home) from fault
    if shutil.disk_usage(home).free < SPACE_NEEDED_MB * 1_000_000:
        raise NoDiskSpace(folder=home, megabytes=SPACE_NEEDED_MB)


@contextmanager
def only_one(home: Path) -> Iterator[bool]:
    """True for the first start from this home, False while another one runs; a crash leaves no trace."""
    with (home / "up.lock").open("a") as lock:
        yield _locked(lock)


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_port_in_use(chosen: Settings) -> None:
    """Raises PortInUse when another program has the port."""
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((chosen.host, chosen.port))
        except OSError as fault:
            raise PortInUse(port=chosen.port, other=chosen.port + 1) from fault


def reason_for(part: Part) -> Refusal:
    """The sentence for a part that stopped while starting, read from the end of its log."""
    end = part.log.read_bytes()[-20_000:].decode(errors="replace")
    return refusal_for(end) or PartStopped(part=part.name, log=part.log)


def say_ready(chosen: Settings) -> None:
    say("")
    say(f"Sightline is ready. Open {ui_url(chosen)} in a browser.")
    say(f"Start a practice learning review: {ui_url(chosen)}{start_path(NEW_REVIEW)}, then Submit.")
    for page in pages_of_today(chosen):
        say(f"Bookmark the page of today: {page}")
    if chosen.mail_goes_to_folder:
        say(f"No mail server is set: messages are put into {chosen.outbox_folder}.")
    say("Stop with Ctrl-C.")


def pages_of_today(chosen: Settings) -> list[str]:
    """The address of each configured board's page of today; it stays the same for ever."""
    boards = sorted(file.parent.name for file in chosen.config.glob("boards/*/board.toml"))
    return [ui_url(chosen) + page_path(today_key(board)) for board in boards]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
