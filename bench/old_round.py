"""A round with 1,000 deadlines due among 10,000 and among 1,000,000 open ones: time and memory, as ratios.

python -m bench.round [sqlite|postgresql URL] [--proportional]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta

DAY = date(2026, 6, 2)
ARMED = date(2026, 3, 2)
DEADLINES_IN_A_PROCESS = 50


def fill(open_ones: int, due_ones: int) -> None:
    """The record holds so many open deadlines, of which so many have reached a rung on DAY."""
    from sqlalchemy import insert, text
    from sqlmodel import select

    from config import clock
    from models.migrations.schema import upgrade
    from models.records.boards import Agency, Board
    from models.records.database import engine, transaction
    from models.records.deadlines import Arming, Deadline
    from models.records.opening import import_configuration
    from models.records.processes import Process
    from models.rules.stages import Stage

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
                _deadline(number, board_id, processes[number // DEADLINES_IN_A_PROCESS] or 0, agencies, number % every == 0)
                for number in range(start, min(start + 10_000, open_ones))
            ]
            connection.execute(insert(Deadline), rows)
        connection.execute(
            text("INSERT INTO arming (deadline_id, no, armed_on, due_on, why) SELECT id, 1, armed_on, due_on, 'opened' FROM deadline")
        )
        assert Arming is not None
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


def measure() -> None:
    """One round on the filled record; prints seconds, peak memory in MB, and how much was said."""
    from config import clock
    from flows.rounds import run_round
    from models.rulebook import rule_book

    rule_book("barking-and-dagenham")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with clock.stopped_at(clock.at(DAY, 7)):
        began = time.perf_counter()
        report = run_round(DAY, steps=())
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seconds:.3f} {peak} {before} {report.boards[0].chased.deadlines}")  # noqa: T201


def one(url: str, open_ones: int, due_ones: int) -> tuple[float, int]:
    """Seconds and peak memory of a round in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "SIGHTLINE_HOME": home, "SIGHTLINE_DATABASE_URL": url, "PYTHONPATH": "."}
        subprocess.run([sys.executable, "-m", "bench.round", "fill", str(open_ones), str(due_ones)], env=environment, check=True)
        done = subprocess.run([sys.executable, "-m", "bench.round", "measure"], env=environment, check=True, capture_output=True, text=True)
    seconds, peak, before, count = done.stdout.split()[-4:]
    print(f"  {open_ones:>9} open, {due_ones:>5} due: {float(seconds):6.2f} s, peak {peak} MB (before the round {before} MB), {count} looked after")  # noqa: T201
    return float(seconds), int(peak)


def main(arguments: list[str]) -> None:
    if arguments[0] == "fill":
        fill(int(arguments[1]), int(arguments[2]))
    elif arguments[0] == "measure":
        measure()
    else:
        sizes = [int(text) for text in arguments[2:]] or [10_000, 1_000_000]
        kind, url = arguments[0], arguments[1] if len(arguments) > 1 else ""
        results = []
        for size in sizes:
            fresh = _fresh_postgres(url) if kind == "postgresql" else ""
            results.append(one(fresh, size, 1_000))
        print(f"{kind}: ratio of times {results[-1][0] / results[0][0]:.2f}")  # noqa: T201


def _fresh_postgres(url: str) -> str:
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS sightline_bench WITH (FORCE)")
        server.execute("CREATE DATABASE sightline_bench")
    return url.rsplit("/", 1)[0] + "/sightline_bench"


if __name__ == "__main__":
    main(sys.argv[1:])
