"""The questions about the publication of a report: its day, its pack, whether it is published at all, and what follows.

Source of the steps: B.3, rows 7 to 13. The software asks and keeps; what is published, and where, people do.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import BACK, Decision, keep_decision, recorded_by, who_recorded
from flows.questions.restriction import insist_that_it_may_be_published
from flows.steps import serious_case_review as step
from models.records.chasing import deadlines_of
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import is_blacked_out
from models.records.moving import agency_of
from models.records.publications import Publication, publication_of
from models.records.restrictions import restriction_in_force
from models.rules.publication import BEFORE_PUBLICATION, PACK, PublicationState, has_ended
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage, was_reached
from models.rules.timetable import add_months

MONTHS_ON_THE_WEBSITE = 12
TO_BE_PUBLISHED = (PublicationState.NOT_PLANNED, PublicationState.PLANNED, PublicationState.AWAITING_PROCEEDINGS)


@dataclass(frozen=True)
class PublicationForm(DecisionForm):
    """A decision about a report that is to be published, asked while its publication stands at one of the states."""

    states: tuple[PublicationState, ...] = ()
    from_stage: Stage = Stage.BOARD_APPROVED

    def is_open(self, at: Situation) -> bool:
        known = _publication(at)
        return (
            known is not None
            and known.state in self.states
            and at.process.closed_at is None
            and was_reached(at.process.kind, at.process.stage, self.from_stage)
        )


def _publication(at: Situation) -> Publication | None:
    return at.once("publication", lambda: publication_of(at.session, at.process))


def _there(at: Situation) -> Publication:
    return step.the_publication(at.session, at.process)


def _open_of(at: Situation, *kinds: str) -> list[Deadline]:
    return [each for each in deadlines_of(at.session, at.process, only_open=True) if each.kind in kinds]


# --- the day -------------------------------------------------------------------------------------------------------


def _day_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field("publish_on", Kind.DATE, "On which day is the report to be published?", needed=True),
        Field("all_the_same", Kind.SWITCH, "It is to be that day although something speaks against it",
              "Only needed when you were told what speaks against it. A blackout day is always refused."),
    )  # fmt: skip


def _set_day(at: Situation, decision: Decision, answer: Answer) -> str:
    insist_that_it_may_be_published(at.session, at.process)
    known, day = _there(at), answer.day("publish_on")
    if day is None:
        raise Refused("it does not say on which day the report is to be published")
    faults = []
    if day < at.today:
        faults.append(f"{spoken(day)} is past")
    if is_blacked_out(at.session, at.process, day):
        faults.append(f"{spoken(day)} is a blackout day of this review; choose another")
    if known.state is PublicationState.PLANNED and known.planned_on is not None and day > known.planned_on:
        faults.append(
            f"{spoken(day)} is later than {spoken(known.planned_on)}, which was set; record it as a delay under "
            f"“{WITHHELD.label}”, because the national panel is told of it"
        )
    concerns = step.why_not_on(at.session, at.book, at.process, day) if day >= at.today else []
    if concerns and not answer.yes("all_the_same"):
        faults.append(f"{'; '.join(concerns)}. Choose another day, or tick that it is to be that day all the same")
    if faults:
        raise Refused("; ".join(faults))
    keep(at, PUBLICATION_DAY, decision, publish_on=day, all_the_same=bool(concerns))
    step.day_set(at.session, at.book, at.process, decision.on, day)
    return (
        f"the day of the publication is set; the report is to be published on {spoken(day)}, and each agency is asked "
        "for its response"
    )


PUBLICATION_DAY = PublicationForm(
    name="publication-day",
    title="the day of the publication",
    intro="The day is chosen with care: not on a blackout day, not just before holidays, and with time left for the "
    "agencies’ responses, for telling family and practitioners, and for the copies that are sent beforehand. Plan the "
    "media and the support of those concerned for the same day.",
    label="The day of the publication is set",
    plain="The day of the publication is set",
    slot="publication_day",
    counted_from="approval",
    deed=_set_day,
    fields=_day_fields,
    states=TO_BE_PUBLISHED,
)

# --- not as planned ------------------------------------------------------------------------------------------------

AWAITING, LATER, NOT = "awaiting", "later", "not"
WAYS = (
    (AWAITING, "It waits for parallel proceedings; no day can be set"),
    (LATER, "It is published on a later day"),
    (NOT, "It is not published at all"),
)
PLAIN_WAYS = {
    AWAITING: "The publication waits",
    LATER: "The publication is put off to a later day",
    NOT: "The report is not to be published",
}


def _withheld_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field("way", Kind.ONE_OF, "What becomes of the publication?", needed=True, options=WAYS),
        Field("reasons", Kind.TEXT, "Where are the reasons kept?", "A place, not the reasons themselves.", needed=True),
        Field("publish_on", Kind.DATE, "On which later day?", "Only if it is published on a later day."),
        Field("all_the_same", Kind.SWITCH, "It is to be that day although something speaks against it",
              "Only needed when you were told what speaks against it."),
    )  # fmt: skip


def _withhold(at: Situation, decision: Decision, answer: Answer) -> str:
    way, day, known = answer.text("way"), answer.day("publish_on"), _there(at)
    faults = [] if way else ["it does not say what becomes of the publication"]
    if not answer.text("reasons"):
        faults.append("it does not say where the reasons are kept")
    if way == AWAITING and known.state is PublicationState.AWAITING_PROCEEDINGS:
        faults.append("that it waits is recorded already")
    if way == LATER:
        faults += _faults_of_later_day(at, answer)
    if faults:
        raise Refused("; ".join(faults))
    words = {**decision.words, "reasons": answer.text("reasons")}
    kept = Decision(decision.capacity, decision.on, words)
    facts = {"publish_on": day} if way == LATER else {}
    keep_decision(at, at.process, WITHHELD.name, kept, way, PLAIN_WAYS[way], **facts)
    if way == LATER and day is not None:
        step.put_off(at.session, at.book, at.process, decision.on, day)
        return f"the publication is put off; it is to be on {spoken(day)}, and the national panel is to be told why"
    to = PublicationState.DECIDED_AGAINST if way == NOT else PublicationState.AWAITING_PROCEEDINGS
    step.withheld(at.session, at.book, at.process, to, decision.on)
    what = "the report is not to be published" if way == NOT else "the publication waits for parallel proceedings"
    return f"{what}; the national panel is to be told why, and its advice regarded"


def _faults_of_later_day(at: Situation, answer: Answer) -> list[str]:
    known, day = _there(at), answer.day("publish_on")
    if day is None:
        return ["it does not say on which later day"]
    faults = []
    if known.planned_on is None or known.state is not PublicationState.PLANNED:
        return [f"no day is set that it could be later than; record the day under “{PUBLICATION_DAY.label}”"]
    if day <= known.planned_on:
        faults.append(f"{spoken(day)} is not later than {spoken(known.planned_on)}, which was set")
    if restriction_in_force(at.session, at.process) is not None:
        faults.append("the review is restricted, so no day can be set; record that it waits")
    if is_blacked_out(at.session, at.process, day):
        faults.append(f"{spoken(day)} is a blackout day of this review; choose another")
    concerns = step.why_not_on(at.session, at.book, at.process, day)
    if concerns and not answer.yes("all_the_same"):
        faults.append(f"{'; '.join(concerns)}. Choose another day, or tick that it is to be that day all the same")
    return faults


WITHHELD = PublicationForm(
    name="publication-withheld",
    title="a report that is not published as planned",
    intro="Only a person decides that a report waits, is put off or is not published. The national panel is told, with "
    "the reasons, and its advice is regarded before the day that was planned. Write where the reasons are, not the "
    "reasons.",
    label="The report is not published as planned, or not at all",
    plain="The report is not published as planned",
    slot="",
    counted_from="approval",
    deed=_withhold,
    fields=_withheld_fields,
    states=TO_BE_PUBLISHED,
)


@dataclass(frozen=True)
class Advice(PublicationForm):
    """The national panel has advised, and its advice is regarded."""

    def is_open(self, at: Situation) -> bool:
        owed = at.slot(self.slot)
        return super().is_open(at) and owed is not None and owed.state is DeadlineState.OPEN


STANDS, CHANGED = "stands", "changed"


def _advice_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field("outcome", Kind.ONE_OF, "What was decided with regard to the advice?", needed=True,
              options=((STANDS, "The decision stands"), (CHANGED, "The report is to be published after all"))),
        Field("advice", Kind.TEXT, "Where is the advice kept?", "A place, not the advice itself.", needed=True),
    )  # fmt: skip


def _regard(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [] if answer.text("outcome") else ["it does not say what was decided"]
    if not answer.text("advice"):
        faults.append("it does not say where the advice is kept")
    if _open_of(at, "panel_told"):
        faults.append("the national panel has not been told yet; record first that the letter was sent")
    if faults:
        raise Refused("; ".join(faults))
    kept = Decision(decision.capacity, decision.on, {**decision.words, "advice": answer.text("advice")})
    keep_decision(at, at.process, ADVICE.name, kept, answer.text("outcome"), ADVICE.plain)
    stands = answer.text("outcome") == STANDS
    step.advice_regarded(at.session, at.book, at.process, decision.on, stands=stands)
    return f"the advice of the national panel is regarded; {'the decision stands' if stands else 'set a day now'}"


ADVICE = Advice(
    name="publication-advice",
    title="the advice of the national panel",
    intro="The national panel has advised on the publication. Whoever decided has regard to that advice, and decides "
    "whether the decision stands.",
    label="The national panel has advised on the publication",
    plain="The advice of the national panel is regarded",
    slot="panel_advice",
    counted_from="withholding",
    deed=_regard,
    fields=_advice_fields,
    states=(PublicationState.PLANNED, PublicationState.AWAITING_PROCEEDINGS, PublicationState.DECIDED_AGAINST),
)

# --- the pack, the brief, the publication ----------------------------------------------------------------------------


class Pack:
    """What is published together is ready, one part after the other."""

    name = "publication-pack"

    def is_open(self, at: Situation) -> bool:
        """True while a part of the pack is missing and the report may still be published."""
        known = _publication(at)
        approved = known is not None and was_reached(at.process.kind, at.process.stage, Stage.BOARD_APPROVED)
        return approved and known is not None and bool(_missing(known)) and known.state in TO_BE_PUBLISHED

    def form(self, at: Situation) -> Form | None:
        """The parts that nobody has confirmed."""
        if not self.is_open(at):
            return None
        missing = _missing(_there(at))
        return Form(
            "the publication pack",
            "What is published on the day: each part is confirmed once it is final and stands in the secure place.",
            choice("What do you want to record?", ("ready", "What is ticked below is final"), BACK),
            (
                Field("parts", Kind.SOME_OF, "Which parts are final?", "At least one.", needed=True,
                      options=tuple((each, PACK[each]) for each in missing)),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """These parts are ready."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        parts = answer.chosen("parts")
        if not parts:
            raise Refused("nothing was ticked under “Which parts are final?”")
        step.pack_confirmed(at.session, at.process, parts)
        who_recorded(at, at.process, answer, "pack recorded", parts=sorted(parts))
        left = [PACK[each].lower() for each in _missing(_there(at))]
        more = f" Still missing: {and_joined(left)}." if left else " The pack is complete."
        return Recorded(f"Recorded as final: {and_joined([PACK[each].lower() for each in parts])}.{more}")


