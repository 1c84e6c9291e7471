"""The returns of the agencies on their way: briefing, how they are coming on, signature, the panel's reading (B.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import (
    BACK,
    day_field,
    day_in,
    decision_in,
    insist_on_after_decision,
    keep_decision,
    may_decide,
    recorded_by,
    who_decided,
    who_recorded,
)
from flows.questions.figures import working_days
from flows.questions.owed import handed_on
from flows.steps import returns as step
from flows.steps.arrivals import record_arrival
from models.records.boards import Agency
from models.records.chasing import deadline_in, deadlines_of, meet_deadline
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.moving import agencies_in_scope
from models.records.returns import AgencyReturn, carry_return_to, move_return, return_of, returns_of
from models.rules.returns import PLAIN, IllegalReturnMove, ReturnState
from models.rules.spoken import and_joined
from models.rules.stages import Stage, was_reached

NOT_SIGNED = "not-signed"
SIGNATURES = (
    ("chief_officer", "Signed by the chief officer"),
    ("board_member", "Signed by the Board member"),
    ("senior_officer", "Signed by another senior officer"),
    (NOT_SIGNED, "Not signed yet: it goes back and stays owed"),
)
WORDS = (
    (CallOutcome.ON_TRACK.value, "On track"),
    (CallOutcome.AT_RISK.value, "At risk"),
    (CallOutcome.CANNOT.value, "Cannot meet the date"),
)
ON_THE_WAY = (
    (ReturnState.DRAFT_IN.value, "The author's draft is with the agency"),
    (ReturnState.AGENCY_QA.value, "The agency is checking the return"),
    (ReturnState.SIGNED.value, "The return is signed and on its way"),
)
QUESTIONS, ACCEPTED = "questions", "accepted"
READ = ((ACCEPTED, "Accepted; no more questions"), (QUESTIONS, "The panel has questions"))
WAITING_FOR_BRIEFING = (ReturnState.NOMINATED,)
BEING_WRITTEN = (
    ReturnState.NOMINATED, ReturnState.BRIEFED, ReturnState.IN_PROGRESS, ReturnState.CHRONOLOGY_IN,
    ReturnState.DRAFT_IN, ReturnState.AGENCY_QA, ReturnState.SIGNED, ReturnState.RETURNED,
)  # fmt: skip
BEING_READ = (ReturnState.PANEL_QA,)
TO_BE_READ = (ReturnState.SUBMITTED, *BEING_READ)
READING = ("reading", "The panel has begun to read all that it has; nothing is decided yet")


class BriefingHeld:
    """Authors were briefed; not before the terms of reference are settled."""

    name = "briefing-held"

    def is_open(self, at: Situation) -> bool:
        """True while authors are named and not briefed, and the terms of reference are settled."""
        return was_reached(at.process.kind, at.process.stage, Stage.TERMS_AGREED) and bool(
            _standing_at(at, WAITING_FOR_BRIEFING)
        )

    def form(self, at: Situation) -> Form | None:
        """Whose author was there."""
        if not self.is_open(at):
            return None
        agencies = [(agency.key, agency.name) for _, agency in _standing_at(at, WAITING_FOR_BRIEFING)]
        return Form(
            "the briefing of the authors",
            "Tick the agencies whose author was briefed, at the session or one by one. Others stay on the list.",
            choice("What do you want to record?", ("briefed", "These authors were briefed"), BACK),
            (
                Field("agencies", Kind.SOME_OF, "Whose author was briefed?", needed=True, options=tuple(agencies)),
                day_field("held_on", "On which day?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The returns of these agencies stand at their author's briefing."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        on = _day(at, answer, "held_on")
        chosen = [
            agency for _, agency in _standing_at(at, WAITING_FOR_BRIEFING) if agency.key in answer.chosen("agencies")
        ]
        if not chosen:
            raise Refused("nothing was ticked under “Whose author was briefed?”")
        step.briefed(at.session, at.process, chosen, on)
        held = deadline_in(at.session, at.process, "briefing")
        if held is not None and held.state is DeadlineState.OPEN:
            meet_deadline(at.session, at.process, held, on)
        who_recorded(at, at.process, answer, "briefing recorded", agencies=[each.key for each in chosen])
        return Recorded(f"Recorded: briefed was the author of {and_joined([each.name for each in chosen])}.")


class ReturnsOnTheWay:
    """Where returns stand within their agencies, as somebody has told the office."""

    name = "returns-on-the-way"

    def is_open(self, at: Situation) -> bool:
        """True while returns are being written."""
        return was_reached(at.process.kind, at.process.stage, Stage.TIMETABLE_SET) and bool(
            _standing_at(at, BEING_WRITTEN)
        )

    def form(self, at: Situation) -> Form | None:
        """Each return and where it stands."""
        if not self.is_open(at):
            return None
        agencies = [
            (agency.key, f"{agency.name} (now: {PLAIN[mine.state]})")
            for mine, agency in _standing_at(at, BEING_WRITTEN)
        ]
        return Form(
            "how returns are coming on",
            "What an agency has told you on the way. The return itself is ticked as arrived.",
            choice("What have you heard?", *ON_THE_WAY, BACK),
            (
                Field("agencies", Kind.SOME_OF, "Of which agencies?", needed=True, options=tuple(agencies)),
                day_field("heard_on", "On which day?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The returns stand there; one that is further stays where it is."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        on = _day(at, answer, "heard_on")
        to = ReturnState(answer.choice)
        chosen = [
            (mine, agency)
            for mine, agency in _standing_at(at, BEING_WRITTEN)
            if agency.key in answer.chosen("agencies")
        ]
        if not chosen:
            raise Refused("nothing was ticked under “Of which agencies?”")
        moved = [agency for mine, agency in chosen if _brought(at, mine, agency, to, on)]
        if not moved:
            return Recorded("They stand there or further already; nothing was changed.")
        who_recorded(at, at.process, answer, "progress recorded", agencies=[each.key for each in moved])
        return Recorded(f"Recorded: {PLAIN[to]}: {and_joined([each.name for each in moved])}.")


class EachAgency:
    """One choice for each agency that was ticked in the list of what is open."""

    name = ""
    title = ""
    intro = ""
    label = ""
    ask = ""
    options: tuple[tuple[str, str], ...] = ()

    def form(self, at: Situation) -> Form | None:
        """One choice for each agency that is still awaited."""
        owed = handed_on(at)
        if not owed:
            return None
        return Form(
            self.title, self.intro, choice("What do you want to record?", ("recorded", self.label), BACK),
            (
                *(Field(_field(agency), Kind.ONE_OF, f"{agency.name}: {self.ask}", needed=True, options=self.options)
                  for _, agency in owed),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """All of them are recorded, or none."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        owed = handed_on(at)
        missing = [agency.name for _, agency in owed if not answer.text(_field(agency))]
        if missing:
            raise Refused(f"nothing was chosen for {and_joined(missing)}")
        came_on = date.fromisoformat(at.carries["came_on"])
        said = [self._done(at, deadline, agency, answer.text(_field(agency)), came_on) for deadline, agency in owed]
        slots = [deadline.slot for deadline, _ in owed]
        who_recorded(at, at.subject, answer, "arrivals recorded", slots=slots)
        return Recorded(f"Recorded: {and_joined(said)}.")

    def _done(self, at: Situation, deadline: Deadline, agency: Agency, chosen: str, came_on: date) -> str:
        try:
            return self.deed(at, deadline, agency, chosen, came_on)
        except IllegalReturnMove:
            state = return_of(at.session, at.subject, agency).state
            raise Refused(f"the return of {agency.name} is {PLAIN[state]}; correct that first") from None

    def deed(self, at: Situation, deadline: Deadline, agency: Agency, chosen: str, came_on: date) -> str:
        """What was chosen for the agency is recorded; gives back what to say."""
        raise NotImplementedError


