"""The questions about the report and its action plan: draft, sign-off, approval, publication, handover, looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused
from flows.gates import Situation
from flows.questions.decision_form import DecisionForm, keep, owing, reached
from flows.questions.decisions import EARLIEST_SENSIBLE, Decision
from flows.questions.figures import times
from flows.questions.restriction import insist_that_it_may_be_published
from flows.steps import practice_learning_review as step
from flows.steps.arrivals import settle
from flows.steps.courses import LOOKS, course_of
from models.records.chasing import deadlines_of, end_deadline
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import agency_of
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import Stage

FOUR_PARTS = (
    ("what_happened", "It says what happened"),
    ("why", "It says why it happened"),
    ("what_will_be_done", "It says what will be done"),
    ("by_whom", "It says by whom it will be done"),
)

# --- draft, sign-off, approval, publication, plan (BD-30, BD-34, BD-05, BD-35) ---------------------------------


def _draft_fields(at: Situation) -> tuple[Field, ...]:
    missing = owing(at, "imr")
    parts = tuple(Field(name, Kind.SWITCH, title, needed=True) for name, title in FOUR_PARTS)
    if not missing:
        return parts
    names = and_joined([name for _, name in missing])
    return (
        *parts,
        Field(
            "without", Kind.SWITCH, f"The panel goes on without the return of {names}",
            "What is outstanding stays owed, chased and shown.", needed=True,
        ),
    )  # fmt: skip


def _receive_draft(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [title[8:] for name, title in FOUR_PARTS if not answer.yes(name)]
    if faults:
        raise Refused(f"a draft must say {and_joined(faults)} as well; it is not complete")
    missing = owing(at, "imr")
    if missing and not answer.yes("without"):
        names = and_joined([name for _, name in missing])
        raise Refused(f"the return of {names} is outstanding; record it, or that the panel goes on without it")
    keep(at, DRAFT_REPORT, decision, without=[agency for agency, _ in missing])
    step.draft_received(at.session, at.book, at.process, decision.on)
    return "the draft report has arrived with its four parts"


DRAFT_REPORT = DecisionForm(
    name="draft-report",
    title="the draft report",
    intro="A report says what happened, why, what will be done and by whom.",
    label="The draft report has arrived",
    plain="The draft report has arrived",
    slot="draft_report",
    counted_from="initial-meeting",
    deed=_receive_draft,
    stage=Stage.TERMS_AGREED,
    fields=_draft_fields,
    date_title="On which day did it arrive?",
)


def _not_heard_from(at: Situation) -> list[tuple[str, Deadline]]:
    """Each agency that has not commented on the draft and still has time to, and what it was asked."""
    checks = deadlines_of(at.session, at.process, "accuracy", only_open=True)
    return [(_agency_name(at, each), each) for each in checks if each.working_target_on >= at.today]


PUBLISHABLE = "The report is in plain English, full, anonymised and written to be published"


def _sign_off_fields(at: Situation) -> tuple[Field, ...]:
    written = Field("publishable", Kind.SWITCH, PUBLISHABLE, needed=True)
    whole = (written,) if course_of(at.process.kind).report_is_published else ()
    waiting = _not_heard_from(at)
    if not waiting:
        return whole
    names = and_joined([name for name, _ in waiting])
    return (
        *whole,
        Field(
            "early", Kind.SWITCH, "The panel chair has decided to sign off before the day for comments is past",
            f"Not heard from: {names}. “No comment” is noted for them, which is not their consent; they are told.",
            needed=True,
        ),
    )  # fmt: skip


def _sign_off(at: Situation, decision: Decision, answer: Answer) -> str:
    waiting, faults = _not_heard_from(at), []
    if course_of(at.process.kind).report_is_published and not answer.yes("publishable"):
        faults.append("it does not say that the report is in plain English and written to be published")
    if waiting and not answer.yes("early"):
        names = and_joined([f"{name} until {spoken(each.working_target_on)}" for name, each in waiting])
        faults.append(f"there is still time for comments on the draft: {names}")
    if faults:
        raise Refused("; ".join(faults))
    keep(at, SIGN_OFF, decision, not_heard_from=[each.slot.partition(":")[2] for _, each in waiting])
    step.stage_reached(at.session, at.book, at.process, "sign_off", Stage.REPORT_SIGNED_OFF, decision.on)
    return "the panel has signed off the report"


SIGN_OFF: DecisionForm = DecisionForm(
    name="sign-off",
    title="the panel's sign-off",
    intro="The panel signs off the report and the draft of the action plan.",
    label="The panel has signed off the report",
    plain="The panel has signed off the report",
    slot="sign_off",
    counted_from="initial-meeting",
    after="draft_report",
    deed=_sign_off,
    stage=Stage.REPORT_DRAFTED,
    fields=_sign_off_fields,
)


@dataclass(frozen=True)
class Approval(DecisionForm):
    """Report and plan are approved by one of the bodies that the board's setting names (BD-34)."""

    def form(self, at: Situation) -> Form | None:
        asked = super().form(at)
        if asked is None:
            return None
        bodies = at.book.approving_bodies(at.process.guidance)
        return replace(asked, intro=f"Report and action plan go to {bodies} for approval.")


