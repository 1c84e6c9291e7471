"""What has changed about actions since the committee's paper was issued: one page for the morning of the meeting."""

from __future__ import annotations

from datetime import date, datetime

from models.records.action_events import Changed, changes_since
from models.records.deadlines import CallOutcome
from models.rules.actions import PLAIN, ActionState
from models.rules.spoken import spoken
from reports.action_view import View, document
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Paragraph, spoken_moment, titled

KIND = "action-news"
HEADINGS = ("Action", "Agency", "When", "What has changed")
WORDS = {
    CallOutcome.ON_TRACK: "the owner says: on track",
    CallOutcome.AT_RISK: "the owner says: at risk",
    CallOutcome.CANNOT: "the owner says: it cannot be done by the date",
}


def news(view: View, since: datetime) -> Document:
    """Every action of which something was recorded since that moment, in the order of the records."""
    rows = [_row(each) for each in changes_since(view.session, view.board.id or 0, since)]
    blocks: list[Block] = [
        Paragraph(
            f"The paper was issued on {spoken_moment(since)}. It stays as it was; this page says what came after."
        ),
        *titled("Changed since the paper", HEADINGS, rows, "Nothing has changed since.", (7, 5, 5, 6)),
    ]
    return document(view, "Changed since the paper on actions", blocks)


def _row(one: Changed) -> tuple[str, str, str, str]:
    return f"{one.ref}, action {one.number}: {one.title}", one.agency, spoken(one.on), upper_first(_what(one))


def _what(one: Changed) -> str:
    if one.deed == "action moved":
        return PLAIN[ActionState(one.facts["to"])]
    if one.deed == "word on action":
        return WORDS.get(CallOutcome(one.facts["outcome"]), "the owner has sent word")
    if one.deed == "deadline moved":
        return f"due {spoken(date.fromisoformat(one.facts['to']))} instead of {_from(one)}"
    if one.deed == "action explained":
        return "explained to the committee"
    return "it has another owner"


def _from(one: Changed) -> str:
    return spoken(date.fromisoformat(one.facts["from"]))
