"""Who holds a role for a deadline now, and whether a message may reach them; read once for many deadlines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, event
from sqlmodel import Session, col, func, select

from config import clock
from models.records.absences import Absence, absences_on
from models.records.boards import Agency, Contact, agencies_of
from models.records.kept import written
from models.records.processes import Participant
from models.rules.escalation import Person

DEPUTY = "_deputy"
NAMED_IN_THE_PROCESS = frozenset({"imr_author", "independent_reviewer", "facilitator"})
NAMED_FOR_ONE_THING = frozenset({"action_owner"})  # each thing owed says which contact it is
HELD_IN_THE_AGENCY = frozenset(
    {"agency_lead", "board_member", "chief_officer", "imr_lead", "s11_lead", "dataset_owner"}
)
OFFICE_ROLES = ("business_manager", "deputy_manager")
ABOUT_PEOPLE = (Contact, Participant, Absence, Agency)
KEPT = "people"  # where a session keeps what it has looked up


# asked so often that putting the question together would take longer than its answer
_OPEN_CONTACTS: Any = (
    select(  # type: ignore[call-overload]
        Contact.id, Contact.role, Contact.agency_id, Contact.is_deputy,
        (col(Contact.secure_mailbox).is_(True) & col(Contact.bounced_at).is_(None)).label("reachable"),
        Contact.email,
    )
    .where(Contact.board_id == bindparam("board_id"), col(Contact.to_on).is_(None))
    .order_by(col(Contact.id))
)  # fmt: skip
_NAMED = (
    select(Participant.process_id, Participant.role, Participant.agency_id, Participant.contact_id)
    .where(
        col(Participant.process_id).in_(bindparam("process_ids", expanding=True)),
        col(Participant.role).in_(NAMED_IN_THE_PROCESS), col(Participant.to_on).is_(None),
        col(Participant.contact_id).is_not(None),
    )
    .order_by(col(Participant.id))
)  # fmt: skip


@dataclass(frozen=True)
class Holder:
    """A contact in a role, and whether mail to it is allowed and arrives (F-06, F-23)."""

    contact_id: int
    role: str
    agency_id: int | None
    is_deputy: bool
    reachable: bool
    address: str


@dataclass(frozen=True)
class People:
    """The open contacts of a board and those who were named in some of its processes."""

    agency_keys: dict[int, str]
    agency_names: dict[int, str]
    by_role: dict[str, list[Holder]]
    by_contact: dict[int, Holder]
    by_address: dict[str, frozenset[int]]
    named: dict[tuple[int, str, int | None], list[int]] = field(default_factory=dict)
    away: Mapping[int, int | None] = field(default_factory=dict)  # who is away -> the contact who stands in

    def who_for(
        self, process_id: int, agency_id: int | None, owner_id: int | None = None
    ) -> Callable[[str], Person | None]:
        """Finds the holder of a role for what that agency owes to that process, as the rules want it.

        `owner_id` is the contact who owes it, where it is owed by one person and not by a role.
        """

        def who(role: str) -> Person | None:
            holder = self.holder(role, process_id, agency_id, owner_id)
            return None if holder is None else self._person(holder, role)

        return who

    def holder(self, role: str, process_id: int, agency_id: int | None, owner_id: int | None = None) -> Holder | None:
        """Who holds the role: whom mail reaches comes first, then the holder before a stand-in.

        Somebody who is away is not there; whoever was named to stand in holds the role meanwhile.
        """
        found = self._present(self._holders(role, process_id, agency_id, owner_id))
        return min(found, key=lambda one: (not one.reachable, one.is_deputy), default=None)

    def is_only_away(self, role: str, process_id: int, agency_id: int | None, owner_id: int | None = None) -> bool:
        """True when the role is filled, and everybody who holds it is away without a stand-in."""
        found = [*self._holders(role, process_id, agency_id, owner_id)]
        return bool(found) and not [*self._present(found)]

    def is_reachable(self, contact_id: int) -> bool:
        """True when a message may go to the contact now and is likely to arrive."""
        return contact_id in self.by_contact and self.by_contact[contact_id].reachable and contact_id not in self.away

    def stands_in_for(self, contact_id: int) -> Holder | None:
        """Whoever holds the place of a contact who is away, if anybody was named for it and is there."""
        stand_in = self.by_contact.get(self.away.get(contact_id) or 0)
        return None if stand_in is None or stand_in.contact_id in self.away else stand_in

    def same_person(self, contact_id: int) -> frozenset[int]:
        """The contact, and the same person's other roles, known by the address."""
        holder = self.by_contact.get(contact_id)
        return self.by_address[holder.address] if holder else frozenset((contact_id,))

    def agency_key(self, agency_id: int | None) -> str | None:
        """The key of an agency, None for the board itself."""
        return None if agency_id is None else self.agency_keys[agency_id]

    def _present(self, holders: Iterable[Holder]) -> Iterator[Holder]:
        for one in holders:
            if one.contact_id not in self.away:
                yield one
            elif (stand_in := self.stands_in_for(one.contact_id)) is not None:
                yield replace(stand_in, role=one.role, agency_id=one.agency_id, is_deputy=one.is_deputy)

    def _person(self, holder: Holder, role: str) -> Person:
        return Person(holder.contact_id, role, self.agency_key(holder.agency_id))

    def _holders(
        self, role: str, process_id: int, agency_id: int | None, owner_id: int | None = None
    ) -> Iterable[Holder]:
        if role in NAMED_FOR_ONE_THING:
            return [self.by_contact[owner_id]] if owner_id in self.by_contact else []
        if role.endswith(DEPUTY):
            return self._stand_ins(role, agency_id)
        if role in NAMED_IN_THE_PROCESS:
            contacts = self.named.get((process_id, role, agency_id), [])
            return [self.by_contact[one] for one in contacts if one in self.by_contact]
        stand_ins = self.by_role.get(role + DEPUTY, []) if role not in HELD_IN_THE_AGENCY else []
        return self._in_place(role, agency_id, [*self.by_role.get(role, []), *stand_ins])

    def _stand_ins(self, role: str, agency_id: int | None) -> list[Holder]:
        marked = [one for one in self.by_role.get(role.removesuffix(DEPUTY), []) if one.is_deputy]
        return self._in_place(role.removesuffix(DEPUTY), agency_id, [*self.by_role.get(role, []), *marked])

    @staticmethod
    def _in_place(role: str, agency_id: int | None, found: list[Holder]) -> list[Holder]:
        if role in HELD_IN_THE_AGENCY:
            return [one for one in found if agency_id is not None and one.agency_id == agency_id]
        return sorted(found, key=lambda one: one.agency_id is not None)


