"""The page of one process: where it stands, what is owed and how that came about, what was decided and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from models.records.asks import unanswered
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.messages import MessageState
from models.records.moving import agencies_in_scope
from models.records.processes import Process
from models.records.shown import decisions_of, message_counts
from models.records.standing import Standing, standings
from models.records.today import Step, batched, last_steps, step_words
from models.rulebook import RuleBook
from models.rules.processes import KINDS
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import PLAIN
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, table, upper_first
from reports.words import STATES, decision_words, source_words, standing_words, taken_back_words

MOST_ROWS = 200


@dataclass(frozen=True)
class _Line:
    """One thing owed and what was said of it last."""

    standing: Standing
    last_step: str


def process_page(session: Session, book: RuleBook, process: Process, day: date, links: Links) -> str:
    """The page as Markdown: no names of people, no typed text but the link to the secure place."""
    board = session.get_one(Board, process.board_id)
    lines = _lines(session, book, process, day)
    still = [line for line in lines if line.standing.is_open]
    parts = [
        f"# {escaped(process.spoken_ref)}\\: {KINDS[process.kind].title.lower()}",
        _where_it_stands(session, book, process, board, links),
        _owed(still, closed=process.closed_at is not None),
        _said_last(still),
        _settled([line for line in lines if not line.standing.is_open]),
        _decisions(session, process),
        _messages(message_counts(session, process)),
        _how_dates_come_about([line.standing for line in lines]),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(session: Session, book: RuleBook, process: Process, day: date) -> list[_Line]:
    deadlines = deadlines_of(session, process)
    last: dict[int, Step] = {}
    for some in batched([each.id or 0 for each in deadlines]):
        last |= last_steps(session, some)
    return [
        _Line(
            standing,
            step_words(book, each.ladder, last.get(each.id or 0)),
        )
        for each, standing in zip(deadlines, standings(session, book, process, day), strict=True)
    ]


def _where_it_stands(session: Session, book: RuleBook, process: Process, board: Board, links: Links) -> str:
    facts = [("Where it stands", upper_first(PLAIN[process.stage])), ("Waits for", _waiting(session, process, links))]
    began = spoken(clock.local(process.opened_at).date())
    facts.append(("Began in Sightline", began))
    if process.closed_at is not None:
        facts.append(("Closed", spoken(clock.local(process.closed_at).date())))
    facts.append(
        ("Agencies taking part", and_joined([escaped(one.name) for one in agencies_in_scope(session, process)]))
    )
    facts.append(("Runs under", _guidance(book, process)))
    facts.append(("Board", escaped(board.name)))
    return "\n".join(f"- **{name}:** {words}" for name, words in facts if words)


def _waiting(session: Session, process: Process, links: Links) -> str:
    if process.closed_at is not None:
        return ""
    asked = unanswered(session, process.id or 0)
    if asked:
        return (
            f"{link(upper_first(asked[-1].title), links.run(asked[-1].run_id))} (press “Resume” there to open the form)"
        )
    return "its next question, which is being prepared"


def _guidance(book: RuleBook, process: Process) -> str:
    edition = book.configuration.editions.get(process.guidance)
    if edition is None:
        return "an edition of the guidance that is no longer configured"
    verified = "" if edition.row.verified else "; the text of this edition itself was not verified for Sightline"
    return f"{escaped(edition.row.name)}{verified}"


def _owed(lines: Sequence[_Line], *, closed: bool) -> str:
    if not lines:
        return "" if closed else "## What is owed\n\nNothing is owed at the moment."
    rows = [_who_and_what(line) for line in lines[:MOST_ROWS]]
    return _titled("What is owed", ("How it stands", "By whom", "Due", "What"), rows, len(lines))


def _said_last(lines: Sequence[_Line]) -> str:
    """A list, as a table's cells do not break into lines."""
    entries = [
        (f"**{escaped(line.standing.owner)}\\: {escaped(line.standing.title)}**", escaped(line.last_step))
        for line in lines[:MOST_ROWS]
        if line.last_step
    ]
    silent = sum(1 for line in lines if not line.last_step)
    rest = f"Nothing has been said yet about the other {silent}." if silent and entries else ""
    parts = ("## Said last", listed(entries), rest) if entries else ()
    return "\n\n".join(part for part in parts if part)


def _settled(lines: Sequence[_Line]) -> str:
    if not lines:
        return ""
    rows = [_who_and_what(line) for line in lines[:MOST_ROWS]]
    return _titled("Settled", ("How it ended", "By whom", "Was due", "What"), rows, len(lines))


def _who_and_what(line: _Line) -> tuple[str, ...]:
    row = line.standing
    return (standing_words(row), escaped(row.owner), spoken(row.due_on), escaped(row.title))


def _titled(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
    more = f"\n\nand {total - len(rows)} more" if total > len(rows) else ""
    return f"## {title} ({total})\n\n{table(headings, rows)}{more}"


def _decisions(session: Session, process: Process) -> str:
    entries = [
        (
            f"**{decision_words(one.gate, one.decision)}**",
            f"decided by the {escaped(spoken_role(one.capacity))} on {spoken(one.decided_on)}",
            f"recorded on {spoken(clock.local(one.recorded_at).date())}{taken_back_words(one)}",
        )
        for one in decisions_of(session, process)
    ]
    return f"## Decisions\n\n{listed(entries) or 'None is recorded yet.'}"


def _messages(counts: Mapping[MessageState, int]) -> str:
    said = [f"{counts[state]} {words}" for state, words in STATES.items() if counts.get(state)]
    return f"## Messages about this review\n\n{upper_first(and_joined(said)) or 'None so far'}."


def _how_dates_come_about(rows: Sequence[Standing]) -> str:
    """Once for each date, however many agencies owe it."""
    known = dict.fromkeys((row.title, row.explanation, source_words(row.source, row.mark)) for row in rows)
    entries = [
        (f"**{escaped(title)}**", escaped(explanation), f"source\\: {escaped(source)}")
        for title, explanation, source in list(known)[:MOST_ROWS]
    ]
    return f"## How the dates come about\n\n{listed(entries)}" if entries else ""
