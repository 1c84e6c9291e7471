"""The laws of the engine: a gate never invents a decision, and a lost run comes back from the record."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from sqlmodel import select

from config import clock
from flows.keep_running import Kept, restart_lost_runs
from flows.supervise import marked
from models.records.asks import GateAnswer
from models.records.database import reading
from models.records.processes import process_by_ref
from models.rules.stages import Stage
from tests.flows.engine_driver import (
    AGREE,
    Asked,
    Engine,
    opened_review,
    run_of,
    started_review,
    the_record_of,
)
from tests.flows.whole_record import messages, whole_record
from tests.installation import Installation, pause_schedules

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]


def stage(ref: str) -> Stage:
    with reading() as session:
        return process_by_ref(session, ref).stage


@pytest.fixture(scope="module")
def review(whole_installation: Installation) -> str:
    """One review of two agencies, at the agreement of its partners; every test leaves it there."""
    with the_record_of(whole_installation):
        return ref_of(opened_review(Engine(whole_installation)))


@pytest.fixture
def asked(engine: Engine, review: str) -> Asked:
    """The form with which that review waits."""
    return engine.form(run_of(review))


def ref_of(asked: Asked) -> str:
    return asked.name.split(" ")[0]


def asked_again(engine: Engine, asked: Asked) -> Asked:
    """The run waits with the same question under a new key, in its own run or in the one that took its place."""
    again = engine.form(run_of(ref_of(asked)), not_key=asked.key)
    assert again.name == asked.name
    assert again.intro == asked.intro
    assert gate(again) == gate(asked)
    return again


def gate(asked: Asked) -> str:
    return asked.key.rpartition("-")[0]


def answered(engine: Engine, asked: Asked) -> Asked:
    """The question can be answered; this answer breaks a rule, so that the question stays."""
    again = engine.next_form(asked, "They agree", **{**AGREE, "capacity": "Panel chair"})
    assert again.intro.startswith("**NOT recorded, because this is for the Strategic Partners to decide")
    assert stage(ref_of(asked)) is Stage.CHAIR_DECIDED
    return again


def decided(engine: Engine, asked: Asked) -> Asked:
    """The question is answered for good."""
    following = engine.next_form(asked, "They agree", **AGREE)
    assert following.intro.startswith("**Recorded: the Strategic Partners agree")
    assert stage(ref_of(asked)) is Stage.PARTNERS_AGREED
    return following


def untouched(deed: Callable[[], object]) -> None:
    """Nothing of what people said or were told changes by it."""
    tables = ("ask", "process", "history", "words")
    before = whole_record(without=tables)
    deed()
    assert whole_record(without=tables) == before


def test_from_the_start_to_letters_and_arrivals(engine: Engine) -> None:
    asked = started_review(engine)
    ref = ref_of(asked)
    assert asked.name.endswith(": agreement of the Strategic Partners")
    assert engine.run(asked.run)["state_name"] == "Suspended"

    asked = decided(engine, asked)
    assert asked.name.endswith(": 0 of 8 authors, reviewer, initial meeting")
    with reading() as session:
        number = process_by_ref(session, ref).id
    assert len([each for each in messages("ask_author") if each.process_id == number]) == 8

    three = [each for each in asked.choices("arrived") if each.startswith(("Police", "Probation", "Education"))]
    asked = engine.next_form(asked, "What is ticked below has arrived", arrived=three)
    assert asked.name.endswith("authors' details")
    confirmed = dict.fromkeys((name for name in asked.fields if name.startswith("independent_")), True)
    asked = engine.next_form(asked, "These authors", **confirmed)
    assert asked.name.endswith(": 3 of 8 authors, reviewer, initial meeting")
    assert "author named by" in asked.intro

    kept = engine.inputs(asked.run)
    assert kept == sorted(f"suspended-{asked.key}-{part}" for part in ("description", "schema"))


def test_a_review_that_is_not_agreed_ends_with_a_sentence_and_resumed_twice_at_once_it_is_recorded_once(
    engine: Engine,
) -> None:
    asked = opened_review(engine)
    raw = asked.filled("They do not agree", **AGREE)

    with ThreadPoolExecutor(2) as two:
        codes = sorted(each.status_code for each in two.map(lambda _: engine.send(asked, raw), range(2)))

    assert codes[0] < 300
    ended = engine.ended(asked.run)
    assert ended == "Practice learning review: closed, the Strategic Partners did not agree."
    assert engine.state(asked.run) == "COMPLETED"
    assert engine.inputs(asked.run) == []
    assert decisions(ref_of(asked)) == 1


def decisions(ref: str) -> int:
    with reading() as session:
        number = process_by_ref(session, ref).id
        rows = session.exec(select(GateAnswer).where(GateAnswer.process_id == number)).all()
    return len([each for each in rows if each.gate == "partners-agreement"])


def test_a_run_set_back_from_outside_asks_again_and_invents_nothing(engine: Engine, asked: Asked) -> None:
    def set_back() -> None:
        engine.set_state(asked.run, "SCHEDULED")
        asked_again(engine, asked)

    untouched(set_back)

    assert stage(ref_of(asked)) is Stage.CHAIR_DECIDED


def test_a_retry_in_the_ui_asks_again_and_can_be_answered(engine: Engine, asked: Asked) -> None:
    engine.set_state(asked.run, "SCHEDULED", "AwaitingRetry")

    answered(engine, asked_again(engine, asked))


def test_an_answer_from_a_form_opened_yesterday_is_never_taken_for_this_one(engine: Engine, asked: Asked) -> None:
    old = asked.filled("They agree", **AGREE)
    engine.set_state(asked.run, "SCHEDULED")
    again = asked_again(engine, asked)

    refused = engine.send(again, old)  # what the button in the old tab sends
    put_response(engine, again, json.dumps(old))  # and what a form without checks would send
    engine.set_state(asked.run, "SCHEDULED")
    told = engine.form(asked.run, not_key=again.key)

    assert refused.status_code >= 400 or refused.json()["status"] != "ACCEPT"
    assert "NOT recorded, because it was typed into an older form" in told.intro
    assert stage(ref_of(asked)) is Stage.CHAIR_DECIDED


def test_an_answer_of_wrong_types_past_the_schema_is_refused_in_words(engine: Engine, asked: Asked) -> None:
    """The response is put into the engine's store directly, as by a form with its checks turned off."""
    label = asked.choices(asked.answer_field)[0]
    half_a_character = json.loads('"\\ud83d \\u0000"')
    for wrong in (
        {asked.answer_field: {"a": []}, "decided_on": "not a date", "decided_by": 3.5, "capacity": {"b": [1]}},
        {"decided_by": half_a_character, "capacity": [], "meeting": float("nan"), "decided_on": half_a_character},
        ["no", "form"],
    ):
        if isinstance(wrong, dict):
            wrong.setdefault(asked.answer_field, label)
        put_response(engine, asked, json.dumps(wrong))
        engine.set_state(asked.run, "SCHEDULED")

        asked = engine.form(asked.run, not_key=asked.key)

        assert asked.intro.startswith("**NOT recorded, because "), asked.intro
        assert stage(ref_of(asked)) is Stage.CHAIR_DECIDED


