"""What was recorded by mistake is put right by a later entry, and everybody who was told of it hears so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from config import clock
from flows.steps import letters, meetings
from models.records.asks import GateAnswer
from models.records.being_away import end_authorship
from models.records.boards import Agency, Contact
from models.records.chasing import BY_MISTAKE, correct_day, reopen_deadline, thread_of
from models.records.corrections import (
    REVIEWER_TAKEN_ON,
    former_reviewer_is_back,
    letters_of_author,
    return_had_not_come,
    unsaid_or_told,
)
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.meetings import planned_meetings
from models.records.moving import agency_of
from models.records.processes import Process
from models.records.publications import publication_of, take_back_publication
from models.records.taking_back import (
    Mistake,
    NotWholly,
    TakenBack,
    take_back,
    taken_back_by,
    when_taken_back,
)
from models.records.taking_back_beside import confirmation
from models.records.unsaid import never_said
from models.rulebook import RuleBook
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from notifications import outbox
from notifications.telephone import tell_by_telephone

KIND = "recorded_by_mistake"
THANKS = "arrival_recorded"
RETURNS = ("imr", "imr_final")
REPLACED = "replace"  # update meetings were cancelled for others: nobody's calendar takes them back


def arrival_had_not_come(session: Session, book: RuleBook, process: Process, deadline: Deadline, why: str) -> None:
    """What was recorded as arrived is owed again by its date; thanks that have not gone never go, and whoever was
    thanked hears of the mistake. An author who was named by it is the author no more.
    """
    thanked = unsaid_or_told(session, thread_of(deadline), THANKS, deadline)
    agency = agency_of(session, deadline)
    reopen_deadline(session, book, process, deadline, why)
    if deadline.kind in RETURNS and agency is not None:
        return_had_not_come(session, book, process, agency, why)
    key = f"{deadline.id}:{deadline.arming}"
    for contact_id in thanked:
        _tell(session, process, contact_id, key, items=[_still_owed(process, deadline, agency)])
    if deadline.kind == "author_named" and agency is not None:
        written = letters_of_author(session, process, agency)
        end_authorship(session, process, agency)
        for contact_id, on in written:
            _tell(session, process, contact_id, key, letters=[_letter(process, on)])


def arrival_came_on(session: Session, process: Process, deadline: Deadline, came_on: date, why: str) -> None:
    """The day of the arrival is right now; whoever had been told of lateness although it had come hears so."""
    letters.put_right(session, process, correct_day(session, process, deadline, came_on, why))


def decision_was_none(session: Session, book: RuleBook, process: Process, answer: GateAnswer, why: str) -> int:
    """The decision is taken back, and everybody who was written to because of it is asked to disregard that; how
    many. Raises what `take_back` raises.
    """
    done = take_back(session, book, process, answer, why)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for contact_id, on in done.told:
        days[contact_id].add(on)
    for contact_id, written_on in sorted(days.items()):
        lists: dict[str, Sequence[Any]] = {"letters": [_letter(process, on) for on in sorted(written_on)]}
        owed = done.dates.get(contact_id, ())
        if owed:
            lists["items"] = [_still_owed(process, each, agency_of(session, each)) for each in owed]
        _tell(session, process, contact_id, f"decision:{answer.history_seq}", **lists)
    return len(days)


@when_taken_back("reviewer-commissioned")
def _as_reviewer_before(session: Session, process: Process, mistake: Mistake) -> None:
    """Whoever was the reviewer before is it again, and invited in place of the other."""
    for row in mistake.came_by(REVIEWER_TAKEN_ON):
        former_reviewer_is_back(session, process, row.facts)
    meetings.reinvite(session, process)


@taken_back_by("update-meetings")
def _meetings_not_wanted(session: Session, book: RuleBook, process: Process, mistake: Mistake) -> TakenBack:
    """The meetings are cancelled, and everybody's calendar follows; those that were held stay."""
    if mistake.answer.decision == REPLACED:
        raise NotWholly(mistake.answer)
    planned = {row.facts["meeting"] for row in mistake.came_by("meeting planned")}
    wrong = [each for each in planned_meetings(session, process) if each.id in planned]
    meetings.cancel_these(session, process, wrong)
    return TakenBack(sorted(never_said(session, process, [confirmation(mistake)], BY_MISTAKE)))


@when_taken_back("report-published")
def _not_published(session: Session, process: Process, mistake: Mistake) -> None:
    publication = publication_of(session, process)
    if publication is not None:
        take_back_publication(session, process, publication)


def _still_owed(process: Process, deadline: Deadline, agency: Agency | None) -> Mapping[str, str]:
    return {
        "ref": process.spoken_ref, "title": deadline.title, "agency": agency.name if agency else "",
        "due": deadline.working_target_on.isoformat(),
    }  # fmt: skip


def _letter(process: Process, on: date) -> Mapping[str, str]:
    return {"ref": process.spoken_ref, "written_on": on.isoformat()}


def _tell(session: Session, process: Process, contact_id: int, key: str, **lists: Sequence[Any]) -> None:
    contact = session.get_one(Contact, contact_id)
    once_key = f"{KIND}:{process.id}:{contact_id}:{key}:{'-'.join(lists)}"
    try:
        outbox.queue(
            session, board_id=process.board_id, kind=KIND, contact=contact, facts={"ref": process.spoken_ref, **lists},
            once_key=once_key, process=process, not_before_at=clock.now(),
            release=Release.PERSON if stands_above_release(contact.role) else Release.AUTOMATIC,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        agency = session.get(Agency, contact.agency_id) if contact.agency_id is not None else None
        tell_by_telephone(session, process, contact.role, agency, once_key, "what we wrote rested on a mistake")
