"""From an answer to the next form, and a crowd of requests at once: a whole Sightline with server and worker."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.findings import Finding, at_most, load, median, ratio, say, span
from bench.office import Form, Office
from tests.installation import CODE, Installation

ANSWERS = 20
SECONDS = 3
AT_ONCE, REQUESTS = 25, 600
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}  # as the Makefile has it: nothing is compiled twice
ABOUT_A_CALL = "Somebody rang"


def measure() -> list[Finding]:
    """The middle of twenty waits for a form, and how many of six hundred requests were turned away."""
    with _sightline() as api:
        office = Office(api)
        form = _a_review(office)
        waits, loadings = list[float](), list[float]()
        for number in range(ANSWERS):
            began = time.perf_counter()
            _answer(office, form)
            form = office.form(form.run, form.key)
            waits.append(time.perf_counter() - began)
            loadings.append(_loading_of_prefect())
            say(f"  answer {number + 1}: {waits[-1]:.1f} s, loading Prefect alone {loadings[-1]:.1f} s ({load()})")
        one_person = _turned_away(office.statuses)
        crowd = _crowd(api)
    return [
        at_most(
            f"Answer to next form, middle of {ANSWERS}", median(waits), SECONDS, f"{span(waits, 1)} s, {load()}", " s"
        ),
        Finding("  as a multiple of loading Prefect once", f"{ratio(waits, loadings):.1f} ({span(loadings, 1)} s)"),
        at_most("  answers and questions of one person turned away with 503", one_person, 0, str(one_person)),
        at_most(f"{REQUESTS} requests, {AT_ONCE} at once, on SQLite: turned away", crowd, 0, f"{crowd}, {load()}"),
    ]  # fmt: skip


@contextmanager
def _sightline() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        installation = Installation(Path(folder) / "home", deployments=CODE / "prefect.yaml", more=AS_INSTALLED)
        try:
            installation.start(180)
            yield installation.api
        finally:
            installation.clear()


def _a_review(office: Office) -> Form:
    """A review that has begun and waits for what life brings."""
    form = office.form(office.start("start-a-practice-learning-review/Start a practice learning review"))
    office.answer(
        form, "The Chair has decided", agencies=form.choices("agencies")[:8], secure_place="https://secure.example/1",
        capacity="Independent Chair", decided_by="The Chair",
    )  # fmt: skip
    form = office.waiting("CR-")
    office.answer(form, "They agree", capacity="Strategic Partners", decided_by="Somebody Else")
    return office.form(form.run, form.key)


def _answer(office: Office, form: Form) -> None:
    """The next answer of a day of telephone calls: the list, a call, the list, a call ..."""
    if any(choice.startswith(ABOUT_A_CALL) for choice in form.choices(form.answer_field)):
        office.answer(form, ABOUT_A_CALL)
    else:
        office.answer(form, "Nobody answered", about=form.choices("about")[1])


def _crowd(api: str) -> int:
    """How many of the requests of a crowd were not served: runs are made, set and looked at."""
    offices = [Office(api) for _ in range(AT_ONCE)]
    flow = offices[0].post("/flows/", {"name": "crowded"}).json()["id"]
    asked = {"state": {"type": "SCHEDULED", "name": "Look again"}, "force": True}
    for office in offices:
        office.statuses.clear()

    def one(number: int) -> None:
        office = offices[number % AT_ONCE]
        run = office.post("/flow_runs/", {"flow_id": flow, "state": {"type": "SCHEDULED"}})
        if run.status_code < 300:
            office.post(f"/flow_runs/{run.json()['id']}/set_state", asked)
        office.post("/flow_runs/filter", {"limit": 5})

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        list(crowd.map(one, range(REQUESTS // 3)))
    return sum(_turned_away(office.statuses) for office in offices)


def _loading_of_prefect() -> float:
    """What each run of Prefect begins with, on the machine as it is at this moment; every wait holds it once."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import prefect.engine"], check=True)
    return time.perf_counter() - began


def _turned_away(statuses: list[int]) -> int:
    return sum(1 for status in statuses if status >= 500)
