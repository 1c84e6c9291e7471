"""What every decision has: whose it is, when it was taken, who writes it down; and the rules for that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from config import clock
from flows.forms import Answer, Field, Kind, Refused
from flows.gates import Situation
from flows.steps.letters import confirm_decision
from models.records.asks import GateAnswer
from models.records.history import write_history
from models.records.processes import Process, anchors_of
from models.rules.spoken import spoken, spoken_anchor
from models.rules.who_decides import AS_THE_FRAMEWORKS_SAY, WhoDecides

DECIDERS = (
    "strategic_partners", "independent_chair", "independent_chair_deputy", "panel_chair", "panel_chair_deputy",
    "monitoring_chair", "business_manager", "deputy_manager",
)  # fmt: skip
BACK = ("back", "Nothing to record here: back to the list")
BEGIN_WITH = ("notification", "decision")  # the events that processes begin with
EARLIEST_SENSIBLE = date(2000, 1, 1)
LONGEST_NAME = 200
NOBODY = "?"  # the capacity of a decision that was refused, while the rest of its form is looked at


class NothingElseIsWrong(Exception):
    """The rest of the form of a decision that was refused would do."""


@dataclass(frozen=True)
class Decision:
    """A decision as a person reports it."""

    capacity: str
    on: date
    words: dict[str, str]  # who, in which meeting, written down by whom: kept apart from the facts


def who_decided(
    *, date_title: str = "On which day was it decided?", needed: bool = True, who: WhoDecides = AS_THE_FRAMEWORKS_SAY
) -> tuple[Field, ...]:
    """The fields that every decision has; not `needed` where the form can be sent without a decision."""
    return (
        Field(
            "capacity", Kind.ONE_OF, "In which capacity was it decided?", "Whose decision it is.", needed=needed,
            options=tuple((role, _upper(who.role(role))) for role in DECIDERS),
        ),
        Field("decided_by", Kind.TEXT, "Who decided? (name)", "Kept in the record only; never in a message.",
              needed=needed),
        day_field("decided_on", date_title),
        Field("meeting", Kind.TEXT, "In which meeting? (if there was one)", "For example the minute or its date."),
        recorded_by(),
    )  # fmt: skip


def recorded_by() -> Field:
    """Who writes it down."""
    return Field("recorded_by", Kind.TEXT, "Who is recording this? (your name)", required=True)


def day_field(name: str, title: str) -> Field:
    """A day, empty for today."""
    return Field(name, Kind.DATE, title, "Leave empty for today.")


def day_in(answer: Answer, name: str, today: date, *, not_before: date | None, event: str = "") -> date:
    """The day that was answered, today when it was left empty. Raises Refused for an impossible one."""
    day = answer.day(name) or today
    if day > today:
        raise Refused(f"{spoken(day)} lies in the future; record it when it has happened")
    if day < EARLIEST_SENSIBLE:
        raise Refused(f"{spoken(day)} cannot be right; please check the year")
    if not_before and day < not_before:
        raise Refused(f"{spoken(day)} is before {event}, which was on {spoken(not_before)}")
    return day


def insist_on_after_decision(at: Situation, process: Process, day: date) -> None:
    """Nothing of a process can lie before the event that it began with. Raises Refused."""
    known = anchors_of(at.session, process.id or 0)
    began_with = next((each for each in BEGIN_WITH if each in known), None)
    if began_with is not None and day < known[began_with]:
        event = spoken_anchor(began_with, at.book.who_decides(process.guidance))
        raise Refused(
            f"{spoken(day)} is before {event}, which was on {spoken(known[began_with])}; please check the year"
        )


def may_decide(at: Situation, process: Process, gate: str) -> tuple[str, ...]:
    """The roles that may take the decision in that process: its own edition of the guidance says so."""
    return at.book.may_decide(process.guidance, gate)


def decision_in(
    at: Situation,
    answer: Answer,
    *,
    may_decide: Collection[str],
    not_before: date | None = None,
    event: str = "",
    faults: Iterable[str] = (),
    about: Process | None = None,
) -> Decision:
    """The decision that was answered: about the process that is asked, unless it is `about` another.

    Raises Refused, with every reason at once, `faults` of other fields first.
    """
    faults, who = list(faults), at.book.who_decides(about.guidance if about else at.guidance)
    capacity = answer.text("capacity")
    if not capacity:
        faults.append("it does not say in which capacity it was decided")
    elif capacity not in may_decide:
        allowed = " or ".join(who.role(role) for role in may_decide)
        faults.append(f"this is for the {allowed} to decide, not for the {who.role(capacity)}")
    if not answer.text("decided_by"):
        faults.append("it does not say who decided")
    day = at.today
    try:
        day = day_in(answer, "decided_on", at.today, not_before=not_before, event=event)
    except Refused as refusal:
        faults.append(str(refusal))
    if faults:
        raise Refused("; ".join(faults))
    words = {name: answer.text(name) for name in ("decided_by", "meeting", "recorded_by") if answer.text(name)}
    return Decision(capacity, day, words)


def who_recorded(at: Situation, process: Process, answer: Answer, what: str, **facts: object) -> None:
    """The history says that something was recorded through a form, and keeps apart by whom."""
    write_history(at.session, process, what, dict(facts), {"recorded_by": answer.text("recorded_by")[:LONGEST_NAME]})


def keep_decision(
    at: Situation, process: Process, gate: str, decision: Decision, outcome: str, plain: str, **facts: object
) -> None:
    """The decision stands in the history, and the person in whose name it stands will have it confirmed.

    `plain` says it in fixed words that may stand in a message. Raises NothingElseIsWrong for a decision of NOBODY.
    """
    if decision.capacity == NOBODY:
        raise NothingElseIsWrong
    seq = write_history(
        at.session, process, "decision",
        {"gate": gate, "outcome": outcome, "capacity": decision.capacity, "on": decision.on, **facts},
        decision.words,
    )  # fmt: skip
    at.session.add(
        GateAnswer(
            process_id=process.id or 0, gate=gate, ask_id=at.ask_id, decision=outcome, capacity=decision.capacity,
            decided_on=decision.on, recorded_at=clock.now(), history_seq=seq,
        )
    )  # fmt: skip
    confirm_decision(at.session, process, decision.capacity, decision.on, plain, seq)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
