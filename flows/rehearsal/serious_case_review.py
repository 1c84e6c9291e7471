"""How the review of a serious case, or its successor under a later edition, is rehearsed: as a practice learning
review, with a report that is published and looked at again after twelve months."""

from __future__ import annotations

from dataclasses import replace

from flows.courses.serious_case_review import course
from flows.questions.serious_case_review import WHAT_HAPPENS
from flows.rehearsal import plr
from flows.rehearsal.cast import Cast, Decision
from models.records.chasing import deadline_in
from models.records.database import reading
from models.records.processes import process_by_ref
from models.rules.publication import PACK


def set_day(cast: Cast) -> None:
    """The day of the publication is set as it was expected."""
    with reading() as session:
        expected = deadline_in(session, process_by_ref(session, cast.ref), "publication")
    day = expected.working_target_on if expected is not None else cast.day
    cast.decide("publication-day", {"publish_on": day.isoformat(), "all_the_same": True})


def publish(cast: Cast) -> None:
    """The parts of the pack are final, and the report is published."""
    if "publication-pack" in cast.stage.offers():
        cast.stage.go_to("publication-pack")
        cast.stage.answer("ready", parts=list(PACK))
    cast.decide("report-published", {})


def check_progress(cast: Cast) -> None:
    """The reviewer was asked in writing, and has replied."""
    for choice, more in (("asked", {}), ("replied", {"found": "in-order"})):
        cast.decide("progress-check", {"reply": "the secure place", **more}, choice)


PART = replace(
    plr.PART,
    course=course,
    menu=WHAT_HAPPENS,
    order=(
        *plr.PART.order[1:-2],
        "reviewer_to_panel", "liaison", "agency_plan", "plan_handover", "board_response", "publication_day",
        "agency_response", "family_told", "copy_panel", "copy_ofsted", "copy_dfe", "publication",
    ),
    decisions={
        **{kind: each for kind, each in plr.PART.decisions.items() if kind != "publication"},
        "web_review": Decision("website-looked-at", {"way": "down"}),
    },
    special={
        **{kind: deed for kind, deed in plr.PART.special.items() if kind != "partners_agreement"},
        "publication_day": set_day,
        "publication": publish,
        "progress_check": check_progress,
    },
)  # fmt: skip
