"""Gates: a question put to a person, and the run that waits until it is answered acceptably.

The engine starts a run again at its first line whenever it goes on.  So each start first reads what people
have sent to questions that are still open, records it or refuses it in words, and only then asks again,
under a key that was never used before.  What the engine itself hands back is never believed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol, TypeVar, cast

from config import clock
from flows.forms import ANSWER, NOT_RECORDED, Answer, Form, Refused, read_answer, shown, with_note
from flows.port import port
from flows.tasks import QuietEnd, step
from models.records.asks import (
    Ask,
    AskOutcome,
    last_ask,
    locked_ask,
    next_attempt,
    note_forgotten,
    process_with_unanswered,
    unanswered,
)
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.database import Session, Unreachable, reading, transaction
from models.records.deadlines import Deadline, DeadlineState
from models.records.kept import kept
from models.records.processes import Process, process_by_ref
from models.records.sending import urgent_is_waiting
from models.rulebook import RuleBook, rule_book
from models.rules.stages import Stage, was_reached
from models.rules.who_decides import WhoDecides

log = logging.getLogger("sightline.gates")

OUR_OWN_FAULT = "Sightline met a fault of its own, which is in its log. Nothing was recorded; please try once more"
MOST_ROUNDS_IN_ONE_START = 8
Looked = TypeVar("Looked")


class NotOurs(QuietEnd):
    """Another run looks after this process."""


class NothingToAsk(QuietEnd):
    """There is nothing that could be recorded at the moment."""


class CannotWait(Exception):
    """The engine would not let the run wait."""


@dataclass(frozen=True)
class Following:
    """The question that comes next, and what is handed on to it."""

    gate: str
    carries: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """What was recorded, in words for the next form, and which questions follow from it."""

    said: str
    leads_to: tuple[Following, ...] = ()
    look_again: tuple[str, ...] = ()  # references of other processes whose wait is over


@dataclass(frozen=True)
class Situation:
    """Everything a gate may look at, within one transaction."""

    session: Session
    book: RuleBook
    process: Process
    today: date
    carries: Mapping[str, Any]
    ask_id: int | None = None  # the question that is being answered
    _looked_up: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, what: str, look: Callable[[], Looked]) -> Looked:
        """What `look` found, looked up once: for asking what is open, before anything is written."""
        if what not in self._looked_up:
            self._looked_up[what] = look()
        return cast("Looked", self._looked_up[what])

    def afresh(self) -> Situation:
        """The same, with nothing looked up yet."""
        return replace(self, _looked_up={})

    def ever_owed(self) -> Sequence[Deadline]:
        """What is or was owed, by date, looked up once: for asking what is open, before anything is written."""
        return self.once("deadlines", lambda: deadlines_of(self.session, self.process))

    def slot(self, slot: str) -> Deadline | None:
        """What is or was owed in that slot, looked up once, as `ever_owed` does."""
        return self.once("slots", lambda: {each.slot: each for each in self.ever_owed()}).get(slot)

    def owed(self) -> list[Deadline]:
        """What is open now, looked up once, as `ever_owed` does."""
        return [each for each in self.ever_owed() if each.state is DeadlineState.OPEN]

    def is_owed(self, wanted: Callable[[str], bool]) -> bool:
        """True while anything of a kind that is wanted is open; looked up once, as `slot` does."""
        return any(wanted(each.kind) for each in self.owed())

    @property
    def board(self) -> Board:
        """The board that the process belongs to."""
        return kept(self.session, Board, self.process.board_id)

    @property
    def who(self) -> WhoDecides:
        """Who decides, as fixed texts say it: under the edition of the process, at the desk under the board's."""
        return self.book.who_decides(self.guidance)

    @property
    def guidance(self) -> str:
        """The edition of the process; at the desk the one that the board starts under now."""
        return self.book.guidance if self.process.kind == "desk" else self.process.guidance

    @property
    def subject(self) -> Process:
        """The process that the question is about: the one that was handed on, else the run's own."""
        ref = self.carries.get("ref")
        return process_by_ref(self.session, ref, for_update=True) if ref else self.process

    def about(self, process: Process) -> Situation:
        """The same moment, seen from another process."""
        return replace(self, process=process, carries={}, _looked_up={})


