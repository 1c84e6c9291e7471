"""The pages that the office opens: Markdown from record, rule book and day, and nothing else."""

from __future__ import annotations

from reports.actions_page import actions_page
from reports.agency_page import agency_page
from reports.calendar_page import calendar_page
from reports.considered import considered_page
from reports.decisions_page import decisions_page
from reports.handover_page import handover_page
from reports.links import Links
from reports.process_page import process_page
from reports.today_page import today_page

__all__ = [
    "Links",
    "actions_page",
    "agency_page",
    "calendar_page",
    "considered_page",
    "decisions_page",
    "handover_page",
    "process_page",
    "today_page",
]
