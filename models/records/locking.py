"""Reading rows to change them: locked, and as they are now, whatever was read of them before."""

from __future__ import annotations

from typing import Any, TypeVar

Question = TypeVar("Question", bound=Any)


def locking(question: Question, *, of: Any = None) -> Question:
    """The question locks its rows (of `of` alone, if given) and brings what the session knows of them up to date."""
    locked: Question = question.with_for_update(of=of).execution_options(populate_existing=True)
    return locked
