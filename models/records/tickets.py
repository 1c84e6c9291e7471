"""A claimed message with everything that its letter needs, read in a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, case
from sqlmodel import Session, col, select, update

from config import clock
from models.records.absences import Absence, away_on
from models.records.boards import Agency, Board, Contact
from models.records.columns import Facts
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.messages import Channel, Message, MessageState, Notice
from models.records.people import DEPUTY, Holder, People, people_of
from models.records.processes import Process
from models.rules.ladders import MessageClass
from models.rules.processes import KINDS

CARRIES_NOTICES = (
    "rung:",
    "reminder:",
)  # how the once-keys of messages begin that say what their notices say
CAME_BEFORE = "it came before this was sent"
IS_AWAY = "the person is away"


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
    matter: str = ""  # what the one process that it is about is called in a message; "" when it is about several
    guidance: str = ""  # the edition of the one process that it is about

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
    rows = session.exec(_CLAIMED, params={"ids": [*ids], "claim": claim}).all()
    found = {row[0].id: _ticket(row, carried[row[0].id], claim) for row in rows}
    return _to_whoever_is_there(session, [found[id_] for id_ in ids if id_ in found])


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
            Message,
            Contact,
            Board.key,
            Agency.key,
            Agency.name,
            Process.ref,
            Process.word,
            Process.kind,
            Process.guidance,
        )
        .join(Board, col(Message.board_id) == col(Board.id))
        .outerjoin(Contact, col(Message.contact_id) == col(Contact.id))
        .outerjoin(Process, col(Message.process_id) == col(Process.id))
        .outerjoin(Agency, col(Agency.id) == _agency_of_recipient())
    )


def _agency_of_recipient() -> ColumnElement[int | None]:
    return case((col(Contact.id).is_not(None), col(Contact.agency_id)), else_=col(Message.agency_id))


def _ticket(row: Any, carried: Sequence[_Carried], claim: str | None) -> Ticket:
    message, contact, board_key, agency_key, agency_name, ref, word, process_kind, guidance = row
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
        matter=KINDS[process_kind].outside if process_kind and process_kind != "desk" else "",
        guidance=guidance or "",
    )  # fmt: skip


def _carried_by(
    session: Session, ids: Collection[int], *, as_then: bool = False
) -> Mapping[int | None, list[_Carried]]:
    """What the messages carry; `as_then` with the date that was set when it was said."""
    carried: defaultdict[int | None, list[_Carried]] = defaultdict(list)
    found = session.exec(_CARRIED_THEN if as_then else _CARRIED, params={"ids": [*ids]}).all()
    for notice, deadline, ref, word, process, edition, agency, due in found:
        item = {
            "ref": f"{ref} {word}".strip(), "title": deadline.title, "agency": agency or "",
            "due_on": due.isoformat(), "kind": deadline.kind,
            "process": process, "edition": edition,
        }  # fmt: skip
        carried[notice.message_id].append(_Carried(item | dict(notice.facts), deadline.process_id))
    return carried


def _what_they_carry(*, as_then: bool = False) -> Any:
    due_on = col(Arming.due_on) if as_then else col(Deadline.working_target_on)
    question: Any = (
        select(  # type: ignore[call-overload]
            Notice, Deadline, Process.ref, Process.word, Process.kind, Process.guidance, Agency.name, due_on
        )
        .join(Deadline, col(Notice.deadline_id) == col(Deadline.id))
        .join(Process, col(Process.id) == col(Deadline.process_id))
        .outerjoin(Agency, col(Agency.id) == col(Deadline.agency_id))
        .where(col(Notice.message_id).in_(_IDS))
        .order_by(due_on, col(Notice.id))
    )
    if as_then:
        same_life = (col(Arming.deadline_id) == col(Deadline.id)) & (col(Arming.no) == col(Notice.arming))
        question = question.join(Arming, same_life)
    return question


def _drop_what_is_not_owed(session: Session, ids: Collection[int]) -> None:
    session.connection().execute(_DROP, {"ids": [*ids]})


# asked so often that putting the question together would take longer than its answer
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CLAIMED = _messages().where(col(Message.id).in_(_IDS), col(Message.claim).is_not_distinct_from(bindparam("claim")))
_CARRIED, _CARRIED_THEN = _what_they_carry(), _what_they_carry(as_then=True)
_AWAY = select(Absence.board_id).where(col(Absence.board_id).in_(_IDS), away_on(bindparam("day", type_=Date)))
_NOT_OWED = select(Deadline.id).where(Deadline.id == Notice.deadline_id, col(Deadline.state) != DeadlineState.OPEN)
_DROP = (
    update(Notice)
    .where(col(Notice.message_id).in_(_IDS), _NOT_OWED.exists())
    .values(message_id=None, suppressed_because=CAME_BEFORE)
)


def _to_whoever_is_there(session: Session, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Messages go by role: whoever has left since they were queued is followed by the successor, and who is away
    by the stand-in.
    """
    away = _boards_with_absences(session, {each.board_id for each in tickets})
    return [
        _looked_after(session, each) if each.contact_id is not None and (each.board_id in away or not each.address)
        else each
        for each in tickets
    ]  # fmt: skip


