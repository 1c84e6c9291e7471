"""What tests of outbox and dispatch begin with: a board, something owed, and its rungs said."""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from models.records.boards import Contact
from models.records.database import reading, transaction
from models.records.due import keep_batch, mark_processed, take_batch
from models.records.history import ChainFault
from models.records.ledger import LedgerFault, one_moment
from models.records.messages import Attempt, Message, Notice, Task
from models.records.processes import Process
from models.records.proof import prove
from notifications import outbox
from notifications.chase import chase
from tests.records_builders import agency, book, change, the_day


def say(board_id: int | None, day: date) -> None:
    """What a round says on that day to the board's people has been queued."""
    with the_day(day), transaction() as session:
        while batch := take_batch(session, book(), board_id or 0, day, only_national_limits=False):
            chase(batch)
            keep_batch(batch)
        mark_processed(session, board_id or 0, day)


def request(contact: Contact, once_key: str, process: Process | None = None, **more: object) -> Message:
    """A request to the contact waits."""
    facts = {"items": [{"ref": "CR-7Q4M Rowan", "title": "Name of the author", "due": "2026-06-12"}]}
    with transaction() as session:
        return outbox.queue(
            session, board_id=contact.board_id, kind="ask_author", contact=contact, facts=facts,
            once_key=once_key, process=process, **more,  # type: ignore[arg-type]
        )  # fmt: skip


def people(count: int, board_id: int, day: date) -> list[Contact]:
    """So many more people of an agency, each with an address of their own."""
    with transaction() as session:
        one = session.exec(select(Contact).where(Contact.role == "agency_lead")).first()
        assert one is not None
        made = [
            Contact(
                board_id=board_id, agency_id=one.agency_id, role="imr_lead", name=f"Person {number}",
                email=f"person{number}@{one.email.partition('@')[2]}", secure_mailbox=True, from_on=day,
            )
            for number in range(count)
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return made


def message(once_key: str) -> Message:
    """The message of that once-key."""
    with reading() as session:
        return session.exec(select(Message).where(Message.once_key == once_key)).one()


def messages() -> list[Message]:
    """All messages in the order in which they were queued."""
    with reading() as session:
        return list(session.exec(select(Message).order_by(col(Message.id))).all())


def notices() -> list[Notice]:
    """All notices."""
    with reading() as session:
        return list(session.exec(select(Notice).order_by(col(Notice.id))).all())


def tasks() -> list[Task]:
    """All tasks."""
    with reading() as session:
        return list(session.exec(select(Task).order_by(col(Task.id))).all())


def attempts() -> list[Attempt]:
    """All tries."""
    with reading() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.id))).all())


def faults() -> list[ChainFault | LedgerFault]:
    """Everything that does not hold in journals and ledger."""
    with one_moment() as session:
        proof = prove(session)
    return [*proof.chain, *proof.ledger]


def holder(role: str, agency_key: str | None = None) -> Contact:
    """Who holds the role now, stand-ins left out."""
    with reading() as session:
        question = select(Contact).where(Contact.role == role, col(Contact.to_on).is_(None))
        question = question.where(col(Contact.is_deputy).is_(False))
        if agency_key is None:
            return session.exec(question.where(col(Contact.agency_id).is_(None))).one()
        return session.exec(question.where(Contact.agency_id == agency(session, agency_key).id)).one()


def without_stand_ins() -> None:
    """Nobody stands in for anybody."""
    with transaction() as session:
        for contact in session.exec(select(Contact).where(col(Contact.is_deputy).is_(True))).all():
            contact.to_on = contact.from_on
            session.add(contact)


def again(contact: Contact, **changed: object) -> Contact:
    """The contact after these values of it were changed."""
    change(contact.id, **changed)
    with reading() as session:
        return session.get_one(Contact, contact.id)
