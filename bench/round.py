"""A round with 1,000 deadlines due among 10,000 and among 1,000,000 open ones: time and memory, as ratios.

python -m bench.round sqlite "" [OPEN:DUE ...]
python -m bench.round postgresql URL [OPEN:DUE ...]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta

import psycopg
from sqlalchemy import insert, text
from sqlmodel import select

from config import clock
from flows.rounds import run_round
from models.migrations.schema import upgrade
from models.records.boards import Agency, Board
from models.records.database import engine, transaction
from models.records.deadlines import Deadline
from models.records.opening import import_configuration
from models.records.processes import Process
from models.rulebook import rule_book
from models.rules.stages import Stage

DAY = date(2026, 6, 2)
DAYS = (DAY, date(2026, 6, 4), date(2026, 6, 8))  # what is due on the first reaches another rung on each
ARMED = date(2026, 3, 2)
ARMINGS = (
    "INSERT INTO arming (deadline_id, no, armed_on, due_on, why) SELECT id, 1, armed_on, due_on, 'opened' FROM deadline"
)
DEADLINES_IN_A_PROCESS = 10  # so that each of the 1,000 due is of a process of its own, whatever the size


def fill(open_ones: int, due_ones: int) -> None:
    """The record holds so many open deadlines, of which so many have reached a rung on DAY."""
    upgrade()
    import_configuration()
    with transaction() as session:
        board_id = session.exec(select(Board.id)).one() or 0
        agencies = [one or 0 for one in session.exec(select(Agency.id)).all()]
        count = open_ones // DEADLINES_IN_A_PROCESS
        connection = session.connection()
        for start in range(0, count, 10_000):
            connection.execute(
                insert(Process),
                [
                    {"board_id": board_id, "kind": "plr", "ref": f"B-{number}", "word": "Rowan", "guidance": "wt2015",
                     "stage": Stage.TERMS_AGREED, "secure_place": "", "opened_at": clock.now(), "run_no": 0,
                     "history_seq": 0, "history_head": ""}
                    for number in range(start, min(start + 10_000, count))
                ],
            )  # fmt: skip
        processes = sorted(session.exec(select(Process.id).where(Process.kind == "plr")).all())  # type: ignore[type-var]
        every = open_ones // due_ones
        for start in range(0, open_ones, 10_000):
            rows = [
                _deadline(
                    number,
                    board_id,
                    processes[number // DEADLINES_IN_A_PROCESS] or 0,
                    agencies,
                    number % every == 0,
                )
                for number in range(start, min(start + 10_000, open_ones))
            ]
            connection.execute(insert(Deadline), rows)
        connection.execute(
            text(
                "INSERT INTO arming (deadline_id, no, armed_on, due_on, why)"
                " SELECT id, 1, armed_on, due_on, 'opened' FROM deadline"
            )
        )
    if engine().dialect.name == "postgresql":
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _deadline(number: int, board_id: int, process_id: int, agencies: list[int], due: bool) -> dict[str, object]:
    due_on = DAY - timedelta(days=1) if due else DAY + timedelta(days=30 + number % 300)
    return {
        "board_id": board_id, "process_id": process_id, "slot": f"thing-{number}", "kind": "author_named",
        "title": "Name of the agency's author", "owner_role": "agency_lead", "agency_id": agencies[number % len(agencies)],
        "ladder": "document", "anchor": "decision", "due_on": due_on, "working_target_on": due_on,
        "explanation": "", "source": "bench", "mark": "D", "is_limit": False, "state": "open", "opened_on": ARMED,
        "arming": 1, "armed_on": ARMED, "next_rung_on": DAY if due else due_on - timedelta(days=14),
        "times_extended": 0,
    }  # fmt: skip


def measure(day: date) -> None:
    """A round on the filled record; prints its seconds, those of the processor, the peak memory in MB, and how many it looked after."""
    rule_book("barking-and-dagenham")
    with clock.stopped_at(clock.at(day, 7)):
        began, worked = time.perf_counter(), time.process_time()
        report = run_round(day, steps=())
        seconds, busy = time.perf_counter() - began, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seconds:.3f} {busy:.3f} {peak} {report.boards[0].chased.deadlines}")


def compare(kind: str, urls: Sequence[str], sizes: Sequence[tuple[int, int]]) -> None:
    """Rounds on the small and on the large record in turn, so that both meet the same machine; prints the ratio."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        places = list(zip((one, other), urls, strict=True))
        for (home, url), size in zip(places, sizes, strict=True):
            _python(home, url, "fill", *map(str, size))
        ratios = []
        for day in DAYS:
            runs = [_python(home, url, "measure", day.isoformat()).split() for home, url in places]
            for size, (seconds, busy, peak, count) in zip(sizes, runs, strict=True):
                print(f"  {size[0]:>9} open, {size[1]:>6} due: {seconds} s ({busy} s of the processor), ", end="")
                print(f"peak {peak} MB, {count} looked after", flush=True)
            ratios.append([float(large) / float(small) for small, large in zip(*runs, strict=True)][:2])
    seconds, busy = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(f"{kind}: the large one takes {seconds:.2f} times as long as the small one ({busy:.2f} of the processor)")


def main(arguments: list[str]) -> None:
    """fill OPEN DUE | measure DAY | sqlite "" [OPEN:DUE OPEN:DUE] | postgresql URL [OPEN:DUE OPEN:DUE]"""
    if arguments[0] == "fill":
        fill(int(arguments[1]), int(arguments[2]))
    elif arguments[0] == "measure":
        measure(date.fromisoformat(arguments[1]))
    else:
        texts = arguments[2:] or ["10000:1000", "1000000:1000"]
        sizes = [(int(size), int(due)) for size, _, due in (text.partition(":") for text in texts)]
        fresh = [_fresh_postgres(arguments[1], name) for name in ("small", "large")] if arguments[1] else ["", ""]
        compare(arguments[0], fresh, sizes)


def _python(home: str, url: str, *arguments: str) -> str:
    environment = {**os.environ, "SIGHTLINE_HOME": home, "SIGHTLINE_DATABASE_URL": url, "PYTHONPATH": "."}
    command = [sys.executable, "-m", "bench.round", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _fresh_postgres(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS sightline_bench_{name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE sightline_bench_{name}")
    return url.rsplit("/", 1)[0] + f"/sightline_bench_{name}"


if __name__ == "__main__":
    main(sys.argv[1:])
