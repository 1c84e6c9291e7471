"""A Sightline of its own for a test: own home, own port, started and stopped as a person would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.settings import Settings
from flows.plain_client import PlainClient
from flows.supervise import end_leftovers

CODE = Path(__file__).resolve().parents[1]
PLACEHOLDERS = CODE / "tests" / "flows" / "placeholders" / "prefect.yaml"


def free_port() -> int:
    """A port on loopback that nobody uses at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass
class Installation:
    """`sightline up` in a folder of its own; what it says is in `said`."""

    home: Path
    deployments: Path = PLACEHOLDERS
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def ui(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self._words.read_text() if self._words.exists() else ""

    @property
    def client(self) -> PlainClient:
        return PlainClient(Settings(home=self.home, port=self.port))

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a person who uses this installation."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        return {
            **ours,
            "SIGHTLINE_HOME": str(self.home),
            "SIGHTLINE_PORT": str(self.port),
            "SIGHTLINE_DEPLOYMENTS": str(self.deployments),
            "PYTHONPATH": str(CODE),
            **self.more,
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `sightline` with these words to its end."""
        return subprocess.run(
            [sys.executable, "-m", "flows.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, within_seconds: float = 90) -> float:
        """Returns when it says that it is ready, with the seconds that it took."""
        began = time.monotonic()
        self._words.parent.mkdir(parents=True, exist_ok=True)
        with self._words.open("wb") as words:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.cli", "up"],
                env=self.environment,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        until(lambda: "is ready" in self.said or self.ended, within_seconds)
        assert "is ready" in self.said, self.said + self.logs
        return time.monotonic() - began

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    @property
    def logs(self) -> str:
        return "\n".join(log.read_text()[-4000:] for log in sorted(self.home.glob("log/*.log")))

    def stop(self, within_seconds: float = 60) -> int:
        """Ctrl-C; gives the exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_seconds)

    def kill(self) -> None:
        """The process that the person started is gone at once, as if the power had failed for it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def clear(self) -> None:
        """Nothing of it runs any more."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        end_leftovers(self.home)

    @property
    def _words(self) -> Path:
        return self.home.parent / f"{self.home.name}.said"


def pause_schedules(installation: Installation) -> None:
    """No round and no dispatch starts by itself; a test that wants one starts it."""
    from prefect.client.orchestration import SyncPrefectClient

    with SyncPrefectClient(api=installation.api) as client:
        for known in client.read_deployments():
            if known.schedules:
                client.pause_deployment(known.id)


def until(true: Callable[[], bool], within_seconds: float) -> None:
    """Returns when it has become true.  Raises TimeoutError."""
    end = time.monotonic() + within_seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {within_seconds} seconds")
        time.sleep(0.05)
