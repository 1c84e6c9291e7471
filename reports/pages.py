"""The pages that the office opens: Markdown from record, rule book and day, and nothing else."""

from __future__ import annotations

from reports.links import Links
from reports.process_page import process_page
from reports.today_page import today_page

__all__ = ["Links", "process_page", "today_page"]
