"""Promises about gates: their names, where they lead, and that each flow knows every gate it can come to."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from flows.deployments import offers
from flows.gates import gates, register
from flows.questions.desk import MENUS, OFFERS
from flows.questions.practice_learning_review import PARTNERS_AGREEMENT
from tests.installation import CODE

FIT_FOR_A_KEY = re.compile(r"[a-z]+(-[a-z]+)*")
FLOWS = [each.entrypoint.rpartition(".")[0] for each in offers(CODE / "prefect.yaml")]


def test_names_of_gates_are_lower_case_words_with_hyphens_as_the_engine_needs_them() -> None:
    assert len(gates()) >= 24
    assert [name for name in gates() if not FIT_FOR_A_KEY.fullmatch(name)] == []
    assert [name for name, gate in gates().items() if gate.name != name] == []
    assert max(map(len, gates())) <= 60 - len("-99999")


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be the name of a gate"):
        register(PARTNERS_AGREEMENT)


def test_every_gate_that_a_menu_or_the_desk_leads_to_is_registered() -> None:
    led_to = {action.gate for menu in MENUS.values() for action in menu.actions}
    led_to |= {gate for menu in MENUS.values() for gate in menu.detailed.values()}
    led_to |= {gate.name for gate, _, _ in OFFERS}

    assert led_to <= gates().keys()


@pytest.mark.parametrize(
    "module",
    [
        "flows.practice_learning_review", "flows.scr_consideration", "flows.serious_case_review", "flows.rapid_review",
        "flows.case_discussion", "flows.follow_up", "flows.desk.standing",
    ],
)  # fmt: skip
def test_a_flow_that_is_started_alone_knows_every_gate_that_its_own_lead_to(module: str) -> None:
    """A run loads its own flow and nothing else: a gate that nobody imports would silently be left out."""
    assert module in FLOWS
    say = (
        f"import {module}; from flows.gates import gates; from flows.questions.menu import Menu;"
        "menus = [each for each in gates().values() if isinstance(each, Menu)];"
        "wanted = {a.gate for m in menus for a in m.actions} | {g for m in menus for g in m.detailed.values()};"
        "print(sorted(wanted - gates().keys()), len(wanted))"
    )

    told = subprocess.run([sys.executable, "-c", say], cwd=CODE, capture_output=True, text=True, check=True)

    assert told.stdout.startswith("[] ")
    assert not told.stdout.startswith("[] 0")


def test_a_decision_opens_what_follows_although_its_own_run_has_loaded_nothing_of_it() -> None:
    say = (
        "import flows.steps.after_decision; from flows.steps.opening import STEPS, can_be_opened;"
        "from importlib.util import find_spec;"
        "print(sorted(kind for kind in STEPS if find_spec(STEPS[kind]) and not can_be_opened(kind)),"
        "can_be_opened('plr'), can_be_opened('case-discussion'), can_be_opened('follow-up'))"
    )

    told = subprocess.run([sys.executable, "-c", say], cwd=CODE, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[] True True True"
