"""Who takes part: agencies that join a review under way or leave it, and an initial meeting that is held again."""

from __future__ import annotations

from dataclasses import dataclass

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decision_form import DecisionForm, keep
from flows.questions.decisions import BACK, Decision, decision_in, keep_decision, may_decide, who_decided
from flows.questions.figures import times
from flows.steps import practice_learning_review as step
from flows.steps import taking_part
from flows.steps.courses import BEING_SET_UP
from models.records.boards import agencies_of
from models.records.moving import agencies_in_scope
from models.records.processes import anchors_of
from models.records.returns import return_of
from models.rules.returns import PLAIN, IllegalReturnMove
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage

WHILE_RETURNS_ARE_WANTED = (*BEING_SET_UP, Stage.TIMETABLE_SET, Stage.TERMS_AGREED, Stage.REPORT_DRAFTED)
AN_AGENCY_CHANGES = "An agency joins or leaves"  # in the list of what is open
MAY_MEET_AGAIN = (Stage.TIMETABLE_SET, Stage.TERMS_AGREED, Stage.REPORT_DRAFTED)


class AgenciesChanged:
    """Agencies join or leave a review that is under way."""

    name = "agencies-changed"

    def is_open(self, at: Situation) -> bool:
        """True until the report is signed off."""
        return at.process.stage in WHILE_RETURNS_ARE_WANTED

    def form(self, at: Situation) -> Form | None:
        """Those that could join, and those that could leave."""
        if not self.is_open(at):
            return None
        taking_part_now = agencies_in_scope(at.session, at.process)
        known = {each.id for each in taking_part_now}
        others = [each for each in agencies_of(at.session, at.process.board_id) if each.id not in known]
        fields = [
            Field("join", Kind.SOME_OF, "Which agencies take part from now on?",
                  options=tuple((each.key, each.name) for each in others)),
            Field("leave", Kind.SOME_OF, "Which agencies take part no more?",
                  options=tuple((each.key, each.name) for each in taking_part_now)),
        ]  # fmt: skip
        return Form(
            "the agencies that take part",
            "An agency that joins is asked for an author and has its own dates. Of one that leaves nothing is owed any "
            "more; what was said stays in the history.",
            choice("What do you want to record?", ("changed", "The agencies change as ticked below"), BACK),
            (*(each for each in fields if each.options), *who_decided(who=at.who)),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Each agency has joined or left."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        joining, leaving = answer.chosen("join"), answer.chosen("leave")
        staying = {each.key for each in agencies_in_scope(at.session, at.process)} - set(leaving)
        if not joining and not leaving:
            raise Refused("nothing was ticked")
        if not staying and not joining:
            raise Refused("no agency would be left; a review needs at least one")
        decision = decision_in(at, answer, may_decide=may_decide(at, at.process, self.name))
        plain = "The agencies that take part have changed"
        keep_decision(at, at.process, self.name, decision, "recorded", plain, join=list(joining), leave=list(leaving))
        known = {each.key: each for each in agencies_of(at.session, at.process.board_id)}
        tight = {}
        for key in (*leaving, *joining):
            try:
                if key in leaving:
                    taking_part.agency_leaves(at.session, at.process, known[key])
                else:
                    tight[key] = taking_part.agency_joins(at.session, at.book, at.process, known[key])
            except IllegalReturnMove:
                state = return_of(at.session, at.process, known[key]).state
                raise Refused(f"the return of {known[key].name} is {PLAIN[state]}; correct that first") from None
        return Recorded(_said([known[key].name for key in joining], [known[key].name for key in leaving], tight))


def _said(joined: list[str], left: list[str], tight: dict[str, list[str]]) -> str:
    parts = []
    if joined:
        parts.append(f"{and_joined(joined)} take{'s' if len(joined) == 1 else ''} part from now on")
    if left:
        parts.append(f"{and_joined(left)} take{'s' if len(left) == 1 else ''} part no more")
    careful = [sentence for sentences in tight.values() for sentence in sentences]
    return f"Recorded: {and_joined(parts)}." + (f" Please note: {and_joined(careful)}." if careful else "")


@dataclass(frozen=True)
class MeetingAgain(DecisionForm):
    """The initial meeting is held again, and everything not met yet counts from it."""

    def is_open(self, at: Situation) -> bool:
        return at.process.stage in MAY_MEET_AGAIN


def _meet_again(at: Situation, decision: Decision, answer: Answer) -> str:
    before = anchors_of(at.session, at.process.id or 0)["initial-meeting"]
    if decision.on == before:
        raise Refused(f"the initial meeting of {spoken(before)} is recorded already")
    keep(at, INITIAL_MEETING_AGAIN, decision, before=before)
    concerns = step.initial_meeting_again(at.session, at.book, at.process, decision.on)
    said = "the initial meeting was held again; everything that is not met counts from it"
    return said if not concerns else f"{said} ({' '.join(concerns)})"


def _what_counts_from_it(at: Situation) -> str:
    return (
        f"When the initial meeting has to be held again, the {times(at, 'limit')} and every date that is not met count "
        "from the new day. What was said so far stays in the history; everybody gets the new dates."
    )


INITIAL_MEETING_AGAIN = MeetingAgain(
    name="initial-meeting-again",
    title="the initial meeting, held again",
    intro=_what_counts_from_it,
    label="The initial meeting was held again",
    plain="The initial meeting was held again and the timetable is set anew",
    slot="",
    counted_from="agreement",
    deed=_meet_again,
    date_title="On which day was it held again?",
)
AGENCIES_CHANGED = register(AgenciesChanged())
