"""Blackout days of a review: from a day to a day, and never why."""

from __future__ import annotations

from collections.abc import Sequence

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, recorded_by, who_recorded
from models.records.delays import BlackoutBackwards, blackouts_of, lift_blackout, set_blackout
from models.records.processes import Process, open_processes, process_by_ref
from models.rules.spoken import spoken


class BlackoutDays:
    """Days on which no meeting of a review is proposed and nothing of it is published."""

    name = "blackout-days"

    def is_open(self, at: Situation) -> bool:
        """True while a review is open."""
        return bool(_reviews(at))

    def form(self, at: Situation) -> Form | None:
        """Which review and which days, or which days are lifted."""
        reviews = _reviews(at)
        if not reviews:
            return None
        lifts = [
            (f"lift:{process.ref}:{each.id}",
             f"Lift: {process.spoken_ref}, {spoken(each.from_on)} to {spoken(each.until_on)}")
            for process in reviews
            for each in blackouts_of(at.session, process)
        ]  # fmt: skip
        return Form(
            "blackout days",
            "Days on which no meeting is proposed and nothing is published, and on which practitioners and family are "
            "left in peace. Reminders to agencies go on. **Do not write why**, neither here nor "
            "anywhere else: the days alone are kept.",
            choice("What do you want to record?", ("set", "These are blackout days"), *lifts, BACK),
            (
                Field("which", Kind.ONE_OF, "For which review?", "Needed for new days.",
                      options=tuple((each.ref, each.spoken_ref) for each in reviews)),
                Field("from_on", Kind.DATE, "From which day?", "Needed for new days."),
                Field("until_on", Kind.DATE, "Until which day?", "Leave empty for one day alone."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The days are kept, or are as any others again."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        if answer.choice.startswith("lift:"):
            return _lift(at, answer)
        faults = [] if answer.text("which") else ["it does not say for which review"]
        from_on = answer.day("from_on")
        until_on = answer.day("until_on") or from_on
        if from_on is None or until_on is None:
            raise Refused("; ".join([*faults, "it does not say from which day"]))
        if until_on < at.today:
            faults.append("these days are past")
        if faults:
            raise Refused("; ".join(faults))
        process = process_by_ref(at.session, answer.text("which"), for_update=True)
        try:
            set_blackout(at.session, process, from_on, until_on)
        except BlackoutBackwards:
            raise Refused("the days end before they begin") from None
        who_recorded(at, process, answer, "blackout recorded")
        return Recorded(f"Recorded: blackout days of {process.spoken_ref}, {spoken(from_on)} to {spoken(until_on)}.")


def _lift(at: Situation, answer: Answer) -> Recorded:
    _, ref, number = answer.choice.split(":")
    process = process_by_ref(at.session, ref, for_update=True)
    for each in blackouts_of(at.session, process):
        if each.id == int(number):
            lift_blackout(at.session, process, each)
            who_recorded(at, process, answer, "blackout recorded")
            return Recorded(f"Recorded: these days of {process.spoken_ref} are as any others again.")
    return Recorded("That was lifted in the meantime; nothing was changed.")


def _reviews(at: Situation) -> Sequence[Process]:
    return [each for each in open_processes(at.session, at.process.board_id) if each.kind != "desk"]


BLACKOUT_DAYS = register(BlackoutDays())
