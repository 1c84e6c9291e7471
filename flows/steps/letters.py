"""Which letter goes to whom when something has happened; each is a row in the transaction of what caused it.

People are found by their role. Whoever cannot be written to becomes a task for the office, never a lost letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from config import clock
from models.records.boards import Agency, Contact
from models.records.chasing import Met, deadlines_of, thread_of
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.moving import agencies_in_scope, agency_of
from models.records.people import people_of
from models.records.processes import Process, anchors_of
from models.rulebook import RuleBook
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from notifications import outbox
from notifications.telephone import tell_by_telephone

AUTHOR, REVIEWER, LEAD = "imr_author", "independent_reviewer", "agency_lead"
RECORDED_BY = "the business unit"


def confirm_decision(session: Session, process: Process, role: str, on: date, plain: str, seq: int) -> None:
    """The person in whose name a decision stands will have it confirmed."""
    facts = {
        "decision": plain, "decided_on": on.isoformat(), "recorded_by": RECORDED_BY,
        "recorded_on": clock.today().isoformat(),
    }  # fmt: skip
    _send(session, process, "decision_recorded", role, None, facts, f"{seq}")


def ask_partners(session: Session, process: Process, deadline: Deadline) -> None:
    """The Strategic Partners are asked to agree; the letter is held until somebody has read it."""
    facts = _owed(session, process, [deadline])
    _send(session, process, "ask_agreement", deadline.owner_role, None, facts, "first", thread_of(deadline))


def ask_author(session: Session, process: Process, deadline: Deadline) -> None:
    """An agency's single point of contact is asked to name an author."""
    agency = agency_of(session, deadline)
    facts = _owed(session, process, [deadline])
    _send(session, process, "ask_author", LEAD, agency, facts, "first", thread_of(deadline))


def commission_author(session: Session, process: Process, agency: Agency) -> None:
    """The agency's author hears what is due when; waits until the timetable is set and the author named."""
    owed = [each for each in deadlines_of(session, process, "imr", only_open=True) if each.agency_id == agency.id]
    author = _contact(session, process, AUTHOR, agency)
    if owed and author is not None:
        facts = _owed(session, process, owed)
        _send(session, process, "author_commissioned", AUTHOR, agency, facts, f"{author.id}")


def tell_timetable(session: Session, process: Process) -> None:
    """Every agency that takes part has its dates, and the reviewer the day of the draft."""
    limit = next(iter(deadlines_of(session, process, "limit")), None)
    common = {"initial_meeting_on": anchors_of(session, process.id or 0)["initial-meeting"].isoformat()}
    if limit is not None:
        common["limit_on"] = limit.working_target_on.isoformat()
    for agency in agencies_in_scope(session, process):
        owed = [each for each in deadlines_of(session, process, only_open=True) if each.agency_id == agency.id]
        if owed:
            facts = {**_owed(session, process, owed), **common}
            _send(session, process, "timetable_set", LEAD, agency, facts, "first")
    draft = deadlines_of(session, process, "draft_report", only_open=True)
    if draft:
        _send(session, process, "reviewer_commissioned", REVIEWER, None, _owed(session, process, draft), "first")


def ask_for_agreement_to_terms(session: Session, book: RuleBook, process: Process) -> None:
    """Every member is asked to agree to the draft terms of reference."""
    silence = bool(book.board.row.switches.silence_counts_as_agreement)
    for deadline in deadlines_of(session, process, "terms_agreed", only_open=True):
        facts = {**_owed(session, process, [deadline]), "silence_agrees": silence}
        agency = agency_of(session, deadline)
        _send(session, process, "terms_circulated", LEAD, agency, facts, "first", thread_of(deadline))


def tell_approved(session: Session, process: Process, on: date) -> None:
    """Every agency that takes part hears that report and plan are approved."""
    facts = {"approved_by": "The Board", "approved_on": on.isoformat()}
    for agency in agencies_in_scope(session, process):
        _send(session, process, "approved", LEAD, agency, facts, "first")


