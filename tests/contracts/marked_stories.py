"""Stories of every kind of process at the scripted port, with marked text in every free field of their forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from flows.desk.once import ask_the_desk
from flows.forms import NOT_RECORDED, Form, Kind
from flows.gates import gates
from models.records.asks import Ask
from models.records.opening import desk_ref
from models.rules.considering import WhyEarly
from models.rules.outcomes import Outcome
from tests.builders import on
from tests.flows.a_consideration import children_of, decides, recommended_case, referred
from tests.flows.a_discussion import through_a_discussion
from tests.flows.a_plan import BEGUN, accept, approve, begun_plan, change, close, evidence, proposed, tick, word
from tests.flows.a_rapid_review import forget_everything, through_a_rapid_review, work_under
from tests.flows.a_serious_case import (
    LOOKS,
    approved,
    day_set,
    everything_before,
    handed_over,
    looked_at_plan,
    met,
    sent,
    started,
)
from tests.flows.scripted_port import Conversation, ScriptedPort, Waiting, desk_flow, run_of
from tests.flows.whole_record import processes
from tests.records_builders import BOARD, the_day

MARK = "Zaunkoenig"
LINK = f"https://secure.example/{MARK}"  # the secure place has a column of its own
OUTSIDE = f"{MARK.lower()}@independent.example"
# A time of the day, and the one text that may stand in a mail; authors, with an address of their agency's domain, are
# typed elsewhere.
AS_IT_STANDS = {"at", "title"}
OF_A_KIND = {  # typed, but not anyhow
    "secure_place": LINK, "reviewer_email": OUTSIDE, "facilitator_email": OUTSIDE,
    "owner": f"{MARK} Owner, {MARK.lower()}@police.example",
}  # fmt: skip


@dataclass
class TypingPort(ScriptedPort):
    """Whoever answers types marked text; what is refused, or shows what was typed, is a fault of the story."""

    typed: int = 0
    answered: set[str] = field(default_factory=set)

    def run_id(self) -> str:
        """A number as the engine would give it, so that the engine can look for the run and find that it has none."""
        return str(uuid5(NAMESPACE_URL, self.run))

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        assert NOT_RECORDED not in form.intro, f"{ask.gate}: {form.intro[:400]}"
        assert MARK not in f"{form} {name}", f"{ask.gate} shows what was typed"
        try:
            super().wait(ask, form, name, prefilled)
        finally:
            self.waiting[self.run] = _Typed(ask, form, name, prefilled, self)


@dataclass
class _Typed(Waiting):
    port: TypingPort

    def filled(self, chosen: str, **values: Any) -> dict[str, Any]:
        """As it was given, with marked text in every field that takes any, whatever the story would have written."""
        self.port.answered.add(self.ask.gate)
        texts = {each.name for each in self.form.fields if each.kind is Kind.TEXT}
        free = {each for each in texts - AS_IT_STANDS if not each.startswith("author_")}
        self.port.typed += len(free)
        marked = {name: f"{MARK} {name} {self.port.typed}" for name in free}
        exact = {name: text for name, text in OF_A_KIND.items() if name in free}
        return super().filled(chosen, **{**values, **marked, **exact})


def play_all(port: TypingPort, folder: Path) -> Sequence[str]:
    """One process of each kind and more, most to their end; gives the references of all that came of it."""
    known = {each.ref for each in processes()}
    for story in (
        a_published_review, a_case_for_discussion, a_declined_discussion, a_case_for_one_agency, a_withdrawn_referral,
        a_plan,
    ):  # fmt: skip
        story(port)
    under_later_guidance(port, folder)
    return [each.ref for each in processes() if each.ref not in known]


def a_published_review(port: TypingPort) -> None:
    """A serious case review, restricted and released, put off with the panel's advice, published and taken down."""
    one = approved(met(started(port)))
    with the_day(on("Thu 2026-07-23"), 9):
        day_set(one, "1 September 2026")
        for chosen in ("restrict", "release"):
            desk_flow(port, "restriction", f"{chosen}-it").decide("independent_chair", chosen=chosen, review=one.ref)
            one.go_on()
        one.go_to("publication-withheld")
        later: dict[str, Any] = {"way": "later", "publish_on": "8 September 2026", "all_the_same": True}
        one.decide("independent_chair", reasons="", **later)
        sent(one, "panel_told")
        one.go_to("publication-advice")
        one.decide("independent_chair", outcome="stands", advice="")
        handed_over(one)
    with the_day(on("Thu 2026-08-20"), 9):
        everything_before(one)
    with the_day(on("Tue 2026-09-08"), 9):
        for gate in ("report-published", "learning-brief"):
            one.go_to(gate)
            one.decide("business_manager")
    looked_at_plan(one, *LOOKS)
    with the_day(on("Wed 2027-09-08"), 9):
        one.go_to("website-looked-at")
        one.decide("independent_chair", way="down")
        at_the_desk(port, "copy-given", "given", review=one.ref)
    assert one.ended == "Serious case review: complete, its actions looked at for the last time."


