"""What happens when a case is considered: agencies are asked, the panel recommends, the Chair decides.

Each function belongs into the transaction of the entry that brings it about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from flows.steps import consideration_letters as letters
from flows.steps import meetings
from flows.steps.after_decision import follow_decision
from flows.steps.letters import put_right
from flows.steps.opening import opens
from models.records.boards import Agency, Board, agencies_of
from models.records.chasing import (
    deadline_in,
    deadlines_of,
    end_deadline,
    meet_deadline,
    open_deadline,
    reopen_deadline,
)
from models.records.considerations import KIND, PANEL_MEMBER, Referral, keep_referral
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import write_history
from models.records.meetings import Meeting, MeetingKind, is_on
from models.records.messages import TaskKind
from models.records.moving import (
    IN_SCOPE,
    agencies_in_scope,
    event_happened,
    event_moved,
    move_to,
    open_deadlines,
    plan_again,
    plan_of,
)
from models.records.moving import open_process as open_in_record
from models.records.processes import Participant, Process, anchors_of
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.considering import ToBook
from models.rules.outcomes import Outcome
from models.rules.planning import What
from models.rules.spoken import spoken
from models.rules.stages import Stage
from models.rules.timetable import DueDate, Unit
from models.rules.working_days import add_working_days

FROM_THE_BEGINNING = (
    "records_secured", "scoping", "panel_booked", "pack", "panel_meeting", "recommendation", "minutes", "decision",
    "limit",
)  # fmt: skip
OF_AGENCIES = ("records_secured", "scoping")
OVER_WITH_THE_DECISION = ("scoping", "panel_booked", "pack", "panel_meeting", "recommendation")
LOCAL_AUTHORITY = "local-authority"
PANEL_DAY = "panel-day"


@dataclass(frozen=True)
class Begun:
    """How a consideration begins: whose days count, what is asked of whom again."""

    notified_on: date
    known_on: date | None = None  # when the incident became known
    referral: Referral | None = None
    recorded_by: str = ""
    is_the_same: bool = False  # another round of the same notification: its month goes on


@opens(KIND)
def open_consideration(
    session: Session, book: RuleBook, board: Board, on: date, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """A case is considered from its notification on; after “more information” as another round of the same one, whose
    month goes on."""
    if parent is not None and parent.kind == KIND:
        known = anchors_of(session, parent.id or 0)
        begun = Begun(known["notification"], known.get("incident-known"), is_the_same=True)
    else:
        begun = Begun(on)
    return begin(session, book, board, begun, agencies, secure_place, parent)


def begin(
    session: Session, book: RuleBook, board: Board, begun: Begun, agencies: Sequence[Agency], secure_place: str,
    parent: Process | None = None,
) -> Process:  # fmt: skip
    """Everything is owed and asked for, and whoever must know of it is told; what overruns is said at once."""
    process = open_in_record(session, book, board, KIND, secure_place, agencies, parent)
    if begun.referral is not None:
        agency = _by_key(session, board, begun.referral.agency)
        keep_referral(session, process, agency, begun.referral, begun.recorded_by)
    _seat_the_panel(session, book, process, board)
    event_happened(session, book, process, "notification", begun.notified_on)
    if begun.known_on is not None:
        event_happened(session, book, process, "incident-known", begun.known_on)
    event_happened(session, book, process, "requests", max(clock.today(), begun.notified_on))
    open_deadlines(session, book, process, FROM_THE_BEGINNING)
    if begun.is_the_same and parent is not None:
        _leave_what_is_done(session, process, parent)
    else:
        _ask_after_other_children(session, book, process, board)
    if begun.referral is not None:
        letters.thank_referrer(session, process, _by_key(session, board, begun.referral.agency), begun.referral)
    for agency in agencies:
        letters.ask_agency(session, process, agency)
    letters.tell_chairs(session, process)
    tell_overrun(session, book, process)
    return process


def _by_key(session: Session, board: Board, key: str | None) -> Agency | None:
    return next((each for each in agencies_of(session, board.id or 0) if each.key == key), None)


def _seat_the_panel(session: Session, book: RuleBook, process: Process, board: Board) -> None:
    """Agencies that a quorum needs are invited to the panel, whether they hold records or not."""
    in_scope = {each.key for each in agencies_in_scope(session, process)}
    needed = {
        key
        for key, each in book.board.agencies.items()
        if each.partner and each.partner in book.board.row.meetings.quorum_partners
    }
    for agency in agencies_of(session, board.id or 0):
        if agency.key in needed - in_scope:
            session.add(
                Participant(
                    process_id=process.id or 0, role=PANEL_MEMBER, agency_id=agency.id, from_on=clock.today()
                )
            )  # fmt: skip
    session.flush()


def _leave_what_is_done(session: Session, process: Process, parent: Process) -> None:
    """Records that were secured in the round before are secured."""
    for before in deadlines_of(session, parent, "records_secured"):
        again = deadline_in(session, process, before.slot)
        if before.state is DeadlineState.MET and again is not None and again.state is DeadlineState.OPEN:
            end_deadline(session, process, again, DeadlineState.ENDED, "secured in the round before")


def _ask_after_other_children(session: Session, book: RuleBook, process: Process, board: Board) -> None:
    """The local authority says on the same day that the safety of other children was considered."""
    agency = local_authority(session, book, board)
    period = book.period(process.kind, process.guidance, "other_children")
    due = plan_of(session, book, process).by_kind["other_children"]
    deadline = open_deadline(session, book, process, period, due, agency)
    letters.ask_other_children(session, process, agency, deadline)


def local_authority(session: Session, book: RuleBook, board: Board) -> Agency | None:
    """The agency that is asked for the local authority: the first that the board's settings name as such."""
    keys = [key for key, each in book.board.agencies.items() if each.partner == LOCAL_AUTHORITY]
    return _by_key(session, board, keys[0]) if keys else None


