"""How the review of a serious case, or its successor under a later edition, begins and what comes of its publication.

All else it shares with the other reviews (practice_learning_review.py; `courses.py` says where they differ). Each
function belongs into the transaction of the decision that brings it about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from config import clock
from flows.steps import letters
from flows.steps import practice_learning_review as review
from flows.steps.arrivals import meet_slot
from flows.steps.courses import TOWARDS_PUBLICATION, course_of
from flows.steps.opening import opens
from flows.steps.practice_learning_review import close_if_complete, limits_kept
from models.records.boards import Agency, Board
from models.records.chasing import (
    deadline_in,
    deadlines_of,
    end_deadline,
    move_deadline,
    open_deadline,
    reopen_deadline,
    weigh_standstill,
)
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import history_of, write_history
from models.records.moving import (
    agencies_in_scope,
    event_happened,
    event_moved,
    open_deadlines,
    open_process,
    plan_of,
)
from models.records.processes import Process, anchors_of
from models.records.publications import (
    Publication,
    confirm_pack,
    expect_publication,
    give_copy,
    move_publication,
    plan_publication,
    publication_of,
    publish_brief,
)
from models.rulebook import RuleBook
from models.rules.planning import PUBLICATION, PUBLICATION_DAY
from models.rules.publication import BEFORE_PUBLICATION, STEPS, PublicationState, concerns_of_day
from models.rules.spoken import spoken
from models.rules.timetable import DueDate, Period, Unit, moved
from models.rules.working_days import add_working_days, next_working_day, previous_working_day

KIND = "serious-case-review"
WITHHOLDING = "withholding"
CHECK = "progress_check"  # the kind under [recurring.serious-case-review]
ASKED = "reviewer asked in writing"
AFTER_WITHHOLDING = ("panel_told", "panel_advice")


@opens(KIND)
def open_review(
    session: Session, book: RuleBook, board: Board, decided_on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """The review is being set up from the day of the decision on, from which its limit counts too."""
    process = open_process(session, book, board, KIND, secure_place, agencies, parent)
    expect_publication(session, process)
    event_happened(session, book, process, "decision", decided_on)
    open_deadlines(session, book, process, course_of(KIND).to_set_up)
    return process


def the_publication(session: Session, process: Process) -> Publication:
    """The publication of such a review. Raises ValueError for a process that has none."""
    known = publication_of(session, process)
    if known is None:
        raise ValueError("this process has no report that is published")
    return known


# --- the day ------------------------------------------------------------------------------------------------------


def why_not_on(session: Session, book: RuleBook, process: Process, day: date) -> list[str]:
    """What speaks against a publication on that day, in words."""
    limit = deadline_in(session, process, "limit")
    limit_on = limit.due_on if limit is not None and limit.state is DeadlineState.OPEN else None
    still = {each.kind for each in deadlines_of(session, process, only_open=True)}
    known = {each.kind for each in deadlines_of(session, process)}
    last_days = {
        kind: last_on for kind, last_on in _last_days_before(book, process, day).items()
        if kind in still or kind not in known
    }  # fmt: skip
    return concerns_of_day(day, clock.today(), last_days, limit_on, book.calendar)


def _last_days_before(book: RuleBook, process: Process, day: date) -> Mapping[str, date]:
    return {
        each.kind: moved(day, each.offset, each.unit, book.calendar)
        for each in book.periods_of(process.kind, process.guidance)
        if each.kind in BEFORE_PUBLICATION
    }


def day_set(session: Session, book: RuleBook, process: Process, on: date, planned_on: date) -> None:
    """The report is to be published on that day; what comes before is owed by it, and the agencies are asked."""
    publication = the_publication(session, process)
    plan_publication(session, process, publication, on, planned_on)
    meet_slot(session, process, "publication_day", on)
    if event_moved(session, process, PUBLICATION_DAY, planned_on) is None:
        event_happened(session, book, process, PUBLICATION_DAY, planned_on)
    _weigh(session, book, process)
    _owe_before_the_day(session, book, process)
    letters.ask_for_responses(session, process, planned_on)


def _owe_before_the_day(session: Session, book: RuleBook, process: Process) -> None:
    """What comes before a publication is owed by its own date, or by the next working day where that is past: nothing
    is late on the day on which it is asked for."""
    dates = plan_of(session, book, process).by_kind
    earliest = add_working_days(clock.today(), 1, book.calendar)
    for period in book.periods_of(process.kind, process.guidance):
        if period.kind not in (PUBLICATION, *TOWARDS_PUBLICATION):
            continue
        due = dates[period.kind]
        if period.kind != PUBLICATION and due.working_target_on < earliest:
            why = f"{spoken(earliest)}, because the day of the publication leaves no more time."
            due = DueDate(period.kind, PUBLICATION_DAY, clock.today(), 1, Unit.WORKING_DAYS, earliest, earliest, why)
        for agency in agencies_in_scope(session, process) if period.per_agency else (None,):
            deadline = open_deadline(session, book, process, period, due, agency)
            if deadline.state is DeadlineState.OPEN:
                move_deadline(session, book, process, deadline, due, "the day of the publication was set")


# --- not published as planned (B.3, row 9) -------------------------------------------------------------------------


def withheld(session: Session, book: RuleBook, process: Process, to: PublicationState, on: date) -> None:
    """The report is not published for the time being, or not at all: its steps are held, and the national panel is to
    be told and its advice regarded before the day that was planned."""
    publication = the_publication(session, process)
    planned_on = publication.planned_on
    if to is not publication.state:
        move_publication(session, process, publication, to, on)
    _tell_the_panel(session, book, process, on, planned_on)
    _weigh(session, book, process)


def put_off(session: Session, book: RuleBook, process: Process, on: date, planned_on: date) -> None:
    """The report is published on a later day than was planned, which the national panel is told as well."""
    before = the_publication(session, process).planned_on
    day_set(session, book, process, on, planned_on)
    _tell_the_panel(session, book, process, on, before)


def _tell_the_panel(session: Session, book: RuleBook, process: Process, on: date, planned_on: date | None) -> None:
    if event_moved(session, process, WITHHOLDING, on) is None:
        event_happened(session, book, process, WITHHOLDING, on)
    dates = plan_of(session, book, process).by_kind
    for kind in AFTER_WITHHOLDING:
        due = _before_the_day(dates[kind], planned_on, book)
        period = book.period(process.kind, process.guidance, kind)
        deadline = open_deadline(session, book, process, period, due)
        if deadline.state is DeadlineState.OPEN:
            move_deadline(session, book, process, deadline, due, "before the day that was planned")
        else:
            reopen_deadline(session, book, process, deadline, "decided anew", due)


def _before_the_day(due: DueDate, planned_on: date | None, book: RuleBook) -> DueDate:
    """The date, or the working day before the planned publication where that is earlier; never a day that is past."""
    if planned_on is None or planned_on > due.due_on:
        return due
    latest = previous_working_day(planned_on - timedelta(days=1), book.calendar)
    by = max(latest, add_working_days(clock.today(), 0, book.calendar))
    why = f" Brought forward to {spoken(by)}, because the publication was planned for {spoken(planned_on)}."
    return DueDate(due.kind, "circulation", due.anchor_on, due.offset, due.unit, by, by, due.explanation + why)


def advice_regarded(session: Session, book: RuleBook, process: Process, on: date, *, stands: bool) -> None:
    """With the advice of the national panel regarded the decision stands, or a day for publication is wanted again."""
    publication = the_publication(session, process)
    meet_slot(session, process, "panel_advice", on)
    if not stands and publication.state in (PublicationState.AWAITING_PROCEEDINGS, PublicationState.DECIDED_AGAINST):
        move_publication(session, process, publication, PublicationState.NOT_PLANNED, on)
        _weigh(session, book, process)
        _want_a_day(session, book, process)
    elif publication.state is PublicationState.DECIDED_AGAINST:
        move_publication(session, process, publication, PublicationState.NOT_PUBLISHED, on)
        for deadline in deadlines_of(session, process, only_open=True):
            if deadline.kind in STEPS:
                end_deadline(session, process, deadline, DeadlineState.ENDED, "the report is not published")
        _completed(session, book, process, on)
        close_if_complete(session, process)


def _want_a_day(session: Session, book: RuleBook, process: Process) -> None:
    owed = deadline_in(session, process, "publication_day")
    if owed is not None and owed.state is not DeadlineState.OPEN:
        period = book.period(process.kind, process.guidance, "publication_day")
        due_on = add_working_days(clock.today(), period.offset, book.calendar)
        why = f"{period.offset} working days after it was decided that the report is published after all."
        due = DueDate(owed.kind, "circulation", clock.today(), period.offset, period.unit, due_on, due_on, why)
        reopen_deadline(session, book, process, owed, "the report is published after all", due)


# --- published, and what comes after -------------------------------------------------------------------------------


def pack_confirmed(session: Session, process: Process, items: Sequence[str]) -> None:
    """These parts of the pack are ready."""
    confirm_pack(session, process, the_publication(session, process), items)


def brief_published(session: Session, process: Process, on: date) -> None:
    """The learning brief is published, and agencies hear so; the report may follow later (B.3, row 11)."""
    publication = the_publication(session, process)
    publish_brief(session, process, publication, on)
    confirm_pack(session, process, publication, ("learning_brief",))
    letters.tell_published(session, process, on, "brief")


def report_published(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The report is published; it stays on the website for twelve months at least (B.3, rows 11 and 12)."""
    publication = the_publication(session, process)
    move_publication(session, process, publication, PublicationState.PUBLISHED, on)
    publication.published_on = on
    session.add(publication)
    event_happened(session, book, process, PUBLICATION, on)
    meet_slot(session, process, PUBLICATION, on)
    open_deadlines(session, book, process, ("web_review",))
    _completed(session, book, process, on)
    letters.tell_published(session, process, on, "report")


