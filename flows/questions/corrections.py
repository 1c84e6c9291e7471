"""What was recorded by mistake, and text that must not stand where it stands: put right by a later entry."""

from __future__ import annotations

from datetime import date

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, day_in, insist_on_after_decision, recorded_by, who_recorded
from flows.questions.taking_part import AGENCIES_CHANGED, AN_AGENCY_CHANGES, INITIAL_MEETING_AGAIN
from flows.steps.corrections import arrival_came_on, arrival_had_not_come, decision_was_none
from models.records.asks import GateAnswer
from models.records.boards import agencies_of
from models.records.chasing import NotOpen, deadline_in
from models.records.corrections import RecordedThing, TypedText, recorded_things, reviews_of, typed_texts
from models.records.deadlines import Deadline
from models.records.history import NoSuchWords, remove_words
from models.records.moving import agency_of
from models.records.processes import Process, process_by_ref
from models.records.taking_back import LaterFirst, NotToBeTakenBack, NotWholly, facts_of, is_beside
from models.rules.spoken import and_joined, spoken
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
    "sent_by": "who sent it", "reasons": "where the reasons are kept",
    "differs": "where the reasons for deciding otherwise are", "advice": "where the advice is kept",
    "reply": "where request and reply are kept",
}  # fmt: skip
INSTEAD = {
    "panel-read": "record under “The panel has read returns” what the panel decides when the return is with it again; "
    "a final return that is not wanted is recorded under “The panel goes on without something”",
    "update-meetings": "cancel under “A meeting was held, is moved or is cancelled” those that are not wanted, and "
    "plan others under “The panel chair has set the update meetings”",
    "consideration-decision": "record new information on it under “Refer a case”: it is considered again in another "
    "round, and what was decided stays",
    "referral-withdrawn": "refer the case again under “Refer a case”, as new information on it",
    "publication-day": "set the right day; a later one is recorded as a delay",
    "publication-withheld": "set a day for the publication, or record anew what becomes of it",
    "publication-advice": "record under “The report is not published as planned, or not at all” what was really "
    "decided",
    "learning-brief": "see to it that the brief is taken from the website, and tell whoever was told",
    "website-looked-at": "put the report on the website again, or take it down, and note a copy that was given",
    "progress-check": "record with the next check what was really found",
    "restriction": "record under “Publication is restricted, or released” what holds now",
    "partners-sign-off": "stop sending about what it opened, under “Stop or restart sending”, until the partners "
    "have decided anew",
    "wish-for-a-review": "stop sending about what it opened, under “Stop or restart sending”, until the partners "
    "have decided anew",
    "discussion-accepted": "put off what it asks for under “More time is asked for or decided”, until the "
    "group has accepted",
    "discussion-declined": "begin it anew under “Start a case discussion”",
    "facilitator-named": "record under “The independent facilitator has been found” who it is; then nobody else is",
    "discussion-held": "set down in its report what was really discussed; the entry stays in the record",
    "discussion-report": "ask for the right report; the entry stays in the record",
    "group-receives": "put the report before the group again; the entry stays in the record",
    "board-receives": "put the report before the Board again; the entry stays in the record",
    "plan-approval": "set aside under “An action gets another owner, pauses, goes on, or is set aside” what was not "
    "approved; it can be proposed again",
    "actions-closed": "tick the look whether it has lasted as arrived and say that it has not; the action is opened "
    "again",
    "committee-looked": "record under “The committee has looked at late actions” what was decided; the last entry "
    "holds",
    "actions-impact": "record under “The committee judges what actions have changed” how it was judged; the last entry "
    "holds",
    "action-set-aside": "record under “An action gets another owner, pauses, goes on, or is set aside” what holds now; "
    "what was set aside by mistake is proposed again",
    "plan-closed": "open another plan with “Start an action plan” for what goes on",
    "terms-circulated": "tick as arrived, with their days, the agreements that were asked for once more",
}
ABOUT_ONE_THING = ("waive", "more-time", "plan-looked-at")
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
    options = []
    for process in reviews_of(at.session, at.process.board_id):
        things = recorded_things(at.session, process)
        words = [f"{process.spoken_ref}: {_words(at, process, thing)}" for thing in things]
        for number, (thing, label) in enumerate(zip(things, words, strict=True)):
            alike = [each for each, other in enumerate(words) if other == label]
            which = f", {_recorded_as(len(alike) - alike.index(number), len(alike))}" if len(alike) > 1 else ""
            options.append((_value(process, thing), f"{label}{which}"))
    return options