def referral_joins(
    session: Session, book: RuleBook, process: Process, referral: Referral, recorded_by: str,
    holding_records: Sequence[Agency],
) -> list[str]:  # fmt: skip
    """A second referral of the same incident stands with the first; agencies that were not asked yet are. Gives back
    the names of these.

    Where it was received before the first, the month counts from it.
    """
    board = session.get_one(Board, process.board_id)
    agency = _by_key(session, board, referral.agency)
    keep_referral(session, process, agency, referral, recorded_by)
    if referral.received_on < anchors_of(session, process.id or 0)["notification"]:
        event_moved(session, process, "notification", referral.received_on)
        plan_again(session, book, process, "another referral of the same had been received before")
        tell_overrun(session, book, process)
    letters.thank_referrer(session, process, agency, referral)
    return agencies_hold_records(session, book, process, holding_records)


def agencies_hold_records(session: Session, book: RuleBook, process: Process, agencies: Sequence[Agency]) -> list[str]:
    """These agencies are asked as the others were, and have the same time for it from today; names of the new ones."""
    known = {each.id for each in agencies_in_scope(session, process)}
    new = [each for each in agencies if each.id not in known]
    for agency in new:
        session.add(
            Participant(process_id=process.id or 0, role=IN_SCOPE, agency_id=agency.id, from_on=clock.today())
        )  # fmt: skip
        session.flush()
        write_history(session, process, "agency joined", {"agency": agency.key, "on": clock.today()})
        for period in book.periods_of(process.kind, process.guidance):
            if period.kind in OF_AGENCIES:
                open_deadline(session, book, process, period, _from_today(book, period.kind, period.offset), agency)
        letters.ask_agency(session, process, agency)
    if new:
        meetings.reinvite(session, process)
    return [each.name for each in new]


def _from_today(book: RuleBook, kind: str, working_days: int) -> DueDate:
    today = clock.today()
    due_on = add_working_days(today, working_days, book.calendar)
    why = f"{working_days} working days after the agency was asked on {spoken(today)}."
    return DueDate(kind, "joining", today, working_days, Unit.WORKING_DAYS, due_on, due_on, why)


# --- the panel ------------------------------------------------------------------------------------------------


