"""Letters to bodies outside the board: the office records which it has sent, who sent it, when, and by which way."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, LONGEST_NAME, day_field, day_in, recorded_by
from flows.questions.restriction import insist_that_they_may_arrive
from flows.steps.bodies import goes_outside, letter_sent, letters_to_send
from models.records.chasing import deadline_in
from models.records.deadlines import Deadline, DeadlineState
from models.records.processes import Process, anchors_of, process_by_ref
from models.rules.spoken import and_joined, spoken

MOST_LINES = 200
WAYS = (
    ("secure-mail", "By secure e-mail from the board's mailbox"),
    ("portal", "Through the body's own secure portal"),
    ("post", "By recorded post"),
    ("by-hand", "Handed over in person"),
)


class LettersSent:
    """Somebody has sent one or more of the letters that were prepared."""

    name = "letters-sent"
    label = "A letter to a body outside the board was sent"

    def is_open(self, at: Situation) -> bool:
        """True while such a letter is owed by the process, or from the desk by any of the board."""
        if at.process.kind != "desk":
            return at.is_owed(lambda kind: goes_outside(at.book, at.process, kind))
        return bool(letters_to_send(at.session, at.book, at.process))

    def form(self, at: Situation) -> Form | None:
        """Each letter that is still owed."""
        owed = letters_to_send(at.session, at.book, at.process)
        if not owed:
            return None
        options = tuple((f"{process.ref}/{each.slot}", _label(process, each)) for process, each in owed[:MOST_LINES])
        return Form(
            "a letter that was sent",
            "Sightline writes to nobody outside the board. It has put each letter into the folder of papers; somebody "
            "completes and sends it, and records it here.",
            choice("What do you want to record?", ("sent", "The letters ticked below were sent"), BACK),
            (
                Field("which", Kind.SOME_OF, "Which letters?", "Tick those that went together.", needed=True,
                      options=options),
                Field("sent_by", Kind.TEXT, "Who sent them? (name)", "Kept in the record only.", needed=True),
                Field("way", Kind.ONE_OF, "By which way?", needed=True, options=WAYS),
                day_field("sent_on", "On which day were they sent?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The letters are not owed any more."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        on = _sent_on(at, answer)
        words = {name: answer.text(name)[:LONGEST_NAME] for name in ("sent_by", "recorded_by") if answer.text(name)}
        said, touched = [], []
        for value in sorted(answer.chosen("which")):
            ref, _, slot = value.partition("/")
            process = process_by_ref(at.session, ref, for_update=True)
            _insist_on_order(at, process, on)
            owed = deadline_in(at.session, process, slot)
            if owed is None or owed.state is not DeadlineState.OPEN:
                continue
            insist_that_they_may_arrive(at.session, process, (owed.kind,))
            letter_sent(at.session, at.book, process, owed, on, answer.text("way"), words)
            said.append(f"{owed.title} ({process.spoken_ref})")
            touched += [ref] if process.id != at.process.id else []
        if not said:
            return Recorded("All of it had been recorded before; nothing was changed.")
        return Recorded(f"Recorded as sent on {spoken(on)}: {and_joined(said)}.", look_again=tuple(touched))


def _sent_on(at: Situation, answer: Answer) -> date:
    """The day on which they were sent. Raises Refused, with everything that is missing at once."""
    faults = [] if answer.chosen("which") else ["no letter was ticked"]
    missing = {"sent_by": "it does not say who sent them", "way": "it does not say by which way"}
    faults += [words for name, words in missing.items() if not answer.text(name)]
    on = at.today
    try:
        on = day_in(answer, "sent_on", at.today, not_before=None)
    except Refused as refusal:
        faults.append(str(refusal))
    if faults:
        raise Refused("; ".join(faults))
    return on


def _insist_on_order(at: Situation, process: Process, on: date) -> None:
    """No letter about a process went before its decision, or before it was signed off. Raises Refused."""
    happened = anchors_of(at.session, process.id or 0)
    decided_on = happened.get("decision") or happened.get("sign-off")
    if decided_on is not None and on < decided_on:
        raise Refused(f"{spoken(on)} is before the decision on {process.spoken_ref}, which was on {spoken(decided_on)}")


def _label(process: Process, owed: Deadline) -> str:
    return f"{process.spoken_ref}: {owed.title} (due {spoken(owed.working_target_on)})"


LETTERS_SENT = register(LettersSent())
