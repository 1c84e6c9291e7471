"""The folders of a board, by which files come and go."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from config.settings import settings


class BoardFolder(StrEnum):
    """One of the folders that each board has."""

    PAPERS = "papers"  # what Sightline writes for people
    IN_TRAY = "in-tray"  # what people drop for Sightline to read
    DONE = "done"  # what was read
    FAULTS = "faults"  # what could not be read, with a note beside it


def board_folder(board_key: str, which: BoardFolder) -> Path:
    """That folder of the board, readable by its owner alone; made when needed.

    One that is there already keeps its rights. Raises OSError.
    """
    folder = settings().board_folder(board_key) / which.value
    for each in (folder.parent.parent, folder.parent, folder):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def make_board_folders(board_keys: Iterable[str]) -> None:
    """Each of the boards has all its folders. Raises OSError."""
    for key in board_keys:
        for which in BoardFolder:
            board_folder(key, which)
