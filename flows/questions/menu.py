"""The form of a process that waits for several things at once: arrivals to tick, decisions to go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Following, Recorded, Situation
from flows.questions.bodies import LETTERS_SENT
from flows.questions.decisions import day_field, day_in, insist_on_after_decision, recorded_by, who_recorded
from flows.questions.national_panel import PANEL_HAS_WRITTEN
from flows.questions.restriction import insist_that_they_may_arrive
from flows.steps.arrivals import record_arrival
from flows.steps.bodies import goes_outside
from models.records.chasing import deadlines_of
from models.records.deadlines import DeadlineState
from models.records.standing import Standing, standings
from models.rules.processes import KINDS
from models.rules.spoken import and_joined
from models.rules.stages import Stage, was_reached
from reports.standing_list import standing_list

TICKED = "ticked"
WITH_BODIES_OUTSIDE = (LETTERS_SENT, PANEL_HAS_WRITTEN)  # offered by every menu, wherever there is something to record


@dataclass(frozen=True)
class Action:
    """Something that can be recorded beside arrivals, in a form of its own."""

    gate: str
    label: str
    is_open: Callable[[Situation], bool]


@dataclass(frozen=True)
class Menu:
    """One form that lists exactly what is open; what passes with bodies outside is offered wherever there is any.

    `plain` are the kinds whose arrival needs a day and nothing else; `detailed` those that lead to a form of
    their own.
    """

    name: str
    title: Callable[[Situation], str]
    plain: frozenset[str]
    detailed: Mapping[str, str]  # kind -> gate
    actions: Sequence[Action]
    not_before: Mapping[str, Stage] = field(default_factory=dict)  # kinds that nobody can have done at an earlier stage

    def form(self, at: Situation) -> Form | None:
        """What is open now."""
        rows = standings(at.session, at.book, at.process, at.today, at.owed())
        awaited = self.awaited(at)
        labels = [(row.slot, row.label) for row in rows if row.slot in awaited]
        options = [(each.gate, at.who.say(each.label)) for each in self.actions if each.is_open(at)]
        options += [(each.name, each.label) for each in WITH_BODIES_OUTSIDE if each.is_open(at)]
        if labels:
            options.insert(0, (TICKED, "What is ticked below has arrived"))
        return Form(
            self.title(at), self._intro(at, rows), choice("What do you want to record?", *options),
            (*self._arrivals(labels), recorded_by()),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """Plain arrivals are met at once; the rest leads to forms of its own."""
        ticked = answer.chosen("arrived")
        if answer.choice == TICKED and "arrived" not in answer.values:
            return Recorded("That was settled in the meantime; nothing was changed.")
        if answer.choice == TICKED and not ticked:
            raise Refused("nothing was ticked under “What has arrived?”")
        came_on = day_in(answer, "arrived_on", at.today, not_before=None)
        insist_on_after_decision(at, at.process, came_on)
        insist_that_they_may_arrive(at.session, at.process, (each.partition(":")[0] for each in ticked))
        said, detailed = self._record_arrivals(at, answer, came_on)
        if ticked:
            who_recorded(at, at.process, answer, "arrivals recorded", slots=list(ticked))
        leads_to = [
            Following(gate, {"slots": slots, "came_on": came_on.isoformat()}) for gate, slots in detailed.items()
        ]
        if answer.choice != TICKED:
            leads_to.append(Following(answer.choice))
        return Recorded(said, tuple(leads_to))

    def awaited(self, at: Situation) -> set[str]:
        """The slots of everything that may arrive now."""
        return {
            each.slot
            for each in at.owed()
            if (each.kind in self.plain or each.kind in self.detailed)
            and self._can_be_there(at, each.kind)
            and not goes_outside(at.book, at.process, each.kind)
        }

    def _can_be_there(self, at: Situation, kind: str) -> bool:
        earliest = self.not_before.get(kind)
        return earliest is None or was_reached(at.process.kind, at.process.stage, earliest)

    def _arrivals(self, labels: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
        if not labels:
            return ()
        return (
            Field(
                "arrived",
                Kind.SOME_OF,
                "What has arrived?",
                "Tick as many as you like.",
                options=tuple(labels),
            ),
            day_field("arrived_on", "On which day did it arrive?"),
        )

    def _intro(self, at: Situation, rows: Sequence[Standing]) -> str:
        still = [row for row in rows if row.is_open]
        return f"What this {KINDS[at.process.kind].outside} waits for:\n\n{standing_list(still)}"

    def _record_arrivals(self, at: Situation, answer: Answer, came_on: date) -> tuple[str, dict[str, list[str]]]:
        detailed: dict[str, list[str]] = {}
        recorded: list[str] = []
        settled: list[str] = []
        ticked = answer.chosen("arrived")
        by_slot = {each.slot: each for each in deadlines_of(at.session, at.process)} if ticked else {}
        for slot in ticked:
            deadline = by_slot[slot]
            if deadline.kind in self.detailed and deadline.state is DeadlineState.OPEN:
                detailed.setdefault(self.detailed[deadline.kind], []).append(slot)
                continue
            line = record_arrival(at.session, at.book, at.process, deadline, came_on)
            (recorded if line.was_open else settled).append(line.words)
        return said_of_arrivals(recorded, settled, goes_on=bool(detailed) or answer.choice != TICKED), detailed


def said_of_arrivals(recorded: Sequence[str], settled: Sequence[str], *, goes_on: bool) -> str:
    """What became of ticked arrivals, in words."""
    parts = []
    if recorded:
        parts.append(f"Recorded: {and_joined(recorded)}.")
    if settled:
        parts.append(f"Already settled, so nothing was changed: {and_joined(settled)}.")
    if not parts and goes_on:
        parts.append("Please fill in the details below.")
    return " ".join(parts) or "Nothing was recorded."
