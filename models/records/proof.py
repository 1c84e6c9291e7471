"""The proof that nothing was altered or forgotten: the journals' chains and the ledger together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.records.asks import GateAnswer
from models.records.came_of import TAKEN_BACK
from models.records.history import ChainFault, History, verify_chain
from models.records.ledger import PAGE, LedgerFault, balance, counts
from models.records.processes import Process


@dataclass(frozen=True)
class Proof:
    """What looking over journals and ledger has found."""

    processes: int
    chain: tuple[ChainFault, ...]
    ledger: tuple[LedgerFault, ...]
    counts: dict[str, int]

    @property
    def holds(self) -> bool:
        """True when nothing was altered and the ledger balances."""
        return not self.chain and not self.ledger


def prove(session: Session, process: Process | None = None, head: str = "") -> Proof:
    """The journals of one process or of all were followed from end to end, and the ledger was balanced."""
    number, chain = 0, list[ChainFault]()
    for each in [process] if process is not None else _all_processes(session):
        number += 1
        chain += verify_chain(session, each, head or None) + _faults_of_decisions(session, each)
    return Proof(number, tuple(chain), tuple(balance(session, process)), counts(session, process))


def _faults_of_decisions(session: Session, process: Process) -> list[ChainFault]:
    """Where a decision that is shown differs from what the journal holds of it, or is in one of the two alone."""
    rows = session.exec(select(History).where(History.process_id == process.id, History.deed == "decision")).all()
    taken_back = _taken_back(session, process)
    written = {row.seq: tuple(row.facts.get(name) for name in ("gate", "outcome", "capacity", "on")) for row in rows}
    faults = []
    for answer in session.exec(select(GateAnswer).where(GateAnswer.process_id == process.id)).all():
        shown = (answer.gate, answer.decision, answer.capacity, answer.decided_on.isoformat())
        if written.pop(answer.history_seq, None) != shown:
            what = "the decision that is shown is not the one in the journal"
            faults.append(ChainFault(process.ref, answer.history_seq, what))
        if (answer.taken_back_at is not None) is not (answer.history_seq in taken_back):
            what = "whether the decision was taken back is not what the journal says"
            faults.append(ChainFault(process.ref, answer.history_seq, what))
    return faults + [ChainFault(process.ref, seq, "the decision in the journal is not shown") for seq in written]


def _taken_back(session: Session, process: Process) -> set[int]:
    """The numbers of the decisions that the journal says were taken back."""
    question = select(History).where(History.process_id == process.id, History.deed == TAKEN_BACK)
    return {row.facts.get("seq", 0) for row in session.exec(question).all()}


def _all_processes(session: Session) -> Iterator[Process]:
    last = 0
    while True:
        question = select(Process).where(col(Process.id) > last).order_by(col(Process.id)).limit(PAGE)
        page = session.exec(question).all()
        if not page:
            return
        last = page[-1].id or 0
        yield from page
