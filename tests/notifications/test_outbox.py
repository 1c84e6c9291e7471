"""The outbox: messages are rows first."""

from __future__ import annotations

import pytest

from config import clock
from config.settings import settings
from models.records import releasing
from models.records.boards import Board
from models.records.database import reading, transaction
from models.records.history import history_of
from models.records.messages import Channel, MessageState
from models.records.processes import Process
from models.records.releasing import NotHeld, NotThisTime, Scope
from models.rules.ladders import Release
from notifications import outbox
from notifications.dispatch import dispatch
from notifications.facts import UnfitFact, UnknownFact
from notifications.scanner import RefusedContent
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.notifications import posting
from tests.records_builders import Owing, a_board, a_deadline, a_process, the_day

ARMED, DUE = on("Mon 2026-03-02"), on("Fri 2026-06-12")
LATE_BY_FIVE = on("Fri 2026-06-19")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def deeds(process: Process) -> list[str]:
    with reading() as session:
        return [row.deed for row in history_of(session, process.id or 0)]


def held_message(board: Board) -> tuple[Process, int]:
    """A note for a Board member that waits for release."""
    process = a_process(board, ARMED)
    a_deadline(process, Owing(due_on=DUE, armed_on=ARMED))
    posting.say(board.id, LATE_BY_FIVE)
    (message,) = posting.messages()
    return process, message.id or 0


def test_the_same_once_key_gives_back_the_same_message(board: Board) -> None:
    with the_day(DUE):
        first = posting.request(posting.holder("agency_lead", "police"), "request:1")
        second = posting.request(posting.holder("agency_lead", "probation"), "request:1")

    assert first.id == second.id
    assert second.contact_id == posting.holder("agency_lead", "police").id


def test_nothing_of_a_transaction_that_fails_waits(board: Board) -> None:
    lead = posting.holder("agency_lead", "police")

    def queues_and_fails() -> None:
        with transaction() as session:
            outbox.queue(
                session, board_id=board.id or 0, kind="published", contact=lead, facts={"published_on": DUE},
                once_key="request:1",
            )  # fmt: skip
            raise ZeroDivisionError

    with the_day(DUE), pytest.raises(ZeroDivisionError):
        queues_and_fails()

    assert posting.messages() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"to_on": DUE}, "has left"),
        ({"secure_mailbox": False}, "not marked as secure"),
        ({"email": "someone@freemail.example"}, "not in a domain"),
        ({"email": "lead@police.example.freemail.example"}, "not in a domain"),
    ],
)
def test_nothing_is_queued_for_who_is_not_in_the_register(
    board: Board, changed: dict[str, object], sentence: str
) -> None:
    lead = posting.again(posting.holder("agency_lead", "police"), **changed)

    with pytest.raises(outbox.NotInTheRegister, match=sentence):
        posting.request(lead, "request:1")

    assert posting.messages() == []


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"child": "A"}, UnknownFact),
        ({"approved_by": "x" * 100_000}, UnfitFact),
        ({"approved_by": "Chair\r\nBcc: everybody@press.example"}, UnfitFact),
        ({"approved_by": "born 1 May"}, RefusedContent),
        ({"approved_by": "943 476 5919"}, RefusedContent),
        ({"approved_by": 7}, UnfitFact),
    ],
)
def test_facts_that_no_text_may_hold_are_not_queued(
    board: Board, facts: dict[str, object], refused: type[Exception]
) -> None:
    lead = posting.holder("agency_lead", "police")

    with the_day(DUE), pytest.raises(refused), transaction() as session:
        outbox.queue(session, board_id=board.id or 0, kind="approved", contact=lead, facts=facts, once_key="a")

    assert posting.messages() == []


def test_a_template_inside_a_fact_is_never_evaluated(board: Board) -> None:
    channel, lead = RememberingChannel(), posting.holder("agency_lead", "police")
    facts = {"approved_by": "{{ 7 * 7 }}<b>{% raw %}", "approved_on": DUE}
    with the_day(DUE):
        with transaction() as session:
            outbox.queue(session, board_id=board.id or 0, kind="approved", contact=lead, facts=facts, once_key="a")

        dispatch(channel=channel)

    (mail,) = channel.sent
    assert "{{ 7 * 7 }}" in mail.text
    assert "49" not in mail.text
    assert "<b>{%" not in mail.html


def test_a_reminder_that_comes_after_the_mail_went_is_a_second_mail(board: Board) -> None:
    channel, day = RememberingChannel(), on("Tue 2026-06-09")
    process = a_process(board, ARMED)
    a_deadline(process, Owing(due_on=DUE, armed_on=ARMED))
    posting.say(board.id, day)
    with the_day(day, 8):
        dispatch(channel=channel)
    a_deadline(process, Owing(due_on=DUE, armed_on=ARMED, kind="chronology", title="Chronology"))
    posting.say(board.id, day)

    with the_day(day, 9):
        dispatch(channel=channel)

    assert len(channel.sent) == 2
    assert len({mail.message_id for mail in channel.sent}) == 2
    assert "Chronology" in channel.sent[1].text
    assert posting.faults() == []


def test_what_was_released_goes_and_it_is_known_in_what_capacity(board: Board) -> None:
    channel = RememberingChannel()
    process, message_id = held_message(board)

    with the_day(LATE_BY_FIVE, 9):
        with transaction() as session:
            releasing.release(session, [message_id], "business_manager")
        report = dispatch(channel=channel)

    assert report.sent == 1
    assert posting.messages()[0].released_by == "business_manager"
    assert deeds(process)[-1] == "message released"
    assert posting.faults() == []


