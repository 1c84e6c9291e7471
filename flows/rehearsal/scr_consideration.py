"""How the consideration of a case is rehearsed.

The play ends with the consideration: what its decision opens is another process, which is rehearsed by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.courses.scr_consideration import course
from flows.forms import Field
from flows.questions.consideration import CONSIDERATION
from flows.rehearsal.cast import Cast, Part
from flows.steps.consideration import pack_issued
from models.records.chasing import deadline_in
from models.records.database import reading, transaction
from models.records.processes import process_by_ref
from models.rules.considering import Limb

OUTCOME = "plr"


def book(cast: Cast) -> None:
    """The day of the panel is booked, for the day on which its meeting is due."""
    if "panel-booked" not in cast.stage.offers():
        return
    with reading() as session:
        owed = deadline_in(session, process_by_ref(session, cast.ref), "panel_meeting")
        day = owed.working_target_on if owed is not None else cast.day
    cast.stage.go_to("panel-booked")
    cast.stage.answer("booked", on=day.isoformat())


def hold(cast: Cast) -> None:
    """The panel has met, with everybody there."""
    cast.meet(cast.day)


def issue(cast: Cast) -> None:
    """The panel has its pack."""
    with transaction() as session:
        pack_issued(session, process_by_ref(session, cast.ref, for_update=True))
    cast.stage.go_on()


def recommend(cast: Cast) -> None:
    """The panel answers each limb of the test and recommends."""
    if "panel-recommendation" not in cast.stage.offers():
        return
    cast.stage.go_to("panel-recommendation")
    fields: Sequence[Field] = cast.stage.waiting.form.fields if cast.stage.waiting else ()
    limbs = {each.name: Limb.NOT_MET.value for each in fields if each.name.startswith("limb_")}
    cast.stage.answer(OUTCOME, capacity="panel_chair", reasons="Rehearsal", **limbs)


def decide(cast: Cast) -> None:
    """Whoever decides follows the recommendation."""
    cast.stage.go_to("consideration-decision")
    fields: Sequence[Field] = cast.stage.waiting.form.fields if cast.stage.waiting else ()
    late = {each.name: "other" for each in fields if each.name == "overrun"}
    early = {each.name: "limit-reached" for each in fields if each.name == "early"}
    capacity = cast.book.may_decide(cast.book.guidance, "consideration-decision")[0]
    cast.stage.answer(OUTCOME, capacity=capacity, reasons="Rehearsal", **late, **early)


PART = Part(
    course=course,
    menu=CONSIDERATION,
    order=("other_children", "panel_booked", "records_secured", "scoping", "pack", "panel_meeting", "recommendation",
           "minutes", "decision"),
    decisions={},
    special={
        "panel_booked": book, "pack": issue, "panel_meeting": hold, "recommendation": recommend, "decision": decide,
    },
    never_done=("limit",),
)  # fmt: skip
