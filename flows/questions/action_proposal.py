"""Actions on their way into a plan: a plan is begun, actions are proposed one by one, drafts are completed."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.beginning import (
    NOTHING_THAT_IDENTIFIES,
    agencies_field,
    faults_of_beginning,
    secure_place_field,
)
from flows.questions.decisions import BACK, day_field, day_in, recorded_by, who_recorded
from flows.steps import action_plan as step
from models.records.actions import TEXTS, Action, action_numbered, actions_of, complete, propose, texts_of
from models.records.boards import Agency, Contact, agencies_of
from models.records.register import NotAnAddress, agency_address, name_and_address, person_in_role
from models.rules.actions import (
    MOST_ACTIONS,
    NOT_YET,
    ActionKind,
    Priority,
    SourceKind,
    Wish,
    faults_of_days,
    faults_of_title,
    missing_for_approval,
)
from models.rules.spoken import and_joined, spoken
from models.rules.stages import Stage

OWNER = "action_owner"
TITLES: dict[str, tuple[str, str]] = {
    "action": ("What is to be done?", "So that everybody sees whether it is done."),
    "source": ("What does it answer to?", "The finding or good practice, and where it stands in the report."),
    "recommendation": ("Which recommendation?", ""),
    "required_change": ("Which change is wanted?", "Needed before it is approved."),
    "evidence": ("Which evidence is expected?", "Needed before it is approved."),
    "outcome": ("How will the outcome be measured?", "Needed before it is approved."),
    "baseline": ("Where does that measure stand now?", "Needed before it is approved."),
    "target": ("Where should it stand?", ""),
    "public_wording": ("How may it be told in public?", "Only what is written here is ever published."),
}
TITLE_HELP = (
    "At most 80 characters. It stands in mails, so it must identify nobody; whoever approves the plan answers for that."
)
MAY_PROPOSE = (Stage.PLAN_PROPOSED, Stage.PLAN_APPROVED)


class StartActionPlan:
    """A plan that comes of no review here: of an audit, an inspection, a figure."""

    name = "start-action-plan"

    def form(self, at: Situation) -> Form | None:
        """When it was decided on, and which agencies it concerns."""
        return Form(
            "an action plan to start",
            f"An action plan for {at.board.name}. The plan of a review is opened when the review hands it over. "
            f"{NOTHING_THAT_IDENTIFIES}",
            choice("What do you want to record?", ("start", "There is to be an action plan"), BACK),
            (
                agencies_field(at, "Which agencies does it concern?"),
                day_field("decided_on", "On which day was it decided?"), secure_place_field(), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The plan is in the record and waits for its actions."""
        if answer.choice == BACK[0]:
            return Recorded("No action plan was started.")
        faults = faults_of_beginning(answer)
        if faults:
            raise Refused("; ".join(faults))
        on = day_in(answer, "decided_on", at.today, not_before=None)
        known = {each.key: each for each in agencies_of(at.session, at.process.board_id)}
        agencies = [known[key] for key in known if key in answer.chosen("agencies")]
        process = step.open_plan(at.session, at.book, at.board, on, agencies, answer.text("secure_place"))
        who_recorded(at, process, answer, "plan begun", on=on)
        return Recorded(f"Recorded: action plan {process.spoken_ref} is opened and waits for its actions.")


