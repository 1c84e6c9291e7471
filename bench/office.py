"""The office as the engine's API sees it: a browser that reads forms and answers them."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx

LOOKS_EVERY_SECONDS = 0.1
FORM_MAY_TAKE_SECONDS = 90
ENDS = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class NoForm(Exception):
    """The run has ended, or does not come to its next form in time."""


@dataclass(frozen=True)
class Form:
    """What a run waits with."""

    run: str
    key: str
    fields: dict[str, Any]
    definitions: dict[str, Any]

    @property
    def answer_field(self) -> str:
        """The one choice that must be made; its name belongs to this form alone."""
        return next(name for name in self.fields if name.startswith("answer_"))

    def choices(self, name: str) -> list[str]:
        """What the field offers."""
        found = re.search(r"#/(?:definitions|\$defs)/([^\"]+)", json.dumps(self.fields.get(name, {})))
        return list(self.definitions[found.group(1)]["enum"]) if found else []

    def chosen(self, name: str, beginning: str) -> str:
        """The whole title of the choice that begins so."""
        return next(one for one in self.choices(name) if one.startswith(beginning))


class Office:
    """Speaks to one server; remembers the status of every answer."""

    def __init__(self, api: str) -> None:
        self.statuses: list[int] = []
        note = {"response": [lambda answer: self.statuses.append(answer.status_code)]}
        self._http = httpx.Client(base_url=api, timeout=60, trust_env=False, event_hooks=note)

    def get(self, path: str) -> Any:
        """What the server answers, None when it has nothing."""
        answer = self._http.get(path)
        return answer.json() if answer.status_code == 200 else None

    def post(self, path: str, body: object) -> httpx.Response:
        """One request that changes something, with the permission that the server wants for it."""
        token = self._http.get("/csrf-token", params={"client": "bench"}).json()["token"]
        headers = {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "bench"}
        return self._http.post(path, json=body, headers=headers)

    def start(self, deployment: str) -> str:
        """A run of the deployment is on its way; its id."""
        known = self.get(f"/deployments/name/{deployment}")
        return str(self.post(f"/deployments/{known['id']}/create_flow_run", {"parameters": {}}).json()["id"])

    def form(self, run: str, not_key: str = "") -> Form:
        """The form that the run waits with once it waits, another than that of `not_key`. Raises NoForm."""
        end = time.monotonic() + FORM_MAY_TAKE_SECONDS
        while time.monotonic() < end:
            seen = self.get(f"/flow_runs/{run}")
            if seen["state_type"] in ENDS:
                raise NoForm(seen["state"]["message"])
            keys = seen["state"]["state_details"].get("run_input_keyset") or {}
            if seen["state_type"] == "PAUSED" and keys and keys["schema"] != not_key:
                schema = self.get(f"/flow_runs/{run}/input/{keys['schema']}")
                if schema is not None:
                    known = {**schema.get("definitions", {}), **schema.get("$defs", {})}
                    return Form(run, keys["schema"], schema["properties"], known)
            time.sleep(LOOKS_EVERY_SECONDS)
        raise NoForm

    def waiting(self, beginning: str) -> Form:
        """The form of the run whose name begins so, once there is one. Raises NoForm."""
        end = time.monotonic() + FORM_MAY_TAKE_SECONDS
        paused = {"flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}}
        while time.monotonic() < end:
            for run in self.post("/flow_runs/filter", paused).json():
                if run["name"].startswith(beginning):
                    return self.form(run["id"])
            time.sleep(LOOKS_EVERY_SECONDS)
        raise NoForm

    def answer(self, form: Form, beginning: str, **values: object) -> None:
        """The form is answered, with the choice that begins so."""
        chosen = {form.answer_field: form.chosen(form.answer_field, beginning), "recorded_by": "The Office"}
        sent = self.post(f"/flow_runs/{form.run}/resume", {"run_input": {**chosen, **values}})
        assert sent.status_code in {200, 201}, sent.text
