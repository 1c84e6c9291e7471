"""The timeline of one process as values, in words and as a picture; it does not know where it is shown.

Blackout days are left out altogether: a day on which nobody may be contacted may itself say too much (F-13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.delays import pauses_of
from models.records.meetings import MeetingState, is_on, meetings_of
from models.records.moving import plan_of
from models.records.processes import Process
from models.records.shown import first_due_dates
from models.records.standing import after_their_limit, colour_of, promises_of
from models.records.today import batched
from models.rulebook import RuleBook
from models.rules.rag import WORDS, Rag
from models.rules.spoken import spoken
from reports.words import GIVEN_UP, MEETINGS

AFTER_LIMIT = "After the limit"
WORST_FIRST = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.GREY, Rag.BLUE)
BRINGS_ABOUT = {  # anchor -> the milestone after which it is known; until then its planned day stands for it
    "agreement": "partners_agreement",
    "letters": "author_letters",
    "commissioning": "reviewer",
    "initial-meeting": "initial_meeting",
    "panel-reading": "panel_reads",
    "approval": "board_approval",
    "acceptance": "accepted",
    "discussion-day": "discussion",
    "discussion": "discussion",
    "report": "report",
    "group": "group_receives",
    "review-end": "review_ended",
    "learning": "learning_shared",
    "publication": "publication",
    "panel-day": "panel_meeting",
    "recommendation": "recommendation",
}


@dataclass(frozen=True)
class Line:
    """One milestone; what every agency owes is one line."""

    title: str
    planned_on: date  # when it was first due
    due_on: date  # when it is due at present, the last of several
    rag: Rag  # the worst of several
    met_on: date | None = None  # the day the last came; None while one is still awaited
    of: int = 1  # by so many agencies
    done: int = 0  # of these, so many have done it
    late_since_on: date | None = None  # the first date that was missed and still is
    given_up: bool = False
    expected: bool = False  # nothing is owed yet: the date is counted from planned days
    limit_on: date | None = None  # the limit by which it must be done, where it is due after that

    @property
    def moved(self) -> bool:
        """True when it is, or was in the end, due on another day than planned at first."""
        return self.due_on != self.planned_on

    @property
    def counted(self) -> str:
        """ "5 of 8" where several owe it, else ""."""
        return f"{self.done} of {self.of}" if self.of > 1 else ""

    @property
    def words(self) -> str:
        """How it stands, the words beside the colour."""
        if self.given_up:
            return "Given up"
        return AFTER_LIMIT if self.limit_on is not None and self.rag is Rag.AMBER else WORDS[self.rag]


@dataclass(frozen=True)
class Still:
    """The clock stood still between these days; without an end it still does."""

    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Limit:
    """An outer limit: nobody delivers it, everything must be done by it. The earlier of two warns."""

    words: str
    on: date
    warns: bool
    met_on: date | None = None


@dataclass(frozen=True)
class MeetingDay:
    """A meeting that is planned or was held."""

    words: str
    on: date
    held: bool


@dataclass(frozen=True)
class Timeline:
    """Everything that the picture of one process shows on one day."""

    title: str
    on: date  # today; the day of its closing for one that is closed
    lines: tuple[Line, ...]
    pauses: tuple[Still, ...] = ()
    limits: tuple[Limit, ...] = ()
    meetings: tuple[MeetingDay, ...] = ()
    closed: bool = False


def timeline_of(session: Session, book: RuleBook, process: Process, day: date) -> Timeline:
    """The timeline of the process on that day; a closed one stays as it was on the day of its closing."""
    closed_on = clock.local(process.closed_at).date() if process.closed_at else None
    day = min(day, closed_on) if closed_on else day
    deadlines = deadlines_of(session, process)
    return Timeline(
        title=process.spoken_ref,
        on=day,
        lines=_lines(session, book, process, deadlines, day),
        pauses=tuple(Still(each.from_on, each.ended_on) for each in pauses_of(session, process) if each.from_on <= day),
        limits=_limits(deadlines),
        meetings=tuple(
            MeetingDay(MEETINGS[each.kind], is_on(each), each.state is MeetingState.HELD)
            for each in meetings_of(session, process)
            if each.state is not MeetingState.CANCELLED
        ),
        closed=closed_on is not None,
    )


def timeline_picture(timeline: Timeline) -> bytes:
    """The timeline as a PNG, 1,000 pixels wide, the same bytes for the same timeline; readable in grey."""
    from reports.timeline_drawing import drawn  # here, as what it draws with is slow to load

    return drawn(timeline)


def timeline_words(timeline: Timeline) -> str:
    """The same in words, for whoever does not see the picture: all that it shows, what presses first."""
    began = f"Timeline of {timeline.title}, {'as it was closed' if timeline.closed else 'as it stands'} on"
    parts = [
        f"{began} {spoken(timeline.on)}, {_summed_up(timeline)}.",
        *(_limit_words(each) for each in timeline.limits),
        *(_pause_words(each) for each in timeline.pauses),
        *(_line_words(each) for each in timeline.lines),
        *(_meeting_words(each) for each in timeline.meetings),
    ]
    return " ".join(parts)


def _lines(
    session: Session, book: RuleBook, process: Process, deadlines: Sequence[Deadline], day: date
) -> tuple[Line, ...]:
    first = first_due_dates(session, process)
    promised: dict[int, date | None] = {}
    for some in batched([each.id or 0 for each in deadlines]):
        promised |= promises_of(session, some)
    late_for = after_their_limit(session, book, deadlines)
    colours = {
        each.slot: colour_of(each, book, day, promised.get(each.id or 0), limit_on=late_for.get(each.id or 0))
        for each in deadlines
    }
    kinds: dict[str, list[Deadline]] = {}
    for each in deadlines:
        if not each.is_limit:
            kinds.setdefault(each.kind, []).append(each)
    owed = [_line(some, first, colours, late_for) for some in kinds.values()]
    awaited = [] if process.closed_at else _expected(session, book, process, kinds, day)
    return tuple(sorted([*owed, *awaited], key=lambda line: (line.planned_on, line.due_on, line.title)))


def _line(
    some: Sequence[Deadline], first: Mapping[int, date], colours: Mapping[str, Rag], late_for: Mapping[int, date]
) -> Line:  # fmt: skip
    wanted = [each for each in some if each.state in (DeadlineState.OPEN, DeadlineState.MET)]
    shown = wanted or some
    came = [each.met_on for each in shown if each.met_on is not None]
    late = [each.working_target_on for each in wanted if colours[each.slot] is Rag.RED]
    is_open = any(each.state is DeadlineState.OPEN for each in shown)
    return Line(
        title=shown[0].title,
        planned_on=min(first.get(each.id or 0, each.working_target_on) for each in shown),
        due_on=max(each.working_target_on for each in shown),
        rag=min((colours[each.slot] for each in shown), key=WORST_FIRST.index),
        met_on=None if is_open else max(came, default=None),
        of=len(shown),
        done=len(came),
        late_since_on=min(late, default=None),
        given_up=not wanted,
        limit_on=min((late_for[each.id or 0] for each in shown if each.id in late_for), default=None),
    )


def _expected(session: Session, book: RuleBook, process: Process, known: Iterable[str], day: date) -> Iterable[Line]:
    """What will be owed later, by the days on which everything before it is planned."""
    anchors: dict[str, date] = {}
    dates = plan_of(session, book, process).by_kind
    for anchor, kind in BRINGS_ABOUT.items():
        if kind in dates:  # what is late can be expected today at the earliest
            anchors[anchor] = max(dates[kind].working_target_on, day)
            dates = plan_of(session, book, process, anchors).by_kind
    for period in book.periods_of(process.kind, process.guidance):
        due = dates.get(period.kind)
        if due is None or period.limit or period.kind in known or due.working_target_on <= day:
            continue
        yield Line(period.title, due.working_target_on, due.working_target_on, Rag.GREY, expected=True)


def _limits(deadlines: Sequence[Deadline]) -> tuple[Limit, ...]:
    """By date; those that were met or ended warn no more."""
    limits = sorted((each for each in deadlines if each.is_limit), key=lambda each: (each.due_on, each.slot))
    still = [each for each in limits if each.state is DeadlineState.OPEN]
    return tuple(
        Limit(each.title.rpartition(": ")[2], each.due_on, bool(still) and each is still[0], each.met_on)
        for each in limits
    )


def _summed_up(timeline: Timeline) -> str:
    counts = dict.fromkeys(
        ("overdue", AFTER_LIMIT.lower(), "due soon", "on track", "done", "not started", "given up"), 0
    )
    for line in timeline.lines:
        counts[line.words.lower()] += 1
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"{len(timeline.lines)} milestones: {said}" if said else "no milestones"


def _limit_words(limit: Limit) -> str:
    kept = f", reached its end on {spoken(limit.met_on)}" if limit.met_on else ""
    warns = ", the one to keep" if limit.warns else ""
    return f"Limit, {limit.words}: {spoken(limit.on)}{warns}{kept}."


def _pause_words(pause: Still) -> str:
    until = f"until {spoken(pause.until_on)}" if pause.until_on else "and still does"
    return f"The clock stood still from {spoken(pause.from_on)} {until}."


def _meeting_words(meeting: MeetingDay) -> str:
    return f"Meeting, {meeting.words}: {'held' if meeting.held else 'planned'}, {spoken(meeting.on)}."


def _line_words(line: Line) -> str:
    state = GIVEN_UP if line.given_up else line.words.lower()
    counted = f", {line.counted}" if line.counted else ""
    came = f" on {spoken(line.met_on)}" if line.met_on and not line.given_up else ""
    late = f" since {spoken(line.late_since_on)}" if line.late_since_on else ""
    if line.limit_on is not None and line.rag is Rag.AMBER:
        late = f" of {spoken(line.limit_on)}"
    if line.expected:
        return f"{line.title}: {state}, expected {spoken(line.due_on)}."
    planned = f"planned {spoken(line.planned_on)}"
    moved = f", moved to {spoken(line.due_on)}" if line.moved else ""
    return f"{line.title}{counted}: {state}{came}{late}, {planned}{moved}."
