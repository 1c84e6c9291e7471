"""How a case discussion is rehearsed."""

from __future__ import annotations

from datetime import timedelta

from flows.courses.case_discussion import course
from flows.questions.case_discussion import DISCUSSION_MENU
from flows.rehearsal.cast import Cast, Decision, Part
from models.rules.meeting_dates import next_day_to_meet

FACILITATOR = {
    "facilitator": "Rehearsed Facilitator", "facilitator_email": "facilitator@independent.example",
    "checked_by": "Rehearsal", "belongs_to": "none",
}  # fmt: skip
UNTIL_THE_DISCUSSION = timedelta(weeks=9)


def find_facilitator(cast: Cast) -> None:
    """A facilitator is found, and the day of the discussion set with them."""
    cast.decide("facilitator-named", FACILITATOR)
    if "discussion-day" in cast.stage.offers():
        cast.stage.go_to("discussion-day")
        day = next_day_to_meet(cast.day + UNTIL_THE_DISCUSSION, cast.book.calendar)
        cast.stage.answer("set", day=day.isoformat())


PART = Part(
    course=course,
    menu=DISCUSSION_MENU,
    order=(
        "accepted", "facilitator", "terms", "practitioners", "notes", "discussion", "report", "feedback",
        "group_receives", "board_receives",
    ),
    decisions={
        "accepted": Decision("discussion-accepted"),
        "discussion": Decision("discussion-held"),
        "report": Decision("discussion-report"),
        "group_receives": Decision("group-receives"),
        "board_receives": Decision("board-receives", {"actions": 3, "no_action": False}),
    },
    special={"facilitator": find_facilitator},
)  # fmt: skip
