"""Where the kinds of review differ: from what they are set up, and what is owed after which event.

One row for each kind; whoever does something in a review asks here and does not ask for the kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.rules.stages import Stage


@dataclass(frozen=True)
class Course:
    """One kind of review; the tuples are kinds of what is owed."""

    set_up_at: Stage  # where it stands until its initial meeting
    set_up_from: str  # the event from which on it is set up
    to_set_up: Sequence[str]
    after_initial_meeting: Sequence[str]
    after_approval: Sequence[str]
    handed_over_at: Stage  # where it stands when the action plan may be handed over
    after_handover: Sequence[str]  # what goes on when the plan was handed over, and is not given up by it
    after_commissioning: Sequence[str] = ()  # of a reviewer
    report_is_published: bool = False  # the report itself, in a course of its own, and not its issues alone


LOOKS = ("plan_review_3", "plan_review_6", "plan_review_12")
IN_EVERY_REVIEW = (
    "terms_draft", "commission", "briefing", "chronology", "family_invited", "combined_chronology", "midpoint", "imr",
    "event_invitations", "panel_reads", "learning_event", "draft_report", "draft_meeting", "feedback", "sign_off",
    "board_approval", "plan_handover",
)  # fmt: skip
TOWARDS_PUBLICATION = ("agency_response", "family_told", "copy_panel", "copy_ofsted", "copy_dfe")
WITH_A_REPORT = (
    "board_response", "publication_day", "publication", *TOWARDS_PUBLICATION, "panel_told", "panel_advice",
    "web_review", "annual_report",
)  # fmt: skip

COURSES: Mapping[str, Course] = {
    "plr": Course(
        set_up_at=Stage.PARTNERS_AGREED,
        set_up_from="agreement",
        to_set_up=("author_letters", "reviewer", "initial_meeting"),
        after_initial_meeting=(*IN_EVERY_REVIEW, "publication", "limit"),
        after_approval=LOOKS,
        handed_over_at=Stage.ISSUES_PUBLISHED,
        after_handover=("plan_handover", *LOOKS),
    ),
    "serious-case-review": Course(
        set_up_at=Stage.BEING_SET_UP,
        set_up_from="decision",
        to_set_up=("author_letters", "reviewer", "initial_meeting", "limit"),
        after_initial_meeting=(*IN_EVERY_REVIEW, "liaison", "agency_plan"),
        after_approval=(*LOOKS, "board_response", "publication_day", "publication", "annual_report"),
        handed_over_at=Stage.BOARD_APPROVED,
        after_handover=("plan_handover", *LOOKS, "reviewer_to_panel", *WITH_A_REPORT),
        after_commissioning=("reviewer_to_panel",),
        report_is_published=True,
    ),
}
REVIEWS = tuple(COURSES)
BEING_SET_UP = tuple(each.set_up_at for each in COURSES.values())


def course_of(kind: str) -> Course:
    """The course of a kind of review. Raises KeyError for what is no review."""
    return COURSES[kind]
