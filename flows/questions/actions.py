"""What is heard about single actions: accepted or not, a word on the way, done, its evidence, whether it has lasted.

Source: B.10 (D: default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, recorded_by, who_recorded
from flows.steps import action_plan as step
from models.records.actions import Action, action_numbered
from models.records.boards import Agency, agencies_of
from models.records.chasing import deadline_in
from models.records.deadlines import CallOutcome, DeadlineState
from models.records.kept import kept
from models.rules.actions import OWED, ActionState, IllegalActionMove
from models.rules.spoken import and_joined, spoken
from models.rules.working_days import is_working_day

DONE = "done"
WORDS = (
    (CallOutcome.ON_TRACK.value, "On track"),
    (CallOutcome.AT_RISK.value, "At risk"),
    (CallOutcome.CANNOT.value, "Cannot be done by the date"),
    (DONE, "It is done, and there is evidence of it"),
)
NO_REASON = "no"  # how the values of reasons against an action begin
ACCEPTANCE = (
    ("yes", "Accepted"),
    (f"{NO_REASON}:other-agency", "Not accepted: another agency must do it"),
    (f"{NO_REASON}:no-means", "Not accepted: there are no means for it"),
    (f"{NO_REASON}:done-before", "Not accepted: it is done already"),
    (f"{NO_REASON}:cannot-work", "Not accepted: it cannot work as it is written"),
)
ENOUGH, NOT_ENOUGH = "enough", "not-enough"
EVIDENCE = ((ENOUGH, "The evidence is enough"), (NOT_ENOUGH, "It is not enough: the action goes on"))
LASTED, NOT_LASTED = "lasted", "not-lasted"
HAS_LASTED = ((LASTED, "The change is still there"), (NOT_LASTED, "It is not: the action is opened again"))
THE_OFFICE = "the-office"  # whose people check evidence, beside those of an agency
LONGEST_WORDS = 2000


class EachAction:
    """One choice for each action that was ticked in the list of what is open."""

    name = ""
    title = ""
    intro = ""
    label = ""
    ask = ""
    options: tuple[tuple[str, str], ...] = ()
    states: frozenset[ActionState] = frozenset()  # in which it may be recorded
    noted: Mapping[str, str] = {}  # what was chosen -> as the owner is told that it was noted

    def fields(self, at: Situation) -> tuple[Field, ...]:
        """What is asked beside the choices."""
        return ()

    def form(self, at: Situation) -> Form | None:
        """One choice for each action that is still where this may be recorded."""
        found = self.waiting(at)
        if not found:
            return None
        return Form(
            self.title, self.intro, choice("What do you want to record?", ("recorded", self.label), BACK),
            (
                *(
                    Field(_field(each), Kind.ONE_OF, f"{spoken_of(at, each)}: {self.ask}", needed=True,
                          options=self.options)
                    for each in found
                ),
                *self.fields(at), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """All of them are recorded, or none."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        found = self.waiting(at)
        chosen = {each.number: answer.text(_field(each)) for each in found}
        missing = [f"action {number}" for number, value in chosen.items() if not value]
        faults = [f"nothing was chosen for {and_joined(missing)}"] if missing else []
        faults += self.faults(at, found, chosen, answer)
        if faults:
            raise Refused("; ".join(faults))
        on = date.fromisoformat(at.carries["came_on"]) if "came_on" in at.carries else at.today
        try:
            said = [self.deed(at, each, chosen[each.number], answer, on) for each in found]
        except IllegalActionMove as why:
            raise Refused(str(why)) from None
        numbers = [each.number for each in found]
        who_recorded(at, at.subject, answer, f"{self.name} recorded", actions=numbers)
        self._thank(at, found, chosen)
        return Recorded(f"Recorded: {and_joined(said)}.")

    def _thank(self, at: Situation, found: Sequence[Action], chosen: dict[int, str]) -> None:
        """Each owner hears what was noted, in one mail for all that is alike."""
        noted = {each.number: self.noted.get(chosen[each.number].partition(":")[0], "") for each in found}
        for said in dict.fromkeys(each for each in noted.values() if each):
            alike = [each for each in found if noted[each.number] == said]
            step.thank_owners(at.session, at.subject, alike, said, f"{at.subject.history_seq}:{said}")

    def waiting(self, at: Situation) -> list[Action]:
        """The actions that were ticked and stand where this may be recorded."""
        return [each for each in carried(at) if each.state in self.states]

    def faults(self, at: Situation, found: Sequence[Action], chosen: dict[int, str], answer: Answer) -> list[str]:
        """What is wrong with the fields beside the choices, in words."""
        return []

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """What was chosen for the action is recorded; gives back what to say."""
        raise NotImplementedError


