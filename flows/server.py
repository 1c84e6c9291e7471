"""Serves Prefect's own application, with one method replaced and two doors closed.

On SQLite, Prefect opens transactions that read first and write later.  Two of them at once cannot both go on,
and the second is answered 503.  Here every transaction asks for the right to write at its beginning, so that
they queue instead of failing.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from config.settings import Settings, settings
from flows.engine import set_environment, ui_origins
from flows.lasting_addresses import add_lasting_addresses
from flows.supervise import die_with_parent

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

KEEP_ALIVE_SECONDS = 5
STOP_WITHIN_SECONDS = 5
OUR_STYLE = (
    "<style>"
    # A click on the words of a list reaches two listeners: the one opens it, the other closes it again.
    ".p-select-button__control { pointer-events: none }"
    # The words above the fields of a form keep their height, however long the form is.
    ".p-modal__body > .markdown-renderer { flex-shrink: 0 }"
    # The cells of a page's table break into lines instead of running out of sight.
    ".markdown-renderer .markdown-renderer__table { width: max-content; max-width: 100% }"
    ".markdown-renderer .markdown-renderer__table :is(td, th) { white-space: normal; vertical-align: top }"
    "@media (max-width: 640px) { .markdown-renderer .markdown-renderer__table :is(td, th) { padding: 0.25rem } }"
    "</style>"
)


def main() -> None:
    """Serves until told to stop."""
    die_with_parent()
    set_environment()
    serve(settings())


def serve(chosen: Settings) -> None:
    """Answers under the host and port of these settings, with all background services."""
    import uvicorn

    uvicorn.run(
        application(chosen),
        host=chosen.host,
        port=chosen.port,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_WITHIN_SECONDS,
        log_level="warning",
        server_header=False,
    )


def application(chosen: Settings) -> FastAPI:
    """Prefect's application with queueing transactions, security headers and a check of the host name."""
    import prefect
    from prefect.server.api.server import create_app
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    make_sqlite_transactions_queue()
    # The newer UI fetches its settings from a foreign host; without its files it is not offered.
    prefect.__ui_v2_static_path__ = chosen.prefect_home / "no-such-ui"
    app = create_app(final=True)
    add_our_style(chosen.prefect_home / "ui" / "v1" / "index.html")
    add_lasting_addresses(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=host_names(chosen))
    _add_security_headers(app, chosen)
    return app


def make_sqlite_transactions_queue() -> None:
    """Afterwards each of Prefect's transactions on SQLite takes the right to write when it begins.

    PostgreSQL is not touched: it has a configuration class of its own.
    """
    from prefect.server.database import configurations

    @asynccontextmanager
    async def begin_transaction(
        _self: configurations.AioSqliteConfiguration,
        session: Any,
        with_for_update: bool = False,  # noqa: ARG001 - the shape of the method that is replaced
    ) -> AsyncGenerator[Any, None]:
        token = configurations.SQLITE_BEGIN_MODE.set("IMMEDIATE")
        try:
            async with session.begin() as transaction:
                yield transaction
        finally:
            configurations.SQLITE_BEGIN_MODE.reset(token)

    configurations.AioSqliteConfiguration.begin_transaction = begin_transaction  # type: ignore[assignment,method-assign]


def add_our_style(page: Path) -> None:
    """Afterwards a list in a form of Prefect's UI opens wherever on it a person clicks, the words above a form are
    seen whole, and tables on pages break into lines.

    As it comes, only the small arrow at the end of a list opens it for good, a long form squeezes the words above it
    to nothing, a refusal among them, and the last columns of a table are out of sight.  Where Prefect has changed
    its page, nothing of it is lost.
    """
    if not page.exists():
        return
    words = page.read_text(encoding="utf-8")
    if OUR_STYLE not in words:
        page.write_text(words.replace("</head>", f"{OUR_STYLE}</head>", 1), encoding="utf-8")


def shape_of_the_replaced_method() -> str:
    """The source of Prefect's own method; a contract test knows it by heart."""
    from prefect.server.database import configurations

    return inspect.getsource(configurations.AioSqliteConfiguration.begin_transaction)


def host_names(chosen: Settings) -> list[str]:
    """The names under which the server may be addressed; any other is refused, which stops DNS rebinding."""
    names = [urlsplit(origin).hostname or "" for origin in ui_origins(chosen)]
    return [*dict.fromkeys([*names, "127.0.0.1", "localhost", "[::1]"])]


def security_headers(chosen: Settings) -> dict[str, str]:
    """The headers of every answer: pages load and send nothing outside their own origin."""
    origins = ui_origins(chosen)
    sockets = [origin.replace("http", "ws", 1) for origin in origins]
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",  # without eval the UI has no colours
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "connect-src": " ".join(["'self'", *origins, *sockets]),
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def _add_security_headers(app: FastAPI, chosen: Settings) -> None:
    headers = security_headers(chosen)

    async def with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Any:
        response = await call_next(request)
        response.headers.update(headers)
        return response

    app.middleware("http")(with_headers)


if __name__ == "__main__":
    main()
