"""Who does what in a rehearsed practice learning review: each thing on the day on which it is due, or so much later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.forms import Field
from flows.questions.practice_learning_review import WHAT_HAPPENED
from flows.questions.returns import QUESTIONS
from flows.rehearsal.stage import Stage
from models.records.chasing import deadlines_of
from models.records.database import Session, reading
from models.records.deadlines import Deadline
from models.records.meetings import is_on, planned_meetings
from models.records.processes import Process, process_by_ref
from models.rulebook import RuleBook
from models.rules.working_days import add_working_days, next_working_day

REVIEWER = {
    "reviewer": "Rehearsed Reviewer", "reviewer_email": "reviewer@independent.example", "checked_by": "Rehearsal",
    "belongs_to": "none",
}  # fmt: skip
# kind of deadline -> (gate, capacity, further answers); the rest is ticked as arrived
DECISIONS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "reviewer": ("reviewer-commissioned", "independent_chair", REVIEWER),
    "initial_meeting": ("initial-meeting", "panel_chair", {"method": "imr_based"}),
    "terms_draft": ("terms-circulated", "panel_chair", {}),
    "draft_report": ("draft-report", "panel_chair", {}),
    "sign_off": ("sign-off", "panel_chair", {}),
    "board_approval": ("board-approval", "independent_chair", {}),
    "publication": ("publication", "business_manager", {}),
    "plan_handover": ("plan-handover", "monitoring_chair", {"actions": 12}),
    "plan_review_3": ("plan-looked-at", "monitoring_chair", {"closed": 4, "still_open": 8}),
    "plan_review_6": ("plan-looked-at", "monitoring_chair", {"closed": 8, "still_open": 4}),
    "plan_review_12": ("plan-looked-at", "monitoring_chair", {"closed": 12, "still_open": 0}),
}
NEVER_DONE = ("limit", "decision_limit", "author_letters", "commission")
ORDER = (
    "partners_agreement", "author_named", "reviewer", "initial_meeting", "terms_draft", "terms_agreed", "briefing",
    "chronology", "midpoint", "imr", "panel_reads", "imr_final", "event_invitations", "learning_event", "draft_report",
    "draft_meeting", "accuracy", "feedback", "sign_off", "board_approval", "publication", "plan_handover",
)  # fmt: skip


@dataclass(frozen=True)
class Late:
    """Somebody who is late: with what, which agency (empty: the board itself), by how many working days."""

    kind: str
    agency: str
    working_days: int


@dataclass
class Cast:
    """The people of one rehearsed review."""

    ref: str
    book: RuleBook
    stage: Stage
    late: Sequence[Late] = ()
    done: set[str] = field(default_factory=set)  # slot and arming of what was done
    to_do: list[tuple[date, Deadline]] = field(default_factory=list)  # on which day somebody does it
    meetings_on: list[date] = field(default_factory=list)  # the days of the meetings that are planned

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
            first = min(now, key=lambda each: (_place(each.kind), each.slot))
            alike = [each for each in now if each.kind == first.kind]
            self.done |= {self._key(each) for each in alike}
            self._do(first.kind, alike, day)
            acted += alike
            with reading() as session:
                self.to_do = self._to_do(deadlines_of(session, process_by_ref(session, self.ref), only_open=True))

    def days_late(self, kind: str, agency: str) -> int:
        """By how many working days that is late."""
        return sum(each.working_days for each in self.late if (each.kind, each.agency) == (kind, agency))

    def _to_do(self, owed: Sequence[Deadline]) -> list[tuple[date, Deadline]]:
        found = []
        for each in owed:
            if each.kind in NEVER_DONE or self._key(each) in self.done:
                continue
            agency = each.slot.partition(":")[2]
            day = next_working_day(each.working_target_on, self.book.calendar)
            late = self.days_late(each.kind, agency)
            found.append((add_working_days(day, late, self.book.calendar) if late else day, each))
        return found

    def _do(self, kind: str, alike: Sequence[Deadline], day: date) -> None:
        special: dict[str, Callable[[], None]] = {
            "partners_agreement": lambda: self.stage.answer("agree", capacity="strategic_partners"),
            "author_named": lambda: self._each(alike, "named", {}),
            "midpoint": lambda: self._each(alike, "recorded", {each.slot: self._word(each) for each in alike}),
            "imr": lambda: self._hand_in(alike),
            "imr_final": lambda: self._final(alike),
            "panel_reads": lambda: self._read(QUESTIONS),
            "briefing": self._brief,
        }
        if kind in special:
            special[kind]()
        elif kind in DECISIONS:
            gate, capacity, values = DECISIONS[kind]
            extra = {"first_due_on": add_working_days(day, 40, self.book.calendar).isoformat()}
            self._decide(gate, capacity, {**values, **(extra if kind == "plan_handover" else {})})
            if kind == "initial_meeting" and "update-meetings" in self.stage.offers():
                self.stage.go_to("update-meetings")
                self.stage.answer("plan", capacity="panel_chair")
        elif kind in WHAT_HAPPENED.plain:
            self.stage.answer("ticked", arrived=[each.slot for each in alike])
            if kind == "terms_agreed" and "terms-go-on" in self.stage.offers():
                self._decide("terms-go-on", "panel_chair", {})

    def _decide(self, gate: str, capacity: str, values: Mapping[str, Any]) -> None:
        if gate not in self.stage.offers():
            return
        self.stage.go_to(gate)
        self.stage.answer("record", capacity=capacity, **values)

    def _each(self, alike: Sequence[Deadline], choice: str, of_slot: Mapping[str, str]) -> None:
        """Several things are ticked, and the form that follows has one choice for each agency."""
        self.stage.answer("ticked", arrived=[each.slot for each in alike])
        self.stage.answer(choice, **{_of(slot): value for slot, value in of_slot.items()})

    def _hand_in(self, alike: Sequence[Deadline]) -> None:
        self._each(alike, "recorded", {each.slot: "chief_officer" for each in alike})
        if any(each.startswith("panel_reads:") for each in self.done):
            self._read(QUESTIONS)

    def _final(self, alike: Sequence[Deadline]) -> None:
        self._each(alike, "recorded", {each.slot: "chief_officer" for each in alike})
        self._read("accepted")

    def _read(self, answer: str) -> None:
        if "panel-read" not in self.stage.offers():
            return
        self.stage.go_to("panel-read")
        fields: Sequence[Field] = self.stage.waiting.form.fields if self.stage.waiting else ()
        chosen = {each.name: answer for each in fields if each.name.startswith("of_")}
        self.stage.answer("read", capacity="panel_chair", **chosen)

    def _brief(self) -> None:
        if "briefing-held" not in self.stage.offers():
            return
        self.stage.go_to("briefing-held")
        fields: Sequence[Field] = self.stage.waiting.form.fields if self.stage.waiting else ()
        there = [value for each in fields if each.name == "agencies" for value, _ in each.options]
        self.stage.answer("briefed", agencies=there)

    def _word(self, deadline: Deadline) -> str:
        agency = deadline.slot.partition(":")[2]
        return "at-risk" if self.days_late("imr", agency) else "on-track"

    def _key(self, deadline: Deadline) -> str:
        return f"{deadline.slot}:{deadline.arming}"


def _of(slot: str) -> str:
    return f"of_{slot.partition(':')[2].replace('-', '_')}"


def _place(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