class ProposeAction:
    """One action is proposed."""

    name = "action-proposed"
    label = "An action is proposed"

    def is_open(self, at: Situation) -> bool:
        """True until the plan is closed."""
        return at.process.stage in MAY_PROPOSE

    def form(self, at: Situation) -> Form | None:
        """All that an action has; a draft may lack what is needed only before its approval."""
        if not self.is_open(at):
            return None
        agencies = tuple((each.key, each.name) for each in agencies_of(at.session, at.process.board_id))
        return Form(
            "an action that is proposed", f"Many at once are quicker in a workbook. {NOTHING_THAT_IDENTIFIES}",
            choice("What do you want to record?", ("proposed", "This action is proposed"), BACK),
            (
                Field("title", Kind.TEXT, "Title of the action", TITLE_HELP, needed=True),
                _text("action", needed=True),
                Field("agency", Kind.ONE_OF, "Which agency owns it?", needed=True, options=agencies),
                Field("owner", Kind.TEXT, "Who in that agency?", "Name, then work e-mail address.", needed=True),
                Field("due_on", Kind.DATE, "By which day is it done?", needed=True),
                Field("start_on", Kind.DATE, "When does it begin?", "Leave empty for at once."),
                _one_of("priority", "Which priority?", Priority), _one_of("kind", "What does it change?", ActionKind),
                _one_of("source_kind", "What does it answer to?", SourceKind),
                *(_text(name) for name in TEXTS if name != "action"), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The action stands in the plan, proposed or as a draft."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        known = {each.key: each for each in agencies_of(at.session, at.process.board_id)}
        agency = known.get(answer.text("agency"))
        owner, faults = _owner_in(at, agency, answer.text("owner"))
        faults = [*_faults(at, answer, agency), *faults]
        due_on = answer.day("due_on")
        if faults or agency is None or owner is None or due_on is None:
            raise Refused("; ".join(faults))
        contact = person_in_role(at.session, at.process, OWNER, agency, owner[0], owner[1])
        action = propose(at.session, at.process, _wish(answer, agency, owner, due_on), agency, contact)
        who_recorded(at, at.process, answer, "proposal recorded", number=action.number)
        lacks = missing_for_approval({name: answer.text(name) for name in TEXTS})
        but = f" It stays a draft: it lacks {and_joined(lacks)}." if lacks else ""
        return Recorded(f"Recorded: action {action.number} is proposed, due {spoken(due_on)}.{but}")


class CompleteAction:
    """What a draft lacks before it may be approved, or another wording before that."""

    name = "action-completed"
    label = "A proposed action is completed or worded anew"

    def is_open(self, at: Situation) -> bool:
        """True while there is an action that is not approved yet."""
        return bool(_not_yet(at))

    def form(self, at: Situation) -> Form | None:
        """Which action, and the texts that hold from now on."""
        waiting = _not_yet(at)
        if not waiting:
            return None
        texts = texts_of(at.session, waiting)
        options = tuple((f"{each.number}", _with_lacks(each, texts[each.id or 0])) for each in waiting)
        return Form(
            "an action to complete",
            "What is left empty stays as it is. The title can be written anew until it is approved.",
            choice("What do you want to record?", ("completed", "The action below reads like this now"), BACK),
            (
                Field("which", Kind.ONE_OF, "Which action?", needed=True, options=options),
                Field("title", Kind.TEXT, "Title of the action", TITLE_HELP),
                *(_text(name) for name in TEXTS), recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The texts hold; a draft that lacks nothing any more is proposed."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        if not answer.text("which"):
            raise Refused("it does not say which action")
        action = action_numbered(at.session, at.process, int(answer.text("which")))
        title = answer.text("title")
        faults = list(faults_of_title(title)) if title else []
        if action.state not in NOT_YET:
            faults.append(f"action {action.number} is approved already; its wording stays")
        if not title and not any(answer.text(name) for name in TEXTS):
            faults.append("nothing was written")
        if faults:
            raise Refused("; ".join(faults))
        action.title = title or action.title
        complete(at.session, at.process, action, {name: answer.text(name) for name in TEXTS})
        who_recorded(at, at.process, answer, "completion recorded", number=action.number)
        left = missing_for_approval(texts_of(at.session, [action])[action.id or 0])
        but = f" It still lacks {and_joined(left)}." if left else " It may be approved."
        return Recorded(f"Recorded: action {action.number} is completed.{but}")


def take_in(at: Situation, agency: Agency, wish: Wish) -> Action:
    """An action of a workbook stands in the plan; its owner is in the register. Raises NotAnAddress."""
    email = agency_address(at.book, agency, wish.owner_email)
    contact: Contact = person_in_role(at.session, at.process, OWNER, agency, wish.owner, email)
    return propose(at.session, at.process, wish, agency, contact)


def _not_yet(at: Situation) -> list[Action]:
    return list(actions_of(at.session, at.process, *NOT_YET)) if at.process.stage in MAY_PROPOSE else []


def _with_lacks(action: Action, texts: dict[str, str]) -> str:
    lacks = missing_for_approval(texts)
    return f"{action.spoken}{f' (lacks {and_joined(lacks)})' if lacks else ''}"


def _text(name: str, *, needed: bool = False) -> Field:
    title, help_ = TITLES[name]
    return Field(name, Kind.TEXT, title, help_, needed=needed)


def _one_of(name: str, title: str, values: type[Priority | ActionKind | SourceKind]) -> Field:
    options = tuple((each.value, each.value.replace("-", " ").capitalize()) for each in values)
    return Field(name, Kind.ONE_OF, title, needed=True, options=options)


def _owner_in(at: Situation, agency: Agency | None, text: str) -> tuple[tuple[str, str] | None, list[str]]:
    """Name and address of the owner, or what is wrong with them."""
    if not text:
        return None, ["it does not say who owns it"]
    if agency is None:
        return None, []
    try:
        name, address = name_and_address(text)
        return (name, agency_address(at.book, agency, address)), []
    except NotAnAddress as fault:
        return None, [str(fault)]


def _faults(at: Situation, answer: Answer, agency: Agency | None) -> list[str]:
    faults = list(faults_of_title(answer.text("title")))
    if not answer.text("action"):
        faults.append("it does not say what is to be done")
    if agency is None:
        faults.append("it does not say which agency owns it")
    due_on = answer.day("due_on")
    if due_on is None:
        faults.append("it does not say by which day it is done")
    else:
        faults += faults_of_days(answer.day("start_on"), due_on, at.today)
    chosen = (("priority", "its priority"), ("kind", "what it changes"), ("source_kind", "what it answers to"))
    faults += [f"it does not say {words}" for name, words in chosen if not answer.text(name)]
    if len(actions_of(at.session, at.process)) >= MOST_ACTIONS:
        faults.append(f"a plan has at most {MOST_ACTIONS} actions")
    return faults


def _wish(answer: Answer, agency: Agency, owner: tuple[str, str], due_on: date) -> Wish:
    text = answer.text
    return Wish(
        title=text("title"), action=text("action"), agency=agency.key, owner=owner[0], owner_email=owner[1],
        priority=Priority(text("priority")), kind=ActionKind(text("kind")), due_on=due_on,
        source_kind=SourceKind(text("source_kind")), source=text("source"), recommendation=text("recommendation"),
        required_change=text("required_change"), evidence=text("evidence"), outcome=text("outcome"),
        baseline=text("baseline"), target=text("target"), start_on=answer.day("start_on"),
        public_wording=text("public_wording"),
    )  # fmt: skip


START_ACTION_PLAN = register(StartActionPlan())
PROPOSE_ACTION = register(ProposeAction())
COMPLETE_ACTION = register(CompleteAction())