class ProgressAnswers(EachAgency):
    """What authors answered to the question at half time."""

    name = "progress-answers"
    title = "how returns are coming on"
    intro = (
        "“At risk” and “cannot” are told to the agency's single point of contact at once. More time can be asked for."
    )
    label = "This is what they answered"
    ask = "how is the return coming on?"
    options = WORDS

    def deed(self, at: Situation, deadline: Deadline, agency: Agency, chosen: str, came_on: date) -> str:
        """The answer stands with the return, and the question is met."""
        step.heard(at.session, at.book, at.subject, agency, CallOutcome(chosen), came_on)
        record_arrival(at.session, at.book, at.subject, deadline, came_on)
        return f"{agency.name}: {dict(WORDS)[chosen].lower()}"


class SignedReturns(EachAgency):
    """Returns that came in: a return counts when a senior officer of the agency has signed it (B.2, row 13)."""

    name = "signed-returns"
    title = "the signature of the returns"
    intro = "A return is checked by its agency and signed by a senior officer. Without the signature it stays owed."
    label = "This is how they came"
    ask = "who signed the return?"
    options = SIGNATURES

    def deed(self, at: Situation, deadline: Deadline, agency: Agency, chosen: str, came_on: date) -> str:
        """A signed return is with the panel; one that is not signed is back with its agency."""
        if chosen == NOT_SIGNED:
            carry_return_to(at.session, at.subject, agency, ReturnState.AGENCY_QA, came_on)
            return f"{agency.name}: not signed, so it stays owed"
        step.handed_in(at.session, at.subject, agency, chosen, came_on)
        record_arrival(at.session, at.book, at.subject, deadline, came_on)
        return f"{agency.name}: {deadline.title}, signed"


