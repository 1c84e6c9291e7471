"""Which letter goes to whom when something has happened; each is a row in the transaction of what caused it.

People are found by their role. Whoever cannot be written to becomes a task for the office, never a lost letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from config import clock
from models.records.boards import Agency, Board, Contact
from models.records.chasing import Met, deadlines_of, thread_of
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import Extension, ExtensionState, Pause
from models.records.kept import kept
from models.records.moving import agencies_in_scope, agency_of, plan_of
from models.records.people import people_in
from models.records.processes import Process, anchors_of
from models.rulebook import RuleBook
from models.rules.escalation import stands_above_release
from models.rules.ladders import Release
from models.rules.planning import Plan
from models.rules.processes import KINDS
from models.rules.spoken_reasons import reason_for_a_mail
from notifications import outbox
from notifications.invitations import dates_of
from notifications.telephone import tell_by_telephone

AUTHOR, REVIEWER, LEAD, BOARD_MEMBER = "imr_author", "independent_reviewer", "agency_lead", "board_member"
ACTION_OWNER = "action_owner"
FACILITATOR = "facilitator"  # of a case discussion
RECORDED_BY = "the business unit"


def write(
    session: Session, process: Process, kind: str, role: str, agency: Agency | None, facts: Mapping[str, Any],
    what: str = "first", about: Sequence[Deadline] = (), *, urgent: bool = False,
) -> None:  # fmt: skip
    """A letter to whoever holds the role, once for each `what`; it lists what it is about, one thing in its thread.

    `urgent` goes on quiet days too, and is for the closed list of DESIGN 9 alone.
    """
    listed = _owed(session, process, about) if about else {}
    thread = thread_of(about[0]) if len(about) == 1 else ""
    _send(session, process, kind, role, agency, {**listed, **facts}, what, thread, urgent=urgent)


def tell_board_member(
    session: Session, process: Process, kind: str, agency: Agency, facts: Mapping[str, Any], what: str
) -> None:  # fmt: skip
    """The agency's Board member, where it has one, hears so once a person lets that go."""
    _send_if_there(session, process, kind, BOARD_MEMBER, agency, facts, what)


def confirm_decision(session: Session, process: Process, role: str, on: date, plain: str, seq: int) -> None:
    """The person in whose name a decision stands will have it confirmed."""
    facts = {
        "decision": plain, "decided_on": on.isoformat(), "recorded_by": RECORDED_BY,
        "recorded_on": clock.today().isoformat(),
    }  # fmt: skip
    _send(session, process, "decision_recorded", role, None, facts, f"{seq}")


def ask_partners(session: Session, book: RuleBook, process: Process, deadline: Deadline) -> None:
    """The Strategic Partners are asked to agree; the letter is held until somebody has read it."""
    who = book.who_decides(process.guidance)
    facts = {
        **_owed(session, process, [deadline]), "decided": who.say("{Decider has} decided"), "partners": who.partners,
    }  # fmt: skip
    _send(session, process, "ask_agreement", deadline.owner_role, None, facts, "first", thread_of(deadline))


def ask_author(session: Session, process: Process, deadline: Deadline) -> None:
    """An agency's single point of contact is asked to name an author."""
    agency = agency_of(session, deadline)
    facts = _owed(session, process, [deadline])
    _send(session, process, "ask_author", LEAD, agency, facts, "first", thread_of(deadline))


def commission_author(
    session: Session, book: RuleBook, process: Process, agency: Agency, stand_in: Contact | None = None
) -> None:
    """The agency's author hears what is due when, or who stands in for them; waits until the timetable is set and
    the author named."""
    author = stand_in or _contact(session, process, AUTHOR, agency)
    known = deadlines_of(session, process)
    owed = [each for each in _open_of(known, agency) if each.owner_role == AUTHOR]
    if author is None or not owed or not timetable_is_set(session, process):
        return
    dates = plan_of(session, book, process)
    facts: dict[str, Any] = {
        "items": [*_owed(session, process, owed)["items"], *_to_come(known, process, dates, agency, AUTHOR)]
    }
    briefing = dates.by_kind.get("briefing")
    held = next((each for each in known if each.slot == "briefing"), None)
    if briefing is not None and held is not None and held.state is DeadlineState.OPEN:
        facts["briefing_on"] = held.working_target_on.isoformat()
    facts |= _for_calendar(session, process, owed)
    _send(session, process, "author_commissioned", AUTHOR, agency, facts, f"{author.id}", to=stand_in)


