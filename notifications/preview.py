"""A message as it would go at this moment, for the person who lets it go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from config import clock
from models.records.database import Session
from models.records.due import GOES_ON
from models.records.tickets import tickets_of
from models.rules.spoken_roles import spoken_role
from notifications.channels import Mail
from notifications.letters import CannotBeWritten, NobodyToWriteTo, NothingToSay, write_letter


@dataclass(frozen=True)
class Preview:
    """What a message says, and to whom in words; never a name or an address."""

    message_id: int
    whom: str
    subject: str
    text: str
    kind: str = ""
    goes_on: date | None = None  # the day on which it goes once it is let go; None for at once


def previews(session: Session, message_ids: Collection[int]) -> list[Preview]:
    """The messages as they would go now, in the order given; one with nothing left to say is left out."""
    shown = []
    for ticket in tickets_of(session, message_ids, None):
        whom = spoken_role(ticket.role) + (f", {ticket.agency_name}" if ticket.agency_name else "")
        try:
            letter = write_letter(ticket)
        except NothingToSay:
            continue
        except (NobodyToWriteTo, CannotBeWritten) as fault:
            shown.append(Preview(ticket.id, whom, "cannot be written", str(fault)))
            continue
        if isinstance(letter, Mail):
            days = [date.fromisoformat(each[GOES_ON]) for each in ticket.items if GOES_ON in each]
            goes_on = max((day for day in days if day > clock.today()), default=None)
            shown.append(Preview(ticket.id, whom, letter.subject, letter.text, ticket.kind, goes_on))
    return shown
