"""The kinds of process that Sightline runs: one table, everywhere the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessKind:
    """What the rest of the code must know about one kind of process.

    `approved_by`, `completed_by`, `limit` and `aim` are kinds of what is owed: the timetable is planned back from the
    first, must have reached the second by the limit, and warns when it passes the aim. Empty: there is none.
    """

    key: str
    title: str  # for the office; an edition of the guidance may name it otherwise
    outside: str  # for messages: neutral
    deployment: str  # "flow name/deployment name"
    approved_by: str = ""
    completed_by: str = ""  # empty: a setting of the board
    limit: str = ""
    aim: str = ""
    to_book: tuple[str, ...] = ()  # what people meet for, named with its last day where the limit cannot be kept
    letters_signed_by: str = "panel_chair"  # in whose name letters to chief officers go
    outlives: tuple[str, ...] = ()  # what stays owed when such a process is closed


_ALL = (
    ProcessKind("desk", "Desk", "desk", "desk/Desk"),
    ProcessKind(
        "plr", "Practice learning review", "review", "practice-learning-review/Practice learning review",
        approved_by="board_approval", limit="limit", aim="decision_limit",
    ),
    ProcessKind(
        "scr-consideration", "Consideration of a case", "consideration", "scr-consideration/Consideration of a case",
        approved_by="decision", completed_by="decision", limit="limit", to_book=("panel_meeting", "decision"),
    ),
    ProcessKind(
        "serious-case-review", "Serious case review", "review", "serious-case-review/Serious case review",
        approved_by="board_approval", limit="limit", outlives=("annual_report",),
    ),
    ProcessKind(
        "rapid-review", "Rapid review", "rapid review", "rapid-review/Rapid review",
        approved_by="sign_off", completed_by="sent", limit="limit", to_book=("conclusion", "sign_off"),
    ),
    ProcessKind("case-discussion", "Case discussion", "case discussion", "case-discussion/Case discussion"),
    ProcessKind("follow-up", "Follow-up of a case", "follow-up", "follow-up/Follow-up of a case"),
    ProcessKind(
        "action-plan", "Action plan", "action plan", "action-plan/Action plan", letters_signed_by="independent_chair",
    ),
)  # fmt: skip

KINDS: Mapping[str, ProcessKind] = {each.key: each for each in _ALL}

# what may be owed to a process that is closed, of whatever kind
OUTLIVING = frozenset(each for kind in _ALL for each in kind.outlives)