def put_response(engine: Engine, asked: Asked, text: str) -> None:
    body = {"key": f"suspended-{asked.key}-response", "value": text}
    assert engine.post(f"/flow_runs/{asked.run}/input", body).status_code == 201


def test_a_date_that_is_none_is_refused_and_what_was_typed_is_not_lost(engine: Engine, asked: Asked) -> None:
    words = {**AGREE, "decided_on": "on a Tuesday", "meeting": "minute 7"}

    again = engine.next_form(asked, "They agree", **words)

    assert "that is not a date; write it like 12 June 2026" in again.intro
    assert again.fields["meeting"]["default"] == "minute 7"


def test_a_run_killed_between_its_state_and_its_form_is_brought_back(engine: Engine, asked: Asked) -> None:
    with get_client(sync_client=True) as client:
        client.delete_flow_run_input(UUID(asked.run), f"suspended-{asked.key}-schema")

    kept = restart_lost_runs()

    assert kept.looked_again == (ref_of(asked),)
    answered(engine, engine.form(asked.run, not_key=asked.key))


def brought_back(engine: Engine, asked: Asked, later: timedelta = timedelta()) -> Asked:
    """The next round finds the lost run; the same question is asked again and nobody is told anything twice."""
    kept: list[Kept] = []
    again: list[Asked] = []

    def next_round() -> None:
        kept.append(restart_lost_runs(clock.now() + later))
        again.append(engine.form(run_of(ref_of(asked)), not_key=asked.key))

    untouched(next_round)

    assert ref_of(asked) in kept[0].started
    assert gate(again[0]) == gate(asked)
    assert again[0].run != asked.run
    assert restart_lost_runs().started == ()
    return again[0]


