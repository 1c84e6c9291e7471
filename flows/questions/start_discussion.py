"""A case discussion that the group has accepted is begun by hand."""

from __future__ import annotations

from flows.forms import Answer, Field, Form, Kind, choice
from flows.gates import Recorded, Situation, register
from flows.questions.beginning import faults_of_place
from flows.questions.decisions import BACK, decision_in, keep_decision, who_decided
from flows.steps import case_discussion as step
from models.records.boards import agencies_of


class StartDiscussion:
    """The group has accepted a case for discussion."""

    name = "start-discussion"

    def form(self, at: Situation) -> Form | None:
        """Which agencies take part, and where the secure place is."""
        agencies = agencies_of(at.session, at.process.board_id)
        return Form(
            "a case discussion to start",
            f"A case discussion for {at.board.name}, once the group that considers cases has accepted it. It gets a "
            "random reference that says nothing. **Write nothing here that could identify a child, a family or a "
            "colleague.** One that comes of a consideration is opened by the decision itself: do not start it here.",
            choice("What do you want to record?", ("start", "The group has accepted a case for discussion"), BACK),
            (
                Field("agencies", Kind.SOME_OF, "Which agencies take part?", "At least one.", needed=True,
                      options=tuple((each.key, each.name) for each in agencies)),
                Field("secure_place", Kind.TEXT, "Link to the secure place",
                      "Where the case itself is kept. Kept in the record: no page and no message shows it."),
                *who_decided(date_title="On which day was it accepted?"),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The discussion is in the record, accepted; its run is started right after."""
        if answer.choice == BACK[0]:
            return Recorded("No case discussion was started.")
        chosen, place = answer.chosen("agencies"), answer.text("secure_place")
        faults = ([] if chosen else ["no agency takes part"]) + faults_of_place(place)
        decision = decision_in(at, answer, may_decide=at.book.may_decide(at.book.guidance, self.name), faults=faults)
        agencies = [each for each in agencies_of(at.session, at.process.board_id) if each.key in chosen]
        process = step.open_discussion(at.session, at.book, at.board, decision.on, agencies, place)
        keep_decision(at, process, self.name, decision, "start", "A case discussion is to begin")
        step.accepted(at.session, at.book, process, decision.on)
        return Recorded(
            f"Recorded: case discussion {process.spoken_ref} is opened with {len(agencies)} agencies, which are asked "
            "to find practitioners and for a short note. Its first form opens in a moment."
        )


START_DISCUSSION = register(StartDiscussion())
