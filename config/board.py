"""A board with the periods and ladders that hold for it: the shared ones, and its own laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from config.board_files import NEEDED_COMMITTEES, BoardFiles, domains_of
from config.contacts import read_contacts
from config.documents import Document, Layers
from config.editions import periods_laid, read_allowances, read_periods
from config.faults import Fault
from config.ladders import LadderRow, faults_of_committees, faults_of_use, read_ladders
from config.rows import AgencyRow, AllowanceRow, BoardRow, ContactRow, PeriodRow

Periods = Mapping[str, Mapping[str, PeriodRow]]  # by process, then kind


@dataclass(frozen=True)
class Shared:
    """What all boards start from."""

    chains: Mapping[str, tuple[Document, ...]]  # edition -> its files, the most general first
    ladders: Document | None


@dataclass(frozen=True)
class Board:
    """One board as it is configured; `periods` are by edition, then process, then kind."""

    key: str
    row: BoardRow
    agencies: Mapping[str, AgencyRow]
    contacts: tuple[ContactRow, ...]
    ladders: Mapping[str, LadderRow]
    periods: Mapping[str, Periods]
    allowances: Mapping[str, Mapping[str, AllowanceRow]]  # by edition, then name

    def days_of(self, committee: str) -> tuple[date, ...]:
        """The days on which that committee meets, by its purpose, in order; none for none."""
        return tuple(sorted(each.on for each in self.row.board_dates if each.committee == committee))

    def read_contacts(self, raw: bytes, file: str) -> tuple[tuple[ContactRow, ...], list[Fault]]:
        """The people of another contact list for this board, and everything that is wrong with it."""
        return read_contacts(raw, file, domains_of(self.row, self.agencies))


def laid_together(key: str, files: BoardFiles, shared: Shared, faults: list[Fault]) -> Board | None:
    """The board with its own periods and ladders, or None if its own file has faults of shape."""
    ladder_layers = _ladder_layers(files, shared)
    ladders = read_ladders(ladder_layers, faults)
    own = files.document.part("periods", "allowances")
    layers = {edition: periods_laid([*chain, own]) for edition, chain in shared.chains.items()}
    periods = {edition: read_periods(layer, faults) for edition, layer in layers.items()}
    allowances = {edition: read_allowances(layer, faults) for edition, layer in layers.items()}
    for edition, layer in layers.items():
        faults.extend(_unknown_ladders(periods[edition], ladders, layer))
    for ladder in ladders.values():
        using = [row for under in periods.values() for row in _rows(under) if row.ladder == ladder.key]
        faults.extend(faults_of_use(ladder, using, ladder_layers))
    if files.row is None:
        return None
    known = NEEDED_COMMITTEES | {str(purpose) for purpose in files.row.committees}
    faults.extend(faults_of_committees(ladders, known, ladder_layers))
    return Board(key, files.row, files.agencies, files.contacts, ladders, periods, allowances)


def _ladder_layers(files: BoardFiles, shared: Shared) -> Layers:
    own = files.document.part("ladders")
    return Layers([shared.ladders, own] if shared.ladders else [own])


def _rows(periods: Periods) -> Iterable[PeriodRow]:
    return (row for rows in periods.values() for row in rows.values())


def _unknown_ladders(periods: Periods, ladders: Mapping[str, LadderRow], layers: Layers) -> list[Fault]:
    if not ladders:
        return []  # the file of ladders is missing or broken, which is a fault already
    do = f"Write one of {', '.join(sorted(ladders))}, or add the ladder to ladders.toml."
    return [
        layers.fault(("periods", row.process, row.kind, "ladder"), f"There is no ladder {row.ladder!r}.", do)
        for row in _rows(periods)
        if row.ladder not in ladders
    ]
