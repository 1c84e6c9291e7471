"""All cases that were considered: when they came, what was recommended and decided, and how long it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.records.asks import GateAnswer
from models.records.deadlines import Deadline
from models.records.history import History
from models.records.processes import AnchorEvent, Process
from models.rules.outcomes import Outcome
from models.rules.stages import Stage

KIND = "scr-consideration"
RECOMMENDATIONS = ("panel-recommendation", "consideration-recommendation")
DECISION = "consideration-decision"
WHY_LATE = ("overrun_reason", "overrun")  # under which the decision keeps why it came after its limit
LIMIT = "limit"


@dataclass(frozen=True)
class Considered:
    """One case; what has not happened is None."""

    ref: str
    spoken_ref: str
    stage: Stage
    received_on: date | None
    recommended_on: date | None
    recommended: Outcome | None  # in the last round
    decided_on: date | None
    outcome: Outcome | None
    capacity: str  # in which it was decided
    limit_on: date | None
    overrun_reason: str  # a choice, "" where none is recorded
    rounds: int  # of the panel; after "more information" each is a process of its own
    earlier: tuple[str, ...] = ()  # the references of the rounds before

    @property
    def days_taken(self) -> int | None:
        """Calendar days from its notification to its decision."""
        if self.received_on is None or self.decided_on is None:
            return None
        return (self.decided_on - self.received_on).days

    @property
    def is_within_limit(self) -> bool | None:
        """True where it was decided by its limit; None while it is not decided, or has no limit."""
        if self.decided_on is None or self.limit_on is None:
            return None
        return self.decided_on <= self.limit_on

    @property
    def is_withdrawn(self) -> bool:
        """True when the referral was withdrawn, so that nothing was decided."""
        return self.stage is Stage.WITHDRAWN

    @property
    def counts_on(self) -> date | None:
        """The day by which it is told in which year it falls: of its decision, else of its notification."""
        return self.decided_on or self.received_on


def considered_cases(
    session: Session, board_id: int, from_on: date | None = None, until_on: date | None = None
) -> Sequence[Considered]:
    """The board's considered cases, newest first; with days, those decided from the one to the other.

    A case that was considered in several rounds is there once, as its last round stands. What is not decided yet
    counts by the day of its notification.
    """
    processes = session.exec(
        select(Process).where(Process.board_id == board_id, Process.kind == KIND).order_by(col(Process.id).desc())
    ).all()
    known, by_id = _Known(session, board_id), {each.id: each for each in processes}
    goes_on = {each.parent_id for each in processes if each.parent_id in by_id}  # another round has begun since
    cases = [_case(each, by_id, known) for each in processes if each.id not in goes_on]
    return [each for each in cases if _falls_within(each.counts_on, from_on, until_on)]


def counted(cases: Sequence[Considered]) -> Mapping[Outcome, int]:
    """How often each outcome was decided; outcomes that were not are there with none."""
    outcomes = [each for each in Outcome if each is not Outcome.MORE_INFORMATION]
    return {outcome: sum(each.outcome is outcome for each in cases) for outcome in outcomes}


class _Known:
    """What the record says of all considered cases of a board, by the number of the process; four statements."""

    def __init__(self, session: Session, board_id: int) -> None:
        mine = select(Process.id).where(Process.board_id == board_id, Process.kind == KIND)
        self.events: dict[int, dict[str, date]] = defaultdict(dict)
        for event in session.exec(select(AnchorEvent).where(col(AnchorEvent.process_id).in_(mine))).all():
            self.events[event.process_id][event.name] = event.happened_on
        self.answers: dict[int, list[GateAnswer]] = defaultdict(list)
        answers = select(GateAnswer).where(
            col(GateAnswer.process_id).in_(mine), col(GateAnswer.taken_back_at).is_(None),
            col(GateAnswer.gate).in_((*RECOMMENDATIONS, DECISION)),
        )  # fmt: skip
        for answer in session.exec(answers.order_by(col(GateAnswer.history_seq))).all():
            self.answers[answer.process_id].append(answer)
        limits = select(Deadline).where(col(Deadline.process_id).in_(mine), Deadline.slot == LIMIT)
        self.limits = {each.process_id: each.due_on for each in session.exec(limits).all()}
        rows = select(History).where(col(History.process_id).in_(mine), History.deed == "decision")
        self.facts = {(row.process_id, row.seq): row.facts for row in session.exec(rows).all()}

    def rounds_of_panel(self, process: Process) -> int:
        """How often the panel has recommended in that process; one that it has not reached counts as well."""
        return max(1, sum(each.gate in RECOMMENDATIONS for each in self.answers[process.id or 0]))


def _case(process: Process, by_id: Mapping[int | None, Process], known: _Known) -> Considered:
    rounds = [process]
    while rounds[-1].parent_id in by_id:
        rounds.append(by_id[rounds[-1].parent_id])
    number = process.id or 0
    events, answers = known.events[number], known.answers[number]
    recommended = [each for each in answers if each.gate in RECOMMENDATIONS]
    decided = [each for each in answers if each.gate == DECISION and _outcome(each) is not Outcome.MORE_INFORMATION]
    last, decision = (recommended[-1] if recommended else None), (decided[-1] if decided else None)
    facts = known.facts.get((number, decision.history_seq), {}) if decision else {}
    return Considered(
        ref=process.ref, spoken_ref=process.spoken_ref, stage=process.stage, received_on=events.get("notification"),
        recommended_on=last.decided_on if last else events.get("recommendation"),
        recommended=_outcome(last) if last else None,
        decided_on=decision.decided_on if decision else None, outcome=_outcome(decision) if decision else None,
        capacity=decision.capacity if decision else "", limit_on=known.limits.get(number),
        overrun_reason=next((str(facts[each]) for each in WHY_LATE if facts.get(each)), ""),
        rounds=sum(known.rounds_of_panel(each) for each in rounds), earlier=tuple(each.ref for each in rounds[1:]),
    )  # fmt: skip


def _outcome(answer: GateAnswer) -> Outcome | None:
    return Outcome(answer.decision) if answer.decision in {each.value for each in Outcome} else None


def _falls_within(day: date | None, from_on: date | None, until_on: date | None) -> bool:
    if from_on is None and until_on is None:
        return True
    return day is not None and (from_on is None or from_on <= day) and (until_on is None or day <= until_on)
