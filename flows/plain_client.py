"""Asks the server the few things that `sightline up` must know, without loading Prefect into its memory."""

from __future__ import annotations

import json
from base64 import b64encode
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from config.settings import Settings
from flows.engine import POOL, api_url

WAITS_SECONDS = 5.0


class PlainClient:
    """Speaks to our own server and to no other; goes past any proxy."""

    def __init__(self, chosen: Settings) -> None:
        self._address = urlsplit(api_url(chosen))
        self._headers = {"Content-Type": "application/json", **_password(chosen)}

    def healthy(self) -> bool:
        """True when the server answers that it is well."""
        try:
            return self._ask("GET", "/health") is True
        except (OSError, HTTPException, ValueError):
            return False

    def pause_pool(self) -> None:
        """Afterwards no further run is started."""
        self._ask("PATCH", f"/work_pools/{POOL}", {"is_paused": True})

    def runs_at_work(self) -> int:
        """How many runs are being started or are working; waiting ones do not count."""
        states = {"type": {"any_": ["RUNNING", "PENDING"]}}
        return int(self._ask("POST", "/flow_runs/count", {"flow_runs": {"state": states}}))

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        headers = self._headers if method == "GET" else {**self._headers, **self._permission()}
        connection = HTTPConnection(self._address.hostname or "", self._address.port, timeout=WAITS_SECONDS)
        try:
            connection.request(method, self._address.path + path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise HTTPException(f"{method} {path}: {answer.status}")
        return json.loads(text) if text else None

    def _permission(self) -> dict[str, str]:
        name = str(uuid4())
        token = self._ask("GET", f"/csrf-token?client={name}")["token"]
        return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": name}


def _password(chosen: Settings) -> dict[str, str]:
    word = chosen.password.get_secret_value()
    return {"Authorization": f"Basic {b64encode(f'office:{word}'.encode()).decode()}"} if word else {}
