"""Where each key of a TOML text stands."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from config.toml_lines import KeyPath, TomlLines

TEXT = '''# line one
plain = 1
"in quotes" . dotted = 'a # no comment' # a comment
text = """
[not.a.table]
key = 'no'
ends in two quotes"""""
after = { a = 1, "b c" = [ 2, 3 ], c = "}" }
several = [
    1,  # one ]
    { deep = true },

    [ 3,
      4 ],
]

[table . inner]
key = "\\" ] # \\\\"
[[rows]]
first = 1
[rows.below]
second = 2
[[rows]]
first = 3
[[rows.under]]
third = 2026-01-01
[last]'''

LINES: dict[KeyPath, int] = {
    ("plain",): 2,
    ("in quotes", "dotted"): 3,
    ("text",): 4,
    ("after",): 8,
    ("after", "b c"): 8,
    ("after", "b c", 1): 8,
    ("several",): 9,
    ("several", 0): 10,
    ("several", 1, "deep"): 11,
    ("several", 2): 13,
    ("several", 2, 1): 14,
    ("table",): 17,
    ("table", "inner", "key"): 18,
    ("rows", 0, "first"): 20,
    ("rows", 0, "below", "second"): 22,
    ("rows", 1): 23,
    ("rows", 1, "first"): 24,
    ("rows", 1, "under", 0, "third"): 26,
    ("last",): 27,
}


@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_every_key_is_found_on_its_line(path: KeyPath, line: int) -> None:
    value: Any = tomllib.loads(TEXT)
    for part in path:
        value = value[part]  # the path is a real one

    assert TomlLines(TEXT).line_of(path) == line


def test_what_does_not_stand_there_is_looked_for_in_the_table_around_it() -> None:
    lines = TomlLines(TEXT)

    assert lines.line_of(("rows", 1, "missing")) == 23
    assert lines.line_of(("missing",)) == 1
