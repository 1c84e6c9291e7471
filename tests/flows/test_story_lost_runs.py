"""A run that is lost, at any stage of a review: the next round brings it back to where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from prefect.exceptions import ObjectNotFound
from prefect.states import Failed, Scheduled
from sqlmodel import select

from flows import keep_running
from flows.keep_running import restart_lost_runs
from flows.practice_learning_review import practice_learning_review
from models.records.database import reading, transaction
from models.records.ledger import balance
from models.records.messages import Task
from models.records.processes import process_by_ref
from models.records.proof import prove
from models.rules.stages import MOVES, Stage
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import (
    AGREED,
    DECIDED,
    FOUR_PARTS,
    MET,
    SEVEN,
    arrive,
    commission,
    name_authors,
    terms_agreed,
)
from tests.flows.scripted_port import Conversation, ScriptedPort, start_review
from tests.flows.whole_record import whole_record
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ENDS = (Stage.FOLLOWED_UP, Stage.NOT_AGREED)  # where no run is wanted any more
OF_RUNS = ("ask", "process", "history", "words", "round")  # what each attempt leaves its mark in


class Engine:
    """An engine that knows the runs that it was asked for, until they are deleted."""

    def __init__(self) -> None:
        self.by_key: dict[str, UUID] = {}
        self.live: set[UUID] = set()
        self.failed: set[UUID] = set()

    def read_deployment_by_name(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(id=name)

    def create_flow_run_from_deployment(self, _: str, *, idempotency_key: str, **__: object) -> SimpleNamespace:
        run = self.by_key.setdefault(idempotency_key, uuid4())
        self.live.add(run)
        return SimpleNamespace(id=run)

    def read_flow_run(self, run: UUID) -> SimpleNamespace:
        if run not in self.live:
            raise ObjectNotFound(Exception())
        return SimpleNamespace(id=run, name="", state=Failed() if run in self.failed else Scheduled())

    def read_flow_runs(self, **_: object) -> list[SimpleNamespace]:
        return []


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    one = Engine()

    @contextmanager
    def client() -> Iterator[Engine]:
        yield one

    monkeypatch.setattr(keep_running, "client", client)
    return one


def working(port: ScriptedPort, ref: str) -> Conversation:
    """The run that the record names, at its question."""
    with reading() as session:
        run = process_by_ref(session, ref).run_id
    assert run is not None
    return Conversation(port, run, ref, lambda: practice_learning_review.fn(ref)).go_on()


def lost(engine: Engine, one: Conversation, channel: RememberingChannel) -> Conversation:
    """Its run is deleted, with all that the engine kept of it; the next round brings it back."""
    restart_lost_runs()  # what the review has opened has its run by now
    asked, before = one.go_on().now, whole_record(without=OF_RUNS)
    stage, sent = one.process.stage, len(channel.sent)
    engine.live.discard(UUID(one.run))
    one.port.waiting.clear()
    one.port.answers.clear()

    kept = restart_lost_runs()
    again = working(one.port, one.ref)
    dispatch(channel=channel)

    assert kept.started == (one.ref,), stage
    assert again.run != one.run
    assert (again.now.ask.gate, again.now.name) == (asked.ask.gate, asked.name), stage
    assert again.now.form.intro.endswith(asked.form.intro.rpartition("**\n\n")[2]), stage
    assert again.now.form.fields == asked.form.fields
    assert (again.process.stage, len(channel.sent)) == (stage, sent)
    assert whole_record(without=OF_RUNS) == before, stage
    assert restart_lost_runs().started == ()
    return again


def started(port: ScriptedPort) -> Conversation:
    """A review whose first run is the engine's own too."""
    first = start_review(port)
    with transaction() as session:
        process = process_by_ref(session, first.ref, for_update=True)
        process.run_id, process.run_no = None, 0
        session.add(process)
    keep_running.start_new_processes()
    return first


