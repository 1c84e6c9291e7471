"""The places of the register as a form shows them: a role and an agency, never the name of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from models.records.absences import Absence
from models.records.boards import Agency, Contact, agencies_of
from models.records.contact_changes import Place
from models.records.people import NAMED_IN_THE_PROCESS
from models.records.processes import Participant, Process
from models.rules.spoken_roles import spoken_role


@dataclass(frozen=True)
class Seat:
    """One place of the register, and who holds it now."""

    place: Place
    contact: Contact | None  # None: nobody
    label: str
    agency: Agency | None

    @property
    def value(self) -> str:
        """How a form tells the place from others."""
        if self.contact is not None:
            return f"held:{self.contact.id}"
        return f"vacant:{self.place.role}:{self.place.agency_id or ''}"

    @property
    def option(self) -> tuple[str, str]:
        """Value and label, as a form takes them."""
        return self.value, self.label


def seats(session: Session, board_id: int) -> Sequence[Seat]:
    """Everybody in the register, the board's own people first; authors and reviewers only of open processes."""
    question = select(Contact).where(Contact.board_id == board_id, col(Contact.to_on).is_(None))
    agencies = {each.id: each for each in agencies_of(session, board_id)}
    named = _named(session, board_id)
    found = []
    for contact in session.exec(question.order_by(col(Contact.id))).all():
        if contact.role in NAMED_IN_THE_PROCESS and contact.id not in named:
            continue
        place = Place(board_id, contact.role, contact.agency_id, contact.is_deputy)
        agency = agencies.get(contact.agency_id)
        about = ", ".join(named.get(contact.id, ()))
        found.append(Seat(place, contact, _label(place, agency, about), agency))
    return _told_apart(sorted(found, key=_by_agency))


def vacant_seats(session: Session, board_id: int) -> Sequence[Seat]:
    """Places that somebody held once and nobody holds now; authors and reviewers are named in their process."""
    question = select(Contact).where(
        Contact.board_id == board_id, col(Contact.role).not_in(NAMED_IN_THE_PROCESS), col(Contact.is_deputy).is_(False)
    )
    agencies = {each.id: each for each in agencies_of(session, board_id)}
    rows = session.exec(question.order_by(col(Contact.id))).all()
    held = {(each.role, each.agency_id) for each in rows if each.to_on is None}
    lost = dict.fromkeys((each.role, each.agency_id) for each in rows if (each.role, each.agency_id) not in held)
    places = [(Place(board_id, role, agency_id), agencies.get(agency_id)) for role, agency_id in lost]
    return [Seat(place, None, f"{_label(place, agency, '')} (nobody)", agency) for place, agency in places]


def _named(session: Session, board_id: int) -> Mapping[int | None, Sequence[str]]:
    """Who is named in which open processes, those who stand in for them included."""
    question = (
        select(Participant.contact_id, Process)
        .join(Process, col(Process.id) == col(Participant.process_id))
        .where(
            Process.board_id == board_id, col(Process.closed_at).is_(None), col(Participant.to_on).is_(None),
            col(Participant.role).in_(NAMED_IN_THE_PROCESS),
        )
    )  # fmt: skip
    named: dict[int | None, list[str]] = {}
    for contact_id, process in session.exec(question.order_by(col(Process.id))).all():
        named.setdefault(contact_id, []).append(process.spoken_ref)
    stand_ins = select(Absence.contact_id, Absence.stand_in_id).where(
        Absence.board_id == board_id, col(Absence.back_on).is_(None)
    )
    for contact_id, stand_in_id in session.exec(stand_ins).all():
        if stand_in_id is not None and contact_id in named:
            named.setdefault(stand_in_id, named[contact_id])
    return named


def _label(place: Place, agency: Agency | None, about: str) -> str:
    role = spoken_role(place.role)
    stand_in = " (stand-in)" if place.is_deputy else ""
    return f"{agency.name if agency else 'The board'}: {role}{stand_in}{f', {about}' if about else ''}"


def _told_apart(found: Iterable[Seat]) -> Sequence[Seat]:
    """Two people in one role are told apart by their number in the register."""
    known = list(found)
    often = Counter(each.label for each in known)
    return [
        replace(each, label=f"{each.label} (no. {each.contact.id})") if often[each.label] > 1 and each.contact else each
        for each in known
    ]


def _by_agency(seat: Seat) -> tuple[bool, str, str]:
    return seat.agency is not None, seat.agency.name if seat.agency else "", seat.label
