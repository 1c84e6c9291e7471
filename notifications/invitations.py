"""Which messages carry something for a calendar: an invitation to a meeting, or a file of dates.

What is written, and how, is in `calendar_file.py`; the library for it is loaded when such a message goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from config import clock
from models.records.deadlines import Deadline
from models.records.meeting_plans import SEVERAL
from models.records.processes import Process
from notifications.channels import CalendarFile
from notifications.office import Office, office
from notifications.wording import short

MEETING = "method"  # the fact that makes a message an invitation or its cancellation
DATES = "dates"  # the fact that makes a letter carry a file of dates


def calendar_of(
    facts: Mapping[str, Any], ours: Office, *, address: str, ref: str, queued_at: datetime, matter: str = ""
) -> bytes | None:  # fmt: skip
    """The invitation, its cancellation or the file of dates that goes with a message; None for most messages.

    `facts` are those of the outbox: the same row gives the same entry however often it is written. The reader is
    the only one whom it names (F-07).
    """
    if MEETING not in facts and not facts.get(DATES):
        return None
    from notifications import calendar_file

    whom = calendar_file.Addressed(address, ref, queued_at, matter or "review")
    if MEETING in facts:
        return calendar_file.invitation(facts, ours, whom)
    return calendar_file.file_of_dates(facts[DATES], ours, whom)


def files_of(
    facts: Mapping[str, Any], ours: Office, *, address: str, ref: str, queued_at: datetime
) -> tuple[CalendarFile, ...]:
    """Where a message invites to several meetings, the invitation to each as a file of its own.

    A REQUEST holds one UID alone (RFC 5546, 3.2.2), and a programme that takes invitations over by itself takes the
    first of a mail and drops the others without a word.
    """
    if not facts.get(SEVERAL):
        return ()
    from notifications import calendar_file

    whom = calendar_file.Addressed(address, ref, queued_at)
    return tuple(
        CalendarFile(_file_name(number, each), calendar_file.invitation({MEETING: "REQUEST", **each}, ours, whom))
        for number, each in enumerate(facts[SEVERAL], 1)
    )


def still_ahead(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts without the meetings of a series that have begun by now."""
    if SEVERAL not in facts:
        return facts
    return {**facts, SEVERAL: [each for each in facts[SEVERAL] if _begins(each) > clock.now()]}


def is_over(facts: Mapping[str, Any]) -> bool:
    """True when all the meetings that the message is about would have begun by now: then it says nothing any more."""
    about: Sequence[Mapping[str, Any]] = facts.get(SEVERAL) or ([facts] if MEETING in facts else [])
    return bool(about) and all(_begins(each) <= clock.now() for each in about)


def _begins(meeting: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(meeting["starts_at"])


def _file_name(number: int, meeting: Mapping[str, Any]) -> str:
    day = clock.local(_begins(meeting)).date()
    return f"Meeting {number} on {short(day)} {day.year}.ics"


def dates_of(board_key: str, process: Process, deadlines: Iterable[Deadline]) -> list[dict[str, Any]]:
    """The dates as facts of a letter; the entry of a deadline keeps its UID, and rises with each arming, so that a
    later letter replaces it."""
    domain = office(board_key).domain
    return [
        {"uid": f"due-{_digest(process.ref, each.slot)}@{domain}", "sequence": each.arming, "title": each.title,
         "due": each.working_target_on.isoformat()}
        for each in deadlines
    ]  # fmt: skip


def _digest(ref: str, slot: str) -> str:
    return hashlib.sha256(f"{ref}/{slot}".encode()).hexdigest()[:32]
