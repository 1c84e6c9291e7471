"""An agency that never answers: person by person up to the Board and its risk register, and no step further."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from flows.rounds import run_round
from models.records.boards import Contact
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Notice, Task
from models.records.proof import prove
from models.records.releasing import release, waiting_for_release
from models.rules.working_days import add_working_days, is_working_day
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import SEVEN, arrive
from tests.flows.beginnings import after
from tests.flows.scripted_port import Conversation
from tests.flows.whole_record import deadline, messages
from tests.records_builders import book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
SLOT = "imr:probation"
OTHERS = tuple(key for key in SEVEN if key != "probation")


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def silent(writing: Conversation) -> Conversation:
    """A review in which all returns but that of probation have come; what was asked so far has been sent."""
    return after(writing, all_others_return)


def all_others_return(one: Conversation) -> None:
    with the_day(on("Fri 2026-05-08"), 9):
        arrive(one.go_on(), "imr", OTHERS)
    a_day(on("Mon 2026-05-11"), RememberingChannel())


def a_day(day: date, channel: RememberingChannel) -> None:
    """The round at seven; at nine the office lets go what is put before it; at noon the post."""
    with the_day(day, 7):
        run_round(steps=())
    with the_day(day, 9), transaction() as session:
        release(session, [each.id or 0 for each in waiting_for_release(session, 1)], "business_manager")
    with the_day(day, 12):
        dispatch(channel=channel)


def said(one: Conversation) -> list[tuple[str, str, str]]:
    """Day, kind and person of each message about it that has gone; day, kind and "" of each task."""
    found: list[tuple[str, str, str]] = []
    owed = deadline(one.ref, SLOT)
    with reading() as session:
        notices = session.exec(select(Notice).where(Notice.deadline_id == owed.id).order_by(col(Notice.id))).all()
        for each in notices:
            if each.message_id is not None:
                message = session.get_one(Message, each.message_id)
                assert message.sent_at is not None, message.kind
                who = session.get_one(Contact, message.contact_id).email.partition("@")[0]
                found.append((message.sent_at.date().isoformat(), message.kind, who))
            elif each.task_id is not None:
                task = session.get_one(Task, each.task_id)
                found.append((task.opened_at.date().isoformat(), task.kind.value, ""))
    return sorted(set(found))


def test_an_agency_that_never_answers_is_chased_person_by_person_to_the_board_and_the_risk_register(
    silent: Conversation, channel: RememberingChannel
) -> None:
    one = silent
    day, last = DUE, add_working_days(DUE, 30, book().calendar)
    while day < last:
        day += timedelta(days=1)
        if is_working_day(day, book().calendar):
            a_day(day, channel)

    assert [each for each in said(one) if each[0] > DUE.isoformat()] == [
        ("2026-05-12", "late_owner", "ginevra.underhay"),
        ("2026-05-14", "late_lead", "fergus.northcote"),
        ("2026-05-14", "late_lead", "ginevra.underhay"),
        ("2026-05-18", "late_board_member", "elowen.greenhalt"),
        ("2026-05-26", "late_chief_officer", "dorian.zennor"),
        ("2026-06-02", "agenda-item", ""),  # of the monitoring committee
        ("2026-06-02", "late_chair", "corin.ravensworth"),
        ("2026-06-09", "agenda-item", ""),  # of the Board
        ("2026-06-09", "register-entry", ""),
        ("2026-06-09", "task", ""),  # does the panel go on without it?
    ]
    owed = deadline(one.ref, SLOT)
    assert (owed.state, owed.due_on, owed.next_rung_on) == (DeadlineState.OPEN, DUE, None)
    with reading() as session:
        open_still = session.exec(select(Task).where(Task.deadline_id == owed.id, col(Task.done_at).is_(None))).all()
        assert {each.kind.value for each in open_still} == {"agenda-item", "register-entry", "task"}
        assert all(one.process.spoken_ref in each.title and "Probation" in each.title for each in open_still)
        assert prove(session).holds
        assert balance(session) == []


def test_when_it_comes_at_last_it_is_owed_no_more_and_nobody_is_told_that_it_was_a_mistake(
    silent: Conversation, channel: RememberingChannel
) -> None:
    one = silent
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Fri 2026-05-15"):
        a_day(on(day), channel)
    with the_day(on("Fri 2026-05-15"), 15):
        arrive(one.go_on(), "imr", ("probation",))
    before = said(one)
    for day in ("Mon 2026-05-18", "Tue 2026-05-26", "Tue 2026-06-02", "Tue 2026-06-09"):
        a_day(on(day), channel)

    assert said(one) == before
    assert not [each for each in channel.addresses if each.startswith("elowen.greenhalt")]
    assert messages("correction") == []
    withdrawn = [each for each in messages("late_board_member") if each.state is MessageState.WITHDRAWN]
    assert [each.why_withdrawn for each in withdrawn] == ["it came before this was sent"]
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []
