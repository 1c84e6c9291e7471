"""What the morning round does after the messages: lost runs, in-trays, papers, digests, pages, watchdog."""

from __future__ import annotations

import logging
import urllib.request
from datetime import date
from importlib import import_module
from typing import Any

from config.settings import settings
from flows.action_progress import ask_owners
from flows.committee_cycle import look_after_committees
from flows.meetings import look_after_meetings
from flows.plain_client import PlainClient
from notifications.digest import queue_digests

log = logging.getLogger("sightline.round")

SECONDS_FOR_THE_WATCHDOG = 5
NOT_REACHED = "Prefect was not reached, so the runs of the reviews were not looked at."


def restart_lost_runs(_: date) -> str:
    """Every open process has a live run, if Prefect answers."""
    if not PlainClient(settings()).healthy():
        return NOT_REACHED
    from flows import keep_running

    kept = keep_running.restart_lost_runs(forms_of_today=True)
    return f"Runs started again: {len(kept.started)}." if kept.started else ""


def free_stuck_messages(_: date) -> str:
    """Messages whose sender is gone wait again."""
    freed = _function("models.records.sending", "free_stuck_messages")()
    return f"Messages that were stuck in sending wait again: {freed}." if freed else ""


def read_in_trays(day: date) -> str:
    """What lies in the in-trays is read, and the office has a task about what could not be."""
    from flows.in_tray import look_into_in_trays

    return " ".join(look_into_in_trays(day).sentences())


def issue_papers(day: date) -> str:
    """Every update meeting that is near has its paper."""
    return str(_function("flows.papers", "issue_papers")(day) or "")


def write_digests(day: date) -> str:
    """The business manager's digest of the day waits to be sent."""
    queued = queue_digests(day)
    return f"Digests for the office: {queued}." if queued else ""


def refresh_pages(day: date) -> str:
    """The pages in the Prefect UI show the record as it is."""
    if PlainClient(settings()).healthy():
        _function("flows.pages", "refresh")(day)
    return ""


STEPS = (
    ("starting lost runs again", restart_lost_runs),
    ("freeing messages stuck in sending", free_stuck_messages),
    ("looking after meetings", look_after_meetings),
    ("looking into the in-trays", read_in_trays),
    ("asking how actions are coming on", ask_owners),
    ("looking after meetings of committees", look_after_committees),
    ("issuing the papers of meetings", issue_papers),
    ("writing the digests", write_digests),
    ("bringing the pages up to date", refresh_pages),
)


def ping_watchdog() -> None:
    """The outside watchdog, if one is set, knows that the round has ended; a failure is only logged."""
    url = settings().watchdog_url.get_secret_value()
    if not url.startswith(("https://", "http://")):
        return
    try:
        with urllib.request.urlopen(url, timeout=SECONDS_FOR_THE_WATCHDOG):  # noqa: S310 - the scheme is checked
            return
    except (OSError, ValueError):
        log.warning("the outside watchdog could not be reached")


def _function(module: str, name: str) -> Any:
    """A function of a module that may not be part of this installation; then one that does nothing."""
    try:
        found = import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        return lambda *_: None
    return getattr(found, name)
