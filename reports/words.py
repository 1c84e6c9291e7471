"""Codes of the record in the office's words: marks of colour, decisions, kinds of message, sources of figures."""

from __future__ import annotations

import re

from config import clock
from models.records.asks import GateAnswer
from models.records.delays import ExtensionState
from models.records.meetings import Meeting, MeetingKind, MeetingState, is_on
from models.records.messages import MessageState
from models.records.standing import Standing
from models.rules.considering import SPOKEN_WHY_DECLINED
from models.rules.outcomes import SPOKEN
from models.rules.rag import Rag
from models.rules.spoken import spoken

MARKS = {Rag.BLUE: "🔵", Rag.GREEN: "🟢", Rag.AMBER: "🟠", Rag.RED: "🔴", Rag.GREY: "⚪"}
TO_BE_CONFIRMED = "default, to be confirmed by the board"
WORDS_OF_MARKS = {"D": TO_BE_CONFIRMED, "G": "not verified"}
_OUR_NUMBERS = re.compile(r" ?\((?:BD-\d+(?:, | and | to )?)+\)")  # of statements, for those who check the figures
SOME_DECISION = "A decision"
NOTHING_YET = "nothing yet"
GIVEN_UP = "given up"

DECISIONS = {  # (gate, what was decided) -> in words that may stand on a page
    ("start-review", "start"): "A review is to begin",
    ("start-serious-case-review", "start"): "A review is to begin",
    ("partners-agreement", "agree"): "The review may begin",
    ("partners-agreement", "disagree"): "The review does not take place",
    ("reviewer-commissioned", "recorded"): "The independent reviewer is commissioned",
    ("initial-meeting", "recorded"): "The initial meeting was held",
    ("panel-conclusion", "recorded"): "The panel has come to a conclusion",
    ("partners-sign-off", "recorded"): "The rapid review is signed off",
    ("wish-for-a-review", "recorded"): "The national panel's wish for a review is decided on",
    ("update-meetings", "plan"): "Update meetings of the panel are planned",
    ("update-meetings", "replace"): "Update meetings of the panel are planned anew",
    ("terms-circulated", "recorded"): "The draft terms of reference were circulated",
    ("terms-go-on", "recorded"): "The panel goes on with the terms of reference",
    ("draft-report", "recorded"): "The draft report has arrived",
    ("sign-off", "recorded"): "The panel has signed off the report",
    ("board-approval", "recorded"): "Report and action plan are approved",
    ("publication", "recorded"): "The learning is published",
    ("publication-day", "recorded"): "The day of the publication is set",
    ("publication-withheld", "awaiting"): "The report awaits parallel proceedings",
    ("publication-withheld", "later"): "The report is published later than was planned",
    ("publication-withheld", "not"): "The report is not to be published",
    ("publication-advice", "stands"): "The advice of the national panel is regarded, the decision stands",
    ("publication-advice", "changed"): "The advice of the national panel is regarded, the report is to be published",
    ("learning-brief", "recorded"): "The learning brief is published",
    ("report-published", "recorded"): "The report is published",
    ("website-looked-at", "stays"): "The report stays on the website",
    ("website-looked-at", "down"): "The report is taken down from the website",
    ("progress-check", "asked"): "The reviewer was asked in writing how the review is coming on",
    ("progress-check", "replied"): "The reviewer has replied, and time and quality were checked",
    ("progress-check", "checked"): "The time that the review takes and its quality were checked",
    ("restriction", "restricted"): "Nothing of the review may be published",
    ("restriction", "released"): "The review may be published again",
    ("plan-handover", "recorded"): "The action plan is handed over to the monitoring committee",
    ("plan-looked-at", "recorded"): "The monitoring committee has looked at the action plan",
    ("initial-meeting-again", "recorded"): "The initial meeting was held again and the timetable is set anew",
    ("panel-read", "recorded"): "The panel has read returns",
    ("agencies-changed", "recorded"): "The agencies that take part have changed",
    ("more-time", "granted"): "More time is granted",
    ("more-time", "refused"): "More time is not granted",
    ("waive", "waived"): "Something owed is waived",
    **{("panel-recommendation", each.value): f"The panel recommends: {words}" for each, words in SPOKEN.items()},
    **{("consideration-decision", each.value): f"Decided: {words}" for each, words in SPOKEN.items()},
    ("referral-withdrawn", "recorded"): "The referral is withdrawn",
    ("pause", "clock-stopped"): "The review pauses",
    ("pause", "clock-goes-on"): "The review goes on",
    ("start-discussion", "start"): "A case discussion is to begin",
    ("discussion-accepted", "recorded"): "The group has accepted the case discussion",
    **{
        ("discussion-declined", each.value): f"The group has declined the case discussion: {words}"
        for each, words in SPOKEN_WHY_DECLINED.items()
    },
    ("facilitator-named", "recorded"): "The independent facilitator is named",
    ("discussion-held", "recorded"): "The case discussion was held, in its four parts",
    ("discussion-report", "recorded"): "The report of the case discussion has arrived",
    ("group-receives", "recorded"): "The group has received the report of the case discussion",
    ("board-receives", "recorded"): "The Board has received the report of the case discussion",
    ("plan-approval", "recorded"): "Actions of the plan are approved",
    ("actions-closed", "recorded"): "The committee has decided about closing actions",
    ("committee-looked", "recorded"): "The committee has looked at late actions",
    ("actions-impact", "recorded"): "The committee has judged what actions have changed",
    ("action-set-aside", "owner"): "An action has another owner",
    ("action-set-aside", "paused"): "An action pauses",
    ("action-set-aside", "resumed"): "An action goes on after its pause",
    ("action-set-aside", "aside"): "An action is set aside",
    ("plan-closed", "recorded"): "The action plan is closed",
}