def timetable_is_set(session: Session, process: Process) -> bool:
    """True once everything that a review waits for from its initial meeting on is owed."""
    return bool(deadlines_of(session, process, "board_approval"))


def tell_timetable(session: Session, book: RuleBook, process: Process) -> None:
    """Every agency that takes part has its dates, and the reviewer the day of the draft."""
    known, dates = deadlines_of(session, process), plan_of(session, book, process)
    frame = _frame(session, process)
    for agency in agencies_in_scope(session, process):
        facts = _dates_of_agency(session, known, process, dates, agency)
        if facts["items"]:
            facts |= _for_calendar(session, process, _open_of(known, agency))
            _send(session, process, "timetable_set", LEAD, agency, facts | frame, "first")
    draft = deadlines_of(session, process, "draft_report", only_open=True)
    if draft:
        facts = _owed(session, process, draft) | _for_calendar(session, process, draft)
        _send(session, process, "reviewer_commissioned", REVIEWER, None, facts, "first")


def tell_new_reviewer(session: Session, process: Process, reviewer: Contact) -> None:
    """Who is the reviewer instead of another has the day of the draft, once the timetable is set."""
    draft = deadlines_of(session, process, "draft_report", only_open=True)
    if draft:
        facts = _owed(session, process, draft) | _for_calendar(session, process, draft)
        _send(session, process, "reviewer_commissioned", REVIEWER, None, facts, f"{reviewer.id}")


def tell_timetable_changed(session: Session, book: RuleBook, process: Process, what: str) -> None:
    """Every agency, author and the reviewer have the dates that hold now; `what` makes each change a letter."""
    met_on = anchors_of(session, process.id or 0).get("initial-meeting")
    common = {"initial_meeting_on": met_on.isoformat()} if met_on else {}
    known, dates = deadlines_of(session, process), plan_of(session, book, process)
    for agency in agencies_in_scope(session, process):
        facts = _dates_of_agency(session, known, process, dates, agency)
        if facts["items"]:
            _send(session, process, "timetable_changed", LEAD, agency, facts | common, what)
        owed = [each for each in _open_of(known, agency) if each.owner_role == AUTHOR]
        if owed and _contact(session, process, AUTHOR, agency) is not None:
            _send(session, process, "timetable_changed", AUTHOR, agency, _owed(session, process, owed) | common, what)
    draft = deadlines_of(session, process, "draft_report", only_open=True)
    if draft:
        facts = _owed(session, process, draft) | common
        _send(session, process, "timetable_changed", REVIEWER, None, facts, what)


def tell_joined(session: Session, book: RuleBook, process: Process, agency: Agency, author_by: date) -> None:
    """An agency that takes part from now on has its dates and is asked for an author."""
    known, dates = deadlines_of(session, process), plan_of(session, book, process)
    facts = _dates_of_agency(session, known, process, dates, agency)
    today = clock.today().isoformat()
    facts |= {"joined_on": today, "author_by": author_by.isoformat()}
    _send(session, process, "agency_joined", LEAD, agency, facts, today)


def tell_left(session: Session, process: Process, agency: Agency, author: bool) -> None:
    """An agency that does not take part any more, and its author, hear that nothing is owed."""
    facts = {"left_on": clock.today().isoformat()}
    for role in (LEAD, AUTHOR) if author else (LEAD,):
        _send(session, process, "agency_left", role, agency, facts, facts["left_on"])


def ask_for_agreement_to_terms(session: Session, book: RuleBook, process: Process, version: int) -> None:
    """Every member is asked to agree to that version of the terms of reference."""
    silence = bool(book.board.row.switches.silence_counts_as_agreement)
    for deadline in deadlines_of(session, process, "terms_agreed", only_open=True):
        facts = {**_owed(session, process, [deadline]), "silence_agrees": silence, "version": version}
        agency = agency_of(session, deadline)
        what = "first" if version == 1 else f"{version}"
        _send(session, process, "terms_circulated", LEAD, agency, facts, what, thread_of(deadline))


