"""What a board's configuration says about its post: who it is, how it is reached, where it may write to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time

from models.rulebook import RuleBook, rule_book


@dataclass(frozen=True)
class Office:
    """One board's office as its messages show it."""

    board_key: str
    name: str
    mailbox: str
    telephone: str
    lateness_notes_at: time
    own_domains: Collection[str]
    agency_domains: Mapping[str, Collection[str]]

    @property
    def domain(self) -> str:
        """The domain of the shared mailbox, which Message-IDs end in."""
        return self.mailbox.rpartition("@")[2]

    def may_write_to(self, address: str, agency_key: str | None, *, checked_twice: bool = False) -> bool:
        """True when the address lies in a domain that the board or that agency has named as its own, or is one
        outside all of them that two people have checked (F-06)."""
        if checked_twice:
            return True
        domain = address.rpartition("@")[2].casefold()
        allowed = self.own_domains if agency_key is None else self.agency_domains.get(agency_key, ())
        return any(domain == known.casefold() for known in allowed)


_known: dict[str, tuple[RuleBook, Office]] = {}


def office(board_key: str) -> Office:
    """The office of a board, read once for each reading of the configuration."""
    book = rule_book(board_key)
    known = _known.get(board_key)
    if known is None or known[0] is not book:
        known = _known[board_key] = (book, _office(book))
    return known[1]


def _office(book: RuleBook) -> Office:
    row = book.board.row
    return Office(
        board_key=book.board_key,
        name=row.name,
        mailbox=row.mailbox,
        telephone=row.telephone,
        lateness_notes_at=time.fromisoformat(row.switches.lateness_notes_at),
        own_domains=tuple(row.domains),
        agency_domains={key: tuple(agency.domains) for key, agency in book.board.agencies.items()},
    )