MESSAGES = {  # kind of message -> what it is
    "accuracy_check": "Letter asking for a check of the draft report",
    "agency_joined": "Letter to an agency that takes part from now on",
    "agency_left": "News to an agency that it takes no part any more",
    "approved": "News that the report is approved",
    "arrival_recorded": "Thanks for something that arrived",
    "ask_agreement": "Letter asking for agreement to the review",
    "ask_author": "Letter asking for the name of an author",
    "author_changed": "Confirmation of a new author",
    "author_away": "News that an agency's author is away",
    "author_commissioned": "Commissioning letter to an author",
    "clock_goes_on": "News that the review goes on, with the new dates",
    "clock_stopped": "News that the review pauses",
    "ask_other_children": "Request for a word about other children",
    "consideration_decided": "News that a consideration is decided",
    "consideration_opened": "News of a consideration, with its dates",
    "decision_asked": "Letter asking for the decision",
    "referral_received": "Thanks for a referral",
    "scoping_request": "Request for a scoping summary",
    "secure_records": "Request to secure records",
    "action_noted": "Word that what an owner said is noted",
    "action_to_accept": "Letter asking to accept actions",
    "action_words_wanted": "Question how actions are coming on",
    "correction": "Correction of a note about lateness",
    "decision_recorded": "Confirmation of a decision",
    "delay_told": "Letter telling of a delay and its reason",
    "late_board_member": "Note about lateness to a Board member",
    "late_chair": "Note about lateness to whoever decides what happens",
    "late_chief_officer": "Letter about lateness to a chief officer",
    "late_lead": "Note about lateness to an agency's lead",
    "late_owner": "Note about lateness to the person who owes it",
    "limit_warning": "Warning that the timetable ends after the limit",
    "manager_digest": "The office's morning mail",
    "meeting_cancelled": "Cancellation of a meeting",
    "meeting_invitation": "Invitation to a meeting",
    "meeting_moved": "Invitation to a meeting that was changed",
    "meeting_series": "Invitation to several meetings",
    "more_time_asked": "Letter asking for a decision about more time",
    "more_time_decided": "Answer to a request for more time",
    "no_comment": "Note that no comment is assumed",
    "not_wanted": "News that something is not wanted any more",
    "nudge": "Nudge in a Teams channel",
    "panel_questions": "Letter with word of the panel's questions",
    "plan_handed_over": "Letter handing over the action plan",
    "progress_at_risk": "Note to an agency's lead that a return is at risk",
    "progress_question": "Question how a return is coming on",
    "published": "News that the learning is published",
    "recorded_by_mistake": "News that something was recorded by mistake",
    "reminder": "Reminder",
    "response_asked": "Letter asking for an agency's response to the report",
    "return_accepted": "Thanks for a return that the panel has accepted",
    "review_concluded": "News that the partners have signed off",
    "reviewer_commissioned": "Commissioning letter to the reviewer",
    "summary_wanted": "Urgent letter asking to keep records safe and for a summary",
    "terms_circulated": "Letter asking for agreement to the terms of reference",
    "terms_settled": "News that the terms of reference are settled",
    "things_wanted": "Letter asking for what is owed",
    "timetable_changed": "Letter with changed dates",
    "timetable_set": "Letter with the timetable",
}

