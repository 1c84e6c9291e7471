"""Addresses of pages that last: /pages/<key> leads to the page as it is now, whatever its number.

The engine's own address by key shows a list of versions instead of the page, and its address by number dies
with its database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from models.rules.page_addresses import PAGES

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

NOT_YET = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>No such page yet</title></head>
<body><h1>There is no such page yet</h1>
<p>Sightline writes its pages when it starts, after every answer and in every morning round.
Please look again in a minute. If it is still missing then, check the reference.</p>
<p><a href="/">To the first page</a></p></body></html>"""


def add_lasting_addresses(app: FastAPI) -> None:
    """Afterwards the application answers under /pages/ by leading to the newest page of that key."""
    app.middleware("http")(_lead_to_page)


async def _lead_to_page(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    from starlette.responses import HTMLResponse, RedirectResponse

    path = request.url.path
    if request.method not in ("GET", "HEAD") or not path.startswith(PAGES):
        return await call_next(request)
    number = await _newest(path.removeprefix(PAGES).strip("/").lower())
    never_kept = {"Cache-Control": "no-store"}
    if number is None:
        return HTMLResponse(NOT_YET, HTTPStatus.NOT_FOUND, never_kept)
    return RedirectResponse(f"/artifacts/artifact/{number}", HTTPStatus.TEMPORARY_REDIRECT, never_kept)


async def _newest(key: str) -> UUID | None:
    from prefect.server import models
    from prefect.server.database import provide_database_interface

    async with provide_database_interface().session_context() as session:
        found = await models.artifacts.read_latest_artifact(session=session, key=key)  # type: ignore[attr-defined]
    return None if found is None else found.latest_id
