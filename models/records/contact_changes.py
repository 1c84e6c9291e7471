"""A role changes hands, or its holder is reached in another way; the register keeps who held it before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select, update

from config import clock
from models.records.absences import Absence
from models.records.actions import owed_by_contact, owner_changed
from models.records.being_away import hold_all_open, look_after_what_waits, same_person
from models.records.boards import Agency, Contact
from models.records.chasing import deadlines_of, thread_of
from models.records.deadlines import Deadline, DeadlineState
from models.records.messages import Message, MessageState, Notice, SendingStop, Task
from models.records.people import NAMED_IN_THE_PROCESS
from models.records.processes import Participant, Process
from models.records.tasks import About, end_tasks_of_filled_roles, open_task
from models.records.verdicts import processes_told, write_to_processes
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role

CAME_BACK = "came-back"  # how the once-keys of tasks begin that tell by telephone what a returned mail had said
WENT_OUT = (MessageState.SENT, MessageState.SENDING)

Changed = Callable[[Session, Contact, Contact | None], None]

_when_changed: list[Changed] = []


@dataclass(frozen=True)
class Place:
    """A role of the board or of one of its agencies."""

    board_id: int
    role: str
    agency_id: int | None = None
    is_deputy: bool = False


@dataclass(frozen=True)
class Reached:
    """Who holds a role, and how they are reached."""

    name: str
    email: str
    phone: str = ""
    secure_mailbox: bool = False
    checked_twice: bool = False  # an address outside every known domain that two people have checked


def when_contact_changed(follows: Changed) -> Changed:
    """The decorated function is called, in the same transaction, with the contact that was and the one that is.

    The latter is None when nobody holds the role any more. Planned meetings are re-invited from here.
    """
    _when_changed.append(follows)
    return follows


def change_contact(session: Session, place: Place, old: Contact | None, to: Reached | None) -> Contact | None:
    """The place is held by `to` from now on, by nobody when it is None; the row of the one before is closed.

    What waits for the one before goes to the successor, an author stays the author of the same returns, and tasks
    that asked for somebody in the role, or to telephone because a mail came back, are done.
    """
    process_ids = _named_in(session, old)
    hold_all_open(session, place.board_id, process_ids)
    new = _added(session, place, to) if to is not None else None
    if old is not None:
        old.to_on = clock.today()
        session.add(old)
        session.flush()
        _take_the_place(session, old, new)
        _end_tasks_of_returned_mail(session, old)
    facts = {
        "role": place.role, "agency": place.agency_id, "from": old.id if old else None, "to": new.id if new else None,
    }  # fmt: skip
    write_to_processes(session, place.board_id, process_ids, "contact changed", facts)
    session.flush()
    if old is not None:
        look_after_what_waits(session, [old.id or 0])
        for follows in _when_changed:
            follows(session, old, new)
    end_tasks_of_filled_roles(session, place.board_id)
    return new


def mail_came_back(session: Session, contact: Contact, on: date) -> Sequence[str]:
    """The person counts as not reached, and the office telephones about each thing still owed that they were told
    of since that day; gives back the titles of the calls.

    Source: rule F-23, undeliverable mail is handled as not informed and the ladder goes on by telephone (D).
    """
    ids = same_person(session, contact)
    known = _told_since(session, ids, contact, on)
    process_ids = {each.process_id for each in known}
    locked = {each.id: each for each in processes_told(session, contact.board_id, process_ids)}
    for each in session.exec(select(Contact).where(col(Contact.id).in_(ids))).all():
        each.bounced_at = clock.now()
        session.add(each)
    session.flush()
    titles = [_call_about(session, contact, each, locked[each.process_id]) for each in known]
    facts = {"contact": contact.id, "role": contact.role, "on": on}
    write_to_processes(session, contact.board_id, process_ids, "a mail came back", facts)
    return titles


def _added(session: Session, place: Place, to: Reached) -> Contact:
    contact = Contact(
        board_id=place.board_id, agency_id=place.agency_id, role=place.role, name=to.name, email=to.email,
        phone=to.phone, secure_mailbox=to.secure_mailbox, is_deputy=place.is_deputy,
        checked_twice=to.checked_twice, from_on=clock.today(),
    )  # fmt: skip
    session.add(contact)
    session.flush()
    return contact


def _take_the_place(session: Session, old: Contact, new: Contact | None) -> None:
    """What was tied to the contact is tied to the successor; absence and silence only where it is the same person."""
    for each in _participations(session, old):
        each.to_on = clock.today()
        session.add(each)
        if new is not None:
            session.add(
                Participant(process_id=each.process_id, role=each.role, agency_id=each.agency_id, contact_id=new.id,
                            from_on=clock.today())
            )  # fmt: skip
    owner_changed(session, old, new)
    if new is not None and new.name == old.name:
        _same_person_elsewhere(session, old.id or 0, new.id or 0)
    session.flush()


def _same_person_elsewhere(session: Session, old_id: int, new_id: int) -> None:
    away = select(Absence).where((col(Absence.contact_id) == old_id) | (col(Absence.stand_in_id) == old_id))
    for each in session.exec(away).all():
        each.contact_id = new_id if each.contact_id == old_id else each.contact_id
        each.stand_in_id = new_id if each.stand_in_id == old_id else each.stand_in_id
        session.add(each)
    for stop in session.exec(select(SendingStop).where(SendingStop.contact_id == old_id)).all():
        stop.contact_id = new_id
        session.add(stop)


def _participations(session: Session, contact: Contact) -> Sequence[Participant]:
    question = select(Participant).where(
        Participant.contact_id == contact.id, col(Participant.to_on).is_(None),
        col(Participant.role).in_(NAMED_IN_THE_PROCESS),
    )  # fmt: skip
    return session.exec(question.order_by(col(Participant.id))).all()


def _named_in(session: Session, contact: Contact | None) -> set[int]:
    if contact is None:
        return set()
    named = {each.process_id for each in _participations(session, contact)}
    return named | {each.process_id for each in owed_by_contact(session, contact)}


def _end_tasks_of_returned_mail(session: Session, contact: Contact) -> None:
    session.connection().execute(
        update(Task)
        .where(col(Task.once_key).startswith(f"{CAME_BACK}:{contact.id}:"), col(Task.done_at).is_(None))
        .values(done_at=clock.now())
    )


def _told_since(session: Session, ids: Collection[int], contact: Contact, on: date) -> Sequence[Deadline]:
    """What is still owed and was said to the person since that day, by a rung or in a letter."""
    by_rung = session.exec(
        select(Notice.deadline_id)
        .join(Message, col(Message.id) == col(Notice.message_id))
        .where(
            col(Notice.contact_id).in_(ids), col(Message.state).in_(WENT_OUT), col(Message.sent_at) >= clock.at(on, 0)
        )
    ).all()  # fmt: skip
    letters = session.exec(
        select(Message.thread_key, Message.process_id).where(
            col(Message.contact_id).in_(ids), col(Message.state).in_(WENT_OUT), col(Message.sent_at) >= clock.at(on, 0)
        )
    ).all()
    threads = {key for key, _ in letters if key}
    whole = {process_id for key, process_id in letters if not key and process_id is not None}
    owned = [
        each
        for process_id in whole | {int(one) for one in _processes_of_threads(session, threads)}
        for each in deadlines_of(session, session.get_one(Process, process_id), only_open=True)
        if thread_of(each) in threads
        or (process_id in whole and each.owner_role == contact.role and each.agency_id == contact.agency_id)
    ]
    question = select(Deadline).where(col(Deadline.id).in_(by_rung), Deadline.state == DeadlineState.OPEN)
    found = {each.id: each for each in [*session.exec(question).all(), *owned]}
    return [found[id_] for id_ in sorted(found, key=lambda one: one or 0)]


def _processes_of_threads(session: Session, threads: Collection[str]) -> Sequence[int]:
    numbers = [int(key.partition(":")[2]) for key in threads if key.partition(":")[2].isdigit()]
    return session.exec(select(Deadline.process_id).where(col(Deadline.id).in_(numbers)).distinct()).all()


def _call_about(session: Session, contact: Contact, deadline: Deadline, process: Process) -> str:
    agency = session.get_one(Agency, contact.agency_id) if contact.agency_id is not None else None
    whom = f"{spoken_role(contact.role)} of {agency.name[:60]}" if agency else spoken_role(contact.role)
    title = (
        f"Telephone the {whom}, a mail came back: {deadline.title}, due {spoken(deadline.working_target_on)}, "
        f"{process.spoken_ref}"
    )
    about = About(contact.board_id, deadline.process_id, deadline.id, deadline.agency_id)
    open_task(session, about, title, f"{CAME_BACK}:{contact.id}:{deadline.id}:{deadline.arming}")
    return title
