"""What the office does in the course of one rapid review, and boards that work under another edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from config.settings import settings
from models.records.database import reading
from models.records.processes import open_processes
from models.rulebook import forget_rule_books
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, rapid
from tests.installation import CODE
from tests.records_builders import BOARD, the_day

THREE = ("childrens-social-care", "police", "acute-trust")
AWARE, NOTIFIED = on("Fri 2026-02-27"), on("Mon 2026-03-02")
LIMIT = on("Mon 2026-03-23")
CRITERIA = ("improvements", "recurrent_themes", "working_together", "panel_asked")
MET: dict[str, Any] = {f"limb_{key}": "met" for key in CRITERIA}
LOCAL_REVIEW, LEARNING_REVIEW, NO_REVIEW = "scr", "plr", "none_learning_note"

Under = Callable[[str], None]


def work_under(edition: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the board starts processes under that edition; its configuration is a copy of the shipped one."""
    if not folder.exists():
        copytree(CODE / "config", folder, ignore=lambda _, names: [name for name in names if name.endswith(".py")])
    file = folder / "boards" / BOARD / "board.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    written = [f'guidance = "{edition}"' if line.startswith("guidance = ") else line for line in lines]
    file.write_text("\n".join(written) + "\n", encoding="utf-8")
    monkeypatch.setenv("SIGHTLINE_CONFIG", str(folder))
    forget_everything()


def forget_everything() -> None:
    """What was read of settings and configuration is read again when it is next asked for."""
    settings.cache_clear()
    forget_rule_books()


def started(port: ScriptedPort, agencies: Sequence[str] = THREE, **other: Any) -> Conversation:
    """The local authority has notified an incident; the agencies are asked, and the run waits."""
    asked = desk_flow(port, "start-rapid-review", f"start-rapid-{len(port.waiting)}")
    given: dict[str, Any] = {
        "agencies": list(agencies), "aware_on": AWARE.isoformat(), "notified_on": NOTIFIED.isoformat(),
        "notified_by": THREE[0], "limbs": ["abuse_or_neglect", "seriously_harmed"],
        "secure_place": "https://secure.example/9", **other,
    }  # fmt: skip
    asked.answer("start", **given)
    assert asked.ended.startswith("Recorded: rapid review "), asked.ended or asked.now.said
    with reading() as session:
        ref = open_processes(session)[-1].ref
    return rapid(port, ref)


def all_summaries(one: Conversation, agencies: Sequence[str] = THREE) -> str:
    """Every agency has handed its summary in."""
    return one.answer("ticked", arrived=[f"agency_summary:{key}" for key in agencies])


def conclude(one: Conversation, proposes: str = LOCAL_REVIEW, **other: Any) -> str:
    """The panel has answered every criterion."""
    one.go_to("panel-conclusion")
    return one.decide("panel_chair", proposes=proposes, reasons="minute 3", **{**MET, **other})


def sign_off(one: Conversation, outcome: str = LOCAL_REVIEW, capacity: str = "strategic_partners", **other: Any) -> str:
    """The partners have decided what follows."""
    one.go_to("partners-sign-off")
    return one.decide(capacity, **{"outcome": outcome, "national": "against", "reasons": "minute 7", **other})


def send(one: Conversation, slot: str = "sent", **other: Any) -> str:
    """Somebody has sent what was prepared for the national panel."""
    one.go_to("letters-sent")
    sent: dict[str, Any] = {"which": [f"{one.ref}/{slot}"], "sent_by": "Somebody Else", "way": "secure-mail", **other}
    return one.answer("sent", **sent)


def sent_to_the_panel(port: ScriptedPort, outcome: str = NO_REVIEW) -> Conversation:
    """A rapid review that the national panel has, on the day of its limit."""
    with the_day(NOTIFIED, 9):
        one = started(port)
        one.answer("ticked", arrived=["safety_check", *(f"records_secured:{key}" for key in THREE)])
    with the_day(on("Fri 2026-03-13"), 9):
        all_summaries(one)
    with the_day(on("Tue 2026-03-17"), 9):
        conclude(one, outcome)
    with the_day(on("Fri 2026-03-20"), 9):
        sign_off(one, outcome)
    with the_day(LIMIT, 9):
        send(one)
    return one


def through_a_rapid_review(port: ScriptedPort) -> Conversation:
    """A rapid review in which every question was put to somebody."""
    one = sent_to_the_panel(port)
    with the_day(on("Mon 2026-03-30"), 9):
        one.go_to("national-panel-answered")
        one.answer("review")
        one.go_to("wish-for-a-review")
    return one


def stage_of(one: Conversation) -> Stage:
    """Where the rapid review stands now."""
    return one.process.stage
