"""A review on its way, and its pages taken apart as a reader of Markdown sees them."""

from __future__ import annotations

from datetime import date

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sqlmodel import select

from config import clock
from flows.steps import practice_learning_review as step
from models.records.asks import Ask, GateAnswer
from models.records.boards import Board, Contact
from models.records.database import reading, transaction
from models.records.history import write_history
from models.records.processes import Process
from reports.pages import Links, process_page, today_page
from tests.records_builders import agency, book, the_day

LINKS = Links("http://127.0.0.1:4200")
RUN = "11111111-2222-3333-4444-555555555555"
PLACE = "https://store.example/one"


def a_review(board: Board, day: date, agencies: tuple[str, ...] = ("police", "probation")) -> Process:
    """A review on which the Chair decided that day."""
    with the_day(day), transaction() as session:
        taking_part = [agency(session, key) for key in agencies]
        return step.open_review(session, book(), board, day, taking_part, PLACE)


def agreed(process: Process, day: date) -> None:
    """The Strategic Partners agreed that day and the agencies were asked for authors."""
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, process.id)
        step.partners_decided(session, book(), mine, agreed=True, on=day)
        step.ask_agencies_for_authors(session, book(), mine)


def timetable_set(process: Process, day: date) -> None:
    """The initial meeting was held that day."""
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, process.id)
        step.initial_meeting_held(session, book(), mine, day)
        step.set_timetable(session, book(), mine)


def waits(process: Process, title: str, day: date) -> None:
    """A form with that title waits for a person."""
    with the_day(day), transaction() as session:
        asked = Ask(
            process_id=process.id or 0, gate="what-happened", attempt=1, run_id=RUN, title=title, asked_at=clock.now()
        )
        session.add(asked)


def decided(process: Process, gate: str, decision: str, capacity: str, day: date, words: dict[str, str]) -> None:
    """The decision stands in the record with what was typed beside it."""
    with the_day(day), transaction() as session:
        seq = write_history(session, session.get_one(Process, process.id), "decision", {"gate": gate}, words)
        session.add(
            GateAnswer(
                process_id=process.id or 0, gate=gate, decision=decision, capacity=capacity, decided_on=day,
                recorded_at=clock.now(), history_seq=seq,
            )
        )  # fmt: skip


def page_of(process: Process, day: date) -> str:
    """The page of the process on that day."""
    with the_day(day, 8), reading() as session:
        return process_page(session, book(), session.get_one(Process, process.id), day, LINKS)


def today_of_board(board: Board, day: date, hour: int = 8) -> str:
    """The page of today of the board, as it is at that hour."""
    with the_day(day, hour), reading() as session:
        return today_page(session, book(), session.get_one(Board, board.id), day, LINKS)


def everybody() -> list[Contact]:
    """All people in the record."""
    with reading() as session:
        return list(session.exec(select(Contact)).all())


def tokens(page: str) -> list[Token]:
    """What a reader of Markdown makes of the page, the pieces within lines too."""
    blocks = MarkdownIt("commonmark").enable("table").parse(page)
    return [*blocks, *(child for block in blocks for child in block.children or [])]


def rows(page: str) -> list[list[str]]:
    """The cells of all rows of all tables, as they are read."""
    found: list[list[str]] = []
    within = False
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        if token.type == "tr_open":
            found.append([])
        within = token.type in ("td_open", "th_open") or (within and token.type == "inline")
        if token.type == "inline" and within:
            found[-1].append(as_read(token))
    return found


def as_read(inline: Token) -> str:
    """The words of a piece of text without its markup."""
    return "".join(child.content for child in inline.children or [])


def addresses(page: str) -> list[str]:
    """Where the links of the page lead."""
    return [str(token.attrs["href"]) for token in tokens(page) if token.type == "link_open"]


def text(page: str) -> str:
    """All words of the page as they are read."""
    return "\n".join(as_read(token) for token in MarkdownIt("commonmark").enable("table").parse(page) if token.children)
