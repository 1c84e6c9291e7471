"""An invented plan with invented people, on its sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from models.rules.actions import ActionKind, Priority, SourceKind, Wish
from reports.action_sheet import ACTIONS, action_sheet
from reports.action_sheet_in import ActionSheet, read_action_sheet
from reports.sheet_faults import FaultySheet
from tests.builders import on

PLAN, BOARD = "AP-7Q4M Rowan", "Board of A & B"
AGENCIES = (("police", "Police"), ("council", "Council of A & B"), ("health", "Hospital “North”"))
NAMES = {name: key for key, name in AGENCIES} | {key: key for key, _ in AGENCIES}
TODAY = on("Mon 2026-01-05")

SUPERVISION = Wish(
    "Supervision of new staff", "Every new member of staff has supervision once a month.", "council", "Robin Example",
    "robin@council.example", Priority.HIGH, ActionKind.PRACTICE, on("Fri 2026-06-12"), SourceKind.SYSTEM_ISSUE,
    source="Finding 3", recommendation="The council reviews how new staff are supported.",
    required_change="=Supervision is regular", evidence="-audit of 20 files", outcome="+Share of files with a record",
    baseline="@60%", target="95%", start_on=on("Mon 2026-03-02"), public_wording="First line\nsecond line", row=2,
)  # fmt: skip
SHARING = Wish(
    "Sharing of reports", "Reports reach the panel in time.", "police", "Kim Invented", "", Priority.LOW,
    ActionKind.DATA, on("Wed 2026-09-30"), SourceKind.STRENGTH, row=3,
)  # fmt: skip
WISHES = (SUPERVISION, SHARING)


@cache
def sheet(*wishes: Wish) -> bytes:
    return action_sheet(PLAN, BOARD, AGENCIES, wishes or WISHES, prepared=10)


def read(content: bytes) -> ActionSheet:
    return read_action_sheet(content, NAMES, TODAY)


def faults(content: bytes) -> list[str]:
    """What is said of a sheet that is not read."""
    with pytest.raises(FaultySheet) as refusal:
        read(content)
    return [str(each) for each in refusal.value.faults]


def at(name: str, row: int = 2) -> str:
    """The place of a column in a row."""
    return f"{ACTIONS.letters(name)}{row}"


def without_rows(wishes: Sequence[Wish]) -> list[Any]:
    return [replace(each, row=0) for each in wishes]
