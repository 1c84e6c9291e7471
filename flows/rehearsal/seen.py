"""What happens in a rehearsal, day by day: who is asked, reminded, chased, told; what is put before whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from config import clock
from models.records.deadlines import Deadline
from models.records.messages import TaskKind
from models.records.rehearsed import Carried, carried_by, kinds_owed, tasks_opened
from models.records.tickets import Ticket
from models.rules.ladders import MessageClass
from notifications.channels import Accepted, Mail
from notifications.letters import Card, write_for_rehearsal

INSIDE = ("owner", "agency_lead")  # whoever else is told of lateness, it is an escalation
EVENTS = {MessageClass.REQUEST: "asked", MessageClass.REMINDER: "reminded", MessageClass.LATENESS: "chased"}
TOLD = frozenset(
    {
        "approved", "arrival_recorded", "correction", "decision_recorded", "published", "terms_settled",
        "return_accepted", "more_time_decided", "not_wanted", "author_changed", "agency_left", "review_concluded",
        "consideration_decided", "consideration_opened", "referral_received", "action_noted",
    }
)  # fmt: skip
OF_TASKS = {
    TaskKind.TASK: ("task", "office"), TaskKind.AGENDA_ITEM: ("escalated", "agenda"),
    TaskKind.REGISTER_ENTRY: ("escalated", "register"),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One thing that happens on one day; `rung` is empty for what no ladder says."""

    event: str  # asked, told, reminded, chased, escalated, task, recorded
    kind: str  # of the thing owed; "" where there is none
    agency: str  # key; "" for the board itself
    role: str  # who hears of it
    rung: str
    urgent: bool
    channel: str  # mail, office, agenda, register, form
    text: str  # as it would read
    title: str  # what it is about, in words
    message: str  # the kind of message; "" where there is none
    subject: str = ""
    html: str = ""

    def as_facts(self) -> dict[str, Any]:
        """The event as programs read it."""
        return {
            "event": self.event, "kind": self.kind, "agency": self.agency, "role": self.role, "rung": self.rung,
            "urgent": self.urgent, "channel": self.channel, "text": self.text, "title": self.title,
            "message": self.message, "subject": self.subject,
        }  # fmt: skip


@dataclass(frozen=True)
class _Heard:
    """A mail that was heard; what it carries is looked up when all is over."""

    at: datetime
    ticket: Ticket
    mail: Mail


class Audience:
    """A mail channel that accepts everything, sends nothing and remembers what was said on which day."""

    def __init__(self) -> None:
        self._done: list[tuple[datetime, Event]] = []
        self._heard: list[_Heard] = []
        self._tickets: dict[str, Ticket] = {}  # by Message-ID

    @contextmanager
    def open(self) -> Iterator[Audience]:
        """A sender; there is nothing to close."""
        yield self

    def write(self, ticket: Ticket) -> Mail | Card:
        """The letter as it would go, and whom it is for is remembered."""
        letter = write_for_rehearsal(ticket)
        if isinstance(letter, Mail):
            self._tickets[letter.message_id] = ticket
        return letter

    def send(self, mail: Mail) -> Accepted:
        """The mail was heard and goes nowhere."""
        self._heard.append(_Heard(clock.now(), self._tickets.pop(mail.message_id), mail))
        return Accepted("rehearsed")

    def note_deeds(self, owed: Sequence[Deadline]) -> None:
        """Somebody did something, and the office recorded it."""
        for each in owed:
            self._note("recorded", each.kind, each.slot.partition(":")[2], "business_manager", each.title)

    def note_meetings(self, held: int) -> None:
        """Meetings were held."""
        for _ in range(held):
            self._note("recorded", "update_meeting", "", "panel_chair", "Update meeting of the review panel")

    def _note(self, event: str, kind: str, agency: str, role: str, title: str) -> None:
        self._done.append((clock.now(), Event(event, kind, agency, role, "", False, "form", title, title, "")))

    def days(self) -> dict[date, list[Event]]:
        """Everything that was done, put before somebody or said, in the order in which it happened."""
        carried, kinds = carried_by([each.ticket.id for each in self._heard]), kinds_owed()
        events = [*self._done]
        for task in tasks_opened():
            event, channel = OF_TASKS[task.kind]
            event = "told" if event == "escalated" and not task.rung else event  # news, and nobody's lateness
            events.append((task.opened_at, Event(
                event, task.of_kind, task.agency, "", task.rung, False, channel, task.title, task.title, "",
            )))  # fmt: skip
        for each in self._heard:
            kind = kinds.get(each.ticket.thread_key, "")
            rungs = carried.get(each.ticket.id) or (Carried(kind=kind),)
            events.extend((each.at, _of_mail(each.ticket, one, each.mail)) for one in rungs)
        by_day = defaultdict[date, list[Event]](list)
        for at, event_ in sorted(events, key=lambda pair: pair[0]):
            by_day[clock.local(at).date()].append(event_)
        return by_day


def _of_mail(ticket: Ticket, carried: Carried, mail: Mail) -> Event:
    event = EVENTS[ticket.message_class]
    if ticket.message_class is MessageClass.LATENESS and carried.recipient_role not in INSIDE:
        event = "escalated"
    if ticket.kind in TOLD:
        event = "told"
    return Event(
        event=event, kind=carried.kind, agency=ticket.agency_key or carried.agency,
        role=ticket.role, rung=carried.rung, urgent=ticket.urgent, channel="mail", text=mail.text,
        title=carried.title or mail.subject, message=ticket.kind, subject=mail.subject, html=mail.html,
    )  # fmt: skip
