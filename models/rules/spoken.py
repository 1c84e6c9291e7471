"""Days, events and lists as an office says them, whatever language the machine is set to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from models.rules.who_decides import AS_THE_FRAMEWORKS_SAY, WhoDecides

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

SPOKEN_ANCHORS = {
    "incident-known": "the day on which the incident became known",
    "referral": "the referral",
    "awareness": "the day on which the local authority became aware",
    "notification": "the notification",
    "decision": "{decider's} decision",
    "agreement": "{partners's} agreement",
    "letters": "the letters to the agencies",
    "commissioning": "the commissioning of the reviewer",
    "initial-meeting": "the initial meeting",
    "panel-reading": "the panel's reading of the returns",
    "draft-report": "the draft report",
    "sign-off": "the panel's sign-off",
    "approval": "the approval of the report",
    "review-asked": "the national panel's wish for a review",
    "sent": "the sending to the national panel",
    "publication-date": "the day set for the publication",
    "withholding": "the decision not to publish as planned",
    "publication": "the publication",
    "year-end": "the end of the Board's year",
    "requests": "the day on which the agencies were asked",
    "panel-day": "the day booked for the panel",
    "recommendation": "the panel's recommendation",
    "launch": "the launch",
    "quarter-end": "the end of the quarter",
    "panel-letter": "the letter of the national panel",
    "panel-reply": "the reply to the national panel",
    "panel-advice": "the advice of the national panel",
    "acceptance": "the acceptance by the group",
    "discussion-day": "the day set for the discussion",
    "discussion": "the discussion",
    "report": "the report",
    "group": "the group's meeting on the report",
    "review-end": "the end of the agency's own review",
    "learning": "the learning from the agency's own review",
}


def spoken(day: date) -> str:
    """The day as people are told it, "Friday 12 June 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {spoken_month(day)}"


def spoken_month(day: date) -> str:
    """The month of the day, "June 2026"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def spoken_anchor(anchor: str, who: WhoDecides = AS_THE_FRAMEWORKS_SAY) -> str:
    """The event a period is counted from, "the Chair's decision"; one not listed is said by its own words."""
    return who.say(SPOKEN_ANCHORS[anchor]) if anchor in SPOKEN_ANCHORS else "the " + " ".join(re.split("[-_]", anchor))


def lower_first(words: str) -> str:
    """The words as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def ordinal(number: int) -> str:
    """A day of the month as it is said, "31st"."""
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def and_joined(words: Sequence[str]) -> str:
    """The words as a list in a sentence, "a, b and c"; "" when there are none."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
