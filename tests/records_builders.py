"""A board, its people and what they owe, put straight into the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session, col, select

from config import clock
from models.records.boards import Agency, Board, Contact
from models.records.chasing import open_deadline
from models.records.database import transaction
from models.records.deadlines import Deadline
from models.records.messages import Attempt, Message, MessageState
from models.records.opening import import_configuration
from models.records.processes import Participant, Process, new_reference
from models.rulebook import RuleBook, rule_book
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Period, Unit
from tests.databases import begin_with

BOARD = "barking-and-dagenham"


@contextmanager
def the_day(day: date, hour: int = 7, minute: int = 0) -> Iterator[None]:
    """Within the block it is that day."""
    with clock.stopped_at(clock.at(day, hour, minute)):
        yield


def opened_board(day: date) -> Board:
    """The shipped board with its invented people, taken into an empty record on that day."""
    with the_day(day):
        import_configuration()
    with transaction() as session:
        return session.exec(select(Board).where(Board.key == BOARD)).one()


def a_board(day: date) -> Board:
    """As `opened_board`, in a record that nothing has happened in: the configuration is read once for many tests."""
    begin_with(("a board", day), lambda: opened_board(day))
    with transaction() as session:
        return session.exec(select(Board).where(Board.key == BOARD)).one()


def book() -> RuleBook:
    """The rule book of the shipped board."""
    return rule_book(BOARD)


def a_process(board: Board, day: date) -> Process:
    """A review that was opened on that day."""
    with the_day(day), transaction() as session:
        ref, word = new_reference(session)
        process = Process(
            board_id=board.id or 0, kind="plr", ref=ref, word=word, guidance="wt2015",
            stage=Stage.TERMS_AGREED, opened_at=clock.now(),
        )  # fmt: skip
        session.add(process)
        session.flush()
        return process


def agency(session: Session, key: str) -> Agency:
    """The agency of that key."""
    return session.exec(select(Agency).where(Agency.key == key)).one()


def contact(role: str, agency_key: str | None = None) -> Contact:
    """Who holds the role now, in the agency or for the board."""
    with transaction() as session:
        question = select(Contact).where(
            Contact.role == role, col(Contact.to_on).is_(None), col(Contact.is_deputy).is_(False)
        )
        of_agency = agency(session, agency_key).id if agency_key else None
        return session.exec(question.where(Contact.agency_id == of_agency)).one()


def change(contact_id: int | None, **values: object) -> None:
    """The contact has these values."""
    with transaction() as session:
        row = session.get_one(Contact, contact_id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


@dataclass
class Owing:
    """Something that is owed to a process, as a test wants it."""

    due_on: date
    armed_on: date
    owner_role: str = "agency_lead"
    agency_key: str | None = "police"
    kind: str = "author-name"
    ladder: str = "document"
    title: str = "Name of the author of the return"
    limit: bool = False
    mark: str = "D"
    anchor: str = "decision"
    also: dict[str, object] = field(default_factory=dict)


def due(owing: Owing) -> DueDate:
    """The due date that the builder wants."""
    days = (owing.due_on - owing.armed_on).days
    return DueDate(
        owing.kind, owing.anchor, owing.due_on - timedelta(days=days), days, Unit.CALENDAR_DAYS, owing.due_on,
        owing.due_on, "so many days after the decision",
    )  # fmt: skip


def a_deadline(process: Process, owing: Owing) -> Deadline:
    """The deadline was opened on the day of its arming."""
    period = Period(
        kind=owing.kind, title=owing.title, anchor=owing.anchor, offset=10, unit=Unit.CALENDAR_DAYS,
        owner_role=owing.owner_role, ladder=owing.ladder, source="a test", mark=owing.mark, limit=owing.limit,
    )  # fmt: skip
    with the_day(owing.armed_on), transaction() as session:
        locked = session.get_one(Process, process.id)
        of_agency = agency(session, owing.agency_key) if owing.agency_key else None
        return open_deadline(session, book(), locked, period, due(owing), of_agency)


def an_author(process: Process, agency_key: str, day: date, email: str = "") -> Contact:
    """Somebody whom the agency has named as author of its return."""
    with the_day(day), transaction() as session:
        of_agency = agency(session, agency_key)
        named = Contact(
            board_id=process.board_id, agency_id=of_agency.id, role="imr_author", name="Ottoline Farthing",
            email=email or f"author@{agency_key}.example", secure_mailbox=True, from_on=day,
        )  # fmt: skip
        session.add(named)
        session.flush()
        session.add(
            Participant(
                process_id=process.id or 0, role="imr_author", agency_id=of_agency.id, contact_id=named.id,
                from_on=day,
            )
        )  # fmt: skip
        return named


def everything_is_sent() -> None:
    """Every message was accepted by the mail server, those that were held too."""
    with transaction() as session:
        for message in session.exec(select(Message)).all():
            accept(session, message)


def accept(session: Session, message: Message) -> None:
    """A mail server accepted the message now."""
    message.state, message.sent_at = MessageState.SENT, clock.now()
    session.add(message)
    session.add(Attempt(message_id=message.id or 0, at=clock.now(), accepted=True))
