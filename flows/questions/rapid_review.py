"""The questions of a rapid review: the panel's conclusion, the partners' sign-off, the answer of the national panel.

Source of the steps: B.15; the criteria, and who decides, stand in the edition that the process runs under.
"""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep, owing
from flows.questions.decisions import BACK, Decision, day_field, day_in, recorded_by, who_recorded
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.steps import rapid_review as step
from models.records.deadlines import DeadlineState
from models.records.history import history_of
from models.records.processes import Process, anchors_of
from models.rules.outcomes import OPENS, Outcome
from models.rules.spoken import and_joined, lower_first, spoken, spoken_anchor
from models.rules.stages import Stage

PARTNERS = ("strategic_partners",)
NO_REVIEW = Outcome.LEARNING_NOTE
OUTCOMES = (Outcome.SERIOUS_CASE_REVIEW, Outcome.PRACTICE_LEARNING_REVIEW, NO_REVIEW)
ANSWERS = (("met", "Met"), ("not-met", "Not met"), ("cannot-say", "Cannot be said yet"))
NATIONAL = (
    ("for", "There should be a national review"),
    ("against", "A national review is not needed"),
    ("no-view", "No view on it"),
)
LIMB = "limb_"  # how the fields of criteria begin


def _outcomes(at: Situation) -> tuple[tuple[str, str], ...]:
    """What may follow, by the names that the edition has for it."""
    titles = {one: at.book.title_of(OPENS[one], at.process.guidance) for one in OUTCOMES if one is not NO_REVIEW}
    named = tuple((one.value, f"A {lower_first(title)}") for one, title in titles.items())
    return (*named, (NO_REVIEW.value, "No further review: the rapid review is enough"))


def _reasons_field() -> Field:
    return Field(
        "reasons", Kind.TEXT, "Where are the reasons minuted?", "A place, not the reasons themselves.", needed=True
    )


def _reasons_in(answer: Answer, faults: list[str]) -> dict[str, str]:
    if not answer.text("reasons"):
        faults.append("it does not say where the reasons are minuted")
    return {"reasons": answer.text("reasons")}


# --- the panel has read the summaries -------------------------------------------------------------------------


def _criteria_fields(at: Situation) -> tuple[Field, ...]:
    limbs = at.book.edition(at.process.guidance).criteria.get(step.KIND, ())
    asked = tuple(
        Field(f"{LIMB}{each.key}", Kind.ONE_OF, each.value, "A criterion guides the judgement; none forces a review.",
              needed=True, options=ANSWERS)
        for each in limbs
    )  # fmt: skip
    missing = and_joined([name for _, name in owing(at, "agency_summary")])
    without = Field(
        "without", Kind.SWITCH, f"The panel goes on without the summary of {missing}",
        "What is outstanding stays owed, chased and shown.",
    )  # fmt: skip
    proposes = Field("proposes", Kind.ONE_OF, "What does the panel propose?", needed=True, options=_outcomes(at))
    return (*((without,) if missing else ()), *asked, proposes, _reasons_field())


def _conclude(at: Situation, decision: Decision, answer: Answer) -> str:
    limbs = at.book.edition(at.process.guidance).criteria.get(step.KIND, ())
    missing = owing(at, "agency_summary")
    faults = [f"it does not answer “{each.value}”" for each in limbs if not answer.text(f"{LIMB}{each.key}")]
    if missing and not answer.yes("without"):
        names = and_joined([name for _, name in missing])
        faults.append(f"the summary of {names} is outstanding; record it, or that the panel goes on without it")
    if not answer.text("proposes"):
        faults.append("it does not say what the panel proposes")
    words = _reasons_in(answer, faults)
    if faults:
        raise Refused("; ".join(faults))
    answered = {each.key: answer.text(f"{LIMB}{each.key}") for each in limbs}
    keep(
        at, CONCLUSION, Decision(decision.capacity, decision.on, {**decision.words, **words}), criteria=answered,
        proposes=answer.text("proposes"), without=[key for key, _ in missing],
    )  # fmt: skip
    step.concluded(at.session, at.process, decision.on)
    return "the panel has read the summaries and answered each criterion"


