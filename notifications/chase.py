"""From rungs reached to notices: each carried by a message or a task, or merged into another rung.

Every rung that a batch has reached gets its notices here, in the transaction of the batch; nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from models.records.due import Batch, Due
from models.records.heard import SAID_BEFORE
from models.rules.escalation import Chosen, Person, people_for
from models.rules.ladders import Ladder, Reached, Rung, to_say
from notifications import office_tasks, outbox

THE_OFFICE = ("business_manager",)
ELSEWHERE = "the process stands at another stage"


@dataclass(frozen=True)
class Chased:
    """What came of some deadlines that had reached a rung, in counts."""

    deadlines: int = 0
    said: int = 0  # notices that a message carries
    said_late: int = 0  # of these, reached on a day that no round had looked at
    merged: int = 0  # notices that another rung speaks for
    merged_late: int = 0  # of these, reached on a day that no round had looked at
    tasks: int = 0  # for the office, an agenda or the risk register
    calls: int = 0  # of these, telephone calls because no mail reaches anybody
    vacancies: int = 0
    without_ladder: int = 0

    def __add__(self, other: Chased) -> Chased:
        return Chased(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def chase(batch: Batch, last_missed_on: date | None = None) -> Chased:
    """Each deadline of the batch has said the latest rung that it has reached; earlier ones are merged.

    `last_missed_on` is the last day that a round should have looked at and none did.
    """
    done = Chased(deadlines=len(batch.items))
    agencies: set[int] = set()
    for item in batch.items:
        ladder = batch.book.ladders.get(item.deadline.ladder)
        if ladder is None:
            office_tasks.mend_the_ladder(batch, item)
            done += Chased(without_ladder=1)
        else:
            one = _Chase(batch, item, ladder, last_missed_on)
            done += one.whole()
            agencies |= one.agencies
    for agency_id in sorted(agencies):
        outbox.nudge(batch.session, batch.board_id, agency_id, batch.day)
    return done


class _Chase:
    """One deadline on one day."""

    def __init__(self, batch: Batch, item: Due, ladder: Ladder, last_missed_on: date | None) -> None:
        self.batch, self.item, self.ladder = batch, item, ladder
        self.last_missed_on = last_missed_on
        deadline = item.deadline
        self.who = batch.people.who_for(deadline.process_id, deadline.agency_id, deadline.owner_id)
        self.told_now: dict[int, str] = {}  # who hears of it today, by which rung
        self.said_before = frozenset(item.said)
        self.vacant: set[str] = set()
        self.agencies: set[int] = set()

    def whole(self) -> Chased:
        """All rungs that were reached have their notices."""
        deadline = self.item.deadline
        merged, latest = to_say(
            self.ladder, deadline.armed_on, deadline.working_target_on, self.batch.day, self.said_before,
            self.batch.book.calendar, deadline.held_until_on,
        )  # fmt: skip
        done = Chased()
        for reached in merged:
            for asked_role in reached.rung.to or THE_OFFICE:
                done += self._merge(reached, asked_role, latest[0].rung.key if latest else self._last_said())
        for reached in latest:
            for asked_role in (*(reached.rung.to or THE_OFFICE), *self._copied(reached)):
                done += self._say(reached, asked_role)
        asked = [office_tasks.name_somebody(self.batch, self.item, role) for role in sorted(self.vacant)]
        return done + Chased(vacancies=sum(asked))

    def _copied(self, reached: Reached) -> tuple[str, ...]:
        """Who is told as well, because the last word was not "on track" (B.4, D)."""
        also = reached.rung.also_when_at_risk if self.item.at_risk else ()
        return tuple(role for role in also if role not in reached.rung.to)

    def _merge(self, reached: Reached, asked_role: str, into: str, **facts: str) -> Chased:
        self._note(reached, asked_role, merged_into=into, facts=dict(facts))
        return Chased(merged=1, merged_late=self._was_missed(reached))

    def _last_said(self) -> str:
        return [rung.key for rung in self.ladder.rungs if rung.key in self.said_before][-1]

    def _say(self, reached: Reached, asked_role: str) -> Chased:
        rung = reached.rung
        if self._was_heard(rung, asked_role):
            self._note(reached, asked_role, suppressed_because=SAID_BEFORE)
            return Chased()
        if not rung.is_for(asked_role, self.item.process.stage.value):
            self._note(reached, asked_role, suppressed_because=ELSEWHERE)
            return Chased()
        if not rung.is_sent:
            self._note(
                reached,
                asked_role,
                task_id=office_tasks.task_of_rung(self.batch, self.item, rung, asked_role),
            )
            return Chased(tasks=1)
        person = self._person_for(reached, asked_role)
        if person is not None and person.contact_id in self.told_now:
            into = self.told_now[person.contact_id]
            return self._merge(reached, asked_role, into, because="the same person was told")
        if person is None or not self.batch.people.is_reachable(person.contact_id):
            return self._call(reached, asked_role, person)
        return self._write(reached, asked_role, person)

    def _was_heard(self, rung: Rung, asked_role: str) -> bool:
        """The same was said to the same person before the ladder began afresh; what is a task was done then."""
        heard = self.item.heard.by_mail.get((rung.key, asked_role), set())
        if not heard or not rung.is_sent:
            return (rung.key, asked_role) in self.item.heard.done
        person = self._chosen(rung, asked_role, self.item.told - heard)
        return bool(person.addressed) and person.addressed[0].person.contact_id in heard

    def _chosen(self, rung: Rung, asked_role: str, told: set[int]) -> Chosen:
        return people_for(
            replace(rung, to=(asked_role,)), self.item.deadline.owner_role, self.who, told,
            self.batch.people.agency_key(self.item.deadline.agency_id),
            self.batch.book.who_decides(self.item.process.guidance).decider_role,
        )  # fmt: skip

    def _person_for(self, reached: Reached, asked_role: str) -> Person | None:
        chosen = self._chosen(reached.rung, asked_role, self.item.told)
        self.vacant.update(role for role in chosen.vacancies if self._is_vacant(role))
        return chosen.addressed[0].person if chosen.addressed else None

    def _is_vacant(self, role: str) -> bool:
        """Nobody holds the role; of somebody who is away it is known."""
        deadline = self.item.deadline
        is_known = self.batch.people.is_only_away(role, deadline.process_id, deadline.agency_id, deadline.owner_id)
        return self.who(role) is None and not role.endswith("_deputy") and not is_known

    def _write(self, reached: Reached, asked_role: str, person: Person) -> Chased:
        contact = self.batch.contact(person.contact_id)
        said = outbox.ForRung(
            self.item.deadline, reached.rung, asked_role, person.role, contact, self.batch.day, reached.goes_on
        )  # fmt: skip
        try:
            message = outbox.message_for_rung(self.batch.session, said)
        except outbox.NotInTheRegister:
            return self._call(reached, asked_role, person)
        if self.item.is_national_limit:
            message.urgent = True
        self._knows_now(person.contact_id, reached)
        self.agencies |= {contact.agency_id} if contact.agency_id is not None else set()
        self._note(reached, asked_role, message_id=message.id, contact_id=person.contact_id)
        return Chased(said=1, said_late=self._was_missed(reached))

    def _call(self, reached: Reached, asked_role: str, person: Person | None) -> Chased:
        task_id, is_new = office_tasks.call_instead(self.batch, self.item, reached.rung, asked_role, person)
        contact_id = person.contact_id if person else None
        if contact_id is not None:
            self._knows_now(contact_id, reached)
        self._note(reached, asked_role, task_id=task_id, contact_id=contact_id)
        return Chased(tasks=int(is_new), calls=int(is_new))

    def _knows_now(self, contact_id: int, reached: Reached) -> None:
        for one in self.batch.people.same_person(contact_id):
            self.told_now.setdefault(one, reached.rung.key)

    def _note(self, reached: Reached, asked_role: str, **fate: Any) -> None:
        self.batch.note(self.item, reached, asked_role, **fate)

    def _was_missed(self, reached: Reached) -> int:
        return int(self.last_missed_on is not None and reached.on <= self.last_missed_on)
