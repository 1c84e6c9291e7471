"""Checks of the time that a review takes and of its quality, at regular intervals, where the edition asks for them.

Source: B.15, row 7a (P:126; the interval D: default, to be confirmed by the board).
"""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, Decision, decision_in, keep_decision, may_decide, who_decided
from flows.steps import serious_case_review as step
from models.records.chasing import deadlines_of
from models.records.deadlines import Deadline
from models.records.processes import anchors_of
from models.rules.spoken import spoken

ASKED, REPLIED, CHECKED = "asked", "replied", "checked"
PLAIN = {
    ASKED: "The reviewer was asked in writing how the review is coming on",
    REPLIED: "The reviewer has replied, and time and quality were checked",
    CHECKED: "The time that the review takes and its quality were checked",
}
FOUND = (("in-order", "Both are in order"), ("time", "The time is at risk"), ("quality", "The quality is at risk"))


class ProgressCheck:
    """The reviewer may be asked in writing, and the reply is recorded; each check leads to the next."""

    name = "progress-check"

    def is_open(self, at: Situation) -> bool:
        """True while a check is owed."""
        return at.is_owed(lambda kind: kind == step.CHECK)

    def form(self, at: Situation) -> Form | None:
        """What was asked, and what was found."""
        owed = _owed(at)
        if owed is None:
            return None
        asked_on = step.asked_on(at.session, at.process, owed)
        asked = f" The reviewer was asked in writing on {spoken(asked_on)}." if asked_on else ""
        return Form(
            "a check of time and quality",
            f"This check is due by {spoken(owed.working_target_on)}.{asked} The reviewer may be asked in writing for "
            "information or for a draft. What the reviewer wrote belongs into the secure place.",
            choice(
                "What do you want to record?",
                (ASKED, "The reviewer was asked in writing; the reply is awaited"),
                (REPLIED, "The reply is there, and time and quality were checked"),
                (CHECKED, "Time and quality were checked without a written request"), BACK,
            ),
            (
                Field("found", Kind.ONE_OF, "What was found?", "Needed once it was checked.", options=FOUND),
                Field("reply", Kind.TEXT, "Where are request and reply kept?", "A place, not their words."),
                *who_decided(date_title="On which day was the reviewer asked, or was it checked?", who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The request is recorded, or the check is done and the next one owed."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        owed, faults = _owed(at), []
        if owed is None:
            return Recorded("That was settled in the meantime; nothing was changed.")
        before = step.asked_on(at.session, at.process, owed)
        if answer.choice != ASKED and not answer.text("found"):
            faults.append("it does not say what was found")
        if answer.choice != CHECKED and not answer.text("reply"):
            faults.append("it does not say where request and reply are kept")
        if answer.choice == REPLIED and before is None:
            faults.append("it is not recorded that the reviewer was asked; record that first")
        met_on = anchors_of(at.session, at.process.id or 0).get("initial-meeting")
        event = "the written request" if before else "the initial meeting"
        deciders = may_decide(at, at.process, self.name)
        decision = decision_in(at, answer, may_decide=deciders, not_before=before or met_on, event=event, faults=faults)
        words = {**decision.words, **({"reply": answer.text("reply")} if answer.text("reply") else {})}
        kept = Decision(decision.capacity, decision.on, words)
        facts = {"slot": owed.slot, "found": answer.text("found")}
        keep_decision(at, at.process, self.name, kept, answer.choice, PLAIN[answer.choice], **facts)
        if answer.choice == ASKED:
            step.reviewer_asked(at.session, at.process, owed, decision.on)
            on = spoken(decision.on)
            return Recorded(f"Recorded: the reviewer was asked in writing on {on}; the check stays owed.")
        following = step.checked(at.session, at.book, at.process, owed, decision.on)
        more = f" The next one is due by {spoken(following.working_target_on)}." if following is not None else ""
        return Recorded(f"Recorded: time and quality were checked, on {spoken(decision.on)}.{more}")


def _owed(at: Situation) -> Deadline | None:
    return next(iter(deadlines_of(at.session, at.process, step.CHECK, only_open=True)), None)


PROGRESS_CHECK = register(ProgressCheck())
