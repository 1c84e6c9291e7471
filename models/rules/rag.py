"""The colour of a deadline, and its words: colour never stands alone."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from models.rules.working_days import Calendar, working_days_between

DUE_SOON_WORKING_DAYS = 10  # B.0 "RAG" (D: default, to be confirmed by the board)


class Rag(StrEnum):
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


WORDS = {
    Rag.BLUE: "Done",
    Rag.GREEN: "On track",
    Rag.AMBER: "Due soon",
    Rag.RED: "Overdue",
    Rag.GREY: "Not started",
}


def rag(
    due_on: date,
    on: date,
    met_on: date | None,
    opened_on: date,
    extended: bool,
    progress_noted: bool,
    started: bool,
    calendar: Calendar,
) -> Rag:
    """The colour on the day `on`: done, past due, due soon, not started, or on track; the first that holds.

    Due soon is at most 10 working days ahead without a progress note, or extended once. What was met or
    opened only after `on` counts as not met and not started.
    Source: B.0 "RAG" (D: default, to be confirmed by the board).
    """
    if met_on is not None and met_on <= on:
        return Rag.BLUE
    if on > due_on:
        return Rag.RED
    near = working_days_between(on, due_on, calendar) <= DUE_SOON_WORKING_DAYS
    if extended or (near and not progress_noted):
        return Rag.AMBER
    return Rag.GREEN if started and opened_on <= on else Rag.GREY
