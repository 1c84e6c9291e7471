"""Measures speed and size and prints one table; `--only PART` measures one part.

A bound that is missed does not fail the command: a machine that others use at the same time misses many.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from bench.findings import Finding, load, say, table

DISPATCH, ROUND, ANSWERS, START, PAGES, REHEARSAL = "dispatch", "round", "answers", "start", "pages", "rehearsal"
ACTIONS = "papers about 5,000 actions"


def main() -> None:
    """Everything that was asked for is measured and said."""
    asked = argparse.ArgumentParser(prog="make bench", description=__doc__)
    asked.add_argument("--only", choices=list(_PARTS), help="measure this part alone")
    only = asked.parse_args().only
    began, before, findings = time.monotonic(), load(), list[Finding]()
    for name, part in _PARTS.items():
        if only in {None, name}:
            say(f"{name} ({load()})")
            findings += part()
    say("")
    say(table(findings))
    missed = sum(1 for finding in findings if finding.met is False)
    say("")
    say(f"Measured in {time.monotonic() - began:.0f} s; at the beginning {before}, at the end {load()}.")
    if missed:
        say(f"{missed} NOT met. On a machine that is busy with something else this says little: look at the load.")


def _dispatch() -> list[Finding]:
    from bench.dispatching import measure

    return measure()


def _round() -> list[Finding]:
    from bench.rounds import measure

    return measure()


def _answers() -> list[Finding]:
    from bench.answering import measure

    return measure()


def _start() -> list[Finding]:
    from bench.starting import measure

    return measure()


def _rehearsal() -> list[Finding]:
    from bench.rehearsing import measure

    return measure()


def _pages() -> list[Finding]:
    from bench.pages import measure

    return measure()


def _actions() -> list[Finding]:
    from bench.action_papers import measure

    return measure()


_PARTS: dict[str, Callable[[], list[Finding]]] = {
    DISPATCH: _dispatch,
    ROUND: _round,
    ANSWERS: _answers,
    START: _start,
    PAGES: _pages,
    REHEARSAL: _rehearsal,
    ACTIONS: _actions,
}


if __name__ == "__main__":
    main()
