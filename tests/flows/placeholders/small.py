"""Two tiny flows that stand in for ours where a test is about starting and stopping alone."""

from __future__ import annotations

import time

from prefect import flow


@flow(name="quick")
def quick(board: str = "any") -> str:
    """Ends at once."""
    return board


@flow(name="slow")
def slow(seconds: float = 5.0) -> None:
    """Takes its time."""
    time.sleep(seconds)


@flow(name="desk")
def desk(ref: str) -> str:
    """Stands where the standing desk of a board would."""
    return ref
