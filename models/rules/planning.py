"""The whole timetable of a process at once: planned back from the meeting that approves, in order, and checked.

A timetable that cannot be kept is told of on the day on which it is made, with the milestone that causes it (B.2, D:
default, to be confirmed by the board).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from models.rules.delays import StoodStill, after_standing_still
from models.rules.meeting_dates import may_be_proposed
from models.rules.spoken import and_joined, spoken, spoken_anchor
from models.rules.timetable import DueDate, Period, due_date, moved, timetable
from models.rules.working_days import (
    ONE_DAY,
    Calendar,
    add_working_days,
    next_working_day,
    previous_working_day,
)

APPROVAL = "approval"  # the event that the approving meeting stands for until it is recorded
PUBLICATION, PUBLICATION_DAY = "publication", "publication-date"  # the milestone, and the event that sets its day


class What(StrEnum):
    """What is the matter with a timetable."""

    OVERRUN = "overrun"  # it ends after its limit
    NO_MEETING = "no-meeting"  # no meeting of the board fits, so one must be called
    EARLIER_LIMIT = "earlier-limit"  # it keeps its own limit and not the earlier of the two


@dataclass(frozen=True)
class ApprovingMeeting:
    """A meeting that can approve a report, and the day by which its papers must be in."""

    on: date
    body: str  # as people call it, "the Board"
    papers_on: date


@dataclass(frozen=True)
class Concern:
    """Something that a person must know about the timetable, in a sentence, and the milestone that causes it."""

    what: What
    kind: str
    sentence: str
    to_book: tuple[tuple[str, date], ...] = ()  # kinds, and the last day for each on which the limit is still kept


@dataclass(frozen=True)
class Wish:
    """What a timetable is to be planned for: which milestone approves, and which one counts as completed."""

    approved_by: str = "board_approval"
    completed_by: str = "board_approval"
    meetings: Sequence[ApprovingMeeting] = ()
    limit: str = "limit"
    other_limit: str = "decision_limit"
    to_book: Sequence[str] = ()  # what people meet for: named with its last day where the limit cannot be kept


@dataclass(frozen=True)
class Plan:
    """Every date with its period, by date and then kind; what waits for its event; and what is the matter."""

    dated: tuple[tuple[Period, DueDate], ...]
    waiting: tuple[Period, ...]
    meeting: ApprovingMeeting | None = None
    concerns: tuple[Concern, ...] = ()

    @property
    def by_kind(self) -> Mapping[str, DueDate]:
        """The dates by the kind of their periods."""
        return {period.kind: due for period, due in self.dated}


def plan(
    periods: Sequence[Period], anchors: Mapping[str, date], calendar: Calendar, wish: Wish,
    stood_still: Sequence[StoodStill] = (),
) -> Plan:  # fmt: skip
    """The timetable with every milestone in its order and before the meeting that approves.

    Milestones with `before_meeting` are planned back from the last meeting before the limit that leaves them
    time; where the board has set no dates the offsets stand, and where none of its dates fits they stand too
    and a meeting must be called. A milestone with `after` comes so many working days after that one. All but the
    limits lies as many working days later as the clock stood still since what it is counted from (B.0 "Pause").
    """
    dated, waiting = timetable(periods, anchors, calendar)
    by_kind = {period.kind: period for period in periods}
    work = _Work(by_kind, {period.kind: due for period, due in dated}, anchors, calendar, wish, stood_still)
    work.put_off()
    work.put_in_order()
    meeting = work.choose_meeting()
    if meeting is not None:
        work.plan_back_from(meeting)
        work.put_in_order()
    work.expect_publication()
    lines = [(work.periods[kind], due) for kind, due in work.dates.items()]
    lines.sort(key=lambda line: (line[1].due_on, line[0].kind))
    still_waiting = tuple(each for each in waiting if each.kind not in work.dates)
    return Plan(tuple(lines), still_waiting, meeting, tuple(work.concerns(meeting)))


@dataclass
class _Work:
    periods: Mapping[str, Period]
    dates: dict[str, DueDate]
    anchors: Mapping[str, date]
    calendar: Calendar
    wish: Wish
    stood_still: Sequence[StoodStill] = ()
    from_meeting: set[str] = field(default_factory=set)  # kinds that are planned from the day of approval
    pushed_by: dict[str, str] = field(default_factory=dict)  # kind -> the kind that it had to wait for

    def put_off(self) -> None:
        """What is counted from before the end of a pause lies as many working days later as the clock stood."""
        for kind, due in self.dates.items():
            due_on = self._put_off(due, self.calendar)
            if due_on != due.due_on:
                why = f" Moved to {spoken(due_on)}, by the working days on which the clock stood still since then."
                self.dates[kind] = replace(
                    due, due_on=due_on, working_target_on=due_on, explanation=due.explanation + why
                )

    def _put_off(self, due: DueDate, calendar: Calendar) -> date:
        due_on = due.due_on
        for each in self.stood_still if not self.periods[due.kind].limit else ():
            if each.until_on > due.anchor_on:
                due_on = after_standing_still(due_on, max(each.from_on, due.anchor_on), each.until_on, calendar)
        return due_on

    def put_in_order(self) -> None:
        """No milestone lies before the one that it comes after."""
        for kind in self._in_order():
            period, due = self.periods[kind], self.dates[kind]
            before = self.dates.get(period.after)
            if before is None or (period.booked and period.anchor in self.anchors):
                continue
            earliest = add_working_days(before.due_on, period.at_least, self.calendar)
            if due.due_on < earliest:
                self.pushed_by[kind] = period.after
                why = f" Moved to {spoken(earliest)}, because “{self.periods[period.after].title}” comes before it."
                self.dates[kind] = replace(
                    due, due_on=earliest, working_target_on=earliest, explanation=due.explanation + why
                )

    def choose_meeting(self) -> ApprovingMeeting | None:
        """The last meeting before the limit that leaves time for all that comes before it."""
        limit = self.dates.get(self.wish.limit)
        approval = self.dates.get(self.wish.approved_by)
        if limit is None or approval is None or APPROVAL in self.anchors:
            return None
        earliest, latest = self._earliest_approval(), limit.working_target_on
        fitting = [
            each for each in self.wish.meetings
            if earliest <= each.on and self._completed_after(each) <= latest and self._papers_can_be_ready(each)
        ]  # fmt: skip
        return max(fitting, key=lambda each: each.on, default=None)

    def _papers_can_be_ready(self, meeting: ApprovingMeeting) -> bool:
        """True when what goes before the papers is done by the day on which they must be in."""
        papers = self.periods.get(self.periods[self.wish.approved_by].after)
        before = self.periods.get(papers.after) if papers is not None else None
        if before is None or before.kind not in self.dates:
            return True
        planned = before.before_meeting is not None
        done = self._before(before.kind, before, meeting) if planned else self.dates[before.kind]
        return done.due_on <= meeting.papers_on

    def plan_back_from(self, meeting: ApprovingMeeting) -> None:
        """What is planned back has its date from the meeting, and what follows approval is planned from it."""
        approval = self.periods[self.wish.approved_by]
        for kind, period in self.periods.items():
            if period.before_meeting is not None and kind in self.dates:
                self.dates[kind] = self._before(kind, period, meeting)
            elif period.anchor == APPROVAL and kind in self.dates:
                due = due_date(period, {**self.anchors, APPROVAL: meeting.on}, self.calendar)
                if due is not None:
                    why = (
                        f" Planned for the meeting of {meeting.body} on {spoken(meeting.on)}; counted anew once "
                        f"{period.event(APPROVAL)} is recorded."
                    )
                    self.dates[kind] = replace(
                        self.dates[kind], due_on=due.due_on, working_target_on=due.working_target_on,
                        explanation=due.explanation + why,
                    )  # fmt: skip
                    self.from_meeting.add(kind)
        papers = self.dates.get(approval.after)
        if papers is not None and papers.due_on > meeting.papers_on:
            due_on = previous_working_day(meeting.papers_on, self.calendar)
            why = f" Papers for {meeting.body} must be in by then."
            self.dates[approval.after] = replace(
                papers, due_on=due_on, working_target_on=due_on, explanation=f"{spoken(due_on)}.{why}"
            )
        self.dates[approval.kind] = replace(
            self.dates[approval.kind], due_on=meeting.on, working_target_on=meeting.on,
            explanation=f"{_upper(meeting.body)} meets on {spoken(meeting.on)}, the last of its dates before the limit "
            f"that leaves enough time; its papers must be in by {spoken(meeting.papers_on)}.",
        )  # fmt: skip

    def expect_publication(self) -> None:
        """Until its day is set, a publication is expected so long after approval, and what is counted from its day
        is planned towards that."""
        approval, published = self.dates.get(self.wish.approved_by), self.periods.get(PUBLICATION)
        if published is None or published.anchor != PUBLICATION_DAY or PUBLICATION_DAY in self.anchors:
            return
        if PUBLICATION not in self.dates:
            due = due_date(published, {**self.anchors, APPROVAL: approval.due_on}, self.calendar) if approval else None
            if due is None:
                return
            self.dates[PUBLICATION] = due
            self.from_meeting.add(PUBLICATION)
        expected_on = self.dates[PUBLICATION].due_on
        for kind, period in self.periods.items():
            if period.anchor == PUBLICATION_DAY and kind not in self.dates:
                due = due_date(period, {**self.anchors, PUBLICATION_DAY: expected_on}, self.calendar)
                if due is not None:
                    why = f" Planned from {spoken_anchor(PUBLICATION_DAY)}, which is not set yet."
                    self.dates[kind] = replace(due, explanation=due.explanation + why)

    def concerns(self, meeting: ApprovingMeeting | None) -> list[Concern]:
        """Everything that a person must know about these dates."""
        limit, completed = self.dates.get(self.wish.limit), self.dates.get(self.wish.completed_by)
        if limit is None or completed is None:
            return []
        found = []
        if completed.working_target_on > limit.working_target_on:
            found.append(self._overrun(limit, completed))
        if meeting is None and self.wish.meetings and APPROVAL not in self.anchors:
            found.append(self._no_meeting())
        other = self.dates.get(self.wish.other_limit)
        if other is not None and other.due_on < completed.due_on <= limit.due_on:
            found.append(
                Concern(
                    What.EARLIER_LIMIT, self.wish.other_limit,
                    f"By this timetable “{self.periods[self.wish.completed_by].title}” is due on "
                    f"{spoken(completed.due_on)}: within the limit, but later than six months from the decision, "
                    f"{spoken(other.due_on)}.",
                )
            )  # fmt: skip
        return found

    def _completed_after(self, meeting: ApprovingMeeting) -> date:
        """When the process counts as completed if that meeting approves."""
        completed = self.periods.get(self.wish.completed_by)
        until_known = completed.until_known[0] if completed is not None and completed.until_known else ""
        if completed is None or APPROVAL not in (completed.anchor, until_known) or completed.anchor in self.anchors:
            return meeting.on
        due = due_date(completed, {**self.anchors, APPROVAL: meeting.on}, self.calendar)
        return due.working_target_on if due is not None else meeting.on

    def _before(self, kind: str, period: Period, meeting: ApprovingMeeting) -> DueDate:
        offset, unit = period.before_meeting or (0, period.unit)
        lands_on = moved(meeting.on, -offset, unit, self.calendar)
        due_on = previous_working_day(lands_on, self.calendar)
        words = f"{offset} {unit.value.rstrip('s').replace('-', ' ')}{'' if offset == 1 else 's'}"
        why = f"{words} before the meeting of {meeting.body} on {spoken(meeting.on)}"
        if due_on != lands_on:
            why += f", which is {spoken(lands_on)}, no working day; so the working day before"
        return replace(self.dates[kind], due_on=due_on, working_target_on=due_on, explanation=f"{_upper(why)}.")

    def _earliest_approval(self) -> date:
        """The first day on which approval could follow everything that is not planned back from it."""
        back = [period for period in self.periods.values() if period.before_meeting is not None]
        if not back:
            return min(self.anchors.values())
        first = min(self.dates[period.kind].due_on for period in back if period.kind in self.dates)
        ahead = [
            due.due_on
            for kind, due in self.dates.items()
            if self.periods[kind].before_meeting is None and not self.periods[kind].limit and due.due_on <= first
        ]
        began_on = max(ahead, default=first)
        return max(moved(began_on, *(period.before_meeting or (0, period.unit)), self.calendar) for period in back)

    def _overrun(self, limit: DueDate, completed: DueDate) -> Concern:
        cause = self._cause(self.wish.completed_by)
        period, due = self.periods[cause], self.dates[cause]
        days = self._days_off_before(cause)
        why = f" {days}" if days else " The time given for it is too long."
        to_book = days_to_book(
            self.periods, self.wish.completed_by, self.wish.to_book, limit.working_target_on, self.calendar
        )
        if to_book:
            named = and_joined([f"“{self.periods[kind].title}” on {spoken(day)}" for kind, day in to_book])
            why += f" To keep the limit, book at the latest {named}."
        return Concern(
            What.OVERRUN, cause,
            f"By this timetable “{self.periods[self.wish.completed_by].title}” falls on {spoken(completed.due_on)}, "
            f"after the limit, {spoken(limit.working_target_on)}. The cause is “{period.title}”, due on "
            f"{spoken(due.due_on)}.{why}",
            to_book,
        )  # fmt: skip

    def _cause(self, kind: str) -> str:
        """The milestone from which on the dates lie too late."""
        while True:
            earlier = self.pushed_by.get(kind, "")
            if not earlier and self._follows_approval(kind) and kind != self.wish.approved_by:
                earlier = self.wish.approved_by
            if not earlier or not self._slipped(earlier):
                return kind
            kind = earlier

    def _follows_approval(self, kind: str) -> bool:
        return kind in self.from_meeting or self.dates[kind].anchor == APPROVAL

    def _slipped(self, kind: str) -> bool:
        """True when days off, or a milestone before it, have moved it."""
        return kind in self.pushed_by or self._without_days_off(kind) < self.dates[kind].due_on

    def _days_off_before(self, kind: str) -> str:
        plain_on = self._without_days_off(kind)
        if kind in self.pushed_by:
            return f"It has to wait for “{self.periods[self.pushed_by[kind]].title}”."
        if plain_on >= self.dates[kind].due_on:
            return ""
        return f"Without bank holidays and closing days it would be {spoken(plain_on)}."

    def _without_days_off(self, kind: str) -> date:
        anchors = self.anchors
        if self._follows_approval(kind) and APPROVAL not in anchors and self.wish.approved_by in self.dates:
            anchors = {**anchors, APPROVAL: self.dates[self.wish.approved_by].due_on}
        due = due_date(self.periods[kind], anchors, Calendar())
        return self._put_off(due, Calendar()) if due is not None else self.dates[kind].due_on

    def _no_meeting(self) -> Concern:
        approval = self.dates[self.wish.approved_by]
        bodies = " or ".join(dict.fromkeys(each.body for each in self.wish.meetings))
        return Concern(
            What.NO_MEETING, self.wish.approved_by,
            f"No meeting of {bodies} whose papers can be ready in time lies between "
            f"{spoken(self._earliest_approval())}, when the report can be ready, "
            f"and the limit. An extraordinary meeting is proposed for "
            f"{spoken(next_working_day(approval.due_on, self.calendar))}.",
        )  # fmt: skip

    def _in_order(self) -> list[str]:
        """The kinds, each behind the one that it comes after."""
        ordered: list[str] = []
        for kind in self.dates:
            chain = [kind]
            while (before := self.periods[chain[-1]].after) in self.dates and before not in chain:
                chain.append(before)
            ordered += [each for each in reversed(chain) if each not in ordered]
        return ordered


def days_to_book(
    periods: Mapping[str, Period], completed_by: str, to_book: Sequence[str], limit_on: date, calendar: Calendar
) -> tuple[tuple[str, date], ...]:  # fmt: skip
    """What people meet for, in order, each with the last day that leaves their time to all that follows; what the
    process is completed by has the limit itself, `limit_on`, as people are shown it.

    Where nobody meets on such a day it is the first before it on which they may.
    Source: B.1 "Timing check" (D: default, to be confirmed by the board).
    """
    kind, day = completed_by, limit_on
    last = {kind: day}
    while (before := periods[kind].after) in periods and before not in last:
        day = add_working_days(day, -periods[kind].at_least, calendar)
        while before in to_book and not may_be_proposed(day, calendar):
            day -= ONE_DAY
        last[before], kind = day, before
    return tuple((each, last[each]) for each in to_book if each in last)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
