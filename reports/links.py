"""Addresses of pages and waiting forms; where the screens are reached is handed in."""

from __future__ import annotations

from dataclasses import dataclass

from models.rules.page_addresses import (
    actions_key,
    agency_key,
    calendar_key,
    considered_key,
    decisions_key,
    handover_key,
    page_path,
    process_key,
    run_path,
    start_path,
    today_key,
)


@dataclass(frozen=True)
class Links:
    """The addresses under one root, such as "http://127.0.0.1:4200"."""

    root: str

    def run(self, run_id: str) -> str:
        """A run, and its form while it waits."""
        return self.root + run_path(run_id)

    def process(self, ref: str) -> str:
        """The page of a process."""
        return self.root + page_path(process_key(ref))

    def today(self, board_key: str) -> str:
        """The page of today of a board."""
        return self.root + page_path(today_key(board_key))

    def agency(self, board_key: str, key: str) -> str:
        """The page of an agency of a board."""
        return self.root + page_path(agency_key(board_key, key))

    def calendar(self, board_key: str) -> str:
        """The calendar of a board."""
        return self.root + page_path(calendar_key(board_key))

    def decisions(self, board_key: str) -> str:
        """What waits for a decision in a board."""
        return self.root + page_path(decisions_key(board_key))

    def considered(self, board_key: str) -> str:
        """All considered cases of a board."""
        return self.root + page_path(considered_key(board_key))

    def actions(self, board_key: str) -> str:
        """All actions of a board."""
        return self.root + page_path(actions_key(board_key))

    def handover(self, board_key: str) -> str:
        """The page that a stand-in for the board reads first."""
        return self.root + page_path(handover_key(board_key))

    def start(self, offer: str) -> str:
        """Where what is offered under that name is started."""
        return self.root + start_path(offer)

    @property
    def deployments(self) -> str:
        """Where everything that can be started is listed."""
        return f"{self.root}/deployments"
