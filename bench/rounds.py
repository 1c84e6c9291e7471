"""The morning round: its cost follows what is due, not what is open.

python -m bench.rounds: one round on the record that the environment names, measured, as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TypedDict

from bench import places
from bench.filling import BOARD, DAY, fill
from bench.findings import Finding, at_most, growth, load, median, ratio, say
from config import clock
from flows.rounds import run_round
from models.rulebook import rule_book

TURNS = {1_000: 3, 10_000: 2}  # by the number due
SAME_DUE = {10_000: 1_000, 100_000: 1_000, 1_000_000: 1_000}  # open ones -> due ones
IN_PROPORTION = {10_000: 1_000, 100_000: 10_000}
TIMES_FOR_TEN_TIMES = 1.3
PEAK_MB = 300


class Cost(TypedDict):
    """What one round took, in a process of its own."""

    seconds: float
    processor_seconds: float
    peak_mb: float
    looked_after: int


def measure() -> list[Finding]:
    """What a round takes with ten and a hundred times more open, and with ten times more of all."""
    findings = []
    with places.home() as home:
        kinds = places.shelves(home)
        for shelf in kinds:
            findings += _same_due(_costs(home, type(shelf), SAME_DUE), shelf.name)
            findings += _in_proportion(_costs(home, type(shelf), IN_PROPORTION), shelf.name)
    if len(kinds) == 1:
        findings.append(Finding("The round on PostgreSQL", "no PostgreSQL answers: not measured"))
    return findings


def _costs(home: Path, kind: type[places.Shelf], sizes: dict[int, int]) -> dict[int, list[Cost]]:
    """For each number of open ones the costs of some rounds, the sizes in turn."""
    shelves = {size: _filled(home, kind, size, due) for size, due in sizes.items()}
    costs: dict[int, list[Cost]] = defaultdict(list)
    for turn in range(TURNS[max(sizes.values())]):
        for size, shelf in shelves.items():
            costs[size].append(_one_round(shelf, sizes[size]))
        smallest = min(shelves)  # once more at the end: the machine may have become busier meanwhile
        costs[smallest][-1] = _middle(costs[smallest][-1], _one_round(shelves[smallest], sizes[smallest]))
        seconds = ", ".join(f"{costs[size][-1]['seconds']:.2f} s with {size:,} open" for size in shelves)
        say(f"  {kind.name}, turn {turn + 1}: {seconds} ({load()})")
    for shelf in shelves.values():
        shelf.clear()
    return costs


def _filled(home: Path, kind: type[places.Shelf], size: int, due: int) -> places.Shelf:
    began = time.perf_counter()
    label = f"{size}_{due}"
    shelf = places.SqliteShelf(home, label) if kind is places.SqliteShelf else places.PostgresShelf(label)
    shelf.empty()
    fill(size, due)
    say(f"  {shelf.name}: {size:,} open deadlines, {due:,} of them due, written in {time.perf_counter() - began:.0f} s")
    return shelf


def _middle(one: Cost, other: Cost) -> Cost:
    """Half of both; the higher of the two peaks."""
    return Cost(
        seconds=(one["seconds"] + other["seconds"]) / 2,
        processor_seconds=(one["processor_seconds"] + other["processor_seconds"]) / 2,
        peak_mb=max(one["peak_mb"], other["peak_mb"]),
        looked_after=one["looked_after"],
    )


def _one_round(shelf: places.Shelf, due: int) -> Cost:
    shelf.fresh()
    done = subprocess.run([sys.executable, "-m", "bench.rounds"], check=True, stdout=subprocess.PIPE, text=True)
    cost: Cost = json.loads(done.stdout)
    assert cost["looked_after"] == due, cost
    return cost


def _same_due(costs: dict[int, list[Cost]], database: str) -> list[Finding]:
    seconds = {size: [cost["seconds"] for cost in of_size] for size, of_size in costs.items()}
    worked = {size: [cost["processor_seconds"] for cost in of_size] for size, of_size in costs.items()}
    findings = [
        at_most(
            f"Round with 1,000 due, {large:,} open beside {small:,}, {database}", times, TIMES_FOR_TEN_TIMES,
            f"{times:.2f} times ({median(seconds[large]):.2f} s, {median(seconds[small]):.2f} s;"
            f" processor {ratio(worked[large], worked[small]):.2f} times)",
        )
        for (small, large), times in growth(seconds).items()
    ]  # fmt: skip
    return [*findings, _peak(costs, database)]


def _in_proportion(costs: dict[int, list[Cost]], database: str) -> list[Finding]:
    small, large = sorted(costs)
    seconds = {size: [cost["seconds"] for cost in of_size] for size, of_size in costs.items()}
    peaks = {size: median([cost["peak_mb"] for cost in of_size]) for size, of_size in costs.items()}
    worked = {size: [cost["processor_seconds"] for cost in of_size] for size, of_size in costs.items()}
    times, more = ratio(seconds[large], seconds[small]), peaks[large] / peaks[small]
    processor = ratio(worked[large], worked[small])
    name = f"Round with ten times more of all ({small:,} to {large:,} open), {database}"
    return [
        at_most(
            f"{name}: time",
            times,
            10,
            f"{times:.1f} times ({median(seconds[large]):.1f} s; processor {processor:.1f} times)",
        ),
        at_most(f"{name}: memory", more, 10, f"{more:.2f} times ({peaks[large]:.0f} MB, {peaks[small]:.0f} MB)"),
        _peak(costs, database),
    ]


def _peak(costs: dict[int, list[Cost]], database: str) -> Finding:
    peak, size = max((cost["peak_mb"], size) for size, of_size in costs.items() for cost in of_size)
    due = max(cost["looked_after"] for cost in costs[size])
    name = f"Peak memory of a round, {due:,} due of {size:,}, {database}"
    return at_most(name, peak, PEAK_MB, f"{peak:.0f} MB", " MB")


def _peak_memory_mb() -> float:
    """The most that this process has had in memory; what `getrusage` says would be its parent's where that had more."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _measure_here() -> Cost:
    rule_book(BOARD)
    with clock.stopped_at(clock.at(DAY, 7)):
        began, worked = time.perf_counter(), time.process_time()
        report = run_round(DAY, steps=())
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
    peak = _peak_memory_mb()
    count = report.boards[0].chased.deadlines
    return Cost(seconds=seconds, processor_seconds=processor, peak_mb=peak, looked_after=count)


if __name__ == "__main__":
    say(json.dumps(_measure_here()))
