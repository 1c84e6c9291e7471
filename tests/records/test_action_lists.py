"""All actions of a board as papers list them, and what the record says of letters and proposals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import select

from flows.steps import action_plan as step
from models.records.action_challenges import Deed, events_of, letters_to_chief_officers, register_proposals
from models.records.action_lists import Listed, listed_actions
from models.records.action_words import typed_of
from models.records.actions import action_numbered, propose
from models.records.boards import Board, Contact
from models.records.chasing import deadline_in, note_call
from models.records.database import engine, reading, transaction
from models.records.deadlines import CallOutcome
from models.records.messages import MessageState
from models.records.processes import process_by_ref
from models.rules.actions import ActionState
from models.rules.working_days import add_working_days
from tests.builders import on
from tests.flows.a_late_plan import (
    CLOSED,
    FIRST_DUE,
    LATER_DUE,
    SECOND_DUE,
    TODAY,
    TYPED,
    WORD_CAME,
    a_plan,
    after,
    doing,
    let_go,
    wish,
)
from tests.records_builders import BOARD, agency, book, the_day

CHALLENGED = on("Tue 2026-06-23")  # 30 working days after the first is due
ANSWERED = on("Fri 2026-06-26")


@pytest.fixture
def plan(database: str) -> str:
    """The reference of the plan."""
    return a_plan()


def listed(day: date = TODAY, ref: str = "") -> dict[int, Listed]:
    """The actions by their numbers."""
    with the_day(day, 16), reading() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        process = process_by_ref(session, ref) if ref else None
        return {each.action.number: each for each in listed_actions(session, book(), board.id or 0, day, process)}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What was asked of the database within the block."""
    asked: list[str] = []

    def remember(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine(), "before_cursor_execute", remember)
    try:
        yield asked
    finally:
        event.remove(engine(), "before_cursor_execute", remember)


def test_each_action_says_where_it_stands_by_when_it_is_due_and_how_late_it_is(plan: str) -> None:
    rows = listed()

    assert {number: (each.is_late, each.days_late) for number, each in rows.items()} == {
        1: (True, 20), 2: (True, 6), 3: (False, 0), 4: (False, 0), 5: (False, 0), 6: (False, 0), 7: (False, 0),
    }  # fmt: skip
    assert [rows[number].holds_on for number in (1, 2, 3, 7)] == [FIRST_DUE, SECOND_DUE, LATER_DUE, LATER_DUE]
    assert [rows[number].state for number in (1, 3, 4, 5, 6, 7)] == [
        ActionState.IN_PROGRESS, ActionState.APPROVED, ActionState.CLAIMED, ActionState.CHECKED, ActionState.CLOSED,
        ActionState.DRAFT,
    ]  # fmt: skip
    assert (rows[1].ref, rows[1].parent_kind, rows[1].agency_key) == (plan, "serious-case-review", "police")
    assert (rows[1].has_owner, rows[3].has_owner) == (True, False)
    assert (rows[3].due("accepted"), rows[1].due("accepted")) == (on("Mon 2026-03-09"), None)
    assert (rows[4].due("evidence"), rows[5].came("evidence")) == (on("Mon 2026-04-27"), on("Mon 2026-04-20"))
    assert (rows[5].due("closure"), rows[6].came("closure")) == (on("Wed 2026-07-22"), CLOSED)


def test_what_was_said_stands_in_the_words_of_the_ladder_with_its_day(plan: str) -> None:
    rows = listed()

    said = [(each.words, each.on) for each in rows[1].said if each.is_late]
    assert said == [
        ("told the owner of the action", on("Tue 2026-05-12")),
        ("told the agency's lead and asked for a firm date", on("Mon 2026-05-18")),
        ("told the agency's Board member, who accounts for it", on("Tue 2026-05-26")),
        ("on the exception list of the monitoring committee", TODAY),
    ]
    assert not rows[1].is_beyond_committee