def _missing(known: Publication) -> list[str]:
    return [each for each in PACK if each not in known.pack]


@dataclass(frozen=True)
class LearningBrief(PublicationForm):
    """The learning brief is published once, when the learning is known; the report may follow or not."""

    def is_open(self, at: Situation) -> bool:
        known = _publication(at)
        return super().is_open(at) and known is not None and known.brief_on is None


def _publish_brief(at: Situation, decision: Decision, answer: Answer) -> str:
    insist_that_it_may_be_published(at.session, at.process, decision.on)
    keep(at, LEARNING_BRIEF, decision)
    step.brief_published(at.session, at.process, decision.on)
    return "the learning brief is published"


LEARNING_BRIEF = LearningBrief(
    name="learning-brief",
    title="the learning brief",
    intro="The learning brief may be published earlier than the report, and stays when the report is taken down.",
    label="The learning brief is published",
    plain="The learning brief is published",
    slot="",
    counted_from="initial-meeting",
    deed=_publish_brief,
    date_title="On which day?",
    states=tuple(PublicationState),
    from_stage=Stage.REPORT_DRAFTED,
)


def _publication_fields(at: Situation) -> tuple[Field, ...]:
    owing = _not_there(at)
    if not owing:
        return ()
    return (
        Field("without", Kind.SWITCH, "It was published although something is outstanding",
              f"Outstanding: {and_joined(owing)}. It stays owed and shown."),
    )  # fmt: skip


