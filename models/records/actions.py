"""Actions of a plan: who is to change what by when, and where each stands.

What people typed of an action lies with the journal, a row apart, so that a name written by mistake can be blanked; its
title alone stands here, because a named person has approved it as identifying nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field, Session, SQLModel, col, func, select

from config import clock
from models.records.boards import Agency, Contact
from models.records.columns import Facts, choice
from models.records.deadlines import CallNote, Deadline, DeadlineState
from models.records.history import Words, write_history
from models.records.processes import Process
from models.records.tasks import About, open_task
from models.rules.actions import ActionKind, ActionState, Priority, SourceKind, Wish, missing_for_approval, moved

TEXTS = (
    "action", "source", "recommendation", "required_change", "evidence", "outcome", "baseline", "target",
    "public_wording",
)  # fmt: skip


class Action(SQLModel, table=True):
    """One action; its plan is a process, the date by which it is done is a deadline of that."""

    __table_args__ = (UniqueConstraint("process_id", "number"), Index("action_of_board", "board_id", "state"))

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    process_id: int = Field(foreign_key="process.id")
    number: int  # in its plan, from 1 on
    title: str = Field(max_length=80)  # the one typed text that may stand in a message, once it is approved
    kind: ActionKind = Field(sa_type=choice(ActionKind))
    priority: Priority = Field(sa_type=choice(Priority))
    source_kind: SourceKind = Field(sa_type=choice(SourceKind))
    agency_id: int = Field(foreign_key="agency.id")
    owner_id: int | None = Field(default=None, foreign_key="contact.id")  # None: nobody is named at present
    state: ActionState = Field(sa_type=choice(ActionState))
    since_on: date  # when it came to stand there
    start_on: date | None = None
    due_on: date  # as it was approved; what holds now is the date of the deadline
    words_seq: int  # the entry of the journal that its texts belong to
    approved_on: date | None = None
    claimed_on: date | None = None
    closed_on: date | None = None
    replaced_by_id: int | None = Field(default=None, foreign_key="action.id")
    reason: str = Field(default="", max_length=60)  # a choice: why it was not accepted, set aside or opened again
    judgement: str = Field(default="", max_length=60)  # a choice: what it was seen to have changed

    @property
    def slot(self) -> str:
        """Where among the deadlines of its plan stands that it is done."""
        return f"action:{self.number}"

    @property
    def spoken(self) -> str:
        """The action as people call it in its plan."""
        return f"Action {self.number}: {self.title}"


_OF_PLAN = select(Action).where(Action.process_id == bindparam("process_id")).order_by(col(Action.number))


def propose(session: Session, process: Process, wish: Wish, agency: Agency, owner: Contact | None) -> Action:
    """The action stands in the plan: proposed, or a draft while it lacks what its approval needs.

    `process` must be locked by this transaction.
    """
    texts = {name: str(getattr(wish, name)).strip() for name in TEXTS}
    number = (session.exec(select(func.max(Action.number)).where(Action.process_id == process.id)).one() or 0) + 1
    state = ActionState.DRAFT if missing_for_approval(texts) else ActionState.PROPOSED
    facts: Facts = {
        "number": number, "agency": agency.key, "owner": owner.id if owner else None, "priority": wish.priority.value,
        "kind": wish.kind.value, "source": wish.source_kind.value, "due_on": wish.due_on, "state": state.value,
    }  # fmt: skip
    seq = write_history(session, process, "action proposed", facts, {"title": wish.title.strip(), **_typed(texts)})
    action = Action(
        board_id=process.board_id, process_id=process.id or 0, number=number, title=wish.title.strip(), kind=wish.kind,
        priority=wish.priority, source_kind=wish.source_kind, agency_id=agency.id or 0,
        owner_id=owner.id if owner else None, state=state, since_on=clock.today(), start_on=wish.start_on,
        due_on=wish.due_on, words_seq=seq,
    )  # fmt: skip
    session.add(action)
    session.flush()
    return action


def complete(session: Session, process: Process, action: Action, texts: Mapping[str, str]) -> None:
    """These texts of the action hold now; with all that its approval needs a draft counts as proposed."""
    known = texts_of(session, [action])[action.id or 0]
    now = {**known, **{name: text.strip() for name, text in texts.items() if text.strip()}}
    action.words_seq = write_history(
        session, process, "action completed", {"number": action.number}, {"title": action.title, **_typed(now)}
    )
    session.add(action)
    if action.state is ActionState.DRAFT and not missing_for_approval(now):
        move_action(session, process, action, ActionState.PROPOSED)


def actions_of(session: Session, process: Process, *states: ActionState) -> Sequence[Action]:
    """The actions of a plan by their numbers; of these states alone where some are given."""
    found = session.exec(_OF_PLAN, params={"process_id": process.id}).all()
    return [each for each in found if not states or each.state in states]


def action_numbered(session: Session, process: Process, number: int) -> Action:
    """The action of that number. Raises NoResultFound."""
    return session.exec(select(Action).where(Action.process_id == process.id, Action.number == number)).one()


def texts_of(session: Session, actions: Sequence[Action]) -> dict[int, dict[str, str]]:
    """What people typed of each action, by its number in the record; empty where nothing was, or was removed."""
    by_place = {(each.process_id, each.words_seq): each.id or 0 for each in actions}
    found: dict[int, dict[str, str]] = {each.id or 0: dict.fromkeys(TEXTS, "") for each in actions}
    for process_id in {each.process_id for each in actions}:
        last = [seq for known, seq in by_place if known == process_id]
        question = select(Words).where(Words.process_id == process_id, col(Words.seq).between(min(last), max(last)))
        for words in session.exec(question).all():
            action = by_place.get((process_id, words.seq))
            if action is not None and words.name in TEXTS:
                found[action][words.name] = words.text or ""
    return found


def move_action(
    session: Session, process: Process, action: Action, to: ActionState, on: date | None = None, reason: str = "",
    words: dict[str, str] | None = None, **facts: object,
) -> bool:  # fmt: skip
    """True when the action comes to stand there; the journal says so, with what was typed about it.

    Raises IllegalActionMove.
    """
    if not moved(action.state, to):
        return False
    day = on or clock.today()
    told = {"number": action.number, "from": action.state.value, "to": to.value, "on": day, **facts}
    write_history(session, process, "action moved", told | ({"reason": reason} if reason else {}), words)
    action.state, action.since_on, action.reason = to, day, reason
    days = {ActionState.APPROVED: "approved_on", ActionState.CLAIMED: "claimed_on", ActionState.CLOSED: "closed_on"}
    if to in days:
        setattr(action, days[to], day)
    session.add(action)
    return True


def hand_to(session: Session, process: Process, action: Action, agency: Agency, owner: Contact | None) -> None:
    """The action belongs to that agency and person from now on."""
    facts = {"number": action.number, "from": action.owner_id, "to": owner.id if owner else None, "agency": agency.key}
    write_history(session, process, "action handed on", facts)
    action.agency_id, action.owner_id = agency.id or 0, owner.id if owner else None
    session.add(action)


def _typed(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def heard_on(session: Session, deadline_ids: Sequence[int]) -> dict[int, date]:
    """On which day a word came last on each of these deadlines; only those on which any came."""
    question = (
        select(CallNote.deadline_id, func.max(CallNote.called_on))
        .where(col(CallNote.deadline_id).in_(deadline_ids))
        .group_by(col(CallNote.deadline_id))
    )
    return dict(session.exec(question).all())


def owner_changed(session: Session, old: Contact, new: Contact | None) -> None:
    """Actions, and what is or was owed for them, are the successor's; without one the office has a task at once.

    What is settled is handed on too: it may be owed again. An action without an owner is chased with its agency's lead.
    """
    for deadline in session.exec(select(Deadline).where(Deadline.owner_id == old.id)).all():
        deadline.owner_id = new.id if new else None
        session.add(deadline)
        if new is None and deadline.state is DeadlineState.OPEN:
            about = About(deadline.board_id, deadline.process_id, deadline.id, deadline.agency_id)
            key = f"no-owner:{deadline.id}:{deadline.arming}"
            open_task(session, about, f"Name somebody for: {deadline.title}", key)
    for action in session.exec(select(Action).where(Action.owner_id == old.id)).all():
        action.owner_id = new.id if new else None
        session.add(action)


def owed_by_contact(session: Session, contact: Contact) -> Sequence[Deadline]:
    """What is open and owed by that one person."""
    question = select(Deadline).where(Deadline.owner_id == contact.id, Deadline.state == DeadlineState.OPEN)
    return session.exec(question.order_by(col(Deadline.id))).all()