CONCLUSION: DecisionForm = DecisionForm(
    name="panel-conclusion",
    title="the panel's conclusion",
    intro="The panel reads the summaries that are there, answers each criterion and proposes what is to follow. "
    "It is for {partners} to decide, not for the panel, and never for Sightline.",
    label="The panel has read the summaries and come to a conclusion",
    plain="The panel has come to a conclusion",
    slot="conclusion",
    counted_from="notification",
    deed=_conclude,
    stage=Stage.NOTIFIED,
    fields=_criteria_fields,
    date_title="On which day did the panel meet?",
)

# --- the partners sign off ------------------------------------------------------------------------------------


def _sign_off_fields(at: Situation) -> tuple[Field, ...]:
    proposed = dict(_outcomes(at)).get(_proposed(at), "")
    hint = f"The panel proposed: {lower_first(proposed)}." if proposed else ""
    return (
        Field("outcome", Kind.ONE_OF, at.who.say("What do {partners} decide?"), hint, needed=True,
              options=_outcomes(at)),
        Field("national", Kind.ONE_OF, at.who.say("What is the view of {partners} on a national review?"),
              "The national panel decides on that.", needed=True, options=NATIONAL),
        _reasons_field(),
    )  # fmt: skip


def _proposed(at: Situation) -> str:
    journal = [each.facts for each in history_of(at.session, at.process.id or 0)]
    concluded = [facts for facts in journal if facts.get("gate") == CONCLUSION.name]
    return str(concluded[-1].get("proposes", "")) if concluded else ""


