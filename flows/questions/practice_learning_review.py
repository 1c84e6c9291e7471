"""The questions of a practice learning review, in the order in which they come up.

Source of the steps: Barking & Dagenham framework, Appendix B (S:002, BD-43 to BD-50).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.authors import AUTHOR_NAMES
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import Decision, decision_in, keep_decision, may_decide, who_decided
from flows.questions.figures import times
from flows.questions.independence import independence_fields, independent_person
from flows.questions.meetings import MEETING_ACTIONS
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.questions.pauses import PAUSE
from flows.questions.report import (
    BOARD_APPROVAL,
    DRAFT_REPORT,
    PLAN_HANDOVER,
    PLAN_LOOKED_AT,
    PUBLICATION,
    SIGN_OFF,
    next_look,
)
from flows.questions.restriction import RESTRICTION
from flows.questions.returns import BRIEFING, ON_THEIR_WAY, PANEL_READ, PROGRESS, SIGNED
from flows.questions.taking_part import AGENCIES_CHANGED, AN_AGENCY_CHANGES, INITIAL_MEETING_AGAIN
from flows.questions.terms import TERMS_CIRCULATED, TERMS_GO_ON
from flows.steps import practice_learning_review as step
from flows.steps.courses import BEING_SET_UP
from models.records.chasing import deadline_in, deadlines_of
from models.records.deadlines import DeadlineState
from models.records.delays import pause_in_force
from models.records.processes import anchors_of
from models.rules.spoken import lower_first, spoken, spoken_anchor
from models.rules.stages import Stage

METHODS = (
    ("imr_based", "Agency returns"),
    ("systems", "Systems method"),
    ("hybrid", "Agency returns and systems method together"),
    ("event_based", "Learning event"),
)


WITH_A_REVIEWER = (*BEING_SET_UP, Stage.TIMETABLE_SET, Stage.TERMS_AGREED, Stage.REPORT_DRAFTED)


class PartnersAgreement:
    """Do the Strategic Partners agree? Nothing starts before (BD-43)."""

    name = "partners-agreement"

    def form(self, at: Situation) -> Form | None:
        """Asked while the process stands at the Chair's decision."""
        if at.process.stage is not Stage.CHAIR_DECIDED:
            return None
        due = deadline_in(at.session, at.process, "partners_agreement")
        by = f" It is due by {spoken(due.working_target_on)}." if due else ""
        say, title = at.who.say, lower_first(at.book.title_of(at.process.kind, at.process.guidance))
        return Form(
            say("agreement of {partners}"),
            f"{say('{Decider has}')} decided on a {title}. {say('It starts once {partners has} agreed.')}{by}",
            choice(
                say("What did {partners} decide?"),
                ("agree", "They agree that the review begins"),
                ("disagree", "They do not agree; the review is closed"),
            ),
            who_decided(who=at.who),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The agreement starts the review; without it the review is closed."""
        decided_on = anchors_of(at.session, at.process.id or 0)["decision"]
        decision = decision_in(
            at,
            answer,
            may_decide=may_decide(at, at.process, self.name),
            not_before=decided_on,
            event=spoken_anchor("decision", at.who),
        )
        agreed = answer.choice == "agree"
        plain = "The review may begin" if agreed else "The review does not take place"
        keep_decision(at, at.process, self.name, decision, answer.choice, plain)
        step.partners_decided(at.session, at.book, at.process, agreed, decision.on)
        said = at.who.say("{partners} agree" if agreed else "{partners} do not agree; the review is closed")
        return Recorded(f"Recorded: {said}, on {spoken(decision.on)}.")


# --- the independent reviewer (BD-44) -------------------------------------------------------------------------


def _commission(at: Situation, decision: Decision, answer: Answer) -> str:
    one = independent_person(at, answer, "reviewer")
    decision = Decision(decision.capacity, decision.on, {**decision.words, **one.words})
    keep(at, REVIEWER, decision, belongs_to=one.belongs_to, declaration=True)
    step.reviewer_commissioned(at.session, at.book, at.process, one.name, one.email, decision.on)
    return "the independent reviewer is commissioned, the declaration on file"


@dataclass(frozen=True)
class ReviewerCommissioned(DecisionForm):
    """The review has its independent reviewer; recorded again, somebody else is it."""

    def is_open(self, at: Situation) -> bool:
        owed = at.slot(self.slot)
        return owed is not None and at.process.stage in WITH_A_REVIEWER


REVIEWER = ReviewerCommissioned(
    name="reviewer-commissioned",
    title="the independent reviewer",
    intro="The reviewer must be independent of the case and of every agency that takes part. "
    "Recorded again, it is a change: whoever was the reviewer before is none any more.",
    label="The independent reviewer has been commissioned",
    plain="The independent reviewer is commissioned",
    slot="reviewer",
    counted_from="agreement",
    deed=_commission,
    fields=partial(independence_fields, "reviewer", "Reminders of the draft go there."),
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
    intro=lambda at: f"The initial meeting fixes the timetable: the {times(at, 'limit')} count from its day.",
    label="The initial meeting was held",
    plain="The initial meeting was held and the timetable is set",
    slot="initial_meeting",
    counted_from="agreement",
    deed=_hold_initial_meeting,
    after="reviewer",
    stage=BEING_SET_UP,
    fields=_meeting_fields,
    date_title="On which day was it held?",
)

# --- the list of what is open ---------------------------------------------------------------------------------


def waiting_for(at: Situation) -> str:
    def so_far(kind: str, words: str) -> str:
        every = [each for each in at.ever_owed() if each.kind == kind]
        there = [each for each in every if each.state is not DeadlineState.OPEN]
        return f"{len(there)} of {len(every)} {words}"

    if pause_in_force(at.session, at.process) is not None:
        return "the end of its pause"
    if at.process.stage in BEING_SET_UP:
        return f"{so_far('author_named', 'authors')}, reviewer, initial meeting"
    if at.process.stage is Stage.TIMETABLE_SET:
        circulated = bool(deadlines_of(at.session, at.process, "terms_agreed"))
        return so_far("terms_agreed", "agree to terms of reference") if circulated else "draft terms of reference"
    if at.process.stage is Stage.TERMS_AGREED:
        return so_far("imr", "returns")
    if at.process.stage is Stage.PLAN_HANDED_OVER:
        look = next_look(at)
        return lower_first(look.title) if look else "what comes next"
    following = {
        Stage.REPORT_DRAFTED: "sign-off by the panel",
        Stage.REPORT_SIGNED_OFF: f"approval by {at.book.approving_bodies(at.process.guidance)}",
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
    title=waiting_for,
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
        Action(RESTRICTION.name, "Publication is restricted, or released", RESTRICTION.is_open),
        Action(AGENCIES_CHANGED.name, AN_AGENCY_CHANGES, AGENCIES_CHANGED.is_open),
        Action(INITIAL_MEETING_AGAIN.name, INITIAL_MEETING_AGAIN.label, INITIAL_MEETING_AGAIN.is_open),
    ),
)
register(WHAT_HAPPENED)