def website_looked_at(session: Session, process: Process, on: date, *, stays: bool) -> None:
    """After twelve months the report stays on the website, or is taken down and copied on request."""
    to = PublicationState.KEPT if stays else PublicationState.TAKEN_DOWN
    move_publication(session, process, the_publication(session, process), to, on)
    meet_slot(session, process, "web_review", on)
    close_if_complete(session, process)


def copy_given(session: Session, process: Process, on: date) -> int:
    """Somebody had a copy on request; gives back how many there have been."""
    publication = the_publication(session, process)
    give_copy(session, process, publication, on)
    return publication.copies_given


def _completed(session: Session, book: RuleBook, process: Process, on: date) -> None:
    if book.completed_by(process.kind, process.guidance) == PUBLICATION:
        limits_kept(session, book, process, on)


def _weigh(session: Session, book: RuleBook, process: Process) -> None:
    """What leads up to the publication stands still, or goes on."""
    for deadline in deadlines_of(session, process, only_open=True):
        if deadline.kind in STEPS:
            weigh_standstill(session, book, process, deadline)


# --- checks of time and quality, where the edition asks for them (B.15, row 7a) -------------------------------------


def set_timetable(session: Session, book: RuleBook, process: Process) -> None:
    """As for every review, and the first check of time and quality is owed where the edition asks for such."""
    review.set_timetable(session, book, process)
    met_on = anchors_of(session, process.id or 0).get("initial-meeting")
    if met_on is not None and not deadlines_of(session, process, CHECK):
        _owe_check(session, book, process, met_on, "the initial meeting")


