"""The calendar of a board: all that is due and all meetings of the next twelve weeks, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from config.clock import local
from models.records.ahead import DueThen, MeetingThen, due_between, meetings_between
from models.records.boards import Board
from models.records.database import Session
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role
from models.rules.working_days import Calendar, is_quiet, why_off
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, upper_first
from reports.sections import editions_line
from reports.words import MEETINGS

WEEKS = 12
MOST_DATES = 600
Entry = tuple[date, Sequence[str]]


def calendar_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown: twelve weeks from the Monday of this week; the same for every day of a week."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(weeks=WEEKS, days=-1)
    by_week: dict[date, list[Entry]] = defaultdict(list)
    for on, entry in calendar_entries(session, book, board, first, last, links):
        by_week[on - timedelta(days=on.weekday())].append((on, entry))
    parts = [
        f"# The next twelve weeks of {escaped(board.name)}",
        f"From {spoken(first)} to {spoken(last)}. {editions_line(session, book, board)}",
        *(_week(by_week.get(monday, []), monday) for monday in (first + timedelta(weeks=n) for n in range(WEEKS))),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def calendar_entries(
    session: Session, book: RuleBook, board: Board, first: date, last: date, links: Links
) -> list[Entry]:
    """All that is due, meetings and days off between the two days, by day; days off come first on theirs."""
    number = board.id or 0
    due = due_between(session, number, first, last, MOST_DATES)
    entries = chain(
        _days_off(book.calendar, first, last),
        _board_dates(book, first, last),
        (_meeting(links, each) for each in meetings_between(session, number, first, last, MOST_DATES)),
        (_due(links, each) for each in due),
    )
    found = sorted(entries, key=lambda entry: entry[0])
    if len(due) == MOST_DATES:
        found.append((due[-1].on, (f"**From {spoken(due[-1].on)} on more is due than is shown here**",)))
    return found


def _week(entries: Sequence[Entry], monday: date) -> str:
    said = listed([entry for _, entry in entries]) or "Nothing."
    return f"## Week of {spoken(monday)}\n\n{said}"


def _days_off(calendar: Calendar, first: date, last: date) -> Iterator[Entry]:
    """Bank holidays and closing days by name, and the working days on which no messages go out."""
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        if on in calendar.bank_holidays or on in calendar.closing_days:
            named = _named(calendar.bank_holidays, "bank holiday", on) or _named(
                calendar.closing_days, "office closed", on
            )
            yield on, (f"**{spoken(on)}**", f"⚪ {named}")
        elif is_quiet(on, calendar) and why_off(on, calendar) is None:
            yield on, (f"**{spoken(on)}**", "⚪ no messages go out at Christmas")


def _named(days: Mapping[date, str], what: str, on: date) -> str:
    if on not in days:
        return ""
    return f"{what}\\: {escaped(days[on])}" if days[on] else what


def _board_dates(book: RuleBook, first: date, last: date) -> Iterator[Entry]:
    """Meetings that are fixed in the configuration of the board, and when their papers must be in."""
    committees = book.board.row.committees
    for each in book.board.row.board_dates:
        name = escaped(committees[each.committee].name) if each.committee in committees else escaped(each.committee)
        if first <= each.on <= last:
            yield each.on, (f"**{spoken(each.on)}**", f"{name} meets")
        if each.papers_on is not None and first <= each.papers_on <= last:
            yield each.papers_on, (f"**{spoken(each.papers_on)}**", f"papers for {name} on {spoken(each.on)}")


def _meeting(links: Links, one: MeetingThen) -> Entry:
    on = local(one.starts_at)
    when = f"**{spoken(on.date())}, {on:%H:%M}**"
    about = link(one.spoken_ref, links.process(one.ref)) if one.ref else ""
    return on.date(), (when, upper_first(MEETINGS[one.kind]), escaped(one.place), about)


def _due(links: Links, one: DueThen) -> Entry:
    who = (
        f"{one.owed_by} agencies"
        if one.owed_by > 1
        else escaped(one.agency_name or upper_first(spoken_role(one.owner_role)))
    )
    return one.on, (
        f"**{spoken(one.on)}**",
        f"{who}\\: {escaped(one.title)}",
        link(one.spoken_ref, links.process(one.ref)),
    )
