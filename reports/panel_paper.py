"""The panel's paper before an update meeting: where the review stands, what is late, what is to be decided.

Roles and agencies only; no name of a person and nothing that a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from config import clock
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState, Standstill
from models.records.delays import ExtensionState, extensions_of, pause_in_force
from models.records.meetings import Meeting, MeetingKind, is_on, planned_meetings
from models.records.messages import MessageState
from models.records.moving import agencies_in_scope
from models.records.processes import Process
from models.records.returns import returns_of
from models.records.said import TO_FOLDER, TRIAL, Chase, Matter, chasing_about
from models.records.standing import Standing, standings
from models.rulebook import RuleBook
from models.rules.rag import Rag
from models.rules.returns import PLAIN as RETURNS
from models.rules.returns import ReturnState
from models.rules.spoken import and_joined, lower_first, spoken
from models.rules.stages import plain_stage
from models.rules.working_days import working_days_between
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph, Picture, alike, spoken_moment, titled
from reports.paper_words import MEETINGS, REASONS, TASKS, agency_names, asked_whom, thing, whose
from reports.publication_seen import publication_facts

KIND = "panel-paper"
LIMIT, OTHER_LIMIT, TERMS = "limit", "decision_limit", "terms_agreed"
OF_PANEL_AND_BOARD = ("panel_chair", "panel_chair_deputy", "independent_chair", "strategic_partners", "board")
TO_BE_READ = (ReturnState.SUBMITTED, ReturnState.PANEL_QA)
NOT_BY_MAIL = {TO_FOLDER: "mail written to the folder only", TRIAL: "trial mode, to the office only"}
WEEKS_WITHOUT_A_NEXT_MEETING = 4  # B.2 "update meetings" (D: default, to be confirmed by the board)


@dataclass(frozen=True)
class _View:
    """What all parts of the paper look at."""

    session: Session
    book: RuleBook
    process: Process
    meeting: Meeting
    day: date  # as of which the paper is made
    names: Mapping[int | None, str]
    deadlines: Sequence[Deadline]
    rows: Sequence[Standing]  # of the same deadlines, in the same order

    @property
    def until(self) -> date:
        """The next update meeting after this one, or the day on which it would be."""
        later = [
            is_on(each)
            for each in planned_meetings(self.session, self.process, MeetingKind.UPDATE)
            if each.starts_at > self.meeting.starts_at
        ]
        return later[0] if later else is_on(self.meeting) + timedelta(weeks=WEEKS_WITHOUT_A_NEXT_MEETING)

    @property
    def late(self) -> list[tuple[Deadline, Standing]]:
        """What is owed, chased and overdue."""
        return [
            (deadline, row)
            for deadline, row in zip(self.deadlines, self.rows, strict=True)
            if deadline.state is DeadlineState.OPEN and row.rag is Rag.RED
        ]


def panel_paper(session: Session, book: RuleBook, process: Process, meeting: Meeting, day: date) -> Document:
    """The paper for the meeting, as the record stands on that day."""
    view = _View(
        session, book, process, meeting, day, agency_names(session, process), deadlines_of(session, process),
        standings(session, book, process, day),
    )  # fmt: skip
    return Document(
        title=f"Paper for the update meeting on {spoken(is_on(meeting))}: {process.spoken_ref}",
        reference=process.spoken_ref, board=session.get_one(Board, process.board_id).name,
        head=process.history_head, made_at=clock.now(),
        blocks=(
            Facts(tuple(_about(view))), *_wanted(view), *_late(view), *_returns(view), *_timetable(view),
            *_ahead(view),
        ),
    )  # fmt: skip


def _about(view: _View) -> list[tuple[str, str]]:
    process, meeting = view.process, view.meeting
    rows = [
        ("Review", f"{process.spoken_ref}, {lower_first(view.book.title_of(process.kind, process.guidance))}"),
        ("Runs under", view.book.spoken_edition(process.guidance)),
        ("Meeting", f"{spoken_moment(meeting.starts_at)}, {meeting.minutes} minutes. {meeting.place}".strip()),
        ("Where the review stands", upper_first(plain_stage(process.stage, view.book.who_decides(process.guidance)))),
        ("Agencies taking part", and_joined([each.name for each in agencies_in_scope(view.session, process)])),
    ]
    limits = [each for each in view.deadlines if each.kind == LIMIT and each.state is DeadlineState.OPEN]
    rows += [("To be complete by", spoken(each.due_on)) for each in limits]
    rows += [
        (upper_first(each.title), spoken(each.due_on))
        for each in view.deadlines
        if each.kind == OTHER_LIMIT and each.state is DeadlineState.OPEN
    ]
    pause = pause_in_force(view.session, process)
    if pause is not None:
        rows.append(("Paused", f"Since {spoken(pause.from_on)}: {REASONS[pause.reason]}"))
    return rows + [(name, upper_first(words)) for name, words in publication_facts(view.session, process)]


def _wanted(view: _View) -> list[Block]:
    entries = [*_of_the_panel(view), *_more_time(view), *_to_be_read(view), *_not_agreed(view)]
    heading = Heading("Decisions wanted from this meeting")
    return [heading, Listing(tuple(entries)) if entries else Paragraph("None.")]


def _of_the_panel(view: _View) -> list[str]:
    """What is owed by the chairs, the partners or the Board before the panel meets again."""
    return [
        f"{each.title}: {row.owner}, due {spoken(each.working_target_on)} ({row.words.lower()})."
        for each, row in zip(view.deadlines, view.rows, strict=True)
        if each.state is DeadlineState.OPEN and not each.is_limit
        and each.agency_id is None and each.owner_role in OF_PANEL_AND_BOARD and each.working_target_on <= view.until
    ]  # fmt: skip


def _more_time(view: _View) -> list[str]:
    by_id = {each.id: each for each in view.deadlines}
    return [
        f"More time is asked for: {thing(by_id[each.deadline_id], view.names)}, due {spoken(each.from_due_on)}"
        f"{f', wanted until {spoken(each.wanted_on)}' if each.wanted_on else ''}; reason: {REASONS[each.reason]}."
        for each in extensions_of(view.session, view.process)
        if each.state is ExtensionState.ASKED and each.deadline_id in by_id
    ]


def _to_be_read(view: _View) -> list[str]:
    names = [agency.name for each, agency in returns_of(view.session, view.process) if each.state in TO_BE_READ]
    return [f"The panel has returns to read: {and_joined(names)}."] if names else []


def _not_agreed(view: _View) -> list[str]:
    names = [
        whose(each, view.names) for each in view.deadlines if each.kind == TERMS and each.state is DeadlineState.OPEN
    ]
    return [f"Not agreed yet to the terms of reference: {and_joined(names)}."] if names else []


def _late(view: _View) -> list[Block]:
    told: dict[int, dict[str, list[str]]] = {}
    for each in chasing_about(view.session, Matter(view.process)):
        on = _told_on(each) if each.notice.is_late and each.notice.arming == each.deadline.arming else None
        if on is not None:
            told.setdefault(each.deadline.id or 0, {}).setdefault(_whom(each), []).append(spoken(on))
    rows = [
        (
            deadline.title, row.owner, spoken(row.due_on), f"{_days_late(view, row)}",
            "; ".join(f"{who}, {and_joined(days)}" for who, days in told.get(deadline.id or 0, {}).items())
            or _nobody(deadline),
        )
        for deadline, row in view.late
    ]  # fmt: skip
    headings = ("What", "By whom", "Was due", "Working days late", "Who was told")
    shown = alike(rows, 1)
    return titled("What is late, and who was told", headings, shown, "Nothing is late.", (5, 5, 4, 3, 7))


def _told_on(each: Chase) -> date | None:
    """The day on which somebody was told; None for what reached nobody."""
    if each.message is not None and each.message.state is MessageState.SENT and each.message.sent_at is not None:
        return clock.local(each.message.sent_at).date()
    return each.notice.said_on if each.task is not None else None


def _whom(each: Chase) -> str:
    """The role alone: the agency stands beside it."""
    who = asked_whom(each.deadline, each.notice.recipient_role, {})
    if each.task is not None:
        return f"{who} ({TASKS[each.task.kind]})"
    known = [words for begins, words in NOT_BY_MAIL.items() if each.message and each.message.reply.startswith(begins)]
    return f"{who} ({known[0]})" if known else who


def _nobody(deadline: Deadline) -> str:
    return "Nobody: more time is asked for" if deadline.standstill is Standstill.EXTENSION else "Nobody yet"


def _days_late(view: _View, row: Standing) -> int:
    return working_days_between(row.due_on, view.day, view.book.calendar)


def _returns(view: _View) -> list[Block]:
    known = returns_of(view.session, view.process)
    if not known:
        return []
    rows = [(agency.name, upper_first(RETURNS[each.state]), spoken(each.since_on)) for each, agency in known]
    headings = ("Agency", "Where it stands", "Since")
    return titled("Returns of the agencies", headings, alike(rows, 0), "", (6, 5, 4))


def _timetable(view: _View) -> list[Block]:
    rows = alike([(row.title, row.owner, spoken(row.due_on), row.words) for row in view.rows], 1)
    headings = ("What", "By whom", "Due", "How it stands")
    heading, *rest = titled("Timetable", headings, rows, "Nothing is owed yet.", (5, 6, 4, 4))
    return [heading, *_timeline(view), *rest]


def _timeline(view: _View) -> list[Block]:
    """The picture of planned and actual dates, in an installation that can draw it."""
    drawing = _drawing()
    if drawing is None or not view.rows:
        return []
    timeline = drawing.timeline_of(view.session, view.book, view.process, view.day)
    return [Picture(drawing.timeline_picture(timeline), drawing.timeline_words(timeline))]


def _drawing() -> Any:
    try:
        return import_module("reports.timeline")
    except ModuleNotFoundError as missing:
        if missing.name != "reports.timeline":
            raise
        return None


def _ahead(view: _View) -> list[Block]:
    first = is_on(view.meeting)
    owed = [
        (row.due_on, row.title, row.owner) for row in view.rows if row.is_open and first <= row.due_on <= view.until
    ]
    meetings = [
        (is_on(each), upper_first(MEETINGS[each.kind]), "Panel")
        for each in planned_meetings(view.session, view.process)
        if each.id != view.meeting.id and first <= is_on(each) <= view.until
    ]
    rows = alike([(spoken(on), what, who) for on, what, who in sorted([*owed, *meetings])], 2)
    title = f"Dates until {spoken(view.until)}, when the panel meets again or would"
    return titled(title, ("Day", "What", "By whom"), rows, "There are none.", (4, 6, 4))
