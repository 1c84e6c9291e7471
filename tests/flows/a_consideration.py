"""What the office does in the course of one consideration, as single deeds of a story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.records.database import reading
from models.records.processes import Process, opened_by, process_by_ref
from tests.builders import on
from tests.flows.scripted_port import Conversation, ScriptedPort, consideration, desk_flow
from tests.flows.whole_record import processes
from tests.records_builders import the_day

REFERRED = on("Mon 2026-03-02")
PANEL, DECIDED = on("Mon 2026-03-23"), on("Thu 2026-03-26")
HOLDING = ("childrens-social-care", "police", "acute-trust")
OF_A_CONSIDERATION = {  # the gates that no review comes to
    "consideration", "consideration-decision", "panel-booked", "panel-recommendation", "records-elsewhere",
    "refer-case", "referral-withdrawn",
}  # fmt: skip
PLACE = "https://secure.example/case"
LIMBS = ("a", "b1", "b2", "custody")


def refer(port: ScriptedPort, what: str = "new", **values: Any) -> Conversation:
    """The desk flow “Refer a case”, answered; it has ended, or asks again."""
    one = desk_flow(port, "refer-case", f"refer-{len(port.gates_asked)}-{len(port.waiting)}")
    filled: dict[str, Any] = {
        "by": "police", "limbs": list(LIMBS[:2]), "agencies": list(HOLDING), "secure_place": PLACE,
    }  # fmt: skip
    one.answer(what, **{name: value for name, value in (filled | values).items() if value is not None})
    return one


def referred(port: ScriptedPort, day: date = REFERRED, hour: int = 9, **values: Any) -> Conversation:
    """A case that was referred on that day, at what its run waits for."""
    with the_day(day, hour):
        said = refer(port, **values)
        assert said.ended.startswith("Recorded: CR-"), said.now.said
        return consideration(port, processes()[-1].ref)


def booked(one: Conversation, day: date = PANEL) -> str:
    """The day of the panel is booked."""
    one.go_to("panel-booked")
    return one.answer("booked", on=day.isoformat())


def met(
    one: Conversation, came: Sequence[str] = ("childrens-social-care", "police", "ccg"), chair: str = "panel_chair"
) -> str:
    """The panel has met, with these agencies."""
    form = one.go_to("meeting-changed")
    return one.answer("held", which=form.may_choose("which")[0], chaired_by=chair, came=list(came))


def recommends(one: Conversation, outcome: str = "scr", **values: Any) -> str:
    """The panel has recommended."""
    one.go_to("panel-recommendation")
    limbs = {f"limb_{number}": "met" for number in range(1, 5)}
    return one.decide("panel_chair", chosen=outcome, **{**limbs, "reasons": "minutes 4.1 to 4.4", **values})


def decides(one: Conversation, outcome: str = "scr", capacity: str = "independent_chair", **values: Any) -> str:
    """The Chair has decided."""
    one.go_to("consideration-decision")
    return one.decide(capacity, chosen=outcome, **{"reasons": "item 7 in the secure place", **values})


def told_outside(one: Conversation) -> str:
    """A person has sent the letters about the decision to the bodies outside."""
    one.go_to("letters-sent")
    return one.answer("sent", which=one.now.may_choose("which"), sent_by="Somebody", way="secure-mail")


def recommended_case(port: ScriptedPort, outcome: str = "scr") -> Conversation:
    """A case on which the panel has recommended, three weeks after its referral."""
    one = referred(port)
    with the_day(on("Tue 2026-03-03"), 9):
        booked(one)
    with the_day(on("Mon 2026-03-16"), 9):
        arrived = ["other_children:childrens-social-care"]
        arrived += [f"{kind}:{key}" for kind in ("records_secured", "scoping") for key in HOLDING]
        one.answer("ticked", arrived=arrived)
    with the_day(PANEL, 17):
        met(one)
        recommends(one, outcome)
    return one


def children_of(one: Conversation) -> list[Process]:
    """The processes that it has opened."""
    with reading() as session:
        return list(opened_by(session, process_by_ref(session, one.ref)))
