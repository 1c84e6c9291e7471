"""A figure that the configuration sets is never written out beside it: forms and letters say the one that holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import settings
from flows.forms import Form
from models.rulebook import forget_rule_books
from models.rules.stages import PLAIN
from tests.builders import on
from tests.config.spoil import SHIPPED, replace_in
from tests.flows.scripted_port import Conversation, desk_flow
from tests.installation import CODE
from tests.records_builders import the_day

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
COMMON = "guidance/common.toml"
NUMBER = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
WRITTEN_OUT = re.compile(rf"\\b({NUMBER})\\s+(calendar |working )?(days|weeks|months)\\b", re.IGNORECASE)


@pytest.fixture
def other_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under_way: Conversation) -> Iterator[Conversation]:
    """A review under way, in a board that has set other figures since."""
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    for name, was, now in (
        ("pause_looked_at", 20, 21),
        ("extension", 10, 7),
        ("returned", 10, 1),
        ("letter_answered", 5, 6),
    ):
        text = (folder / COMMON).read_text()
        start = text.index(f"[allowances.{name}]")
        (folder / COMMON).write_text(text[:start] + text[start:].replace(f"value = {was}", f"value = {now}", 1))
    limit = 'unit = "months"\nroll = "keep"\nlimit = true'
    replace_in(folder, COMMON, f"offset = 6\n{limit}", f"offset = 7\n{limit}")
    monkeypatch.setenv("SIGHTLINE_CONFIG", str(folder))
    settings.cache_clear()
    forget_rule_books()
    yield under_way
    monkeypatch.undo()
    settings.cache_clear()
    forget_rule_books()


def said_about(form: Form) -> str:
    return "\n".join((form.intro, *(each.help for each in form.fields)))


@sqlite
def test_forms_say_the_figures_that_hold_now(other_figures: Conversation) -> None:
    one = other_figures
    with the_day(on("Tue 2026-03-03"), 9):
        seen = {
            name: said_about(desk_flow(one.port, name, name).now.form) for name in ("pause", "more-time", "note-call")
        }
        again = said_about(one.go_on().go_to("initial-meeting-again").form)

    assert "Leave empty for 21 working days later." in seen["pause"]
    assert "Leave empty for the usual 7 working days, or" in seen["more-time"]
    assert "at most 5 working days and once" in seen["note-call"]
    assert "the 7 months and every date that is not met" in again


def sources() -> list[Path]:
    letters = (CODE / "notifications" / "templates").rglob("*.*")
    texts = [each for each in letters if each.suffix in (".txt", ".html", ".md")]
    return [*sorted((CODE / "flows" / "questions").glob("*.py")), *texts]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(CODE)))
def test_no_figure_is_written_out_in_a_form_or_a_letter(path: Path) -> None:
    of_our_own = "Dates of the next ten working days"  # of the digest: no figure that anybody can set

    assert not WRITTEN_OUT.findall(path.read_text().replace(of_our_own, "")), path


def test_no_stage_is_called_after_a_figure() -> None:
    assert not [words for words in PLAIN.values() if WRITTEN_OUT.search(words)]
