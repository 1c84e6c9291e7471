"""What an absence changes in the record: who is silent to, what waited for them, and whose return has no author."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, func, or_, select

from config import clock
from models.records.absences import Absence
from models.records.boards import Agency, Contact
from models.records.chasing import deadline_in, end_deadline
from models.records.deadlines import AGAIN, AUTHORS_AGAIN, Deadline, DeadlineState
from models.records.locking import locking
from models.records.messages import Message, MessageState, Notice
from models.records.processes import Participant, Process, open_processes
from models.records.returns import move_return, return_of
from models.records.tickets import tickets_of
from models.records.verdicts import processes_told, write_to_processes
from models.rules.returns import MOVES, ReturnState

AUTHOR = "imr_author"
REVIEWER = "independent_reviewer"
UNSENT = (MessageState.WAITING, MessageState.HELD)
SOMEBODY_ELSE = "somebody else is the author now"
COMMISSIONS = ("author_commissioned", "reviewer_commissioned")  # letters that each gets in their own right


# asked so often that putting the question together would take longer than its answer
_WAITED_FOR = (
    select(Deadline)
    .where(
        Deadline.board_id == bindparam("board_id"), Deadline.state == DeadlineState.OPEN,
        text(AUTHORS_AGAIN),
    )
    .order_by(col(Deadline.process_id), col(Deadline.id))
)  # fmt: skip

WhoIsThere = Callable[[Session, Contact], None]

_when_it_changes: list[WhoIsThere] = []


class BackBeforeAway(Exception):
    """The last day of the absence lies before its first."""


class AwayAlready(Exception):
    """The person is away on one of these days as it is."""


def when_absence_changes(follows: WhoIsThere) -> WhoIsThere:
    """The decorated function is called, in the same transaction, when somebody is to be away or is back.

    Planned meetings are re-invited from here.
    """
    _when_it_changes.append(follows)
    return follows


def note_absence(
    session: Session, contact: Contact, from_on: date, until_on: date | None, stand_in: Contact | None
) -> Absence:
    """The person is away from that day to the last, or until they are back; why is not kept.

    What waits for them goes to the stand-in or is dropped, at once where the absence has begun.
    Raises BackBeforeAway and AwayAlready.
    """
    if until_on is not None and until_on < from_on:
        raise BackBeforeAway
    same = same_person(session, contact)
    if any(_overlap(each, from_on, until_on) for each in _absences_of(session, same)):
        raise AwayAlready
    process_ids = [process.id or 0 for process, _ in authorships(session, contact)]
    hold_all_open(session, contact.board_id, [*process_ids, *_spoken_of(session, same)])
    absence = Absence(
        board_id=contact.board_id, contact_id=contact.id or 0, from_on=from_on, until_on=until_on,
        stand_in_id=stand_in.id if stand_in else None, noted_at=clock.now(),
    )  # fmt: skip
    session.add(absence)
    session.flush()
    facts = {
        "contact": contact.id, "role": contact.role, "from": from_on, "until": until_on,
        "stand_in": absence.stand_in_id,
    }  # fmt: skip
    write_to_processes(session, contact.board_id, process_ids, "absence noted", facts)
    if from_on <= clock.today():
        look_after_what_waits(session, same)
    _tell_others(session, contact)
    return absence


def note_return(session: Session, absence: Absence, on: date) -> None:
    """The person is there again from that day on."""
    hold_all_open(session, absence.board_id)
    absence.back_on = on
    session.add(absence)
    session.flush()
    contact = session.get_one(Contact, absence.contact_id)
    process_ids = [process.id or 0 for process, _ in authorships(session, contact)]
    write_to_processes(session, contact.board_id, process_ids, "back again", {"contact": contact.id, "on": on})
    author_is_back(session, contact)
    _tell_others(session, contact)


def hold_all_open(session: Session, board_id: int, also: Collection[int] = ()) -> None:
    """Every open process of the board is locked, with any others, in the order in which everybody locks them.

    Invitations to meetings of any of them may follow, and two who lock some first and the rest later block each other.
    """
    processes_told(session, board_id, {*(each.id or 0 for each in open_processes(session, board_id)), *also})


def _tell_others(session: Session, contact: Contact) -> None:
    for follows in _when_it_changes:
        follows(session, contact)


def absences_not_over(session: Session, board_id: int, day: date) -> Sequence[Absence]:
    """Absences of the board that last on that day or begin later, and whose person is not back."""
    question = select(Absence).where(
        Absence.board_id == board_id, or_(col(Absence.until_on).is_(None), col(Absence.until_on) >= day),
        col(Absence.back_on).is_(None),
    )  # fmt: skip
    return session.exec(question.order_by(col(Absence.id))).all()


def same_person(session: Session, contact: Contact) -> Sequence[int]:
    """The contact and the same person's other roles of the board, known by the address."""
    question = select(Contact.id).where(
        Contact.board_id == contact.board_id, func.lower(Contact.email) == contact.email.lower(),
        col(Contact.to_on).is_(None),
    )  # fmt: skip
    return sorted({contact.id or 0, *(each or 0 for each in session.exec(question).all())})