@pytest.mark.parametrize("end", ["CANCELLED", "FAILED", "CRASHED", "COMPLETED"])
def test_a_run_that_was_ended_at_a_gate_is_brought_back_to_it(engine: Engine, asked: Asked, end: str) -> None:
    engine.set_state(asked.run, end)

    brought_back(engine, asked)


def test_a_run_that_was_deleted_at_a_gate_is_brought_back_to_it(engine: Engine, asked: Asked) -> None:
    with get_client(sync_client=True) as client:
        client.delete_flow_run(UUID(asked.run))

    answered(engine, brought_back(engine, asked))


def test_a_run_whose_process_is_killed_while_it_works_is_brought_back_after_a_quarter_of_an_hour(
    engine: Engine, asked: Asked
) -> None:
    engine.set_state(asked.run, "SCHEDULED")
    assert kill_the_process_of(engine, asked.run), "the run was over before it could be killed"

    brought_back(engine, asked, later=timedelta(minutes=16))


def kill_the_process_of(engine: Engine, run: str) -> bool:
    """kill -9 of the process that works for the run, as soon as there is one."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for number in marked(engine.installation.home, "prefect.engine"):
            try:
                if run.encode() in Path(f"/proc/{number}/environ").read_bytes():
                    os.kill(number, signal.SIGKILL)
                    return True
            except OSError:
                continue
        time.sleep(0.02)
    return False


def test_a_second_run_of_the_same_review_ends_quietly_and_the_first_waits_on(engine: Engine, asked: Asked) -> None:
    ref = ref_of(asked)
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("practice-learning-review/Practice learning review")
        second = client.create_flow_run_from_deployment(deployment.id, parameters={"ref": ref}, tags=[ref])

    assert engine.ended(str(second.id)) == "Another run looks after this process; this one has nothing to do."
    assert engine.form(asked.run).key == asked.key


def test_the_morning_round_itself_brings_runs_back(engine: Engine, asked: Asked) -> None:
    engine.set_state(asked.run, "CANCELLED")

    said = engine.installation.command("round")

    assert said.returncode == 0, said.stderr
    assert "Runs started again: 1" in said.stdout
    assert gate(engine.form(run_of(ref_of(asked)), not_key=asked.key)) == gate(asked)


def test_all_of_the_engines_database_is_deleted_and_every_review_stands_where_it_stood(
    engine: Engine, asked: Asked
) -> None:
    other = decided(engine, opened_review(engine))
    tables = ("ask", "process", "history", "words", "round")
    before = whole_record(without=tables)
    engine.installation.stop()
    for file in (engine.installation.home / "prefect").glob("prefect.db*"):
        file.unlink()

    engine.installation.start()
    pause_schedules(engine.installation)

    for one in (asked, other):
        assert gate(engine.form(run_of(ref_of(one)))) == gate(one)
    assert whole_record(without=tables) == before
    answered(engine, engine.form(run_of(ref_of(asked))))


def test_after_all_this_the_engine_keeps_no_answer(engine: Engine) -> None:
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(limit=200)

    kept = [name for run in runs for name in engine.inputs(str(run.id)) if name.endswith("-response")]

    assert runs
    assert kept == []
