"""The question with which a rapid review begins: the local authority has notified an incident (B.15, row 1)."""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.beginning import (
    NOTHING_THAT_IDENTIFIES,
    agencies_field,
    edition_line,
    faults_of_beginning,
    insist_there_is,
    no_such_process,
    secure_place_field,
)
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from flows.steps.rapid_review import KIND, notified, open_rapid_review
from models.records.boards import agencies_of
from models.rules.spoken import spoken, spoken_anchor

INCIDENT = "incident"  # the criteria of what is notified, under [criteria] of the edition


class StartRapidReview:
    """The local authority has notified an incident; no case facts are recorded, only days and what was answered."""

    name = "start-rapid-review"

    def form(self, at: Situation) -> Form | None:
        """Two days, who notified, which agencies may know something; or that this edition has no rapid reviews."""
        limbs = at.book.edition(at.guidance).criteria.get(INCIDENT, ())
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return no_such_process(at, KIND) or Form(
            "a rapid review to start",
            f"A rapid review for {at.board.name}: fifteen working days from the day of the notification. "
            f"{edition_line(at)} It gets a random reference that says nothing. {NOTHING_THAT_IDENTIFIES} Every agency "
            "named below is asked at once, also on a quiet day, to keep its records safe and for a summary. "
            "**A child in danger is never a matter for this system: use the usual ways of referral at once.**",
            choice("What do you want to record?", ("start", "The local authority has notified an incident"), BACK),
            (
                day_field("notified_on", "On which day did the local authority notify it?"),
                Field("aware_on", Kind.DATE, "On which day did the local authority become aware of it?", needed=True),
                Field("notified_by", Kind.ONE_OF, "Which agency notified it?", needed=True, options=agencies),
                agencies_field(at, "Which agencies may know of the case?"),
                Field("limbs", Kind.SOME_OF, "What is known or suspected?", "As the notification says.",
                      needed=True, options=tuple((each.key, each.value) for each in limbs)),
                secure_place_field(), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The rapid review is in the record; its run, which asks the agencies, is started right after."""
        if answer.choice == BACK[0]:
            return Recorded("No rapid review was started.")
        insist_there_is(at, KIND)
        aware_on = answer.day("aware_on")
        faults = faults_of_beginning(answer, "it does not say which agencies may know of the case")
        if aware_on is None:
            faults.append("it does not say on which day the local authority became aware")
        if not answer.text("notified_by"):
            faults.append("it does not say which agency notified it")
        if not answer.chosen("limbs"):
            faults.append("it does not say what is known or suspected")
        notified_on = at.today
        try:
            notified_on = day_in(answer, "notified_on", at.today, not_before=aware_on, event=spoken_anchor("awareness"))
        except Refused as refusal:
            faults.append(str(refusal))
        if faults or aware_on is None:
            raise Refused("; ".join(faults))
        known = {each.key: each for each in agencies_of(at.session, at.process.board_id)}
        agencies = [known[key] for key in known if key in answer.chosen("agencies")]
        process = open_rapid_review(
            at.session, at.book, at.board, notified_on, agencies, answer.text("secure_place"), None
        )
        who_recorded(at, process, answer, "incident notified", limbs=list(answer.chosen("limbs")))
        due = notified(at.session, at.book, process, known[answer.text("notified_by")], aware_on, notified_on)
        late = notified_on > due.working_target_on
        said = f" It was notified after its five working days, which ended on {spoken(due.due_on)}." if late else ""
        return Recorded(
            f"Recorded: rapid review {process.spoken_ref} is opened with {len(agencies)} agencies. Each is asked in a "
            f"moment to keep its records safe and for a summary.{said}"
        )


START_RAPID_REVIEW = register(StartRapidReview())
