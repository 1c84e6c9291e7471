"""Parallel proceedings: while a review is restricted nothing of it is published or spread (F-14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, decision_in, keep_decision, may_decide, who_decided
from flows.questions.owed import reviews
from models.records.chasing import deadlines_of, weigh_standstill
from models.records.database import Session
from models.records.delays import is_blacked_out
from models.records.processes import Process, anchors_of, process_by_ref
from models.records.restrictions import lift_restriction, restrict, restriction_in_force
from models.rules.publication import SPREADS
from models.rules.spoken import and_joined, spoken

OUTCOMES = {
    "restrict": ("restricted", "Nothing of the review may be published for the time being"),
    "release": ("released", "The review may be published again"),
}


def insist_that_it_may_be_published(session: Session, process: Process, on: date | None = None) -> None:
    """Every step that publishes or spreads anything of a process asks this first, whatever kind of process it is.

    Raises Refused while the process is restricted (F-14) and for a blackout day (F-13).
    """
    faults = []
    restriction = restriction_in_force(session, process)
    if restriction is not None:
        faults.append(
            f"{process.spoken_ref} is restricted since {spoken(restriction.from_on)}: nothing of it may be published "
            "or spread until a person lifts that under “Restrict or release publication”"
        )
    if on is not None and is_blacked_out(session, process, on):
        faults.append(f"{spoken(on)} is a blackout day of this review; nothing is published on it")
    if faults:
        raise Refused("; ".join(faults))


def insist_that_they_may_arrive(session: Session, process: Process, kinds: Iterable[str]) -> None:
    """Nothing that spreads anything of a restricted process is recorded as done. Raises Refused."""
    if SPREADS & set(kinds):
        insist_that_it_may_be_published(session, process)


class Restricting:
    """Publication is restricted because of parallel proceedings, or released again."""

    name = "restriction"

    def is_open(self, at: Situation) -> bool:
        """True while there is a process that could be restricted."""
        return bool(reviews(at))

    def form(self, at: Situation) -> Form | None:
        """Which review, and whether it is restricted or released."""
        known = reviews(at)
        if not known:
            return None
        restricted = [each.spoken_ref for each in known if restriction_in_force(at.session, each) is not None]
        now = f"Restricted at the moment: {and_joined(restricted)}." if restricted else "Nothing is restricted now."
        return Form(
            "a restriction of publication",
            "While a review is restricted, nothing of it may be published or spread: every such step is refused, and "
            "nobody is chased for it. All other work goes on. Only a person lifts it. Why it is restricted is not "
            f"asked and not kept here. {now}",
            choice(
                "What do you want to record?",
                ("restrict", "Nothing of the review may be published for the time being"),
                ("release", "The review may be published again"),
                BACK,
            ),
            (
                Field("review", Kind.ONE_OF, "Which review?", "Not needed where there is only one.",
                      options=tuple((each.ref, each.spoken_ref) for each in known)),
                *who_decided(who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The review is restricted from today on, or is not any more."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        process = _review(at, answer)
        began_on = anchors_of(at.session, process.id or 0).get("decision")
        deciders, event = may_decide(at, process, self.name), "the decision that it began with"
        decision = decision_in(at, answer, may_decide=deciders, not_before=began_on, event=event)
        is_restricted = restriction_in_force(at.session, process) is not None
        if is_restricted is (answer.choice == "restrict"):
            raise Refused(f"{process.spoken_ref} is {'restricted already' if is_restricted else 'not restricted'}")
        outcome, plain = OUTCOMES[answer.choice]
        keep_decision(at, process, self.name, decision, outcome, plain)
        if answer.choice == "restrict":
            restrict(at.session, process)
        else:
            lift_restriction(at.session, process)
        for deadline in deadlines_of(at.session, process, only_open=True):
            weigh_standstill(at.session, at.book, process, deadline)
        said = f"nothing of {process.spoken_ref} may be published until a person lifts that"
        if answer.choice == "release":
            said = f"{process.spoken_ref} may be published again; look whether the days that were set still hold"
        return Recorded(f"Recorded: {said}.", look_again=(process.ref,) if process.id != at.process.id else ())


def _review(at: Situation, answer: Answer) -> Process:
    known = reviews(at)
    wanted = [each for each in known if each.ref == answer.text("review")]
    if not wanted and (answer.text("review") or len(known) != 1):
        raise Refused("it does not say which review")
    return process_by_ref(at.session, (wanted or known)[0].ref, for_update=True)


RESTRICTION = register(Restricting())
