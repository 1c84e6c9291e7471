"""The clock of a review stands still for a reason, and goes on when a person says so."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import (
    BACK,
    decision_in,
    insist_on_after_decision,
    keep_decision,
    may_decide,
    who_decided,
)
from flows.questions.figures import working_days
from flows.questions.more_time import reason_field, reason_in
from flows.questions.owed import reviews, who_extends_limits
from flows.steps import delays as step
from models.records.chasing import deadlines_of
from models.records.delays import pause_in_force
from models.records.processes import Process, process_by_ref
from models.rules.processes import KINDS
from models.rules.spoken import and_joined, spoken
from models.rules.working_days import add_working_days


class Pausing:
    """A review is paused, or goes on; its outer limit is never hidden by it."""

    name = "pause"

    def is_open(self, at: Situation) -> bool:
        """True while there is a review."""
        return bool(reviews(at))

    def form(self, at: Situation) -> Form | None:
        """Which review, from when, and when to look again."""
        known = reviews(at)
        if not known:
            return None
        several = len(known) > 1
        paused = [each.spoken_ref for each in known if pause_in_force(at.session, each)]
        now = f" Paused at the moment: {and_joined(paused)}." if paused else ""
        return Form(
            "a pause",
            "While a review is paused nobody is chased. Its limits stay where they are and stay in sight; only "
            f"{who_extends_limits(at)} can extend them, under “More time”.{now}",
            choice(
                "What do you want to record?",
                ("pause", "The review pauses"),
                ("resume", "The review goes on"),
                BACK,
            ),
            (
                Field("review", Kind.ONE_OF, "Which review?", "" if several else "There is only this one.",
                      needed=several, options=tuple((each.ref, each.spoken_ref) for each in known)),
                reason_field(),
                Field("from_on", Kind.DATE, "Since which day does it pause, or go on?", "Leave empty for today."),
                Field("look_again_on", Kind.DATE, "On which day is the pause to be looked at again?",
                      f"Leave empty for {working_days(at, 'pause_looked_at', known)} later. A pause never ends by "
                      "itself."),
                *who_decided(who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The clock stands still, or goes on with dates as many working days later."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        process = self._review(at, answer)
        decision = decision_in(at, answer, may_decide=may_decide(at, process, self.name), about=process)
        on = answer.day("from_on") or at.today
        if on > at.today:
            raise Refused(f"{spoken(on)} lies in the future; record it when it has happened")
        insist_on_after_decision(at, process, on)
        outcome = "clock-stopped" if answer.choice == "pause" else "clock-goes-on"
        what = KINDS[process.kind].outside
        plain = f"The {what} pauses" if answer.choice == "pause" else f"The {what} goes on"
        said = self._pause if answer.choice == "pause" else self._resume
        keep_decision(at, process, self.name, decision, outcome, plain)
        words = said(at, answer, process, on, decision.capacity)
        return Recorded(words, look_again=(process.ref,) if process.id != at.process.id else ())

    def _pause(self, at: Situation, answer: Answer, process: Process, on: date, capacity: str) -> str:
        if pause_in_force(at.session, process) is not None:
            raise Refused("this review is paused already; record first that it goes on")
        days = at.book.allowance(process.guidance, "pause_looked_at")
        look_again_on = answer.day("look_again_on") or add_working_days(at.today, days, at.book.calendar)
        if look_again_on <= on:
            raise Refused(f"{spoken(look_again_on)} is not after {spoken(on)}: a pause cannot end before it begins")
        reason = reason_in(answer)
        step.clock_stopped(at.session, at.book, process, reason, on, look_again_on, capacity)
        return f"Recorded: the review pauses since {spoken(on)}. You are asked again on {spoken(look_again_on)}."

    def _resume(self, at: Situation, answer: Answer, process: Process, on: date, capacity: str) -> str:
        pause = pause_in_force(at.session, process)
        if pause is None:
            raise Refused("this review is not paused")
        if on < pause.from_on:
            raise Refused(f"{spoken(on)} is before {spoken(pause.from_on)}, when the pause began")
        days = step.clock_goes_on(at.session, at.book, process, pause, on)
        return (
            f"Recorded: the review goes on; what was owed is due {days} working days later.{_over_limit(at, process)}"
        )

    def _review(self, at: Situation, answer: Answer) -> Process:
        known = reviews(at)
        wanted = [each for each in known if each.ref == answer.text("review")]
        if not wanted and (answer.text("review") or len(known) != 1):
            raise Refused("it does not say which review")
        return process_by_ref(at.session, (wanted or known)[0].ref, for_update=True)


def _over_limit(at: Situation, process: Process) -> str:
    """A warning when something now lies after the limit."""
    limits = deadlines_of(at.session, process, "limit", only_open=True)
    late = [
        each
        for each in deadlines_of(at.session, process, "board_approval", only_open=True)
        if limits and each.working_target_on > limits[0].working_target_on
    ]
    if not late:
        return ""
    return (
        f" The approval by {at.book.approving_bodies(process.guidance)} now falls on "
        f"{spoken(late[0].working_target_on)}, after the limit, {spoken(limits[0].working_target_on)}: ask "
        f"{at.book.who_decides(process.guidance).limit_extender} whether the limit is extended."
    )


PAUSE = register(Pausing())
