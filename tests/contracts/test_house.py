"""Promises about the files at the root."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.installation import CODE

LOCKS = ["requirements.lock", "requirements-dev.lock"]


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^ \\;]+)", (CODE / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_digests_alone(lock: str) -> None:
    text = (CODE / lock).read_text()

    assert "://" not in text
    assert "#" not in text
    assert "--index-url" not in text
    assert text.count("--hash=sha256:") >= len(locked(lock)) > 50


def test_the_lock_for_development_holds_the_same_versions() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_versions_known_not_to_work_together_are_not_locked() -> None:
    """Prefect 3.8 cannot deploy with FastAPI 0.152, and plans no run with SQLAlchemy 2.1."""
    versions = locked("requirements.lock")

    assert versions["prefect"] == "3.8.8"
    assert tuple(map(int, versions["fastapi"].split(".")))[:2] < (0, 151)
    assert versions["sqlalchemy"].startswith("2.0.")


def test_make_help_lists_every_target_that_a_person_uses() -> None:
    listed = subprocess.run(["make", "help"], cwd=CODE, capture_output=True, text=True, check=True).stdout

    for target in ("help", "setup", "run", "test", "check", "bench"):
        assert f"make {target} " in listed


def test_what_starts_a_whole_sightline_waits_beside_the_other_tests() -> None:
    makefile = (CODE / "Makefile").read_text()
    starts_one = re.compile(r"engine_driver import|installation: Installation")
    files = [file for file in (CODE / "tests").rglob("test_*.py") if starts_one.search(file.read_text())]

    assert [file for file in files if f" {file.relative_to(CODE)}" not in makefile and file != Path(__file__)] == []


def test_a_python_that_is_too_old_is_told_in_a_sentence(tmp_path: Path) -> None:
    told = make_setup(tmp_path, "exit 1")

    assert told.returncode != 0
    assert "Sightline needs Python 3.11 or later" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr


def test_a_python_that_cannot_make_environments_is_told_in_a_sentence(tmp_path: Path) -> None:
    told = make_setup(tmp_path, 'case "$2" in *venv*) echo "Traceback" >&2; exit 1;; esac')

    assert told.returncode != 0
    assert "install its venv module" in told.stdout
    assert "Traceback" not in told.stdout + told.stderr


def make_setup(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """`make setup` on a machine where every Python answers as the script does."""
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    return subprocess.run(
        ["make", "setup", f"VENV={folder / 'venv'}"],
        cwd=CODE,
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
