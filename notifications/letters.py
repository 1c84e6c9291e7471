"""From a row of the outbox to the mail, or the card, that goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import clock
from config.settings import settings
from models.records.database import reading
from models.records.messages import Channel
from models.records.queueing import manager_address, said_to_agency
from models.records.tickets import Ticket
from models.rulebook import RuleBook, rule_book
from models.rules.processes import KINDS
from models.rules.spoken_roles import spoken_role
from models.rules.working_days import working_days_between
from notifications import render
from notifications.channels import CalendarFile, Mail, for_trial, message_id_of, teams_channel
from notifications.invitations import calendar_of, files_of, is_over, still_ahead
from notifications.office import Office, office

if TYPE_CHECKING:
    from notifications.channels.teams import TeamsChannel

LETTER = "late_chief_officer"


class NothingToSay(Exception):
    """nothing of what it would have said is owed any more"""


class NobodyToWriteTo(Exception):
    """nobody in this role has a secure mailbox in a domain that the board knows"""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class CannotBeWritten(Exception):
    """its text cannot be written from what is known"""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True)
class Card:
    """A nudge for a Teams channel."""

    channel: TeamsChannel
    title: str
    text: str


def check_facts(kind: str, facts: Mapping[str, Any], board_key: str) -> None:
    """The texts of that kind take all of the facts. Raises what `render.check_facts` raises."""
    render.check_facts(kind, facts, _own_texts(board_key))


def version_of(kind: str, board_key: str) -> str:
    """Which version of the texts of that kind the board uses."""
    return render.version(kind, _own_texts(board_key))


def write_letter(ticket: Ticket) -> Mail | Card:
    """What the message says at this moment; in trial mode it may go to the manager instead.

    Raises NothingToSay, NobodyToWriteTo and CannotBeWritten.
    """
    if ticket.channel is Channel.TEAMS:
        return _card(ticket)
    mail, ours = _letter(ticket), office(ticket.board_key)
    allowed = settings().mail_trial_allow
    return for_trial(mail, allowed, _manager(ticket, ours), f"the {_whom(ticket)}") if allowed else mail


def write_for_rehearsal(ticket: Ticket) -> Mail | Card:
    """What the message would say at this moment, to whom it is for; no card is made, as none can go.

    Raises NothingToSay, NobodyToWriteTo and CannotBeWritten.
    """
    if ticket.channel is Channel.TEAMS:
        raise NothingToSay
    return _letter(ticket)


def _letter(ticket: Ticket) -> Mail:
    if ticket.carries_notices and not ticket.items:
        raise NothingToSay
    if is_over(ticket.facts) or _is_for_somebody_else(ticket):
        raise NothingToSay
    ours = office(ticket.board_key)
    if not ticket.address or not ours.may_write_to(
        ticket.address, ticket.agency_key, checked_twice=ticket.checked_twice
    ):
        raise NobodyToWriteTo
    return _mail(ticket, ours, _words(ticket, _facts(ticket, ours)))


def words_of(ticket: Ticket) -> render.Rendered:
    """What a mail says at this moment, whoever may be written to. Raises NothingToSay and CannotBeWritten."""
    if ticket.carries_notices and not ticket.items:
        raise NothingToSay
    return _words(ticket, _facts(ticket, office(ticket.board_key)))


def task_for_telephone(ticket: Ticket) -> str:
    """What the office does when the mail server refuses the address."""
    return f"Telephone the {_whom(ticket)}: the mail server refused the address. Then correct the contact"


def task_for_nobody(ticket: Ticket) -> str:
    """What the office does when there is nobody to write to."""
    return f"Name somebody as {_whom(ticket)}, and telephone meanwhile: a message could not go to anybody"


def task_for_failure(ticket: Ticket) -> str:
    """What the office does when a message has failed for another reason."""
    return f"Telephone the {_whom(ticket)}: a message could not be sent"


def _mail(ticket: Ticket, ours: Office, words: render.Rendered) -> Mail:
    thread = (message_id_of(f"thread:{ticket.thread_key}", ours.domain),) if ticket.thread_key else ()
    return Mail(
        sender=ours.mailbox, sender_name=ours.name, to=ticket.address, subject=words.subject, text=words.text,
        html=words.html, message_id=message_id_of(ticket.once_key, ours.domain), sent_at=clock.now(),
        references=thread, calendar=_calendar(ticket, ours), files=_files(ticket, ours),
    )  # fmt: skip


def _calendar(ticket: Ticket, ours: Office) -> bytes | None:
    try:
        return calendar_of(ticket.facts, ours, address=ticket.address, ref=ticket.ref, queued_at=ticket.queued_at,
                           matter=ticket.matter)  # fmt: skip
    except Exception as fault:
        raise CannotBeWritten from fault


def _files(ticket: Ticket, ours: Office) -> tuple[CalendarFile, ...]:
    facts = still_ahead(ticket.facts)
    try:
        return files_of(facts, ours, address=ticket.address, ref=ticket.ref, queued_at=ticket.queued_at)
    except Exception as fault:
        raise CannotBeWritten from fault


def _is_for_somebody_else(ticket: Ticket) -> bool:
    """That one person need not come to a meeting is never said to whoever has followed them in their role."""
    return bool(ticket.facts.get("goes_on")) and ticket.once_key.split(":")[2] != str(ticket.contact_id)


def _words(ticket: Ticket, facts: Mapping[str, Any]) -> render.Rendered:
    try:
        return render.render(ticket.kind, facts, _own_texts(ticket.board_key))
    except Exception as fault:  # whatever is wrong with one message, the others go
        raise CannotBeWritten from fault


def _facts(ticket: Ticket, ours: Office) -> dict[str, Any]:
    """What was queued, what its notices say, and who we are."""
    common = {
        "board_name": ours.name, "mailbox": ours.mailbox, "telephone": ours.telephone,
        "reader_role": f"the {_role(ticket)}", "agency_name": ticket.agency_name, "ref": ticket.ref,
        "matter": ticket.matter,
    }  # fmt: skip
    if not ticket.carries_notices:
        return common | dict(still_ahead(ticket.facts))
    items = [_item(each, ticket.board_key) for each in ticket.items]
    return common | {"items": items} | _of_letter(ticket) | ticket.facts


def _role(ticket: Ticket) -> str:
    """The reader's role, as the edition of the one process that it is about calls it."""
    if not ticket.guidance:
        return spoken_role(ticket.role)
    return rule_book(ticket.board_key).who_decides(ticket.guidance).role(ticket.role)