def _approve(at: Situation, decision: Decision, answer: Answer) -> str:
    keep(at, BOARD_APPROVAL, decision)
    step.stage_reached(at.session, at.book, at.process, "board_approval", Stage.BOARD_APPROVED, decision.on)
    body = at.book.body_of(at.process.guidance, decision.capacity)
    step.report_approved(at.session, at.process, body, decision.on)
    return f"the report and its action plan are approved by {body}"


BOARD_APPROVAL: DecisionForm = Approval(
    name="board-approval",
    title="approval of the report",
    intro="",
    label="Report and action plan are approved",
    plain="The report and its action plan are approved",
    slot="board_approval",
    counted_from="initial-meeting",
    after="sign_off",
    deed=_approve,
    stage=Stage.REPORT_SIGNED_OFF,
)


def _publish(at: Situation, decision: Decision, answer: Answer) -> str:
    insist_that_it_may_be_published(at.session, at.process, decision.on)
    return reached(lambda: PUBLICATION, Stage.ISSUES_PUBLISHED, "the issues are published")(at, decision, answer)


PUBLICATION: DecisionForm = DecisionForm(
    name="publication",
    title="publication of the issues",
    intro="The issues found are published as a summary of learning.",
    label="The issues have been published",
    plain="The learning is published",
    slot="publication",
    counted_from="approval",
    deed=_publish,
    stage=Stage.BOARD_APPROVED,
    date_title="On which day?",
)


def _handover_fields(at: Situation) -> tuple[Field, ...]:
    plan = (
        Field("actions", Kind.NUMBER, "How many actions does the plan have?", needed=True),
        Field("first_due_on", Kind.DATE, "On which day is the first of them due?", needed=True),
    )
    owing = _still_owed(at)
    if not owing:
        return plan
    names = and_joined([f"{_agency_name(at, each)}: {each.title}" for each in owing])
    return (*plan, Field("given_up", Kind.SWITCH, f"These are still owed and are given up: {names}", needed=True))


def _still_owed(at: Situation) -> list[Deadline]:
    return [
        each
        for each in deadlines_of(at.session, at.process, only_open=True)
        if each.kind not in course_of(at.process.kind).after_handover and not each.is_limit
    ]


