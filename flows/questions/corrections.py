"""What was recorded by mistake, and text that must not stand where it stands: put right by a later entry."""

from __future__ import annotations

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, day_in, insist_on_after_decision, recorded_by, who_recorded
from flows.steps.corrections import arrival_came_on, arrival_had_not_come, decision_was_none
from models.records.asks import GateAnswer
from models.records.chasing import NotOpen
from models.records.corrections import RecordedThing, TypedText, recorded_things, reviews_of, typed_texts
from models.records.deadlines import Deadline
from models.records.history import NoSuchWords, remove_words
from models.records.moving import agency_of
from models.records.processes import Process, process_by_ref
from models.records.taking_back import LaterFirst, NotToBeTakenBack, NotWholly
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role
from reports.markdown_pieces import upper_first
from reports.words import decision_words

WRONG_DAY = "wrong-day"
WHY_WRONG = (
    ("wrong-review", "It belongs to another review"),
    ("wrong-agency", "It belongs to another agency"),
    (WRONG_DAY, "The day is wrong"),
    ("not-happened", "It had not happened"),
)
WHY_REMOVED = (
    ("names-somebody", "It names or could identify somebody"),
    ("wrong-place", "It belongs into the secure place"),
    ("asked-for", "The person whom it is about has asked for it"),
)
FIELDS = {
    "decided_by": "who decided", "meeting": "in which meeting", "recorded_by": "who recorded it",
    "reviewer": "who the reviewer is", "checked_by": "who checked the address", "method_reason": "where it is minuted",
}  # fmt: skip
INSTEAD = {
    "pause": "record under “The review pauses, or goes on” what holds now",
    "initial-meeting-again": "record once more that it was held again, with the right day",
    "panel-read": "record what the panel decided when it reads the return next; a final return that is not wanted can "
    "be waived",
    "waive": "tell whoever owed it that it is wanted all the same, and see to it yourself",
    "agencies-changed": "record under “An agency joins or leaves” that it joins or leaves again",
    "more-time": "tell whoever owes it which day holds, and note the call",
    "update-meetings": "cancel the meetings, or plan them anew",
    "terms-circulated": "tick as arrived, with their days, the agreements that were asked for once more",
}
MOST_LINES = 200


