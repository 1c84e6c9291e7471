"""The people of a rehearsed process: each does a thing on the day on which it is due, or so much later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.forms import Field
from flows.questions.bodies import LETTERS_SENT
from flows.questions.menu import Menu
from flows.rehearsal.stage import Stage
from flows.steps.bodies import goes_outside
from models.records.boards import agencies_of
from models.records.chasing import deadlines_of
from models.records.database import Session, reading
from models.records.deadlines import Deadline
from models.records.meetings import is_on, planned_meetings
from models.records.processes import Process, process_by_ref
from models.rulebook import RuleBook
from models.rules.working_days import add_working_days, next_working_day

Deed = Callable[["Cast"], None]  # finds in the cast what is due, and on which day


@dataclass(frozen=True)
class Decision:
    """How something that is owed is decided: through which gate, with which further answers."""

    gate: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What the people of one kind of process do when something is due; what is named nowhere is ticked as arrived.

    `order` says what is done first of two things on one day; `special` is done in a way of its own.
    """

    course: Callable[[str], str]  # what happens in the process, in order
    menu: Menu
    order: Sequence[str]
    decisions: Mapping[str, Decision]
    special: Mapping[str, Deed]
    never_done: Collection[str] = ()
    each_morning: Callable[[date], None] | None = None  # what a morning round does about it beside chasing


@dataclass(frozen=True)
class Late:
    """Somebody who is late: with what, which agency (empty: the board itself), by how many working days."""

    kind: str
    agency: str
    working_days: int


@dataclass
class Cast:
    """The people of one rehearsed process."""

    ref: str
    book: RuleBook
    part: Part
    stage: Stage
    late: Sequence[Late] = ()
    done: set[str] = field(default_factory=set)  # slot and arming of what was done
    put_off: set[str] = field(default_factory=set)  # what nobody can record yet: it waits for something else
    to_do: list[tuple[date, Deadline]] = field(default_factory=list)  # on which day somebody does it
    alike: Sequence[Deadline] = ()  # what is done at the moment: all of one kind
    day: date = date.min  # and on which day
    meetings_on: list[date] = field(default_factory=list)  # the days of the meetings that are planned
    agencies: Mapping[int, str] = field(default_factory=dict)

    def next_day(self, session: Session, process: Process, owed: Sequence[Deadline]) -> date | None:
        """The first day on which somebody does something; `owed` is what is open."""
        self.meetings_on = sorted(is_on(each) for each in planned_meetings(session, process))
        self.to_do = self._to_do(owed)
        return min((*(day for day, _ in self.to_do), *self.meetings_on), default=None)

    def meet(self, day: date) -> int:
        """The meetings of that day were held, with everybody there; gives back how many."""
        if not any(each <= day for each in self.meetings_on):
            return 0
        with reading() as session:
            known = planned_meetings(session, process_by_ref(session, self.ref))
        held = [each for each in known if is_on(each) <= day]
        for each in held:
            self.stage.go_to("meeting-changed")
            fields: Sequence[Field] = self.stage.waiting.form.fields if self.stage.waiting else ()
            came = [value for one in fields if one.name == "came" for value, _ in one.options]
            self.stage.answer("held", which=str(each.id), chaired_by="panel_chair", came=came)
        return len(held)

    def act(self, day: date) -> list[Deadline]:
        """Everything that is done on that day is recorded; gives back what it was."""
        acted: list[Deadline] = []
        while True:
            now = [each for on, each in self.to_do if on <= day and self._key(each) not in self.done]
            if not now:
                return acted
            first = min(now, key=lambda each: (self._place(each.kind), each.slot))
            self.alike, self.day = [each for each in now if each.kind == first.kind], day
            tried = {self._key(each) for each in self.alike}
            self.done |= tried
            self._do(first.kind)
            if self.alike:
                self.done -= self.put_off - tried  # something was done, which others may have waited for
                self.put_off &= tried
            acted += self.alike
            with reading() as session:
                self.to_do = self._to_do(deadlines_of(session, process_by_ref(session, self.ref), only_open=True))

    def days_late(self, kind: str, agency: str) -> int:
        """By how many working days that is late."""
        return sum(each.working_days for each in self.late if (each.kind, each.agency) == (kind, agency))

    def _to_do(self, owed: Sequence[Deadline]) -> list[tuple[date, Deadline]]:
        found = []
        for each in owed:
            if each.kind in self.part.never_done or self._key(each) in self.done:
                continue
            agency = self._agencies().get(each.agency_id or 0, "")
            day = next_working_day(each.working_target_on, self.book.calendar)
            late = self.days_late(each.kind, agency)
            found.append((add_working_days(day, late, self.book.calendar) if late else day, each))
        return found

    def _do(self, kind: str) -> None:
        if kind in self.part.special:
            self.part.special[kind](self)
        elif kind in self.part.decisions:
            known = self.part.decisions[kind]
            self.decide(known.gate, known.values)
        elif self._goes_outside(kind):
            self.send_letters()
        elif kind in self.part.menu.plain:
            self.tick()

    def _goes_outside(self, kind: str) -> bool:
        with reading() as session:
            process = process_by_ref(session, self.ref)
            return goes_outside(self.book, process, kind)

    def send_letters(self) -> None:
        """The letters that are due to bodies outside were sent, by a person."""
        if LETTERS_SENT.name in self.stage.offers():
            which = [f"{self.ref}/{each.slot}" for each in self.alike]
            self.stage.go_to(LETTERS_SENT.name)
            self.stage.answer("sent", which=which, sent_by="Rehearsal", way="secure-mail")

    def tick(self) -> None:
        """What is due has arrived, but for what cannot have arrived yet."""
        there = self.stage.may_choose("arrived")
        self.wait([each for each in self.alike if each.slot not in there])
        if self.alike:
            self.stage.answer("ticked", arrived=[each.slot for each in self.alike])

    def decide(self, gate: str, values: Mapping[str, Any], choice: str = "record") -> None:
        """The decision is recorded, as soon as it is offered."""
        if gate not in self.stage.offers():
            self.wait(self.alike)
            return
        self.stage.go_to(gate)
        self.stage.answer(choice, capacity=self.whose(gate), **values)

    def wait(self, those: Sequence[Deadline]) -> None:
        """These are tried again once something else was done."""
        self.put_off |= {self._key(each) for each in those}
        self.alike = [each for each in self.alike if each not in those]

    def whose(self, gate: str) -> str:
        """In which capacity the decision is taken: whoever is asked first."""
        return self.book.may_decide(self.book.guidance, gate)[0]

    def each(self, choice: str, of_slot: Mapping[str, str]) -> None:
        """What is due is ticked, and the form that follows has one choice for each agency."""
        self.tick()
        ticked = {each.slot for each in self.alike}
        if ticked:
            self.stage.answer(choice, **{_of(slot): value for slot, value in of_slot.items() if slot in ticked})

    def _agencies(self) -> Mapping[int, str]:
        """The keys of the board's agencies by their numbers in the record."""
        if not self.agencies:
            with reading() as session:
                process = process_by_ref(session, self.ref)
                self.agencies = {each.id or 0: each.key for each in agencies_of(session, process.board_id)}
        return self.agencies

    def _place(self, kind: str) -> int:
        return self.part.order.index(kind) if kind in self.part.order else len(self.part.order)

    def _key(self, deadline: Deadline) -> str:
        return f"{deadline.slot}:{deadline.arming}"


def _of(slot: str) -> str:
    return f"of_{slot.partition(':')[2].replace('-', '_')}"
