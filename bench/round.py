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
    "INSERT INTO arming (deadline_id, no, armed_on, due_on, why)"
    " SELECT id, 1, armed_on, due_on, 'opened' FROM deadline"
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
                "INSERT INTO arming (deadline_id, no, armed_on, due_on, why) SELECT id, 1, armed_on, due_on, 'opened' FROM deadline"
            )
        )
    if engine().dialect.name == "postgresql":
        with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _deadline(
    number: int, board_id: int, process_id: int, agencies: list[int], due: bool
) -> dict[str, object]:
    due_on = DAY - timedelta(days=1) if due else DAY + timedelta(days=30 + number % 300)
    return {
        "board_id": board_id, "process_id": process_id, "slot": f"thing-{number}", "kind": "author_named",
        "title": "Name of the agency's author", "owner_role": "agency_lead", "agency_id": agencies[number % len(agencies)],
        "ladder": "document", "anchor": "decision", "due_on": due_on, "working_target_on": due_on,
        "explanation": "", "source": "bench", "mark": "D", "is_limit": False, "state": "open", "opened_on": ARMED,
        "arming": 1, "armed_on": ARMED, "next_rung_on": DAY if due else due_on - timedelta(days=14),
        "times_extended": 0,
    }  # fmt: skip


def measure() -> None:
    """Three rounds on the filled record, each with the same deadlines due; prints the seconds of each and peak MB."""
    rule_book("barking-and-dagenham")
    seconds = []
    for day in DAYS:
        with clock.stopped_at(clock.at(day, 7)):
            began = time.perf_counter()
            report = run_round(day, steps=())
            seconds.append(time.perf_counter() - began)
        looked_after = report.boards[0].chased.deadlines
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(*(f"{one:.3f}" for one in seconds), peak, looked_after)


def one(url: str, open_ones: int, due_ones: int) -> float:
    """The median seconds of a round, in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SIGHTLINE_HOME": home, "SIGHTLINE_DATABASE_URL": url, "PYTHONPATH": "."}
        python = [sys.executable, "-m", "bench.round"]
        subprocess.run([*python, "fill", str(open_ones), str(due_ones)], env=environment, check=True)
        done = subprocess.run(
            [*python, "measure"], env=environment, check=True, capture_output=True, text=True
        )
    *seconds, peak, looked_after = done.stdout.split()
    median = statistics.median(float(each) for each in seconds)
    print(
        f"  {open_ones:>9} open, {due_ones:>6} due: {median:6.2f} s (of {', '.join(seconds)}), "
        f"peak {peak} MB, {looked_after} looked after"
    )
    return median


def main(arguments: list[str]) -> None:
    """fill OPEN DUE | measure | sqlite "" [OPEN:DUE ...] | postgresql URL [OPEN:DUE ...]"""
    if arguments[0] == "fill":
        fill(int(arguments[1]), int(arguments[2]))
    elif arguments[0] == "measure":
        measure()
    else:
        kind, url = arguments[0], arguments[1]
        sizes = [text.partition(":") for text in arguments[2:] or ("10000:1000", "1000000:1000")]
        times = [
            one(_fresh_postgres(url) if kind == "postgresql" else "", int(size), int(due))
            for size, _, due in sizes
        ]
        print(f"{kind}: the last takes {times[-1] / times[0]:.2f} times as long as the first")


def _fresh_postgres(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS sightline_bench WITH (FORCE)")
        server.execute("CREATE DATABASE sightline_bench")
    return url.rsplit("/", 1)[0] + "/sightline_bench"


if __name__ == "__main__":
    main(sys.argv[1:])
