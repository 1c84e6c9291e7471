"""What tests are made of."""

from __future__ import annotations

from datetime import date

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def on(text: str) -> date:
    """The day of "Mon 2026-03-02"; raises ValueError when the day is no Monday."""
    weekday, _, iso = text.partition(" ")
    day = date.fromisoformat(iso)
    if WEEKDAYS[day.weekday()] != weekday:
        raise ValueError(f"{iso} is a {WEEKDAYS[day.weekday()]}, not a {weekday}")
    return day