class Gate(Protocol):
    """A question: its form as the record stands now, and what becomes of an answer."""

    @property
    def name(self) -> str:
        """Lower-case words with hyphens; the engine's key begins with it."""

    def form(self, at: Situation) -> Form | None:
        """What is asked, or None when there is nothing to ask any more."""

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The answer stands in the record. Raises Refused, in words, when it may not."""


@dataclass(frozen=True)
class Conversation:
    """A process, the door through which it is asked, and the question that it begins with."""

    ref: str
    opening: Gate
    door: str = ""


_gates: dict[str, Gate] = {}


G = TypeVar("G", bound=Gate)


def register(gate: G) -> G:
    """The gate can be led to by its name. Raises ValueError for a name that is taken or not fit for a key."""
    if gate.name in _gates or gate.name != gate.name.lower() or " " in gate.name:
        raise ValueError(f"“{gate.name}” cannot be the name of a gate")
    _gates[gate.name] = gate
    return gate


def gates() -> Mapping[str, Gate]:
    """All gates by name."""
    return dict(_gates)


def decide(gate: Gate, ref: str, *, until: Stage) -> None:
    """One decision was recorded: the process stands at `until`, at another end, or beyond."""
    _converse(Conversation(ref, gate), until)


def attend(menu: Gate, ref: str, *, until: Stage | None) -> None:
    """Whatever life brought was recorded until the process stood at `until`; None waits for ever."""
    _converse(Conversation(ref, menu), until)


def ask_once(gate: Gate, desk_ref: str, door: str) -> str:
    """One question and those that followed from it were answered; gives back what was said last.

    A desk flow uses it: `door` is its own, so that its questions do not get in the way of the standing desk's.
    """
    conversation = Conversation(desk_ref, gate, door)
    for _ in range(MOST_ROUNDS_IN_ONE_START):
        typed = settle(conversation).typed
        ended = _how_it_ended(conversation)
        if ended is not None:
            return ended
        try:
            _put_and_wait(conversation, typed)
        except NothingToAsk:
            return "There is nothing to record at the moment."
    raise CannotWait


def _converse(conversation: Conversation, until: Stage | None) -> None:
    for _ in range(MOST_ROUNDS_IN_ONE_START):
        settled = settle(conversation)
        if until is not None and settled.has_come_to(until):
            return
        _put_and_wait(conversation, settled.typed)
    raise CannotWait


def _how_it_ended(conversation: Conversation) -> str | None:
    with reading() as session:
        process = process_by_ref(session, conversation.ref)
        last = last_ask(session, process.id or 0, conversation.door)
        if last is not None and last.outcome is AskOutcome.RECORDED and not last.leads_to:
            return last.said
        return None


@dataclass(frozen=True)
class Settled:
    """Where the process stands once every answer is recorded or refused, and what was typed and refused last."""

    kind: str
    stage: Stage
    is_closed: bool
    typed: Mapping[str, Any] = field(default_factory=dict)

    def has_come_to(self, until: Stage) -> bool:
        """True when the process stands there, beyond, or at another end."""
        return self.is_closed or was_reached(self.kind, self.stage, until)


def _stands(process: Process) -> Settled:
    return Settled(process.kind, process.stage, process.closed_at is not None)


@step
def settle(conversation: Conversation) -> Settled:
    """Every answer that people have sent is recorded or refused."""
    with reading() as session:
        process, waiting = process_with_unanswered(session, conversation.ref, conversation.door)
    stands = _stands(process)
    typed: Mapping[str, Any] = {}
    any_taken = False
    for ask in waiting:
        raw = port().raw_answer(ask)
        if raw is None:
            continue
        taken = _take(conversation, ask, raw)
        stands = taken.stands
        any_taken = any_taken or taken.outcome is AskOutcome.RECORDED
        if taken.outcome is AskOutcome.REFUSED:
            typed = raw
        for ref in taken.look_again:
            port().look_again(ref)
        forget(ask)
    if any_taken:
        _send_what_is_urgent()
    if any_taken and (conversation.door or stands.is_closed):  # else the pages wait for the next question's form
        show_pages(conversation.ref)
    return replace(stands, typed=typed)


def _send_what_is_urgent() -> None:
    """What is urgent goes at once, at any hour and on any day; that it could not be started stops nothing.

    It is in the outbox, and the next dispatch of the schedule has it too.
    """
    try:
        if urgent_is_waiting():
            port().send_now()
    except Exception as fault:  # noqa: BLE001
        log.warning("a dispatch could not be started at once: %s", type(fault).__name__)


def show_pages(ref: str) -> None:
    """The pages about the process are current if they could be written; that they could not stops nothing.

    The record is the truth: a page can wait for the next answer or round.
    """
    try:
        port().pages_changed(ref)
    except Exception as fault:  # noqa: BLE001
        log.warning("pages could not be brought up to date: %s", type(fault).__name__)


def forget(ask: Ask) -> None:
    """The engine's copy of the question and its answer is gone, and the record says so."""
    port().forget(ask)
    with transaction(durable=False) as session:
        note_forgotten(session, ask.id or 0)


@dataclass(frozen=True)
class _Taken:
    outcome: AskOutcome | None  # None: it was settled before
    stands: Settled  # where the process stands then
    look_again: tuple[str, ...] = ()


def _take(conversation: Conversation, ask: Ask, raw: Mapping[str, Any]) -> _Taken:
    """The raw answer is recorded or refused in one transaction."""
    look_again: tuple[str, ...] = ()
    with transaction() as session:
        at = replace(_situation(session, conversation, ask.carries), ask_id=ask.id)
        open_ask = locked_ask(session, ask)
        if open_ask.ended_at is not None:
            return _Taken(None, _stands(at.process))
        gate = _gates.get(open_ask.gate, conversation.opening)
        try:
            with session.begin_nested():
                recorded = _record(gate, at, open_ask, raw)
        except Refused as refusal:
            _end_ask(session, open_ask, AskOutcome.REFUSED, f"{NOT_RECORDED} {_sentence(refusal)}")
        else:
            following = [{"gate": each.gate, "carries": each.carries} for each in recorded.leads_to]
            open_ask.leads_to = following + list(open_ask.leads_to)
            look_again = recorded.look_again
            _end_ask(session, open_ask, AskOutcome.RECORDED, recorded.said)
        return _Taken(open_ask.outcome, _stands(at.process), look_again)