def _recorded_as(number: int, of: int) -> str:
    """Which of several entries that read alike: they stand with the newest first."""
    return f"the last of these {of}" if number == of else f"number {number} of these {of}"


def _value(process: Process, thing: RecordedThing) -> str:
    if thing.arrival is not None:
        return f"{process.ref}/arrival/{thing.arrival.id}"
    return f"{process.ref}/decision/{thing.decision.id if thing.decision else 0}"


def _words(at: Situation, process: Process, thing: RecordedThing) -> str:
    local = clock.local(thing.at)
    recorded = f"recorded on {spoken(local.date())}"
    if thing.decision is not None:
        one = thing.decision
        about = _about(at, process, one)
        said = f"decision “{decision_words(one.gate, one.decision)}”{about} of {spoken(one.decided_on)}"
        return f"{said}, {recorded} at {local.hour}:{local.minute:02}"
    return f"{_arrival_words(at, thing.arrival)}, {recorded}" if thing.arrival is not None else recorded


def _about(at: Situation, process: Process, decision: GateAnswer) -> str:
    """What it was about, where the decision itself does not say."""
    slot = str(facts_of(at.session, process, decision).get("slot", "")) if decision.gate in ABOUT_ONE_THING else ""
    deadline = deadline_in(at.session, process, slot) if slot else None
    return f" ({_owed_words(at, deadline)})" if deadline is not None else ""


def _arrival_words(at: Situation, deadline: Deadline) -> str:
    return f"{_owed_words(at, deadline)}, arrived on {spoken(deadline.met_on or at.today)}"


def _owed_words(at: Situation, deadline: Deadline) -> str:
    agency = agency_of(at.session, deadline)
    owner = agency.name if agency else upper_first(spoken_role(deadline.owner_role))
    return f"{owner}: {deadline.title}"


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
    if process.closed_at is not None and is_beside(decision.gate):
        raise Refused("the review is closed; take back first the decision that closed it")
    try:
        told = decision_was_none(at.session, at.book, process, decision, answer.choice)
    except NotWholly as whole:
        raise Refused(_not_wholly(at, process, decision, whole.decision)) from None
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


def _not_wholly(at: Situation, process: Process, decision: GateAnswer, stands: GateAnswer) -> str:
    """What to do instead of taking it back."""
    instead = _instead(at, process, stands)
    words = f"“{decision_words(stands.gate, stands.decision)}” of {spoken(stands.decided_on)}"
    if stands.id == decision.id:
        return f"{words} cannot be taken back with all that came of it; {instead}"
    return f"{words} was recorded after it, rests on it and cannot be taken back with all that came of it; {instead}"


def _instead(at: Situation, process: Process, stands: GateAnswer) -> str:
    """Which entry puts it right."""
    facts = facts_of(at.session, process, stands)
    if stands.gate == INITIAL_MEETING_AGAIN.name:
        before = spoken(date.fromisoformat(facts["before"]))
        return (
            f"record under “{INITIAL_MEETING_AGAIN.label}” the day that holds; before this entry it was {before}, and "
            "everything that is not met counts from the day that you record"
        )
    if stands.gate == AGENCIES_CHANGED.name:
        known = {each.key: each.name for each in agencies_of(at.session, process.board_id)}
        wrong = [f"{known[key]} leaves" for key in facts["join"]] + [f"{known[key]} joins" for key in facts["leave"]]
        return f"record under “{AN_AGENCY_CHANGES}” that {and_joined(wrong)}"
    return INSTEAD[stands.gate]


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