class PanelRead:
    """The panel has read returns: it accepts them, or asks."""

    name = "panel-read"

    def is_open(self, at: Situation) -> bool:
        """True while there is a return that the panel has not read."""
        return bool(_standing_at(at, TO_BE_READ))

    def form(self, at: Situation) -> Form | None:
        """One choice for each return that is with the panel."""
        waiting = _standing_at(at, TO_BE_READ)
        if not waiting:
            return None
        return Form(
            "the panel's reading of the returns",
            "Leave out what the panel has not read to the end. An author with questions has "
            f"{working_days(at, 'returned')} at least.",
            choice("What do you want to record?", ("read", "The panel has read returns"), READING, BACK),
            (
                *(Field(_field(agency), Kind.ONE_OF, f"{agency.name}: what did the panel decide?", options=READ)
                  for _, agency in waiting),
                *who_decided(needed=False, who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Accepted returns are finished; the others go back to their authors with a new date."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        waiting = _standing_at(at, TO_BE_READ)
        if answer.choice == READING[0]:
            return self._being_read(at, answer, [agency for mine, agency in waiting if mine.state not in BEING_READ])
        read = {agency.key: answer.text(_field(agency)) for _, agency in waiting if answer.text(_field(agency))}
        if not read:
            raise Refused("nothing was chosen for any return")
        decision = decision_in(at, answer, may_decide=may_decide(at, at.process, self.name))
        keep_decision(at, at.process, self.name, decision, "recorded", "The panel has read returns", returns=read)
        self._each_read(at, read, [agency for _, agency in waiting], decision.on)
        if not _standing_at(at, TO_BE_READ) and not deadlines_of(at.session, at.process, "imr", only_open=True):
            owed = deadline_in(at.session, at.process, "panel_reads")
            if owed is not None and owed.state is DeadlineState.OPEN:
                meet_deadline(at.session, at.process, owed, decision.on)
        counts = [sum(each == kind for each in read.values()) for kind in (ACCEPTED, QUESTIONS)]
        return Recorded(f"Recorded: {counts[0]} accepted, {counts[1]} back with questions.")

    def _each_read(self, at: Situation, read: Mapping[str, str], agencies: Sequence[Agency], on: date) -> None:
        for agency in agencies:
            if read.get(agency.key) == ACCEPTED:
                step.accepted(at.session, at.process, agency, on)
            elif read.get(agency.key) == QUESTIONS:
                step.questions_asked(at.session, at.book, at.process, agency, on)

    def _being_read(self, at: Situation, answer: Answer, agencies: Sequence[Agency]) -> Recorded:
        if not agencies:
            return Recorded("The panel is reading all of them already; nothing was changed.")
        for agency in agencies:
            move_return(at.session, at.process, agency, ReturnState.PANEL_QA, at.today)
        who_recorded(at, at.process, answer, "reading recorded", agencies=[each.key for each in agencies])
        return Recorded(f"Recorded: the panel reads the return of {and_joined([each.name for each in agencies])}.")


def _brought(at: Situation, mine: AgencyReturn, agency: Agency, to: ReturnState, on: date) -> bool:
    """True when the return comes to stand there; one that came back from the panel begins this way again."""
    if mine.state is not ReturnState.RETURNED:
        return carry_return_to(at.session, at.process, agency, to, on)
    try:
        return move_return(at.session, at.process, agency, to, on)
    except IllegalReturnMove:
        return False


def _standing_at(at: Situation, states: Sequence[ReturnState]) -> list[tuple[AgencyReturn, Agency]]:
    return [(mine, agency) for mine, agency in at.once("returns", lambda: _returns(at)) if mine.state in states]


def _returns(at: Situation) -> list[tuple[AgencyReturn, Agency]]:
    taking_part = {each.id for each in agencies_in_scope(at.session, at.process)}
    return [each for each in returns_of(at.session, at.process) if each[1].id in taking_part]


def _day(at: Situation, answer: Answer, name: str) -> date:
    day = day_in(answer, name, at.today, not_before=None)
    insist_on_after_decision(at, at.process, day)
    return day


def _field(agency: Agency) -> str:
    return f"of_{agency.key.replace('-', '_')}"


BRIEFING = register(BriefingHeld())
ON_THEIR_WAY = register(ReturnsOnTheWay())
PROGRESS = register(ProgressAnswers())
SIGNED = register(SignedReturns())
PANEL_READ = register(PanelRead())
