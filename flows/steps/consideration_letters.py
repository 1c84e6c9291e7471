"""The letters of a consideration: who is thanked, asked, told; each a row in the transaction of what caused it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flows.steps.letters import LEAD, tell_board_member, warn_of_limit, write
from models.records.boards import Agency
from models.records.chasing import deadline_in
from models.records.considerations import REFERRER, Referral, agencies_as
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import agencies_in_scope
from models.records.processes import Process
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.outcomes import Outcome
from models.rules.planning import Plan

CHAIR, PANEL_CHAIR = "independent_chair", "panel_chair"
FOLLOWS: Mapping[Outcome, str] = {  # what comes next, in words that say nothing of the case
    Outcome.SERIOUS_CASE_REVIEW: "A review follows.",
    Outcome.PRACTICE_LEARNING_REVIEW: "A review is to follow.",
    Outcome.CASE_DISCUSSION: "A discussion between the agencies follows.",
    Outcome.MULTI_AGENCY_AUDIT: "A look by several agencies follows.",
    Outcome.SINGLE_AGENCY_REVIEW: "A look by one agency follows.",
    Outcome.LEARNING_NOTE: "No review follows; what can be learned is written down.",
    Outcome.MORE_INFORMATION: "More information is asked for first, and it is considered again.",
}
WITHDRAWN = "It was withdrawn, and no review follows."


def thank_referrer(session: Session, process: Process, agency: Agency | None, referral: Referral) -> None:
    """The referring agency has word that its referral has arrived; one outside the list is thanked by a person."""
    facts = {"received_on": referral.received_on.isoformat(), "joined": referral.joined}
    if agency is None:
        title = f"Thank whoever referred {process.spoken_ref}: they are in no list, so no mail goes"
        key = f"thank:{process.id}:{referral.received_on}"
        open_task(session, About(process.board_id, process.id), title, key)
        return
    limit = deadline_in(session, process, "limit")
    if limit is not None:
        facts["decide_by"] = limit.working_target_on.isoformat()
    write(session, process, "referral_received", LEAD, agency, facts, f"{referral.received_on}")


def ask_agency(session: Session, process: Process, agency: Agency) -> None:
    """The agency is asked at once to secure its records, on quiet days too, and for its scoping summary."""
    for kind, slot, urgent in (("secure_records", "records_secured", True), ("scoping_request", "scoping", False)):
        owed = deadline_in(session, process, f"{slot}:{agency.key}")
        if owed is not None and owed.state is DeadlineState.OPEN:
            write(session, process, kind, LEAD, agency, {}, about=[owed], urgent=urgent)


def ask_other_children(session: Session, process: Process, agency: Agency | None, deadline: Deadline) -> None:
    """The local authority is asked for a word on the same day; where the board's settings name none, a person asks."""
    if agency is None:
        title = f"Ask the local authority whether other children's safety was considered: {process.spoken_ref}"
        about = About(process.board_id, process.id, deadline.id)
        open_task(session, about, title, f"other-children:{process.id}")
        return
    write(session, process, "ask_other_children", LEAD, agency, {}, about=[deadline], urgent=True)


def tell_chairs(session: Session, process: Process) -> None:
    """The Chair and the panel chair have the dates in which they have a part, once a person lets that go."""
    for role, slots in ((CHAIR, ("decision", "limit")), (PANEL_CHAIR, ("panel_meeting", "recommendation", "limit"))):
        known = [deadline_in(session, process, slot) for slot in slots]
        owed = [each for each in known if each is not None and each.state is DeadlineState.OPEN]
        if owed:
            write(session, process, "consideration_opened", role, None, {}, about=owed)


def ask_for_decision(session: Session, process: Process, decider: str, on: date) -> None:
    """Whoever decides hears that the panel has recommended, once a person lets that go."""
    owed = deadline_in(session, process, "decision")
    limit = deadline_in(session, process, "limit")
    if owed is None or owed.state is not DeadlineState.OPEN:
        return
    facts = {"recommended_on": on.isoformat()}
    if limit is not None:
        facts["limit_on"] = limit.working_target_on.isoformat()
    write(session, process, "decision_asked", decider, None, facts, on.isoformat(), about=[owed])


def tell_decided(session: Session, process: Process, outcome: Outcome, on: date) -> None:
    """The panel chair, the referrers and the agencies with their Board members hear that it is decided, and what
    follows (B.16)."""
    facts = {"decided_on": on.isoformat(), "follows": FOLLOWS[outcome]}
    _tell_all(session, process, facts, on.isoformat())
    for agency in agencies_in_scope(session, process):
        tell_board_member(session, process, "consideration_decided", agency, facts, on.isoformat())


def tell_withdrawn(session: Session, process: Process, on: date) -> None:
    """The panel chair, the referrers and the agencies hear that it goes no further."""
    _tell_all(session, process, {"decided_on": on.isoformat(), "follows": WITHDRAWN}, f"withdrawn:{on}")


def warn_of_month(session: Session, book: RuleBook, process: Process, plan: Plan, milestone: str, key: str) -> None:
    """The panel chair hears that by these dates the decision falls after the month, once a person lets that go."""
    warn_of_limit(session, book, process, plan, milestone, "decision", key)


def _tell_all(session: Session, process: Process, facts: Mapping[str, object], what: str) -> None:
    write(session, process, "consideration_decided", PANEL_CHAIR, None, facts, what)
    concerned = {each.key: each for each in agencies_in_scope(session, process)}
    concerned |= {each.key: each for each in agencies_as(session, process, REFERRER)}
    for key in sorted(concerned):
        write(session, process, "consideration_decided", LEAD, concerned[key], facts, what)
