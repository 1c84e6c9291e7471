"""Invitations to meetings and files of dates as iCalendar (RFC 5545, RFC 5546).

Times are told with their zone, Europe/London, and its rules, not in UTC. For one meeting both come to the same
moment; but a meeting is held at ten by the clock on the wall, and that is what a calendar should keep when somebody
copies or repeats the entry. The rules are written out in every invitation, so that no programme has to know the zone
by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from config import clock
from notifications.office import Office

PRODUCT = "-//Sightline//Meetings and dates//EN"
ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
AGENDA = "Agenda: where the {matter} stands; what is late; what is due next; the next meeting."


@dataclass(frozen=True)
class Addressed:
    """Whose calendar it is for, about which review, and when it was put into words."""

    address: str
    ref: str
    queued_at: datetime
    matter: str = "review"  # what the process is called outside


def invitation(facts: Mapping[str, Any], ours: Office, whom: Addressed) -> bytes:
    """The meeting is asked into the reader's calendar, or taken out of it."""
    starts_at = clock.local(datetime.fromisoformat(facts["starts_at"]))
    cancelled = facts["method"] == "CANCEL"
    event = _event(facts["uid"], facts["sequence"], f"{whom.matter.capitalize()} meeting, ref {whom.ref}", ours, whom)
    event.add("dtstart", starts_at)
    event.add("dtend", clock.local(datetime.fromisoformat(facts["starts_at"]) + timedelta(minutes=facts["minutes"])))
    event.add("location", _line(facts["place"]))
    event.add("description", _about(ours, whom))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("attendee", _attendee(whom.address))
    calendar = _calendar(facts["method"])
    calendar.add_component(_london())
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _about(ours: Office, whom: Addressed) -> str:
    agenda = AGENDA.format(matter=whom.matter)
    return f"{agenda} Questions: {_line(ours.mailbox)}, telephone {_line(ours.telephone)}."


def file_of_dates(dates: Iterable[Mapping[str, Any]], ours: Office, whom: Addressed) -> bytes:
    """Each date as an entry of a whole day that blocks no time and rings no bell: a deadline is no meeting."""
    calendar = _calendar("PUBLISH")
    for each in dates:
        due_on = date.fromisoformat(each["due"])
        title = f"Due: {_line(each['title'])}, ref {whom.ref}"
        event = _event(each["uid"], each["sequence"], title, ours, whom)
        event.add("dtstart", due_on)
        event.add("dtend", due_on + ONE_DAY)
        event.add("transp", "TRANSPARENT")  # a date that something is due on takes nobody's time
        event.add("categories", ["date"])
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(uid: str, sequence: int, summary: str, ours: Office, whom: Addressed) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", whom.queued_at)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    organizer = vCalAddress(f"mailto:{ours.mailbox}")
    organizer.params["CN"] = vText(_line(ours.name).replace('"', "'"))
    event.add("organizer", organizer)
    return event


def _attendee(address: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    return attendee


@cache
def _london() -> Timezone:
    """Summer time from the last Sunday of March to the last of October, at one o'clock in UTC, as since 1996."""
    zone = Timezone()
    zone.add("tzid", "Europe/London")
    for part, name, begins, before, after in (
        (TimezoneDaylight(), "BST", datetime(1996, 3, 31, 1), timedelta(0), ONE_HOUR),  # noqa: DTZ001 - local by rule
        (TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), ONE_HOUR, timedelta(0)),  # noqa: DTZ001
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": begins.month, "byday": "-1SU"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone


def _line(text: str) -> str:
    """The text in one line, with nothing in it that is not meant for the eye."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
