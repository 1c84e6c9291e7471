"""Addresses that last: /pages/<key> leads to the page as it is now, /start/<name> to where a flow is started.

The engine's own address by key shows a list of versions instead of the page, and its addresses by number die
with its database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from models.rules.page_addresses import PAGES, STARTS, start_key

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
NOT_OFFERED = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Nothing of that name</title></head>
<body><h1>Nothing of that name can be started</h1>
<p>Everything that can be started stands under <a href="/deployments">Deployments</a>.</p></body></html>"""
MOST_OFFERS = 200
BY_HAND = "desk"  # the tag in prefect.yaml of what people start


def add_lasting_addresses(app: FastAPI) -> None:
    """Afterwards the application answers under /pages/ by leading to the newest page of that key, and under /start/
    by leading to where the flow of that name is started; nothing is started by the address itself."""
    app.middleware("http")(_lead_on)


async def _lead_on(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    from starlette.responses import HTMLResponse, RedirectResponse

    path = request.url.path
    root = next((each for each in LEADS if path.startswith(each)), None)
    if request.method not in ("GET", "HEAD") or root is None:
        return await call_next(request)
    find, address, without = LEADS[root]
    number = await find(path.removeprefix(root).strip("/").lower())
    never_kept = {"Cache-Control": "no-store"}
    if number is None:
        return HTMLResponse(without, HTTPStatus.NOT_FOUND, never_kept)
    return RedirectResponse(address.format(number), HTTPStatus.TEMPORARY_REDIRECT, never_kept)


async def _newest_page(key: str) -> UUID | None:
    from prefect.server import models
    from prefect.server.database import provide_database_interface

    async with provide_database_interface().session_context() as session:
        found = await models.artifacts.read_latest_artifact(session=session, key=key)  # type: ignore[attr-defined]
    return None if found is None else found.latest_id


async def _offer(key: str) -> UUID | None:
    from prefect.server import models
    from prefect.server.database import provide_database_interface

    async with provide_database_interface().session_context() as session:
        every = models.deployments.read_deployments(session=session, limit=MOST_OFFERS)
        found = await every  # type: ignore[attr-defined]
    return next((each.id for each in found if BY_HAND in each.tags and start_key(each.name) == key), None)


LEADS: dict[str, tuple[Callable[[str], Awaitable[UUID | None]], str, str]] = {
    PAGES: (_newest_page, "/artifacts/artifact/{}", NOT_YET),
    STARTS: (_offer, "/deployments/deployment/{}/run", NOT_OFFERED),
}
