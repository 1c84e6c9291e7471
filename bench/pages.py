"""The page of a large review, with its picture: written from nothing, in a process that has drawn nothing yet.

python -m bench.pages: the pages of the record that the environment names, measured, as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TypedDict

from bench import places
from bench.filling import BOARD, DAY
from bench.findings import Finding, at_most, load, median, say, span
from config import clock
from models.migrations.schema import upgrade
from models.records.boards import Agency, agencies_of, board_by_key
from models.records.database import reading, transaction
from models.records.history import write_history
from models.records.moving import event_happened, open_deadlines, open_process
from models.records.processes import process_by_ref
from models.records.returns import move_return
from models.rulebook import rule_book
from models.rules.returns import ReturnState
from reports.pages import Links, agency_page, calendar_page, decisions_page, handover_page, process_page, today_page

AGENCIES, HISTORY_ROWS = 30, 1_000
SECONDS = 2
TURNS = 5
DECIDED, AGREED, MET = DAY.replace(month=2), DAY.replace(month=2, day=9), DAY.replace(month=3)
HAPPENED = {"decision": DECIDED, "agreement": AGREED, "letters": AGREED, "initial-meeting": MET}
LINKS = Links("http://127.0.0.1:4200")
OF_THE_BOARD = {"today": today_page, "calendar": calendar_page, "decisions": decisions_page, "handover": handover_page}


class Cost(TypedDict):
    """What writing the pages took, in a process of its own."""

    loading: float
    review: float
    again: float
    others: float
    size_kb: float


def measure() -> list[Finding]:
    """The middle of five, each in a new process: what it loads to draw counts."""
    costs = []
    with places.home() as home:
        shelf = places.SqliteShelf(home)
        shelf.empty()
        ref = fill()
        for turn in range(TURNS):
            shelf.fresh()
            command = [sys.executable, "-m", "bench.pages", ref]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            cost: Cost = json.loads(done.stdout)
            costs.append(cost)
            say(f"  turn {turn + 1}: {costs[-1]['review']:.2f} s ({load()})")
        shelf.clear()
    review = [cost["review"] for cost in costs]
    size = median([cost["size_kb"] for cost in costs])
    name = f"Page of a review, {AGENCIES} agencies, {HISTORY_ROWS:,} rows of history"
    return [
        at_most(name, median(review), SECONDS, f"{span(review)} s, {size:.0f} KB, {load()}", " s"),
        Finding("  of it, loading what draws the picture", f"{span([cost['loading'] for cost in costs])} s"),
        Finding("  the same page again, its picture known", f"{span([cost['again'] for cost in costs])} s"),
        Finding(
            f"  the four pages of the board and those of {AGENCIES} agencies",
            f"{span([cost['others'] for cost in costs])} s",
        ),
    ]


def fill() -> str:
    """The record holds one review of thirty agencies in the midst of everything; gives back its reference."""
    from models.records.opening import import_configuration

    upgrade()
    book = rule_book(BOARD)
    with clock.stopped_at(clock.at(DECIDED)):
        import_configuration()
    with clock.stopped_at(clock.at(MET)), transaction() as session:
        board = board_by_key(session, BOARD)
        known = len(agencies_of(session, board.id or 0))
        for number in range(known, AGENCIES):
            session.add(Agency(board_id=board.id or 0, key=f"agency-{number}", name=f"Agency {number}"))
        session.flush()
        agencies = agencies_of(session, board.id or 0)[:AGENCIES]
        process = open_process(session, book, board, "plr", "", agencies)
        for anchor, day in (
            ("decision", DECIDED),
            ("agreement", AGREED),
            ("letters", AGREED),
            ("initial-meeting", MET),
        ):
            event_happened(session, book, process, anchor, day)
        open_deadlines(session, book, process, {each.kind for each in book.periods_of("plr", process.guidance)})
        for agency in agencies:
            move_return(session, process, agency, ReturnState.IN_PROGRESS, MET)
        while process.history_seq < HISTORY_ROWS:
            write_history(session, process, "call noted", {"slot": "imr:police"})
        return process.ref


def _measure_here(ref: str) -> Cost:
    book = rule_book(BOARD)
    with clock.stopped_at(clock.at(DAY, 7)), reading() as session:
        process = process_by_ref(session, ref)
        board = board_by_key(session, BOARD)
        began = time.perf_counter()
        import reports.timeline_drawing  # noqa: F401 - a page loads it when it first draws

        loading = time.perf_counter() - began
        page = process_page(session, book, process, DAY, LINKS)
        review = time.perf_counter() - began
        began = time.perf_counter()
        assert process_page(session, book, process, DAY, LINKS) == page
        again = time.perf_counter() - began
        began = time.perf_counter()
        for of_board in OF_THE_BOARD.values():
            of_board(session, book, board, DAY, LINKS)
        for agency in agencies_of(session, board.id or 0):
            agency_page(session, book, board, agency, DAY, LINKS)
        others = time.perf_counter() - began
    return Cost(loading=loading, review=review, again=again, others=others, size_kb=len(page.encode()) / 1024)


if __name__ == "__main__":
    say(json.dumps(_measure_here(sys.argv[1])))
