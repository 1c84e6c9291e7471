"""The proof that nothing was altered or forgotten: the journals' chains and the ledger together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.records.history import ChainFault, verify_chain
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
        chain += verify_chain(session, each, head or None)
    return Proof(number, tuple(chain), tuple(balance(session, process)), counts(session, process))


def _all_processes(session: Session) -> Iterator[Process]:
    last = 0
    while True:
        question = select(Process).where(col(Process.id) > last).order_by(col(Process.id)).limit(PAGE)
        page = session.exec(question).all()
        if not page:
            return
        last = page[-1].id or 0
        yield from page
