"""Dispatch as Prefect starts it, each quarter of an hour from six to eight, and when something is urgent."""

from __future__ import annotations

import logging
import time
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.filters import FlowFilter, FlowFilterName, FlowRunFilter, FlowRunFilterState
from prefect.client.schemas.filters import FlowRunFilterStateName as StateName
from prefect.states import Completed

from flows.engine_port import client
from flows.in_tray import look_into_in_trays
from flows.keep_running import forget_what_was_kept, restart_lost_runs
from flows.pages import refresh_if_possible
from flows.rounds import start_if_missed
from flows.tray_report import Looked
from models.records.rounds import ClaimLost, RoundUnderWay
from models.records.sending import urgent_is_waiting
from notifications.dispatch import DispatchReport, dispatch

NOTHING_TO_DO = "Nothing to do"  # the name of the end of a run that the list of runs can do without
MOST_REMOVED = 50
MOST_TRIES, SECONDS_BETWEEN_TRIES = 60, 5
log = logging.getLogger("sightline.dispatch")


@flow(name="dispatch-messages", persist_result=False)
def dispatch_messages() -> Any:
    """Sends what is waiting, one message at a time; what a dispatch that broke off had in hand goes too.

    Before, what lies in the in-trays is read, a morning round that should have ended is made up for and lost runs are
    started again.
    """
    logger = get_run_logger()
    looked = _looked_into_in_trays()
    for sentence in looked.sentences():
        logger.info(sentence)
    quiet = _looked_after() and looked.did_nothing
    if not looked.did_nothing:
        refresh_if_possible()
    try:
        report = _dispatch()
    except RoundUnderWay as under_way:
        logger.info("Nothing was done: %s.", under_way)
        return Completed(name=NOTHING_TO_DO) if looked.did_nothing else None
    except ClaimLost:
        logger.warning("Broken off: another dispatch has taken over, as this one gave no sign of life.")
        return None
    for sentence in report.sentences():
        logger.info(sentence)
    if not report.did_nothing:
        refresh_if_possible()
    _tidy_up()
    return Completed(name=NOTHING_TO_DO) if quiet and report.did_nothing else None


def _dispatch() -> DispatchReport:
    """Everything that waits is sent. While another dispatch is at work something urgent waits for its end.

    Raises RoundUnderWay while it is, where nothing urgent is left, and ClaimLost.
    """
    for _ in range(MOST_TRIES):
        try:
            return dispatch()
        except RoundUnderWay:
            if not urgent_is_waiting():
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
    return dispatch()


def _looked_after() -> bool:
    """True when no round was missed and no run was lost; what goes wrong here keeps no mail from going."""
    try:
        missed = start_if_missed()
        kept = restart_lost_runs()
        forget_what_was_kept()
    except Exception:
        log.exception("looking after rounds and runs failed; the messages are sent all the same")
        return False
    return missed is None and not (kept.started or kept.looked_again or kept.retired)


def _looked_into_in_trays() -> Looked:
    """What lies in the in-trays is read before anybody is chased for it; what goes wrong keeps no mail from going."""
    try:
        return look_into_in_trays()
    except Exception as fault:  # noqa: BLE001
        log.warning("the in-trays could not be looked into: %s", type(fault).__name__)
        return Looked()


def _tidy_up() -> None:
    """Earlier runs of dispatch that did nothing are gone from the list of runs."""
    ours = FlowFilter(name=FlowFilterName(any_=["dispatch-messages"]))
    idle = FlowRunFilter(state=FlowRunFilterState(name=StateName(any_=[NOTHING_TO_DO])))
    try:
        with client() as engine:
            for run in engine.read_flow_runs(flow_filter=ours, flow_run_filter=idle, limit=MOST_REMOVED):
                engine.delete_flow_run(run.id)
    except Exception:
        log.exception("runs that did nothing could not be removed")
