"""The words that configuration may use where only certain words make sense."""

from __future__ import annotations

import re
from typing import Literal

Unit = Literal["working-days", "days", "weeks", "months"]
Roll = Literal["forward", "keep"]
Act = Literal["mail", "letter", "task", "agenda-item", "register-entry"]
MessageClass = Literal["request", "reminder", "lateness"]
Release = Literal["automatic", "person"]
CompletedMeans = Literal["board-approval", "publication"]
Partner = Literal["local-authority", "police", "health"]
Message = Literal[
    "",
    "reminder",
    "progress_question",
    "late_owner",
    "late_lead",
    "late_board_member",
    "late_chief_officer",
    "late_chair",
    "no_comment",
]
Purpose = Literal[
    "board",
    "executive",
    "case_review",
    "review_panel",
    "monitoring",
    "training",
    "policy",
    "cdop",
    "education",
    "exploitation",
    "health",
    "online_safety",
    "practitioner_forum",
]

# The kinds of process that an edition may name; models/rules/processes.py says what each is.
KINDS_OF_PROCESS = frozenset(
    {
        "plr",
        "scr-consideration",
        "serious-case-review",
        "rapid-review",
        "case-discussion",
        "follow-up",
        "action-plan",
    }
)

CLASS_OF_MESSAGE = {
    "reminder": "reminder",
    "progress_question": "request",
    "late_owner": "lateness",
    "late_lead": "lateness",
    "late_board_member": "lateness",
    "late_chief_officer": "lateness",
    "late_chair": "lateness",
    "no_comment": "lateness",
}

SENT_ACTS = frozenset({"mail", "letter"})
COMMITTEE_ACTS = frozenset({"agenda-item", "register-entry"})

# Figures that rules work with; each stands in guidance/common.toml with its source.
ALLOWANCES = {
    "extension": "working-days",
    "extensions_granted": "times",
    "extension_decided": "working-days",
    "returned": "working-days",
    "new_author": "working-days",
    "joined_return": "working-days",
    "joined_other": "working-days",
    "papers_before_meeting": "working-days",
    "paper_issued_before": "working-days",
    "pause_looked_at": "working-days",
    "time_to_read": "working-days",
    "accuracy_check": "working-days",
    "letter_answered": "working-days",
    "action_extensions": "times",
    "action_extensions_of_board": "times",
    "progress_asked_before": "working-days",
    "progress_answered": "working-days",
    "progress_is_fresh": "working-days",
    "agenda_called_before": "working-days",
    "papers_out_before": "working-days",
    "actions_told_after": "working-days",
    "minutes_after": "working-days",
}  # the unit in which rules count each

# Questions that are decisions; who may take each stands in guidance/common.toml or in an edition.
GATES = frozenset(
    {
        "start-review",
        "partners-agreement",
        "reviewer-commissioned",
        "initial-meeting",
        "initial-meeting-again",
        "agencies-changed",
        "update-meetings",
        "terms-circulated",
        "terms-go-on",
        "panel-read",
        "draft-report",
        "sign-off",
        "board-approval",
        "publication",
        "plan-handover",
        "plan-looked-at",
        "more-time",
        "more-time-limit",
        "waive",
        "pause",
        "start-serious-case-review",
        "publication-day",
        "publication-withheld",
        "publication-advice",
        "learning-brief",
        "report-published",
        "website-looked-at",
        "progress-check",
        "restriction",
        "start-discussion",
        "discussion-accepted",
        "discussion-declined",
        "facilitator-named",
        "discussion-held",
        "discussion-report",
        "group-receives",
        "board-receives",
        "panel-conclusion",
        "partners-sign-off",
        "wish-for-a-review",
        "panel-recommendation",
        "consideration-decision",
        "referral-withdrawn",
        "plan-approval",
        "actions-closed",
        "action-more-time",
        "action-more-time-board",
        "action-set-aside",
        "committee-looked",
        "actions-impact",
        "plan-closed",
    }
)

# Who can be in a contact list.
AGENCY_CONTACTS = frozenset(
    {"chief_officer", "board_member", "agency_lead", "imr_lead", "s11_lead", "dataset_owner", "training_lead"}
)
BOARD_CONTACTS = frozenset(
    {
        "business_manager",
        "deputy_manager",
        "independent_chair",
        "independent_chair_deputy",
        "panel_chair",
        "panel_chair_deputy",
        "strategic_partners",
        "monitoring_chair",
        "training_lead",
    }
)
# In which capacity a decision can be taken.
DECIDERS = BOARD_CONTACTS - {"training_lead"}
# Who speaks for a committee that approves reports; who speaks for the Board is a gate of the edition.
SPEAKS_FOR = {"executive": "strategic_partners", "monitoring": "monitoring_chair"}
# Who is named when a process runs, and so stands in no contact list.
NAMED_LATER_IN_AGENCY = frozenset({"imr_author", "action_owner"})
NAMED_LATER_BY_BOARD = frozenset({"independent_reviewer", "facilitator"})

OFFICE = frozenset({"business_manager", "deputy_manager"})
AGENCY_OWNERS = (AGENCY_CONTACTS | NAMED_LATER_IN_AGENCY) - {"training_lead"}
ROLES = AGENCY_CONTACTS | BOARD_CONTACTS | NAMED_LATER_IN_AGENCY | NAMED_LATER_BY_BOARD
NEEDED_IN_EACH_AGENCY = ("agency_lead",)
NEEDED_AT_THE_BOARD = (
    "business_manager",
    "independent_chair",
    "panel_chair",
    "monitoring_chair",
    "strategic_partners",
)

# Board members and everybody above them: nothing goes to them unseen.
NEVER_UNSEEN = frozenset(
    {
        "board_member",
        "chief_officer",
        "panel_chair",
        "panel_chair_deputy",
        "monitoring_chair",
        "strategic_partners",
        "independent_chair",
        "independent_chair_deputy",
    }
)

PERSONAL_DOMAINS = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "ntlworld.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
    }
)

KEY = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
_ONE_MARK = r"(S:\d{3}|P:\d{1,3}|G|D|B)"  # B: decided by the board itself
MARK = rf"^{_ONE_MARK}(, {_ONE_MARK})*$"
DOMAIN = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
_BEFORE_THE_AT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_AFTER_THE_AT = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
EMAIL = re.compile(rf"{_BEFORE_THE_AT}(\.{_BEFORE_THE_AT})*@{_AFTER_THE_AT}(\.{_AFTER_THE_AT})+")
NOT_IN_A_MAIL = re.compile(r"\b(scr|imr|death|died|abuse|abused|neglect|serious case)\b", re.IGNORECASE)
TO_BE_CONFIRMED = "default, to be confirmed by the board"
CLAIMS_AUTHORITY = re.compile(r"\b(guidance|statut\w*|law|legal|regulations?|working together)\b", re.IGNORECASE)


def is_email(text: str) -> bool:
    """Whether the text is one plain e-mail address."""
    return len(text) <= 254 and EMAIL.fullmatch(text) is not None


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()
