"""The boards of the record that have a configuration, each with its rules."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, select

from config.load import UnknownName
from models.records.boards import Board
from models.rulebook import RuleBook, rule_book


def configured_boards(session: Session) -> Iterator[tuple[Board, RuleBook]]:
    """Every board with its rule book, by its key; one without a configuration is passed over, as the round says."""
    for board in session.exec(select(Board).order_by(col(Board.key))).all():
        try:
            book = rule_book(board.key)
        except UnknownName:
            continue
        yield board, book
