"""A port without an engine: runs wait in a dictionary, and a test answers them as the office would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

from prefect.client.schemas.objects import State

from flows.action_plan import action_plan
from flows.case_discussion import case_discussion
from flows.desk.change_contact import change_contact
from flows.desk.correct_mistake import correct_mistake
from flows.desk.mail_came_back import mail_came_back
from flows.desk.more_time import more_time
from flows.desk.note_absence import note_absence
from flows.desk.note_call import note_call
from flows.desk.once import ask_the_desk
from flows.desk.pause import pause
from flows.desk.record_action_words import record_action_words
from flows.desk.record_arrivals import record_arrivals
from flows.desk.release_messages import release_messages
from flows.desk.restrict import restrict
from flows.desk.standing import desk
from flows.desk.stop_sending import stop_sending
from flows.desk.waive import waive
from flows.desk.write_paper import write_paper
from flows.follow_up import follow_up
from flows.forms import ANSWER, Field, Form, Kind
from flows.port import through
from flows.practice_learning_review import practice_learning_review
from flows.questions.action_proposal import START_ACTION_PLAN
from flows.questions.desk import START_REVIEW, START_SERIOUS_CASE_REVIEW
from flows.questions.refer_case import REFER_CASE
from flows.questions.start_discussion import START_DISCUSSION
from flows.questions.start_rapid_review import START_RAPID_REVIEW
from flows.rapid_review import rapid_review
from flows.scr_consideration import scr_consideration
from flows.serious_case_review import serious_case_review
from models.records.asks import Ask
from models.records.database import reading
from models.records.opening import desk_ref
from models.records.processes import Process, open_processes, process_by_ref
from tests.records_builders import BOARD

ALL_AGENCIES = (
    "childrens-social-care", "police", "ccg", "acute-trust", "community-trust", "probation", "yot", "education",
)  # fmt: skip
COURSES: dict[str, Callable[[str], Any]] = {
    "plr": practice_learning_review.fn, "serious-case-review": serious_case_review.fn,
    "case-discussion": case_discussion.fn, "follow-up": follow_up.fn, "rapid-review": rapid_review.fn,
    "scr-consideration": scr_consideration.fn, "action-plan": action_plan.fn,
}  # fmt: skip
WHO = {"decided_by": "Somebody Else", "recorded_by": "The Office"}


class RunWaits(BaseException):
    """The process of the run ends here; it starts again at its first line when it is answered."""


@dataclass
class Waiting:
    """One suspended run as a person sees it."""

    ask: Ask
    form: Form
    name: str
    prefilled: Mapping[str, Any]

    @property
    def said(self) -> str:
        """What the form begins with: what became of the last answer."""
        first = self.form.intro.split("\n\n")[0]
        return first.strip("*") if first.startswith("**") else ""

    @property
    def offers(self) -> list[str]:
        """The values of the one required choice."""
        return [value for value, _ in self.form.answer.options]

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(each for each in self.form.all_fields if each.name == name)

    def may_choose(self, name: str) -> list[str]:
        """The values that the field offers; none when the form has no such field."""
        return [value for each in self.form.fields if each.name == name for value, _ in each.options]

    def filled(self, chosen: str, **values: Any) -> dict[str, Any]:
        """The answer as the UI sends it: labels for values, defaults for what was left alone."""
        raw: dict[str, Any] = {}
        for each in self.form.fields:
            given = values.pop(each.name, None)
            if given is not None:
                raw[each.name] = _label(each, given)
            elif each.kind is Kind.SWITCH:
                raw[each.name] = False
            elif each.default is not None:
                raw[each.name] = each.default
        assert not values, f"{self.said} - no such field: {', '.join(values)}"
        return {f"{ANSWER}_{self.ask.attempt}": _label(self.form.answer, chosen), **raw}


@dataclass
class ScriptedPort:
    """Remembers what waits, hands out what was answered, forgets what it is told to forget."""

    run: str = ""
    waiting: dict[str, Waiting] = field(default_factory=dict)  # by run
    answers: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)  # by run and key
    looked_again: list[str] = field(default_factory=list)
    pages_shown: list[str] = field(default_factory=list)
    sent_now: int = 0  # how often something urgent was sent at once
    names: dict[str, str] = field(default_factory=dict)  # of runs
    gates_asked: set[str] = field(default_factory=set)

    def run_id(self) -> str:
        return self.run

    def may_adopt(self, idempotency_key: str) -> bool:
        return True

    def raw_answer(self, ask: Ask) -> Mapping[str, Any] | None:
        return self.answers.get((ask.run_id, ask.key))

    def forget(self, ask: Ask) -> None:
        self.answers.pop((ask.run_id, ask.key), None)

    def wait(self, ask: Ask, form: Form, name: str, prefilled: Mapping[str, Any]) -> None:
        self.gates_asked.add(ask.gate)
        self.waiting[self.run] = Waiting(ask, form, name, prefilled)
        raise RunWaits

    def look_again(self, ref: str) -> None:
        self.looked_again.append(ref)

    def send_now(self) -> None:
        self.sent_now += 1

    def pages_changed(self, ref: str) -> None:
        self.pages_shown.append(ref)

    def name_run(self, name: str) -> None:
        self.names[self.run] = name

    def be_like(self, other: ScriptedPort) -> None:
        """The same waits and is known here as there."""
        for each in fields(self):
            setattr(self, each.name, copy(getattr(other, each.name)))


class Conversation:
    """One run at the scripted port, and the person who answers it."""

    def __init__(self, port: ScriptedPort, run: str, ref: str, flow: Callable[[], State[None]]) -> None:
        self.port, self.run, self.ref = port, run, ref
        self._flow = flow
        self.ended = ""

    def at(self, port: ScriptedPort) -> Conversation:
        """The same run at another port, where the same waits."""
        return Conversation(port, self.run, self.ref, self._flow)

    @property
    def now(self) -> Waiting:
        """What the run waits for."""
        return self.port.waiting[self.run]

    @property
    def process(self) -> Process:
        """Its process as it stands in the record."""
        with reading() as session:
            return process_by_ref(session, self.ref)

    def go_on(self) -> Conversation:
        """The run starts at its first line and goes on until it waits or ends."""
        self.port.waiting.pop(self.run, None)
        self.port.run = self.run
        with through(self.port):
            try:
                self.ended = self._flow().message or ""
            except RunWaits:
                self.ended = ""
        return self

    def send(self, raw: Mapping[str, Any], ask: Ask | None = None) -> Conversation:
        """The raw answer lies with the engine, under the open question or the one that is given; the run goes on."""
        ask = ask or self.now.ask
        self.port.answers[ask.run_id, ask.key] = raw
        return self.go_on()

    def answer(self, chosen: str, **values: Any) -> str:
        """The open form is filled and sent; gives back what the next one begins with, or how the run ended."""
        known = {name: text for name, text in {"recorded_by": WHO["recorded_by"]}.items() if name not in values}
        self.send(self.now.filled(chosen, **known, **values))
        return self.ended or self.now.said

    def decide(self, capacity: str, on: str = "", chosen: str = "record", **values: Any) -> str:
        """As `answer`, for a decision: whose, and on which day."""
        whole = {"capacity": capacity, "decided_on": on, **WHO, **values}
        return self.answer(chosen, **whole)

    def go_to(self, gate: str, **values: Any) -> Waiting:
        """From the list of what is open to the form of one decision."""
        self.answer(gate, **values)
        assert self.now.ask.gate == gate, self.now.said
        return self.now


def start_review(
    port: ScriptedPort,
    agencies: Sequence[str] = ALL_AGENCIES,
    on: str = "",
    place: str = "https://secure.example/1",
    board: str = BOARD,
) -> Conversation:
    """The Chair has decided, and the new review waits for the Strategic Partners."""
    started = desk_flow(port, "start-review", f"start-{board}-{len(port.waiting)}", board)
    started.answer("start", agencies=list(agencies), secure_place=place, capacity="independent_chair",
                   decided_by="The Chair", decided_on=on)  # fmt: skip
    assert started.ended.startswith("Recorded: review "), started.ended
    with reading() as session:
        ref = open_processes(session)[-1].ref
    return review(port, ref)


def consideration(port: ScriptedPort, ref: str) -> Conversation:
    """The run of a consideration, at what it waits for."""
    return run_of(port, ref)


def review(port: ScriptedPort, ref: str) -> Conversation:
    """The run of a review, at its first question."""
    return Conversation(port, f"run-{ref}", ref, lambda: practice_learning_review.fn(ref)).go_on()


def run_of(port: ScriptedPort, ref: str) -> Conversation:
    """The run of a process of any kind that has one here, at its first question."""
    with reading() as session:
        flow = COURSES[process_by_ref(session, ref).kind]
    return Conversation(port, f"run-{ref}", ref, lambda: flow(ref)).go_on()


def rapid(port: ScriptedPort, ref: str) -> Conversation:
    """The run of a rapid review, at its first question."""
    return run_of(port, ref)


def standing_desk(port: ScriptedPort) -> Conversation:
    """The board's desk, at its list."""
    ref = desk_ref(BOARD)
    return Conversation(port, "run-desk", ref, lambda: desk.fn(ref)).go_on()


