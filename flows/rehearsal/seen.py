"""What happens in a rehearsal, day by day: who is asked, reminded, chased, told; what is put before whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from config import clock
from models.records.messages import TaskKind
from models.records.rehearsed import Carried, carried_by, kind_of_thread, tasks_since
from models.records.tickets import Ticket
from models.rules.ladders import MessageClass
from notifications.channels import Accepted, Mail
from notifications.letters import Card, write_for_rehearsal

INSIDE = ("owner", "agency_lead")  # whoever else is told of lateness, it is an escalation
EVENTS = {MessageClass.REQUEST: "asked", MessageClass.REMINDER: "reminded", MessageClass.LATENESS: "chased"}
TOLD = frozenset(
    {
        "approved", "arrival_recorded", "correction", "decision_recorded", "published", "terms_settled",
        "return_accepted", "more_time_decided", "not_wanted", "author_changed", "agency_left",
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


class Audience:
    """A mail channel that accepts everything, sends nothing and remembers what was said on which day."""

    def __init__(self) -> None:
        self.events: defaultdict[date, list[Event]] = defaultdict(list)
        self._tickets: dict[str, Ticket] = {}  # by Message-ID
        self._tasks_seen = 0

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
        ticket = self._tickets.pop(mail.message_id)
        for carried in carried_by(ticket.id) or (Carried(),):
            self.events[clock.today()].append(_of_mail(ticket, carried, mail))
        return Accepted("rehearsed")

    def note_tasks(self) -> None:
        """What was put before the office, a committee or the Board since the last look is remembered."""
        for task in tasks_since(self._tasks_seen):
            self._tasks_seen = task.id
            event, channel = OF_TASKS[task.kind]
            self.events[clock.local(task.opened_at).date()].append(
                Event(event, task.of_kind, task.agency, "", task.rung, False, channel, task.title, task.title, "")
            )

    def note_deed(self, day: date, slots: Sequence[str], titles: Mapping[str, str]) -> None:
        """Somebody did something, and the office recorded it."""
        for slot in slots:
            kind, _, agency = slot.partition(":")
            title = titles.get(slot, kind)
            self.events[day].append(
                Event("recorded", kind, agency, "business_manager", "", False, "form", title, title, "")
            )

    def note_meetings(self, day: date, held: int) -> None:
        """Meetings were held."""
        for _ in range(held):
            title = "Update meeting of the review panel"
            self.events[day].append(
                Event("recorded", "update_meeting", "", "panel_chair", "", False, "form", title, title, "")
            )


def _of_mail(ticket: Ticket, carried: Carried, mail: Mail) -> Event:
    event = EVENTS[ticket.message_class]
    if ticket.message_class is MessageClass.LATENESS and carried.recipient_role not in INSIDE:
        event = "escalated"
    if ticket.kind in TOLD:
        event = "told"
    return Event(
        event=event, kind=carried.kind or kind_of_thread(ticket.thread_key), agency=ticket.agency_key or carried.agency,
        role=ticket.role, rung=carried.rung, urgent=ticket.urgent, channel="mail", text=mail.text,
        title=carried.title or mail.subject, message=ticket.kind, subject=mail.subject, html=mail.html,
    )  # fmt: skip
