"""How an action plan is rehearsed: two actions of each agency, from their proposal to the last look."""

from __future__ import annotations

from datetime import date, timedelta

from flows.action_progress import ask_owners
from flows.courses.action_plan import course
from flows.questions.action_plan import PLAN_MENU
from flows.rehearsal.cast import Cast, Part
from models.records.actions import Action, actions_of
from models.records.database import reading
from models.records.moving import agencies_in_scope
from models.records.processes import process_by_ref
from models.rules.working_days import next_working_day

OF_EACH_AGENCY = 2
FIRST_DUE, BETWEEN = timedelta(weeks=17), timedelta(weeks=2)  # after the proposal, and from one to the next
WHOLE = {
    "action": "Rehearsed action.", "required_change": "Rehearsed change.", "evidence": "Rehearsed evidence.",
    "outcome": "Rehearsed measure.", "baseline": "Rehearsed baseline.", "priority": "medium", "kind": "practice",
    "source_kind": "weakness",
}  # fmt: skip
CHECKED = {"belongs_to": "the-office", "checked_by": "Rehearsal", "where": "Rehearsed place"}


def propose(cast: Cast) -> None:
    """Every agency that takes part has its actions proposed, due one after another."""
    with reading() as session:
        agencies = [each.key for each in agencies_in_scope(session, process_by_ref(session, cast.ref))]
    for number in range(OF_EACH_AGENCY * len(agencies)):
        key = agencies[number % len(agencies)]
        due_on = next_working_day(cast.day + FIRST_DUE + number * BETWEEN, cast.book.calendar)
        domain = cast.book.board.agencies[key].domains[0]
        cast.stage.go_to("action-proposed")
        cast.stage.answer(
            "proposed", title=f"Rehearsed action {number + 1}", agency=key, due_on=due_on.isoformat(),
            owner=f"Rehearsed Owner, owner.{number + 1}@{domain}", **WHOLE,
        )  # fmt: skip
    if any(each.kind == "proposed" for each in cast.alike):
        cast.tick()


def approve(cast: Cast) -> None:
    """All of them are approved."""
    cast.decide("plan-approval", {"which": [f"{each.number}" for each in _actions(cast)]})


def accept(cast: Cast) -> None:
    """The owners accept."""
    _each(cast, "yes")


def say_done(cast: Cast) -> None:
    """What is due is done, and its evidence lies somewhere."""
    _each(cast, "done", words="Rehearsed place")


def say_on_track(cast: Cast) -> None:
    """Owners who are asked are on track."""
    _each(cast, "on-track")


def check_evidence(cast: Cast) -> None:
    """The office has looked at the evidence, which is enough."""
    _each(cast, "enough", **CHECKED)


def close(cast: Cast) -> None:
    """The committee closes what was checked, and the plan when nothing of it is open."""
    closed = {f"of_{number}": "closed" for number in _numbers(cast)}
    cast.decide("actions-closed", closed, choice="decided")
    if all(each.closed_on is not None for each in _actions(cast)):
        cast.decide("plan-closed", {})


def say_lasted(cast: Cast) -> None:
    """What was changed is still there."""
    _each(cast, "lasted")


def judge(cast: Cast) -> None:
    """The committee has seen practice change."""
    judged = {f"of_{number}": "practice-changed" for number in _numbers(cast)}
    cast.decide("actions-impact", judged, choice="decided")


def ask(day: date) -> None:
    """Owners are asked for a word, as the morning round does it."""
    ask_owners(day)


def _each(cast: Cast, chosen: str, **values: str) -> None:
    numbers = _numbers(cast)
    cast.tick()
    cast.stage.answer("recorded", **{f"of_{number}": chosen for number in numbers}, **values)


def _numbers(cast: Cast) -> list[int]:
    return sorted({int(each.slot.split(":")[1]) for each in cast.alike})


def _actions(cast: Cast) -> list[Action]:
    with reading() as session:
        return list(actions_of(session, process_by_ref(session, cast.ref)))


PART = Part(
    course=course,
    menu=PLAN_MENU,
    order=("proposed", "approved", "accepted", "progress", "action", "evidence", "closure", "sustained", "impact"),
    decisions={},
    special={
        "proposed": propose, "approved": approve, "accepted": accept, "progress": say_on_track, "action": say_done,
        "evidence": check_evidence, "closure": close, "sustained": say_lasted, "impact": judge,
    },
    each_morning=ask,
)  # fmt: skip