def authorships(session: Session, contact: Contact) -> Sequence[tuple[Process, Agency]]:
    """The open processes in which the person is an agency's author now, and for which agency."""
    question = (
        select(Process, Agency)
        .join(Participant, col(Participant.process_id) == col(Process.id))
        .join(Agency, col(Agency.id) == col(Participant.agency_id))
        .where(
            Participant.role == AUTHOR, col(Participant.to_on).is_(None), col(Process.closed_at).is_(None),
            col(Participant.contact_id).in_(same_person(session, contact)),
        )
    )  # fmt: skip
    return session.exec(question.order_by(col(Process.id))).all()


def author_is_back(session: Session, contact: Contact) -> None:
    """Nobody waits for a new author where the one who was away is there again."""
    for process, agency in authorships(session, contact):
        wanted = deadline_in(session, process, f"{AGAIN}:{agency.key}")
        if wanted is not None and wanted.state is DeadlineState.OPEN:
            end_deadline(session, process, wanted, DeadlineState.ENDED, "the author is back")


def end_waits_for_new_authors(session: Session, board_id: int, day: date) -> None:
    """Nobody waits for a new author where the absence has run out by itself before that day."""
    wanted = session.exec(_WAITED_FOR, params={"board_id": board_id}).all()
    lasting = {each.contact_id for each in absences_not_over(session, board_id, day)} if wanted else set()
    for each in wanted:
        author = _author_of(session, each)
        if author is not None and not lasting & set(same_person(session, author)):
            process = session.get_one(Process, each.process_id)
            end_deadline(session, process, each, DeadlineState.ENDED, "the author is back")


def _author_of(session: Session, deadline: Deadline) -> Contact | None:
    question = (
        select(Contact)
        .join(Participant, col(Participant.contact_id) == col(Contact.id))
        .where(
            Participant.process_id == deadline.process_id, Participant.role == AUTHOR,
            Participant.agency_id == deadline.agency_id, col(Participant.to_on).is_(None),
        )
    )  # fmt: skip
    return session.exec(question.order_by(col(Participant.id).desc())).first()


def end_authorship(session: Session, process: Process, agency: Agency, by: Contact | None = None) -> bool:
    """The agency has no author in the process any more but `by`; true when somebody was it until now.

    The return goes back to where an author has just been named; its dates stay. What waited for the one who was
    it goes to nobody, or to whoever is it now.
    """
    former = session.exec(
        select(Participant).where(
            Participant.process_id == process.id, Participant.role == AUTHOR, Participant.agency_id == agency.id,
            col(Participant.to_on).is_(None),
        )
    ).all()  # fmt: skip
    for each in former:
        each.to_on = clock.today()
        session.add(each)
        if each.contact_id is not None and (by is None or each.contact_id != by.id):
            _hand_over(session, process, each.contact_id, by)
    if not former:
        return False
    if ReturnState.NOMINATED in MOVES[return_of(session, process, agency).state]:
        move_return(session, process, agency, ReturnState.NOMINATED, clock.today())
    session.flush()
    return True