def test_not_this_time_is_never_sent_and_says_why(board: Board) -> None:
    channel = RememberingChannel()
    process, message_id = held_message(board)

    with the_day(LATE_BY_FIVE, 9):
        with transaction() as session:
            releasing.not_this_time(session, [message_id], NotThisTime.SAID_IN_PERSON)
        dispatch(channel=channel)

    assert channel.tried == []
    assert posting.messages()[0].state is MessageState.WITHDRAWN
    assert posting.notices()[-1].suppressed_because == "not sent: it was said in person"
    assert deeds(process)[-1] == "message not sent"
    assert posting.faults() == []


def test_what_was_held_until_a_day_does_not_go_by_itself_then(board: Board) -> None:
    channel, later = RememberingChannel(), on("Wed 2026-06-24")
    _, message_id = held_message(board)
    with the_day(LATE_BY_FIVE, 9), transaction() as session:
        releasing.hold_until(session, [message_id], later)

    with the_day(later, 12):
        dispatch(channel=channel)

    assert channel.tried == []
    assert posting.messages()[0].state is MessageState.HELD
    assert posting.messages()[0].not_before_at == clock.at(later)


def test_a_message_that_was_dealt_with_cannot_be_released(board: Board) -> None:
    _, message_id = held_message(board)
    with the_day(LATE_BY_FIVE), transaction() as session:
        releasing.not_this_time(session, [message_id], NotThisTime.IT_HAS_COME)

    with pytest.raises(NotHeld), transaction() as session:
        releasing.release(session, [message_id], "business_manager")


@pytest.mark.parametrize("scope", ["board", "process", "agency", "contact"])
def test_what_is_stopped_waits_until_the_stop_is_lifted(board: Board, scope: str) -> None:
    channel, lead = RememberingChannel(), posting.holder("agency_lead", "police")
    other = posting.holder("agency_lead", "probation")
    process = a_process(board, ARMED)
    scopes = {
        "board": Scope(board.id or 0), "process": Scope(board.id or 0, process_id=process.id),
        "agency": Scope(board.id or 0, agency_id=lead.agency_id),
        "contact": Scope(board.id or 0, contact_id=lead.id),
    }  # fmt: skip
    with the_day(DUE):
        posting.request(lead, "request:stopped", process)
        posting.request(other, "request:other")
        with transaction() as session:
            stop_id = releasing.stop_sending(session, scopes[scope]).id or 0
            assert releasing.stop_sending(session, scopes[scope]).id == stop_id
        while_stopped = dispatch(channel=channel).sent
        with transaction() as session:
            releasing.lift_stop(session, stop_id)

        afterwards = dispatch(channel=channel).sent

    assert (while_stopped, afterwards) == ((0, 2) if scope == "board" else (1, 1))
    with reading() as session:
        assert releasing.stops_in_force(session, board.id or 0) == []


def test_a_stop_holds_a_reminder_that_also_speaks_of_the_stopped_process(board: Board) -> None:
    channel, day = RememberingChannel(), on("Tue 2026-06-09")
    stopped, other = a_process(board, ARMED), a_process(board, ARMED)
    for process in (stopped, other):
        a_deadline(process, Owing(due_on=DUE, armed_on=ARMED))
    posting.say(board.id, day)
    with the_day(day), transaction() as session:
        releasing.stop_sending(session, Scope(board.id or 0, process_id=stopped.id))

    with the_day(day, 8):
        report = dispatch(channel=channel)

    assert (report.stopped, channel.tried) == (1, [])


class StopsItself(RememberingChannel):
    """After its third mail somebody stops all sending."""

    board_id = 0

    def send(self, mail):  # type: ignore[no-untyped-def]
        accepted = super().send(mail)
        if len(self.sent) == 3:
            with transaction() as session:
                releasing.stop_sending(session, Scope(self.board_id))
        return accepted


def test_a_stop_in_the_middle_is_obeyed_before_the_next_mail(board: Board) -> None:
    channel = StopsItself()
    channel.board_id = board.id or 0
    with the_day(DUE):
        for number in range(10):
            posting.request(posting.holder("agency_lead", "police"), f"request:{number}")

        report = dispatch(channel=channel)

    assert (report.sent, report.stopped) == (3, 7)
    assert [one.state for one in posting.messages()[3:]] == [MessageState.WAITING] * 7


def test_an_agency_with_a_channel_is_nudged_once_a_day_and_nobody_else_sees_it(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGHTLINE_TEAMS", '{"barking-and-dagenham/police": "workflows://x"}')
    settings.cache_clear()
    process, day = a_process(board, ARMED), on("Tue 2026-06-09")
    for key in ("police", "probation"):
        a_deadline(process, Owing(due_on=DUE, armed_on=ARMED, agency_key=key, kind=f"name-of-{key}"))

    posting.say(board.id, day)
    posting.say(board.id, day)

    cards = [one for one in posting.messages() if one.channel is Channel.TEAMS]
    assert [card.once_key for card in cards] == ["teams:barking-and-dagenham/police:2026-06-09"]


def test_a_message_that_a_person_must_release_is_held(board: Board) -> None:
    with the_day(DUE):
        posting.request(posting.holder("board_member", "police"), "letter:1", release=Release.PERSON)

    assert posting.message("letter:1").state is MessageState.HELD
