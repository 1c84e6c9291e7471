"""What people had heard of a lateness before its clock stood still, or before an entry that was a mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from config import clock
from models.records.chasing import BY_MISTAKE, STOOD_STILL
from models.records.deadlines import Arming, Deadline
from models.records.messages import Message, MessageState, Notice, Task
from models.records.people import People

TOLD = (MessageState.SENT, MessageState.SENDING)
SAID_BEFORE = "it was said before the clock stood still"


@dataclass
class Heard:
    """Who heard of which rung of lateness, by rung and role; and the tasks that came of one and were done."""

    by_mail: dict[tuple[str, str], set[int]] = field(default_factory=dict)  # contacts
    done: set[tuple[str, str]] = field(default_factory=set)

    @property
    def anybody(self) -> set[int]:
        """Everybody who was told."""
        return {contact for contacts in self.by_mail.values() for contact in contacts}


def heard_of(session: Session, deadlines: Iterable[Deadline], people: People) -> dict[int, Heard]:
    """What was heard of each that is as late as it was, in the lives of its ladder that the present one continues.

    A ladder that begins afresh because the clock stood still, or because an entry was a mistake, repeats nothing of
    its lateness to those who know; one that is not late any more begins with nothing.
    """
    again = [each.id or 0 for each in deadlines if each.arming > 1]
    if not again:
        return {}
    continued = {id_: numbers for id_, lives in _lives(session, again).items() if (numbers := _continued(lives))}
    found: defaultdict[int, Heard] = defaultdict(Heard)
    question: Any = (
        select(Notice, Message.state, Task.done_at)
        .join(Message, col(Message.id) == col(Notice.message_id), isouter=True)
        .join(Task, col(Task.id) == col(Notice.task_id), isouter=True)
        .where(col(Notice.deadline_id).in_(list(continued)), col(Notice.is_late).is_(True))
    )
    for notice, state, done_at in session.exec(question).all():
        if notice.arming not in continued[notice.deadline_id]:
            continue
        said = (notice.rung, notice.recipient_role)
        if state in TOLD and notice.contact_id is not None and people.is_reachable(notice.contact_id):
            found[notice.deadline_id].by_mail.setdefault(said, set()).update(people.same_person(notice.contact_id))
        if done_at is not None and clock.local(done_at).date() < continued[notice.deadline_id][notice.arming]:
            found[notice.deadline_id].done.add(said)
    return dict(found)


def _lives(session: Session, ids: Collection[int]) -> dict[int, list[Arming]]:
    found: defaultdict[int, list[Arming]] = defaultdict(list)
    for arming in session.exec(select(Arming).where(col(Arming.deadline_id).in_(ids)).order_by(col(Arming.no))).all():
        found[arming.deadline_id].append(arming)
    return found


def _continued(lives: Sequence[Arming]) -> dict[int, date]:
    """The lives that the last one continues, by number, each with the day on which it ended; none where it is not
    late from its beginning."""
    found: dict[int, date] = {}
    now: Arming | None = lives[-1]
    while now is not None and now.due_on < now.armed_on:
        before = _continues(now, lives)
        if before is not None:
            found[before.no] = before.ended_on or now.armed_on
        now = before
    return found


def _continues(life: Arming, lives: Sequence[Arming]) -> Arming | None:
    earlier = [each for each in lives if each.no < life.no]
    if life.why == BY_MISTAKE:
        earlier = [each for each in earlier if each.due_on == life.due_on]
    return earlier[-1] if earlier and life.why in (STOOD_STILL, BY_MISTAKE) else None