class CorrectMistake:
    """An arrival or a decision was recorded by mistake."""

    name = "correct-mistake"

    def is_open(self, at: Situation) -> bool:
        """True while there is something that was recorded."""
        return bool(_options(at))

    def form(self, at: Situation) -> Form | None:
        """The last things that were recorded of each review, newest first."""
        options = _options(at)
        if not options:
            return None
        return Form(
            "a mistake to correct",
            "Nothing is erased: a later entry puts it right. An arrival is owed again by its old date. A decision is "
            "taken back with all that came of it, the newest first; then record it anew. Where that cannot be, you are "
            "told what to record instead. Whoever was told because of "
            "it hears that it was a mistake.",
            choice("What was wrong?", *WHY_WRONG, BACK),
            (
                Field("what", Kind.ONE_OF, "Which entry?", "The last twenty of each review.", needed=True,
                      options=tuple(options[:MOST_LINES])),
                Field("right_on", Kind.DATE, "The right day", "Only for an arrival on the wrong day."),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The entry is put right by another one, and the review's run looks again."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was changed.")
        process, thing = _chosen(at, answer.text("what"))
        if thing.arrival is not None:
            said = _correct_arrival(at, process, thing.arrival, answer)
        elif thing.decision is not None:
            said = _correct_decision(at, process, thing.decision, answer)
        else:
            raise Refused("that entry cannot be corrected here")
        who_recorded(at, process, answer, "mistake corrected", why=answer.choice)
        return Recorded(said, look_again=(process.ref,))


class RemoveText:
    """A text that somebody typed must not stand in the record."""

    name = "remove-text"

    def is_open(self, at: Situation) -> bool:
        """True while somebody has typed anything that is kept."""
        return bool(typed_texts(at.session, at.process.board_id, 1))

    def form(self, at: Situation) -> Form | None:
        """Where texts are kept, never what they say."""
        texts = typed_texts(at.session, at.process.board_id, MOST_LINES)
        options = [(_place(each), _place_words(each)) for each in texts]
        if not options:
            return None
        return Form(
            "a text to remove",
            "The text is blanked for good. The history keeps which, when, why and by whom, and still proves that "
            "nothing else was altered. The texts themselves are not shown here.",
            choice("Why is it to be removed?", *WHY_REMOVED, BACK),
            (
                Field("which", Kind.ONE_OF, "Which text?", "By review, entry, field and day; the newest first.",
                      needed=True, options=tuple(options)),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The text is gone, and the history says so."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was changed.")
        if not answer.text("which"):
            raise Refused("it does not say which text")
        ref, seq, name = answer.text("which").split("/")
        process = process_by_ref(at.session, ref, for_update=True)
        try:
            remove_words(at.session, process, int(seq), name, answer.choice)
        except NoSuchWords:
            raise Refused("that text is not there any more") from None
        who_recorded(at, process, answer, "text removed", seq=int(seq), name=name)
        return Recorded(f"Recorded: the text is removed from {_review_words(process)}.")


def _options(at: Situation) -> list[tuple[str, str]]:
    return [
        (_value(process, thing), f"{process.spoken_ref}: {_words(at, thing)}")
        for process in reviews_of(at.session, at.process.board_id)
        for thing in recorded_things(at.session, process)
    ]


def _value(process: Process, thing: RecordedThing) -> str:
    if thing.arrival is not None:
        return f"{process.ref}/arrival/{thing.arrival.id}"
    return f"{process.ref}/decision/{thing.decision.id if thing.decision else 0}"


def _words(at: Situation, thing: RecordedThing) -> str:
    recorded = f"recorded on {spoken(clock.local(thing.at).date())}"
    if thing.decision is not None:
        one = thing.decision
        return f"decision “{decision_words(one.gate, one.decision)}” of {spoken(one.decided_on)}, {recorded}"
    return f"{_arrival_words(at, thing.arrival)}, {recorded}" if thing.arrival is not None else recorded


def _arrival_words(at: Situation, deadline: Deadline) -> str:
    agency = agency_of(at.session, deadline)
    owner = agency.name if agency else upper_first(spoken_role(deadline.owner_role))
    return f"{owner}: {deadline.title}, arrived on {spoken(deadline.met_on or at.today)}"


def _chosen(at: Situation, value: str) -> tuple[Process, RecordedThing]:
    if not value:
        raise Refused("it does not say which entry")
    process = process_by_ref(at.session, value.partition("/")[0], for_update=True)
    for thing in recorded_things(at.session, process):
        if _value(process, thing) == value:
            return process, thing
    raise Refused("that entry was corrected in the meantime; the list below is up to date")


def _correct_arrival(at: Situation, process: Process, deadline: Deadline, answer: Answer) -> str:
    words = _arrival_words(at, deadline)
    if answer.choice != WRONG_DAY:
        if process.closed_at is not None:
            raise Refused("the review is closed; take back first the decision that closed it")
        arrival_had_not_come(at.session, at.book, process, deadline, answer.choice)
        return f"Recorded: that was a mistake: {words}. It is owed again by {spoken(deadline.working_target_on)}."
    if answer.day("right_on") is None:
        raise Refused("it does not say which day is the right one")
    day = day_in(answer, "right_on", at.today, not_before=None)
    insist_on_after_decision(at, process, day)
    try:
        arrival_came_on(at.session, process, deadline, day, answer.choice)
    except NotOpen:
        raise Refused("that entry was corrected in the meantime; the list below is up to date") from None
    return f"Recorded: {words.partition(', arrived on')[0]} arrived on {spoken(day)}."


def _correct_decision(at: Situation, process: Process, decision: GateAnswer, answer: Answer) -> str:
    words = decision_words(decision.gate, decision.decision)
    try:
        told = decision_was_none(at.session, at.book, process, decision, answer.choice)
    except NotWholly as whole:
        raise Refused(_not_wholly(decision, whole.decision)) from None
    except LaterFirst as first:
        later = first.later
        raise Refused(
            f"“{decision_words(later.gate, later.decision)}” of {spoken(later.decided_on)} was recorded after it and "
            "depends on it; take that back first"
        ) from None
    except NotToBeTakenBack:
        raise Refused("that decision was taken back in the meantime; the list below is up to date") from None
    heard = f" {told} {'person hears' if told == 1 else 'people hear'} that it was a mistake." if told else ""
    again = " If only the day was wrong, record it anew with the right one." if answer.choice == WRONG_DAY else ""
    return f"Recorded: “{words}” is taken back; {process.spoken_ref} stands where it was before.{heard}{again}"


def _not_wholly(decision: GateAnswer, stands: GateAnswer) -> str:
    """What to do instead of taking it back."""
    instead = INSTEAD.get(stands.gate, "record what holds now")
    words = f"“{decision_words(stands.gate, stands.decision)}” of {spoken(stands.decided_on)}"
    if stands.id == decision.id:
        return f"{words} cannot be taken back with all that came of it; {instead}"
    return f"{words} was recorded after it, rests on it and cannot be taken back with all that came of it; {instead}"


def _place(text: TypedText) -> str:
    return f"{text.process.ref}/{text.seq}/{text.name}"


def _place_words(text: TypedText) -> str:
    gate = text.gate.replace("-", " ")
    field = FIELDS.get(text.name, text.name.replace("_", " "))
    entry = f"{text.deed} “{gate}”" if gate else text.deed
    return f"{_review_words(text.process)}: {entry} of {spoken(text.on)}, {field} (entry {text.seq})"


def _review_words(process: Process) -> str:
    return "the desk" if process.kind == "desk" else process.spoken_ref


CORRECT_MISTAKE = register(CorrectMistake())
REMOVE_TEXT = register(RemoveText())
