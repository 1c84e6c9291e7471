"""A practice learning review from the Chair's decision to the last look at its plan, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.gates import gates
from models.records.boards import board_by_key
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.history import verify_chain
from models.records.tasks import About, open_task
from models.rules.stages import FIRST, MOVES, Stage, was_reached
from tests.builders import on
from tests.flows.a_consideration import OF_A_CONSIDERATION
from tests.flows.a_rapid_review import forget_everything, through_a_rapid_review, work_under
from tests.flows.a_review import (
    AGREED,
    DECIDED,
    FOUR_PARTS,
    SEVEN,
    SILENT,
    arrive,
    commission,
    is_closed,
    name_authors,
    of,
    stage_of,
    terms_agreed,
)
from tests.flows.scripted_port import (
    Conversation,
    ScriptedPort,
    desk_flow,
    standing_desk,
    start_review,
)
from tests.flows.whole_record import deadline
from tests.records_builders import BOARD, the_day

OF_A_PUBLISHED_REPORT = {  # put to somebody in test_story_publication.py
    "what-happens-in-review", "start-serious-case-review", "publication-day", "publication-withheld",
    "publication-advice", "publication-pack", "learning-brief", "report-published", "website-looked-at", "copy-given",
    "progress-check",
}  # fmt: skip
OF_WHAT_FOLLOWS = {  # put to somebody in test_story_discussion.py and test_story_after_decision.py
    "case-discussion", "start-discussion", "discussion-accepted", "discussion-declined", "discussion-day",
    "discussion-held", "discussion-report", "facilitator-named", "group-receives", "board-receives", "follow-up",
    "reviewing-agency", "panel-has-written",
}  # fmt: skip

OF_A_PLAN = {  # put to somebody in test_story_actions.py
    "start-action-plan", "action-plan", "action-proposed", "action-completed", "plan-approval", "actions-accepted",
    "action-words", "evidence-checked", "actions-closed", "committee-looked", "actions-lasted", "actions-impact",
    "action-set-aside", "plan-closed", "action-sheet", "meeting-sheet",
    "record-action-words",
}  # fmt: skip


def test_a_review_goes_from_the_decision_to_the_handover_although_one_agency_stays_silent(
    under_way: Conversation,
) -> None:
    one = under_way
    assert stage_of(one) is Stage.TIMETABLE_SET
    assert deadline(one.ref, f"author_named:{SILENT}").state is DeadlineState.OPEN

    terms_agreed(one)
    assert stage_of(one) is Stage.TERMS_AGREED
    assert one.now.name.endswith("0 of 8 returns")

    with the_day(on("Mon 2026-05-11"), 9):
        said = arrive(one, "imr", SEVEN)
    assert said.startswith("Recorded: ") and said.count("Agency return for the review") == 7
    assert one.now.name.endswith("7 of 8 returns")

    with the_day(on("Mon 2026-06-29"), 9):
        form = one.go_to("draft-report")
        assert "Education and schools" in form.field("without").title
        one.decide("panel_chair", without=True, **FOUR_PARTS)
    assert stage_of(one) is Stage.REPORT_DRAFTED
    assert deadline(one.ref, f"imr:{SILENT}").state is DeadlineState.OPEN
    assert f"imr:{SILENT}" in one.now.may_choose("arrived")

    for day, gate, capacity, stage in (
        (on("Mon 2026-07-27"), "sign-off", "panel_chair", Stage.REPORT_SIGNED_OFF),
        (on("Mon 2026-08-10"), "board-approval", "independent_chair", Stage.BOARD_APPROVED),
        (on("Mon 2026-08-24"), "publication", "business_manager", Stage.ISSUES_PUBLISHED),
    ):
        with the_day(day, 9):
            one.go_to(gate)
            one.decide(capacity)
        assert one.process.stage is stage

    with the_day(on("Tue 2026-08-25"), 9):
        one.go_to("plan-handover")
        said = one.decide("business_manager", actions=12, first_due_on="1 October 2026", given_up=True)
    assert said.startswith("Recorded: the action plan is handed over")
    assert stage_of(one) is Stage.PLAN_HANDED_OVER
    assert not is_closed(one)
    assert deadline(one.ref, f"imr:{SILENT}").state is DeadlineState.WAIVED

    for day, closed in (
        (on("Tue 2026-11-10"), 3), (on("Wed 2027-02-10"), 7), (on("Tue 2027-08-10"), 12),
    ):  # fmt: skip
        with the_day(day, 9):
            one.go_to("plan-looked-at")
            said = one.decide("monitoring_chair", closed=closed, still_open=12 - closed)
    assert said == "Practice learning review: complete, its actions looked at for the last time."
    assert stage_of(one) is Stage.FOLLOWED_UP
    assert is_closed(one)
    with reading() as session:
        assert verify_chain(session, one.process) == []


def test_every_gate_is_put_to_somebody_on_the_way(
    port: ScriptedPort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with the_day(DECIDED, 9):
        one = start_review(port, SEVEN)
        for which in (
            "note-call", "release-messages", "stop-sending", "change-contact", "note-absence", "mail-came-back",
        ):  # fmt: skip
            desk_flow(port, which)
        with transaction() as session:
            open_task(session, About(one.process.board_id), "An invented task", "invented")
        desk = standing_desk(port)
        for gate in ("remove-text", "blackout-days", "tasks-done"):
            desk.go_to(gate)
            desk.answer("back")
    with the_day(AGREED, 9):
        one.decide("strategic_partners", chosen="agree")
        desk_flow(port, "record-arrivals")
        desk_flow(port, "correct-mistake")
        desk_flow(port, "write-paper").answer("proof", about=one.ref)
        name_authors(one, SEVEN)
        commission(one)
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="systems")
        one.go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
        one.go_to("meeting-changed")
        one.answer("back")
        one.go_to("terms-circulated")
        one.decide("panel_chair")
        one.go_to("terms-go-on")
        one.decide("panel_chair")
        for gate in (
            "briefing-held", "returns-on-the-way", "more-time", "waive", "pause", "agencies-changed",
            "initial-meeting-again", "note-call", "restriction",
        ):  # fmt: skip
            one.go_to(gate)
            one.answer("back")
        one.answer("ticked", arrived=["midpoint:police"])
        one.answer("back")
        arrive(one, "imr", SEVEN)
        one.go_to("panel-read")
        one.decide("panel_chair", chosen="read", **{of(key): "accepted" for key in SEVEN})
        one.go_to("draft-report")
        one.decide("panel_chair", **FOUR_PARTS)
        for gate, capacity in (
            ("sign-off", "panel_chair"), ("board-approval", "independent_chair"), ("publication", "independent_chair"),
        ):  # fmt: skip
            one.go_to(gate)
            one.decide(capacity)
        one.go_to("plan-handover")
        one.decide("business_manager", actions=2, first_due_on="1 October 2026", given_up=True)
        one.go_to("plan-looked-at")
        with transaction() as session:
            open_task(session, About(board_by_key(session, BOARD).id or 0), "An invented task", "invented")
        desk = standing_desk(port)
        desk.go_to("tasks-done")

    work_under("wt2023", tmp_path / "config", monkeypatch)
    through_a_rapid_review(port)
    forget_everything()

    put_elsewhere = OF_A_PUBLISHED_REPORT | OF_A_CONSIDERATION | OF_WHAT_FOLLOWS | OF_A_PLAN
    assert port.gates_asked == set(gates()) - put_elsewhere


def test_every_stage_of_a_review_is_reached_and_left_or_an_end() -> None:
    moves = MOVES["plr"]
    reachable = {stage for stage in moves if was_reached("plr", stage, FIRST["plr"])}

    assert reachable == set(moves)
    assert {stage for stage, after in moves.items() if not after} == {
        Stage.FOLLOWED_UP,
        Stage.NOT_AGREED,
    }