def _sign_off(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [] if answer.text("outcome") else ["it does not say what is decided"]
    if not answer.text("national"):
        faults.append("it does not say what the view on a national review is")
    words = _reasons_in(answer, faults)
    if faults:
        raise Refused("; ".join(faults))
    outcome = Outcome(answer.text("outcome"))
    keep(
        at, SIGN_OFF, Decision(decision.capacity, decision.on, {**decision.words, **words}), follows=outcome.value,
        national=answer.text("national"), proposed=_proposed(at),
    )  # fmt: skip
    begun = step.signed_off(at.session, at.book, at.process, outcome, decision.on)
    return at.who.say("{partners has} signed off the rapid review") + _and_begun(at, begun)


def _and_begun(at: Situation, begun: Process | None) -> str:
    if begun is None:
        return ""
    return f"; {begun.spoken_ref}, a {lower_first(at.book.title_of(begun.kind, begun.guidance))}, is opened"


SIGN_OFF: DecisionForm = DecisionForm(
    name="partners-sign-off",
    title="sign-off by {partners}",
    intro="It is for {partners} to decide what follows, and what they think of a national review. A review that "
    "follows is opened at once with the same agencies.",
    label="{Partners has} signed off the rapid review",
    plain="The rapid review is signed off",
    slot="sign_off",
    counted_from="notification",
    after="conclusion",
    deed=_sign_off,
    stage=Stage.CONCLUDED,
    fields=_sign_off_fields,
)

# --- the answer of the national panel -------------------------------------------------------------------------


class PanelAnswered:
    """What the national panel has answered; nobody there is written to by Sightline."""

    name = "national-panel-answered"
    label = "The national panel has answered"

    def is_open(self, at: Situation) -> bool:
        """True while an answer is waited for."""
        awaited = at.slot("panel_answer")
        return awaited is not None and awaited.state is DeadlineState.OPEN

    def form(self, at: Situation) -> Form | None:
        """Whether it agrees, asks for more, or asks for a review."""
        if not self.is_open(at):
            return None
        return Form(
            "the answer of the national panel",
            "The letter itself belongs into the secure place. What you send in answer is sent by a person, too.",
            choice(
                "What does the national panel say?",
                ("agrees", "It agrees, and asks for nothing more"),
                ("more", "It asks for more information"),
                ("review", "It asks for a review"),
                BACK,
            ),
            (
                day_field("answered_on", "On which day did the answer come?"),
                Field("wanted_by", Kind.DATE, "By which day is more wanted?",
                      "Only where it asks for more; leave empty where the letter names no day."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The rapid review is closed, or what is still to do is owed."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        sent_on = anchors_of(at.session, at.process.id or 0)["sent"]
        on = day_in(answer, "answered_on", at.today, not_before=sent_on, event=spoken_anchor("sent"))
        wanted_by = answer.day("wanted_by")
        if answer.choice == "more" and wanted_by is not None and wanted_by < on:
            raise Refused(f"{spoken(wanted_by)}, by which more is wanted, is before the answer came")
        who_recorded(at, at.process, answer, "national panel answered", outcome=answer.choice, on=on)
        if answer.choice == "agrees":
            step.panel_agrees(at.session, at.process, on)
            return Recorded(f"Recorded: the national panel agrees, on {spoken(on)}; the rapid review is closed.")
        if answer.choice == "more":
            by = step.panel_asks_for_more(at.session, at.book, at.process, on, wanted_by)
            return Recorded(f"Recorded: the national panel asks for more; it is to be sent by {spoken(by)}.")
        if step.panel_asks_for_a_review(at.session, at.book, at.process, on):
            who = at.who.say("{partners}")
            return Recorded(f"Recorded: the national panel asks for a review; {who} are to decide on it.")
        return Recorded("Recorded: the national panel asks for a review, and one is under way; this one is closed.")


PANEL_ANSWERED = PanelAnswered()


def _second_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field("outcome", Kind.ONE_OF, at.who.say("What do {partners} decide?"), needed=True, options=_outcomes(at)),
        _reasons_field(),
    )  # fmt: skip


def _decide_again(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [] if answer.text("outcome") else ["it does not say what is decided"]
    words = _reasons_in(answer, faults)
    if faults:
        raise Refused("; ".join(faults))
    outcome = Outcome(answer.text("outcome"))
    keep(
        at, SECOND_DECISION, Decision(decision.capacity, decision.on, {**decision.words, **words}),
        follows=outcome.value,
    )  # fmt: skip
    begun = step.decided_again(at.session, at.book, at.process, outcome, decision.on)
    return at.who.say("{partners has} decided on the national panel's wish") + _and_begun(at, begun)


SECOND_DECISION: DecisionForm = DecisionForm(
    name="wish-for-a-review",
    title="the national panel's wish for a review",
    intro="The national panel has asked for a review. It is for {partners} to decide; the answer to the national panel "
    "is sent by a person, and you get a task for it.",
    label="{Partners has} decided on the national panel's wish for a review",
    plain="The answer to the national panel's wish is decided",
    slot="second_decision",
    counted_from="review-asked",
    deed=_decide_again,
    stage=Stage.SENT_TO_PANEL,
    fields=_second_fields,
)

# --- the list of what is open ---------------------------------------------------------------------------------


def _waiting_for(at: Situation) -> str:
    if at.process.stage is Stage.NOTIFIED:
        every = [each for each in at.ever_owed() if each.kind == "agency_summary"]
        there = [each for each in every if each.state is not DeadlineState.OPEN]
        return f"{len(there)} of {len(every)} summaries, the panel's conclusion"
    if at.process.stage is Stage.SENT_TO_PANEL:
        for kind, words in (("second_decision", "the partners' second decision"), ("more_sent", "more to be sent")):
            if at.is_owed(kind.__eq__):
                return words
    following = {
        Stage.CONCLUDED: at.who.say("sign-off by {partners}"),
        Stage.SIGNED_OFF_BY_PARTNERS: "sending to the national panel",
        Stage.SENT_TO_PANEL: "the answer of the national panel",
    }
    return following.get(at.process.stage, "what comes next")


DECISIONS = (CONCLUSION, SIGN_OFF, SECOND_DECISION)
for _gate in DECISIONS:
    register(_gate)
register(PANEL_ANSWERED)

RAPID_REVIEW = Menu(
    name="rapid-review",
    title=_waiting_for,
    plain=frozenset({"safety_check", "records_secured", "progress_meeting", "agency_summary"}),
    detailed={},
    actions=(
        *(Action(gate.name, gate.label, gate.is_open) for gate in DECISIONS),
        Action(PANEL_ANSWERED.name, PANEL_ANSWERED.label, PANEL_ANSWERED.is_open),
        Action(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
        Action(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
        Action(WAIVE.name, "The panel goes on without something", WAIVE.is_open),
    ),
)
register(RAPID_REVIEW)
