"""How a follow-up is rehearsed: a review that one agency undertakes of its own practice."""

from __future__ import annotations

from flows.courses.follow_up import course
from flows.questions.follow_up import FOLLOW_UP_MENU, REVIEWING_AGENCY
from flows.rehearsal.cast import Cast, Part


def name_agency(cast: Cast) -> None:
    """The first of the agencies reviews its own practice, where that is not known yet."""
    if REVIEWING_AGENCY.name in cast.stage.offers():
        cast.stage.go_to(REVIEWING_AGENCY.name)
        cast.stage.answer("named", agency=next(iter(cast.book.board.agencies)))


PART = Part(
    course=course,
    menu=FOLLOW_UP_MENU,
    order=("agency_named", "review_notified", "review_ended", "learning_shared", "learning_passed_on"),
    decisions={},
    special={"agency_named": name_agency},
)