def a_case_for_discussion(port: TypingPort) -> None:
    """A case that is decided otherwise than recommended, of which the national panel asks, and its discussion."""
    case = recommended_case(port)
    with the_day(on("Thu 2026-03-26"), 9):
        case.go_to("records-elsewhere")
        case.answer("asked", agencies=["housing"])
        decides(case, Outcome.CASE_DISCUSSION.value, differs="")
    with the_day(on("Fri 2026-03-27"), 9):
        letters = [each for each in at_the_desk(port, "letters-sent").now.may_choose("which") if case.ref in each]
        assert letters
        at_the_desk(port, "letters-sent", "sent", which=letters, sent_by="", way="post")
        at_the_desk(port, "panel-has-written", "asked", about=case.ref, attend_on="2026-04-20")
    through_a_discussion(run_of(port, children_of(case)[0].ref))
    with the_day(on("Mon 2026-03-30"), 9):
        by_hand = desk_flow(port, "start-discussion")
        by_hand.decide("panel_chair", chosen="start", agencies=["police", "ccg"])
        run_of(port, processes()[-1].ref)


def a_declined_discussion(port: TypingPort) -> None:
    """A discussion that was decided on, and that the group does not accept."""
    case = recommended_case(port)
    with the_day(on("Thu 2026-03-26"), 9):
        decides(case, Outcome.CASE_DISCUSSION.value, differs="")
    with the_day(on("Mon 2026-03-30"), 9):
        following = run_of(port, children_of(case)[0].ref)
        following.go_to("discussion-declined")
        following.decide("panel_chair", reason="other", reasons="")


def a_case_for_one_agency(port: TypingPort) -> None:
    """A case that is decided before the panel has met, and what one agency then does alone."""
    case = referred(port)
    with the_day(on("Thu 2026-03-05"), 9):
        decides(case, Outcome.SINGLE_AGENCY_REVIEW.value, early=WhyEarly.PLAIN_CASE.value)
        following = run_of(port, children_of(case)[0].ref)
        following.go_to("reviewing-agency")
        following.answer("named", agency="housing")


def a_withdrawn_referral(port: TypingPort) -> None:
    """A referral that its agency takes back."""
    case = referred(port)
    with the_day(on("Thu 2026-03-05"), 9):
        case.go_to("referral-withdrawn")
        case.decide("independent_chair", reasons="")


def a_plan(port: TypingPort) -> None:
    """An action plan that comes of no review, through every form of it."""
    one = begun_plan(port)
    proposed(one)
    proposed(one, "Shared chronologies")
    with the_day(BEGUN, 11):
        one.go_to("action-completed")
        one.answer("completed", which="2")
        one.go_to("action-sheet")
        one.answer("write")
    approve(one, 1, 2)
    accept(one, 1, 2)
    change(one, on("Mon 2026-04-13"), "owner", 2, agency="police")
    with the_day(on("Mon 2026-04-20"), 9):
        heard = desk_flow(port, "record-action-words")
        heard.answer("ticked", arrived=[f"{one.ref}/action:1"])
        heard.answer("recorded", of_1="on-track")
        assert heard.ended.startswith("Recorded"), heard.now.said
    word(one, on("Mon 2026-05-11"), 1, "done")
    evidence(one, on("Thu 2026-05-14"), 1)
    with the_day(on("Wed 2026-07-01"), 17):
        one.go_on().go_to("meeting-sheet")
        one.answer("write", meets_on="1 July 2026")
        one.go_to("committee-looked")
        one.decide("monitoring_chair", chosen="decided", of_2="explained")
    close(one, on("Wed 2026-07-01"), 1)
    tick(one, on("Mon 2027-01-04"), "sustained:1")
    with the_day(on("Mon 2027-01-04"), 18):
        one.answer("recorded", of_1="lasted")
        one.go_to("actions-impact")
        one.decide("monitoring_chair", chosen="decided", of_1="practice-changed")
        one.go_to("plan-closed")
        one.decide("monitoring_chair", why_2="overtaken")
    assert one.ended == "The action plan is complete.", one.now.said


def under_later_guidance(port: TypingPort, folder: Path) -> None:
    """A rapid review to the partners' answer to the national panel, and a review whose progress is checked."""
    with pytest.MonkeyPatch.context() as patch:
        work_under("wt2023", folder, patch)
        rapid = through_a_rapid_review(port)
        with the_day(on("Mon 2026-03-30"), 10):
            rapid.decide("strategic_partners", outcome=Outcome.SERIOUS_CASE_REVIEW.value, reasons="")
        checked = met(started(port, "wt2023"), "strategic_partners")
        with the_day(on("Fri 2026-03-27"), 9):
            for chosen in ("asked", "replied"):
                checked.go_to("progress-check")
                checked.decide("business_manager", chosen=chosen, found="in-order", reply="")
    forget_everything()


def at_the_desk(port: TypingPort, gate: str, chosen: str = "", **values: Any) -> Conversation:
    """One form of the board's desk, asked alone: the desk's own run belongs to somebody else."""
    ask: Callable[[], Any] = lambda: ask_the_desk(gates()[gate], BOARD)  # noqa: E731
    one = Conversation(port, f"desk-{gate}-{port.typed}", desk_ref(BOARD), ask).go_on()
    if chosen:
        one.answer(chosen, **values)
        assert one.ended.startswith("Recorded"), one.ended
    return one


def write_papers(port: TypingPort, refs: Sequence[str]) -> None:
    """A case trail and a proof sheet of each lie in the folder of papers, and both lists of considered cases."""
    for ref in refs:
        trail = desk_flow(port, "write-paper", f"trail-{ref}")
        assert "lies in the folder papers" in trail.answer("trail", about=ref)
        proof = desk_flow(port, "write-paper", f"proof-{ref}")
        proof.answer("proof", about=ref)
        assert "lies in the folder papers" in proof.answer("whole")
    for which in ("considered", "counts"):
        assert "lies in the folder papers" in desk_flow(port, "write-paper", which).answer(which)
