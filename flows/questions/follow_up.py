"""The questions of a follow-up: which agency reviews its own practice, and what has arrived."""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.calls import NOTE_CALL
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.questions.pauses import PAUSE
from flows.steps import follow_up as step
from models.records.boards import agencies_of
from models.records.delays import pause_in_force
from models.records.processes import anchors_of
from models.rules.outcomes import FITS, Outcome
from models.rules.spoken import spoken

WAITS_FOR = {
    Outcome.MULTI_AGENCY_AUDIT: "its place in the audit programme",
    Outcome.SINGLE_AGENCY_REVIEW: "the agency's own review and its learning",
    Outcome.LEARNING_NOTE: "the learning note",
}


class ReviewingAgency:
    """Which agency reviews its own practice."""

    name = "reviewing-agency"
    label = "Which agency reviews its own practice"

    def is_open(self, at: Situation) -> bool:
        """True until it is recorded."""
        return at.is_owed(lambda kind: kind == "agency_named")

    def form(self, at: Situation) -> Form | None:
        """The board's agencies."""
        if not self.is_open(at):
            return None
        options = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return Form(
            "which agency reviews",
            f"A review by one agency fits {FITS[Outcome.SINGLE_AGENCY_REVIEW]}. It is asked for a word that its review "
            "has begun, for the day on which it ended, and for learning that is useful to others.",
            choice("What do you want to record?", ("named", "The agency below reviews its own practice"), BACK),
            (
                Field("agency", Kind.ONE_OF, "Which agency?", needed=True, options=options),
                day_field("named_on", "On which day was it agreed?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The agency takes part, alone, and has its dates."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        faults = [] if answer.text("agency") else ["it does not say which agency"]
        decided_on, on = anchors_of(at.session, at.process.id or 0)["decision"], at.today
        try:
            on = day_in(answer, "named_on", at.today, not_before=decided_on, event="the decision")
        except Refused as refusal:
            faults.append(str(refusal))
        if faults:
            raise Refused("; ".join(faults))
        agency = next(
            each for each in agencies_of(at.session, at.process.board_id) if each.key == answer.text("agency")
        )
        step.agency_named(at.session, at.book, at.process, agency, on)
        who_recorded(at, at.process, answer, "reviewing agency recorded", agency=agency.key, on=on)
        return Recorded(f"Recorded: {agency.name} reviews its own practice, since {spoken(on)}.")


def _waiting_for(at: Situation) -> str:
    """What a follow-up waits for, for the name of its run."""
    if pause_in_force(at.session, at.process) is not None:
        return "the end of its pause"
    if REVIEWING_AGENCY.is_open(at):
        return "which agency reviews"
    outcome = step.outcome_of(at.session, at.process)
    return WAITS_FOR.get(outcome, "what comes next") if outcome else "what comes next"


REVIEWING_AGENCY = register(ReviewingAgency())
FOLLOW_UP_MENU = register(
    Menu(
        name="follow-up",
        title=_waiting_for,
        plain=frozenset(
            {
                "audit_placed",
                "learning_note",
                "review_notified",
                "review_ended",
                "learning_shared",
                "learning_passed_on",
            }
        ),
        detailed={},
        actions=(
            Action(REVIEWING_AGENCY.name, REVIEWING_AGENCY.label, REVIEWING_AGENCY.is_open),
            Action(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
            Action(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
            Action(WAIVE.name, "Something owed is not wanted any more", WAIVE.is_open),
            Action(PAUSE.name, "The follow-up pauses, or goes on", PAUSE.is_open),
        ),
    )
)
