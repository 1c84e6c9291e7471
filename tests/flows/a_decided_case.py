"""A case that was considered and decided, put straight into the record, and what the office does about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from config import clock
from flows.steps.after_decision import follow_decision
from models.records.asks import GateAnswer
from models.records.boards import Agency, board_by_key
from models.records.chasing import deadlines_of, meet_deadline, open_deadline
from models.records.database import Session, transaction
from models.records.history import write_history
from models.records.moving import event_happened, move_to, open_process
from models.records.processes import Process, process_by_ref
from models.rules.outcomes import Outcome
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Period, Unit, add_months
from tests.builders import on
from tests.records_builders import BOARD, agency, book, the_day

NOTIFIED, RECOMMENDED, DECIDED = on("Mon 2026-03-02"), on("Mon 2026-03-23"), on("Wed 2026-03-25")
TWO = ("police", "ccg")


def a_referral(
    notified_on: date = NOTIFIED, agencies: tuple[str, ...] = TWO, parent: str = "", guidance: str = ""
) -> str:  # fmt: skip
    """A case stands at its referral, under another edition where one is named; gives back its reference."""
    with the_day(notified_on, 9), transaction() as session:
        asked: list[Agency] = [agency(session, each) for each in agencies]
        before = process_by_ref(session, parent) if parent else None
        board = board_by_key(session, BOARD)
        under = replace(book(), guidance=guidance or book().guidance)
        made = open_process(session, under, board, "scr-consideration", "", asked, before)
        event_happened(session, book(), made, "notification", notified_on)
        limit_on = add_months(notified_on, 1)
        period = Period(
            kind="limit", title="Case decided", anchor="notification", offset=1, unit=Unit.MONTHS, limit=True,
            owner_role="independent_chair", ladder="limit", source="a test", mark="P:03",
        )  # fmt: skip
        due = DueDate("limit", "notification", notified_on, 1, Unit.MONTHS, limit_on, limit_on, "one month later")
        open_deadline(session, book(), made, period, due)
        return made.ref


def recommended(ref: str, outcome: Outcome, day: date = RECOMMENDED) -> None:
    """The panel has recommended that, and the case waits for the decision."""
    with the_day(day, 11), transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        event_happened(session, book(), process, "recommendation", day)
        keep(session, process, "consideration-recommendation", outcome, "panel_chair", day)
        move_to(session, process, Stage.RECOMMENDED)


def decided(ref: str, outcome: Outcome, day: date = DECIDED, **facts: object) -> str:
    """The Chair has decided that; gives back the reference of what was opened, "" where nothing was."""
    with the_day(day, 12), transaction() as session:
        process = process_by_ref(session, ref, for_update=True)
        event_happened(session, book(), process, "decision", day)
        meet_deadline(session, process, deadlines_of(session, process, "limit")[0], day)
        keep(session, process, "consideration-decision", outcome, "independent_chair", day, **facts)
        opened = follow_decision(session, book(), process, outcome, day)
        return opened.ref if opened is not None else ""


def a_decided_case(outcome: Outcome, agencies: tuple[str, ...] = TWO, guidance: str = "") -> tuple[str, str]:
    """A case that was recommended and decided alike; gives back its reference and that of what was opened."""
    ref = a_referral(agencies=agencies, guidance=guidance)
    recommended(ref, outcome)
    return ref, decided(ref, outcome)


def keep(
    session: Session, process: Process, gate: str, outcome: Outcome, capacity: str, day: date, **facts: object
) -> None:  # fmt: skip
    """The decision stands in the record as a gate keeps it."""
    kept = {"gate": gate, "outcome": outcome.value, "capacity": capacity, "on": day, **facts}
    seq = write_history(session, process, "decision", kept)
    session.add(
        GateAnswer(
            process_id=process.id or 0, gate=gate, decision=outcome.value, capacity=capacity, decided_on=day,
            recorded_at=clock.now(), history_seq=seq,
        )
    )  # fmt: skip
    session.flush()