def _not_there(at: Situation) -> list[str]:
    """What should have come before the publication and has not."""
    wanted = _open_of(at, "board_response", *BEFORE_PUBLICATION)
    return [
        f"{agency.name}: {each.title}" if (agency := agency_of(at.session, each)) else each.title for each in wanted
    ]


def _publish(at: Situation, decision: Decision, answer: Answer) -> str:
    insist_that_it_may_be_published(at.session, at.process, decision.on)
    known, owing, faults = _there(at), _not_there(at), []
    if known.planned_on is not None and decision.on < known.planned_on:
        faults.append(
            f"{spoken(decision.on)} is before {spoken(known.planned_on)}, the day that was set; if it was published "
            f"earlier, record that day first under “{PUBLICATION_DAY.label}”"
        )
    missing = [PACK[each].lower() for each in _missing(known)]
    if missing:
        faults.append(f"these parts of the pack are not confirmed: {and_joined(missing)}")
    if owing and not answer.yes("without"):
        faults.append(f"something is outstanding: {and_joined(owing)}; record it, or that it was published without")
    if faults:
        raise Refused("; ".join(faults))
    keep(at, REPORT_PUBLISHED, decision, without=len(owing))
    step.report_published(at.session, at.book, at.process, decision.on)
    return "the report is published; whether it stays on the website is looked at after twelve months"


