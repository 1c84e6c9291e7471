"""Starting, starting again, crashing and stopping, as the person at the keyboard sees it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, StateType

from flows.supervise import marked
from tests.installation import Installation, until

pytestmark = pytest.mark.engine


def client_of(installation: Installation) -> SyncPrefectClient:
    return SyncPrefectClient(api=installation.api)


def start_run(client: SyncPrefectClient, flow_and_name: str, **parameters: object) -> FlowRun:
    deployment = client.read_deployment_by_name(flow_and_name)
    return client.create_flow_run_from_deployment(deployment.id, parameters=parameters)


def wait_for_state(client: SyncPrefectClient, run: FlowRun, wanted: StateType, within: float = 30) -> None:
    until(lambda: client.read_flow_run(run.id).state_type is wanted, within)


def test_the_whole_life_of_an_installation(installation: Installation) -> None:
    """One story, since each start takes seconds."""
    # The first start, from nothing.
    took = installation.start()

    assert took < 60
    assert f"Open {installation.ui} in a browser" in installation.said
    assert "Start a practice learning review" in installation.said
    with client_of(installation) as client:
        assert {known.name for known in client.read_deployments()} == {"Quick", "Slow", "Desk"}
        run = start_run(client, "quick/Quick")
        wait_for_state(client, run, StateType.COMPLETED)
    assert private(installation.home)
    folders = sorted(installation.home.glob("boards/barking-and-dagenham/*"))
    assert [each.name for each in folders] == ["done", "faults", "in-tray", "papers"]
    assert {each.stat().st_mode & 0o077 for each in folders} == {0}

    # A second start says so, and changes nothing.
    again = installation.command("up")

    assert again.returncode == 0
    assert "already running" in again.stdout
    assert installation.ui in again.stdout
    assert not installation.ended

    # It is killed in the middle of a run: nothing of it goes on, and the next start retires the run.
    with client_of(installation) as client:
        slow = start_run(client, "slow/Slow", seconds=120)
        wait_for_state(client, slow, StateType.RUNNING)
    installation.kill()

    took = installation.start()

    assert took < 40
    with client_of(installation) as client:
        assert client.read_flow_run(slow.id).state_type is StateType.CRASHED
        wait_for_state(client, start_run(client, "quick/Quick"), StateType.COMPLETED)

        # Ctrl-C waits for what is at work.
        short = start_run(client, "slow/Slow", seconds=4)
        wait_for_state(client, short, StateType.RUNNING)
    code = installation.stop()

    assert code == 0
    assert "Waiting up to 30 seconds for 1 to finish" in installation.said
    assert state_in_file(installation.home, short) == "COMPLETED"
    assert list(marked(installation.home)) == []

    # The pool that the stop has paused is open again.
    took = installation.start()

    assert took < 40
    with client_of(installation) as client:
        wait_for_state(client, start_run(client, "quick/Quick"), StateType.COMPLETED)

    # A part that dies is started again.
    worker = next(iter(marked(installation.home, "flows.worker")))
    os.kill(worker, signal.SIGKILL)
    until(lambda: "The worker stopped by itself" in installation.said, 10)
    with client_of(installation) as client:
        wait_for_state(client, start_run(client, "quick/Quick"), StateType.COMPLETED, within=40)


def private(home: Path) -> bool:
    folders_closed = all(folder.stat().st_mode & 0o077 == 0 for folder in [home, home / "log", home / "prefect"])
    return folders_closed and all(log.stat().st_mode & 0o077 == 0 for log in home.glob("log/*"))


def state_in_file(home: Path, run: FlowRun) -> str:
    database = sqlite3.connect(home / "prefect" / "prefect.db")
    try:
        return str(database.execute("SELECT state_type FROM flow_run WHERE id = ?", [str(run.id)]).fetchone()[0])
    finally:
        database.close()


def test_a_worker_that_was_started_in_the_background_can_be_told_to_stop(installation: Installation) -> None:
    stops_itself = (
        "import asyncio, os, signal; from flows import worker\n"
        "async def work(_): os.kill(os.getpid(), signal.SIGINT); await asyncio.sleep(100)\n"
        "worker._work = work; worker.main(); print('stopped')"
    )
    in_the_background = ["sh", "-c", 'trap \'\' INT; exec "$0" -c "$1"', sys.executable, stops_itself]

    told = subprocess.run(
        in_the_background, env=installation.environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert told.stdout == "stopped\n", told.stderr


def test_a_port_in_use_is_told_in_a_sentence(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", installation.port)):
        told = installation.command("up")

    assert told.returncode == 1
    assert f"Port {installation.port} is used by another program" in told.stderr
    assert f"SIGHTLINE_PORT={installation.port + 1}" in told.stderr
    assert no_traceback(told.stdout + told.stderr)


def test_a_home_that_is_a_file_is_told_in_a_sentence(installation: Installation) -> None:
    installation.home.write_text("not a folder")

    told = installation.command("up")

    assert told.returncode == 1
    assert "is a file and not a folder" in told.stderr
    assert no_traceback(told.stderr)


def test_no_write_permission_is_told_in_a_sentence(installation: Installation) -> None:
    installation.home = Path("/proc/sightline")  # not even the administrator may write there

    told = installation.command("up")

    assert told.returncode == 1
    assert "may not write to" in told.stderr
    assert "SIGHTLINE_HOME" in told.stderr
    assert no_traceback(told.stderr)


def test_an_address_that_others_can_reach_is_refused(installation: Installation) -> None:
    installation.more = {"SIGHTLINE_HOST": "0.0.0.0"}  # noqa: S104

    told = installation.command("up")

    assert told.returncode == 1
    assert "can be reached from other computers" in told.stderr


def test_an_address_that_others_can_reach_needs_a_password(installation: Installation) -> None:
    installation.more = {"SIGHTLINE_HOST": "0.0.0.0", "SIGHTLINE_ALLOW_OTHER_HOSTS": "true"}  # noqa: S104

    told = installation.command("up")

    assert told.returncode == 1
    assert "no password is set" in told.stderr


def test_a_record_that_is_no_database_is_told_in_a_sentence(installation: Installation) -> None:
    installation.home.mkdir()
    (installation.home / "sightline.db").write_text("this is not a database, and it is long enough to be seen")

    told = installation.command("up")

    assert told.returncode == 1
    assert "cannot be read" in told.stdout + told.stderr
    assert no_traceback(told.stdout + told.stderr)


def test_a_record_of_a_newer_version_is_told_in_a_sentence(installation: Installation) -> None:
    installation.home.mkdir()
    database = sqlite3.connect(installation.home / "sightline.db")
    database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.commit()
    database.close()

    told = installation.command("up")

    assert told.returncode == 1
    assert "newer version of Sightline" in told.stdout + told.stderr
    assert no_traceback(told.stdout + told.stderr)


def no_traceback(words: str) -> bool:
    return "Traceback" not in words