def panel_booked(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The pack, the meeting and what follows from it are due by the day that was booked."""
    if PANEL_DAY in anchors_of(session, process.id or 0):
        event_moved(session, process, PANEL_DAY, on)
    else:
        event_happened(session, book, process, PANEL_DAY, on)
    plan_again(session, book, process, "the day of the panel was booked")
    meet(session, process, "panel_booked", clock.today())
    tell_overrun(session, book, process)


@meetings.when_meeting_changes(MeetingKind.CONSIDERATION)
def _panel_meeting_changed(session: Session, book: RuleBook, process: Process, meeting: Meeting, what: str) -> None:
    if what == "moved":
        panel_booked(session, book, process, is_on(meeting))
    elif what == "held":
        meet(session, process, "panel_meeting", is_on(meeting))
        pack = deadline_in(session, process, "pack")
        if pack is not None and pack.state is DeadlineState.OPEN:
            end_deadline(session, process, pack, DeadlineState.ENDED, "the panel has met")
    elif what == "cancelled" and process.stage is Stage.REFERRED:
        booked = deadline_in(session, process, "panel_booked")
        if booked is not None:
            days = book.period(process.kind, process.guidance, "panel_booked").offset
            again = _from_today(book, "panel_booked", days)
            reopen_deadline(session, book, process, booked, "the meeting was cancelled", again)


def pack_issued(session: Session, process: Process) -> None:
    """The panel has its pack."""
    meet(session, process, "pack", clock.today())


def panel_recommends(session: Session, book: RuleBook, process: Process, on: date, decider: str) -> None:
    """The panel has recommended; whoever decides is asked to, and has three working days for it."""
    meet(session, process, "recommendation", on)
    event_happened(session, book, process, "recommendation", on)
    move_to(session, process, Stage.RECOMMENDED)
    plan_again(session, book, process, "the panel has recommended")
    letters.ask_for_decision(session, process, decider, on)
    tell_overrun(session, book, process)


# --- the decision ---------------------------------------------------------------------------------------------


def chair_decides(session: Session, book: RuleBook, process: Process, outcome: Outcome, on: date) -> None:
    """The case is decided: nobody is chased for what the panel wanted, everybody concerned hears, and what follows
    from the decision begins."""
    for slot in ("decision", "limit"):
        meet(session, process, slot, on)
    event_happened(session, book, process, "decision", on)
    has_met = deadline_in(session, process, "panel_meeting")
    of_no_meeting = ("minutes",) if has_met is not None and has_met.state is DeadlineState.OPEN else ()
    over = (*OVER_WITH_THE_DECISION, *of_no_meeting)
    for deadline in deadlines_of(session, process, only_open=True):
        if deadline.kind in over:
            end_deadline(session, process, deadline, DeadlineState.ENDED, "the decision was made")
    meetings.cancel_planned(session, process)
    move_to(session, process, Stage.DECIDED)
    letters.tell_decided(session, process, outcome, on)
    put_on_agenda(session, book, process, on)
    follow_decision(session, book, process, outcome, on)


def withdrawn(session: Session, process: Process, on: date) -> None:
    """The referral is withdrawn, and nothing more is asked of anybody."""
    meetings.cancel_planned(session, process)
    letters.tell_withdrawn(session, process, on)
    move_to(session, process, Stage.WITHDRAWN)


def put_on_agenda(session: Session, book: RuleBook, process: Process, on: date) -> None:
    """The Board hears of the decision at its next meeting (B.16)."""
    title = f"For the next agenda of {book.committee_name('board')}: {process.spoken_ref} was decided on {spoken(on)}"
    open_task(
        session, About(process.board_id, process.id, kind=TaskKind.AGENDA_ITEM), title, f"decided:{process.id}:{on}"
    )


def last_days(book: RuleBook, process: Process, limit_on: date) -> ToBook | None:
    """The last day for the panel, never before today, and the last for the decision; None once the month is over."""
    if limit_on < clock.today():
        return None
    days = book.days_to_book(process.kind, process.guidance, limit_on)
    return ToBook(max(days["panel_meeting"], clock.today()), days["decision"])


def tell_overrun(session: Session, book: RuleBook, process: Process) -> ToBook | None:
    """When the dates overrun the month the office has a task that names the two days to book; the panel chair hears.

    Gives back the days; None where the month holds, or is over.
    """
    plan = plan_of(session, book, process)
    concern = next((each for each in plan.concerns if each.what is What.OVERRUN), None)
    if concern is None:
        return None
    limit_on = plan.by_kind["limit"].working_target_on
    wanted = last_days(book, process, limit_on)
    key = f"overrun:{process.id}:{plan.by_kind['decision'].due_on}:{limit_on}"
    if wanted is None:
        said = f"the month was over on {spoken(limit_on)}; book panel and decision for the next days that can be had"
    elif process.stage is Stage.RECOMMENDED:
        said = f"the month is nearly over; book the Chair's decision for {spoken(wanted.decide_on)} at the latest"
    else:
        said = (
            f"book the panel for {spoken(wanted.panel_on)} and the Chair's decision for {spoken(wanted.decide_on)}, at "
            "the latest, or the month is overrun"
        )
    new = open_task(session, About(process.board_id, process.id), f"{process.spoken_ref}: {said}", key)[1]
    if new:
        letters.warn_of_month(session, book, process, plan, concern.kind, key)
    return wanted


def meet(session: Session, process: Process, slot: str, on: date) -> None:
    """What was owed in that slot is there; one that was settled before is left alone."""
    deadline: Deadline | None = deadline_in(session, process, slot)
    if deadline is not None and deadline.state is DeadlineState.OPEN:
        put_right(session, process, meet_deadline(session, process, deadline, on))
