"""Days, events and lists as an office says them, whatever language the machine is set to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SPOKEN_ANCHORS = {
    "incident-known": "the day on which the incident became known",
    "referral": "the referral",
    "notification": "the notification",
    "decision": "the Chair's decision",
    "agreement": "the Strategic Partners' agreement",
    "letters": "the letters to the agencies",
    "commissioning": "the commissioning of the reviewer",
    "initial-meeting": "the initial meeting",
    "panel-reading": "the panel's reading of the returns",
    "draft-report": "the draft report",
    "sign-off": "the panel's sign-off",
    "approval": "the Board's approval",
    "publication": "the publication",
    "requests": "the day on which the agencies were asked",
    "panel-day": "the day booked for the panel",
    "recommendation": "the panel's recommendation",
    "launch": "the launch",
    "quarter-end": "the end of the quarter",
}


def spoken(day: date) -> str:
    """The day as people are told it, "Friday 12 June 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {spoken_month(day)}"


def spoken_month(day: date) -> str:
    """The month of the day, "June 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def spoken_anchor(anchor: str) -> str:
    """The event a period is counted from, "the Chair's decision"; one not listed is said by its own words."""
    return SPOKEN_ANCHORS.get(anchor, "the " + anchor.replace("-", " ").replace("_", " "))


def ordinal(number: int) -> str:
    """A day of the month as it is said, "31st"."""
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def and_joined(words: Sequence[str]) -> str:
    """The words as a list in a sentence, "a, b and c"; "" when there are none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
