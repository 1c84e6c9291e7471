"""Copies of a report that is no longer published, given to whoever asks (B.3, row 12)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from flows.questions.restriction import insist_that_it_may_be_published
from flows.steps import serious_case_review as step
from models.records.processes import Process, process_by_ref
from models.records.publications import publication_of, taken_down
from models.rules.spoken import spoken


class CopyGiven:
    """Somebody asked for a report that was taken down, and has a copy; also when its review is closed."""

    name = "copy-given"

    def is_open(self, at: Situation) -> bool:
        """True while there is a report that was taken down."""
        return bool(_known(at))

    def form(self, at: Situation) -> Form | None:
        """Of which report, and when; who asked is not kept."""
        known = _known(at)
        if not known:
            return None
        return Form(
            "a copy on request",
            "A report that is no longer on the website is copied on request. Who asked is not kept here.",
            choice("What do you want to record?", ("given", "A copy was given"), BACK),
            (
                Field("review", Kind.ONE_OF, "Of which review?", needed=True,
                      options=tuple((each.ref, each.spoken_ref) for each in known)),
                day_field("given_on", "On which day?"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """One copy more was given."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        chosen = [each for each in _known(at) if each.ref == answer.text("review")]
        if not chosen:
            raise Refused("it does not say of which review")
        process = process_by_ref(at.session, chosen[0].ref, for_update=True)
        insist_that_it_may_be_published(at.session, process)
        known = publication_of(at.session, process)
        since = known.since_on if known is not None else None
        on = day_in(answer, "given_on", at.today, not_before=since, event="the day on which it was taken down")
        copies = step.copy_given(at.session, process, on)
        who_recorded(at, process, answer, "copy recorded")
        counted = "the first copy" if copies == 1 else f"copy number {copies}"
        return Recorded(f"Recorded: {counted} of the report of {process.spoken_ref}, on {spoken(on)}.")


def _known(at: Situation) -> Sequence[Process]:
    return at.once("taken down", lambda: taken_down(at.session, at.process.board_id))
