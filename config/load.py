"""The whole configuration, read at once and checked at once: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from config import clock
from config.board import Board, Shared, laid_together
from config.board_files import board_folders, read_board_files
from config.days_off import bank_holidays, read_corrections
from config.documents import Document, Layers, read_document
from config.editions import (
    COMMON,
    Edition,
    chain_of,
    edition_keys,
    periods_laid,
    read_edition,
    read_guidance,
    read_processes,
)
from config.faults import Fault, FaultyConfiguration, in_order
from config.ladders import LadderRow, read_ladders
from config.rows import BankHolidayCorrections, PeriodRow

__all__ = [
    "Board",
    "Configuration",
    "Edition",
    "Fault",
    "FaultyConfiguration",
    "UnknownName",
    "check",
    "load",
]


class UnknownName(LookupError):
    """The configuration has nothing of that name."""

    def __init__(self, kind: str, name: str, known: Mapping[str, object]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(f"There is no {kind} {name!r}. Known: {', '.join(known) or 'none'}.")


@dataclass(frozen=True)
class Configuration:
    """Everything that may be changed without a programmer, free of faults."""

    editions: Mapping[str, Edition]
    ladders: Mapping[str, LadderRow]  # the defaults; each board has its own set
    boards: Mapping[str, Board]
    corrections: BankHolidayCorrections

    def board(self, board_key: str) -> Board:
        """The board; raises UnknownName."""
        return _named("board", board_key, self.boards)

    def periods_of(self, board_key: str, process: str, edition: str | None = None) -> tuple[PeriodRow, ...]:
        """The periods of a process as that board keeps them, in the order of the files.

        Without `edition` those of the board's own edition. Raises UnknownName.
        """
        board = self.board(board_key)
        under = _named("edition", edition or board.row.guidance, board.periods)
        return tuple(_named("process", process, under).values())

    def ladders_of(self, board_key: str) -> Mapping[str, LadderRow]:
        """The ladders as that board keeps them, by key; raises UnknownName."""
        return self.board(board_key).ladders

    def anchors_of(self, process: str, edition: str) -> Mapping[str, str]:
        """The events that times are counted from, with their names in plain words; raises UnknownName."""
        return _named("process", process, _named("edition", edition, self.editions).row.anchors)

    def days_off_of(self, board_key: str, first_year: int, last_year: int) -> tuple[dict[date, str], dict[date, str]]:
        """Bank holidays of England, and the board's own closing days; both years are included.

        Raises UnknownName.
        """
        closing = self.board(board_key).row.closing_days
        years = range(first_year, last_year + 1)
        return (
            bank_holidays(self.corrections, first_year, last_year),
            {row.on: row.why for row in closing if row.on.year in years},
        )


def load(config_dir: Path, today: date | None = None) -> Configuration:
    """The configuration in that folder; raises FaultyConfiguration with every fault there is."""
    configuration, faults = _read(config_dir, today)
    if faults:
        raise FaultyConfiguration(faults)
    return configuration


def check(config_dir: Path, today: date | None = None) -> list[Fault]:
    """Every fault of the configuration in that folder, by file and line."""
    return list(in_order(_read(config_dir, today)[1]))


def _read(config_dir: Path, today: date | None) -> tuple[Configuration, list[Fault]]:
    faults: list[Fault] = []
    corrections = read_corrections(config_dir, (today or clock.today()).year, faults)
    shared, editions = _read_shared(config_dir, faults)
    boards = {}
    for name in board_folders(config_dir, faults):
        files = read_board_files(config_dir, name, edition_keys(config_dir), faults)
        board = laid_together(name, files, shared, faults) if files else None
        if board is not None:
            boards[name] = board
    default = read_ladders(Layers([shared.ladders]), faults) if shared.ladders else {}
    return Configuration(editions, default, boards, corrections), faults


def _read_shared(config_dir: Path, faults: list[Fault]) -> tuple[Shared, dict[str, Edition]]:
    documents = read_guidance(config_dir, faults)
    processes = read_processes(config_dir, faults)
    chains: dict[str, tuple[Document, ...]] = {}
    editions = {}
    for key, document in documents.items():
        chain = chain_of(key, documents, processes, faults) if key != COMMON else None
        if chain is not None:
            chains[key] = chain
            edition = read_edition(key, periods_laid(chain), document, faults)
            if edition is not None:
                editions[key] = edition
    return Shared(chains, read_document(config_dir, "ladders.toml", faults)), editions


N = TypeVar("N")


def _named(kind: str, name: str, known: Mapping[str, N]) -> N:
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]