def desk_flow(port: ScriptedPort, which: str, run: str = "", board: str = BOARD) -> Conversation:
    """One desk flow of the board, at its question."""
    flows: dict[str, Any] = {
        "note-call": note_call.fn, "record-action-words": record_action_words.fn,
        "record-arrivals": record_arrivals.fn, "release-messages": release_messages.fn,
        "stop-sending": stop_sending.fn, "write-paper": write_paper.fn,
        "more-time": more_time.fn, "pause": pause.fn, "waive": waive.fn,
        "change-contact": change_contact.fn, "note-absence": note_absence.fn, "mail-came-back": mail_came_back.fn,
        "correct-mistake": correct_mistake.fn, "restriction": restrict.fn,
        "start-serious-case-review": lambda board: ask_the_desk(START_SERIOUS_CASE_REVIEW, board),
        "refer-case": lambda board: ask_the_desk(REFER_CASE, board),
        "start-review": lambda board: ask_the_desk(START_REVIEW, board),
        "start-discussion": lambda board: ask_the_desk(START_DISCUSSION, board),
        "start-action-plan": lambda board: ask_the_desk(START_ACTION_PLAN, board),
        "start-rapid-review": lambda board: ask_the_desk(START_RAPID_REVIEW, board),
    }  # fmt: skip
    return Conversation(port, run or f"desk-{which}", desk_ref(board), lambda: flows[which](board)).go_on()


def _label(each: Field, given: Any) -> Any:
    labels = dict(each.options)
    if isinstance(given, list):
        return [labels.get(one, one) for one in given]
    return labels.get(given, given) if each.options and isinstance(given, str) else given
