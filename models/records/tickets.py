"""A claimed message with everything that its letter needs, read in a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, select, update

from models.records.boards import Agency, Board, Contact, contacts_of
from models.records.columns import Facts
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.messages import Channel, Message, Notice
from models.records.processes import Process
from models.rules.ladders import MessageClass

CARRIES_NOTICES = (
    "rung:",
    "reminder:",
)  # how the once-keys of messages begin that say what their notices say
CAME_BEFORE = "it came before this was sent"


@dataclass(frozen=True)
class Ticket:
    """One message that is ours to send now."""

    id: int
    claim: str | None  # whose hands it is in; None for a look at it
    board_id: int
    board_key: str
    kind: str
    channel: Channel
    once_key: str
    thread_key: str
    facts: Facts
    queued_at: datetime
    ref: str  # of the one process that it is about; "" when it is about several
    process_ids: frozenset[int]
    agency_id: int | None
    agency_key: str | None  # of the recipient
    agency_name: str
    contact_id: int | None
    role: str
    address: str  # "" when nobody may be written to
    checked_twice: bool  # an address outside every known domain that two people have checked
    items: tuple[Facts, ...]  # what its notices say, the earliest date first
    message_class: MessageClass = MessageClass.REQUEST
    urgent: bool = False

    @property
    def carries_notices(self) -> bool:
        """True when it says what its notices say, and nothing when there are none."""
        return self.once_key.startswith(CARRIES_NOTICES)


@dataclass(frozen=True)
class _Carried:
    facts: Facts
    process_id: int


def tickets_of(session: Session, ids: Collection[int], claim: str | None) -> list[Ticket]:
    """The claimed messages with what they carry; notices of what is not owed any more leave them here."""
    _drop_what_is_not_owed(session, ids)
    carried = _carried_by(session, ids)
    question = _messages().where(col(Message.id).in_(ids), Message.claim == claim)
    found = {row[0].id: _ticket(row, carried[row[0].id], claim) for row in session.exec(question).all()}
    return [_to_whoever_holds_the_role(session, found[id_]) for id_ in ids if id_ in found]


def tickets_as_sent(session: Session, ids: Collection[int], process_id: int) -> dict[int, tuple[Ticket, int]]:
    """Messages with what they carried when they went, whatever has become of it since; nothing is changed.

    Of what they carried only what one process is owed, with the number of things that are left out for that.
    """
    carried = _carried_by(session, ids, as_then=True)
    found = {}
    for row in session.exec(_messages().where(col(Message.id).in_(ids))).all():
        message, contact = row[0], row[1]
        mine = [one for one in carried[message.id] if one.process_id == process_id]
        ticket = _ticket(row, mine, None)
        address = contact.email if contact else ""
        found[message.id] = replace(ticket, address=address), len(carried[message.id]) - len(mine)
    return found


def _messages() -> Any:
    return (
        select(  # type: ignore[call-overload]
            Message, Contact, Board.key, Agency.key, Agency.name, Process.ref, Process.word, Process.kind
        )
        .join(Board, col(Message.board_id) == col(Board.id))
        .outerjoin(Contact, col(Message.contact_id) == col(Contact.id))
        .outerjoin(Process, col(Message.process_id) == col(Process.id))
        .outerjoin(Agency, col(Agency.id) == _agency_of_recipient())
    )


def _agency_of_recipient() -> ColumnElement[int | None]:
    return case((col(Contact.id).is_not(None), col(Contact.agency_id)), else_=col(Message.agency_id))


def _ticket(row: Any, carried: Sequence[_Carried], claim: str | None) -> Ticket:
    message, contact, board_key, agency_key, agency_name, ref, word, process_kind = row
    own = {message.process_id} if message.process_id is not None else set()
    refs = {f"{ref} {word}".strip()} if ref and process_kind != "desk" else set()
    refs |= {one.facts["ref"] for one in carried}
    return Ticket(
        id=message.id, claim=claim, board_id=message.board_id, board_key=board_key, kind=message.kind,
        channel=message.channel, once_key=message.once_key, thread_key=message.thread_key,
        facts=message.facts, queued_at=message.queued_at, ref=refs.pop() if len(refs) == 1 else "",
        process_ids=frozenset(own | {one.process_id for one in carried}),
        agency_id=message.agency_id, agency_key=agency_key, agency_name=agency_name or "",
        contact_id=message.contact_id, role=contact.role if contact else "",
        checked_twice=bool(contact and contact.checked_twice),
        address=contact.email if contact and contact.secure_mailbox and contact.to_on is None else "",
        items=tuple(one.facts for one in carried), message_class=message.message_class, urgent=message.urgent,
    )  # fmt: skip


def _carried_by(
    session: Session, ids: Collection[int], *, as_then: bool = False
) -> Mapping[int | None, list[_Carried]]:
    """What the messages carry; `as_then` with the date that was set when it was said."""
    due_on = col(Arming.due_on) if as_then else col(Deadline.working_target_on)
    question: Any = (
        select(  # type: ignore[call-overload]
            Notice, Deadline, Process.ref, Process.word, Process.guidance, Agency.name, due_on
        )
        .join(Deadline, col(Notice.deadline_id) == col(Deadline.id))
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .outerjoin(Agency, col(Agency.id) == col(Deadline.agency_id))
        .where(col(Notice.message_id).in_(ids))
        .order_by(due_on, col(Notice.id))
    )
    if as_then:
        same_life = (col(Arming.deadline_id) == col(Deadline.id)) & (col(Arming.no) == col(Notice.arming))
        question = question.join(Arming, same_life)
    carried: defaultdict[int | None, list[_Carried]] = defaultdict(list)
    for notice, deadline, ref, word, edition, agency, due in session.exec(question).all():
        item = {
            "ref": f"{ref} {word}".strip(), "title": deadline.title, "agency": agency or "",
            "due_on": due.isoformat(), "kind": deadline.kind,
            "ladder": deadline.ladder, "edition": edition,
        }  # fmt: skip
        carried[notice.message_id].append(_Carried(item | dict(notice.facts), deadline.process_id))
    return carried


def _drop_what_is_not_owed(session: Session, ids: Collection[int]) -> None:
    not_owed = select(Deadline.id).where(Deadline.id == Notice.deadline_id, col(Deadline.state) != DeadlineState.OPEN)
    session.connection().execute(
        update(Notice)
        .where(col(Notice.message_id).in_(ids), not_owed.exists())
        .values(message_id=None, suppressed_because=CAME_BEFORE)
    )


def _to_whoever_holds_the_role(session: Session, ticket: Ticket) -> Ticket:
    """Messages go by role: who has left the register since it was queued is followed by the successor."""
    if ticket.address or ticket.contact_id is None:
        return ticket
    left = session.get_one(Contact, ticket.contact_id)
    for contact in contacts_of(session, left.board_id, left.role, left.agency_id):
        if contact.secure_mailbox:
            _readdress(session, ticket.id, contact)
            return replace(ticket, contact_id=contact.id, address=contact.email, checked_twice=contact.checked_twice)
    return ticket


def _readdress(session: Session, message_id: int, contact: Contact) -> None:
    connection = session.connection()
    connection.execute(update(Message).where(col(Message.id) == message_id).values(contact_id=contact.id))
    connection.execute(update(Notice).where(col(Notice.message_id) == message_id).values(contact_id=contact.id))
