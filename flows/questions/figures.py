"""Figures of the configuration as forms say them: a board that changes one reads the changed one."""

from __future__ import annotations

from collections.abc import Iterable

from flows.gates import Situation
from models.records.processes import Process
from models.rules.timetable import UNIT_WORDS, Unit


def working_days(at: Situation, name: str, processes: Iterable[Process] = ()) -> str:
    """The allowance as "10 working days"; "10 or 12 working days" where the processes stand under different ones."""
    editions = {each.guidance for each in processes} or {at.subject.guidance}
    figures = sorted({at.book.allowance(edition, name) for edition in editions})
    return _said(figures, Unit.WORKING_DAYS, "or")


def times(at: Situation, *kinds: str) -> str:
    """How long after their events these periods end: "6 months", "3, 6 and 12 months"."""
    process = at.subject
    periods = [at.book.period(process.kind, process.guidance, kind) for kind in kinds]
    units = {each.unit for each in periods}
    if len(units) == 1:
        return _said([each.offset for each in periods], units.pop(), "and")
    return ", ".join(_said([each.offset], each.unit, "and") for each in periods)


def _said(figures: list[int], unit: Unit, word: str) -> str:
    last = f"{figures[-1]} {UNIT_WORDS[unit]}{'' if figures[-1] == 1 else 's'}"
    before = ", ".join(str(each) for each in figures[:-1])
    return f"{before} {word} {last}" if before else last