def _boards_with_absences(session: Session, board_ids: Collection[int]) -> set[int]:
    return set(session.exec(_AWAY, params={"ids": [*board_ids], "day": clock.today()}).all())


def _looked_after(session: Session, ticket: Ticket) -> Ticket:
    meant = session.get_one(Contact, ticket.contact_id)
    people = people_of(session, ticket.board_id, ticket.process_ids)
    is_away = meant.id in people.away
    if ticket.address and not is_away:
        return ticket
    follower = _follower(people, ticket, meant, is_away=is_away)
    if follower is not None:
        return _readdress(session, ticket, session.get_one(Contact, follower.contact_id))
    if is_away and ticket.carries_notices:
        _drop_all_notices(session, ticket.id)
        return replace(ticket, items=())
    return replace(ticket, address="")


def _follower(people: People, ticket: Ticket, meant: Contact, *, is_away: bool) -> Holder | None:
    """The stand-in, else whoever holds the role now, else the agency's lead for a request to somebody away."""
    stand_in = people.stands_in_for(meant.id or 0)
    roles = [f"{meant.role}{DEPUTY}"] if meant.is_deputy and not meant.role.endswith(DEPUTY) else []
    roles += [meant.role] + (["agency_lead"] if is_away and not ticket.carries_notices else [])
    found = [stand_in] + [
        people.holder(role, process_id, meant.agency_id)
        for role in roles
        for process_id in sorted(ticket.process_ids) or (0,)
    ]
    return next((one for one in found if one is not None and one.reachable and one.contact_id != meant.id), None)


def _readdress(session: Session, ticket: Ticket, contact: Contact) -> Ticket:
    connection = session.connection()
    connection.execute(update(Message).where(col(Message.id) == ticket.id).values(contact_id=contact.id))
    connection.execute(update(Notice).where(col(Notice.message_id) == ticket.id).values(contact_id=contact.id))
    agency = session.get_one(Agency, contact.agency_id) if contact.agency_id is not None else None
    return replace(
        ticket, contact_id=contact.id, address=contact.email, checked_twice=contact.checked_twice, role=contact.role,
        agency_key=agency.key if agency else None,
    )  # fmt: skip


def _drop_all_notices(session: Session, message_id: int) -> None:
    """Nothing of the message is said; one that is in nobody's hands is withdrawn at once."""
    connection = session.connection()
    connection.execute(
        update(Notice)
        .where(col(Notice.message_id) == message_id)
        .values(message_id=None, suppressed_because=IS_AWAY)
    )  # fmt: skip
    connection.execute(
        update(Message)
        .where(col(Message.id) == message_id, col(Message.state).in_((MessageState.WAITING, MessageState.HELD)))
        .values(state=MessageState.WITHDRAWN, why_withdrawn=IS_AWAY)
    )
