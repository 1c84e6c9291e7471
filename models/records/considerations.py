"""What the record knows of considerations beside their dates: referrals, rounds, and what was recommended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.records.asks import GateAnswer
from models.records.boards import Agency
from models.records.history import History, write_history
from models.records.processes import Participant, Process, parent_of, participants_of
from models.rules.outcomes import Outcome
from models.rules.stages import Stage

KIND = "scr-consideration"
REFERRER, PANEL_MEMBER = "referrer", "panel_member"
RECOMMENDATION, DECISION = "panel-recommendation", "consideration-decision"  # gates
REFERRAL = "referral"
OPEN_STAGES = (Stage.REFERRED, Stage.RECOMMENDED)
MOST_DONE = 30


@dataclass(frozen=True)
class Referral:
    """One referral of a case: by which agency (None: by somebody outside the list), received when, with which limbs."""

    agency: str | None
    received_on: date
    limbs: Sequence[str]
    joined: bool  # it joined a consideration that was under way


def keep_referral(
    session: Session, process: Process, agency: Agency | None, referral: Referral, recorded_by: str
) -> None:
    """The referral stands in the journal, and its agency counts as a referrer."""
    facts = {
        "agency": referral.agency, "received_on": referral.received_on, "limbs": list(referral.limbs),
        "joined": referral.joined,
    }  # fmt: skip
    write_history(session, process, REFERRAL, facts, {"recorded_by": recorded_by})
    known = {each.agency_id for each in participants_of(session, process.id or 0, REFERRER)}
    if agency is not None and agency.id not in known:
        session.add(
            Participant(
                process_id=process.id or 0, role=REFERRER, agency_id=agency.id, from_on=referral.received_on
            )
        )  # fmt: skip
        session.flush()


def referrals_of(session: Session, process: Process) -> list[Referral]:
    """The referrals of the case in this round, in the order in which they were recorded."""
    question = select(History).where(History.process_id == process.id, History.deed == REFERRAL)
    return [
        Referral(
            each.facts["agency"], date.fromisoformat(each.facts["received_on"]), each.facts["limbs"],
            each.facts["joined"],
        )
        for each in session.exec(question.order_by(col(History.seq))).all()
    ]  # fmt: skip


def agencies_as(session: Session, process: Process, role: str) -> Sequence[Agency]:
    """The agencies that take part in that role, by name."""
    question = (
        select(Agency)
        .join(Participant, col(Participant.agency_id) == col(Agency.id))
        .where(Participant.process_id == process.id, Participant.role == role, col(Participant.to_on).is_(None))
    )
    return session.exec(question.order_by(Agency.name).distinct()).all()


def round_of(session: Session, process: Process) -> int:
    """How often the case has been considered, this time with it; the first is 1."""
    number, before = 1, parent_of(session, process)
    while before is not None:
        number += before.kind == process.kind
        before = parent_of(session, before)
    return number


def recommended(session: Session, process: Process) -> Outcome | None:
    """What the panel has recommended; None while it has not, or where that was taken back."""
    return _outcome(session, process, RECOMMENDATION)


def decided(session: Session, process: Process) -> Outcome | None:
    """What the Chair has decided; None until then, or where that was taken back."""
    return _outcome(session, process, DECISION)


def under_consideration(session: Session, board_id: int) -> Sequence[Process]:
    """The board's considerations that wait for a decision, oldest first."""
    question = select(Process).where(
        Process.board_id == board_id, Process.kind == KIND, col(Process.stage).in_(OPEN_STAGES)
    )
    return session.exec(question.order_by(col(Process.id))).all()


def considered(session: Session, board_id: int) -> Sequence[Process]:
    """The board's last considerations that have come to an end and were not taken up in another round, newest first."""
    question = select(Process).where(
        Process.board_id == board_id, Process.kind == KIND, col(Process.stage).not_in(OPEN_STAGES),
        col(Process.id).not_in(_taken_up(board_id)),
    )  # fmt: skip
    return session.exec(question.order_by(col(Process.id).desc()).limit(MOST_DONE)).all()


def stands_among(processes: Collection[Process], ref: str) -> Process | None:
    """The process of that reference, if it is one of them."""
    return next((each for each in processes if each.ref == ref), None)


def _taken_up(board_id: int) -> Sequence[int]:
    return select(Process.parent_id).where(  # type: ignore[return-value]
        Process.board_id == board_id, Process.kind == KIND, col(Process.parent_id).is_not(None)
    )


def _outcome(session: Session, process: Process, gate: str) -> Outcome | None:
    question = select(GateAnswer).where(
        GateAnswer.process_id == process.id, GateAnswer.gate == gate, col(GateAnswer.taken_back_at).is_(None)
    )
    found = session.exec(question.order_by(col(GateAnswer.id).desc())).first()
    return Outcome(found.decision) if found is not None else None
