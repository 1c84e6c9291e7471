"""How a practice learning review is rehearsed."""

from __future__ import annotations

from collections.abc import Sequence

from flows.courses.practice_learning_review import course
from flows.forms import Field
from flows.questions.practice_learning_review import WHAT_HAPPENED
from flows.questions.returns import QUESTIONS
from flows.rehearsal.cast import Cast, Decision, Part
from models.records.chasing import deadlines_of
from models.records.database import reading
from models.records.deadlines import Deadline
from models.records.processes import process_by_ref
from models.rules.working_days import add_working_days

REVIEWER = {
    "reviewer": "Rehearsed Reviewer", "reviewer_email": "reviewer@independent.example", "checked_by": "Rehearsal",
    "belongs_to": "none",
}  # fmt: skip


def meet_initially(cast: Cast) -> None:
    """The initial meeting was held, and update meetings are planned where they are offered."""
    cast.decide("initial-meeting", {"method": "imr_based"})
    if "update-meetings" in cast.stage.offers():
        cast.stage.go_to("update-meetings")
        cast.stage.answer("plan", capacity=cast.whose("update-meetings"))


def agree_to_terms(cast: Cast) -> None:
    """Agencies agree to the terms, and the panel goes on without the others."""
    cast.tick()
    if "terms-go-on" in cast.stage.offers():
        cast.decide("terms-go-on", {})


def name_authors(cast: Cast) -> None:
    """Authors are named."""
    cast.each("named", {})


def say_how_it_goes(cast: Cast) -> None:
    """At half time whoever will be late says that it is at risk."""
    cast.each("recorded", {each.slot: _word(cast, each) for each in cast.alike})


def hand_in(cast: Cast) -> None:
    """Returns come signed by a chief officer; what comes late is read at once."""
    cast.each("recorded", {each.slot: "chief_officer" for each in cast.alike})
    if any(each.startswith("panel_reads:") for each in cast.done):
        read(cast, QUESTIONS)


def hand_in_final(cast: Cast) -> None:
    """Final returns come signed, and are accepted."""
    cast.each("recorded", {each.slot: "chief_officer" for each in cast.alike})
    read(cast, "accepted")


def ask_questions(cast: Cast) -> None:
    """The panel has questions about every return."""
    read(cast, QUESTIONS)


def read(cast: Cast, answer: str) -> None:
    """The panel has read every return that is there, and answers all alike."""
    if "panel-read" not in cast.stage.offers():
        return
    cast.stage.go_to("panel-read")
    fields: Sequence[Field] = cast.stage.waiting.form.fields if cast.stage.waiting else ()
    chosen = {each.name: answer for each in fields if each.name.startswith("of_")}
    cast.stage.answer("read", capacity=cast.whose("panel-read"), **chosen)


def brief(cast: Cast) -> None:
    """Every author was briefed."""
    if "briefing-held" not in cast.stage.offers():
        return
    cast.stage.go_to("briefing-held")
    fields: Sequence[Field] = cast.stage.waiting.form.fields if cast.stage.waiting else ()
    there = [value for each in fields if each.name == "agencies" for value, _ in each.options]
    cast.stage.answer("briefed", agencies=there)


def sign_off(cast: Cast) -> None:
    """The panel signs off, once nobody has time left to check the draft."""
    with reading() as session:
        checks = deadlines_of(session, process_by_ref(session, cast.ref), "accuracy", only_open=True)
    if any(each.working_target_on >= cast.day for each in checks):
        cast.wait(cast.alike)
    else:
        cast.decide("sign-off", {})


def hand_over_plan(cast: Cast) -> None:
    """The action plan goes to the monitoring committee."""
    first_due_on = add_working_days(cast.day, 40, cast.book.calendar).isoformat()
    cast.decide("plan-handover", {"actions": 12, "first_due_on": first_due_on})


def agree(cast: Cast) -> None:
    """The Strategic Partners agree."""
    cast.stage.answer("agree", capacity=cast.whose("partners-agreement"))


def _word(cast: Cast, deadline: Deadline) -> str:
    agency = deadline.slot.partition(":")[2]
    return "at-risk" if cast.days_late("imr", agency) else "on-track"


PART = Part(
    course=course,
    menu=WHAT_HAPPENED,
    order=(
        "partners_agreement", "author_named", "reviewer", "initial_meeting", "terms_draft", "terms_agreed", "briefing",
        "chronology", "midpoint", "imr", "panel_reads", "imr_final", "event_invitations", "learning_event",
        "draft_report", "draft_meeting", "accuracy", "feedback", "sign_off", "board_approval", "publication",
        "plan_handover",
    ),
    decisions={
        "reviewer": Decision("reviewer-commissioned", REVIEWER),
        "terms_draft": Decision("terms-circulated"),
        "draft_report": Decision("draft-report"),
        "board_approval": Decision("board-approval"),
        "publication": Decision("publication"),
        "plan_review_3": Decision("plan-looked-at", {"closed": 4, "still_open": 8}),
        "plan_review_6": Decision("plan-looked-at", {"closed": 8, "still_open": 4}),
        "plan_review_12": Decision("plan-looked-at", {"closed": 12, "still_open": 0}),
    },
    special={
        "partners_agreement": agree,
        "author_named": name_authors,
        "initial_meeting": meet_initially,
        "terms_agreed": agree_to_terms,
        "midpoint": say_how_it_goes,
        "imr": hand_in,
        "imr_final": hand_in_final,
        "panel_reads": ask_questions,
        "briefing": brief,
        "sign_off": sign_off,
        "plan_handover": hand_over_plan,
    },
    never_done=("limit", "decision_limit", "author_letters", "commission"),
)  # fmt: skip
