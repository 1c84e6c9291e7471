"""A copy of the shipped configuration that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.config.spoil import SHIPPED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the data of the shipped configuration and none of its code."""
    copy = tmp_path / "config"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.md"))
    return copy
