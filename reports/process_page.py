"""The page of one process: where it stands, what is owed and how that came about, what was decided and said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from models.records.action_lists import KIND as PLAN
from models.records.ahead import more_time_in
from models.records.asks import unanswered
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.delays import pause_in_force
from models.records.meetings import papers_of
from models.records.messages import MessageState
from models.records.moving import agencies_in_scope
from models.records.processes import Process, opened_by, parent_of
from models.records.returns import returns_of
from models.records.shown import decisions_of, first_due_dates, message_counts
from models.records.standing import Standing, standings
from models.records.today import Step, batched, last_steps, step_words
from models.rulebook import RuleBook
from models.rules.processes import KINDS
from models.rules.rag import Rag
from models.rules.returns import PLAIN as PLAIN_RETURNS
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.stages import plain_stage
from reports.consideration_seen import how_it_came
from reports.links import Links
from reports.markdown_pieces import escaped, link, listed, picture_address, plain_words, table, upper_first
from reports.meetings_seen import meetings_seen
from reports.publication_seen import publication_facts
from reports.sections import more_time_line
from reports.timeline import Limit, timeline_of, timeline_picture, timeline_words
from reports.words import MARKS, STATES, decision_words, source_words, standing_words, taken_back_words

MOST_ROWS = 200
NONE_DRAWN: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Line:
    """One thing owed and what was said of it last."""

    standing: Standing
    last_step: str
    first_due_on: date  # as it was planned at first


def process_page(
    session: Session, book: RuleBook, process: Process, day: date, links: Links, drawn: Mapping[str, str] = NONE_DRAWN
) -> str:
    """The page as Markdown: no names of people, no typed text.

    `drawn` holds pictures that were drawn before, by their words; what they show is not drawn again.
    """
    board = session.get_one(Board, process.board_id)
    lines = _lines(session, book, process, day)
    still = [line for line in lines if line.standing.is_open]
    parts = [
        f"# {escaped(process.spoken_ref)}\\: {lower_first(book.title_of(process.kind, process.guidance))}",
        _where_it_stands(session, book, process, board, links),
        _timeline(session, book, process, day, drawn),
        _owed(still, closed=process.closed_at is not None),
        _returns(session, process),
        _more_time(session, process),
        _said_last(still),
        _settled([line for line in lines if not line.standing.is_open]),
        meetings_seen(session, process),
        _decisions(session, book, process),
        _papers(session, process),
        _messages(message_counts(session, process), KINDS[process.kind].outside),
        _how_dates_come_about([line.standing for line in lines]),
        link(f"Back to the page of today of {board.name}", links.today(board.key)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(session: Session, book: RuleBook, process: Process, day: date) -> list[_Line]:
    deadlines = deadlines_of(session, process)
    first = first_due_dates(session, process)
    last: dict[int, Step] = {}
    for some in batched([each.id or 0 for each in deadlines]):
        last |= last_steps(session, some)
    return [
        _Line(
            standing,
            step_words(book, each.ladder, last.get(each.id or 0)),
            first.get(each.id or 0, each.working_target_on),
        )
        for each, standing in zip(deadlines, standings(session, book, process, day), strict=True)
    ]


def _where_it_stands(
    session: Session, book: RuleBook, process: Process, board: Board, links: Links
) -> str:  # fmt: skip
    facts = [
        ("Where it stands", upper_first(plain_stage(process.stage, book.who_decides(process.guidance)))),
        ("Waits for", _waiting(session, process, links)),
    ]
    began = spoken(clock.local(process.opened_at).date())
    facts.append(("Began in Sightline", began))
    if process.closed_at is not None:
        facts.append(("Closed", spoken(clock.local(process.closed_at).date())))
    facts += _what_holds_it(session, process)
    facts += [(name, escaped(words)) for name, words in publication_facts(session, process)]
    facts += how_it_came(session, book, process)
    facts += _before_and_after(session, process, links)
    if process.kind == PLAN:
        facts.append(("Its actions", link(f"All actions of {board.name}", links.actions(board.key))))
    facts.append(
        ("Agencies taking part", and_joined([escaped(one.name) for one in agencies_in_scope(session, process)]))
    )
    facts.append(("Runs under", escaped(book.spoken_edition(process.guidance))))
    facts.append(("Board", escaped(board.name)))
    return "\n".join(f"- **{name}:** {words}" for name, words in facts if words)


def _before_and_after(session: Session, process: Process, links: Links) -> list[tuple[str, str]]:
    """The process that opened this one, and those that it has opened."""
    before, after = parent_of(session, process), opened_by(session, process)
    facts = [("Follows from", link(before.spoken_ref, links.process(before.ref)))] if before is not None else []
    if after:
        facts.append(("Led to", and_joined([link(each.spoken_ref, links.process(each.ref)) for each in after])))
    return facts


def _what_holds_it(session: Session, process: Process) -> list[tuple[str, str]]:
    """What keeps people from going on today: a pause, never why; blackout days are left out (F-13)."""
    if process.closed_at is not None:
        return []
    pause, facts = pause_in_force(session, process), []
    if pause is not None:
        look = spoken(pause.look_again_on)
        facts.append(
            ("Paused", f"the clock stands still since {spoken(pause.from_on)}; to be looked at again on {look}")
        )
    return facts


def _timeline(session: Session, book: RuleBook, process: Process, day: date, drawn: Mapping[str, str]) -> str:
    """The picture, and the limits in words beside it: the earlier warns."""
    timeline = timeline_of(session, book, process, day)
    words = plain_words(timeline_words(timeline))
    address = drawn.get(words) or picture_address(timeline_picture(timeline))
    limits = [_limit(each, day) for each in timeline.limits]
    return "\n\n".join(part for part in ("## Timeline", listed(limits), f"![{words}]({address})") if part)


def _limit(limit: Limit, day: date) -> Sequence[str]:
    if limit.met_on is not None:
        return (f"**Limit, {escaped(limit.words)}**", spoken(limit.on), f"done on {spoken(limit.met_on)}")
    warning = (
        ""
        if not limit.warns
        else f"{MARKS[Rag.RED]} past"
        if limit.on < day
        else f"{MARKS[Rag.AMBER]} this one comes first"
    )
    return (f"**Limit, {escaped(limit.words)}**", spoken(limit.on), warning)


def _returns(session: Session, process: Process) -> str:
    rows = [
        (escaped(agency.name), upper_first(PLAIN_RETURNS[each.state]), spoken(each.since_on))
        for each, agency in returns_of(session, process)
    ]
    return (
        _titled("Returns of the agencies", ("By whom", "Where it stands", "Since"), rows[:MOST_ROWS], len(rows))
        if rows
        else ""
    )


def _more_time(session: Session, process: Process) -> str:
    entries = [more_time_line(each) for each in more_time_in(session, process)]
    return f"## More time\n\n{listed(entries[-MOST_ROWS:])}" if entries else ""


def _papers(session: Session, process: Process) -> str:
    entries = [
        (f"**{escaped(each.file)}**", f"issued on {spoken(clock.local(each.issued_at).date())}")
        for each in papers_of(session, process)
    ]
    where = "They lie in the board's folder of papers."
    return f"## Papers issued\n\n{where}\n\n{listed(entries[-MOST_ROWS:])}" if entries else ""


def _waiting(session: Session, process: Process, links: Links) -> str:
    if process.closed_at is not None:
        return ""
    asked = unanswered(session, process.id or 0)
    if asked:
        return (
            f"{link(upper_first(asked[-1].title), links.run(asked[-1].run_id))} (press “Resume” there to open the form)"
        )
    return "its next question, which is being prepared"


def _owed(lines: Sequence[_Line], *, closed: bool) -> str:
    if not lines:
        return "" if closed else "## What is owed\n\nNothing is owed at the moment."
    rows = [_who_and_what(line) for line in lines[:MOST_ROWS]]
    return _titled("What is owed", ("How it stands", "What", "By whom", "Due"), rows, len(lines))


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
    return _titled("Settled", ("How it ended", "What", "By whom", "Was due"), rows, len(lines))


def _who_and_what(line: _Line) -> tuple[str, ...]:
    row = line.standing
    moved = "" if line.first_due_on == row.due_on else f", first planned for {spoken(line.first_due_on)}"
    return (standing_words(row), escaped(row.title), escaped(row.owner), spoken(row.due_on) + moved)


def _titled(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> str:
    more = f"\n\nand {total - len(rows)} more" if total > len(rows) else ""
    return f"## {title} ({total})\n\n{table(headings, rows)}{more}"


def _decisions(session: Session, book: RuleBook, process: Process) -> str:
    who = book.who_decides(process.guidance)
    entries = [
        (
            f"**{decision_words(one.gate, one.decision)}**",
            f"decided by the {escaped(who.role(one.capacity))} on {spoken(one.decided_on)}",
            f"recorded on {spoken(clock.local(one.recorded_at).date())}{taken_back_words(one)}",
        )
        for one in decisions_of(session, process)
    ]
    return f"## Decisions\n\n{listed(entries) or 'None is recorded yet.'}"


def _messages(counts: Mapping[MessageState, int], outside: str) -> str:
    said = [f"{counts[state]} {words}" for state, words in STATES.items() if counts.get(state)]
    return f"## Messages about this {outside}\n\n{upper_first(and_joined(said)) or 'None so far'}."


def _how_dates_come_about(rows: Sequence[Standing]) -> str:
    """Once for each date, however many agencies owe it."""
    known = dict.fromkeys((row.title, row.explanation, source_words(row.source, row.mark)) for row in rows)
    entries = [
        (f"**{escaped(title)}**", escaped(explanation), f"source\\: {escaped(source)}")
        for title, explanation, source in list(known)[:MOST_ROWS]
    ]
    return f"## How the dates come about\n\n{listed(entries)}" if entries else ""
