"""TOML files that know where each of their values stands, alone and laid over one another."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.faults import Fault
from config.toml_lines import KeyPath, LinesElsewhere, TomlLines

Table = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Document:
    """One TOML file that could be read."""

    file: str
    data: Table
    lines: TomlLines | LinesElsewhere

    def fault(self, path: KeyPath, what: str, do: str) -> Fault:
        return Fault(self.file, self.lines.line_of(path), what, do)

    def as_if_at(self, path: KeyPath, of: KeyPath, value: Table) -> Document:
        """Only that value, standing at another path; faults in it are those of where it is written."""
        data: Table = value
        for key in reversed(path):
            data = {str(key): data}
        return replace(self, data=data, lines=LinesElsewhere(self.lines, path, of))

    def part(self, *keys: str) -> Document:
        """The same file with these top-level keys alone, to be laid over another one."""
        return replace(self, data={key: self.data[key] for key in keys if key in self.data})

    def without(self, *keys: str) -> Document:
        """The same file without these top-level keys."""
        return replace(self, data={key: value for key, value in self.data.items() if key not in keys})


def read_document(folder: Path, file: str, faults: list[Fault]) -> Document | None:
    """The file, or None and a fault that says why it could not be read."""
    try:
        text = (folder / file).read_text(encoding="utf-8-sig")
        return Document(file, tomllib.loads(text), TomlLines(text.replace("\r\n", "\n")))
    except FileNotFoundError:
        faults.append(
            Fault(file, 1, "This file is missing.", "Put it back, or copy it from another board and change it.")
        )
    except UnicodeDecodeError:
        faults.append(Fault(file, 1, "This file is not written in UTF-8.", "Save it again with the encoding UTF-8."))
    except OSError:
        faults.append(Fault(file, 1, "This file cannot be read.", "Allow the account that runs Sightline to read it."))
    except tomllib.TOMLDecodeError as error:
        faults.append(_broken(folder, file, error))
    return None


def _broken(folder: Path, file: str, error: tomllib.TOMLDecodeError) -> Fault:
    named = re.search(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    reason = named[1] if named else str(error)
    if named and named[2]:
        line = int(named[2])
    else:
        line = max(1, len((folder / file).read_text(encoding="utf-8-sig").splitlines()))
    do = "Put this line right: text stands in quotes, dates like 2026-12-24 and numbers do not."
    return Fault(file, line, f"This is not a valid line of a TOML file ({reason}).", do)


class Layers:
    """Documents laid over one another: a later one replaces single values of an earlier one."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.data: Table = {}
        self._documents = tuple(documents)
        self._layer_of: dict[KeyPath, int] = {(): len(documents) - 1}
        for layer, document in enumerate(documents):
            self._lay(self.data, document.data, (), layer)

    def _lay(self, below: Table, above: Table, path: KeyPath, layer: int) -> None:
        for key, value in above.items():
            here = (*path, key)
            self._layer_of[here] = layer
            if isinstance(value, dict):
                if not isinstance(below.get(key), dict):
                    below[key] = {}
                self._lay(below[key], value, here, layer)
            else:
                below[key] = value

    def origin(self, path: KeyPath) -> Document:
        """The document that has the last word on the value at that path, or on the table around it."""
        return self._documents[self._layer(path)]

    def is_later(self, path: KeyPath, other: KeyPath) -> bool:
        """Whether the value at that path was written by a later document than the other value."""
        return self._layer(path) > self._layer(other)

    def _layer(self, path: KeyPath) -> int:
        while path not in self._layer_of:
            path = path[:-1]
        return self._layer_of[path]

    def at(self, path: KeyPath) -> Any:
        """The value at that path, or None."""
        value: Any = self.data
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def fault(self, path: KeyPath, what: str, do: str) -> Fault:
        return self.origin(path).fault(path, what, do)
