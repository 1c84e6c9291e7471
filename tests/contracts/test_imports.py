"""Imports go one way; import-linter reads the contracts from pyproject.toml."""

from __future__ import annotations

import subprocess
import sys

from tests.installation import CODE


def test_the_import_contracts_hold() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()", "--no-cache"],
        cwd=CODE,
        env={"PYTHONPATH": str(CODE), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout + told.stderr
