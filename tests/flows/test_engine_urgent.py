"""What is urgent goes at once, by the engine itself, while every schedule is paused."""

from __future__ import annotations

import time

import pytest

from models.records.messages import MessageState
from models.rules.stages import Stage
from tests.flows.engine_driver import Engine, newest_review, run_of
from tests.flows.whole_record import messages
from tests.installation import pause_schedules

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]
SECONDS_TO_THE_MAIL = 60


def test_a_referral_asks_for_records_within_a_minute_and_its_own_run_waits(engine_of_its_own: Engine) -> None:
    engine = engine_of_its_own
    pause_schedules(engine.installation)
    asked = engine.form(engine.start("refer"))

    said = engine.answer(
        asked, "A case that is not under consideration here", by="Police", agencies=["Police", "Housing"],
        limbs=["Abuse or neglect of a child is known or suspected"], secure_place="https://secure.example/1",
    )  # fmt: skip

    assert str(said).startswith("Recorded: CR-")
    end = time.monotonic() + SECONDS_TO_THE_MAIL
    while len(messages("secure_records", MessageState.SENT)) < 2 and time.monotonic() < end:
        time.sleep(0.5)
    assert len(messages("secure_records", MessageState.SENT)) == 2
    case = newest_review()
    assert case.stage is Stage.REFERRED
    assert engine.form(run_of(case.ref)).name == f"{case.spoken_ref}: 0 of 2 summaries, a day for the panel"
