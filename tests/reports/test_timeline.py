"""The timeline of a review as values from the record, and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.records.boards import Board
from models.records.chasing import deadline_in, end_deadline
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.delays import Blackout
from models.records.meetings import MeetingKind
from models.records.processes import Process
from models.rules.rag import Rag
from reports.timeline import Limit, Line, MeetingDay, Still, Timeline, timeline_of, timeline_words
from tests.builders import on
from tests.records_builders import a_board, book, the_day
from tests.reports.shown_pages import (
    a_meeting,
    a_review,
    agreed,
    met,
    more_time_granted,
    paused,
    timetable_set,
)

OPENED, AGREED, MET = on("Mon 2026-03-02"), on("Wed 2026-03-04"), on("Mon 2026-03-30")
SEEN = on("Wed 2026-06-10")
AGENCIES = ("police", "probation", "housing", "education")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def board(database: str) -> Board:
    return a_board(OPENED)


@pytest.fixture
def review(board: Board) -> Process:
    process = a_review(board, OPENED, AGENCIES)
    agreed(process, AGREED)
    timetable_set(process, MET)
    return process


def seen(process: Process, day: date) -> Timeline:
    with the_day(day), reading() as session:
        return timeline_of(session, book(), session.get_one(Process, process.id), day)


def line_of(timeline: Timeline, title: str) -> Line:
    (found,) = [line for line in timeline.lines if line.title == title]
    return found


def test_what_every_agency_owes_is_one_line_with_its_count_and_the_worst_colour(review: Process) -> None:
    for key in ("police", "probation"):
        met(review, f"imr:{key}", on("Fri 2026-06-05"))
    more_time_granted(review, "imr:housing", on("Mon 2026-06-01"), on("Mon 2026-06-22"))

    line = line_of(seen(review, SEEN), "Agency return for the review")

    assert (line.counted, line.rag, line.words) == ("2 of 4", Rag.RED, "Overdue")
    assert (line.planned_on, line.due_on) == (on("Mon 2026-06-08"), on("Mon 2026-06-22"))
    assert line.late_since_on == on("Mon 2026-06-08")
    assert line.met_on is None


def test_a_line_is_done_on_the_day_the_last_one_came(review: Process) -> None:
    for key, day in zip(
        AGENCIES, ("Mon 2026-06-01", "Tue 2026-06-09", "Wed 2026-06-03", "Thu 2026-06-04"), strict=True
    ):
        met(review, f"imr:{key}", on(day))

    line = line_of(seen(review, SEEN), "Agency return for the review")

    assert (line.rag, line.met_on, line.counted) == (Rag.BLUE, on("Tue 2026-06-09"), "4 of 4")


def test_a_date_that_moved_twice_shows_the_first_and_the_present_one(review: Process) -> None:
    planned = line_of(seen(review, MET), "First draft of the report").due_on
    more_time_granted(review, "draft_report", on("Mon 2026-06-01"), on("Mon 2026-08-03"))

    line = line_of(seen(review, SEEN), "First draft of the report")

    assert (line.planned_on, line.due_on, line.moved) == (planned, on("Mon 2026-08-03"), True)


def test_both_limits_are_shown_and_the_earlier_warns(review: Process) -> None:
    limits = seen(review, SEEN).limits

    assert [(each.words, each.on, each.warns) for each in limits] == [
        ("six months from the decision", on("Wed 2026-09-02"), True),
        ("six months from the initial meeting", on("Wed 2026-09-30"), False),
    ]
    assert not any("completed" in line.title for line in seen(review, SEEN).lines)


def test_pauses_and_meetings_are_shown_but_never_why_and_no_cancelled_one(board: Board, review: Process) -> None:
    paused(review, on("Mon 2026-05-04"), on("Mon 2026-06-01"), on("Mon 2026-05-11"))
    paused(review, on("Mon 2026-06-08"), on("Mon 2026-07-06"))
    a_meeting(board, review, on("Mon 2026-04-27"), held=True)
    a_meeting(board, review, on("Mon 2026-07-06"), MeetingKind.DRAFT)

    timeline = seen(review, SEEN)

    assert timeline.pauses == (Still(on("Mon 2026-05-04"), on("Mon 2026-05-11")), Still(on("Mon 2026-06-08")))
    assert timeline.meetings == (
        MeetingDay("update meeting", on("Mon 2026-04-27"), held=True),
        MeetingDay("panel on the draft report", on("Mon 2026-07-06"), held=False),
    )
    assert "inquest" not in timeline_words(timeline).lower()


def test_days_without_contact_are_nowhere_on_it(review: Process) -> None:
    before = seen(review, SEEN)
    with the_day(SEEN), transaction() as session:
        from config import clock

        session.add(
            Blackout(process_id=review.id or 0, from_on=SEEN, until_on=on("Fri 2026-06-12"), noted_at=clock.now())
        )

    assert seen(review, SEEN) == before


def test_a_review_only_just_decided_shows_all_milestones_as_expected(board: Board) -> None:
    process = a_review(board, OPENED)

    timeline = seen(process, OPENED)

    expected = [line for line in timeline.lines if line.expected]
    assert len(expected) > 20
    assert {line.rag for line in expected} == {Rag.GREY}
    assert all(line.due_on > OPENED for line in expected)
    by_title = {line.title: line.due_on for line in timeline.lines}
    assert by_title["Initial meeting of the review panel"] < by_title["Agency return for the review"]
    assert len(timeline.limits) == 1


def test_what_was_given_up_says_so_and_is_neither_late_nor_done(review: Process) -> None:
    with the_day(SEEN), transaction() as session:
        mine = session.get_one(Process, review.id)
        owed = deadline_in(session, mine, "draft_report")
        assert owed is not None
        end_deadline(session, mine, owed, DeadlineState.WAIVED, "a test")

    line = line_of(seen(review, on("Mon 2026-12-07")), "First draft of the report")

    assert (line.given_up, line.words, line.met_on, line.late_since_on) == (True, "Given up", None, None)


def test_a_closed_review_stays_as_it_was_on_its_last_day(board: Board) -> None:
    from flows.steps.practice_learning_review import partners_decided

    process = a_review(board, OPENED)
    with the_day(AGREED), transaction() as session:
        partners_decided(session, book(), session.get_one(Process, process.id), agreed=False, on=AGREED)

    assert seen(process, on("Mon 2026-06-22")) == seen(process, AGREED)
    assert seen(process, SEEN).closed
    assert not any(line.expected for line in seen(process, SEEN).lines)


def test_two_reviews_of_a_board_never_mix(board: Board, review: Process) -> None:
    alone = seen(review, SEEN)
    other = a_review(board, OPENED, ("police", "cafcass"))
    agreed(other, AGREED)
    timetable_set(other, on("Mon 2026-04-13"))
    paused(other, on("Mon 2026-05-04"), on("Mon 2026-06-01"))
    a_meeting(board, other, on("Mon 2026-04-27"))
    met(other, "imr:police", on("Fri 2026-05-29"))

    assert seen(review, SEEN) == alone
    assert seen(other, SEEN).title == other.spoken_ref


SMALL = Timeline(
    "CR-7Q4M Rowan", SEEN,
    (Line("A return", on("Mon 2026-06-08"), on("Mon 2026-06-15"), Rag.AMBER, of=8, done=5),),
    (Still(on("Mon 2026-05-04"), on("Mon 2026-05-11")),),
    (Limit("six months from the decision", on("Wed 2026-09-02"), warns=True),),
    (MeetingDay("update meeting", on("Mon 2026-07-06"), held=False),),
)  # fmt: skip
CHANGED_LINE = [
    {"title": "Another"}, {"planned_on": on("Tue 2026-06-09")}, {"due_on": on("Tue 2026-06-16")}, {"rag": Rag.GREEN},
    {"met_on": SEEN}, {"of": 9}, {"done": 6}, {"late_since_on": on("Mon 2026-06-08")}, {"given_up": True},
    {"expected": True},
]  # fmt: skip


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("change", CHANGED_LINE)
def test_whatever_the_picture_of_a_line_shows_stands_in_the_words_too(change: dict[str, object]) -> None:
    other = replace(SMALL, lines=(replace(SMALL.lines[0], **change),))  # type: ignore[arg-type]

    assert timeline_words(other) != timeline_words(SMALL)


@pytest.mark.usefixtures("database")
def test_whatever_else_the_picture_shows_stands_in_the_words_too() -> None:
    (limit,), (meeting,) = SMALL.limits, SMALL.meetings
    others = [
        replace(SMALL, title="CR-2222 Birch"), replace(SMALL, on=on("Thu 2026-06-11")), replace(SMALL, closed=True),
        replace(SMALL, pauses=(Still(on("Mon 2026-05-04")),)), replace(SMALL, pauses=()),
        replace(SMALL, limits=(replace(limit, warns=False),)), replace(SMALL, limits=(replace(limit, met_on=SEEN),)),
        replace(SMALL, limits=(replace(limit, on=SEEN),)), replace(SMALL, meetings=(replace(meeting, held=True),)),
        replace(SMALL, meetings=(replace(meeting, on=SEEN),)), replace(SMALL, meetings=()),
    ]  # fmt: skip

    said = {timeline_words(one) for one in [SMALL, *others]}

    assert len(said) == len(others) + 1
    assert "A return, 5 of 8: due soon, planned Monday 8 June 2026, moved to Monday 15 June 2026." in next(
        words for words in said if words == timeline_words(SMALL)
    )