def _hand_over(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = []
    actions, first_due_on = int(answer.values.get("actions") or 0), answer.day("first_due_on")
    if not 1 <= actions <= 500:
        faults.append("it does not say how many actions the plan has")
    if first_due_on is None:
        faults.append("it does not say on which day the first action is due")
    elif first_due_on < EARLIEST_SENSIBLE:
        faults.append(f"{spoken(first_due_on)} cannot be right; please check the year")
    if _still_owed(at) and not answer.yes("given_up"):
        faults.append("something is still owed; record that it arrived, or that it is given up")
    if faults or first_due_on is None:
        raise Refused("; ".join(faults))
    for deadline in _still_owed(at):
        end_deadline(at.session, at.process, deadline, DeadlineState.WAIVED, "given up when the plan was handed over")
        settle(at.session, at.process, deadline)
    keep(at, PLAN_HANDOVER, decision, actions=actions, first_due_on=first_due_on)
    step.plan_handed_over(at.session, at.book, at.process, decision.on, actions, first_due_on)
    return f"the action plan is handed over; the looks at its actions follow after {times(at, *LOOKS)}"


def _who_looks_at_the_plan(at: Situation) -> str:
    after = times(at, *LOOKS)
    return f"The action plan goes to the monitoring committee, which looks at it after {after}."


@dataclass(frozen=True)
class PlanHandover(DecisionForm):
    """The plan is handed over once the issues are published, or without waiting for the publication of a report."""

    def is_open(self, at: Situation) -> bool:
        return super().is_open(at) and at.process.stage is course_of(at.process.kind).handed_over_at

    def cannot_lie_before(self, at: Situation) -> tuple[date | None, str]:
        after = "" if course_of(at.process.kind).report_is_published else self.after
        return DecisionForm.cannot_lie_before(replace(self, after=after), at)


PLAN_HANDOVER = PlanHandover(
    name="plan-handover",
    title="handing over the action plan",
    intro=_who_looks_at_the_plan,
    label="The action plan was handed over to the monitoring committee",
    plain="The action plan is handed over to the monitoring committee",
    slot="plan_handover",
    counted_from="approval",
    deed=_hand_over,
    after="publication",
    fields=_handover_fields,
    date_title="On which day?",
)


def _agency_name(at: Situation, deadline: Deadline) -> str:
    agency = agency_of(at.session, deadline)
    return agency.name if agency else spoken_role(deadline.owner_role)


# --- the looks at the plan (B.2, row 25) ------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanLookedAt(DecisionForm):
    """The monitoring committee has looked at the plan; the next of the three looks is offered."""

    def is_open(self, at: Situation) -> bool:
        return at.process.stage is Stage.PLAN_HANDED_OVER and next_look(at) is not None


def next_look(at: Situation) -> Deadline | None:
    """The look at the action plan that comes next."""
    looks = [at.slot(slot) for slot in LOOKS]
    return next((each for each in looks if each is not None and each.state is DeadlineState.OPEN), None)


def _look_fields(at: Situation) -> tuple[Field, ...]:
    look = next_look(at)
    return (
        Field("closed", Kind.NUMBER, f"{look.title if look else 'Look'}: how many actions are closed?", needed=True),
        Field("still_open", Kind.NUMBER, "How many are still open?", needed=True),
    )


def _look_at_plan(at: Situation, decision: Decision, answer: Answer) -> str:
    look = next_look(at)
    closed, still_open = int(answer.values.get("closed") or 0), int(answer.values.get("still_open") or 0)
    if look is None or closed < 0 or still_open < 0 or not 1 <= closed + still_open <= 500:
        raise Refused("it does not say how many actions are closed and how many are open")
    keep(at, PLAN_LOOKED_AT, decision, slot=look.slot, closed=closed, still_open=still_open)
    step.plan_looked_at(at.session, at.book, at.process, look.slot, decision.on)
    return f"{lower_first(look.title)}: {closed} closed, {still_open} open"


PLAN_LOOKED_AT = PlanLookedAt(
    name="plan-looked-at",
    title="the look at the action plan",
    intro="The monitoring committee looks at what has become of the actions.",
    label="The monitoring committee has looked at the action plan",
    plain="The monitoring committee has looked at the action plan",
    slot="",
    counted_from="approval",
    deed=_look_at_plan,
    after="plan_handover",
    fields=_look_fields,
    date_title="On which day?",
)
