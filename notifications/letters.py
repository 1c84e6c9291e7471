"""From a row of the outbox to the mail that goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def check_facts(kind: str, facts: Mapping[str, Any]) -> None:
    """The texts of that kind know every one of the facts."""


def version_of(kind: str) -> str:
    """Which version of the texts of that kind is in use."""
    return ""
