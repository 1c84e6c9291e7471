"""A review on its way, and its pages taken apart as a reader of Markdown sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from markdown_it import MarkdownIt
from markdown_it.token import Token
from sqlmodel import select

from config import clock
from flows.steps import practice_learning_review as step
from models.records.asks import Ask, GateAnswer
from models.records.boards import Board, Contact, agencies_of
from models.records.chasing import deadline_in, meet_deadline, move_deadline
from models.records.database import reading, transaction
from models.records.delays import DelayReason, Extension, ExtensionState, Pause
from models.records.history import write_history
from models.records.meetings import Meeting, MeetingKind, MeetingState
from models.records.processes import Process
from models.rules.timetable import DueDate, Unit
from reports.pages import Links, agency_page, process_page, today_page
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


def without_pictures(page: str) -> str:
    """The page without the letters that its pictures are made of."""
    return re.sub(r"\(data:image/png;base64,[^)]*\)", "()", page)


def today_of_board(board: Board, day: date, hour: int = 8) -> str:
    """The page of today of the board, as it is at that hour."""
    with the_day(day, hour), reading() as session:
        return today_page(session, book(), session.get_one(Board, board.id), day, LINKS)


def agency_page_of(board: Board, key: str, day: date) -> str:
    """The page of an agency of the board on that day."""
    with the_day(day, 8), reading() as session:
        row = session.get_one(Board, board.id)
        (one,) = [each for each in agencies_of(session, row.id or 0) if each.key == key]
        return agency_page(session, book(), row, one, day, LINKS)


def board_page(page: Callable[..., str], board: Board, day: date) -> str:
    """One of the pages of the whole board on that day."""
    with the_day(day, 8), reading() as session:
        return page(session, book(), session.get_one(Board, board.id), day, LINKS)


def more_time_asked(process: Process, slot: str, day: date, until: date) -> None:
    """More time for it was asked for that day, and nobody has decided."""
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, process.id)
        owed = deadline_in(session, mine, slot)
        assert owed is not None
        session.add(
            Extension(
                process_id=mine.id or 0, deadline_id=owed.id or 0, reason=DelayReason.CRIMINAL_PROCEEDINGS,
                state=ExtensionState.ASKED, asked_on=day, from_due_on=owed.due_on, wanted_on=until,
                noted_at=clock.now(),
            )
        )  # fmt: skip


def more_time_granted(process: Process, slot: str, day: date, until: date) -> None:
    """It is due later since that day."""
    more_time_asked(process, slot, day, until)
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, process.id)
        owed = deadline_in(session, mine, slot)
        assert owed is not None
        asked = session.exec(select(Extension).where(Extension.deadline_id == owed.id)).one()
        asked.state, asked.new_due_on, asked.decided_on = ExtensionState.GRANTED, until, day
        asked.capacity = "panel_chair"
        days = (until - day).days
        due = DueDate(owed.kind, owed.anchor, until - timedelta(days=days), days, Unit.CALENDAR_DAYS, until, until, "x")
        move_deadline(session, book(), mine, owed, due, "more time was granted")
        owed.extensions += 1
        session.add_all((asked, owed))


def paused(process: Process, day: date, look_again_on: date, ended_on: date | None = None) -> None:
    """The clock of the process stands still from that day on."""
    with the_day(day), transaction() as session:
        session.add(
            Pause(
                process_id=process.id or 0, reason=DelayReason.INQUEST, from_on=day, look_again_on=look_again_on,
                noted_at=clock.now(), ended_on=ended_on,
            )
        )  # fmt: skip


def met(process: Process, slot: str, day: date) -> None:
    """It came that day."""
    with the_day(day), transaction() as session:
        mine = session.get_one(Process, process.id)
        owed = deadline_in(session, mine, slot)
        assert owed is not None
        meet_deadline(session, mine, owed, day)


def a_meeting(
    board: Board, process: Process | None, day: date, kind: MeetingKind = MeetingKind.UPDATE, *, held: bool = False
) -> None:
    """A meeting at ten o'clock of that day."""
    with transaction() as session:
        session.add(
            Meeting(
                board_id=board.id or 0, process_id=process.id if process else None, kind=kind,
                starts_at=clock.at(day, 10), minutes=90, place="The board's meeting room", uid=f"{kind}-{day}",
                state=MeetingState.HELD if held else MeetingState.PLANNED,
            )
        )  # fmt: skip


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
