"""Charts of actions as values, each with all that it shows in words; `action_drawing.py` makes pictures of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.rules.action_figures import (
    AGES,
    Taken,
    burn_up,
    by_age,
    in_quarters,
    quarters_until,
    taken,
)
from models.rules.actions import DONE, ActionState, Priority
from models.rules.spoken import and_joined, spoken, spoken_month
from reports.action_view import View, by_agency
from reports.paper import Block, Picture

QUARTERS = 8
MONTHS_BACK = 24


@dataclass(frozen=True)
class Bars:
    """Lines with bars, each of one part or more, one after the other; `parts` names them."""

    title: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def words(self) -> str:
        """All that the picture shows."""
        return f"{self.title}. " + "; ".join(f"{name}: {self._said(counts)}" for name, counts in self.rows) + "."

    def _said(self, counts: tuple[int, ...]) -> str:
        if len(self.parts) == 1:
            return f"{counts[0]}"
        return and_joined([f"{count} {part}" for count, part in zip(counts, self.parts, strict=True)])


@dataclass(frozen=True)
class Lasting:
    """How long actions take: for each line the median and the ninetieth of a hundred, in days."""

    title: str
    rows: tuple[tuple[str, Taken], ...]

    @property
    def words(self) -> str:
        """All that the picture shows."""
        return f"{self.title}. " + "; ".join(f"{name}: {taken_words(each)}" for name, each in self.rows) + "."


@dataclass(frozen=True)
class Rising:
    """How many had been opened and closed at the end of each month."""

    title: str
    points: tuple[tuple[date, int, int], ...]

    @property
    def words(self) -> str:
        """All that the picture shows."""
        told = "; ".join(f"{_month(on)}: {opened} and {closed}" for on, opened, closed in self.points)
        return f"{self.title}, opened and closed up to the end of each month. {told}."


Chart = Bars | Lasting | Rising


def open_by_agency(view: View) -> Bars | None:
    """How many actions of each agency are open in time, and how many late."""
    rows = [
        (name, (sum(not each.is_late for each in found), sum(each.is_late for each in found)))
        for name, found in by_agency(view.standing)
    ]
    return Bars("Open and late actions by agency", ("open and not late", "late"), tuple(rows)) if rows else None


def late_by_age(view: View) -> Bars | None:
    """How late the late ones are."""
    found = by_age(each.days_late for each in view.late)
    first, second = AGES
    rows = (
        (f"up to {first} working days", (found.first,)), (f"{first + 1} to {second} working days", (found.second,)),
        (f"more than {second} working days", (found.beyond,)),
    )  # fmt: skip
    return Bars("Late actions by how late they are", ("late",), rows) if found.all else None


def closed_by_quarter(view: View) -> Bars | None:
    """How many actions were closed in each of the last quarters of calendar years."""
    quarters = quarters_until(view.day, QUARTERS)
    counts = in_quarters(_closed_days(view), quarters)
    rows = [
        (f"{_months(quarter.first_on, quarter.last_on)}", (count,))
        for quarter, count in zip(quarters, counts, strict=True)
    ]
    while rows and not rows[0][1][0]:
        rows.pop(0)
    return Bars("Actions closed in each quarter", ("closed",), tuple(rows)) if rows else None


def how_long(view: View) -> Lasting | None:
    """Calendar days from the approval until an action was said to be done, and until it was closed."""
    done = [
        (each.action.priority, (each.action.claimed_on - each.action.approved_on).days)
        for each in view.rows
        if each.action.claimed_on and each.action.approved_on and each.state in DONE | {ActionState.CHECKED}
    ]
    closed = [
        (each.action.closed_on - each.action.approved_on).days
        for each in view.rows
        if each.action.closed_on and each.action.approved_on and each.state in DONE
    ]
    lines = [(f"done, {each.value} priority", taken([days for of, days in done if of is each])) for each in Priority]
    lines += [("done, all", taken([days for _, days in done])), ("closed, all", taken(closed))]
    rows = tuple((name, each) for name, each in lines if each is not None)
    return Lasting("Days from the approval of an action until it was done and closed", rows) if rows else None


def opened_and_closed(view: View) -> Rising | None:
    """How many actions had been approved and closed at the end of each month; superseded ones are left out."""
    opened = [
        each.action.approved_on for each in view.rows
        if each.action.approved_on and each.state is not ActionState.SUPERSEDED
    ]  # fmt: skip
    if not opened:
        return None
    days = _month_ends(max(min(opened), _months_before(view.day, MONTHS_BACK)), view.day)
    points = tuple((each.on, each.opened, each.closed) for each in burn_up(opened, _closed_days(view), days))
    return Rising("Actions approved and closed in the course of time", points)


def shown(chart: Chart | None) -> list[Block]:
    """The chart as a picture with its words; nothing where there is nothing to show."""
    if chart is None:
        return []
    from reports.action_drawing import drawn  # here, as what it draws with is slow to load

    return [Picture(drawn(chart), chart.words)]


def taken_words(each: Taken) -> str:
    """How long it took, in words."""
    middle = f"{each.median:.1f}".removesuffix(".0")
    if each.count == 1:
        return f"the one took {middle} days"
    return f"half of {each.count} within {middle} days, nine of ten within {each.ninetieth} days"


def _closed_days(view: View) -> list[date]:
    return [each.action.closed_on for each in view.rows if each.action.closed_on and each.state in DONE]


def _month_ends(first: date, last: date) -> list[date]:
    """The last day of each month from that of the first day on, and at the end the last day itself."""
    found, quarter = [], date(first.year, first.month, 1)
    while (after := _months_after(quarter)) <= last:
        found.append(date.fromordinal(after.toordinal() - 1))
        quarter = after
    return [*found, last]


def _months_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _months(first: date, last: date) -> str:
    return f"{spoken_month(first).partition(' ')[0][:3]}–{spoken_month(last).partition(' ')[0][:3]} {last.year}"


def _month(day: date) -> str:
    """The month that ends with the day, or the day where it is another."""
    return spoken_month(day) if date.fromordinal(day.toordinal() + 1).day == 1 else spoken(day)
