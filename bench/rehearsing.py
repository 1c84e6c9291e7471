"""A whole review rehearsed with eight agencies: each in a process of its own, as the command does it.

python -m bench.rehearsing: one rehearsal, measured, as one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TypedDict

from bench import places
from bench.filling import BOARD
from bench.findings import Finding, at_most, median, say, span
from config import clock
from flows.rehearsal.play import Wanted, rehearse

AGENCIES = (
    "childrens-social-care", "police", "ccg", "acute-trust", "community-trust", "probation", "yot", "education",
)  # fmt: skip
SECONDS = 3
TURNS = 5


class Cost(TypedDict):
    """What one rehearsal took, and what came of it."""

    seconds: float
    days: int
    mails: int
    stage: str


def measure() -> list[Finding]:
    """The middle of five; the loading of Python and Prefect before it stands beside."""
    costs, whole = list[Cost](), list[float]()
    with places.home() as home:
        for _ in range(TURNS):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "bench.rehearsing"], check=True, stdout=subprocess.PIPE, text=True,
                env=os.environ | {"SIGHTLINE_HOME": str(home)},
            )  # fmt: skip
            whole.append(time.perf_counter() - began)
            costs.append(json.loads(done.stdout))
    last = costs[-1]
    say(f"  {last['days']} days, {last['mails']} mails, until the review is {last['stage']}")
    seconds = [each["seconds"] for each in costs]
    return [
        at_most(
            f"Rehearsal of a review, {len(AGENCIES)} agencies", median(seconds), SECONDS, f"{span(seconds)} s", " s"
        ),
        Finding("The same with the loading of everything before it", f"{span(whole)} s"),
    ]


def main() -> None:
    """One rehearsal was played; what it took is said."""
    wanted = Wanted(BOARD, clock.today(), AGENCIES)
    began = time.perf_counter()
    done = rehearse(wanted)
    events = [each for day in done.days.values() for each in day]
    cost: Cost = {
        "seconds": time.perf_counter() - began, "days": len(done.days),
        "mails": sum(1 for each in events if each.channel == "mail"), "stage": done.stage,
    }  # fmt: skip
    say(json.dumps(cost))


if __name__ == "__main__":
    main()