REPORT_PUBLISHED = PublicationForm(
    name="report-published",
    title="the publication of the report",
    intro="The report, the written response, the statement to the media and the learning brief are published together.",
    label="The report has been published",
    plain="The report is published",
    slot="publication",
    counted_from="approval",
    deed=_publish,
    fields=_publication_fields,
    date_title="On which day?",
    states=(PublicationState.PLANNED,),
)

# --- after twelve months ---------------------------------------------------------------------------------------------


def _website_fields(at: Situation) -> tuple[Field, ...]:
    ways = (("stays", "It stays on the website"), ("down", "It was taken down; there are copies on request"))
    return (Field("way", Kind.ONE_OF, "What becomes of the report?", needed=True, options=ways),)


def _look_at_website(at: Situation, decision: Decision, answer: Answer) -> str:
    way, published_on = answer.text("way"), _there(at).published_on
    if not way:
        raise Refused("it does not say what becomes of the report")
    if published_on is not None and decision.on < add_months(published_on, MONTHS_ON_THE_WEBSITE):
        raise Refused(f"the report stays until {spoken(add_months(published_on, MONTHS_ON_THE_WEBSITE))} at least")
    keep_decision(at, at.process, WEBSITE.name, decision, way, WEBSITE.plain)
    step.website_looked_at(at.session, at.process, decision.on, stays=way == "stays")
    return "the report stays on the website" if way == "stays" else "the report is no longer on the website"


WEBSITE = PublicationForm(
    name="website-looked-at",
    title="the report on the website",
    intro="The report was on the website for twelve months. It may stay, or be taken down and copied on request; the "
    "learning brief stays.",
    label="Whether the report stays on the website was looked at",
    plain="Whether the report stays on the website was looked at",
    slot="web_review",
    counted_from="publication",
    deed=_look_at_website,
    fields=_website_fields,
    states=(PublicationState.PUBLISHED,),
)

PUBLICATION_DECISIONS = (PUBLICATION_DAY, WITHHELD, ADVICE, LEARNING_BRIEF, REPORT_PUBLISHED, WEBSITE)
for _gate in PUBLICATION_DECISIONS:
    register(_gate)
PUBLICATION_PACK = register(Pack())


def still_to_come(at: Situation) -> Publication | None:
    """The publication of an approved report, while something may still become of it."""
    known = _publication(at)
    approved = known is not None and was_reached(at.process.kind, at.process.stage, Stage.BOARD_APPROVED)
    return known if approved and known is not None and not has_ended(known.state) else None
