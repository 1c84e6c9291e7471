"""The morning round as Prefect starts it, each working day at seven."""

from __future__ import annotations

from datetime import date

from prefect import flow, get_run_logger

from config import clock
from flows.rounds import DayToCome, run_round, start_if_missed
from models.records.rounds import RoundUnderWay

__all__ = ["morning_round", "run_round", "start_if_missed"]


@flow(name="morning-round", validate_parameters=False)
def morning_round(day: str = "") -> None:
    """Looks after every deadline for one day and writes the day's messages and the digest.

    A round that starts late looks after the day that it is now: what was missed is made up for and reported.

    Args:
        day: Leave empty for today. Another day is written as 2026-06-12.
    """
    logger = get_run_logger()
    chosen = _day(day)
    if chosen is None:
        logger.warning("Nothing was done: the day must be written as in 2026-06-12, or left empty.")
        return
    try:
        report = run_round(chosen)
    except (DayToCome, RoundUnderWay) as fault:
        logger.info("Nothing was done: %s.", fault)
        return
    for sentence in report.sentences():
        logger.info(sentence)


def _day(text: str) -> date | None:
    if not str(text or "").strip():
        return clock.today()
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        return None
