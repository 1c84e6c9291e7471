"""What becomes of an action beside its own course: another owner, a pause, another in its place (B.10)."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.action_proposal import OWNER
from flows.questions.actions import new_day_faults, spoken_of
from flows.questions.decisions import BACK, decision_in, keep_decision, may_decide, who_decided
from flows.steps import action_plan as step
from models.records.actions import Action, action_numbered, actions_of, hand_to
from models.records.boards import agencies_of
from models.records.register import NotAnAddress, agency_address, name_and_address, person_in_role
from models.rules.actions import OWED, ActionState, IllegalActionMove
from models.rules.spoken import spoken
from models.rules.stages import Stage, was_reached

WHY_SET_ASIDE = (
    ("replaced", "Another action takes its place"),
    ("overtaken", "It was overtaken by events"),
    ("not-feasible", "It cannot be done"),
    ("merged-agency", "The agency is no more, or has become part of another"),
)
UNDER_WAY = frozenset({*OWED, ActionState.PAUSED, ActionState.NOT_ACCEPTED, ActionState.CLOSED})


class ActionChanged:
    """An action gets another owner, pauses, goes on, or is set aside."""

    name = "action-set-aside"
    label = "An action gets another owner, pauses, goes on, or is set aside"

    def is_open(self, at: Situation) -> bool:
        """True while actions are under way, also one that was opened again after the plan was closed."""
        return bool(self._offered(at))

    def form(self, at: Situation) -> Form | None:
        """Which action, and what becomes of it."""
        offered = self._offered(at)
        if not offered:
            return None
        others = actions_of(at.session, at.process)
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return Form(
            "what becomes of an action",
            "To split an action, propose its parts and have them approved, then set this one aside for the first of "
            "them.",
            choice(
                "What do you want to record?",
                ("owner", "It has another owner"), ("paused", "It pauses until the day below"),
                ("resumed", "It goes on after its pause, due on the day below"), ("aside", "It is set aside"), BACK,
            ),
            (
                Field("which", Kind.ONE_OF, "Which action?", needed=True,
                      options=tuple((f"{each.number}", spoken_of(at, each)) for each in offered)),
                Field("agency", Kind.ONE_OF, "Of which agency is the new owner?", "Needed for another owner.",
                      options=agencies),
                Field("owner", Kind.TEXT, "Who is the new owner?", "Name, then work e-mail address."),
                Field("new_on", Kind.DATE, "Until which day, or by which day?",
                      "Needed for a pause, after a pause, and for a new owner of what is late."),
                Field("why", Kind.ONE_OF, "Why is it set aside?", "Needed to set it aside.", options=WHY_SET_ASIDE),
                Field("instead", Kind.ONE_OF, "Which action takes its place?", "Where another does.",
                      options=tuple((f"{each.number}", spoken_of(at, each)) for each in others)),
                *who_decided(who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The change holds, and whoever owes something hears so."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        numbers = [f"{each.number}" for each in self._offered(at)]
        faults = [] if answer.text("which") in numbers else ["it does not say which action"]
        action = action_numbered(at.session, at.process, int(answer.text("which"))) if not faults else None
        if action is not None:
            faults += self._faults(at, action, answer)
        decision = decision_in(at, answer, may_decide=may_decide(at, at.process, self.name), faults=faults)
        if action is None:
            raise Refused("it does not say which action")
        keep_decision(
            at, at.process, self.name, decision, answer.choice, "Something about an action of a plan is changed",
            number=action.number,
        )  # fmt: skip
        try:
            return Recorded(f"Recorded: action {action.number} {self._deed(at, action, answer, decision.on)}.")
        except IllegalActionMove as why:
            raise Refused(str(why)) from None

    def _faults(self, at: Situation, action: Action, answer: Answer) -> list[str]:
        faults = []
        if answer.choice == "owner":
            faults += [] if answer.text("agency") else ["it does not say of which agency the new owner is"]
            faults += [] if answer.text("owner") else ["it does not say who the new owner is"]
        needs_day = answer.choice in ("paused", "resumed") or (answer.choice == "owner" and _is_past(at, action))
        faults += new_day_faults(at, answer) if needs_day else []
        if answer.choice == "aside":
            faults += [] if answer.text("why") else ["it does not say why it is set aside"]
            if answer.text("why") == "replaced" and answer.text("instead") in ("", f"{action.number}"):
                faults.append("it does not say which other action takes its place")
        return faults

    def _deed(self, at: Situation, action: Action, answer: Answer, on: date) -> str:
        new_on = answer.day("new_on") or at.today
        if answer.choice == "owner":
            return self._handed_on(at, action, answer, on)
        if answer.choice == "paused":
            step.paused(at.session, at.book, at.process, action, on, new_on, "paused")
            return f"pauses until {spoken(new_on)}"
        if answer.choice == "resumed":
            step.resumed(at.session, at.book, at.process, action, on, new_on)
            return f"goes on, due {spoken(new_on)}"
        instead = answer.text("instead")
        other = action_numbered(at.session, at.process, int(instead)) if instead else None
        step.set_aside(at.session, at.process, action, on, answer.text("why"), other)
        return "is set aside"

    def _handed_on(self, at: Situation, action: Action, answer: Answer, on: date) -> str:
        known = {each.key: each for each in agencies_of(at.session, at.process.board_id)}
        agency = known[answer.text("agency")]
        try:
            name, address = name_and_address(answer.text("owner"))
            contact = person_in_role(
                at.session, at.process, OWNER, agency, name, agency_address(at.book, agency, address)
            )
        except NotAnAddress as fault:
            raise Refused(str(fault)) from None
        hand_to(at.session, at.process, action, agency, contact)
        step.handed_on(at.session, at.book, at.process, action, on, answer.day("new_on"))
        return f"belongs to {agency.name} now; its new owner is asked to accept it"

    @staticmethod
    def _offered(at: Situation) -> list[Action]:
        if not was_reached(at.process.kind, at.process.stage, Stage.PLAN_APPROVED):
            return []
        return [each for each in actions_of(at.session, at.process) if each.state in UNDER_WAY]


def _is_past(at: Situation, action: Action) -> bool:
    """True where its day has come already, so that a new owner needs another."""
    waits = action.state is ActionState.NOT_ACCEPTED and action.due_on <= at.today
    return waits or step.is_late(at.session, at.process, action, at.today)


ACTION_CHANGED = register(ActionChanged())
