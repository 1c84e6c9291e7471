"""The learning and action report for the Board: counts, what was closed since it met, what it changed, what goes beyond
the committee. Titles alone of what people typed.
"""

from __future__ import annotations

from datetime import date, timedelta

from models.records.action_lists import Listed
from models.rules.action_figures import quarter_of, taken
from models.rules.actions import DONE, NOT_YET, ActionState
from models.rules.spoken import spoken
from reports.action_charts import (
    closed_by_quarter,
    how_long,
    late_by_age,
    open_by_agency,
    opened_and_closed,
    shown,
    taken_words,
)
from reports.action_view import (
    BOARD,
    JUDGEMENTS,
    View,
    beyond_words,
    by_agency,
    called,
    comes_from,
    document,
    due_words,
    judgement_words,
    late_words,
    state_counts,
)
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph, titled

KIND = "action-learning"
CLOSED = ("Action", "Agency", "The plan comes", "Closed", "Days it took")
BEYOND = ("Action", "Agency", "Due", "Late", "Said beyond the committee, and when")
SEEN = ("What was seen", "Actions")
SEEN_OF = ("Action", "Agency", "Closed", "What was seen")
AGENCIES = ("Agency", "Open", "Late", "Closed since")


def learning_report(view: View, from_on: date | None = None) -> Document:
    """The report as the record stands, on what was closed from that day on, or since the Board met last."""
    since = from_on or since_the_last_board(view)
    closed = closed_since(view, since)
    blocks = [
        Facts(tuple(_about(view, since, closed))), *_counts(view), *_agencies(view, closed), *_pictures(view),
        *_closed(closed, since), *_impact(view), *_beyond(view),
    ]  # fmt: skip
    return document(view, f"Learning and action report {view.whose}", blocks)


def since_the_last_board(view: View) -> date:
    """The day after the Board met last; where no such day is set, the first day of the quarter before this one."""
    days = [each.on for each in view.book.board.row.board_dates if each.committee == BOARD and each.on < view.day]
    return max(days) + timedelta(days=1) if days else quarter_of(view.day).before.first_on


def closed_since(view: View, since: date) -> list[Listed]:
    """The actions that were closed from that day on, and that still are, the newest first."""
    found = [
        each for each in view.rows if each.state in DONE and each.action.closed_on and each.action.closed_on >= since
    ]
    return sorted(found, key=lambda one: (-(one.action.closed_on or since).toordinal(), one.place))


def beyond_committee(view: View) -> list[Listed]:
    """Late actions of which somebody beyond the monitoring committee was told, the latest first."""
    return [each for each in view.late if each.is_beyond_committee]


def _about(view: View, since: date, closed: list[Listed]) -> list[tuple[str, str]]:
    took = taken([(each.action.closed_on - each.action.approved_on).days for each in closed
                  if each.action.closed_on and each.action.approved_on])  # fmt: skip
    rows = [
        ("For", view.committee(BOARD)),
        ("Since", f"{spoken(since)}, up to {spoken(view.day)}"),
        ("Actions that are open", f"{len(view.standing)}, of them {len(view.late)} late"),
        ("Closed since then", f"{len(closed)}"),
        ("Late beyond the monitoring committee", f"{len(beyond_committee(view))}"),
    ]
    return [*rows, ("From approval to closing", upper_first(taken_words(took)))] if took else rows


def _counts(view: View) -> list[Block]:
    plans = len({each.action.process_id for each in view.rows if each.plan_is_open})
    entries = [
        f"{words}: {count}" for words, count in state_counts(view.rows, [s for s in ActionState if s not in NOT_YET])
    ]
    waiting = sum(each.state in NOT_YET for each in view.rows)
    if waiting:
        entries.append(f"Proposed and not approved yet: {waiting}")
    heading = Heading(f"Where the actions stand, {plans} open plan{'' if plans == 1 else 's'}")
    return [heading, Listing(tuple(entries)) if entries else Paragraph("There are no actions.")]


def _agencies(view: View, closed: list[Listed]) -> list[Block]:
    known = [each for each in view.rows if each.is_open or each in closed]
    rows = [
        (
            name, f"{sum(each.is_open for each in found)}", f"{sum(each.is_late for each in found)}",
            f"{sum(not each.is_open for each in found)}",
        )
        for name, found in by_agency(known)
    ]  # fmt: skip
    return titled("By agency", AGENCIES, rows, "There are none.", (6, 2, 2, 2))


def _pictures(view: View) -> list[Block]:
    charts = (open_by_agency(view), late_by_age(view), closed_by_quarter(view), opened_and_closed(view), how_long(view))
    found = [block for chart in charts for block in shown(chart)]
    return [Heading("In pictures"), *found] if found else []


def _closed(closed: list[Listed], since: date) -> list[Block]:
    rows = [
        (called(each), each.agency, comes_from(each), spoken(each.action.closed_on or since), _days(each))
        for each in closed
    ]
    title = f"Closed since {spoken(since)}"
    return titled(title, CLOSED, rows, "None.", (6, 4, 4, 4, 2))


def _days(row: Listed) -> str:
    action = row.action
    return f"{(action.closed_on - action.approved_on).days}" if action.closed_on and action.approved_on else ""


def _impact(view: View) -> list[Block]:
    judged = [each for each in view.rows if each.action.judgement]
    codes = dict.fromkeys([*JUDGEMENTS, *(each.action.judgement for each in judged)])
    counts = [
        (upper_first(judgement_words(code)), sum(each.action.judgement == code for each in judged)) for code in codes
    ]
    shown_counts = [(words, f"{count}") for words, count in counts] if judged else []
    waiting = sum(each.state in DONE and not each.action.judgement for each in view.rows)
    rows = [
        (called(each), each.agency, spoken(each.action.closed_on) if each.action.closed_on else "",
         upper_first(judgement_words(each.action.judgement)))
        for each in judged
    ]  # fmt: skip
    return [
        *titled("What closed actions have changed", SEEN, shown_counts, "Nothing was judged yet.", (6, 2)),
        *([Paragraph(f"Closed and not looked at yet: {waiting}.")] if waiting else []),
        *(titled("Each judgement", SEEN_OF, rows, "", (6, 4, 4, 4)) if rows else []),
    ]  # fmt: skip


def _beyond(view: View) -> list[Block]:
    rows = [
        (called(each), each.agency, due_words(each), late_words(each), beyond_words(each))
        for each in beyond_committee(view)
    ]
    return titled("Late beyond the monitoring committee", BEYOND, rows, "None.", (6, 4, 4, 3, 6))
