"""The engine's side of the port: suspended runs, their stored answers, and nothing else of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect import runtime, suspend_flow_run
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.input import RunInput

from flows.forms import Form, as_model
from models.records.asks import Ask

PARTS = ("response", "schema", "description")
LONGEST_RUN_NAME = 200
DISPATCH = "dispatch-messages/Dispatch messages"


class EnginePort:
    """Gates wait as suspended runs."""

    def run_id(self) -> str:
        """The run that we are in."""
        return str(runtime.flow_run.id)

    def may_adopt(self, idempotency_key: str) -> bool:
        """True when the run that we are in was started under that key."""
        with client() as engine:
            return engine.read_flow_run(UUID(self.run_id())).idempotency_key == idempotency_key

    def raw_answer(self, ask: Ask) -> Mapping[str, Any] | None:
        """The stored response itself; one that is no form at all counts as an empty one, to be refused."""
        text = _read_input(ask, "response")
        if text is None:
            return None
        try:
            raw = json.loads(text)
        except ValueError:
            return {}
        return raw if isinstance(raw, dict) else {}

    def forget(self, ask: Ask) -> None:
        """The engine keeps nothing of the question and its answer."""
        with client() as engine:
            for part in PARTS:
                try:
                    engine.delete_flow_run_input(UUID(ask.run_id), _name(ask, part))
                except (ObjectNotFound, PrefectHTTPStatusError) as fault:
                    _insist_on_not_found(fault)

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        """The run is suspended under the ask's key, named by what it waits for; what comes back is dropped."""
        self.name_run(name)
        model = as_model(form, ask.attempt, RunInput, prefilled)
        with_intro = model.with_initial_data(description=form.intro)  # type: ignore[attr-defined]
        suspend_flow_run(wait_for_input=with_intro, key=ask.key, timeout=None)

    def name_run(self, name: str) -> None:
        """The run that we are in is shown under that name."""
        with client() as engine:
            engine.update_flow_run(UUID(self.run_id()), name=name[:LONGEST_RUN_NAME])

    def look_again(self, ref: str) -> None:
        """The waiting run of another process starts once more from the record."""
        from flows.keep_running import look_again

        look_again(ref)

    def send_now(self) -> None:
        """A dispatch is started, which waits for one that is at work."""
        with client() as engine:
            deployment = engine.read_deployment_by_name(DISPATCH)
            engine.create_flow_run_from_deployment(deployment.id, name="Something urgent")

    def pages_changed(self, ref: str) -> None:
        """The pages show the process of that reference, and its board's day, as the record now has them."""
        from flows.pages import refresh_process

        refresh_process(ref)

    def can_be_answered(self, ask: Ask) -> bool:
        """True when the engine has the form of the question; without it nobody could ever answer."""
        return _read_input(ask, "schema") is not None


def client() -> SyncPrefectClient:
    """A client of our own server."""
    return get_client(sync_client=True)


def _read_input(ask: Ask, part: str) -> str | None:
    with client() as engine:
        try:
            return engine.read_flow_run_input(UUID(ask.run_id), _name(ask, part))
        except (ObjectNotFound, PrefectHTTPStatusError) as fault:
            _insist_on_not_found(fault)
            return None


def _name(ask: Ask, part: str) -> str:
    return f"suspended-{ask.key}-{part}"


def _insist_on_not_found(fault: ObjectNotFound | PrefectHTTPStatusError) -> None:
    if isinstance(fault, PrefectHTTPStatusError) and fault.response.status_code != 404:
        raise fault
