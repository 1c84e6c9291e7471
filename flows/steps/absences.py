"""What follows when somebody is away: an agency without its author is asked for a new one, and nobody is accused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from config import clock
from flows.steps import letters
from models.records.absences import Absence
from models.records.being_away import AUTHOR, authorships
from models.records.boards import Agency, Contact
from models.records.chasing import deadline_in, deadlines_of, open_deadline, reopen_deadline
from models.records.database import Session
from models.records.deadlines import AGAIN, Deadline
from models.records.people import people_of
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from models.rules.spoken import spoken
from models.rules.timetable import DueDate, Unit
from models.rules.working_days import add_working_days
from notifications import outbox
from notifications.telephone import tell_by_telephone

NEW_AUTHOR = "Name of a new author"
LEAD = "agency_lead"


def author_is_away(session: Session, book: RuleBook, contact: Contact, absence: Absence) -> None:
    """In each review in which the person writes a return, the agency's lead is told at once; when a stand-in was
    named, that one is commissioned instead.

    A new author is wanted within the allowance "new_author" (five working days, D) unless the author is back by
    then. Source: B.4, sick leave asks the agency's lead and not the author (D).
    """
    for process, agency in authorships(session, contact):
        owed = _owed_by_author(session, process, agency)
        if absence.stand_in_id is not None:
            stand_in = session.get_one(Contact, absence.stand_in_id)
            letters.commission_author(session, book, process, agency, stand_in)
        elif owed or not deadlines_of(session, process, "imr"):
            wanted = _ask_for_another(session, book, process, agency, absence)
            _tell_lead(session, process, agency, absence, owed, wanted)


def _owed_by_author(session: Session, process: Process, agency: Agency) -> list[Deadline]:
    return [
        each
        for each in deadlines_of(session, process, only_open=True)
        if each.owner_role == AUTHOR and each.agency_id == agency.id
    ]


def _ask_for_another(
    session: Session, book: RuleBook, process: Process, agency: Agency, absence: Absence
) -> Deadline | None:
    """The agency owes the name of a new author; None when the author is back before one could be named."""
    today, allowed = clock.today(), book.allowance(process.guidance, "new_author")
    due_on = add_working_days(today, allowed, book.calendar)
    if absence.until_on is not None and absence.until_on < due_on:
        return None
    due = DueDate(
        "author_named", "absence", today, allowed, Unit.WORKING_DAYS, due_on, due_on,
        f"{allowed} working days after {spoken(today)}, when it became known that the agency's author is away.",
    )  # fmt: skip
    period = replace(book.period(process.kind, process.guidance, "author_named"), title=NEW_AUTHOR)
    slot = f"{AGAIN}:{agency.key}"
    known = deadline_in(session, process, slot)
    if known is None:
        return open_deadline(session, book, process, period, due, agency, slot)
    reopen_deadline(session, book, process, known, "the author is away", due)
    return known


def _tell_lead(
    session: Session, process: Process, agency: Agency, absence: Absence, owed: list[Deadline], wanted: Deadline | None
) -> None:
    people = people_of(session, process.board_id, (process.id or 0,))
    holder = people.holder(LEAD, process.id or 0, agency.id)
    lead = session.get(Contact, holder.contact_id) if holder is not None and holder.reachable else None
    key = f"author_away:{process.id}:{agency.key}:{absence.id}"
    if lead is None:
        tell_by_telephone(session, process, LEAD, agency, key, "the agency's author is away")
        return
    facts: dict[str, Any] = {"ref": process.spoken_ref, "away_from": absence.from_on.isoformat()}
    facts["items"] = [_item(process, each, agency) for each in owed]
    facts |= {"away_until": absence.until_on.isoformat()} if absence.until_on else {}
    facts |= {"new_author_by": wanted.working_target_on.isoformat()} if wanted else {}
    try:
        outbox.queue(
            session, board_id=process.board_id, kind="author_away", contact=lead, facts=facts, once_key=key,
            process=process, agency_id=agency.id,
            release=Release.PERSON if stands_above_release(lead.role) else Release.AUTOMATIC,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        tell_by_telephone(session, process, LEAD, agency, key, "the agency's author is away")


def _item(process: Process, deadline: Deadline, agency: Agency) -> dict[str, str]:
    return {
        "ref": process.spoken_ref, "title": deadline.title, "agency": agency.name,
        "due": deadline.working_target_on.isoformat(),
    }  # fmt: skip
