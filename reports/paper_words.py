"""Codes of the record in the words of our papers: reasons, meetings, calls, ends of things owed."""

from __future__ import annotations

from collections.abc import Mapping

from models.records.boards import agencies_of
from models.records.database import Session
from models.records.deadlines import CallOutcome, Deadline, DeadlineState, Standstill
from models.records.delays import DelayReason, ExtensionState
from models.records.meetings import MeetingKind, MeetingState
from models.records.messages import MessageState, TaskKind
from models.records.processes import Process
from models.rulebook import RuleBook
from models.rules.spoken_roles import spoken_role
from reports.markdown_pieces import upper_first

REASONS = {
    DelayReason.CRIMINAL_PROCEEDINGS: "criminal proceedings",
    DelayReason.INQUEST: "an inquest",
    DelayReason.FAMILY_PROCEEDINGS: "family proceedings",
    DelayReason.AUTHOR_ABSENT: "the author is away",
    DelayReason.AGENCY_LATE: "an agency is late",
    DelayReason.REVIEWER_LATE: "the reviewer is late",
    DelayReason.DATA_MISSING: "information is missing",
    DelayReason.NEW_INFORMATION: "new information",
    DelayReason.OTHER: "another reason, kept in the secure place",
}
EXTENSIONS = {
    ExtensionState.ASKED: "not decided yet",
    ExtensionState.GRANTED: "granted",
    ExtensionState.REFUSED: "refused",
    ExtensionState.OVERTAKEN: "not needed any more",
}
MEETINGS = {
    MeetingKind.INITIAL: "initial meeting",
    MeetingKind.BRIEFING: "briefing of the authors",
    MeetingKind.UPDATE: "update meeting",
    MeetingKind.DRAFT: "panel meeting on the draft report",
    MeetingKind.LEARNING_EVENT: "learning event",
    MeetingKind.BOARD: "meeting that approves the report",
    MeetingKind.CONSIDERATION: "consideration panel",
}
MEETING_STATES = {
    MeetingState.PLANNED: "planned",
    MeetingState.HELD: "held",
    MeetingState.CANCELLED: "cancelled",
}
CALLS = {
    CallOutcome.ON_TRACK: "on track",
    CallOutcome.PROMISE: "promised",
    CallOutcome.AT_RISK: "at risk",
    CallOutcome.CANNOT: "cannot be done in time",
    CallOutcome.NO_ANSWER: "nobody answered",
}
ENDS = {
    DeadlineState.OPEN: "still owed",
    DeadlineState.MET: "came",
    DeadlineState.WAIVED: "given up: the review went on without it",
    DeadlineState.ENDED: "not needed any more",
}
STANDSTILLS = {
    Standstill.EXTENSION.value: "more time was asked for",
    Standstill.PAUSE.value: "the review is paused",
    Standstill.PUBLICATION.value: "nothing may be published at present",
}
TASKS = {
    TaskKind.TASK: "task for the office",
    TaskKind.AGENDA_ITEM: "item for an agenda",
    TaskKind.REGISTER_ENTRY: "proposed for the risk register",
}
NOT_SENT = {
    MessageState.WAITING: "waiting to go",
    MessageState.HELD: "waiting for release by a person",
    MessageState.SENDING: "going at this moment",
    MessageState.FAILED: "not accepted by the mail server",
    MessageState.WITHDRAWN: "not sent",
}
PAPERS = {
    "panel-paper": "Panel paper",
    "consideration-pack": "Pack for the panel",
    "proof-sheet": "Proof sheet",
    "case-trail": "Case trail",
    "considered-cases": "List of considered cases",
    "considered-counts": "Considered cases, counts for the annual report",
    "letter-to-body": "Letter to a body outside the board",
    "action-exceptions": "Exception report on actions",
    "action-tracker": "Action tracker",
    "action-learning": "Learning and action report",
    "challenge-log": "Challenge log",
    "register-proposals": "Proposals for the risk register",
    "action-progress": "Progress on actions, for the public",
}


def agency_names(session: Session, process: Process) -> Mapping[int | None, str]:
    """The names of the board's agencies by their numbers."""
    return {each.id: each.name for each in agencies_of(session, process.board_id)}


def whose(deadline: Deadline, names: Mapping[int | None, str]) -> str:
    """Who owes it: the agency, or the role within the board."""
    return names.get(deadline.agency_id) or upper_first(spoken_role(deadline.owner_role))


def thing(deadline: Deadline, names: Mapping[int | None, str]) -> str:
    """What is owed and by whom, in one line."""
    return f"{deadline.title}, {whose(deadline, names)}"


def whom(role: str, place: str | None) -> str:
    """A role with its agency."""
    said = upper_first(spoken_role(role)) if role else "Nobody"
    return f"{said}, {place}" if place else said


def asked_whom(deadline: Deadline, asked_role: str, names: Mapping[int | None, str]) -> str:
    """Whom a rung was for, as its ladder asks: the owner by the owner's own role."""
    role = deadline.owner_role if asked_role == "owner" else asked_role
    inside = asked_role in ("owner", "agency_lead", "board_member", "chief_officer", "imr_author")
    return whom(role, names.get(deadline.agency_id) if inside else None)


def rung_words(book: RuleBook, deadline: Deadline, rung: str) -> str:
    """What the rung says, by its title; one that is no longer on the ladder without words of its own."""
    ladder = book.ladders.get(deadline.ladder)
    titles = {each.key: each.title for each in ladder.rungs} if ladder else {}
    return upper_first(titles.get(rung, "a step that is not on the ladder any more"))


def reason(code: str) -> str:
    """A reason that the record keeps as a choice, in words."""
    if code in {each.value for each in DelayReason}:
        return REASONS[DelayReason(code)]
    return STANDSTILLS.get(code, code.replace("-", " ").replace("_", " "))