def tell_terms_settled(session: Session, process: Process, version: int, on: date, still_open: int) -> None:
    """Reviewer, authors and agencies hear which terms of reference the review works to."""
    facts = {"version": version, "agreed_on": on.isoformat(), "still_open": still_open}
    _send_if_there(session, process, "terms_settled", REVIEWER, None, facts, f"{version}")
    for agency in agencies_in_scope(session, process):
        _send(session, process, "terms_settled", LEAD, agency, facts, f"{version}")
        _send_if_there(session, process, "terms_settled", AUTHOR, agency, facts, f"{version}")


def ask_panel_questions(session: Session, process: Process, deadline: Deadline) -> None:
    """An author hears that the panel has questions, and by when the final return is due."""
    facts = _owed(session, process, [deadline])
    what = f"{deadline.id}:{deadline.arming}"
    agency = agency_of(session, deadline)
    _send(session, process, "panel_questions", AUTHOR, agency, facts, what, thread_of(deadline))


def tell_accepted(session: Session, process: Process, agency: Agency, title: str, handed_in: int) -> None:
    """Author and single point of contact hear that the panel has accepted their return."""
    facts = {"items": [{"ref": process.spoken_ref, "title": title, "agency": agency.name}]}
    _send(session, process, "return_accepted", LEAD, agency, facts, f"{handed_in}")
    _send_if_there(session, process, "return_accepted", AUTHOR, agency, facts, f"{handed_in}")


def tell_at_risk(session: Session, process: Process, deadline: Deadline, answer: str, note: int) -> None:
    """The agency's single point of contact hears that its author sees the date at risk (B.2, row 12)."""
    facts = {**_owed(session, process, [deadline]), "answer": answer}
    agency = agency_of(session, deadline)
    _send(session, process, "progress_at_risk", LEAD, agency, facts, f"{note}", thread_of(deadline))


def ask_for_more_time(
    session: Session, process: Process, deadline: Deadline, decider: str, asked: Extension, decide_by: date
) -> None:
    """Whoever decides on more time is asked to."""
    facts = {
        **_owed(session, process, [deadline]), "asked_on": asked.asked_on.isoformat(),
        "reason": reason_for_a_mail(asked.reason.value), "decide_by": decide_by.isoformat(),
    }  # fmt: skip
    if asked.wanted_on is not None:
        facts["wanted_on"] = asked.wanted_on.isoformat()
    _send(session, process, "more_time_asked", decider, None, facts, f"{asked.id}")


def tell_more_time(session: Session, process: Process, deadline: Deadline, decided: Extension) -> None:
    """Whoever owes it, and the agency's single point of contact, hear what was decided about more time."""
    granted = decided.state is ExtensionState.GRANTED
    facts = {**_owed(session, process, [deadline]), "granted": granted}
    if granted:
        facts["was_due"] = decided.from_due_on.isoformat()
    agency = agency_of(session, deadline)
    for role in dict.fromkeys((deadline.owner_role, LEAD) if agency else (deadline.owner_role,)):
        _send_if_there(session, process, "more_time_decided", role, agency, facts, f"{decided.id}", thread_of(deadline))


def tell_clock_stopped(session: Session, process: Process, pause: Pause) -> None:
    """Agencies, authors and the reviewer hear that nobody is chased until further notice."""
    facts = {"since": pause.from_on.isoformat(), "look_again_on": pause.look_again_on.isoformat()}
    for role, agency in _everybody(session, process):
        _send_if_there(session, process, "clock_stopped", role, agency, facts, f"{pause.id}")


def tell_clock_goes_on(session: Session, process: Process, pause: Pause, working_days: int) -> None:
    """Agencies, authors and the reviewer have the dates that hold after a pause."""
    common = {
        "stopped_on": pause.from_on.isoformat(), "went_on_on": (pause.ended_on or clock.today()).isoformat(),
        "working_days": working_days,
    }  # fmt: skip
    for role, agency in _everybody(session, process):
        owed = [
            each
            for each in deadlines_of(session, process, only_open=True)
            if each.owner_role == role and each.agency_id == (agency.id if agency else None)
        ]
        if owed:
            facts = {**_owed(session, process, owed), **common}
            _send_if_there(session, process, "clock_goes_on", role, agency, facts, f"{pause.id}")


def ask_for_accuracy(session: Session, process: Process) -> None:
    """Every agency is asked to check the draft report for accuracy."""
    for deadline in deadlines_of(session, process, "accuracy", only_open=True):
        facts = _owed(session, process, [deadline])
        agency = agency_of(session, deadline)
        what = f"{deadline.arming}"
        _send(session, process, "accuracy_check", LEAD, agency, facts, what, thread_of(deadline))


