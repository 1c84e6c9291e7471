"""Tables of what is open, as forms show them; pages show the same."""

from __future__ import annotations

from reports.standing_table import standing_table as table

__all__ = ["table"]
