"""The national panel has written, was attended, or has sent its advice: recorded by the office, whenever it comes.

B.1, row 12: it asks for information or a meeting, mostly after a decision against a review. It may do so when the case
was considered long ago, so this stands at the desk too and offers closed cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from flows.steps import national_panel as step
from models.records.processes import Process, anchors_of, process_by_ref
from models.records.shown import processes_decided
from models.rules.spoken import and_joined, spoken
from models.rules.working_days import is_working_day

MOST_LINES = 200
ASKED, ATTENDED, ADVICE, SATISFIED = "asked", "attended", "advice", "satisfied"


class PanelHasWritten:
    """What came from the national panel, and what it brings with it."""

    name = "panel-has-written"
    label = "The national panel has written, was attended, or has sent its advice"

    def is_open(self, at: Situation) -> bool:
        """True for a case that is decided, from the desk while there is one."""
        return bool(_cases(at))

    def form(self, at: Situation) -> Form | None:
        """Which case, what came, and the days that the letter names."""
        cases = _cases(at)
        if not cases:
            return None
        options = tuple((each.ref, _label(each)) for each in cases[:MOST_LINES])
        return Form(
            "word of the national panel",
            "A reply is owed by the day that the panel's letter names, else within ten working days. It is prepared "
            "in the folder of papers for a person to complete and send; Sightline sends nothing to the panel.",
            choice(
                "What do you want to record?",
                (ASKED, "It has written and asks for a reply"),
                (ATTENDED, "Somebody was there for the board, as it had asked"),
                (ADVICE, "Its advice has come, and the Board is to answer"),
                (SATISFIED, "Its advice has come, and no answer is wanted"),
                BACK,
            ),
            (
                Field("about", Kind.ONE_OF, "Which case?", "Not needed where there is only one.", options=options),
                day_field("on", "On which day: the day of its letter, of the meeting, or on which the advice came?"),
                Field("reply_by", Kind.DATE, "By which day does it want a reply?", "Empty if it names none."),
                Field("attend_on", Kind.DATE, "On which day is the Chair to be there in person?",
                      "Empty where nobody is asked to come."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """What it brings with it is owed, or is done."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        process = _chosen(at, answer)
        decided_on = anchors_of(at.session, process.id or 0).get("decision")
        on = day_in(answer, "on", at.today, not_before=decided_on, event="the decision")
        if answer.choice == ASKED:
            said = _asked(at, process, answer, on)
        elif answer.choice == ATTENDED:
            said = _attended(at, process, on)
        else:
            wanted = answer.choice == ADVICE
            step.advice_came(at.session, at.book, process, on, answer_wanted=wanted)
            owed = " The Board's answer is owed; its letter lies in the folder papers." if wanted else ""
            said = f"the advice of the national panel has come, on {spoken(on)}.{owed}"
        who_recorded(at, process, answer, "word of the national panel recorded", choice=answer.choice)
        return Recorded(f"Recorded: {said}", look_again=(process.ref,) if process.id != at.process.id else ())


def _asked(at: Situation, process: Process, answer: Answer, on: date) -> str:
    letter = step.PanelLetter(on, answer.day("reply_by"), answer.day("attend_on"))
    named = {"the reply": letter.reply_by, "attendance": letter.attend_on}
    faults = [
        f"the day for {what}, {spoken(day)}, is before its letter" for what, day in named.items() if day and day < on
    ]
    if letter.attend_on is not None and not is_working_day(letter.attend_on, at.book.calendar):
        faults.append(f"{spoken(letter.attend_on)} is no working day; please check the day of the meeting")
    if faults:
        raise Refused("; ".join(faults))
    opened = step.panel_asked(at.session, at.book, process, letter)
    owed = and_joined([f"“{each.title}” by {spoken(each.working_target_on)}" for each in opened])
    return f"the national panel has written on {spoken(on)}. Owed now: {owed}."


def _attended(at: Situation, process: Process, on: date) -> str:
    if not step.open_of(at.session, process, step.ATTENDANCE):
        raise Refused("nobody was asked to be there; record first that the panel has written")
    step.attended(at.session, at.book, process, on)
    return f"somebody was there for the board, on {spoken(on)}."


def _cases(at: Situation) -> Sequence[Process]:
    """The process itself once it is decided; from the desk every one that was decided, closed ones too."""
    if at.process.kind != "desk":
        if not step.may_be_asked(at.book, at.process):
            return []
        is_decided = "decision" in at.once("anchors", lambda: anchors_of(at.session, at.process.id or 0))
        return [at.process] if is_decided else []
    known = at.once("decided", lambda: processes_decided(at.session, at.process.board_id, MOST_LINES))
    return [each for each in known if step.may_be_asked(at.book, each)]


def _chosen(at: Situation, answer: Answer) -> Process:
    cases = _cases(at)
    ref = answer.text("about") or (cases[0].ref if len(cases) == 1 else "")
    if not ref:
        raise Refused("it does not say which case")
    if ref not in {each.ref for each in cases}:
        raise Refused("that case is not one that the national panel asks about")
    return process_by_ref(at.session, ref, for_update=True)


def _label(process: Process) -> str:
    return f"{process.spoken_ref}{' (closed)' if process.closed_at is not None else ''}"


PANEL_HAS_WRITTEN = register(PanelHasWritten())