def end_reviewership(session: Session, process: Process, by: Contact | None, role: str = REVIEWER) -> bool:
    """The process has no independent reviewer any more but `by`; true when somebody else was it until now.

    The same holds for another `role` that one person has in a process. What waited for the one who was it goes to
    whoever is it now, or to nobody.
    """
    former = session.exec(
        select(Participant).where(
            Participant.process_id == process.id, Participant.role == role, col(Participant.to_on).is_(None)
        )
    ).all()  # fmt: skip
    for each in former:
        each.to_on = clock.today()
        session.add(each)
        if each.contact_id is not None and (by is None or each.contact_id != by.id):
            _hand_over(session, process, each.contact_id, by)
    session.flush()
    return any(by is None or each.contact_id != by.id for each in former)


def look_after_what_waits(session: Session, contact_ids: Collection[int]) -> None:
    """What waits for those who are away or have left goes to whoever is there for them, or is never said."""
    question = select(Message).where(col(Message.contact_id).in_(contact_ids), col(Message.state).in_(UNSENT))
    waiting = session.exec(locking(question.order_by(col(Message.id)))).all()
    session.flush()
    tickets_of(session, [each.id or 0 for each in waiting], None)
    for each in waiting:  # they were written without the session
        session.expire(each)


def _hand_over(session: Session, process: Process, contact_id: int, to: Contact | None) -> None:
    """Of this process nothing that waits goes to the contact; the successor has a commissioning letter of their own."""
    notices = session.exec(
        select(Notice)
        .join(Deadline, col(Deadline.id) == col(Notice.deadline_id))
        .join(Message, col(Message.id) == col(Notice.message_id))
        .where(
            Deadline.process_id == process.id, Message.contact_id == contact_id, col(Message.state).in_(UNSENT)
        )
    ).all()  # fmt: skip
    carriers = {each.message_id for each in notices}
    for notice in notices:
        notice.message_id, notice.suppressed_because = None, SOMEBODY_ELSE
        session.add(notice)
    session.flush()
    still = set(session.exec(select(Notice.message_id).where(col(Notice.message_id).in_(carriers))).all())
    for message in session.exec(
        locking(
            select(Message).where(
                Message.contact_id == contact_id, col(Message.state).in_(UNSENT),
                or_(col(Message.id).in_(carriers - still), Message.process_id == process.id),
            ).order_by(col(Message.id))
        )
    ).all():  # fmt: skip
        if message.id in carriers or message.kind in COMMISSIONS or to is None:
            _withdraw(session, message, SOMEBODY_ELSE)
        else:
            message.contact_id = to.id
            session.add(message)


def _withdraw(session: Session, message: Message, why: str) -> None:
    message.state, message.why_withdrawn = MessageState.WITHDRAWN, why
    session.add(message)


def _absences_of(session: Session, contact_ids: Collection[int]) -> Sequence[Absence]:
    return session.exec(select(Absence).where(col(Absence.contact_id).in_(contact_ids))).all()


def _overlap(known: Absence, from_on: date, until_on: date | None) -> bool:
    if until_on is None and known.from_on > from_on:
        return False  # nobody knows yet whether it lasts until then
    ends = [day for day in (known.until_on, known.back_on) if day is not None]
    last = min(ends, default=None)
    if known.back_on is not None and last == known.back_on and known.back_on <= from_on:
        return False  # back on that day
    return (last is None or last >= from_on) and (until_on is None or known.from_on <= until_on)


def _spoken_of(session: Session, contact_ids: Collection[int]) -> set[int]:
    """The processes of which something that waits for them speaks."""
    question = (
        select(Deadline.process_id)
        .join(Notice, col(Notice.deadline_id) == col(Deadline.id))
        .join(Message, col(Message.id) == col(Notice.message_id))
        .where(col(Message.contact_id).in_(contact_ids), col(Message.state).in_(UNSENT))
    )
    return set(session.exec(question).all())
