"""Sets up Prefect for every command of ours, whatever profile the person at the keyboard has."""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from urllib.parse import urlsplit

from config.settings import Settings, settings
from flows.refusals import EngineImportedTooEarly, NoPassword, NotOnLoopback

POOL = "sightline"
WORKER_ASKS_EVERY_SECONDS = 0.5
MARK = "SIGHTLINE_STARTED_FROM"  # in the environment of everything that one home has started


def set_environment() -> None:
    """Afterwards this process and its children talk to our own Prefect alone.

    Variables that a person or another Prefect has set are removed; those with two underscores are kept, as
    the engine uses them inside a run.  Raises NotOnLoopback, NoPassword, EngineImportedTooEarly.
    """
    wanted = environment(settings())
    if "prefect" in sys.modules and os.environ.get("PREFECT_API_URL") != wanted["PREFECT_API_URL"]:
        raise EngineImportedTooEarly
    for name in list(os.environ):
        if name.startswith("PREFECT_") and not name.startswith("PREFECT__") and name not in wanted:
            del os.environ[name]
    os.environ.update(wanted)
    _reach_ourselves_without_proxy()


def environment(chosen: Settings) -> dict[str, str]:
    """The variables that set up Prefect and our own children for these settings.

    Raises NotOnLoopback for an address that others can reach unless settings allow it, and NoPassword when
    they allow it without a password.
    """
    _refuse_open_doors(chosen)
    return {
        **_where_things_are(chosen),
        **_what_the_server_does(chosen),
        **_what_runs_do(),
        **_password(chosen),
        "SIGHTLINE_HOME": str(chosen.home),
        "DO_NOT_TRACK": "1",
    }


def api_url(chosen: Settings) -> str:
    """The address under which our own processes reach the server."""
    return f"http://{_in_url(_reached_at(chosen.host))}:{chosen.port}/api"


def ui_url(chosen: Settings) -> str:
    """The address that a person opens."""
    return chosen.public_url.rstrip("/") or api_url(chosen).removesuffix("/api")


def ui_origins(chosen: Settings) -> list[str]:
    """Where a page may come from that talks to the server: the UI's own origins and no other."""
    if chosen.public_url:
        parts = urlsplit(chosen.public_url)
        return [f"{parts.scheme}://{parts.netloc}"]
    own = api_url(chosen).removesuffix("/api")
    names = [own, f"http://localhost:{chosen.port}"] if is_loopback(chosen.host) else [own]
    return list(dict.fromkeys(names))


def is_loopback(host: str) -> bool:
    """True when only this computer can reach the host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _reach_ourselves_without_proxy() -> None:
    for name in ("NO_PROXY", "no_proxy"):
        known = [part for part in os.environ.get(name, "").split(",") if part]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", "::1"]))


def _refuse_open_doors(chosen: Settings) -> None:
    if is_loopback(chosen.host):
        return
    if not chosen.allow_other_hosts:
        raise NotOnLoopback(host=chosen.host)
    if not chosen.password.get_secret_value():
        raise NoPassword(host=chosen.host)


def _where_things_are(chosen: Settings) -> dict[str, str]:
    home = chosen.prefect_home
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_URL": api_url(chosen),
        "PREFECT_UI_URL": ui_url(chosen),
        "PREFECT_SERVER_API_HOST": chosen.host,
        "PREFECT_SERVER_API_PORT": str(chosen.port),
        "PREFECT_SERVER_UI_API_URL": f"{ui_url(chosen)}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_API_DATABASE_CONNECTION_URL": (
            chosen.prefect_database_url.get_secret_value() or f"sqlite+aiosqlite:///{home / 'prefect.db'}"
        ),
    }


def _what_the_server_does(chosen: Settings) -> dict[str, str]:
    return {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(ui_origins(chosen)),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_MEMO_STORE_PATH": str(chosen.prefect_home / "memo_store.toml"),
    }


def _what_runs_do() -> dict[str, str]:
    return {
        "PREFECT_WORKER_QUERY_SECONDS": str(WORKER_ASKS_EVERY_SECONDS),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_CLI_PROMPT": "false",
    }


def _password(chosen: Settings) -> dict[str, str]:
    word = chosen.password.get_secret_value()
    if not word:
        return {}
    return {"PREFECT_SERVER_API_AUTH_STRING": f"office:{word}", "PREFECT_API_AUTH_STRING": f"office:{word}"}


def _reached_at(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name for "every address", not a choice


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
