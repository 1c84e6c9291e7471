"""Brings the record, the server and the runs into order; `sightline up` waits for it before it says "ready".

A short process of its own, so that its memory is given back.  What it prints is shown to the person.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from config.settings import settings
from flows.engine import POOL, set_environment
from flows.plain_client import PlainClient
from flows.refusals import (
    ConfigurationFaults,
    DatabaseLocked,
    DatabaseNewer,
    DatabaseNotReached,
    DatabaseUnreadable,
    NoDiskSpace,
    NotHealthyInTime,
    Refusal,
    ScheduleWithoutRun,
)
from flows.supervise import die_with_parent

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

WORKER_MAY_START = "@worker"
SERVER_MAY_TAKE_SECONDS = 120
SCHEDULER_MAY_TAKE_SECONDS = 30
SPACE_NEEDED_MB = 200


def main() -> int:
    """Gives 0 when all is in order, 1 after a sentence about what is not."""
    die_with_parent()
    try:
        set_environment()
        prepare()
    except Refusal as refusal:
        say(str(refusal))
        return 1
    return 0


def prepare() -> None:
    """Afterwards: record current, work pool open, nothing falsely running, all offers deployed and scheduled,
    each open process with a live run.

    Raises a Refusal that says what to do.
    """
    _the_record()
    from prefect.client.orchestration import get_client

    from flows.deployments import deploy, offers

    wanted = offers(settings().deployments)
    for offer in wanted:
        offer.flow()
    _wait_for_server()
    with get_client(sync_client=True) as client:
        make_pool(client)
        retire_interrupted_runs(client)
        say(WORKER_MAY_START)
        deploy(client, wanted)
        _the_runs()
        wait_for_schedules(client)


def make_pool(client: SyncPrefectClient) -> None:
    """Afterwards our work pool is there and open, also when the last stop had paused it."""
    from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    try:
        client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
    except ObjectAlreadyExists:
        client.update_work_pool(POOL, WorkPoolUpdate(is_paused=False))


def retire_interrupted_runs(client: SyncPrefectClient) -> int:
    """Afterwards no run counts as working that a crash has ended; gives their number.

    Only called while no worker of ours runs: whatever then says Pending or Running is not true.
    """
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    stuck = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=stuck)))
    retired = 0
    while runs := client.read_flow_runs(flow_run_filter=wanted, limit=200):
        for run in runs:
            client.set_flow_run_state(run.id, Crashed(message="Ended when Sightline stopped."), force=True)
        retired += len(runs)
    return retired


def wait_for_schedules(client: SyncPrefectClient) -> None:
    """Returns when each active schedule has a future run.  Raises ScheduleWithoutRun."""
    from flows.deployments import schedules_without_run

    if missing := _until_empty(lambda: schedules_without_run(client), SCHEDULER_MAY_TAKE_SECONDS):
        names = ", ".join(f'"{name}"' for name in missing)
        raise ScheduleWithoutRun(names=names, log=settings().log_folder / "server.log")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _until_empty(ask: Callable[[], list[str]], seconds: float) -> list[str]:
    end = time.monotonic() + seconds
    while (left := ask()) and time.monotonic() < end:
        time.sleep(0.25)
    return left


def _wait_for_server() -> None:
    client = PlainClient(settings())
    log = settings().log_folder / "server.log"
    end = time.monotonic() + SERVER_MAY_TAKE_SECONDS
    while not client.healthy():
        if time.monotonic() > end:
            raise NotHealthyInTime(seconds=SERVER_MAY_TAKE_SECONDS, log=log)
        time.sleep(0.1)


def _the_record() -> None:
    from config.faults import FaultyConfiguration
    from models.migrations.schema import NewerSchema, upgrade
    from models.records.chasing import plan_rungs_at_meetings
    from models.records.opening import import_configuration

    try:
        upgrade()
        _the_folders(import_configuration())
        plan_rungs_at_meetings()
    except NewerSchema as fault:
        raise DatabaseNewer(folder=settings().home) from fault
    except FaultyConfiguration as fault:
        raise ConfigurationFaults(count=len(fault.faults)) from fault
    except Exception as fault:
        refusal = refusal_for(str(fault))
        if refusal is None:
            raise
        raise refusal from fault


def _the_folders(board_keys: list[str]) -> None:
    """Each board has its folders; that they cannot be made keeps nothing else from starting."""
    from flows.board_folders import make_board_folders

    try:
        make_board_folders(board_keys)
    except OSError:
        say(f"The folders of the boards could not be made below {settings().board_folder(board_keys[0]).parent}.")
        say("Files are not read from in-trays, nor papers written, until Sightline may write there.")


def _the_runs() -> None:
    from flows.keep_running import restart_lost_runs

    restart_lost_runs()
    _start_missed_round()
    _show_pages()


def _start_missed_round() -> None:
    from flows.rounds import start_if_missed

    try:
        start_if_missed()
    except Exception:  # noqa: BLE001 - a fault in one round must not keep the office from its forms
        traceback.print_exc()
        say("Today's morning round could not be made up for; the next dispatch tries again.")
        say(f"The reason stands at the end of {settings().log_folder / 'prepare.log'}.")


def _show_pages() -> None:
    """The pages are there from the first moment on; that they are not keeps nothing from starting."""
    from config import clock
    from flows.pages import refresh

    try:
        refresh(clock.today())
    except Exception as fault:  # noqa: BLE001 - the next answer or round writes them
        sys.stderr.write(f"The pages could not be written: {type(fault).__name__}\n")


def refusal_for(text: str) -> Refusal | None:
    """The sentence for a fault that a database is known to report, None for any other."""
    home, log = settings().home, settings().log_folder / "prepare.log"
    known: dict[str, Refusal] = {
        "database is locked": DatabaseLocked(folder=home),
        "file is not a database": DatabaseUnreadable(folder=home, log=log),
        "disk image is malformed": DatabaseUnreadable(folder=home, log=log),
        "disk is full": NoDiskSpace(folder=home, megabytes=SPACE_NEEDED_MB),
        "No space left": NoDiskSpace(folder=home, megabytes=SPACE_NEEDED_MB),
        "Can't locate revision": DatabaseNewer(folder=home),
        "Connection refused": DatabaseNotReached(log=log),
        "could not translate host name": DatabaseNotReached(log=log),
        "password authentication failed": DatabaseNotReached(log=log),
    }
    return next((refusal for sign, refusal in known.items() if sign in text), None)


if __name__ == "__main__":
    sys.exit(main())
