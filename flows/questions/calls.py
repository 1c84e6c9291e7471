"""A telephone call about something that is owed: noted in one form."""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, day_field, day_in, insist_on_after_decision, recorded_by, who_recorded
from flows.questions.owed import about_field, anything_owed, chosen
from models.records.chasing import LONGEST_HOLD_WORKING_DAYS, HeldBefore, NotOpen, note_call
from models.records.deadlines import CallOutcome
from models.rules.spoken import spoken

OUTCOMES = (
    (CallOutcome.PROMISE.value, "They rang, or were rung: it comes on the day below"),
    (CallOutcome.ON_TRACK.value, "It is on track"),
    (CallOutcome.AT_RISK.value, "It is at risk"),
    (CallOutcome.CANNOT.value, "They cannot deliver it"),
    (CallOutcome.NO_ANSWER.value, "Nobody answered"),
)


class NoteCall:
    """Which thing owed, what was said, and until when chasing is held."""

    name = "note-call"

    def is_open(self, at: Situation) -> bool:
        """True while anything is owed."""
        return anything_owed(at, _not_a_limit)

    def form(self, at: Situation) -> Form | None:
        """All that is owed to the process, or to the whole board from its desk."""
        about = about_field(at, "About what?", _not_a_limit)
        if not about.options:
            return None
        return Form(
            "a telephone call",
            f"A promise holds the chasing until its day, at most {LONGEST_HOLD_WORKING_DAYS} working days and once. "
            "The due date stays.",
            choice("What was said?", *OUTCOMES, BACK),
            (
                about,
                Field("promised_on", Kind.DATE, "Promised for which day?", "Needed for a promise."),
                day_field("called_on", "On which day was the call?"),
                recorded_by(),
            ),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The call is noted; a promise holds the chasing."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        missing = "it does not say what the call was about"
        process, deadline = chosen(at, answer.text("about"), _not_a_limit, missing)
        outcome = CallOutcome(answer.choice)
        called_on = day_in(answer, "called_on", at.today, not_before=None)
        insist_on_after_decision(at, process, called_on)
        promised_on = answer.day("promised_on")
        if outcome is CallOutcome.PROMISE and promised_on is None:
            raise Refused("it does not say for which day it is promised")
        if outcome is CallOutcome.PROMISE and promised_on and promised_on < at.today:
            raise Refused("the promised day is past; choose today or a later day")
        try:
            note = note_call(at.session, at.book, process, deadline, outcome, called_on, promised_on)
        except HeldBefore:
            raise Refused("chasing was held once already for this; a second promise does not hold it") from None
        except NotOpen:
            return Recorded("That was settled in the meantime; nothing was changed.")
        who_recorded(at, process, answer, "call recorded", slot=deadline.slot)
        if note.held_until_on is None:
            return Recorded("Recorded: the call is noted. The due date and the reminders stay as they are.")
        return Recorded(
            f"Recorded: promised for {spoken(promised_on or called_on)}. Nobody is chased for it until the end of "
            f"{spoken(note.held_until_on)}. The due date stays {spoken(deadline.working_target_on)}."
        )


def _not_a_limit(kind: str) -> bool:
    return kind not in ("limit", "decision_limit")


NOTE_CALL = register(NoteCall())