def tell_no_comment(session: Session, process: Process, deadline: Deadline, signed_off_on: date) -> None:
    """The agency's single point of contact hears that the report was signed off without a comment of the agency."""
    facts = {**_owed(session, process, [deadline]), "signed_off_on": signed_off_on.isoformat()}
    facts["items"][0]["days_late"] = 0
    agency = agency_of(session, deadline)
    what = f"{deadline.id}:{deadline.arming}"
    _send(session, process, "no_comment", LEAD, agency, facts, what, thread_of(deadline))


def tell_waived(session: Session, process: Process, deadline: Deadline) -> None:
    """Whoever owed it, and the agency's single point of contact, hear that it is not wanted any more."""
    agency = agency_of(session, deadline)
    row = {"ref": process.spoken_ref, "title": deadline.title, "agency": agency.name if agency else ""}
    for role in dict.fromkeys((deadline.owner_role, LEAD) if agency else (deadline.owner_role,)):
        _send_if_there(
            session, process, "not_wanted", role, agency, {"items": [row]}, f"{deadline.id}:{deadline.arming}"
        )


def tell_author_changed(session: Session, process: Process, agency: Agency, author: int) -> None:
    """The agency's single point of contact hears that its new author is recorded."""
    owed = [each for each in _open_of(deadlines_of(session, process), agency) if each.owner_role == AUTHOR]
    if owed:
        facts = _owed(session, process, owed)
        _send(session, process, "author_changed", LEAD, agency, facts, f"{author}")


def tell_delay(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, was_due: date, reason: str, capacity: str,
    key: str,
) -> None:  # fmt: skip
    """Whoever may extend the limit, the Independent Chair or the partners, hears of the delay and why (P:12; D)."""
    who = book.who_decides(process.guidance)
    facts = {
        "title": deadline.title, "was_due": was_due.isoformat(), "due": deadline.working_target_on.isoformat(),
        "reason": reason_for_a_mail(reason), "capacity": who.role(capacity),
    }  # fmt: skip
    _send(session, process, "delay_told", who.limit_role, None, facts, key)


def warn_of_limit(
    session: Session, book: RuleBook, process: Process, plan: Plan, milestone: str, completes: str, key: str
) -> None:
    """The panel chair hears that by the timetable the review ends after its limit, and which milestone causes it;
    the review ends with the milestone `completes`."""
    periods = {period.kind: period for period, _ in plan.dated}
    dates = plan.by_kind
    facts = {
        "completed_on": dates[completes].due_on.isoformat(), "limit_on": dates["limit"].due_on.isoformat(),
        "milestone": periods[milestone].title, "milestone_on": dates[milestone].due_on.isoformat(),
        "limit_extender": book.who_decides(process.guidance).limit_extender,
    }  # fmt: skip
    _send(session, process, "limit_warning", "panel_chair", None, facts, key)


def tell_approved(session: Session, process: Process, body: str, on: date) -> None:
    """Every agency that takes part hears that report and plan are approved, and by which body: "the Board"."""
    facts = {"approved_by": f"{body[:1].upper()}{body[1:]}", "approved_on": on.isoformat()}
    for agency in agencies_in_scope(session, process):
        _send(session, process, "approved", LEAD, agency, facts, "first")


def ask_for_responses(session: Session, process: Process, planned_for: date) -> None:
    """Every agency that owes one is asked for its response to the report, and again when the day has changed."""
    for deadline in deadlines_of(session, process, "agency_response", only_open=True):
        facts = {**_owed(session, process, [deadline]), "planned_for": planned_for.isoformat()}
        agency = agency_of(session, deadline)
        what = f"{planned_for}:{deadline.arming}"
        _send(session, process, "response_asked", LEAD, agency, facts, what, thread_of(deadline))


def tell_published(session: Session, process: Process, on: date, what: str = "first") -> None:
    """Every agency that takes part, and whoever leads training, hears that the learning is published."""
    facts = {"published_on": on.isoformat()}
    for agency in agencies_in_scope(session, process):
        _send(session, process, "published", LEAD, agency, facts, what)
    _send(session, process, "published", "training_lead", None, facts, what)


