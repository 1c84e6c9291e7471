"""The questions of an action plan: its approval, what the committee decides about actions, and its end (B.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.action_proposal import COMPLETE_ACTION, OWNER, PROPOSE_ACTION
from flows.questions.action_sheets import ACTION_SHEET_GATE, MEETING_SHEET_GATE
from flows.questions.actions import (
    ACTION_WORDS,
    ACTIONS_ACCEPTED,
    ACTIONS_LASTED,
    EVIDENCE_CHECKED,
    carried,
    new_day_faults,
    spoken_of,
)
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import (
    BACK,
    Decision,
    decision_in,
    keep_decision,
    may_decide,
    who_decided,
)
from flows.questions.menu import Action as MenuAction
from flows.questions.menu import Menu
from flows.questions.more_time import MORE_TIME
from flows.steps import action_plan as step
from models.records.actions import Action, action_numbered, actions_of, hand_to
from models.records.boards import agencies_of
from models.records.processes import anchors_of
from models.records.register import NotAnAddress, agency_address, name_and_address, person_in_role
from models.rules.actions import OWED, ActionState, IllegalActionMove
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage

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
WHY_SET_ASIDE = (
    ("replaced", "Another action takes its place"),
    ("overtaken", "It was overtaken by events"),
    ("not-feasible", "It cannot be done"),
    ("merged-agency", "The agency is no more, or has become part of another"),
)
UNDER_WAY = frozenset({*OWED, ActionState.PAUSED, ActionState.NOT_ACCEPTED, ActionState.CLOSED})

# --- approval ---------------------------------------------------------------------------------------------------


def _approvable(at: Situation) -> Sequence[Action]:
    return actions_of(at.session, at.process, ActionState.PROPOSED)


def _approval_fields(at: Situation) -> tuple[Field, ...]:
    options = tuple((f"{each.number}", f"{spoken_of(at, each)}, due {spoken(each.due_on)}") for each in _approvable(at))
    return (
        Field("which", Kind.SOME_OF, "Which actions are approved?", needed=True, options=options),
        Field("titles_read", Kind.SWITCH, "Their titles were read and identify nobody",
              "They will stand in mails to agencies.", needed=True),
    )  # fmt: skip


def _approve(at: Situation, decision: Decision, answer: Answer) -> str:
    numbers = [int(each) for each in answer.chosen("which")]
    late = [each.number for each in _approvable(at) if each.number in numbers and each.due_on <= at.today]
    faults = [] if numbers else ["no action was ticked"]
    if not answer.yes("titles_read"):
        faults.append("it does not say that the titles were read; they stand in mails, so they must identify nobody")
    if late:
        faults.append(f"action {and_joined([f'{each}' for each in late])} is due already; propose it with another day")
    if faults:
        raise Refused("; ".join(faults))
    actions = [each for each in _approvable(at) if each.number in numbers]
    keep(at, PLAN_APPROVAL, decision, actions=numbers)
    step.approved(at.session, at.book, at.process, decision.on, actions)
    return f"{_count(len(actions))} approved; each owner is asked to accept"


@dataclass(frozen=True)
class PlanApproval(DecisionForm):
    """The Board or a committee approves actions; later ones in the same plan are approved in the same way."""

    def is_open(self, at: Situation) -> bool:
        """True while there are actions that lack nothing."""
        return at.process.stage in (Stage.PLAN_PROPOSED, Stage.PLAN_APPROVED) and bool(_approvable(at))


PLAN_APPROVAL = PlanApproval(
    name="plan-approval",
    title="the approval of actions",
    intro="Only what names the change that is wanted, the evidence and the measure with its baseline is offered here. "
    "Each owner is asked in one mail to accept, and every action is owed by its day.",
    label="The actions ticked below are approved",
    plain="Actions of a plan are approved",
    slot="approved",
    counted_from="decision",
    deed=_approve,
    fields=_approval_fields,
)

# --- what the committee decides at its meetings -----------------------------------------------------------------


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


# --- an action changes hands, pauses, is replaced -----------------------------------------------------------------


class ActionChanged:
    """An action gets another owner, pauses, goes on, or is set aside."""

    name = "action-set-aside"
    label = "An action gets another owner, pauses, goes on, or is set aside"

    def is_open(self, at: Situation) -> bool:
        """True while actions are under way."""
        return at.process.stage is Stage.PLAN_APPROVED and bool(self._offered(at))

    def form(self, at: Situation) -> Form | None:
        """Which action, and what becomes of it."""
        offered = self._offered(at)
        if at.process.stage is not Stage.PLAN_APPROVED or not offered:
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
        needs_day = answer.choice in ("paused", "resumed") or (
            answer.choice == "owner" and step.is_late(at.session, at.subject, action, at.today)
        )
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
        return [each for each in actions_of(at.session, at.process) if each.state in UNDER_WAY]


# --- the end ------------------------------------------------------------------------------------------------------


def _closing_fields(at: Situation) -> tuple[Field, ...]:
    return tuple(
        Field(f"why_{each.number}", Kind.ONE_OF, f"{spoken_of(at, each)} is still open. Why is it given up?",
              needed=True, options=WHY_SET_ASIDE[1:])
        for each in step.open_actions(at.session, at.process)
    )  # fmt: skip


def _close_plan(at: Situation, decision: Decision, answer: Answer) -> str:
    still = step.open_actions(at.session, at.process)
    missing = [f"action {each.number}" for each in still if not answer.text(f"why_{each.number}")]
    if missing:
        raise Refused(f"{and_joined(missing)} is open still and no reason is given why; the plan cannot be closed")
    reasons = {f"{each.number}": answer.text(f"why_{each.number}") for each in still}
    keep(at, PLAN_CLOSED, decision, given_up=reasons)
    for each in still:
        step.set_aside(at.session, at.process, each, decision.on, reasons[f"{each.number}"])
    step.close_plan(at.session, at.book, at.process, decision.on)
    return "the plan is closed; what was changed is looked at again"


@dataclass(frozen=True)
class PlanClosed(DecisionForm):
    """The committee closes the plan."""

    def is_open(self, at: Situation) -> bool:
        """True once the plan was approved."""
        return at.process.stage is Stage.PLAN_APPROVED


PLAN_CLOSED = PlanClosed(
    name="plan-closed",
    title="closing the plan",
    intro="A plan is closed when its actions are. Each that is open still needs a reason why it is given up.",
    label="The plan is closed",
    plain="An action plan is closed",
    slot="",
    counted_from="approval",
    deed=_close_plan,
    fields=_closing_fields,
)


def _waiting_for(at: Situation) -> str:
    """What a plan waits for, for the name of its run."""
    actions = actions_of(at.session, at.process)
    if at.process.stage is Stage.PLAN_PROPOSED:
        return f"{_count(len(actions))}, to be approved" if actions else "its actions"
    if at.process.stage is Stage.PLAN_APPROVED:
        return f"{len(step.open_actions(at.session, at.process))} of {_count(len(actions))} open"
    return "looks at what was changed"


def _count(number: int) -> str:
    return f"{number} action{'' if number == 1 else 's'}"


PLAN_APPROVAL_GATE = register(PLAN_APPROVAL)
ACTIONS_CLOSED = register(ActionsClosed())
COMMITTEE_LOOKED = register(CommitteeLooked())
ACTIONS_IMPACT = register(ActionsImpact())
ACTION_CHANGED = register(ActionChanged())
PLAN_CLOSED_GATE = register(PLAN_CLOSED)
PLAN_MENU = register(
    Menu(
        name="action-plan",
        title=_waiting_for,
        plain=frozenset({"proposed", "progress_3", "progress_6", "progress_12"}),
        detailed={
            "accepted": ACTIONS_ACCEPTED.name, "action": ACTION_WORDS.name, "progress": ACTION_WORDS.name,
            "evidence": EVIDENCE_CHECKED.name, "closure": ACTIONS_CLOSED.name, "sustained": ACTIONS_LASTED.name,
            "impact": ACTIONS_IMPACT.name,
        },
        actions=(
            MenuAction(PROPOSE_ACTION.name, PROPOSE_ACTION.label, PROPOSE_ACTION.is_open),
            MenuAction(COMPLETE_ACTION.name, COMPLETE_ACTION.label, COMPLETE_ACTION.is_open),
            MenuAction(ACTION_SHEET_GATE.name, ACTION_SHEET_GATE.label, ACTION_SHEET_GATE.is_open),
            MenuAction(PLAN_APPROVAL.name, "Actions are approved", PLAN_APPROVAL.is_open),
            MenuAction(ACTIONS_CLOSED.name, "The committee closes actions", ACTIONS_CLOSED.is_open),
            MenuAction(COMMITTEE_LOOKED.name, COMMITTEE_LOOKED.label, COMMITTEE_LOOKED.is_open),
            MenuAction(MEETING_SHEET_GATE.name, MEETING_SHEET_GATE.label, MEETING_SHEET_GATE.is_open),
            MenuAction(ACTIONS_IMPACT.name, "The committee judges what actions have changed", ACTIONS_IMPACT.is_open),
            MenuAction(ACTION_CHANGED.name, ACTION_CHANGED.label, ACTION_CHANGED.is_open),
            MenuAction(PLAN_CLOSED.name, "The plan is closed", PLAN_CLOSED.is_open),
            MenuAction(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
            MenuAction(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
        ),
    )
)  # fmt: skip
