"""Every open process has one live run: lost ones are started again from the record, second ones are retired."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed, Scheduled

from config import clock
from flows.engine_port import EnginePort, client
from flows.gates import forget, show_pages
from models.records.asks import Ask, desk_questions, end_unanswered, ended_but_kept, unanswered
from models.records.database import reading, transaction
from models.records.failing_runs import RUN_STARTED, a_run_has_failed, end_tasks_of_runs_that_go
from models.records.history import write_history
from models.records.processes import Process, open_processes, process_by_ref
from models.rules.processes import KINDS

log = logging.getLogger("sightline.keep_running")

LIVE_FOR = timedelta(minutes=15)  # H-6: pending or running longer than this is a run that died
UNDER_WAY = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
FAILED = (StateType.FAILED, StateType.CRASHED)
UNANSWERED_FOR = timedelta(days=2)  # H-5: a desk flow that nobody answers is retired
NOBODY_ANSWERED = "Nobody answered for two days. Nothing was recorded."
LOOK_AGAIN = "Look again"


@dataclass(frozen=True)
class Kept:
    """What was done so that every open process has one live run."""

    started: tuple[str, ...]
    looked_again: tuple[str, ...]
    retired: int

    def and_also(self, other: Kept) -> Kept:
        """Both together."""
        return Kept(self.started + other.started, self.looked_again + other.looked_again, self.retired + other.retired)


def start_run(ref: str, instead_of: str | None) -> None:
    """A fresh run works for the process in place of the one that was lost, and no other may.

    The same run number twice gives the same run, so a crash in between starts nothing twice; and where somebody
    else has replaced the lost run already, nothing is started.
    """
    with transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        if process.run_id != instead_of:
            return
        if process.run_id is not None or process.run_no == 0:
            process.run_no += 1
            process.run_id = None
            write_history(session, process, RUN_STARTED, {"run_no": process.run_no})
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


def start_new_processes() -> tuple[str, ...]:
    """Every open process that never had a run has one now."""
    with reading() as session:
        fresh = tuple(each.ref for each in open_processes(session) if each.run_id is None)
    for ref in fresh:
        start_run(ref, instead_of=None)
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
        questions = list(desk_questions(session))
    kept = Kept((), (), 0)
    with client() as engine:
        for process in processes:
            kept = kept.and_also(_attempt(_look_after, engine, process, moment, forms_of_today))
        for ask in questions:
            kept = kept.and_also(_attempt(_look_after_desk_question, engine, ask, moment))
    with transaction() as session:
        end_tasks_of_runs_that_go(session)
    return kept


def _attempt(deed: Callable[..., Kept], *args: Any) -> Kept:
    """What goes wrong with one process or question keeps no other from being looked after."""
    try:
        return deed(*args)
    except Exception as fault:  # noqa: BLE001
        log.warning("one run could not be looked after: %s", type(fault).__name__)
        return Kept((), (), 0)


def _look_after(engine: SyncPrefectClient, process: Process, moment: datetime, forms_of_today: bool) -> Kept:
    run = _run_of(engine, process)
    if run is None or not _is_live(run, moment):
        _bury(engine, run)
        if run is not None and run.state is not None and run.state.type in FAILED:
            _tell_the_office(process)
        start_run(process.ref, instead_of=process.run_id)
        return Kept((process.ref,), (), _retire_others(engine, process.ref))
    again = _cannot_be_answered(process, run) or (forms_of_today and _put_earlier(process, moment))
    if again:
        look_again(process.ref)
    return Kept((), (process.ref,) if again else (), _retire_others(engine, process.ref))


def _tell_the_office(process: Process) -> None:
    with transaction() as session:
        if a_run_has_failed(session, process_by_ref(session, process.ref, for_update=True)):
            log.warning("the run of %s fails again and again; the office has a task", process.ref)


def _look_after_desk_question(engine: SyncPrefectClient, ask: Ask, moment: datetime) -> Kept:
    """A desk flow that was killed goes on, so that an answer to it is never lost; one that nobody answers ends."""
    run = _read_run(engine, ask.run_id)
    if run is None or run.state is None or run.state.type in (StateType.COMPLETED, StateType.CANCELLED):
        _end_question(ask, moment)
        return Kept((), (), 0)
    if not _is_live(run, moment):
        engine.set_flow_run_state(run.id, Scheduled(name=LOOK_AGAIN), force=True)
        return Kept((), (run.name,), 0)
    unanswered_for = moment - ask.asked_at
    if run.state.type is StateType.PAUSED and unanswered_for > UNANSWERED_FOR and EnginePort().raw_answer(ask) is None:
        engine.set_flow_run_state(run.id, Cancelled(message=NOBODY_ANSWERED), force=True)
        _end_question(ask, moment)
        return Kept((), (), 1)
    return Kept((), (), 0)


def _end_question(ask: Ask, moment: datetime) -> None:
    with transaction() as session:
        end_unanswered(session, ask, moment)


def forget_what_was_kept() -> int:
    """The engine keeps nothing of questions that have ended, also where a run was killed before it forgot them."""
    with reading() as session:
        kept = ended_but_kept(session)
    for ask in kept:
        forget(ask)
    return len(kept)


def look_again(ref: str) -> bool:
    """The waiting run of the process starts once more from the record, and one that never had a run has one; false
    when it was not waiting."""
    with reading() as session:
        run_id = process_by_ref(session, ref).run_id
    if run_id is None:
        start_run(ref, instead_of=None)
        return True
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
    return _read_run(engine, process.run_id) if process.run_id is not None else None


def _read_run(engine: SyncPrefectClient, run_id: str) -> FlowRun | None:
    try:
        return engine.read_flow_run(UUID(run_id))
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
