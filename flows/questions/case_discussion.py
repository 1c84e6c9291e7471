"""The questions of a case discussion, in the order in which they come up.

Source of the steps: Nottingham framework (S:003, NO-52 to NO-57); the times are defaults, to be confirmed by the board.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep, owing
from flows.questions.decisions import BACK, Decision, keep_decision, recorded_by, who_recorded
from flows.questions.independence import independence_fields, independent_person
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE
from flows.questions.pauses import PAUSE
from flows.steps import case_discussion as step
from flows.steps.meetings import blackout_days
from models.records.chasing import deadlines_of
from models.records.deadlines import DeadlineState
from models.records.delays import pause_in_force
from models.records.processes import anchors_of
from models.rules.considering import SPOKEN_WHY_DECLINED, WhyDeclined
from models.rules.meeting_dates import why_no_meeting_on
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.stages import Stage
from models.rules.timetable import moved

FOUR_PARTS = (  # NO-56
    ("introduction", "It began with an introduction and ground rules"),
    ("incident", "Each agency reflected on what set it off"),
    ("difference", "It was discussed openly what would have made a difference"),
    ("analysis", "It was analysed, for the report"),
)
IN_THE_REPORT = (("learning", "It sums up the learning"), ("recommendations", "It makes recommendations"))  # NO-54
MOST_ACTIONS = 500
LONGEST_PLACE = 400

# --- acceptance and facilitator (NO-53) -------------------------------------------------------------------------


def _accept(at: Situation, decision: Decision, answer: Answer) -> str:
    keep(at, DISCUSSION_ACCEPTED, decision)
    step.accepted(at.session, at.book, at.process, decision.on)
    return "the group has accepted the case discussion"


DISCUSSION_ACCEPTED = DecisionForm(
    name="discussion-accepted",
    title="acceptance by the group",
    intro="The group that considers cases accepts the case discussion. Dates count from that day; agencies are then "
    "asked to find practitioners and managers, and for a short note.",
    label="The group has accepted the case discussion",
    plain="The case discussion is accepted",
    slot="accepted",
    counted_from="decision",
    deed=_accept,
    stage=Stage.ACCEPTED,
)


def _decline_fields(at: Situation) -> tuple[Field, ...]:
    reasons = tuple((each.value, words.capitalize()) for each, words in SPOKEN_WHY_DECLINED.items())
    return (
        Field("reason", Kind.ONE_OF, "For which reason?", needed=True, options=reasons),
        Field("reasons", Kind.TEXT, "Where is it minuted?", "A place, not the reasons themselves.", needed=True),
    )  # fmt: skip


def _decline(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [] if answer.text("reason") else ["it does not say for which reason"]
    faults += [] if answer.text("reasons") else ["it does not say where it is minuted"]
    if faults:
        raise Refused("; ".join(faults))
    why, place = WhyDeclined(answer.text("reason")), answer.text("reasons")[:LONGEST_PLACE]
    decision = Decision(decision.capacity, decision.on, {**decision.words, "reasons": place})
    keep_decision(at, at.process, DISCUSSION_DECLINED.name, decision, why.value, DISCUSSION_DECLINED.plain)
    step.declined(at.session, at.process, decision.on)
    return f"the group has declined the case discussion, because {SPOKEN_WHY_DECLINED[why]}; it is closed"


DISCUSSION_DECLINED = DecisionForm(
    name="discussion-declined",
    title="a case discussion that is declined",
    intro="The group does not accept the case for discussion. Nobody was asked for anything yet; the discussion is "
    "closed. Where the decision on a case led to it, you have a task to find out what follows instead.",
    label="The group has declined the case discussion",
    plain="The case discussion is declined",
    slot="accepted",
    counted_from="decision",
    deed=_decline,
    stage=Stage.ACCEPTED,
    fields=_decline_fields,
)


def _name_facilitator(at: Situation, decision: Decision, answer: Answer) -> str:
    one = independent_person(at, answer, "facilitator")
    decision = Decision(decision.capacity, decision.on, {**decision.words, **one.words})
    keep(at, FACILITATOR_NAMED, decision, belongs_to=one.belongs_to, declaration=True)
    step.facilitator_named(at.session, at.book, at.process, one.name, one.email, decision.on)
    return "the independent facilitator is named, the declaration on file"


@dataclass(frozen=True)
class FacilitatorNamed(DecisionForm):
    """The discussion has its facilitator; recorded again, somebody else is it."""

    def is_open(self, at: Situation) -> bool:
        return at.slot(self.slot) is not None and at.process.stage in (Stage.ACCEPTED, Stage.DISCUSSED)


FACILITATOR_NAMED = FacilitatorNamed(
    name="facilitator-named",
    title="the independent facilitator",
    intro="The facilitator has no involvement in the case and belongs to no agency that takes part. Recorded again, it "
    "is a change: whoever was the facilitator before is none any more.",
    label="The independent facilitator has been found",
    plain="The independent facilitator is named",
    slot="facilitator",
    counted_from="acceptance",
    deed=_name_facilitator,
    fields=partial(independence_fields, "facilitator", "The dates of the discussion go there."),
    date_title="On which day?",
)

# --- the day, and the discussion itself (NO-54 to NO-56) ----------------------------------------------------------


class DiscussionDay:
    """On which day the discussion is to be; set again, it is on another."""

    name = "discussion-day"
    label = "The day of the discussion is set, or another one"

    def is_open(self, at: Situation) -> bool:
        """True from the acceptance until the discussion was held."""
        owed = at.slot("discussion")
        return at.process.stage is Stage.ACCEPTED and owed is not None and owed.state is DeadlineState.OPEN

    def form(self, at: Situation) -> Form | None:
        """One day, and who writes it down."""
        if not self.is_open(at):
            return None
        known, owed = step.day_of(at.session, at.process), at.slot("discussion")
        now = f" It is set for {spoken(known)} now." if known else ""
        latest = f" By the dates of this discussion it is due by {spoken(owed.working_target_on)}." if owed else ""
        return Form(
            "the day of the discussion",
            "Practitioners are invited four weeks before, the agencies' notes are due one week before; agencies and "
            f"facilitator hear of the day.{latest}{now}",
            choice("What do you want to record?", ("set", "The discussion is on the day below"), BACK),
            (Field("day", Kind.DATE, "On which day is the discussion?", needed=True), recorded_by()),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The dates before the discussion are counted back from the day."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        day = answer.day("day")
        if day is None:
            raise Refused("it does not say on which day the discussion is")
        if faults := self._faults(at, day):
            raise Refused("; ".join(faults))
        step.day_set(at.session, at.book, at.process, day)
        who_recorded(at, at.process, answer, "day of the discussion recorded", day=day)
        late = self._latest(at)
        careful = f" Please note: that is later than {spoken(late)}, twelve weeks after the acceptance." if (
            late and day > late
        ) else ""  # fmt: skip
        return Recorded(f"Recorded: the discussion is on {spoken(day)}.{careful}")

    @staticmethod
    def _faults(at: Situation, day: date) -> list[str]:
        faults = [f"{spoken(day)} is not after today"] if day <= at.today else []
        if day == step.day_of(at.session, at.process):
            faults.append(f"{spoken(day)} is the day that is set already")
        return faults + why_no_meeting_on(day, at.book.calendar, blackout_days(at.session, at.process))

    @staticmethod
    def _latest(at: Situation) -> date | None:
        """Twelve weeks after the acceptance, as the period counts while no day is set."""
        period = at.book.period(at.process.kind, at.process.guidance, "discussion")
        accepted_on = anchors_of(at.session, at.process.id or 0).get("acceptance")
        if accepted_on is None or period.until_known is None:
            return None
        _, offset, unit = period.until_known
        return moved(accepted_on, offset, unit, at.book.calendar)


def _held_fields(at: Situation) -> tuple[Field, ...]:
    parts = tuple(Field(name, Kind.SWITCH, title) for name, title in FOUR_PARTS)
    missing = owing(at, "notes")
    if not missing:
        return parts
    names = and_joined([name for _, name in missing])
    return (*parts, Field("without", Kind.SWITCH, f"It was held without the note of {names}",
                          "What is outstanding stays owed, chased and shown."))  # fmt: skip


def _hold(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [f"it is not confirmed that {lower_first(title)}" for name, title in FOUR_PARTS if not answer.yes(name)]
    facilitator = at.slot("facilitator")
    if facilitator is not None and facilitator.state is DeadlineState.OPEN:
        faults.append("there is no independent facilitator yet; record that first")
    missing = owing(at, "notes")
    if missing and not answer.yes("without"):
        names = and_joined([name for _, name in missing])
        faults.append(f"the note of {names} is outstanding; record it, or that the discussion was held without it")
    if faults:
        raise Refused("; ".join(faults))
    keep(at, DISCUSSION_HELD, decision, parts=[name for name, _ in FOUR_PARTS], without=[key for key, _ in missing])
    step.held(at.session, at.book, at.process, decision.on)
    return "the case discussion was held in its four parts"


DISCUSSION_HELD = DecisionForm(
    name="discussion-held",
    title="the discussion",
    intro="The discussion has four parts, confirmed one by one. It explores practice, tests first conclusions, finds "
    "what should change and sums it up; it is led so that nobody is blamed.",
    label="The discussion was held",
    plain="The case discussion was held",
    slot="discussion",
    counted_from="acceptance",
    deed=_hold,
    stage=Stage.ACCEPTED,
    fields=_held_fields,
    date_title="On which day was it held?",
)

# --- report, group, Board, feedback (NO-57) -----------------------------------------------------------------------


def _receive_report(at: Situation, decision: Decision, answer: Answer) -> str:
    faults = [title[3:] for name, title in IN_THE_REPORT if not answer.yes(name)]
    if faults:
        raise Refused(f"it is not confirmed that the report {and_joined(faults)}")
    keep(at, DISCUSSION_REPORT, decision)
    step.report_received(at.session, at.book, at.process, decision.on)
    return "the report of the case discussion has arrived"


DISCUSSION_REPORT = DecisionForm(
    name="discussion-report",
    title="the report",
    intro="The facilitator's report sums up the learning and makes recommendations. It goes to the group, then to the "
    "Board.",
    label="The report of the discussion has arrived",
    plain="The report of the case discussion has arrived",
    slot="report",
    counted_from="discussion",
    deed=_receive_report,
    stage=Stage.DISCUSSED,
    fields=lambda at: tuple(Field(name, Kind.SWITCH, title) for name, title in IN_THE_REPORT),
    date_title="On which day did it arrive?",
)


def _group_receives(at: Situation, decision: Decision, answer: Answer) -> str:
    keep(at, GROUP_RECEIVES, decision)
    step.group_received(at.session, at.book, at.process, decision.on)
    return "the group has received the report; it goes to the Board now"


GROUP_RECEIVES = DecisionForm(
    name="group-receives",
    title="the report before the group",
    intro="The group that considers cases looks at the report and its recommendations before the Board does.",
    label="The group has received the report",
    plain="The group has received the report of the case discussion",
    slot="group_receives",
    counted_from="report",
    deed=_group_receives,
    stage=Stage.REPORTED,
    date_title="On which day?",
)


def _board_fields(at: Situation) -> tuple[Field, ...]:
    return (
        Field("actions", Kind.NUMBER, "How many actions were decided?"),
        Field("no_action", Kind.SWITCH, "The Board decided that no action is needed"),
    )


def _board_receives(at: Situation, decision: Decision, answer: Answer) -> str:
    actions, none = int(answer.values.get("actions") or 0), answer.yes("no_action")
    if not 0 <= actions <= MOST_ACTIONS:
        raise Refused(f"there can be no more than {MOST_ACTIONS} actions")
    if bool(actions) == none:
        raise Refused("it must say either how many actions were decided, or that none is needed")
    keep(at, BOARD_RECEIVES, decision, actions=actions)
    step.board_received(at.session, at.book, at.process, decision.on)
    said = f"{actions} action{'' if actions == 1 else 's'}" if actions else "that no action is needed"
    return f"the Board has received the report and decided {said}"


BOARD_RECEIVES = DecisionForm(
    name="board-receives",
    title="the report before the Board",
    intro="The Board receives the report. Nothing closes without actions, or the decision that none is needed.",
    label="The Board has received the report",
    plain="The Board has received the report of the case discussion",
    slot="board_receives",
    counted_from="group",
    deed=_board_receives,
    stage=Stage.REPORTED,
    fields=_board_fields,
    date_title="On which day?",
)


def _waiting_for(at: Situation) -> str:
    """What a case discussion waits for, for the name of its run."""
    if pause_in_force(at.session, at.process) is not None:
        return "the end of its pause"
    if at.process.stage is Stage.ACCEPTED:
        if at.is_owed(lambda kind: kind == "accepted"):
            return "acceptance by the group"
        notes = deadlines_of(at.session, at.process, "notes")
        came = sum(each.state is DeadlineState.MET for each in notes)
        facilitator = "facilitator, " if at.is_owed(lambda kind: kind == "facilitator") else ""
        return f"{came} of {len(notes)} notes, {facilitator}discussion"
    if at.process.stage is Stage.DISCUSSED:
        return "the report"
    if at.is_owed(lambda kind: kind == "group_receives"):
        return "group, Board and feedback"
    still = (("board_receives", "Board"), ("feedback", "feedback"))
    return and_joined([words for kind, words in still if at.is_owed(kind.__eq__)]) or "what is still owed"


DISCUSSION_DAY = register(DiscussionDay())
DECISIONS = (
    DISCUSSION_ACCEPTED, DISCUSSION_DECLINED, FACILITATOR_NAMED, DISCUSSION_HELD, DISCUSSION_REPORT, GROUP_RECEIVES,
    BOARD_RECEIVES,
)  # fmt: skip
for _gate in DECISIONS:
    register(_gate)

DISCUSSION_MENU = register(
    Menu(
        name="case-discussion",
        title=_waiting_for,
        plain=frozenset({"terms", "practitioners", "notes", "feedback"}),
        detailed={},
        not_before={"feedback": Stage.DISCUSSED},
        actions=(
            *(Action(gate.name, gate.label, gate.is_open) for gate in DECISIONS[:3]),
            Action(DISCUSSION_DAY.name, DISCUSSION_DAY.label, DISCUSSION_DAY.is_open),
            *(Action(gate.name, gate.label, gate.is_open) for gate in DECISIONS[3:]),
            Action(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
            Action(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
            Action(WAIVE.name, "The discussion goes on without something", WAIVE.is_open),
            Action(PAUSE.name, "The discussion pauses, or goes on", PAUSE.is_open),
        ),
    )
)