def test_the_last_word_is_the_latest_of_words_and_calls_and_what_was_typed_lies_apart(plan: str) -> None:
    before = listed()
    with doing(plan, TODAY, 17) as (session, process):
        deadline = deadline_in(session, process, "action:2")
        assert deadline is not None
        note_call(session, book(), process, deadline, CallOutcome.PROMISE, TODAY, on("Mon 2026-06-15"))

    after_the_call = listed()

    with reading() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        typed = typed_of(session, board.id or 0, ("action", "public_wording"))
    assert before[2].heard is not None
    assert (before[2].heard.outcome, before[2].heard.on) == (CallOutcome.AT_RISK, WORD_CAME)
    assert typed.said_of(before[2]) == f"{TYPED} typed this"
    assert typed.of(before[2], "action") == f"{TYPED} action 2"
    assert typed.of(before[2], "evidence") == ""
    assert after_the_call[2].heard is not None
    assert after_the_call[2].heard.outcome is CallOutcome.PROMISE
    assert typed.said_of(after_the_call[2]) == ""
    assert before[1].heard is None


def test_a_new_day_makes_it_late_no_more_and_is_counted(plan: str) -> None:
    with doing(plan, TODAY, 17) as (session, process):
        step.new_day(session, book(), process, action_numbered(session, process, 1), on("Mon 2026-08-03"), "agreed")

    rows = listed()

    assert (rows[1].is_late, rows[1].extensions, rows[1].holds_on) == (False, 1, on("Mon 2026-08-03"))
    assert rows[1].action.due_on == FIRST_DUE
    assert rows[1].said == ()


def test_an_owner_who_has_left_is_nobody(plan: str) -> None:
    with transaction() as session:
        owner = session.exec(select(Contact).where(Contact.email == "owner1@police.example")).one()
        owner.to_on = TODAY
        session.add(owner)

    assert not listed()[1].has_owner


def test_ten_times_as_many_actions_cost_no_more_statements(plan: str) -> None:
    with statements() as few:
        listed()
    with doing(plan, TODAY, 17) as (session, process):
        for _ in range(60):
            propose(session, process, wish(4), agency(session, "police"), None)

    with statements() as many:
        rows = listed()

    assert len(rows) == 67
    assert len(many) == len(few)


def test_of_one_plan_only_its_own_actions_are_listed(plan: str) -> None:
    with the_day(TODAY, 9), transaction() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        other = step.open_plan(session, book(), board, TODAY, [agency(session, "ccg")], "")
        propose(session, other, wish(1, agency="ccg"), agency(session, "ccg"), None)

    assert [each.agency_key for each in listed(ref=other.ref).values()] == ["ccg"]
    assert len(listed(ref=plan)) == 7
    assert listed(ref=other.ref)[1].parent_kind == ""


def test_a_letter_to_a_chief_officer_is_known_from_its_being_held_to_its_answer(plan: str) -> None:
    after(CHALLENGED)
    with the_day(CHALLENGED, 13), reading() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        (held,) = letters_to_chief_officers(session, board.id or 0)
    let_go(CHALLENGED)
    with doing(plan, ANSWERED) as (session, process):
        one = action_numbered(session, process, 1)
        step.word_came(session, book(), process, one, CallOutcome.ON_TRACK, ANSWERED, {})

    with the_day(ANSWERED, 16), reading() as session:
        (sent,) = letters_to_chief_officers(session, board.id or 0)
        events = events_of(session, sent.places)

    assert (held.state, held.released_at, held.sent_at) == (MessageState.HELD, None, None)
    assert (sent.state, sent.released_by, sent.agency) == (MessageState.SENT, "independent_chair", "Police")
    assert sent.released_at is not None
    assert sent.sent_at is not None
    assert sent.released_at < sent.sent_at
    assert [number for _, number in sent.places] == [1]
    assert [(each.deed, each.what) for each in events[sent.places[0]]][-1] == (Deed.WORD, "on-track")
    assert listed(ANSWERED)[1].is_beyond_committee


def test_what_the_ladder_proposes_for_the_register_is_listed_with_its_day(plan: str) -> None:
    day = add_working_days(FIRST_DUE, 95, book().calendar)
    after(CHALLENGED)
    after(day)

    with reading() as session:
        board = session.exec(select(Board).where(Board.key == BOARD)).one()
        (one,) = register_proposals(session, board.id or 0)

    assert (one.place[1], one.on, one.seen_to_on) == (1, day, None)