class ActionsAccepted(EachAction):
    """Whether owners accept the actions that were approved for them."""

    name = "actions-accepted"
    title = "the acceptance of actions"
    intro = (
        "What owners have answered. An action that is not accepted is chased with nobody; the committee gives it to "
        "somebody else, or sets it aside."
    )
    label = "This is what they answered"
    ask = "accepted?"
    options = ACCEPTANCE
    noted: Mapping[str, str] = {"yes": "accepted", NO_REASON: "not accepted"}
    states = frozenset({ActionState.APPROVED})

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """It is in progress, or waits for another owner."""
        if not chosen.startswith(NO_REASON):
            step.accepted(at.session, at.book, at.subject, action, on)
            return f"action {action.number} is accepted"
        step.not_accepted(at.session, at.book, at.subject, action, on, chosen.partition(":")[2])
        return f"action {action.number} is not accepted"


class ActionWords(EachAction):
    """What owners say about their actions on the way; many at once."""

    name = "action-words"
    title = "the words on actions"
    intro = (
        "What owners have told you. What is said to be done is not chased any more; somebody outside the agency checks "
        "its evidence, and the committee closes it."
    )
    label = "This is what they said"
    ask = "what did the owner say?"
    options = WORDS
    noted: Mapping[str, str] = {each: "done" if each == DONE else "a word" for each, _ in WORDS}
    states = OWED

    def fields(self, at: Situation) -> tuple[Field, ...]:
        """Their words, kept in the record and in papers for the committee alone."""
        return (
            Field("words", Kind.TEXT, "In their words, or where the evidence lies",
                  "Needed where something is done. For the committee's papers alone; never in a mail."),
        )  # fmt: skip

    def faults(self, at: Situation, found: Sequence[Action], chosen: dict[int, str], answer: Answer) -> list[str]:
        """What is done needs a word on where the evidence lies."""
        if DONE in chosen.values() and not answer.text("words"):
            return ["it does not say where the evidence lies of what is done"]
        return []

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """The word stands with the action; one that is done waits for the check of its evidence."""
        words = {"words": answer.text("words")} if answer.text("words") else {}
        if chosen == DONE:
            step.claimed(at.session, at.book, at.subject, action, on, words)
            return f"action {action.number} is said to be done"
        step.word_came(at.session, at.book, at.subject, action, CallOutcome(chosen), on, words)
        return f"action {action.number}: {dict(WORDS)[chosen].lower()}"


class EvidenceChecked(EachAction):
    """Somebody outside the owning agency has looked at the evidence."""

    name = "evidence-checked"
    title = "the check of the evidence"
    intro = "Evidence is checked by somebody who does not belong to the agency that owns the action."
    label = "The evidence was checked"
    ask = "is it enough?"
    options = EVIDENCE
    states = frozenset({ActionState.CLAIMED})

    def fields(self, at: Situation) -> tuple[Field, ...]:
        """Who checked it, and what is needed for what goes on."""
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return (
            Field("belongs_to", Kind.ONE_OF, "To whom does the person belong who checked it?", needed=True,
                  options=((THE_OFFICE, "To the board's own office"), *agencies)),
            Field("checked_by", Kind.TEXT, "Who checked it? (name)", "Kept in the record only.", needed=True),
            Field("where", Kind.TEXT, "Where does the evidence lie, or what is missing?",
                  "The place, not the evidence itself.", needed=True),
            Field("new_on", Kind.DATE, "By which day is it done after all?", "Needed where it is not enough."),
        )  # fmt: skip

    def faults(self, at: Situation, found: Sequence[Action], chosen: dict[int, str], answer: Answer) -> list[str]:
        """The check is somebody else's, has a place, and a day for what goes on."""
        faults = [] if answer.text("checked_by") else ["it does not say who checked it"]
        if not answer.text("where"):
            faults.append("it does not say where the evidence lies, or what is missing")
        if not answer.text("belongs_to"):
            faults.append("it does not say to whom the person belongs who checked it")
        own = [f"action {each.number}" for each in found if _agency(at, each).key == answer.text("belongs_to")]
        if own:
            faults.append(f"{and_joined(own)} belongs to the same agency; somebody outside it must check the evidence")
        return faults + (new_day_faults(at, answer) if NOT_ENOUGH in chosen.values() else [])

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """The committee closes it, or it goes on by the new day."""
        words = {name: answer.text(name) for name in ("checked_by", "where")}
        new_on = answer.day("new_on")
        if chosen == ENOUGH:
            by = answer.text("belongs_to")
            step.evidence_enough(at.session, at.book, at.subject, action, on, by, words)
            return f"the evidence of action {action.number} is enough, the committee may close it"
        if new_on is None:
            raise Refused("it does not say by which day it is done after all")
        step.goes_on(at.session, at.book, at.subject, action, on, new_on, "evidence-not-enough", words)
        return f"action {action.number} goes on until {spoken(new_on)}"