def hand_over_plan(session: Session, book: RuleBook, process: Process, actions: int, first_due_on: date) -> None:
    """The chair of the monitoring committee hears that the plan is theirs."""
    committee = {str(key): row for key, row in book.board.row.committees.items()}["monitoring"]
    facts = {
        "actions": actions,
        "first_due": first_due_on.isoformat(),
        "committee": committee.short or committee.name,
    }
    _send(session, process, "plan_handed_over", "monitoring_chair", None, facts, "first")


def ask_for_things(
    session: Session, process: Process, deadlines: Sequence[Deadline], what: str, meets_on: date | None = None
) -> None:
    """Each agency, and each person of the process, who owes any of these is asked for theirs in one letter.

    `what` makes each asking a letter of its own; `meets_on` is the day for which those who take part keep free.
    """
    common = {"matter": KINDS[process.kind].outside, **({"meets_on": meets_on.isoformat()} if meets_on else {})}
    write_to_owners(session, process, "things_wanted", deadlines, common, what)


def write_to_owners(
    session: Session, process: Process, kind: str, about: Sequence[Deadline], facts: Mapping[str, Any], what: str
) -> None:
    """Each agency, and each person, who owes any of these has one letter with all of theirs, once for each `what`."""

    def owner(each: Deadline) -> tuple[str, int | None, int | None]:
        return each.owner_role, each.agency_id, each.owner_id

    for role, agency_id, owner_id in dict.fromkeys(owner(each) for each in about):
        owed = [each for each in about if owner(each) == (role, agency_id, owner_id)]
        whose = f"{owner_id}:{what}" if owner_id is not None else what
        to = _owner_of(session, process, owed[0]) if owner_id is not None else None
        whole = {**_owed(session, process, owed), **facts}
        _send(session, process, kind, role, agency_of(session, owed[0]), whole, whose, to=to)


def ask_for_summary(
    session: Session, process: Process, agency: Agency, owed: Sequence[Deadline], notified: bool
) -> None:
    """An agency is asked, also on a quiet day, to keep its records safe and for its summary; the one that notified the
    incident for a word on the safety of other children, too (B.1, rows 3 to 5; B.15, row 3)."""
    facts = {**_owed(session, process, owed), "safety": notified}
    thread = thread_of(owed[-1]) if owed else ""
    _send(session, process, "summary_wanted", LEAD, agency, facts, "first", thread, urgent=True)


def tell_review_concluded(session: Session, process: Process, on: date, follows: bool) -> None:
    """Every agency that takes part, and its Board member, hears that the partners have signed off, and whether a review
    follows (B.16)."""
    facts = {"signed_off_on": on.isoformat(), "follows": follows}
    for agency in agencies_in_scope(session, process):
        _send(session, process, "review_concluded", LEAD, agency, facts, "first")
        tell_board_member(session, process, "review_concluded", agency, facts, "first")


def thank(session: Session, process: Process, deadline: Deadline) -> None:
    """Whoever owed it hears that it has arrived, when it came from an agency or the reviewer."""
    agency = agency_of(session, deadline)
    if deadline.owner_role == ACTION_OWNER or (agency is None and deadline.owner_role not in (REVIEWER, FACILITATOR)):
        return  # what an owner of actions has said is noted in one mail for all of it
    owner = _owner_of(session, process, deadline)
    role = deadline.owner_role if owner is not None else LEAD
    facts = {"items": [_arrived(process, deadline, agency)]}
    what = f"{deadline.id}:{deadline.arming}"
    _send(session, process, "arrival_recorded", role, agency, facts, what, thread_of(deadline), to=owner)


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


def _for_calendar(session: Session, process: Process, deadlines: Sequence[Deadline]) -> dict[str, Any]:
    """The same dates for the reader's calendar: one file, entries of whole days, no invitation."""
    board = kept(session, Board, process.board_id)
    return {"dates": dates_of(board.key, process, deadlines)}


def _owed(session: Session, process: Process, deadlines: Sequence[Deadline]) -> dict[str, Any]:
    items = []
    for deadline in deadlines:
        agency = agency_of(session, deadline)
        items.append(
            {"ref": process.spoken_ref, "title": deadline.title, "agency": agency.name if agency else "",
             "due": deadline.working_target_on.isoformat()}
        )  # fmt: skip
    return {"items": items}


def _open_of(known: Sequence[Deadline], agency: Agency) -> list[Deadline]:
    return [each for each in known if each.agency_id == agency.id and each.state is DeadlineState.OPEN]


