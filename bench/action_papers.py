"""Papers about five thousand actions: exception report and tracker, from the record to the bytes of Word and Excel.

python -m bench.action_papers: both papers of the record that the environment names, measured, as one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TypedDict

from sqlalchemy import text

from bench import places
from bench.filling import BOARD, DAY
from bench.findings import Finding, at_most, load, median, say, span
from config import clock
from models.migrations.schema import upgrade
from models.records.actions import Action, propose
from models.records.boards import agencies_of, board_by_key
from models.records.database import Session, reading, transaction
from models.records.deadlines import CallOutcome
from models.records.processes import Process
from models.rulebook import rule_book
from models.rules.actions import ActionKind, Priority, SourceKind, Wish
from models.rules.working_days import add_working_days

PLANS, IN_A_PLAN = 100, 50
SECONDS = 5
TURNS = 3
APPROVED = DAY.replace(month=2, day=2)
SPOKE, SAID = 10, ("E1", "E2", "E3")  # one of so many owners has said nothing; what each late action has heard


class Cost(TypedDict):
    """What the papers took, in a process of its own."""

    seconds: float
    data: float
    word: float
    excel: float
    page: float
    actions: int
    late: int


def measure() -> list[Finding]:
    """The middle of three, each in a new process: what it loads counts."""
    costs = []
    with places.home() as home:
        shelf = places.SqliteShelf(home)
        shelf.empty()
        began = time.perf_counter()
        fill()
        say(f"  {PLANS * IN_A_PLAN:,} actions, written in {time.perf_counter() - began:.0f} s")
        for turn in range(TURNS):
            shelf.fresh()
            done = subprocess.run(
                [sys.executable, "-m", "bench.action_papers"], check=True, stdout=subprocess.PIPE, text=True
            )
            cost: Cost = json.loads(done.stdout)
            costs.append(cost)
            say(f"  turn {turn + 1}: {cost['seconds']:.2f} s ({load()})")
        shelf.clear()
    whole = [cost["seconds"] for cost in costs]
    name = f"Exception report and tracker, {costs[0]['actions']:,} actions, {costs[0]['late']:,} late"
    parts = (("data", "the record and the charts"), ("word", "Word files"), ("excel", "Excel files"))
    return [
        at_most(name, median(whole), SECONDS, f"{span(whole)} s, {load()}", " s"),
        *(Finding(f"  of it, {words}", f"{span([cost[part] for cost in costs])} s") for part, words in parts),  # type: ignore[literal-required]
        Finding("  beside it, the page of all actions", f"{span([cost['page'] for cost in costs])} s"),
    ]


def fill() -> None:
    """The record holds a hundred plans of fifty actions under way; every third is late and has been chased."""
    from models.records.opening import import_configuration

    upgrade()
    with clock.stopped_at(clock.at(APPROVED)):
        import_configuration()
        with transaction() as session:
            for number in range(PLANS):
                _fill_plan(session, number)
            _chase(session)


def _fill_plan(session: Session, number: int) -> None:
    from flows.steps import action_plan as step

    book, board = rule_book(BOARD), board_by_key(session, BOARD)
    agencies = agencies_of(session, board.id or 0)
    plan = step.open_plan(session, book, board, APPROVED, agencies, "")
    actions = []
    for place in range(IN_A_PLAN):
        agency = agencies[(number + place) % len(agencies)]
        actions.append(propose(session, plan, _wish(place, agency.key), agency, None))
    step.approved(session, book, plan, APPROVED, actions)
    for place, action in enumerate(actions):
        if place % SPOKE:
            _on_its_way(session, plan, action, place)


def _on_its_way(session: Session, plan: Process, action: Action, place: int) -> None:
    from flows.steps import action_plan as step

    book, words = rule_book(BOARD), {"words": "What stands in the way is being looked at with the other agencies."}
    step.accepted(session, book, plan, action, APPROVED)
    step.word_came(session, book, plan, action, CallOutcome.AT_RISK, APPROVED, words)
    if place % 7 == 0:
        step.claimed(session, book, plan, action, APPROVED, words)


def _wish(place: int, agency: str) -> Wish:
    late = place % 3 == 0
    due_on = add_working_days(DAY, -(place + 1) if late else 60 + place, rule_book(BOARD).calendar)
    words = "A sentence of about the length that people write when they say what is to change."
    return Wish(
        title=f"Invented action {place}", action=words, agency=agency, owner="", owner_email="",
        priority=Priority.MEDIUM, kind=ActionKind.TRAINING, due_on=due_on, source_kind=SourceKind.WEAKNESS,
        source=words, recommendation=words, required_change=words, evidence=words, outcome=words, baseline=words,
        target=words, public_wording=words,
    )  # fmt: skip


def _chase(session: Session) -> None:
    """Every late action has three notices, each with a task, as what carries them is the same to the papers."""
    late = "FROM deadline WHERE slot LIKE 'action:%' AND state = 'open' AND working_target_on < :day"
    for rung in SAID:
        session.connection().execute(
            text(
                "INSERT INTO task (board_id, process_id, deadline_id, kind, title, once_key, opened_at)"
                f" SELECT board_id, process_id, id, 'task', 'invented', '{rung}:' || id, '2026-03-02 09:00:00' {late}"
            ),
            {"day": DAY.isoformat()},
        )
        session.connection().execute(
            text(
                "INSERT INTO notice (deadline_id, arming, rung, recipient_role, reached_on, said_on, is_late, facts,"
                " task_id, merged_into, suppressed_because)"
                f" SELECT deadline_id, 1, '{rung}', 'agency_lead', :day, :day, true, '{{}}', id, '', ''"
                f" FROM task WHERE once_key LIKE '{rung}:%'"
            ),
            {"day": DAY.isoformat()},
        )


def _measure_here() -> Cost:
    rule_book(BOARD)
    with clock.stopped_at(clock.at(DAY, 7)), reading() as session:
        board = board_by_key(session, BOARD)
        began = time.perf_counter()
        from reports.action_exceptions import exception_report
        from reports.action_tables import exceptions_file, tracker_file
        from reports.action_tracker import tracker
        from reports.action_view import view_of
        from reports.word import word_file

        view = view_of(session, rule_book(BOARD), board, DAY)
        exceptions, every = exception_report(view), tracker(view)
        data = time.perf_counter() - began
        for document in (exceptions, every):
            word_file(document)
        word = time.perf_counter() - began - data
        exceptions_file(view, exceptions)
        tracker_file(view, every)
        seconds = time.perf_counter() - began
        page = _page(session)
    return Cost(
        seconds=seconds, data=data, word=word, excel=seconds - data - word, page=page, actions=len(view.rows),
        late=len(view.late),
    )  # fmt: skip


def _page(session: Session) -> float:
    from reports.pages import Links, actions_page

    began = time.perf_counter()
    actions_page(session, rule_book(BOARD), board_by_key(session, BOARD), DAY, Links("http://127.0.0.1:4200"))
    return time.perf_counter() - began


if __name__ == "__main__":
    say(json.dumps(_measure_here()))