class ActionsLasted(EachAction):
    """Whether what was changed is still there, months after."""

    name = "actions-lasted"
    title = "whether actions have lasted"
    intro = "What owners say months after their action was closed. What has not lasted is owed again."
    label = "This is what they said"
    ask = "has it lasted?"
    options = HAS_LASTED
    noted: Mapping[str, str] = {LASTED: "lasted", NOT_LASTED: "not lasted"}
    states = frozenset({ActionState.CLOSED})

    def fields(self, at: Situation) -> tuple[Field, ...]:
        """By when what has not lasted is done again."""
        return (Field("new_on", Kind.DATE, "By which day is it done again?", "Needed where it has not lasted."),)

    def faults(self, at: Situation, found: Sequence[Action], chosen: dict[int, str], answer: Answer) -> list[str]:
        """What has not lasted needs a day."""
        return new_day_faults(at, answer) if NOT_LASTED in chosen.values() else []

    def deed(self, at: Situation, action: Action, chosen: str, answer: Answer, on: date) -> str:
        """It is sustained, or opened again."""
        new_on = answer.day("new_on")
        if chosen == LASTED:
            step.has_lasted(at.session, at.book, at.subject, action, on)
            return f"what action {action.number} changed is still there"
        if new_on is None:
            raise Refused("it does not say by which day it is done again")
        step.goes_on(at.session, at.book, at.subject, action, on, new_on, "not-lasted")
        return f"action {action.number} is opened again, due {spoken(new_on)}"


def carried(at: Situation) -> list[Action]:
    """The actions whose slots were ticked and are still open, by their numbers."""
    numbers = set()
    for slot in at.carries.get("slots", ()):
        deadline = deadline_in(at.session, at.subject, slot)
        if deadline is not None and deadline.state is DeadlineState.OPEN:
            numbers.add(int(slot.split(":")[1]))
    return [action_numbered(at.session, at.subject, number) for number in sorted(numbers)]


def new_day_faults(at: Situation, answer: Answer) -> list[str]:
    """Why the new day of an action cannot stand, in words."""
    day = answer.day("new_on")
    if day is None:
        return ["it does not say by which day"]
    if day <= at.today:
        return [f"{spoken(day)} is not after today"]
    return [] if is_working_day(day, at.book.calendar) else [f"{spoken(day)} is no working day; choose another"]


def spoken_of(at: Situation, action: Action) -> str:
    """An action as forms offer it: number, title, agency."""
    agency = kept(at.session, Agency, action.agency_id)
    return f"Action {action.number}, {agency.name}: {action.title}"


def _agency(at: Situation, action: Action) -> Agency:
    return kept(at.session, Agency, action.agency_id)


def _field(action: Action) -> str:
    return f"of_{action.number}"


ACTIONS_ACCEPTED = register(ActionsAccepted())
ACTION_WORDS = register(ActionWords())
EVIDENCE_CHECKED = register(EvidenceChecked())
ACTIONS_LASTED = register(ActionsLasted())
