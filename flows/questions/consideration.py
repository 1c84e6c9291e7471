"""The questions of a consideration: the panel's day, its recommendation, the Chair's decision.

Source of the steps: B.1, rows 3 to 9; that the Chair alone decides: framework of Barking & Dagenham (BD-41). Sightline
asks and keeps what people say; it never says that the test is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from config.rows import Criterion
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.calls import NOTE_CALL
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import (
    BACK,
    Decision,
    decision_in,
    keep_decision,
    may_decide,
    recorded_by,
    who_decided,
    who_recorded,
)
from flows.questions.meetings import MEETING_CHANGED, MINUTES, NOT_UNDERSTOOD
from flows.questions.menu import Action, Menu
from flows.questions.more_time import MORE_TIME, WAIVE, reason_field
from flows.questions.pauses import PAUSE
from flows.steps import consideration as step
from flows.steps import meetings
from flows.steps.consideration_letters import FOLLOWS
from models.records.boards import agencies_of
from models.records.considerations import (
    DECISION,
    RECOMMENDATION,
    recommended,
)
from models.records.deadlines import DeadlineState
from models.records.delays import pause_in_force
from models.records.meetings import Meeting, MeetingKind, MeetingState, is_on, meetings_of, planned_meetings
from models.records.moving import agencies_in_scope
from models.records.processes import Process, anchors_of, opened_by
from models.rules.considering import (
    SPOKEN_LIMBS,
    SPOKEN_WHY_DEPUTY,
    SPOKEN_WHY_EARLY,
)
from models.rules.meeting_dates import time_of_day, why_no_meeting_on
from models.rules.outcomes import SPOKEN, Outcome
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.stages import Stage

METHODS = (
    ("imr_based", "Agency returns"),
    ("systems", "Systems method"),
    ("hybrid", "Agency returns and systems method together"),
    ("event_based", "Learning event"),
)
CHAIR, DEPUTY = "independent_chair", "independent_chair_deputy"
BOOKED = "panel-booked"
INVITED = (
    "The panel is invited: its chair and deputy, each agency that holds records, and whoever the quorum needs. What "
    "goes to chairs waits for your release."
)
UNDECIDED = (Stage.REFERRED, Stage.RECOMMENDED)
LONGEST_PLACE = 400


def criteria_of(at: Situation) -> Sequence[Criterion]:
    """The limbs of the test, in the words of the edition that the process started under."""
    return at.book.edition(at.process.guidance).criteria.get("scr-consideration", ())


def outcomes(at: Situation, wanted: str) -> tuple[tuple[str, str], ...]:
    """Every outcome in words that begin with what somebody did."""
    return tuple((each.value, f"{wanted}: {SPOKEN[each]}") for each in Outcome)


# --- the day of the panel -------------------------------------------------------------------------------------


class PanelBooked:
    """The day of the panel is booked, and everybody is invited; also one that has met already."""

    name = BOOKED

    def is_open(self, at: Situation) -> bool:
        """True while the panel has not met and no day is booked."""
        owed = at.slot("panel_meeting")
        waits = owed is not None and owed.state is DeadlineState.OPEN and at.process.stage is Stage.REFERRED
        return waits and not planned_meetings(at.session, at.process, MeetingKind.CONSIDERATION)

    def form(self, at: Situation) -> Form | None:
        """The last day on which the month still holds stands above the form."""
        if not self.is_open(at):
            return None
        row = at.book.board.row.meetings
        places = tuple((place, place) for place in row.places)
        return Form(
            "the day of the panel", self._intro(at),
            choice("What do you want to record?", ("booked", "The day of the panel is booked"), BACK),
            (
                Field("on", Kind.DATE, "On which day?", needed=True),
                Field("at", Kind.TEXT, "At what time?", "Written like 10:00.", default=row.at),
                Field("minutes", Kind.NUMBER, "For how many minutes?", default=row.minutes),
                Field("place", Kind.ONE_OF, "Where?", options=places, default=row.places[0]),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The meeting is planned and everybody has an invitation; pack and decision are due by its day."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        faults, day, minutes = list[str](), answer.day("on"), int(answer.values.get("minutes") or 0)
        at_time, place = time_of_day(answer.text("at")), answer.text("place")
        notified_on = anchors_of(at.session, at.process.id or 0)["notification"]
        if day is None:
            faults.append("it does not say on which day")
        elif day < notified_on:
            faults.append(f"{spoken(day)} is before the notification, which was on {spoken(notified_on)}")
        else:
            faults += why_no_meeting_on(day, at.book.calendar, meetings.blackout_days(at.session, at.process))
        if at_time is None:
            faults.append(NOT_UNDERSTOOD)
        if not MINUTES[0] <= minutes <= MINUTES[1]:
            faults.append(f"a meeting takes {MINUTES[0]} to {MINUTES[1]} minutes")
        if place not in at.book.board.row.meetings.places:
            faults.append("it does not say where; choose one of the board's places")
        if faults or day is None or at_time is None:
            raise Refused("; ".join(faults))
        hour = (at_time.hour, at_time.minute)
        meetings.plan_meetings(at.session, at.process, MeetingKind.CONSIDERATION, [day], hour, minutes, place)
        step.panel_booked(at.session, at.book, at.process, day)
        who_recorded(at, at.process, answer, "panel booked", on=day)
        return Recorded(_said_of_booking(at.afresh(), day, is_over=clock.at(day, *hour) <= clock.now()))

    def _intro(self, at: Situation) -> str:
        parts = [INVITED]
        limit = at.slot("limit")
        wanted = step.last_days(at.book, at.process, limit.working_target_on) if limit else None
        if wanted is not None:
            parts.append(
                f"So that the month holds, the panel meets on {spoken(wanted.panel_on)} at the latest and the Chair "
                f"decides on {spoken(wanted.decide_on)} at the latest."
            )
        scoping = at.slot("scoping:" + next((each.key for each in agencies_in_scope(at.session, at.process)), ""))
        if scoping is not None:
            parts.append(f"The agencies' summaries are due on {spoken(scoping.working_target_on)}.")
        return "\n\n".join(parts)


def _said_of_booking(at: Situation, day: date, *, is_over: bool) -> str:
    said = f"Recorded: the panel meets on {spoken(day)}; everybody has an invitation."
    if is_over:
        said = f"Recorded: the panel was booked for {spoken(day)}. It is past, so nobody is invited; record who came."
    return said + _before_the_summaries(at, day) + _over_the_month(at)


def _before_the_summaries(at: Situation, day: date) -> str:
    """What the panel will lack: the summaries that are due only after the day on which it meets."""
    late = [each.working_target_on for each in at.owed() if each.kind == "scoping" and each.working_target_on > day]
    if not late:
        return ""
    return f" The agencies' summaries are due on {spoken(max(late))}, after that day: ask for them by telephone."


def _over_the_month(at: Situation) -> str:
    limit, decision = at.slot("limit"), at.slot("decision")
    if limit is None or decision is None or decision.working_target_on <= limit.working_target_on:
        return ""
    return f" By that day the decision can be made only after the month, which ends on {spoken(limit.due_on)}."


# --- the recommendation ---------------------------------------------------------------------------------------


class PanelRecommends:
    """What the panel recommends, what it says of each limb, and where the reasons are minuted."""

    name = RECOMMENDATION

    def is_open(self, at: Situation) -> bool:
        """True once a meeting of the panel was recorded as held and nobody has decided."""
        return at.process.stage is Stage.REFERRED and self._held(at) is not None

    def form(self, at: Situation) -> Form | None:
        """The limbs of the edition, each with its own answer."""
        held = self._held(at)
        if at.process.stage is not Stage.REFERRED or held is None:
            return None
        limbs = tuple((each.value, words) for each, words in SPOKEN_LIMBS.items())
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return Form(
            "the recommendation of the panel", _intro_of_recommendation(at, held),
            choice("What does the panel recommend?", *outcomes(at, "It recommends"), BACK),
            (
                *(
                    Field(f"limb_{number}", Kind.ONE_OF, f"{number}. {each.value}", "What the panel says of it.",
                          needed=True, options=limbs)
                    for number, each in enumerate(criteria_of(at), start=1)
                ),
                Field("reasons", Kind.TEXT, "Where are the reasons for each of these minuted?",
                      "For example minutes 4.1 to 4.4; a place, not the reasons themselves.", needed=True),
                Field("scope", Kind.SOME_OF, "Which agencies does it propose to take part?", options=agencies),
                Field("method", Kind.ONE_OF, "Which method does it propose?", "In proportion to the case.",
                      options=METHODS),
                Field("dissent", Kind.SWITCH, "Somebody on the panel saw it differently"),
                *((Field("stands", Kind.SWITCH, "The panel chair lets it stand although the meeting was not quorate"),)
                  if not held.quorate else ()),
                *who_decided(date_title="On which day did the panel recommend it?"),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The recommendation stands, and whoever decides is asked to."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        held = self._held(at)
        silent = [str(n) for n, _ in enumerate(criteria_of(at), start=1) if not answer.text(f"limb_{n}")]
        parts = f"part{'' if len(silent) == 1 else 's'} {and_joined(silent)}"
        faults = [f"it does not say what the panel says of {parts} of the test"] if silent else []
        if not answer.text("reasons"):
            faults.append("it does not say where the reasons are minuted")
        if held is not None and not held.quorate and not answer.yes("stands"):
            faults.append("the meeting was not quorate, and it does not say that the panel chair lets it stand")
        decision = decision_in(
            at, answer, may_decide=may_decide(at, at.process, self.name), faults=faults,
            not_before=is_on(held) if held else None, event="the meeting of the panel",
        )  # fmt: skip
        limbs = {each.key: answer.text(f"limb_{n}") for n, each in enumerate(criteria_of(at), start=1)}
        decision = _with_words(decision, reasons=answer.text("reasons"))
        plain = f"The panel recommends: {FOLLOWS[Outcome(answer.choice)]}"
        keep_decision(
            at, at.process, self.name, decision, answer.choice, plain, limbs=limbs, scope=list(answer.chosen("scope")),
            method=answer.text("method"), dissent=answer.yes("dissent"), quorate=bool(held and held.quorate),
        )  # fmt: skip
        step.panel_recommends(at.session, at.book, at.process, decision.on, deciders(at)[0])
        words = SPOKEN[Outcome(answer.choice)]
        return Recorded(
            f"Recorded: the panel recommends {words}, on {spoken(decision.on)}. The letter that asks for the decision "
            "waits under “Release messages”."
        )

    def _held(self, at: Situation) -> Meeting | None:
        known = at.once("panels", lambda: meetings_of(at.session, at.process, MeetingKind.CONSIDERATION))
        return next((each for each in reversed(known) if each.state is MeetingState.HELD), None)


def _intro_of_recommendation(at: Situation, held: Meeting) -> str:
    silent = [each for each in at.owed() if each.kind == "scoping"]
    quorate = "It was quorate." if held.quorate else "**It was NOT quorate.**"
    missing = "1 summary is" if len(silent) == 1 else f"{len(silent)} summaries are"
    gaps = f" {missing} still missing." if silent else ""
    return (
        f"The panel met on {spoken(is_on(held))}. {quorate}{gaps} The panel answers each part of the test below and "
        "recommends; the decision is the Chair's alone. **Write no reasons here: only where they are minuted.**"
    )


# --- the decision ---------------------------------------------------------------------------------------------


def deciders(at: Situation) -> tuple[str, ...]:
    """Who decides under the edition of the process, whoever is asked first in the first place."""
    return may_decide(at, at.process, DECISION)


class ChairDecides:
    """The decision on a case: the Chair's alone, with the place of its reasons and why it is out of the way."""

    name = DECISION

    def is_open(self, at: Situation) -> bool:
        """True until it is decided."""
        return at.process.stage in UNDECIDED

    def form(self, at: Situation) -> Form | None:
        """What the panel has recommended, and what a decision that is early, late or another needs."""
        if not self.is_open(at):
            return None
        early = tuple((each.value, words) for each, words in SPOKEN_WHY_EARLY.items())
        deputies = tuple((each.value, words) for each, words in SPOKEN_WHY_DEPUTY.items())
        before = recommended(at.session, at.process) is None
        limit, late = at.slot("limit"), reason_field()
        over = limit is not None and at.today > limit.due_on
        return Form(
            "the decision", self._intro(at),
            choice("What was decided?", *outcomes(at, "It was decided"), BACK),
            (
                Field("reasons", Kind.TEXT, "Where are the reasons kept?",
                      "A place such as a minute or an item in the secure place, not the reasons themselves.",
                      needed=True),
                *(() if before else (
                    Field("differs", Kind.TEXT,
                          "Where are the reasons for deciding otherwise than the panel recommends?",
                          "A place; needed only where it differs."),
                )),
                *((Field("early", Kind.ONE_OF, "Why is it decided before the panel has recommended?", needed=True,
                         options=early),) if before else ()),
                *((Field("overrun", Kind.ONE_OF, "Why was it decided after the month?", "Needed only where it was.",
                         options=late.options),) if over else ()),
                Field("deputy", Kind.ONE_OF, "Why does the deputy decide?", "Needed only where the deputy does.",
                      options=deputies),
                *who_decided(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The decision stands; everybody concerned hears, and what follows from it begins."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        known = anchors_of(at.session, at.process.id or 0)
        outcome, before = Outcome(answer.choice), recommended(at.session, at.process)
        after, event = (
            (known["recommendation"], "the panel's recommendation")
            if before is not None and "recommendation" in known
            else (known["notification"], "the notification")
        )
        faults = self._faults(at, answer, outcome, before)
        decision = decision_in(at, answer, may_decide=deciders(at), not_before=after, event=event, faults=faults)
        facts = {
            "recommended": before.value if before else "", "differs": before is not None and before is not outcome,
            "early": answer.text("early") if before is None else "", "overrun": answer.text("overrun"),
            "deputy": answer.text("deputy") if decision.capacity == DEPUTY else "",
        }  # fmt: skip
        decision = _with_words(decision, reasons=answer.text("reasons"), differs=answer.text("differs"))
        plain = f"The consideration is decided: {FOLLOWS[outcome]}"
        keep_decision(at, at.process, self.name, decision, outcome.value, plain, **facts)
        step.chair_decides(at.session, at.book, at.process, outcome, decision.on)
        opened = opened_by(at.session, at.process)
        next_ones = and_joined([f"{each.spoken_ref}, a {_kind_of(at, each)}," for each in opened])
        what = f" {next_ones} begins from it." if opened else ""
        return Recorded(
            f"Recorded: it was decided on {spoken(decision.on)}: {SPOKEN[outcome]}. Everybody concerned is told.{what}",
            look_again=tuple(each.ref for each in opened),
        )

    def _faults(self, at: Situation, answer: Answer, outcome: Outcome, before: Outcome | None) -> list[str]:
        faults = []
        if not answer.text("reasons"):
            faults.append("it does not say where the reasons are kept")
        if before is None and not answer.text("early"):
            faults.append("it does not say why it is decided before the panel has recommended")
        if before is not None and before is not outcome and not answer.text("differs"):
            faults.append(
                f"the panel recommends {SPOKEN[before]}, and it does not say where the reasons for deciding otherwise "
                "are"
            )
        if answer.text("capacity") == DEPUTY and not answer.text("deputy"):
            faults.append("it does not say why the deputy decides")
        limit = at.slot("limit")
        day = answer.day("decided_on") or at.today
        if limit is not None and day > limit.due_on and not answer.text("overrun"):
            faults.append(
                f"it was decided after the month, which ended on {spoken(limit.due_on)}, and does not say for which "
                "reason"
            )
        return faults

    def _intro(self, at: Situation) -> str:
        whose = at.who.role(deciders(at)[0])
        before, limit = recommended(at.session, at.process), at.slot("limit")
        said = f"The panel recommends {SPOKEN[before]}." if before else "**The panel has not recommended yet.**"
        month = f" The month from the notification ends on {spoken(limit.due_on)}." if limit else ""
        where = "**Write no reasons here: only where they are kept.**"
        return f"{said}{month} The decision is for the {whose} alone. {where}"


def _kind_of(at: Situation, process: Process) -> str:
    return lower_first(at.book.title_of(process.kind, process.guidance))


def _with_words(decision: Decision, **words: str) -> Decision:
    """The decision with places that somebody typed; they stand apart from the facts."""
    kept = {name: text[:LONGEST_PLACE] for name, text in words.items() if text}
    return Decision(decision.capacity, decision.on, {**decision.words, **kept})


# --- the rest -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Withdrawn(DecisionForm):
    """The referral is withdrawn before it was decided."""

    def is_open(self, at: Situation) -> bool:
        return at.process.stage in UNDECIDED


def _withdraw(at: Situation, decision: Decision, answer: Answer) -> str:
    if not answer.text("reasons"):
        raise Refused("it does not say where the reasons are kept")
    keep(at, WITHDRAWN, _with_words(decision, reasons=answer.text("reasons")))
    step.withdrawn(at.session, at.process, decision.on)
    return "the referral is withdrawn and the consideration closed"


WITHDRAWN = Withdrawn(
    name="referral-withdrawn",
    title="a referral that is withdrawn",
    intro="For a referral that was a mistake, or that its agency takes back with the Chair's agreement. Whoever was "
    "asked for anything hears that it goes no further.",
    label="The referral is withdrawn",
    plain="The referral is withdrawn",
    slot="",
    counted_from="notification",
    deed=_withdraw,
    fields=lambda at: (
        Field("reasons", Kind.TEXT, "Where are the reasons kept?", "A place, not the reasons themselves.", needed=True),
    ),
)


class RecordsElsewhere:
    """Another agency turns out to hold records, and is asked as the others were."""

    name = "records-elsewhere"

    def is_open(self, at: Situation) -> bool:
        """True while it is undecided and there is an agency that was not asked."""
        return at.process.stage in UNDECIDED and bool(self._others(at))

    def form(self, at: Situation) -> Form | None:
        """The agencies that were not asked yet."""
        if not self.is_open(at):
            return None
        return Form(
            "agencies that hold records",
            "They are asked at once to secure them, and have the same time for their summary as the others had.",
            choice("What do you want to record?", ("asked", "The agencies ticked below hold records too"), BACK),
            (
                Field("agencies", Kind.SOME_OF, "Which agencies?", needed=True, options=tuple(self._others(at))),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """They are in scope and asked."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        chosen = answer.chosen("agencies")
        if not chosen:
            raise Refused("no agency was ticked")
        agencies = [each for each in agencies_of(at.session, at.process.board_id) if each.key in chosen]
        names = step.agencies_hold_records(at.session, at.book, at.process, agencies)
        who_recorded(at, at.process, answer, "scope recorded", agencies=list(chosen))
        return Recorded(f"Recorded: asked at once: {and_joined(names) or 'nobody new'}.")

    def _others(self, at: Situation) -> list[tuple[str, str]]:
        known = {each.key for each in agencies_in_scope(at.session, at.process)}
        every = at.once("agencies", lambda: agencies_of(at.session, at.process.board_id))
        return [(each.key, each.name) for each in every if each.key not in known]


def _waiting_for(at: Situation) -> str:
    if pause_in_force(at.session, at.process) is not None:
        return "the end of its pause"
    if at.process.stage is Stage.RECOMMENDED:
        return f"the decision of the {at.who.role(deciders(at)[0])}"
    if at.process.stage is Stage.DECIDED:
        return "what is owed after the decision"
    asked = [each for each in at.ever_owed() if each.kind == "scoping"]
    there = [each for each in asked if each.state is not DeadlineState.OPEN]
    met = at.slot("panel_meeting")
    if met is not None and met.state is not DeadlineState.OPEN:
        return "the recommendation of the panel"
    booked = planned_meetings(at.session, at.process, MeetingKind.CONSIDERATION)
    day = f"panel on {spoken(is_on(booked[0]))}" if booked else "a day for the panel"
    return f"{len(there)} of {len(asked)} summaries, {day}"


PANEL_BOOKED = register(PanelBooked())
PANEL_RECOMMENDS = register(PanelRecommends())
CHAIR_DECIDES = register(ChairDecides())
RECORDS_ELSEWHERE = register(RecordsElsewhere())
register(WITHDRAWN)

CONSIDERATION = register(
    Menu(
        name="consideration",
        title=_waiting_for,
        plain=frozenset({"other_children", "records_secured", "scoping", "minutes"}),
        detailed={},
        not_before={"minutes": Stage.RECOMMENDED},
        actions=(
            Action(PANEL_BOOKED.name, "The day of the panel is booked", PANEL_BOOKED.is_open),
            Action(MEETING_CHANGED.name, "The panel has met, or its meeting is moved or cancelled",
                   MEETING_CHANGED.is_open),
            Action(PANEL_RECOMMENDS.name, "The panel has made its recommendation", PANEL_RECOMMENDS.is_open),
            Action(CHAIR_DECIDES.name, "The Chair has decided", CHAIR_DECIDES.is_open),
            Action(RECORDS_ELSEWHERE.name, "Another agency holds records", RECORDS_ELSEWHERE.is_open),
            Action(NOTE_CALL.name, "Somebody rang, or was rung, about something that is owed", NOTE_CALL.is_open),
            Action(MORE_TIME.name, "More time is asked for or decided", MORE_TIME.is_open),
            Action(WAIVE.name, "The panel goes on without something", WAIVE.is_open),
            Action(PAUSE.name, "The consideration pauses, or goes on", PAUSE.is_open),
            Action(WITHDRAWN.name, WITHDRAWN.label, WITHDRAWN.is_open),
        ),
    )
)  # fmt: skip
