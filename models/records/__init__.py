"""The record: every table is imported here, so that its whole shape is known."""

from __future__ import annotations

from models.records import asks, boards, deadlines, history, messages, processes, rounds

__all__ = ["asks", "boards", "deadlines", "history", "messages", "processes", "rounds"]
