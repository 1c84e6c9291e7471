"""Under which fixed keys pages are kept, and where the engine's own screens show them and its runs."""

from __future__ import annotations

import re
from urllib.parse import quote

PAGES = "/pages/"  # our own server leads from here to wherever the engine shows the page at the moment

STARTS = "/start/"  # and from here to where the engine starts what is offered under that name
REFER = "Refer a case"  # its name in prefect.yaml
NEW_REVIEW = "Start a practice learning review"  # its name in prefect.yaml
NEW_RAPID_REVIEW = "Start a rapid review"


def today_key(board_key: str) -> str:
    """The key of a board's page of today; lower-case letters, digits and hyphens alone."""
    return _fit(f"today-{board_key}")


def agency_key(board_key: str, agency_key: str) -> str:
    """The key of the page of an agency; two hyphens part board and agency, so that no two can have the same."""
    return f"agency-{_fit(board_key)}--{_fit(agency_key)}"


def calendar_key(board_key: str) -> str:
    """The key of a board's calendar of the next weeks."""
    return _fit(f"calendar-{board_key}")


def decisions_key(board_key: str) -> str:
    """The key of the page of what waits for a decision in a board."""
    return _fit(f"decisions-{board_key}")


def considered_key(board_key: str) -> str:
    """The key of the page of all considered cases of a board."""
    return _fit(f"considered-{board_key}")


def actions_key(board_key: str) -> str:
    """The key of the page of all actions of a board."""
    return _fit(f"actions-{board_key}")


def handover_key(board_key: str) -> str:
    """The key of the page that a stand-in for a whole board reads first."""
    return _fit(f"handover-{board_key}")


def process_key(ref: str) -> str:
    """The key of a process's page, "cr-7q4m"."""
    return _fit(ref)


def page_path(key: str) -> str:
    """Where the page of that key is found, whatever has become of the engine's database since."""
    return PAGES + quote(key, safe="")


def start_path(offer: str) -> str:
    """Where what is offered under that name is started: "Start a practice learning review" under
    /start/practice-learning-review, "Record arrivals" under /start/record-arrivals."""
    return STARTS + start_key(offer)


def start_key(offer: str) -> str:
    """The last part of that address; lower-case letters, digits and hyphens alone."""
    return _fit(offer).removeprefix("start-a-")


def run_path(run_id: str) -> str:
    """Where a run is shown, and its form while it waits for a person."""
    return f"/runs/flow-run/{quote(run_id, safe='')}"


def _fit(key: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
