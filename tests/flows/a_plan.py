"""What the office does in the course of one action plan, as single deeds of a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.records.actions import Action, actions_of
from models.records.database import reading
from models.records.processes import process_by_ref
from tests.builders import on
from tests.flows.a_rapid_review import forget_everything, work_under
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, run_of
from tests.flows.whole_record import processes
from tests.records_builders import BOARD, the_day

BEGUN, APPROVED = on("Mon 2026-03-02"), on("Tue 2026-03-10")
DUE = "12 June 2026"  # a Friday
WHOLE: dict[str, Any] = {
    "action": "Write down how handovers are made.", "required_change": "Handovers are made in writing.",
    "evidence": "The procedure, and a dip sample.", "outcome": "Share of handovers in writing.", "baseline": "4 of 10",
    "priority": "medium", "kind": "procedure", "source_kind": "weakness",
}  # fmt: skip


def begun_plan(port: ScriptedPort) -> Conversation:
    """A plan that comes of no review waits for its actions."""
    with the_day(BEGUN, 9):
        started = desk_flow(port, "start-action-plan", f"start-action-plan-{len(port.names)}-{len(port.waiting)}")
        said = started.answer("start", agencies=["police", "ccg"], secure_place="https://secure.example/3")
        assert said.startswith("Recorded: action plan "), said
        return run_of(port, processes()[-1].ref)


def proposed(one: Conversation, title: str = "Written handovers", agency: str = "police", **other: Any) -> str:
    """One action is proposed in the open form of the plan."""
    values = {**WHOLE, "title": title, "agency": agency, "owner": f"Olive Example, olive@{domain(agency)}",
              "due_on": DUE, **other}  # fmt: skip
    with the_day(BEGUN, 10):
        one.go_to("action-proposed")
        return one.answer("proposed", **values)


def approved_plan(port: ScriptedPort) -> Conversation:
    """Two actions, of two agencies, are approved."""
    one = begun_plan(port)
    proposed(one)
    proposed(one, "Shared chronologies", "ccg")
    approve(one, 1, 2)
    return one


def accepted_plan(port: ScriptedPort) -> Conversation:
    """Both owners have accepted."""
    one = approved_plan(port)
    accept(one, 1, 2)
    return one


def approve(one: Conversation, *numbers: int, day: date = APPROVED, capacity: str = "monitoring_chair") -> str:
    """The committee approves these actions, their titles read."""
    with the_day(day, 17):
        one.go_to("plan-approval")
        return one.decide(capacity, which=[f"{each}" for each in numbers], titles_read=True)


def accept(one: Conversation, *numbers: int, day: date = APPROVED) -> str:
    """The owners of these actions accept them."""
    tick(one, day, *(f"accepted:{each}" for each in numbers))
    assert one.now.ask.gate == "actions-accepted"
    with the_day(day, 18):
        return one.answer("recorded", **{f"of_{each}": "yes" for each in numbers})


def tick(one: Conversation, day: date, *slots: str) -> str:
    """These are ticked in the list of what is open."""
    with the_day(day, 17):
        return one.answer("ticked", arrived=list(slots))


def word(one: Conversation, day: date, number: int, outcome: str, words: str = "") -> str:
    """What the owner of an action has said is recorded."""
    tick(one, day, f"action:{number}")
    assert one.now.ask.gate == "action-words"
    with the_day(day, 18):
        return one.answer("recorded", **{f"of_{number}": outcome}, words=words)


def evidence(one: Conversation, day: date, number: int, chosen: str = "enough", **other: Any) -> str:
    """Somebody outside the agency has checked the evidence."""
    values = {
        "belongs_to": "the-office",
        "checked_by": "Quinn Example",
        "where": "Minute 4 of the audit group",
        **other,
    }
    tick(one, day, f"evidence:{number}")
    assert one.now.ask.gate == "evidence-checked"
    with the_day(day, 18):
        return one.answer("recorded", **{f"of_{number}": chosen}, **values)


def close(one: Conversation, day: date, number: int, chosen: str = "closed", **other: Any) -> str:
    """The committee closes the action, or lets it go on."""
    with the_day(day, 17):
        one.go_to("actions-closed")
        return one.decide("monitoring_chair", chosen="decided", **{f"of_{number}": chosen}, **other)


def change(one: Conversation, day: date, chosen: str, number: int, **other: Any) -> str:
    """An action gets another owner, pauses, goes on or is set aside."""
    with the_day(day, 17):
        one.go_to("action-set-aside")
        return one.decide("monitoring_chair", chosen=chosen, which=f"{number}", **other)


def the_committee_meets(on_days: Mapping[str, Sequence[str]], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the board has set these meetings, by the committee's purpose."""
    work_under("wt2015", folder, monkeypatch)
    file = folder / "boards" / BOARD / "board.toml"
    rows = [
        f'{{ on = {on(day).isoformat()}, committee = "{purpose}" }}'
        for purpose, days in on_days.items()
        for day in days
    ]
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("board_dates = ")]
    written = [f"board_dates = [{', '.join(rows)}]" if line.startswith("board_dates = ") else line for line in lines]
    file.write_text("\n".join(written) + "\n", encoding="utf-8")
    forget_everything()


def action(one: Conversation, number: int) -> Action:
    """The action as it stands in the record."""
    with reading() as session:
        return actions_of(session, process_by_ref(session, one.ref))[number - 1]


def domain(agency: str) -> str:
    """A mail domain of the agency."""
    return {"police": "police.example", "ccg": "ccg.example", "education": "schools.example"}[agency]
