"""What the office does in the course of a serious case review, as single deeds of a story."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flows.steps.serious_case_review import open_review
from models.records.boards import agencies_of, board_by_key
from models.records.database import reading, transaction
from models.records.processes import open_processes
from models.records.publications import Publication, publication_of
from models.rules.publication import PACK
from tests.builders import on
from tests.flows.a_review import FOUR_PARTS, REVIEWER, arrive, name_authors, of
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, run_of, standing_desk
from tests.records_builders import BOARD, book, the_day

TWO = ("police", "ccg")
DECIDED, MET = on("Mon 2026-02-02"), on("Mon 2026-03-02")
SIGNED_OFF, APPROVED = on("Mon 2026-07-06"), on("Mon 2026-07-20")
PUBLISHED = on("Tue 2026-09-01")
READY: dict[str, Any] = {"publishable": True}


def started(port: ScriptedPort, guidance: str = "") -> Conversation:
    """A review of two agencies that was decided on, at its list; under another edition where one is named."""
    with the_day(DECIDED, 9):
        if guidance:
            with transaction() as session:
                board = board_by_key(session, BOARD)
                two = [each for each in agencies_of(session, board.id or 0) if each.key in TWO]
                open_review(session, replace(book(), guidance=guidance), board, DECIDED, two, "")
        else:
            began = desk_flow(port, "start-serious-case-review")
            began.answer("start", agencies=list(TWO), capacity="independent_chair", decided_by="The Chair")
            assert began.ended.startswith("Recorded: review "), began.ended
        with reading() as session:
            ref = open_processes(session)[-1].ref
        return run_of(port, ref)


def met(one: Conversation, capacity: str = "independent_chair") -> Conversation:
    """Authors are named, the reviewer is commissioned, and the initial meeting was held."""
    with the_day(on("Mon 2026-02-16"), 9):
        name_authors(one, TWO)
        commission(one, capacity)
    with the_day(MET, 17):
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="imr_based")
    return one


def commission(one: Conversation, capacity: str) -> str:
    one.go_to("reviewer-commissioned")
    return one.decide(capacity, **REVIEWER)


def approved(one: Conversation, capacity: str = "independent_chair") -> Conversation:
    """From the terms of reference to the approval, everybody on the day."""
    with the_day(on("Mon 2026-03-09"), 9):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
        arrive(one, "terms_agreed", TWO)
    with the_day(on("Mon 2026-04-27"), 9):
        arrive(one, "imr", TWO)
        one.go_to("panel-read")
        one.decide("panel_chair", chosen="read", **{of(key): "accepted" for key in TWO})
    with the_day(on("Mon 2026-06-08"), 9):
        one.go_to("draft-report")
        one.decide("panel_chair", **FOUR_PARTS)
    with the_day(SIGNED_OFF, 9):
        one.go_to("sign-off")
        one.decide("panel_chair", **READY)
    with the_day(APPROVED, 9):
        one.go_to("board-approval")
        one.decide(capacity)
    return one


def day_set(one: Conversation, publish_on: str, capacity: str = "independent_chair", **more: Any) -> str:
    one.go_to("publication-day")
    return one.decide(capacity, publish_on=publish_on, **more)


def everything_before(one: Conversation) -> None:
    """All that should come before a publication has come, and its pack is final."""
    wanted = ("board_response", "family_told", "agency_response")
    there = one.now.may_choose("arrived")
    one.answer("ticked", arrived=[each for each in there if each.partition(":")[0] in wanted])
    sent(one, "copy_panel", "copy_ofsted", "copy_dfe")
    one.go_to("publication-pack")
    one.answer("ready", parts=[each for each in PACK if each in one.now.may_choose("parts")])


def sent(one: Conversation, *kinds: str) -> str:
    """The letters of these kinds that are owed to bodies outside were sent by a person."""
    one.go_to("letters-sent")
    which = [each for each in one.now.may_choose("which") if each.partition("/")[2] in kinds]
    return one.answer("sent", which=which, sent_by="Somebody", way="secure-mail")


def handed_over(one: Conversation) -> None:
    one.go_to("plan-handover")
    one.decide("business_manager", actions=5, first_due_on="1 November 2026", given_up=True)


def looked_at_plan(one: Conversation, *days: date) -> str:
    said = ""
    for day in days:
        with the_day(day, 9):
            one.go_to("plan-looked-at")
            said = one.decide("monitoring_chair", closed=5, still_open=0)
    return said


LOOKS = (on("Tue 2026-10-20"), on("Wed 2027-01-20"), on("Tue 2027-07-20"))


def publication(one: Conversation) -> Publication:
    """The publication of the review as it stands in the record."""
    with reading() as session:
        known = publication_of(session, one.process)
        assert known is not None
        return known


def through_a_publication(port: ScriptedPort) -> None:
    """Every question of such a review is put to somebody, under an edition that asks for checks of time and quality."""
    partners: dict[str, Any] = {"capacity": "strategic_partners", "decided_by": "The Partners"}
    with the_day(DECIDED, 9):
        began = desk_flow(port, "start-serious-case-review", f"start-serious-{len(port.waiting)}")
        began.answer("start", agencies=list(TWO), **partners)
        with reading() as session:
            ref = open_processes(session)[-1].ref
        one = run_of(port, ref)
    met(one, "strategic_partners")
    with the_day(on("Fri 2026-03-06"), 9):
        one.go_to("progress-check")
        one.answer("back")
    approved(one, "strategic_partners")
    with the_day(on("Tue 2026-07-21"), 9):
        one.go_to("learning-brief")
        one.answer("back")
        one.go_to("publication-withheld")
        one.decide("strategic_partners", way="awaiting", reasons="minute 12")
        one.go_to("publication-advice")
        one.answer("back")
        day_set(one, "8 September 2026", "strategic_partners", all_the_same=True)
        handed_over(one)
        everything_before(one)
    with the_day(on("Tue 2026-09-08"), 9):
        one.go_to("report-published")
        one.decide("business_manager")
    with the_day(on("Wed 2027-09-08"), 9):
        one.go_to("website-looked-at")
        one.decide("strategic_partners", way="down")
        desk = standing_desk(port)
        desk.go_to("copy-given")
        desk.answer("back")