def _item(carried: Mapping[str, Any], board_key: str) -> dict[str, Any]:
    due = date.fromisoformat(carried["due_on"])
    days = working_days_between(due, clock.today(), rule_book(board_key).calendar)
    return {
        "ref": carried["ref"], "title": carried["title"], "agency": carried["agency"], "due": due,
        "days_late": max(days, 0), "days_left": max(-days, 0),
    }  # fmt: skip


def _of_letter(ticket: Ticket) -> dict[str, Any]:
    """Who signs, and the duty to give information where the edition lets letters quote it (H-2)."""
    if ticket.kind != LETTER:
        return {}
    first = ticket.items[0]
    book = rule_book(ticket.board_key)
    within = book.allowance(first["edition"], "letter_answered")
    who = book.who_decides(first["edition"])
    signs = who.role(who.in_place_of(KINDS[first["process"]].letters_signed_by))
    facts: dict[str, Any] = {"signed_by": signs, "answer_within": within}
    edition = book.configuration.editions.get(first["edition"])
    duty = edition.row.words.information_duty if edition else None
    if duty and duty.quote_in_letters and all(_is_information(book, item) for item in ticket.items):
        facts["information_duty"] = duty.value
    return facts


def _is_information(book: RuleBook, item: Mapping[str, Any]) -> bool:
    """True for what an agency knows and owes to the panel; never for agreements, names or actions."""
    periods = book.periods.get((item["process"], item["edition"]), ())
    return any(each.kind == item["kind"] and each.information for each in periods)


def _card(ticket: Ticket) -> Card:
    day = date.fromisoformat(ticket.facts["day"])
    channel = teams_channel(ticket.board_key, ticket.agency_key or "")
    if channel is None or day != clock.today():
        raise NothingToSay
    with reading() as session:
        count, first = said_to_agency(session, ticket.board_id, ticket.agency_id, day, clock.at(day, 0))
    if not count or first is None:
        raise NothingToSay
    ours = office(ticket.board_key)
    facts = {"board_name": ours.name, "mailbox": ours.mailbox, "telephone": ours.telephone}
    words = _words(ticket, facts | {"number": count, "first_due": first})
    return Card(channel, words.subject, words.teams)


def _manager(ticket: Ticket, ours: Office) -> str:
    with reading() as session:
        return manager_address(session, ticket.board_id) or ours.mailbox


def _whom(ticket: Ticket) -> str:
    role = spoken_role(ticket.role) if ticket.role else "channel"
    return f"{role} of {ticket.agency_name[:60]}" if ticket.agency_name else role


def _own_texts(board_key: str) -> Path | None:
    return _folder_of_texts(settings().config, board_key)


@cache
def _folder_of_texts(configuration: Path, board_key: str) -> Path | None:
    folder = configuration / "boards" / board_key / "texts"
    return folder if folder.is_dir() else None
