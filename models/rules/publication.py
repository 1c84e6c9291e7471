"""Where the publication of a report may stand and where it may go from there, and which days are fit for it.

Source: B.3, rows 9 to 13 (the states P:17; the days D: default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.rules.spoken import spoken
from models.rules.working_days import ONE_DAY, Calendar, is_working_day, why_off

DAYS_BEFORE_HOLIDAYS = 3  # working days before days off in the week on which a publication is warned of (D)
BEFORE_PUBLICATION = {  # what comes some days before a publication, by its kind (B.3, rows 7, 8 and 13)
    "agency_response": "the agencies’ responses",
    "family_told": "telling family and practitioners",
    "copy_panel": "the copy to the national panel",
    "copy_ofsted": "the copy to Ofsted",
    "copy_dfe": "the copy to the Department for Education",
}
COPIES = frozenset({"copy_panel", "copy_ofsted", "copy_dfe"})
SPREADS = COPIES | {  # what nobody may have done while it is restricted (F-14)
    "learning_note", "learning_passed_on", "learning_spread", "cascade",
}  # fmt: skip
# what stands still while it is held
STEPS = frozenset({"publication", "publication_day", *BEFORE_PUBLICATION, *SPREADS})


class PublicationState(StrEnum):
    """Where the publication of one report stands."""

    NOT_PLANNED = "not-planned"
    PLANNED = "planned"
    AWAITING_PROCEEDINGS = "awaiting-proceedings"
    DECIDED_AGAINST = "decided-against"
    PUBLISHED = "published"
    NOT_PUBLISHED = "not-published"  # an end
    TAKEN_DOWN = "taken-down"  # an end
    KEPT = "kept"  # an end


PLAIN: Mapping[PublicationState, str] = {
    PublicationState.NOT_PLANNED: "no day is set yet",
    PublicationState.PLANNED: "planned",
    PublicationState.AWAITING_PROCEEDINGS: "awaiting parallel proceedings",
    PublicationState.DECIDED_AGAINST: "decided not to publish, the advice of the national panel to be regarded",
    PublicationState.PUBLISHED: "published",
    PublicationState.NOT_PUBLISHED: "decided not to publish",
    PublicationState.TAKEN_DOWN: "no longer published, copies on request",
    PublicationState.KEPT: "published, and stays so",
}

MOVES: Mapping[PublicationState, tuple[PublicationState, ...]] = {
    PublicationState.NOT_PLANNED: (
        PublicationState.PLANNED, PublicationState.AWAITING_PROCEEDINGS, PublicationState.DECIDED_AGAINST,
    ),
    PublicationState.PLANNED: (
        PublicationState.PLANNED, PublicationState.PUBLISHED, PublicationState.AWAITING_PROCEEDINGS,
        PublicationState.DECIDED_AGAINST,
    ),
    PublicationState.AWAITING_PROCEEDINGS: (
        PublicationState.NOT_PLANNED, PublicationState.PLANNED, PublicationState.DECIDED_AGAINST,
    ),
    PublicationState.DECIDED_AGAINST: (PublicationState.NOT_PUBLISHED, PublicationState.NOT_PLANNED),
    PublicationState.PUBLISHED: (PublicationState.TAKEN_DOWN, PublicationState.KEPT),
    PublicationState.NOT_PUBLISHED: (),
    PublicationState.TAKEN_DOWN: (),
    PublicationState.KEPT: (),
}  # fmt: skip

STANDS_STILL = frozenset({PublicationState.AWAITING_PROCEEDINGS, PublicationState.DECIDED_AGAINST})

# what is published together, one by one confirmed (B.3, row 10)
PACK: Mapping[str, str] = {
    "overview_report": "Overview report",
    "response": "Written response to it",
    "media_statement": "Statement to the media",
    "learning_brief": "Learning brief",
}


class IllegalPublicationMove(Exception):
    """A publication may not go there from where it stands."""


def insist_on_move(state: PublicationState, to: PublicationState) -> None:
    """Nothing happens when `to` may follow `state`. Raises IllegalPublicationMove."""
    if to not in MOVES[state]:
        raise IllegalPublicationMove(f"{to.value} may not follow {state.value}")


def has_ended(state: PublicationState) -> bool:
    """True when nothing more becomes of the publication."""
    return not MOVES[state]


def next_year_end(day: date) -> date:
    """The next 31 March, `day` itself among them (D: default, to be confirmed by the board)."""
    this_year = date(day.year, 3, 31)
    return this_year if day <= this_year else date(day.year + 1, 3, 31)


def concerns_of_day(
    day: date, today: date, last_days: Mapping[str, date], limit_on: date | None, calendar: Calendar
) -> list[str]:  # fmt: skip
    """What speaks against a publication on that day, in words; blackout days are not among it, they are refused.

    `last_days` are the days by which each step before the publication is to be done, by its kind.
    """
    found = []
    if not is_working_day(day, calendar):
        found.append(f"{spoken(day)} is {why_off(day, calendar)}")
    holiday = _days_off_ahead(day, calendar)
    if holiday is not None:
        found.append(f"{spoken(day)} is just before {why_off(holiday, calendar)}, {spoken(holiday)}")
    short = [
        BEFORE_PUBLICATION[kind] for kind, last_on in last_days.items()
        if kind in BEFORE_PUBLICATION and last_on < today
    ]  # fmt: skip
    if short:
        found.append(f"there is no time left for {', '.join(short)}")
    if limit_on is not None and day > limit_on:
        found.append(f"it is after the limit of the review, {spoken(limit_on)}")
    return found


def _days_off_ahead(day: date, calendar: Calendar) -> date | None:
    """The first day off in the week that follows within so many working days; weekends are none."""
    ahead, counted = day + ONE_DAY, 0
    while counted < DAYS_BEFORE_HOLIDAYS:
        if ahead in calendar.weekdays_off:
            return ahead
        counted += is_working_day(ahead, calendar)
        ahead += ONE_DAY
    return None