def _frame(session: Session, process: Process) -> dict[str, Any]:
    """The day that the timetable counts from, and the limit."""
    frame = {"initial_meeting_on": anchors_of(session, process.id or 0)["initial-meeting"].isoformat()}
    limit = next(iter(deadlines_of(session, process, "limit")), None)
    if limit is not None:
        frame["limit_on"] = limit.working_target_on.isoformat()
    return frame


def _dates_of_agency(
    session: Session, known: Sequence[Deadline], process: Process, dates: Plan, agency: Agency
) -> dict[str, Any]:
    """Everything that the agency owes or will owe, by date."""
    owed = _owed(session, process, _open_of(known, agency))["items"]
    rows = [*owed, *_to_come(known, process, dates, agency)]
    return {"items": sorted(rows, key=lambda row: str(row["due"]))}


def _to_come(
    known: Sequence[Deadline], process: Process, dates: Plan, agency: Agency, role: str = ""
) -> list[dict[str, Any]]:  # fmt: skip
    """What the timetable has for the agency and is not owed before something else has happened."""
    slots = {each.slot for each in known}
    return [
        {"ref": process.spoken_ref, "title": period.title, "agency": agency.name,
         "due": due.working_target_on.isoformat()}
        for period, due in dates.dated
        if period.per_agency and f"{period.kind}:{agency.key}" not in slots and period.anchor == "initial-meeting"
        and role in ("", period.owner_role)
    ]  # fmt: skip


def _everybody(session: Session, process: Process) -> list[tuple[str, Agency | None]]:
    """The roles that work on a review: single points of contact, authors, the reviewer."""
    agencies = agencies_in_scope(session, process)
    return [*((role, agency) for agency in agencies for role in (LEAD, AUTHOR)), (REVIEWER, None)]


def _send_if_there(
    session: Session, process: Process, kind: str, role: str, agency: Agency | None,
    facts: Mapping[str, Any], what: str, thread_key: str = "",
) -> None:  # fmt: skip
    """As `_send`, but where nobody holds the role there is nobody to tell."""
    if people_in(session, process.board_id, process.id or 0).holder(
        role, process.id or 0, agency.id if agency else None
    ):
        _send(session, process, kind, role, agency, facts, what, thread_key)


def _send(
    session: Session, process: Process, kind: str, role: str, agency: Agency | None,
    facts: Mapping[str, Any], what: str, thread_key: str = "", to: Contact | None = None, *, urgent: bool = False,
) -> None:  # fmt: skip
    contact = to or _contact(session, process, role, agency) or _lead_meanwhile(session, process, role, agency)
    once_key = f"{kind}:{process.id}:{agency.key if agency else ''}:{role}:{what}"
    if contact is None:
        tell_by_telephone(session, process, role, agency, once_key)
        return
    try:
        outbox.queue(
            session, board_id=process.board_id, kind=kind, contact=contact, facts={"ref": process.spoken_ref, **facts},
            once_key=once_key, process=process, agency_id=agency.id if agency else None, thread_key=thread_key,
            urgent=urgent, release=Release.PERSON if stands_above_release(role) else Release.AUTOMATIC,
        )  # fmt: skip
    except outbox.NotInTheRegister:
        tell_by_telephone(session, process, role, agency, once_key)


def _owner_of(session: Session, process: Process, deadline: Deadline) -> Contact | None:
    """Whoever owes it now and mail reaches, or a stand-in; None when there is nobody."""
    return _contact(session, process, deadline.owner_role, agency_of(session, deadline), deadline.owner_id)


def _contact(
    session: Session, process: Process, role: str, agency: Agency | None, owner_id: int | None = None
) -> Contact | None:
    """The one who holds the role now and whom mail reaches, or a stand-in; None when there is nobody."""
    people = people_in(session, process.board_id, process.id or 0)
    holder = people.holder(role, process.id or 0, agency.id if agency else None, owner_id)
    return kept(session, Contact, holder.contact_id) if holder is not None and holder.reachable else None


def _lead_meanwhile(session: Session, process: Process, role: str, agency: Agency | None) -> Contact | None:
    """The agency's lead, for what is asked of somebody who is away and has no stand-in."""
    people = people_in(session, process.board_id, process.id or 0)
    is_away = agency is not None and people.is_only_away(role, process.id or 0, agency.id)
    return _contact(session, process, LEAD, agency) if is_away else None
