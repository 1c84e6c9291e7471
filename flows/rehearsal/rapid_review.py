"""How a rapid review is rehearsed."""

from __future__ import annotations

from collections.abc import Sequence

from flows.courses.rapid_review import course
from flows.forms import Field
from flows.questions.rapid_review import LIMB, RAPID_REVIEW
from flows.rehearsal.cast import Cast, Decision, Part

ENOUGH = "none_learning_note"  # no further review, so that nothing else is opened
MINUTED = {"reasons": "minute 1"}


def conclude(cast: Cast) -> None:
    """The panel has read what is there, and finds that each criterion cannot be said to be met."""
    if "panel-conclusion" not in cast.stage.offers():
        return
    cast.stage.go_to("panel-conclusion")
    fields: Sequence[Field] = cast.stage.waiting.form.fields if cast.stage.waiting else ()
    limbs = {each.name: "not-met" for each in fields if each.name.startswith(LIMB)}
    cast.stage.answer("record", capacity="panel_chair", proposes=ENOUGH, **MINUTED, **limbs)


def send(cast: Cast) -> None:
    """Somebody sends the letter to the national panel."""
    cast.stage.go_to("letters-sent")
    which = [f"{cast.ref}/{each.slot}" for each in cast.alike]
    cast.stage.answer("sent", which=which, sent_by="Rehearsal", way="secure-mail")


def answer(cast: Cast) -> None:
    """The national panel agrees."""
    cast.stage.go_to("national-panel-answered")
    cast.stage.answer("agrees")


PART = Part(
    course=course,
    menu=RAPID_REVIEW,
    order=(
        "safety_check", "records_secured", "progress_meeting", "agency_summary", "conclusion", "sign_off", "sent",
        "panel_answer",
    ),
    decisions={
        "sign_off": Decision("partners-sign-off", {"outcome": ENOUGH, "national": "against", **MINUTED}),
    },
    special={"conclusion": conclude, "sent": send, "panel_answer": answer},
    never_done=("limit", "requests_out", "la_notification"),
)  # fmt: skip
