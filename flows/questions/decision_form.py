"""The form of one decision that is gone to from the list of what is open, and what most of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flows.forms import Answer, Field, Form, Refused, choice
from flows.gates import Recorded, Situation
from flows.questions.decisions import (
    BACK,
    NOBODY,
    Decision,
    NothingElseIsWrong,
    decision_in,
    keep_decision,
    may_decide,
    who_decided,
)
from flows.steps import practice_learning_review as step
from models.records.chasing import deadline_in, deadlines_of
from models.records.deadlines import DeadlineState
from models.records.moving import agency_of
from models.records.processes import anchors_of
from models.rules.spoken import spoken, spoken_anchor
from models.rules.stages import Stage


@dataclass(frozen=True)
class DecisionForm:
    """A decision that is gone to from the list of what is open, and can be left without recording anything.

    Its fixed texts may name who decides in braces: "{Decider has} decided".
    """

    name: str
    title: str
    intro: str | Callable[[Situation], str]
    label: str  # of the choice that records it
    plain: str  # in words that may stand in a message
    slot: str  # the deadline that it meets
    counted_from: str  # the event it cannot lie before
    deed: Callable[[Situation, Decision, Answer], str]  # checks, keeps, then does the rest; says it, with "; " before
    # what does not happen on the day of the decision
    after: str = ""  # the slot that must have been met on that day or before
    stage: Stage | tuple[Stage, ...] | None = None  # asked only while the process stands there
    fields: Callable[[Situation], tuple[Field, ...]] = lambda at: ()
    date_title: str = "On which day was it decided?"
    gate: str = ""  # whoever holds it under the edition decides instead of `may_decide`

    def form(self, at: Situation) -> Form | None:
        """Asked while its deadline is open and the process stands where it may be taken."""
        if not self.is_open(at):
            return None
        say = at.who.say
        intro = self.intro if isinstance(self.intro, str) else self.intro(at)
        return Form(
            say(self.title), say(intro), choice("What do you want to record?", ("record", say(self.label)), BACK),
            (*self.fields(at), *who_decided(date_title=say(self.date_title), who=at.who)),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The decision and all that follows from it, or a refusal and nothing."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        not_before, event = self.cannot_lie_before(at)
        try:
            decision = decision_in(
                at, answer, may_decide=may_decide(at, at.process, self.name), not_before=not_before, event=event
            )
        except Refused as refusal:
            raise Refused("; ".join([*self._what_else_is_wrong(at, answer), str(refusal)])) from None
        said, then, rest = self.deed(at, decision, answer).partition("; ")
        return Recorded(f"Recorded: {said}, on {spoken(decision.on)}{then}{rest}.")

    def _what_else_is_wrong(self, at: Situation, answer: Answer) -> list[str]:
        """The reasons of the form's own fields, so that a refusal says all at once; nothing is kept."""
        try:
            self.deed(at, Decision(NOBODY, answer.day("decided_on") or at.today, {}), answer)
        except Refused as refusal:
            return [str(refusal)]
        except NothingElseIsWrong:
            return []
        raise AssertionError(f"{self.name} did something before it kept the decision")

    def cannot_lie_before(self, at: Situation) -> tuple[date | None, str]:
        """The latest of what must have happened before, and its name; where a process has no such event, the
        decision that it began with."""
        happened = anchors_of(at.session, at.process.id or 0)
        counted_from = self.counted_from if self.counted_from in happened else "decision"
        event_on = happened.get(counted_from)
        before = deadline_in(at.session, at.process, self.after) if self.after else None
        met_on = before.met_on if before is not None else None
        if before is not None and met_on is not None and (event_on is None or met_on > event_on):
            return met_on, f"“{before.title}”"
        return event_on, spoken_anchor(counted_from, at.who)

    def is_open(self, at: Situation) -> bool:
        """True while this may be recorded."""
        owed = at.slot(self.slot)
        stages = self.stage if isinstance(self.stage, tuple) else (self.stage,)
        right_stage = self.stage is None or at.process.stage in stages
        return right_stage and owed is not None and owed.state is DeadlineState.OPEN


def keep(at: Situation, gate: DecisionForm, decision: Decision, **facts: object) -> None:
    """The decision stands in the history and is confirmed in the gate's fixed words."""
    keep_decision(at, at.process, gate.name, decision, "recorded", at.who.say(gate.plain), **facts)


def reached(gate: Callable[[], DecisionForm], stage: Stage, words: str) -> Callable[[Situation, Decision, Answer], str]:
    """A deed that meets the gate's deadline and moves the process on."""

    def deed(at: Situation, decision: Decision, answer: Answer) -> str:
        keep(at, gate(), decision)
        step.stage_reached(at.session, at.book, at.process, gate().slot, stage, decision.on)
        return words

    return deed


def owing(at: Situation, kind: str) -> list[tuple[str, str]]:
    """Key and name of each agency that still owes that."""
    agencies = [agency_of(at.session, each) for each in deadlines_of(at.session, at.process, kind, only_open=True)]
    return [(each.key, each.name) for each in agencies if each is not None]