def _record(gate: Gate, at: Situation, ask: Ask, raw: Mapping[str, Any]) -> Recorded:
    try:
        form = gate.form(at)
        if form is None:
            return Recorded("That was settled in the meantime; nothing more was recorded.")
        answer = read_answer(form, ask.attempt, ask.shown, raw)
        recorded = gate.record(at.afresh(), answer)
        at.session.flush()
        return recorded
    except (Refused, Unreachable):
        raise
    except Exception as fault:  # noqa: BLE001 - an answer must never leave a run that cannot be answered
        # the fault's own words may hold what a person typed, so they are not logged
        log.error("gate %s: %s at %s", gate.name, type(fault).__name__, _where(fault))  # noqa: TRY400
        raise Refused(OUR_OWN_FAULT) from None


def _put_and_wait(conversation: Conversation, typed: Mapping[str, Any]) -> None:
    ask, form, name = put(conversation)
    if not conversation.door:
        show_pages(conversation.ref)
    prefilled = {key: value for key, value in typed.items() if not key.startswith(f"{ANSWER}_")}
    port().wait(ask, form, name, prefilled)


@step
def put(conversation: Conversation) -> tuple[Ask, Form, str]:
    """A question stands in the record under a key that was never used; older ones through this door are overtaken."""
    with transaction() as session:
        at = _situation(session, conversation, {})
        before = last_ask(session, at.process.id or 0, conversation.door)
        gate, form, carries, leads_to = _what_to_ask(at, conversation.opening, before)
        for older in unanswered(session, at.process.id or 0, conversation.door):
            _end_ask(session, older, AskOutcome.OVERTAKEN, older.said)
        ask = Ask(
            process_id=at.process.id or 0, door=conversation.door, gate=gate.name,
            attempt=next_attempt(session, at.process.id or 0, gate.name), run_id=port().run_id(),
            title=form.title[:200], shown=shown(form), carries=carries, leads_to=leads_to, asked_at=clock.now(),
            said=before.said if before is not None else "",
        )  # fmt: skip
        session.add(ask)
        session.flush()
        name = _run_name(at, form, conversation)
    return ask, with_note(form, ask.said), name


def _run_name(at: Situation, form: Form, conversation: Conversation) -> str:
    """What the run waits for, in words: "CR-7Q4M Rowan: 3 of 8 returns"."""
    if conversation.door:
        return form.title
    whose = f"Desk of {at.board.name}" if at.process.kind == "desk" else at.process.spoken_ref
    return f"{whose}: {form.title}"


def _what_to_ask(at: Situation, opening: Gate, before: Ask | None) -> tuple[Gate, Form, dict[str, Any], list[Any]]:
    """The question that is due: the refused or overtaken one again, the one that follows, else the opening."""
    for wanted in _candidates(before):
        gate = _gates.get(wanted.pop("gate"))
        form = gate.form(replace(at, carries=wanted["carries"])) if gate else None
        if gate and form:
            return gate, form, wanted["carries"], wanted["leads_to"]
    form = opening.form(at)
    if form is None:
        raise NothingToAsk
    return opening, form, {}, []


def _candidates(before: Ask | None) -> list[dict[str, Any]]:
    if before is None:
        return []
    chain = [dict(each) for each in before.leads_to]
    if before.outcome is not AskOutcome.RECORDED:
        chain.insert(0, {"gate": before.gate, "carries": before.carries})
    return [{**each, "leads_to": chain[number + 1 :]} for number, each in enumerate(chain)]


def _situation(session: Session, conversation: Conversation, carries: Mapping[str, Any]) -> Situation:
    process = process_by_ref(session, conversation.ref, for_update=True)
    if not conversation.door:
        insist_that_we_may_work_for(session, process)
    board = kept(session, Board, process.board_id)
    return Situation(session, rule_book(board.key), process, clock.today(), carries)


def insist_that_we_may_work_for(session: Session, process: Process) -> None:
    """The fence: only the run that the record names may work for a process. Raises NotOurs."""
    ours = port().run_id()
    if process.run_id is None and port().may_adopt(process.idempotency_key):
        process.run_id = ours
        session.add(process)
    if process.run_id != ours:
        raise NotOurs


def _end_ask(session: Session, ask: Ask, outcome: AskOutcome, said: str) -> None:
    ask.ended_at, ask.outcome, ask.said = clock.now(), outcome, said[:2000]
    session.add(ask)


def _sentence(refusal: Refused) -> str:
    text = str(refusal).strip()
    return text if text.endswith((".", "!", "?")) else text + "."


def _where(fault: BaseException) -> str:
    trace, place = fault.__traceback__, "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        place, trace = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}", trace.tb_next
    return place
