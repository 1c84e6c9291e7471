"""The shipped configuration, and ways to spoil a copy of it."""

from __future__ import annotations

from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config"


def replace_in(folder: Path, file: str, old: str, new: str) -> None:
    """The first occurrence of `old` in the file is `new`; fails when there is none."""
    path = folder / file
    text = path.read_bytes().decode()
    assert old in text, f"{old!r} is not in {file}"
    path.write_bytes(text.replace(old, new, 1).encode())


def line_with(folder: Path, file: str, marker: str) -> int:
    """The number of the one line that holds the marker."""
    lines = (folder / file).read_bytes().decode().splitlines()
    found = [number for number, line in enumerate(lines, start=1) if marker in line]
    assert len(found) == 1, f"{marker!r} stands on lines {found} of {file}"
    return found[0]
