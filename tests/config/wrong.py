"""Ways to get the configuration wrong, and what has to be said of each.

In `new` the word HERE marks the line that is to be named; `line` names it where a mark would disturb.
"""

from __future__ import annotations

from dataclasses import dataclass

BOARD = "boards/barking-and-dagenham/board.toml"
CONTACTS = "boards/barking-and-dagenham/contacts.csv"
COMMON = "guidance/common.toml"
AFTER = "guidance/processes/scr-consideration-after.toml"
LADDERS = "ladders.toml"
HOLIDAYS = "bank_holidays.toml"


@dataclass(frozen=True)
class Wrong:
    name: str
    file: str
    old: str
    new: str
    what: str
    do: str
    line: int = 0