def asked_on(session: Session, process: Process, check: Deadline) -> date | None:
    """The day on which the reviewer was asked in writing for that check."""
    known = [each for each in history_of(session, process.id or 0) if each.deed == ASKED]
    days = [each.facts["on"] for each in known if each.facts.get("slot") == check.slot]
    return date.fromisoformat(days[-1]) if days else None


def reviewer_asked(session: Session, process: Process, check: Deadline, on: date) -> None:
    """It stands in the record that the reviewer was asked in writing."""
    write_history(session, process, ASKED, {"slot": check.slot, "on": on})


def checked(session: Session, book: RuleBook, process: Process, check: Deadline, on: date) -> Deadline | None:
    """The check is done, and the next one is owed while the review is not approved; gives that one back."""
    meet_slot(session, process, check.slot, on)
    return _owe_check(session, book, process, on, "the last check")


def _owe_check(session: Session, book: RuleBook, process: Process, since: date, event: str) -> Deadline | None:
    row = book.recurring(process.kind, process.guidance, CHECK)
    last = deadline_in(session, process, row.until) if row is not None else None
    if row is None or last is None or last.state is not DeadlineState.OPEN:
        return None
    number = len(deadlines_of(session, process, CHECK)) + 1
    period = Period(
        kind=CHECK, title=row.title, anchor=row.anchor, offset=row.every, unit=Unit(row.unit),
        owner_role="business_manager", ladder="office", source=row.source, mark=row.mark,
    )  # fmt: skip
    due_on = next_working_day(moved(since, row.every, period.unit, book.calendar), book.calendar)
    why = f"{row.every} {row.unit} after {event} on {spoken(since)}."
    due = DueDate(CHECK, "checking", since, row.every, period.unit, due_on, due_on, why)
    return open_deadline(session, book, process, period, due, slot=f"{CHECK}:{number}")
