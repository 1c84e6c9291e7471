"""Terms of reference: versions, circulation, and going on although somebody is silent (BD-46)."""

from __future__ import annotations

from dataclasses import dataclass

from flows.forms import Answer
from flows.gates import Situation
from flows.questions.decision_form import DecisionForm, keep, owing
from flows.questions.decisions import Decision
from flows.steps import practice_learning_review as step
from models.records.chasing import deadlines_of, end_deadline
from models.records.deadlines import Deadline, DeadlineState
from models.rules.spoken import and_joined
from models.rules.stages import Stage

MAY_CIRCULATE = (Stage.TIMETABLE_SET, Stage.TERMS_AGREED)


@dataclass(frozen=True)
class TermsCirculated(DecisionForm):
    """A version of the terms of reference goes to every member; a later one asks all of them again."""

    def is_open(self, at: Situation) -> bool:
        return at.process.stage in MAY_CIRCULATE and at.slot(self.slot) is not None


def _circulate(at: Situation, decision: Decision, answer: Answer) -> str:
    version = step.version_of_terms(at.session, at.process) + 1
    keep(at, TERMS_CIRCULATED, decision, version=version)
    step.terms_circulated(at.session, at.book, at.process, decision.on, version)
    which = "the draft terms of reference were" if version == 1 else f"version {version} of the terms of reference was"
    return f"{which} circulated; every member is asked to agree"


TERMS_CIRCULATED = TermsCirculated(
    name="terms-circulated",
    title="terms of reference",
    intro="The panel chair drafts the terms of reference and circulates them to every member. Recorded again, it is a "
    "new version, and every member is asked once more.",
    label="Terms of reference were circulated",
    plain="The terms of reference were circulated",
    slot="terms_draft",
    counted_from="initial-meeting",
    deed=_circulate,
    date_title="On which day?",
)


@dataclass(frozen=True)
class TermsGoOn(DecisionForm):
    """The panel goes on although some members have not agreed; they stay owed, chased and shown."""

    def is_open(self, at: Situation) -> bool:
        drafted = at.slot("terms_draft")
        circulated = drafted is not None and drafted.state is not DeadlineState.OPEN
        return at.process.stage is Stage.TIMETABLE_SET and circulated


def _go_on(at: Situation, decision: Decision, answer: Answer) -> str:
    missing = owing(at, "terms_agreed")
    by_silence = bool(at.book.board.row.switches.silence_counts_as_agreement)
    silent_ones = _silent(at) if by_silence else []
    agreed = [each.slot.partition(":")[2] for each in silent_ones]
    keep(at, TERMS_GO_ON, decision, without=[key for key, _ in missing], agreed_by_silence=agreed)
    for deadline in silent_ones:
        end_deadline(at.session, at.process, deadline, DeadlineState.ENDED, "silence counts as agreement")
    step.terms_settled(at.session, at.process, step.version_of_terms(at.session, at.process), decision.on)
    names = and_joined([name for key, name in missing if key not in agreed]) or "nobody"
    silent = and_joined([name for key, name in missing if key in agreed])
    also = f"; by the board's rule silence counts as agreement of {silent}" if silent else ""
    return f"the panel goes on with the terms of reference{also}; still owed by {names}"


def _silent(at: Situation) -> list[Deadline]:
    """What is owed by agencies whose silence counts as agreement, because the date is past: a setting of the board."""
    owed = deadlines_of(at.session, at.process, "terms_agreed", only_open=True)
    return [each for each in owed if each.working_target_on < at.today]


TERMS_GO_ON = TermsGoOn(
    name="terms-go-on",
    title="going on with the terms of reference",
    intro="Silence is not taken for consent, unless the board's settings say so: whoever has not agreed stays on the "
    "list and is still asked.",
    label="The panel goes on although not every member has agreed",
    plain="The panel goes on with the terms of reference",
    slot="",
    counted_from="initial-meeting",
    deed=_go_on,
    after="terms_draft",
)
