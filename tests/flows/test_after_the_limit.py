"""An approval that is due after the limit warns in its own line, wherever that line stands."""

from __future__ import annotations

from datetime import date

import pytest

from models.records.boards import Board
from models.records.chasing import deadline_in, move_deadline
from models.records.database import reading, transaction
from models.records.meetings import MeetingKind, meetings_of
from models.records.processes import process_by_ref
from models.records.standing import Standing, standings
from models.records.today import owed_by_the_board
from models.rules.rag import Rag
from models.rules.timetable import DueDate, Unit
from reports.links import Links
from reports.panel_paper import panel_paper
from reports.process_page import process_page
from reports.timeline import timeline_of, timeline_words
from tests.builders import on
from tests.flows.scripted_port import Conversation
from tests.records_builders import book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DAY, LIMIT, LATE = on("Tue 2026-03-10"), on("Wed 2026-09-02"), on("Wed 2026-09-30")
WORDS = "After the limit of Wednesday 2 September 2026"


@pytest.fixture
def too_late(under_way: Conversation) -> Conversation:
    """A review with update meetings whose approval is due four weeks after its limit."""
    with the_day(DAY, 9):
        under_way.go_on().go_to("update-meetings")
        under_way.decide("panel_chair", chosen="plan")
        moved_to(under_way, LATE)
    return under_way


def moved_to(one: Conversation, day: date) -> None:
    with transaction() as session:
        process = process_by_ref(session, one.ref, for_update=True)
        approval = deadline_in(session, process, "board_approval")
        assert approval is not None
        due = DueDate("board_approval", "initial-meeting", DAY, 0, Unit.CALENDAR_DAYS, day, day, "Put off.")
        move_deadline(session, book(), process, approval, due, "put off")


def its_line(one: Conversation, day: date) -> Standing:
    with the_day(day), reading() as session:
        rows = standings(session, book(), one.process, day)
    return next(row for row in rows if row.slot == "board_approval")


def test_it_is_amber_and_says_so_instead_of_on_track(too_late: Conversation) -> None:
    row = its_line(too_late, DAY)

    assert (row.rag, row.words) == (Rag.AMBER, WORDS)
    assert its_line(too_late, on("Fri 2026-09-25")).words == f"Due soon, {WORDS[:1].lower()}{WORDS[1:]}"
    assert its_line(too_late, on("Thu 2026-10-01")).rag is Rag.RED
    with the_day(DAY):
        moved_to(too_late, LIMIT)
    assert (its_line(too_late, DAY).rag, its_line(too_late, DAY).words) == (Rag.GREEN, "On track")


def test_page_timeline_paper_and_the_list_of_decisions_say_the_same(too_late: Conversation) -> None:
    with the_day(DAY), reading() as session:
        process = too_late.process
        page = process_page(session, book(), process, DAY, Links("http://127.0.0.1:4200"))
        timeline = timeline_of(session, book(), process, DAY)
        (first, *_) = meetings_of(session, process, MeetingKind.UPDATE)
        paper = str(panel_paper(session, book(), process, first, DAY))
        board_id = session.get_one(Board, process.board_id).id or 0
        owed = owed_by_the_board(session, book(), board_id, DAY, ("independent_chair",)).items

    line = next(each for each in timeline.lines if each.title == "Report and action plan approved")
    assert (line.rag, line.words, line.limit_on) == (Rag.AMBER, "After the limit", LIMIT)
    assert "Report and action plan approved: after the limit of Wednesday 2 September 2026" in timeline_words(timeline)
    assert "1 after the limit" in timeline_words(timeline)
    assert WORDS in page and WORDS in paper
    assert {each.rag for each in owed if each.kind == "board_approval"} == {Rag.AMBER}