MEETINGS = {  # what a meeting is for
    MeetingKind.INITIAL: "initial meeting",
    MeetingKind.BRIEFING: "briefing of the authors",
    MeetingKind.UPDATE: "update meeting",
    MeetingKind.DRAFT: "panel on the draft report",
    MeetingKind.LEARNING_EVENT: "learning event",
    MeetingKind.BOARD: "meeting that approves the report",
    MeetingKind.CONSIDERATION: "consideration panel",
}

MEETING_STATES = {
    MeetingState.PLANNED: "planned",
    MeetingState.HELD: "held",
    MeetingState.CANCELLED: "cancelled",
}

EXTENSIONS = {  # what became of a request for more time
    ExtensionState.ASKED: "asked for, not decided yet",
    ExtensionState.GRANTED: "granted",
    ExtensionState.REFUSED: "refused",
    ExtensionState.OVERTAKEN: "not needed any more",
}

STATES = {  # where messages stand -> how they are counted
    MessageState.SENT: "sent",
    MessageState.WAITING: "waiting to go",
    MessageState.SENDING: "going at this moment",
    MessageState.HELD: "waiting for your release",
    MessageState.FAILED: "could not be sent",
    MessageState.WITHDRAWN: "not sent because not needed any more",
}


def decision_words(gate: str, decision: str) -> str:
    """What was decided, in fixed words; never those of a person."""
    return DECISIONS.get((gate, decision), SOME_DECISION)


def taken_back_words(answer: GateAnswer) -> str:
    """That the decision does not stand any more, and since when; empty while it stands."""
    return f"; taken back on {spoken(clock.local(answer.taken_back_at).date())}" if answer.taken_back_at else ""


def message_words(kind: str) -> str:
    """What kind of message it is; one not listed by its own words."""
    return MESSAGES.get(kind, kind.replace("_", " "))


def meeting_words(meeting: Meeting) -> str:
    """The meeting as people say it, "update meeting of Friday 12 June 2026"."""
    return f"{MEETINGS[meeting.kind]} of {spoken(is_on(meeting))}"


def source_words(source: str, mark: str) -> str:
    """The source of a figure; what is no more than a default, or was not verified, says so."""
    source = _OUR_NUMBERS.sub("", source)
    missing = [WORDS_OF_MARKS[one] for one in mark.split(", ") if one in WORDS_OF_MARKS]
    said = [words for words in missing if words not in source]
    return "; ".join([source, *said]) if source else "; ".join(said)


def standing_words(row: Standing) -> str:
    """Colour and words of something owed: the colour never without its words."""
    settled = not row.is_open and row.rag is not Rag.BLUE
    return f"{MARKS[Rag.GREY if settled else row.rag]} {row.words}"
