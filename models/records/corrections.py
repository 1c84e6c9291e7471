"""What may have been recorded by mistake, and who was told because of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from config import clock
from models.records.asks import GateAnswer
from models.records.being_away import end_reviewership
from models.records.boards import Agency, Contact
from models.records.came_of import ARRIVALS
from models.records.chasing import BY_MISTAKE, NOT_YET_SENT, deadline_in, deadlines_of, reopen_deadline
from models.records.columns import Facts
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import History, Words
from models.records.messages import Message, MessageState
from models.records.processes import Participant, Process
from models.records.returns import THE_RETURN_CAME, put_return_back, return_of
from models.records.taking_back import decisions_to_take_back
from models.rulebook import RuleBook
from models.rules.returns import ReturnState

MOST_RECENT = 20  # things that can be corrected, of each process
AUTHOR = "imr_author"
REVIEWER_TAKEN_ON = "reviewer taken on"
CLOSED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class RecordedThing:
    """An arrival or a decision that stands in the record."""

    at: datetime
    arrival: Deadline | None = None
    decision: GateAnswer | None = None


@dataclass(frozen=True)
class TypedText:
    """Where somebody typed a text that is still kept; the text itself is not read."""

    process: Process
    seq: int
    name: str
    deed: str
    gate: str
    on: date


def reviews_of(session: Session, board_id: int) -> Sequence[Process]:
    """The board's processes that are open or were closed within a year, desks left out, newest first."""
    question = select(Process).where(
        Process.board_id == board_id, Process.kind != "desk",
        or_(col(Process.closed_at).is_(None), col(Process.closed_at) > clock.now() - CLOSED_FOR),
    )  # fmt: skip
    return session.exec(question.order_by(col(Process.id).desc())).all()


def recorded_things(session: Session, process: Process) -> Sequence[RecordedThing]:
    """The last arrivals and decisions of the process that stand, newest first."""
    rows = session.exec(select(History).where(History.process_id == process.id, History.deed == ARRIVALS)).all()
    slots = {slot for row in rows for slot in row.facts.get("slots", ())}
    arrivals = [
        RecordedThing(each.recorded_at, arrival=each)
        for each in deadlines_of(session, process)
        if each.slot in slots and each.state is DeadlineState.MET and each.recorded_at is not None
    ]
    decisions = [RecordedThing(each.recorded_at, decision=each) for each in decisions_to_take_back(session, process)]
    return sorted([*arrivals, *decisions], key=_newest_first)[:MOST_RECENT]


def _newest_first(thing: RecordedThing) -> tuple[float, int]:
    return -thing.at.timestamp(), -(thing.decision.history_seq if thing.decision else 0)


def unsaid_or_told(session: Session, thread_key: str, kind: str, deadline: Deadline) -> Sequence[int]:
    """Messages of that kind about the deadline as it was met last never go; gives back to whom some have gone."""
    question = select(Message).where(Message.thread_key == thread_key, Message.kind == kind)
    told = []
    for message in session.exec(question.order_by(col(Message.id))).all():
        if not message.once_key.endswith(f":{deadline.id}:{deadline.arming}"):
            continue
        if message.state in NOT_YET_SENT:
            message.state, message.why_withdrawn = MessageState.WITHDRAWN, BY_MISTAKE
            session.add(message)
        elif message.state in (MessageState.SENT, MessageState.SENDING) and message.contact_id is not None:
            told.append(message.contact_id)
    return list(dict.fromkeys(told))


def letters_of_author(session: Session, process: Process, agency: Agency) -> Sequence[tuple[int, date]]:
    """To whom commissioning letters of the agency's present author have gone, and when."""
    authors = select(Participant.contact_id).where(
        Participant.process_id == process.id, Participant.role == AUTHOR, Participant.agency_id == agency.id,
        col(Participant.to_on).is_(None),
    )  # fmt: skip
    question = select(Message).where(
        Message.process_id == process.id, Message.kind == "author_commissioned", col(Message.contact_id).in_(authors),
        Message.state == MessageState.SENT,
    )  # fmt: skip
    return [
        (each.contact_id, clock.local(each.sent_at or each.queued_at).date())
        for each in session.exec(question).all()
        if each.contact_id is not None
    ]


def return_had_not_come(session: Session, book: RuleBook, process: Process, agency: Agency, why: str) -> None:
    """The agency's return stands where it stood before it came, and what its coming had ended is owed again.

    One that has gone on from there since stays where it is.
    """
    mine = return_of(session, process, agency)
    moves = [
        row
        for row in session.exec(
            select(History).where(History.process_id == process.id, History.deed == "return moved")
            .order_by(col(History.seq).desc())
        ).all()
        if row.facts.get("agency") == agency.key
    ]  # fmt: skip
    if mine.state is ReturnState.PANEL_QA:  # its reading had begun, which was nothing
        moves = moves[1:]
    elif mine.state is not ReturnState.SUBMITTED:
        return
    if not moves or moves[0].facts["to"] != ReturnState.SUBMITTED.value:
        return
    put_return_back(session, process, agency, ReturnState(moves[0].facts["from"]), why)
    mine.signed_as, mine.handed_in = "", max(mine.handed_in - 1, 0)
    session.add(mine)
    ended = session.exec(
        select(History).where(
            History.process_id == process.id, History.deed == "deadline ended", History.seq > moves[0].seq
        )
    ).all()
    for row in ended:
        slot = str(row.facts["slot"])
        deadline = deadline_in(session, process, slot) if slot.endswith(f":{agency.key}") else None
        if deadline is not None and row.facts["why"] == THE_RETURN_CAME and deadline.state is DeadlineState.ENDED:
            reopen_deadline(session, book, process, deadline, BY_MISTAKE)


def former_reviewer_is_back(session: Session, process: Process, taken_on: Facts) -> None:
    """Whoever was the independent reviewer before that entry is it again; where nobody was, nobody is.

    What waits for the one who was none goes to whoever is it now, or to nobody.
    """
    former = [session.get_one(Participant, each) for each in taken_on["in_place_of"]]
    back = next((each.contact_id for each in former if each.contact_id is not None), None)
    end_reviewership(session, process, session.get_one(Contact, back) if back is not None else None)
    for each in former:
        each.to_on = None
        session.add(each)
    session.flush()


def typed_texts(session: Session, board_id: int, limit: int) -> Sequence[TypedText]:
    """Where people have typed texts that are still kept, newest first; desks included."""
    question: Any = (
        select(Process, Words.seq, Words.name, History.deed, History.facts, History.at)  # type: ignore[call-overload]
        .join(Words, col(Words.process_id) == col(Process.id))
        .join(History, (col(History.process_id) == Words.process_id) & (col(History.seq) == Words.seq))
        .where(Process.board_id == board_id, col(Words.text).is_not(None), col(Words.text) != "")
        .order_by(col(Words.id).desc())
        .limit(limit)
    )
    return [
        TypedText(process, seq, name, deed, str(facts.get("gate", "")), clock.local(at).date())
        for process, seq, name, deed, facts, at in session.exec(question).all()
    ]
