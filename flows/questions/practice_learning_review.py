"""The questions of a practice learning review, in the order in which they come up.

Source of the steps: Barking & Dagenham framework, Appendix B (S:002, BD-43 to BD-50).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.authors import AUTHOR_NAMES
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import PANEL, DecisionForm, keep, owing, reached
from flows.questions.decisions import EARLIEST_SENSIBLE, Decision, decision_in, keep_decision, who_decided
from flows.questions.meetings import MEETING_ACTIONS
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.questions.pauses import PAUSE
from flows.questions.returns import BRIEFING, ON_THEIR_WAY, PANEL_READ, PROGRESS, SIGNED
from flows.questions.taking_part import AGENCIES_CHANGED, INITIAL_MEETING_AGAIN
from flows.questions.terms import TERMS_CIRCULATED, TERMS_GO_ON
from flows.steps import practice_learning_review as step
from models.records.chasing import deadline_in, deadlines_of, end_deadline
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import is_blacked_out, pause_in_force
from models.records.moving import agencies_in_scope, agency_of
from models.records.processes import anchors_of
from models.records.register import NotAnAddress, domain_belongs_to, well_formed
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage

METHODS = (
    ("imr_based", "Agency returns"),
    ("systems", "Systems method"),
    ("hybrid", "Agency returns and systems method together"),
    ("event_based", "Learning event"),
)
FOUR_PARTS = (
    ("what_happened", "It says what happened"),
    ("why", "It says why it happened"),
    ("what_will_be_done", "It says what will be done"),
    ("by_whom", "It says by whom it will be done"),
)


class PartnersAgreement:
    """Do the Strategic Partners agree? Nothing starts before (BD-43)."""

    name = "partners-agreement"

    def form(self, at: Situation) -> Form | None:
        """Asked while the process stands at the Chair's decision."""
        if at.process.stage is not Stage.CHAIR_DECIDED:
            return None
        due = deadline_in(at.session, at.process, "partners_agreement")
        by = f" It is due by {spoken(due.working_target_on)}." if due else ""
        return Form(
            "agreement of the Strategic Partners",
            "The Chair has decided on a practice learning review. It starts once the Strategic Partners have agreed."
            f"{by}",
            choice(
                "What did the Strategic Partners decide?",
                ("agree", "They agree that the review begins"),
                ("disagree", "They do not agree; the review is closed"),
            ),
            who_decided(),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The agreement starts the review; without it the review is closed."""
        decided_on = anchors_of(at.session, at.process.id or 0)["decision"]
        decision = decision_in(
            at,
            answer,
            may_decide=("strategic_partners",),
            not_before=decided_on,
            event="the Chair's decision",
        )
        agreed = answer.choice == "agree"
        plain = "The review may begin" if agreed else "The review does not take place"
        keep_decision(at, at.process, self.name, decision, answer.choice, plain)
        step.partners_decided(at.session, at.book, at.process, agreed, decision.on)
        said = "the Strategic Partners agree" if agreed else "the Strategic Partners do not agree; the review is closed"
        return Recorded(f"Recorded: {said}, on {spoken(decision.on)}.")


# --- the independent reviewer (BD-44) -------------------------------------------------------------------------


def _reviewer_fields(at: Situation) -> tuple[Field, ...]:
    agencies = at.book.board.agencies.values()
    return (
        Field("reviewer", Kind.TEXT, "Who is the reviewer? (name)", "Kept in the record only.", needed=True),
        Field("reviewer_email", Kind.TEXT, "The reviewer's work e-mail address", "Reminders of the draft go there.",
              needed=True),
        Field("checked_by", Kind.TEXT, "Who has checked that address a second time? (name)", needed=True),
        Field(
            "belongs_to", Kind.ONE_OF, "Does the reviewer belong to an agency, now or lately?", needed=True,
            options=(("none", "No, to none of the board's agencies"), *((each.key, each.name) for each in agencies)),
        ),
        Field("declaration", Kind.SWITCH, "The declaration of independence is signed and on file", needed=True),
    )  # fmt: skip


def _commission(at: Situation, decision: Decision, answer: Answer) -> str:
    email, faults = "", []
    in_scope = {each.key: each.name for each in agencies_in_scope(at.session, at.process)}
    belongs_to = answer.text("belongs_to")
    if not answer.text("reviewer"):
        faults.append("it does not say who the reviewer is")
    if not answer.yes("declaration"):
        faults.append("the declaration of independence is not on file")
    if not belongs_to:
        faults.append("it does not say whether the reviewer belongs to an agency")
    agencies = {belongs_to}
    try:
        email, domain = well_formed(answer.text("reviewer_email"))
        agencies.add(domain_belongs_to(at.book, domain) or "")
    except NotAnAddress as fault:
        faults.append(f"the reviewer's address: {fault}")
    faults += [
        f"the reviewer belongs to {in_scope[each]}, which takes part, and so is not independent"
        for each in sorted(agencies & in_scope.keys())
    ]
    if not answer.text("checked_by"):
        faults.append("nobody has checked the address a second time")
    if faults:
        raise Refused("; ".join(faults))
    words = {name: answer.text(name) for name in ("reviewer", "checked_by")}
    decision = Decision(decision.capacity, decision.on, {**decision.words, **words})
    keep(at, REVIEWER, decision, belongs_to=belongs_to, declaration=True)
    step.reviewer_commissioned(at.session, at.book, at.process, answer.text("reviewer")[:200], email, decision.on)
    return "the independent reviewer is commissioned, the declaration on file"


REVIEWER = DecisionForm(
    name="reviewer-commissioned",
    title="the independent reviewer",
    intro="The reviewer must be independent of the case and of every agency that takes part.",
    label="The independent reviewer has been commissioned",
    plain="The independent reviewer is commissioned",
    may_decide=("independent_chair", *PANEL, "business_manager"),
    slot="reviewer",
    counted_from="agreement",
    deed=_commission,
    fields=_reviewer_fields,
    date_title="On which day?",
)

# --- the initial meeting (BD-49, BD-50) -----------------------------------------------------------------------


def _meeting_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field(
            "method",
            Kind.ONE_OF,
            "Which method was chosen?",
            "In proportion to the case.",
            needed=True,
            options=METHODS,
        ),
        Field(
            "method_reason",
            Kind.TEXT,
            "Where are the reasons minuted?",
            "A place, not the reasons themselves.",
        ),
    )


def _hold_initial_meeting(at: Situation, decision: Decision, answer: Answer) -> str:
    reviewer = deadline_in(at.session, at.process, "reviewer")
    if reviewer is not None and reviewer.state is DeadlineState.OPEN:
        raise Refused("the independent reviewer is not commissioned yet; record that first")
    if not answer.text("method"):
        raise Refused("it does not say which method was chosen")
    words = {"method_reason": answer.text("method_reason")} if answer.text("method_reason") else {}
    decision = Decision(decision.capacity, decision.on, {**decision.words, **words})
    keep(at, INITIAL_MEETING, decision, method=answer.text("method"))
    step.initial_meeting_held(at.session, at.book, at.process, decision.on)
    return "the initial meeting was held; the timetable counts from it"


INITIAL_MEETING = DecisionForm(
    name="initial-meeting",
    title="the initial meeting",
    intro="The initial meeting fixes the timetable: the six months count from its day.",
    label="The initial meeting was held",
    plain="The initial meeting was held and the timetable is set",
    may_decide=PANEL,
    slot="initial_meeting",
    counted_from="agreement",
    deed=_hold_initial_meeting,
    after="reviewer",
    stage=Stage.PARTNERS_AGREED,
    fields=_meeting_fields,
    date_title="On which day was it held?",
)

# --- draft, sign-off, approval, publication, plan (BD-30, BD-34, BD-05, BD-35) ---------------------------------


def _draft_fields(at: Situation) -> tuple[Field, ...]:
    missing = owing(at, "imr")
    parts = tuple(Field(name, Kind.SWITCH, title) for name, title in FOUR_PARTS)
    if not missing:
        return parts
    names = and_joined([name for _, name in missing])
    return (
        *parts,
        Field(
            "without", Kind.SWITCH, f"The panel goes on without the return of {names}",
            "What is outstanding stays owed, chased and shown.",
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
    may_decide=(*PANEL, "business_manager"),
    slot="draft_report",
    counted_from="initial-meeting",
    deed=_receive_draft,
    stage=Stage.TERMS_AGREED,
    fields=_draft_fields,
    date_title="On which day did it arrive?",
)


SIGN_OFF: DecisionForm = DecisionForm(
    name="sign-off",
    title="the panel's sign-off",
    intro="The panel signs off the report and the draft of the action plan.",
    label="The panel has signed off the report",
    plain="The panel has signed off the report",
    may_decide=PANEL,
    slot="sign_off",
    counted_from="initial-meeting",
    after="draft_report",
    deed=reached(lambda: SIGN_OFF, Stage.REPORT_SIGNED_OFF, "the panel has signed off the report"),
    stage=Stage.REPORT_DRAFTED,
)
BOARD_APPROVAL: DecisionForm = DecisionForm(
    name="board-approval",
    title="the Board's approval",
    intro="Report and action plan go to the Board, or to a committee that it names, for approval.",
    label="Report and action plan are approved",
    plain="The report and its action plan are approved",
    may_decide=("independent_chair", "monitoring_chair"),
    slot="board_approval",
    counted_from="initial-meeting",
    after="sign_off",
    deed=reached(lambda: BOARD_APPROVAL, Stage.BOARD_APPROVED, "the report and its action plan are approved"),
    stage=Stage.REPORT_SIGNED_OFF,
)


def _publish(at: Situation, decision: Decision, answer: Answer) -> str:
    if is_blacked_out(at.session, at.process, decision.on):
        raise Refused(f"{spoken(decision.on)} is a blackout day of this review; nothing is published on it")
    return reached(lambda: PUBLICATION, Stage.ISSUES_PUBLISHED, "the issues are published")(at, decision, answer)


PUBLICATION: DecisionForm = DecisionForm(
    name="publication",
    title="publication of the issues",
    intro="The issues found are published as a summary of learning.",
    label="The issues have been published",
    plain="The learning is published",
    may_decide=("independent_chair", "business_manager"),
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
    return (*plan, Field("given_up", Kind.SWITCH, f"These are still owed and are given up: {names}"))


FOLLOWS_THE_PLAN = ("plan_handover", *step.AFTER_APPROVAL)


def _still_owed(at: Situation) -> list[Deadline]:
    return [
        each
        for each in deadlines_of(at.session, at.process, only_open=True)
        if each.kind not in FOLLOWS_THE_PLAN and not each.is_limit
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
    keep(at, PLAN_HANDOVER, decision, actions=actions, first_due_on=first_due_on)
    step.plan_handed_over(at.session, at.book, at.process, decision.on, actions, first_due_on)
    return "the action plan is handed over; the looks at its actions follow after three, six and twelve months"


PLAN_HANDOVER = DecisionForm(
    name="plan-handover",
    title="handing over the action plan",
    intro="The action plan goes to the monitoring committee, which looks at it after three, six and twelve months.",
    label="The action plan was handed over to the monitoring committee",
    plain="The action plan is handed over to the monitoring committee",
    may_decide=("monitoring_chair", "business_manager"),
    slot="plan_handover",
    counted_from="approval",
    deed=_hand_over,
    after="publication",
    stage=Stage.ISSUES_PUBLISHED,
    fields=_handover_fields,
    date_title="On which day?",
)


def _agency_name(at: Situation, deadline: Deadline) -> str:
    agency = agency_of(at.session, deadline)
    return agency.name if agency else deadline.owner_role


# --- the looks at the plan (B.2, row 25) ------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanLookedAt(DecisionForm):
    """The monitoring committee has looked at the plan; the next of the three looks is offered."""

    def is_open(self, at: Situation) -> bool:
        return at.process.stage is Stage.PLAN_HANDED_OVER and _next_look(at) is not None


def _next_look(at: Situation) -> Deadline | None:
    looks = [at.slot(slot) for slot in step.AFTER_APPROVAL]
    return next((each for each in looks if each is not None and each.state is DeadlineState.OPEN), None)


def _look_fields(at: Situation) -> tuple[Field, ...]:
    look = _next_look(at)
    return (
        Field("closed", Kind.NUMBER, f"{look.title if look else 'Look'}: how many actions are closed?"),
        Field("still_open", Kind.NUMBER, "How many are still open?"),
    )


def _look_at_plan(at: Situation, decision: Decision, answer: Answer) -> str:
    look = _next_look(at)
    closed, still_open = int(answer.values.get("closed") or 0), int(answer.values.get("still_open") or 0)
    if look is None or closed < 0 or still_open < 0 or not 1 <= closed + still_open <= 500:
        raise Refused("it does not say how many actions are closed and how many are open")
    keep(at, PLAN_LOOKED_AT, decision, slot=look.slot, closed=closed, still_open=still_open)
    step.plan_looked_at(at.session, at.book, at.process, look.slot, decision.on)
    return f"{look.title[:1].lower()}{look.title[1:]}: {closed} closed, {still_open} open"


PLAN_LOOKED_AT = PlanLookedAt(
    name="plan-looked-at",
    title="the look at the action plan",
    intro="The monitoring committee looks at what has become of the actions.",
    label="The monitoring committee has looked at the action plan",
    plain="The monitoring committee has looked at the action plan",
    may_decide=("monitoring_chair", "business_manager"),
    slot="",
    counted_from="approval",
    deed=_look_at_plan,
    after="plan_handover",
    fields=_look_fields,
    date_title="On which day?",
)


# --- the list of what is open ---------------------------------------------------------------------------------


def _waiting_for(at: Situation) -> str:
    def so_far(kind: str, words: str) -> str:
        every = [each for each in at.ever_owed() if each.kind == kind]
        there = [each for each in every if each.state is not DeadlineState.OPEN]
        return f"{len(there)} of {len(every)} {words}"

    if pause_in_force(at.session, at.process) is not None:
        return "the end of its pause"
    if at.process.stage is Stage.PARTNERS_AGREED:
        return f"{so_far('author_named', 'authors')}, reviewer, initial meeting"
    if at.process.stage is Stage.TIMETABLE_SET:
        circulated = bool(deadlines_of(at.session, at.process, "terms_agreed"))
        return so_far("terms_agreed", "agree to terms of reference") if circulated else "draft terms of reference"
    if at.process.stage is Stage.TERMS_AGREED:
        return so_far("imr", "returns")
    if at.process.stage is Stage.PLAN_HANDED_OVER:
        look = _next_look(at)
        return f"{look.title[:1].lower()}{look.title[1:]}" if look else "what comes next"
    following = {
        Stage.REPORT_DRAFTED: "sign-off by the panel",
        Stage.REPORT_SIGNED_OFF: "approval by the Board",
        Stage.BOARD_APPROVED: "publication of the issues",
        Stage.ISSUES_PUBLISHED: "handing over the action plan",
    }
    return following.get(at.process.stage, "what comes next")


PARTNERS_AGREEMENT = register(PartnersAgreement())
DECISIONS = (
    REVIEWER, INITIAL_MEETING, TERMS_CIRCULATED, TERMS_GO_ON, DRAFT_REPORT, SIGN_OFF, BOARD_APPROVAL, PUBLICATION,
    PLAN_HANDOVER, PLAN_LOOKED_AT, INITIAL_MEETING_AGAIN,
)  # fmt: skip
for _gate in DECISIONS:
    register(_gate)

WHAT_HAPPENED = Menu(
    name="what-happened",
    title=_waiting_for,
    plain=frozenset(
        {
            "terms_agreed",
            "chronology",
            "family_invited",
            "combined_chronology",
            "event_invitations",
            "learning_event",
            "draft_meeting",
            "accuracy",
            "feedback",
        }
    ),
    detailed={
        "author_named": AUTHOR_NAMES.name,
        "midpoint": PROGRESS.name,
        "imr": SIGNED.name,
        "imr_final": SIGNED.name,
    },
    not_before={"draft_meeting": Stage.REPORT_DRAFTED, "feedback": Stage.REPORT_DRAFTED},
    actions=(
        *(Action(gate.name, gate.label, gate.is_open) for gate in DECISIONS[:-1]),
        Action(BRIEFING.name, "Authors were briefed", BRIEFING.is_open),
        Action(ON_THEIR_WAY.name, "An agency says how its return is coming on", ON_THEIR_WAY.is_open),
        Action(PANEL_READ.name, "The panel has read returns", PANEL_READ.is_open),
        *MEETING_ACTIONS,
        Action(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
        Action(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
        Action(WAIVE.name, "The panel goes on without something", WAIVE.is_open),
        Action(PAUSE.name, "The review pauses, or goes on", PAUSE.is_open),
        Action(AGENCIES_CHANGED.name, "An agency joins or leaves", AGENCIES_CHANGED.is_open),
        Action(INITIAL_MEETING_AGAIN.name, INITIAL_MEETING_AGAIN.label, INITIAL_MEETING_AGAIN.is_open),
    ),
)
register(WHAT_HAPPENED)
