"""Late, promised, arrived at the weekend, recorded too late: rounds and gates together, day by day."""

from __future__ import annotations

from datetime import date

import pytest

from flows.rounds import run_round
from models.records.boards import Contact
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.ledger import balance
from models.records.messages import MessageState
from notifications.dispatch import DispatchReport, dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import SEVEN, SILENT, arrive, sign
from tests.flows.beginnings import after
from tests.flows.scripted_port import Conversation, desk_flow
from tests.flows.whole_record import deadline, messages
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
DAY_AFTER = on("Tue 2026-05-12")


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def writing(writing: Conversation) -> Conversation:
    """A review whose agencies write their returns; what was asked so far has been sent."""
    return after(writing, what_was_asked_is_sent)


def what_was_asked_is_sent(_: Conversation) -> None:
    send(on("Mon 2026-03-23"), RememberingChannel())


def send(day: date, channel: RememberingChannel, hour: int = 12) -> DispatchReport:
    with the_day(day, hour):
        return dispatch(channel=channel)


def morning(day: date) -> None:
    with the_day(day, 7):
        run_round(steps=())


def told(kind: str) -> list[str]:
    """Whom messages of that kind are for, by address, however far they have come."""
    with reading() as session:
        return sorted(
            session.get_one(Contact, each.contact_id).email
            for each in messages(kind)
            if each.state is not MessageState.WITHDRAWN
        )


def of_silent(addresses: list[str]) -> list[str]:
    return [each for each in addresses if each.endswith("@council-education.example")]


def test_the_eighth_agency_is_chased_day_by_day_and_the_seven_are_not(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(on("Fri 2026-05-08"), 9):
        arrive(writing, "imr", SEVEN)

    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18"):
        morning(on(day))
        send(on(day), channel)

    late = [*told("late_owner"), *told("late_lead"), *told("late_board_member")]
    assert [each.split("@")[0] for each in late] == [
        "niall.thistlewood",  # the lead, since nobody was named as author
        "marigold.merriden",  # the lead was told before, so the next person is to hear: the Board member
        "niall.thistlewood",
        "marigold.merriden",  # nobody has released the one before
    ]
    assert late == of_silent(late)
    assert f"imr:{SILENT}" in writing.now.may_choose("arrived")
    with the_day(on("Mon 2026-05-18"), 9):
        writing.go_on()
    assert "Education and schools" in writing.now.form.intro
    assert "Overdue, 5 working days" in writing.now.form.intro


def test_nothing_to_a_board_member_goes_before_somebody_has_released_it(
    writing: Conversation, channel: RememberingChannel
) -> None:
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18"):
        morning(on(day))
        send(on(day), channel)
    held = messages("late_board_member", MessageState.HELD)
    assert len(held) == 8
    assert not [each for each in channel.addresses if each.startswith("marigold.")]

    with the_day(on("Mon 2026-05-18"), 12):
        desk_flow(writing.port, "release-messages").answer(
            "send", which=[str(held[0].id)], released_as="deputy_manager"
        )
        desk_flow(writing.port, "release-messages", "again").answer("not:it has come", which=[str(held[1].id)])
    send(on("Mon 2026-05-18"), channel, 13)

    states = {each.id: each.state for each in messages("late_board_member")}
    assert states[held[0].id] is MessageState.SENT
    assert states[held[1].id] is MessageState.WITHDRAWN
    assert list(states.values()).count(MessageState.HELD) == 6


def test_a_return_that_came_at_the_weekend_and_is_recorded_on_monday_morning_is_accused_of_nothing(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(on("Fri 2026-05-08"), 9):
        desk = desk_flow(writing.port, "note-call")
        desk.answer("at-risk", about=f"{writing.ref}/imr:{SILENT}")
    morning(DAY_AFTER)
    assert of_silent(told("late_owner")) == ["niall.thistlewood@council-education.example"]
    assert not channel.sent

    with the_day(DAY_AFTER, 9, 30):
        arrive(writing, "imr", (SILENT,))
    send(DAY_AFTER, channel)

    to_education = [each for each in channel.sent if each.to.endswith("@council-education.example")]
    assert len(to_education) == 1
    assert "late" not in to_education[0].subject.lower()
    assert of_silent(told("late_owner")) == []
    assert messages("correction") == []


def test_what_is_recorded_after_the_note_went_out_is_put_right_with_everybody_who_was_told(
    writing: Conversation, channel: RememberingChannel
) -> None:
    for day in (DAY_AFTER, on("Thu 2026-05-14")):
        morning(day)
        send(day, channel)
    wrongly = {each.to for each in channel.sent if each.to.endswith("@police.example")}
    assert len(wrongly) == 2  # author and lead

    with the_day(on("Fri 2026-05-15"), 9):
        writing.answer("ticked", arrived=["imr:police"], arrived_on="Sunday 10 May 2026")
        sign(writing, ("police",))
    channel.sent.clear()
    send(on("Fri 2026-05-15"), channel)

    assert set(told("correction")) == wrongly
    assert wrongly <= set(channel.addresses)
    assert deadline(writing.ref, "imr:police").met_on == on("Sun 2026-05-10")


def test_they_rang_it_comes_on_friday_holds_the_chasing_and_the_due_date_stays(
    writing: Conversation, channel: RememberingChannel
) -> None:
    about, friday = f"{writing.ref}/imr:{SILENT}", on("Fri 2026-05-15")
    with the_day(DUE, 15):
        writing.go_to("note-call")
        said = writing.answer("promise", about=about, promised_on="Friday 15 May 2026")
    assert said == (
        "Recorded: promised for Friday 15 May 2026. Nobody is chased for it until the end of Friday 15 May 2026. "
        "The due date stays Monday 11 May 2026."
    )

    for day in (DAY_AFTER, on("Thu 2026-05-14"), friday):
        morning(day)
        send(day, channel)
    silent_until_friday = of_silent(channel.addresses)
    morning(on("Mon 2026-05-18"))

    assert silent_until_friday == []
    assert deadline(writing.ref, f"imr:{SILENT}").due_on == DUE
    assert of_silent([*told("late_owner"), *told("late_lead"), *told("late_board_member")])
    assert deadline(writing.ref, f"imr:{SILENT}").state is DeadlineState.OPEN


def test_the_ledger_balances_on_every_day_of_it(writing: Conversation, channel: RememberingChannel) -> None:
    days = ["Mon 2026-04-27", "Wed 2026-05-06", "Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18", "Mon 2026-06-08"]
    for day in days:
        morning(on(day))
        send(on(day), channel)
        with the_day(on(day), 16), reading() as session:
            assert balance(session) == [], day