def people_in(session: Session, board_id: int, process_id: int) -> People:
    """As `people_of` for one process, looked up once in a session as long as nobody comes, goes or changes."""
    with written(session, *ABOUT_PEOPLE):
        kept: dict[tuple[int, int], People] = session.info.setdefault(KEPT, {})
        if (board_id, process_id) not in kept:
            kept[board_id, process_id] = people_of(session, board_id, (process_id,))
        return kept[board_id, process_id]


@event.listens_for(Session, "before_flush")
def _somebody_comes_or_goes(session: Session, *_: object) -> None:
    if any(isinstance(row, ABOUT_PEOPLE) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info.pop(KEPT, None)


def people_of(session: Session, board_id: int, process_ids: Collection[int] = (), day: date | None = None) -> People:
    """The board's people as they are on that day, today if none is given, with those named in the processes.

    Four statements for all deadlines.
    """
    agencies = agencies_of(session, board_id)
    by_role: dict[str, list[Holder]] = defaultdict(list)
    by_contact: dict[int, Holder] = {}
    by_address: dict[str, frozenset[int]] = defaultdict(frozenset)
    for holder in _open_contacts(session, board_id):
        by_role[holder.role].append(holder)
        by_contact[holder.contact_id] = holder
        by_address[holder.address] |= {holder.contact_id}
    return People(
        agency_keys={each.id or 0: each.key for each in agencies},
        agency_names={each.id or 0: each.name for each in agencies},
        by_role=dict(by_role), by_contact=by_contact, by_address=dict(by_address),
        named=_named_in(session, process_ids), away=_away(session, board_id, day, by_contact, by_address),
    )  # fmt: skip


def _away(
    session: Session, board_id: int, day: date | None,
    by_contact: Mapping[int, Holder], by_address: Mapping[str, Collection[int]],
) -> dict[int, int | None]:  # fmt: skip
    """Who is away, in all their roles; a stand-in was named for one of them."""
    away: dict[int, int | None] = {}
    for absence in absences_on(session, board_id, day or clock.today()):
        if absence.contact_id in by_contact:
            for role in by_address[by_contact[absence.contact_id].address]:
                away.setdefault(role, None)
            away[absence.contact_id] = absence.stand_in_id
    return away


def vacant_since(session: Session, board_id: int, role: str, agency_id: int | None, process_id: int | None) -> str:
    """A text that stays the same as long as one vacancy of the role lasts: the day it began, or "always"."""
    if role in NAMED_IN_THE_PROCESS:
        question = select(func.max(Participant.to_on)).where(
            Participant.process_id == process_id, Participant.role == role, Participant.agency_id == agency_id
        )
    else:
        question = select(func.max(Contact.to_on)).where(
            Contact.board_id == board_id, Contact.role == role, Contact.agency_id == agency_id
        )
    last = session.exec(question).one()
    return last.isoformat() if last else "always"


def _open_contacts(session: Session, board_id: int) -> Iterable[Holder]:
    for row in session.exec(_OPEN_CONTACTS, params={"board_id": board_id}).all():
        yield Holder(row[0] or 0, row[1], row[2], bool(row[3]), bool(row[4]), row[5].casefold())


def _named_in(session: Session, process_ids: Collection[int]) -> dict[tuple[int, str, int | None], list[int]]:
    named: dict[tuple[int, str, int | None], list[int]] = defaultdict(list)
    found = session.exec(_NAMED, params={"process_ids": [*process_ids]}).all()
    for process_id, role, agency_id, contact_id in found:
        named[process_id, role, agency_id].append(contact_id or 0)
    return dict(named)