def test_whatever_stage_a_review_stands_at_its_lost_run_comes_back_to_the_same_question_and_nobody_is_told_twice(
    port: ScriptedPort, engine: Engine
) -> None:
    channel, seen = RememberingChannel(), set[Stage]()
    with the_day(DECIDED, 9):
        one = working(port, started(port).ref)

    def and_lost() -> Conversation:
        dispatch(channel=channel)
        back = lost(engine, one, channel)
        seen.add(back.process.stage)
        return back

    with the_day(DECIDED, 12):
        one = and_lost()
    with the_day(AGREED, 9):
        one.decide("strategic_partners", chosen="agree")
        one = and_lost()
        name_authors(one, SEVEN)
        commission(one)
        one = and_lost()
    with the_day(MET, 17):
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="imr_based")
        one = and_lost()
    terms_agreed(one)
    with the_day(on("Mon 2026-05-11"), 9):
        one = and_lost()
        arrive(one, "imr", SEVEN)
        one = and_lost()
    with the_day(on("Mon 2026-06-29"), 9):
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
        one = and_lost()
    for day, gate, capacity in (
        (on("Mon 2026-07-27"), "sign-off", "panel_chair"),
        (on("Mon 2026-08-10"), "board-approval", "independent_chair"),
        (on("Mon 2026-08-24"), "publication", "business_manager"),
    ):
        with the_day(day, 9):
            one.go_on().go_to(gate)
            one.decide(capacity)
            one = and_lost()
    with the_day(on("Tue 2026-08-25"), 9):
        one.go_to("plan-handover")
        one.decide("business_manager", actions=12, first_due_on="1 October 2026", given_up=True)
        one = and_lost()
    for day in (on("Tue 2026-11-10"), on("Wed 2027-02-10"), on("Tue 2027-08-10")):
        with the_day(day, 9):
            one.go_on().go_to("plan-looked-at")
            one.decide("monitoring_chair", closed=3, still_open=9)

    assert seen == set(MOVES["plr"]) - set(ENDS)
    engine.live.clear()
    assert one.ref not in restart_lost_runs().started
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []


def about_runs() -> list[Task]:
    with reading() as session:
        return [each for each in session.exec(select(Task)).all() if each.once_key.startswith("run-fails:")]


def test_a_run_that_fails_three_times_in_a_row_is_a_task_for_the_office_once_until_it_goes_again(
    port: ScriptedPort, engine: Engine
) -> None:
    def fails(hour: int, minute: int) -> None:
        with the_day(DECIDED, hour, minute):
            with reading() as session:
                engine.failed.add(UUID(str(process_by_ref(session, one.ref).run_id)))
            assert restart_lost_runs().started == (one.ref,)

    with the_day(DECIDED, 9):
        one = working(port, started(port).ref)

    fails(10, 0)
    fails(10, 15)
    assert about_runs() == []
    for minute in (30, 45):
        fails(10, minute)
    (task,) = about_runs()
    assert task.title == (
        f"The form of {one.process.spoken_ref} does not open: its run has failed 3 times in a row. Nothing recorded is "
        "lost. Show its log to whoever installed Sightline; this task ends by itself"
    )
    assert task.done_at is None

    with the_day(DECIDED, 11):
        one = working(port, one.ref)
        restart_lost_runs()
    (task,) = about_runs()
    assert task.done_at is not None

    for hour in (12, 13, 14):
        fails(hour, 0)
    assert [each.done_at is None for each in about_runs()] == [False, True]
    with the_day(DECIDED, 15):
        one = working(port, one.ref)
        one.decide("strategic_partners", chosen="not-agree")
        restart_lost_runs()
    assert {each.done_at is None for each in about_runs()} == {False}
    with reading() as session:
        assert prove(session).holds


def test_a_run_that_was_lost_is_no_failure(port: ScriptedPort, engine: Engine) -> None:
    with the_day(DECIDED, 9):
        one = working(port, started(port).ref)

    for hour in (10, 11, 12, 13):
        engine.live.clear()
        with the_day(DECIDED, hour):
            assert one.ref in restart_lost_runs().started

    assert about_runs() == []
