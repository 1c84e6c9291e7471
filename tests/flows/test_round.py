"""The laws of the morning round, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from config import clock
from flows import rounds
from flows.round_report import RoundReport
from flows.rounds import run_round, start_if_missed
from models.records.boards import Board
from models.records.chasing import meet_deadline, move_deadline, note_call
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline
from models.records.due import Batch, take_batch
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Notice, Task, TaskKind
from models.records.processes import Process
from models.records.rounds import RoundUnderWay, claim_round
from models.records.said import Matter, tasks_about
from tests.builders import on
from tests.records_builders import (
    Owing,
    a_board,
    a_deadline,
    a_process,
    an_author,
    book,
    change,
    contact,
    due,
    everything_is_sent,
    the_day,
)

ARMED = on("Mon 2026-03-02")
DUE = on("Mon 2026-06-01")
THREE_BEFORE = on("Wed 2026-05-27")
DAY_AFTER = on("Tue 2026-06-02")
THREE_AFTER = on("Thu 2026-06-04")
FIVE_AFTER = on("Mon 2026-06-08")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


@pytest.fixture(autouse=True)
def the_ledger_balances_at_the_end(board: Board) -> Iterator[None]:
    yield
    with reading() as session:
        assert balance(session) == []


def owed(due_on: date, armed_on: date = ARMED, **more: Any) -> Owing:
    return Owing(due_on, armed_on, agency_key="probation", **more)


def round_on(day: date) -> RoundReport:
    with the_day(day):
        return run_round(day, steps=())


def messages() -> Sequence[Message]:
    with reading() as session:
        return session.exec(select(Message).order_by(col(Message.id))).all()


def notices() -> Sequence[Notice]:
    with reading() as session:
        return session.exec(select(Notice).order_by(col(Notice.id))).all()


def tasks() -> Sequence[Task]:
    with reading() as session:
        return session.exec(select(Task).order_by(col(Task.id))).all()


def said() -> list[tuple[str, str]]:
    return [(one.rung, one.recipient_role) for one in notices() if one.message_id is not None]


def fresh(deadline: Deadline) -> Deadline:
    with reading() as session:
        return session.get_one(Deadline, deadline.id)


def test_a_reminder_is_said_once_although_the_round_runs_twice_on_that_day(process: Process) -> None:
    a_deadline(process, owed(DUE))

    round_on(THREE_BEFORE)
    second = round_on(THREE_BEFORE)

    assert [one.kind for one in messages()] == ["reminder"]
    assert said() == [("R3", "owner")]
    assert second.boards[0].chased.deadlines == 0


def test_a_day_before_the_rung_nothing_is_said(process: Process) -> None:
    a_deadline(process, owed(DUE, on("Tue 2026-05-19")))

    round_on(on("Tue 2026-05-26"))

    assert messages() == []
    assert notices() == []


def test_three_weeks_without_a_round_make_one_message_for_each_deadline_and_person(process: Process) -> None:
    deadline = a_deadline(process, owed(DUE))
    round_on(on("Mon 2026-05-11"))

    report = round_on(FIVE_AFTER)

    assert said() == [("L3", "board_member")]
    merged = {one.rung: one.merged_into for one in notices() if one.merged_into}
    assert merged["L1"] == merged["L2"] == merged["R3"] == "L3"
    assert (
        len(report.boards[0].missed) == 19 - 1
    )  # from Tuesday 12 May to Friday 5 June, less the bank holiday of 25 May
    assert report.boards[0].chased.merged_late >= 3
    assert fresh(deadline).next_rung_on == on("Fri 2026-06-12")  # a person lets L4 go on Monday, and sees it on Friday


def test_when_the_date_is_moved_the_ladder_begins_afresh(process: Process) -> None:
    deadline = a_deadline(process, owed(DUE))
    round_on(THREE_BEFORE)
    everything_is_sent()
    later = on("Mon 2026-07-13")

    with the_day(on("Thu 2026-05-28")), transaction() as session:
        mine = session.get_one(Deadline, deadline.id)
        move_deadline(session, book(), session.get_one(Process, process.id), mine, due(Owing(later, ARMED)), "granted")
    round_on(DAY_AFTER)
    round_on(on("Wed 2026-07-08"))

    rungs = [(one.arming, one.rung) for one in notices() if one.message_id is not None]
    assert rungs == [(1, "R3"), (2, "R3")]


def test_what_was_met_is_not_spoken_of_any_more(process: Process) -> None:
    deadline = a_deadline(process, owed(DUE))

    with the_day(on("Fri 2026-05-29")), transaction() as session:
        locked, mine = session.get_one(Process, process.id), session.get_one(Deadline, deadline.id)
        meet_deadline(session, locked, mine, on("Fri 2026-05-29"))
    round_on(FIVE_AFTER)

    assert messages() == []


def test_on_a_quiet_day_nothing_is_said_and_on_the_next_day_it_is(process: Process) -> None:
    a_deadline(process, owed(on("Mon 2026-12-21")))
    christmas_eve, after = on("Thu 2026-12-24"), on("Mon 2027-01-04")

    quiet = round_on(christmas_eve)
    before = list(messages())
    round_on(after)

    assert quiet.boards[0].quiet
    assert before == []
    assert len(messages()) == 1


def test_a_national_limit_is_said_on_a_quiet_day_too(process: Process) -> None:
    a_deadline(process, owed(on("Mon 2026-12-21"), limit=True, mark="P:16"))
    a_deadline(process, owed(on("Mon 2026-12-21"), kind="chronology"))

    round_on(on("Thu 2026-12-24"))

    assert {one.urgent for one in messages()} == {True}
    with reading() as session:
        spoken_of = session.exec(select(Deadline.kind).join(Notice)).all()
    assert set(spoken_of) == {"author-name"}


def test_a_promise_holds_the_chasing_and_afterwards_it_goes_on(process: Process) -> None:
    deadline = a_deadline(process, owed(DUE))
    with the_day(DUE, 12), transaction() as session:
        locked, mine = session.get_one(Process, process.id), session.get_one(Deadline, deadline.id)
        note_call(session, book(), locked, mine, CallOutcome.PROMISE, DUE, on("Fri 2026-06-05"))

    round_on(DAY_AFTER)
    round_on(THREE_AFTER)
    silent = list(said())
    round_on(FIVE_AFTER)

    assert silent == []
    assert said() == [("L3", "board_member")]
    assert fresh(deadline).due_on == DUE


def test_what_is_meant_for_a_board_member_waits_for_release(process: Process) -> None:
    a_deadline(process, owed(DUE))

    round_on(FIVE_AFTER)

    assert [one.state for one in messages()] == [MessageState.HELD]


def test_an_automatic_note_of_lateness_waits_until_eleven(process: Process) -> None:
    a_deadline(process, owed(DUE))

    round_on(DAY_AFTER)

    (message,) = messages()
    assert message.state is MessageState.WAITING
    assert message.not_before_at.hour == 10  # 11:00 of British summer time


def test_one_person_asked_for_in_two_roles_gets_one_message(process: Process) -> None:
    a_deadline(process, owed(DUE))  # the agency lead owes it, and is told as lead too

    round_on(THREE_AFTER)

    late = {one.recipient_role: one for one in notices() if one.rung == "L2"}
    assert late["owner"].message_id is not None
    assert late["agency_lead"].merged_into == "L2"
    assert len(messages()) == 1


def test_author_and_lead_are_both_told_on_the_third_day(process: Process) -> None:
    an_author(process, "probation", ARMED)
    a_deadline(process, owed(DUE, owner_role="imr_author", kind="imr", ladder="imr"))

    round_on(THREE_AFTER)

    told = [one.contact_id for one in notices() if one.message_id is not None]
    assert len(set(told)) == len(told) == 2


def test_several_things_owed_by_one_person_go_into_one_reminder(process: Process) -> None:
    for kind in ("author-name", "chronology", "comments"):
        a_deadline(process, owed(DUE, kind=kind))

    round_on(THREE_BEFORE)

    assert len(messages()) == 1
    assert len(said()) == 3


def test_whom_no_mail_reaches_is_telephoned(process: Process) -> None:
    a_deadline(process, owed(DUE))
    lead = contact("agency_lead", "probation")
    with the_day(ARMED):
        change(lead.id, bounced_at=clock.now())

    round_on(DAY_AFTER)

    assert messages() == []
    (task,) = tasks()
    assert task.title.startswith("Telephone the single point of contact (mail does not reach this person): ")
    assert "Monday 1 June 2026" in task.title
    assert lead.name not in task.title
    assert [one.task_id for one in notices() if one.rung == "L1"] == [task.id]


def test_one_call_stands_for_all_that_one_person_would_have_been_told_and_ends_with_the_last_of_it(
    process: Process,
) -> None:
    first, second = (a_deadline(process, owed(DUE, kind=kind)) for kind in ("chronology", "comments"))
    with the_day(ARMED):
        change(contact("agency_lead", "probation").id, bounced_at=clock.now())

    round_on(DAY_AFTER)
    round_on(DAY_AFTER)

    (task,) = tasks()
    assert task.title.startswith(
        "Telephone the single point of contact (mail does not reach this person): 2 things, the first "
    )
    assert "Probation, due Monday 1 June 2026" in task.title
    calls = [one for one in notices() if one.task_id == task.id]
    assert {one.deadline_id for one in calls} == {first.id, second.id}
    with reading() as session:
        about_one = tasks_about(session, Matter(process, deadline=session.get_one(Deadline, second.id)))
    assert [each.id for each in about_one] == [task.id]
    for deadline, is_done in ((first, False), (second, True)):
        with the_day(DAY_AFTER, 12), transaction() as session:
            own = session.get_one(Process, process.id)
            meet_deadline(session, own, session.get_one(Deadline, deadline.id), DAY_AFTER)
        assert (tasks()[0].done_at is not None) is is_done


def test_a_vacant_role_is_passed_over_upwards_and_the_office_hears_of_it_once(process: Process) -> None:
    a_deadline(process, owed(DUE))
    a_deadline(process, owed(DUE, kind="chronology"))
    change(contact("agency_lead", "probation").id, to_on=on("Fri 2026-05-01"))

    round_on(DAY_AFTER)
    round_on(THREE_AFTER)

    vacant = [one.title for one in tasks() if "has nobody" in one.title]
    assert vacant == ["Probation has nobody as single point of contact: name somebody"]
    board_member = contact("board_member", "probation").id
    assert {one.contact_id for one in messages()} == {board_member}
    assert {one.state for one in messages()} == {MessageState.HELD}


def test_a_role_that_is_vacant_again_is_told_again(process: Process) -> None:
    a_deadline(process, owed(DUE))
    lead = contact("agency_lead", "probation")
    change(lead.id, to_on=on("Fri 2026-05-01"))
    round_on(THREE_BEFORE)

    change(lead.id, to_on=on("Fri 2026-05-29"))
    round_on(DAY_AFTER)

    assert len([one for one in tasks() if "has nobody" in one.title]) == 2


def test_nobody_of_the_late_agency_is_told_as_the_boards_chair(process: Process) -> None:
    a_deadline(process, owed(DUE))
    police = contact("agency_lead", "probation").agency_id
    chair = contact("independent_chair")
    change(chair.id, agency_id=police)

    round_on(on("Mon 2026-06-22"))

    assert chair.id not in {one.contact_id for one in messages()}
    assert any(one.rung == "L5" and one.task_id is not None for one in notices())


def test_a_committee_gets_an_agenda_item_and_no_mail(process: Process) -> None:
    a_deadline(process, owed(DUE))

    round_on(on("Mon 2026-06-29"))

    kinds = {one.kind for one in tasks()}
    assert kinds >= {TaskKind.AGENDA_ITEM, TaskKind.REGISTER_ENTRY}
    assert messages() == []


class DiesAtTheThird:
    """Takes two deadlines at a time, and the process dies at the third time."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *args: Any, only_national_limits: bool) -> Batch | None:
        self.times += 1
        if self.times == 3:
            raise KeyboardInterrupt
        return take_batch(*args, only_national_limits=only_national_limits, size=2)


