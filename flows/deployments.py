"""Brings what the server offers into line with prefect.yaml, the only place where it is written down."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import yaml

from config import clock
from flows.engine import POOL
from flows.refusals import ModuleMissing

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.responses import DeploymentResponse


@dataclass(frozen=True)
class Offer:
    """One entry of prefect.yaml."""

    name: str
    entrypoint: str
    description: str
    tags: list[str]
    parameters: dict[str, Any]
    schedules: list[dict[str, Any]]
    file: Path

    def flow(self) -> Flow[..., Any]:
        """The flow behind the entry.  Raises ModuleMissing when there is none."""
        module, _, function = self.entrypoint.rpartition(".")
        try:
            return cast("Flow[..., Any]", getattr(import_module(module), function))
        except (ModuleNotFoundError, AttributeError) as missing:
            raise ModuleMissing(entrypoint=self.entrypoint, file=self.file.name) from missing


def offers(file: Path) -> list[Offer]:
    """The entries of prefect.yaml, in its order."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [
        Offer(
            name=entry["name"],
            entrypoint=entry["entrypoint"],
            description=entry["description"].strip(),
            tags=entry.get("tags", []),
            parameters=entry.get("parameters", {}),
            schedules=entry.get("schedules", []),
            file=file,
        )
        for entry in written["deployments"]
    ]


def deploy(client: SyncPrefectClient, wanted: list[Offer]) -> int:
    """Afterwards the server offers exactly these; gives how many had to be written.

    What has not changed is left alone, since writing a schedule again removes its runs not yet started.
    """
    there = {(known.name, known.version): known for known in _all_deployments(client)}
    written = 0
    for offer in wanted:
        payload = _payload(offer)
        if (offer.name, payload["version"]) not in there:
            _write(client, offer, payload)
            written += 1
    _remove_others(client, {offer.name for offer in wanted})
    return written


def schedules_without_run(client: SyncPrefectClient) -> list[str]:
    """The names of deployments with an active schedule and no run in the future."""
    scheduled = {
        known.id: known.name
        for known in _all_deployments(client)
        if not known.paused and any(schedule.active for schedule in known.schedules)
    }
    planned = _deployments_with_future_run(client)
    return [name for number, name in scheduled.items() if number not in planned]


def _all_deployments(client: SyncPrefectClient) -> list[DeploymentResponse]:
    return client.read_deployments(limit=200)


def _deployments_with_future_run(client: SyncPrefectClient) -> set[UUID]:
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterExpectedStartTime,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    coming = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"after_": clock.now()}),
    )
    runs = client.read_flow_runs(flow_run_filter=coming, limit=200)
    return {run.deployment_id for run in runs if run.deployment_id}


def _payload(offer: Offer) -> dict[str, Any]:
    from prefect.utilities.callables import parameter_schema

    flow = offer.flow()
    payload: dict[str, Any] = {
        "name": offer.name,
        "entrypoint": offer.entrypoint,
        "description": offer.description,
        "tags": offer.tags,
        "parameters": offer.parameters,
        "parameter_openapi_schema": parameter_schema(flow).model_dump_for_openapi(),
        "enforce_parameter_schema": True,
        "work_pool_name": POOL,
        "job_variables": {
            # Named outright, the engine starts at once: worked out for each run it takes 1.5 s longer.
            "command": shlex.join([sys.executable, "-m", "flows.start_run", "prefect.engine"]),
            "working_dir": str(offer.file.parent),
        },
    }
    fingerprint = json.dumps([payload, flow.name, offer.schedules], sort_keys=True, default=str)
    return {**payload, "version": sha256(fingerprint.encode()).hexdigest()[:12]}


def _write(client: SyncPrefectClient, offer: Offer, payload: dict[str, Any]) -> None:
    from prefect.client.schemas.actions import DeploymentCreate

    flow_id = client.create_flow_from_name(offer.flow().name)
    whole = DeploymentCreate(flow_id=flow_id, schedules=[_schedule(one) for one in offer.schedules], **payload)
    client.request("POST", "/deployments/", json=whole.model_dump(mode="json", exclude_unset=True))


def _schedule(written: dict[str, Any]) -> DeploymentScheduleCreate:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    return DeploymentScheduleCreate(
        schedule=CronSchedule(cron=written["cron"], timezone=written["timezone"]),
        active=written.get("active", True),
    )


def _remove_others(client: SyncPrefectClient, names: set[str]) -> None:
    for known in _all_deployments(client):
        if known.name not in names:
            client.request("DELETE", "/deployments/{id}", path_params={"id": known.id})
