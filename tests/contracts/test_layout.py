"""Promises about the shape of the code."""

from __future__ import annotations

import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.installation import CODE

OURS = ["config", "models", "notifications", "reports", "flows"]
VAGUE = {"utils", "helpers", "manager", "service", "common"}


def modules() -> list[Path]:
    return [file for package in OURS for file in (CODE / package).rglob("*.py")]


def names() -> dict[str, Path]:
    return {(file.parent.name if file.name == "__init__.py" else file.stem): file for file in modules()}


def test_no_module_has_the_name_of_a_standard_module() -> None:
    assert {name: file for name, file in names().items() if name in sys.stdlib_module_names} == {}


def test_no_module_has_the_name_of_a_library() -> None:
    others = {
        name
        for name, owners in packages_distributions().items()
        if owners != ["sightline"] and name not in {*OURS, "tests"}
    }

    assert {name: file for name, file in names().items() if name in others} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert VAGUE.isdisjoint(names())


def test_every_module_says_what_it_is() -> None:
    silent = [file for file in modules() if file.read_text().strip() and not file.read_text().startswith('"""')]

    assert silent == []


def test_every_package_is_found_by_the_installation() -> None:
    folders = {file.parent for file in modules()}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_rules_import_the_standard_library_alone() -> None:
    import ast

    foreign: set[str] = set()
    for file in (CODE / "models" / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                foreign |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("models.rules"):
                foreign.add((node.module or "").partition(".")[0])

    assert foreign - set(sys.stdlib_module_names) == set()


def test_only_one_file_asks_what_day_it_is() -> None:
    asking = ("datetime.now(", "date.today(", "datetime.utcnow(", "datetime.today(")
    elsewhere = [
        file
        for file in modules()
        if file != CODE / "config" / "clock.py" and any(call in file.read_text() for call in asking)
    ]

    assert elsewhere == []