def test_a_killed_round_is_gone_on_with_by_the_next(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        a_deadline(process, owed(DUE, kind=f"thing-{number}"))
    monkeypatch.setattr(rounds, "take_batch", DiesAtTheThird())

    with pytest.raises(KeyboardInterrupt):
        round_on(DAY_AFTER)
    half = len(said())
    monkeypatch.setattr(rounds, "take_batch", take_batch)
    round_on(DAY_AFTER)

    assert half == 4
    assert len(said()) == len({one.deadline_id for one in notices() if one.message_id}) == 6


def test_while_one_round_is_at_work_no_other_begins(board: Board) -> None:
    with the_day(DAY_AFTER):
        claim_round("morning", DAY_AFTER)

        with pytest.raises(RoundUnderWay):
            run_round(DAY_AFTER, steps=())


def test_a_step_that_fails_stops_no_other_and_is_reported(board: Board) -> None:
    done = []

    def fails(day: date) -> str:
        raise OSError

    def works(day: date) -> str:
        done.append(day)
        return "All is well."

    with the_day(DAY_AFTER):
        report = run_round(DAY_AFTER, steps=(("the first", fails), ("the second", works)))

    assert done == [DAY_AFTER]
    assert [one.failed for one in report.steps] == [True, False]
    assert "Not done: the first (OSError); the log says more." in report.sentences()


def test_the_history_of_each_process_tells_what_was_said_and_its_chain_holds(process: Process) -> None:
    a_deadline(process, owed(DUE))

    round_on(DAY_AFTER)

    with reading() as session:
        mine = session.get_one(Process, process.id)
        row = history_of(session, mine.id or 0)[-1]
        assert (row.deed, row.facts["rungs"]["author-name:probation"][-1]) == ("rungs said", "L1")
        assert verify_chain(session, mine) == []


def test_the_round_is_made_up_for_after_seven_on_a_working_day_alone(board: Board) -> None:
    with the_day(DAY_AFTER, 6, 59):
        assert start_if_missed() is None
    with the_day(on("Sat 2026-06-06"), 9):
        assert start_if_missed() is None
    with the_day(DAY_AFTER, 7, 1):
        assert start_if_missed() is not None
        assert start_if_missed() is None


def test_a_board_knows_up_to_which_day_it_was_looked_after(board: Board) -> None:
    round_on(DAY_AFTER)
    round_on(DUE)

    with reading() as session:
        assert session.get_one(Board, board.id).processed_up_to_on == DAY_AFTER


def test_a_deadline_whose_ladder_is_gone_is_told_to_the_office_once(process: Process) -> None:
    deadline = a_deadline(process, owed(DUE))
    with transaction() as session:
        session.get_one(Deadline, deadline.id).ladder = "gone"

    round_on(THREE_BEFORE)
    round_on(DAY_AFTER)
    with transaction() as session:  # the configuration was mended
        session.get_one(Deadline, deadline.id).ladder = "document"

    nothing_said = list(notices())
    round_on(on("Wed 2026-06-03"))

    assert nothing_said == []
    assert ["its ladder is missing" in one.title for one in tasks()] == [True]
    assert said() == [("L1", "owner")]
