"""The questions of an action plan: its approval, what the committee decides about actions, and its end (B.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.forms import Answer, Field, Kind, Refused
from flows.gates import Situation, register
from flows.questions.action_changes import ACTION_CHANGED, WHY_SET_ASIDE
from flows.questions.action_committee import ACTIONS_CLOSED, ACTIONS_IMPACT, COMMITTEE_LOOKED
from flows.questions.action_proposal import COMPLETE_ACTION, PROPOSE_ACTION
from flows.questions.action_sheets import ACTION_SHEET_GATE, MEETING_SHEET_GATE
from flows.questions.actions import (
    ACTION_WORDS,
    ACTIONS_ACCEPTED,
    ACTIONS_LASTED,
    EVIDENCE_CHECKED,
    spoken_of,
)
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import (
    Decision,
)
from flows.questions.menu import Action as MenuAction
from flows.questions.menu import Menu
from flows.questions.more_time import MORE_TIME
from flows.steps import action_plan as step
from models.records.actions import Action, actions_of
from models.rules.actions import ActionState
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage

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
PLAN_CLOSED_GATE = register(PLAN_CLOSED)
PLAN_MENU = register(
    Menu(
        name="action-plan",
        title=_waiting_for,
        plain=frozenset({"proposed", "progress_3", "progress_6", "progress_12", *step.DISSEMINATION}),
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
