"""Every open process has one live run: lost ones are started again from the record, second ones are retired."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed, Scheduled

from config import clock
from flows.engine_port import EnginePort, client
from flows.gates import forget, show_pages
from models.records.asks import desk_questions_before, end_unanswered, ended_but_kept, unanswered
from models.records.database import reading, transaction
from models.records.history import write_history
from models.records.processes import Process, open_processes, process_by_ref
from models.rules.processes import KINDS

log = logging.getLogger("sightline.keep_running")

LIVE_FOR = timedelta(minutes=15)  # DESIGN 6: pending or running longer than this is a run that died
UNDER_WAY = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
UNANSWERED_FOR = timedelta(days=2)  # DESIGN 6: a desk flow that nobody answers is retired
LOOK_AGAIN = "Look again"


@dataclass(frozen=True)
class Kept:
    """What was done so that every open process has one live run."""

    started: tuple[str, ...]
    looked_again: tuple[str, ...]
    retired: int


def start_run(ref: str) -> str:
    """A fresh run works for the process, and no other may; gives back its id.

    The same run number twice gives the same run, so a crash in between starts nothing twice.
    """
    with transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        if process.run_id is not None or process.run_no == 0:
            process.run_no += 1
            process.run_id = None
            write_history(session, process, "run started", {"run_no": process.run_no})
        key, run_no, kind = process.idempotency_key, process.run_no, process.kind
        name = process.spoken_ref
    with client() as engine:
        deployment = engine.read_deployment_by_name(KINDS[kind].deployment)
        run = engine.create_flow_run_from_deployment(
            deployment.id, parameters={"ref": ref}, idempotency_key=key, name=f"{name}: starting", tags=[ref]
        )
    with transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        if process.run_no == run_no and process.run_id is None:
            process.run_id = str(run.id)
            session.add(process)
    return str(run.id)


def start_new_processes() -> tuple[str, ...]:
    """Every open process that never had a run has one now."""
    with reading() as session:
        fresh = tuple(each.ref for each in open_processes(session) if each.run_id is None)
    for ref in fresh:
        start_run(ref)
        show_pages(ref)
    return fresh


def restart_lost_runs(now: datetime | None = None, *, forms_of_today: bool = False) -> Kept:
    """Every open process has one live run that can be answered; others of it are retired.

    With `forms_of_today` every form that was put on an earlier day is put again, so that it says how things stand
    now; the morning round asks for that, at an hour when nobody has a form open.
    """
    moment = now or clock.now()
    with reading() as session:
        processes = list(open_processes(session))
    started, again = [], []
    with client() as engine:
        for process in processes:
            run = _run_of(engine, process)
            if run is None or not _is_live(run, moment):
                _bury(engine, run)
                start_run(process.ref)
                started.append(process.ref)
            elif _cannot_be_answered(process, run) or (forms_of_today and _put_earlier(process, moment)):
                look_again(process.ref)
                again.append(process.ref)
        retired = sum(_retire_others(engine, process.ref) for process in processes)
    return Kept(tuple(started), tuple(again), retired)


def retire_forgotten_questions(now: datetime | None = None) -> int:
    """Desk flows that nobody answered for two days are ended; nothing was recorded through them."""
    moment = now or clock.now()
    with reading() as session:
        stale = desk_questions_before(session, moment - UNANSWERED_FOR)
    with client() as engine:
        for ask in stale:
            _end_run(engine, ask.run_id, Cancelled(message="Nobody answered for two days. Nothing was recorded."))
            with transaction() as session:
                end_unanswered(session, ask, moment)
    return len(stale)


def forget_what_was_kept() -> int:
    """The engine keeps nothing of questions that have ended, also where a run was killed before it forgot them."""
    with reading() as session:
        kept = ended_but_kept(session)
    for ask in kept:
        forget(ask)
    return len(kept)


def look_again(ref: str) -> bool:
    """The waiting run of the process starts once more from the record; false when it was not waiting."""
    with reading() as session:
        run_id = process_by_ref(session, ref).run_id
    if run_id is None:
        return False
    with client() as engine:
        try:
            run = engine.read_flow_run(UUID(run_id))
        except ObjectNotFound:
            return False
        if run.state is None or run.state.type is not StateType.PAUSED:
            return False
        engine.set_flow_run_state(run.id, Scheduled(name=LOOK_AGAIN), force=True)
    return True


def _run_of(engine: SyncPrefectClient, process: Process) -> FlowRun | None:
    if process.run_id is None:
        return None
    try:
        return engine.read_flow_run(UUID(process.run_id))
    except ObjectNotFound:
        return None


def _is_live(run: FlowRun, moment: datetime) -> bool:
    if run.state is None or run.state.is_final():
        return False
    if run.state.type in UNDER_WAY:
        return moment - run.state.timestamp < LIVE_FOR
    return True


def _cannot_be_answered(process: Process, run: FlowRun) -> bool:
    if run.state is None or run.state.type is not StateType.PAUSED:
        return False
    with reading() as session:
        asked = [ask for ask in unanswered(session, process.id or 0) if ask.run_id == str(run.id)]
    return not asked or not EnginePort().can_be_answered(asked[-1])


def _put_earlier(process: Process, moment: datetime) -> bool:
    with reading() as session:
        asked = unanswered(session, process.id or 0)
    return bool(asked) and clock.local(asked[-1].asked_at).date() < clock.local(moment).date()


def _end_run(engine: SyncPrefectClient, run_id: str, state: State[None]) -> None:
    try:
        engine.set_flow_run_state(UUID(run_id), state, force=True)
    except ObjectNotFound:
        return


def _bury(engine: SyncPrefectClient, run: FlowRun | None) -> None:
    if run is not None and run.state is not None and not run.state.is_final():
        engine.set_flow_run_state(run.id, Crashed(message="It gave no sign of life and was replaced."), force=True)


def _retire_others(engine: SyncPrefectClient, ref: str) -> int:
    with reading() as session:
        ours = process_by_ref(session, ref).run_id
    if ours is None:  # it is being started at this moment
        return 0
    others = [run for run in _runs(engine, None, ref) if str(run.id) != ours]
    for run in others:
        engine.set_flow_run_state(run.id, Cancelled(message="Another run looks after this process."), force=True)
    return len(others)


def _runs(engine: SyncPrefectClient, types: Sequence[StateType] | None, tag: str | None = None) -> list[FlowRun]:
    wanted = types or (StateType.SCHEDULED, StateType.PAUSED, *UNDER_WAY)
    chosen = FlowRunFilter.model_validate(
        {
            "state": {"type": {"any_": [each.value for each in wanted]}},
            **({"tags": {"all_": [tag]}} if tag else {}),
        }
    )
    return engine.read_flow_runs(flow_run_filter=chosen)