def tell_published(session: Session, process: Process, on: date) -> None:
    """Every agency that takes part, and whoever leads training, hears that the learning is published."""
    facts = {"published_on": on.isoformat()}
    for agency in agencies_in_scope(session, process):
        _send(session, process, "published", LEAD, agency, facts, "first")
    _send(session, process, "published", "training_lead", None, facts, "first")


def hand_over_plan(session: Session, book: RuleBook, process: Process, actions: int, first_due_on: date) -> None:
    """The chair of the monitoring committee hears that the plan is theirs."""
    committee = {str(key): row for key, row in book.board.row.committees.items()}["monitoring"]
    facts = {
        "actions": actions,
        "first_due": first_due_on.isoformat(),
        "committee": committee.short or committee.name,
    }
    _send(session, process, "plan_handed_over", "monitoring_chair", None, facts, "first")


def thank(session: Session, process: Process, deadline: Deadline) -> None:
    """Whoever owed it hears that it has arrived."""
    agency = agency_of(session, deadline)
    owner = _contact(session, process, deadline.owner_role, agency)
    role = deadline.owner_role if owner is not None else LEAD
    facts = {"items": [_arrived(process, deadline, agency)]}
    what = f"{deadline.id}:{deadline.arming}"
    _send(session, process, "arrival_recorded", role, agency, facts, what, thread_of(deadline))


def put_right(session: Session, process: Process, met: Met) -> None:
    """Everybody who was told that it was late, although it had come, is told of the mistake."""
    agency = agency_of(session, met.deadline)
    facts = {"items": [_arrived(process, met.deadline, agency)], "ref": process.spoken_ref}
    outbox.correct(session, process, met.deadline, met.wrongly_told, facts)


def _arrived(process: Process, deadline: Deadline, agency: Agency | None) -> dict[str, Any]:
    arrived_on = deadline.met_on or clock.today()
    return {
        "ref": process.spoken_ref, "title": deadline.title, "agency": agency.name if agency else "",
        "arrived_on": arrived_on.isoformat(),
    }  # fmt: skip


def _owed(session: Session, process: Process, deadlines: Sequence[Deadline]) -> dict[str, Any]:
    items = []
    for deadline in deadlines:
        agency = agency_of(session, deadline)
        items.append(
            {"ref": process.spoken_ref, "title": deadline.title, "agency": agency.name if agency else "",
             "due": deadline.working_target_on.isoformat()}
        )  # fmt: skip
    return {"items": items}


def _send(
    session: Session, process: Process, kind: str, role: str, agency: Agency | None,
    facts: Mapping[str, Any], what: str, thread_key: str = "",
) -> None:  # fmt: skip
    contact = _contact(session, process, role, agency) or _lead_meanwhile(session, process, role, agency)
    once_key = f"{kind}:{process.id}:{agency.key if agency else ''}:{role}:{what}"
    if contact is None:
        tell_by_telephone(session, process, role, agency, once_key)
        return
    try:
        outbox.queue(
            session, board_id=process.board_id, kind=kind, contact=contact, facts={"ref": process.spoken_ref, **facts},
            once_key=once_key, process=process, agency_id=agency.id if agency else None, thread_key=thread_key,
            release=Release.PERSON if stands_above_release(role) else Release.AUTOMATIC,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        tell_by_telephone(session, process, role, agency, once_key)


def _contact(session: Session, process: Process, role: str, agency: Agency | None) -> Contact | None:
    """The one who holds the role now and whom mail reaches, or a stand-in; None when there is nobody."""
    people = people_of(session, process.board_id, (process.id or 0,))
    holder = people.holder(role, process.id or 0, agency.id if agency else None)
    return session.get(Contact, holder.contact_id) if holder is not None and holder.reachable else None


def _lead_meanwhile(session: Session, process: Process, role: str, agency: Agency | None) -> Contact | None:
    """The agency's lead, for what is asked of somebody who is away and has no stand-in."""
    people = people_of(session, process.board_id, (process.id or 0,))
    is_away = agency is not None and people.is_only_away(role, process.id or 0, agency.id)
    return _contact(session, process, LEAD, agency) if is_away else None
