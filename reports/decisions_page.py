"""What waits for somebody to decide it in a board: forms, more time, releases, pauses, what chairs and Board owe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from models.records.ahead import MoreTime, PauseInForce, more_time_asked_for, pauses_in_force
from models.records.boards import Board
from models.records.database import Session
from models.records.office_day import waiting_for_release
from models.records.today import Some, owed_by_the_board, waiting_for_a_decision
from models.rulebook import RuleBook
from models.rules.rag import Rag
from models.rules.spoken import spoken
from reports.links import Links
from reports.markdown_pieces import escaped, link
from reports.sections import (
    MOST_ITEMS,
    Section,
    ahead_line,
    editions_line,
    empty,
    first_line,
    form_line,
    more_time_line,
    post_line,
    section,
    shown,
)
from reports.words import MARKS

DECIDE = ("strategic_partners", "independent_chair", "panel_chair", "panel_chair_deputy", "monitoring_chair")


def decisions_page(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> str:
    """The page as Markdown; the software decides none of it."""
    sections = decision_sections(session, book, board, day, links)
    parts = [
        f"# Decisions waiting at {escaped(board.name)}\\: {spoken(day)}",
        first_line(sections),
        editions_line(session, book, board),
        *(shown(one) for one in sections if one.entries),
        empty([one.title for one in sections if not one.entries]),
        link(f"All considered cases of {board.name}", links.considered(board.key)),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def decision_sections(session: Session, book: RuleBook, board: Board, day: date, links: Links) -> list[Section]:
    """Everything that waits for a decision, what can be recorded at once first."""
    number = board.id or 0
    return [
        section(
            "Forms that wait", waiting_for_a_decision(session, book, number, day, MOST_ITEMS),
            partial(form_line, links), ("form to fill in", "forms to fill in"),
            "Record in each what was decided, and in which capacity.",
        ),
        section(
            "More time is asked for", _some(more_time_asked_for(session, number)), partial(_asked, links),
            ("request for more time", "requests for more time"), "Nobody is chased for these until it is decided.",
        ),
        section(
            "Letters that wait for your release", waiting_for_release(session, number, MOST_ITEMS), post_line,
            ("letter to release", "letters to release"), "None of these goes by itself\\: open the desk.",
        ),
        section(
            "Clocks that stand still", _some(pauses_in_force(session, number)), partial(_paused, day, links),
            ("pause in force", "pauses in force"), "A pause never ends by itself.",
        ),
        section(
            "What chairs, panel and Board owe", owed_by_the_board(session, book, number, day, DECIDE, MOST_ITEMS),
            partial(ahead_line, links),
            ("thing owed by chairs, panel and Board", "things owed by chairs, panel and Board"),
        ),
    ]  # fmt: skip


def _some(rows: Sequence[MoreTime] | Sequence[PauseInForce]) -> Some:
    return Some(rows[:MOST_ITEMS], len(rows))


def _asked(links: Links, one: MoreTime) -> Sequence[str]:
    return (*more_time_line(one), link(one.spoken_ref, links.process(one.ref)))


def _paused(day: date, links: Links, one: PauseInForce) -> Sequence[str]:
    colour = MARKS[Rag.AMBER] if one.look_again_on <= day else MARKS[Rag.GREY]
    again = "to be looked at now, since" if one.look_again_on <= day else "to be looked at again on"
    return (
        link(one.spoken_ref, links.process(one.ref)), f"stands still since {spoken(one.from_on)}",
        f"{colour} {again} {spoken(one.look_again_on)}",
    )  # fmt: skip
