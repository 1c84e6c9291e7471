"""What the monitoring committee decides about actions: closed, explained, a new date, what they changed (B.10)."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.actions import carried, new_day_faults, spoken_of
from flows.questions.decisions import BACK, decision_in, keep_decision, may_decide, who_decided
from flows.steps import action_plan as step
from models.records.actions import Action, actions_of
from models.records.processes import anchors_of
from models.rules.actions import OWED, ActionState, IllegalActionMove
from models.rules.spoken import and_joined, spoken

CLOSED, GOES_ON = "closed", "goes-on"
CLOSING = ((CLOSED, "Closed"), (GOES_ON, "Not closed: it goes on"))
EXPLAINED, NEW_DATE, TO_THE_CHAIR = "explained", "new-date", "to-the-chair"
LOOKED = (
    (EXPLAINED, "Explained; the date stays"),
    (NEW_DATE, "A new date was set"),
    (TO_THE_CHAIR, "It goes to the Independent Chair"),
)
JUDGEMENTS = (
    ("no-evidence", "No evidence of a change"),
    ("process-changed", "The process has changed"),
    ("practice-changed", "Practice has changed"),
    ("outcomes-changed", "Outcomes have changed"),
)


class Committee:
    """One choice for each action, decided by the monitoring committee."""

    name = ""
    title = ""
    intro = ""
    label = ""
    plain = ""
    options: tuple[tuple[str, str], ...] = ()
    needs_day = ""  # the choice that needs a new day

    def waiting(self, at: Situation) -> list[Action]:
        """The actions that it may decide about now."""
        raise NotImplementedError

    def is_open(self, at: Situation) -> bool:
        """True while there is any."""
        return bool(self.waiting(at))

    def form(self, at: Situation) -> Form | None:
        """One choice for each action; what was not discussed is left out."""
        found = self.waiting(at)
        if not found:
            return None
        day = (Field("new_on", Kind.DATE, "By which day?", "Needed for a new date."),) if self.needs_day else ()
        return Form(
            self.title, self.intro, choice("What do you want to record?", ("decided", self.label), BACK),
            (
                *(Field(f"of_{each.number}", Kind.ONE_OF, spoken_of(at, each), options=self.options) for each in found),
                *day, *who_decided(who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """All that was decided is recorded, or none of it."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        decided = [(each, chosen) for each in self.waiting(at) if (chosen := answer.text(f"of_{each.number}"))]
        faults = [] if decided else ["nothing was chosen for any action"]
        if self.needs_day and self.needs_day in [chosen for _, chosen in decided]:
            faults += new_day_faults(at, answer)
        decision = decision_in(
            at, answer, may_decide=may_decide(at, at.subject, self.name), faults=faults, about=at.subject,
            not_before=anchors_of(at.session, at.subject.id or 0).get("approval"), event="the approval of the plan",
        )  # fmt: skip
        outcome = {f"{each.number}": chosen for each, chosen in decided}
        keep_decision(at, at.subject, self.name, decision, "recorded", self.plain, actions=outcome)
        try:
            said = [self.deed(at, each, chosen, answer, decision.on) for each, chosen in decided]
        except IllegalActionMove as why:
            raise Refused(str(why)) from None
        return Recorded(f"Recorded: {and_joined(said)}, on {spoken(decision.on)}.")

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """What was decided about the action is recorded; gives back what to say."""
        raise NotImplementedError


class ActionsClosed(Committee):
    """Actions whose evidence was checked are closed, or go on."""

    name = "actions-closed"
    title = "actions to close"
    intro = "Their evidence was checked by somebody outside the owning agency. The committee closes them."
    label = "The committee has decided"
    plain = "Actions of a plan are closed"
    options = CLOSING
    needs_day = GOES_ON

    def waiting(self, at: Situation) -> list[Action]:
        """Those whose evidence is enough; ticked ones alone where some were."""
        ticked = carried(at)
        return [each for each in ticked or actions_of(at.session, at.subject) if each.state is ActionState.CHECKED]

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """It is closed, or owed by another day."""
        if chosen == CLOSED:
            step.closed(at.session, at.book, at.subject, action, on, {})
            return f"action {action.number} is closed"
        new_on = answer.day("new_on") or at.today
        step.goes_on(at.session, at.book, at.subject, action, on, new_on, "not-closed")
        return f"action {action.number} goes on until {spoken(new_on)}"


class CommitteeLooked(Committee):
    """What the committee has decided about actions that are late."""

    name = "committee-looked"
    title = "late actions at the committee"
    intro = (
        "The owner’s agency explains in person. What is explained stays due and is chased on; a new date counts as "
        "more time."
    )
    label = "The committee has looked at late actions"
    plain = "The committee has looked at late actions"
    options = LOOKED
    needs_day = NEW_DATE

    def waiting(self, at: Situation) -> list[Action]:
        """Those that are late today."""
        return [
            each
            for each in actions_of(at.session, at.subject)
            if each.state in OWED and step.is_late(at.session, at.subject, each, at.today)
        ]

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """The new day holds; what goes to the Chair is a task for the office."""
        new_on = answer.day("new_on")
        if chosen == NEW_DATE and new_on is not None:
            step.new_day(at.session, at.book, at.subject, action, new_on, f"Set by the committee on {spoken(on)}.")
            return f"action {action.number} is due {spoken(new_on)}"
        if chosen == TO_THE_CHAIR:
            step.to_the_chair(at.session, at.subject, action)
            return f"action {action.number} goes to the Independent Chair"
        step.explained(at.session, at.subject, action, on)
        return f"action {action.number} is explained"


class ActionsImpact(Committee):
    """What closed actions have changed (B.12, row 6)."""

    name = "actions-impact"
    title = "what actions have changed"
    intro = (
        "A year after it was closed, the committee judges by the measure and its baseline what an action has changed."
    )
    label = "The committee has judged"
    plain = "The committee has judged what actions have changed"
    options = JUDGEMENTS

    def waiting(self, at: Situation) -> list[Action]:
        """Those that were ticked, or every closed one; judged again, the last judgement holds."""
        done = (ActionState.CLOSED, ActionState.SUSTAINED)
        ticked = [each for each in carried(at) if each.state in done]
        return ticked or list(actions_of(at.session, at.subject, *done))

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """The judgement stands with the action."""
        step.impact_seen(at.session, at.book, at.subject, action, on, chosen)
        return f"action {action.number}: {dict(JUDGEMENTS)[chosen].lower()}"


ACTIONS_CLOSED = register(ActionsClosed())
COMMITTEE_LOOKED = register(CommitteeLooked())
ACTIONS_IMPACT = register(ActionsImpact())
