"""Dispatch: what waits is sent once, and the record knows what became of it."""

from __future__ import annotations

import pytest

from config import clock
from config.settings import settings
from models.records import releasing
from models.records.boards import Board
from models.records.chasing import meet_deadline
from models.records.database import transaction
from models.records.deadlines import Deadline, DeadlineState
from models.records.messages import MessageState
from models.records.processes import Process
from notifications.channels import SendFailed
from notifications.dispatch import dispatch
from notifications.office import office
from tests.builders import on
from tests.fakes import RememberingChannel, RememberingTeams
from tests.mail_server import mail_server
from tests.notifications import posting
from tests.records_builders import (
    BOARD,
    Owing,
    a_board,
    a_deadline,
    a_process,
    change,
    the_day,
)

ARMED = on("Mon 2026-03-02")
DUE = on("Fri 2026-06-12")
THREE_DAYS_BEFORE = on("Tue 2026-06-09")
DAY_AFTER = on("Mon 2026-06-15")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


def owed(process: Process, **values: object) -> Deadline:
    return a_deadline(process, Owing(due_on=DUE, armed_on=ARMED, **values))  # type: ignore[arg-type]


def test_a_reminder_of_two_things_is_one_mail_with_both(board: Board) -> None:
    process, channel = a_process(board, ARMED), RememberingChannel()
    owed(process)
    owed(process, kind="chronology", title="Chronology")
    posting.say(board.id, THREE_DAYS_BEFORE)

    with the_day(THREE_DAYS_BEFORE):
        report = dispatch(channel=channel)

    assert report.sent == 1
    (mail,) = channel.sent
    assert mail.to == posting.holder("agency_lead", "police").email
    assert "Name of the author of the return" in mail.text
    assert "Chronology" in mail.text
    assert process.ref in mail.subject
    assert posting.faults() == []


def test_what_was_accepted_is_known_with_the_servers_answer_and_time(board: Board) -> None:
    with mail_server() as server, the_day(DUE, 7, 4), pytest.MonkeyPatch.context() as environment:
        environment.setenv("SIGHTLINE_MAIL_URL", server.url)
        settings.cache_clear()
        posting.request(posting.holder("agency_lead", "police"), "request:1")

        dispatch()

        sent = posting.message("request:1")
    assert sent.state is MessageState.SENT
    assert sent.sent_at == clock.at(DUE, 7, 4)
    assert sent.reply == "250 2.0.0 kept as number 1"
    assert [one.accepted for one in posting.attempts()] == [True]
    assert server.mails[0]["Message-ID"].endswith(f"@{office(BOARD).domain}>")
    assert server.mails[0]["To"] == posting.holder("agency_lead", "police").email


def test_a_second_dispatch_sends_nothing_again(board: Board) -> None:
    channel = RememberingChannel()
    with the_day(DUE):
        posting.request(posting.holder("agency_lead", "police"), "request:1")
        dispatch(channel=channel)

        report = dispatch(channel=channel)

    assert report.sent == 0
    assert len(channel.sent) == 1


def test_what_was_met_before_it_was_sent_is_not_said(board: Board) -> None:
    process, channel = a_process(board, ARMED), RememberingChannel()
    name, chronology = owed(process), owed(process, kind="chronology", title="Chronology")
    posting.say(board.id, THREE_DAYS_BEFORE)
    with the_day(THREE_DAYS_BEFORE, 8), transaction() as session:
        meet_deadline(
            session, session.get_one(Process, process.id), session.get_one(Deadline, name.id),
            THREE_DAYS_BEFORE,
        )  # fmt: skip

    with the_day(THREE_DAYS_BEFORE, 9):
        dispatch(channel=channel)

    (mail,) = channel.sent
    assert chronology.title in mail.text
    assert name.title not in mail.text
    assert posting.faults() == []


def test_a_message_is_withdrawn_when_nothing_of_it_is_left(board: Board) -> None:
    process, channel = a_process(board, ARMED), RememberingChannel()
    deadline = owed(process)
    posting.say(board.id, THREE_DAYS_BEFORE)
    with the_day(THREE_DAYS_BEFORE, 8), transaction() as session:
        row = session.get_one(Deadline, deadline.id)
        row.state, row.next_rung_on = DeadlineState.WAIVED, None  # by another door than ours
        session.add(row)

    with the_day(THREE_DAYS_BEFORE, 9):
        report = dispatch(channel=channel)

    assert (report.withdrawn, channel.sent) == (1, [])
    assert [one.suppressed_because for one in posting.notices()][-1] == "it came before this was sent"
    assert posting.faults() == []


def test_notes_of_lateness_wait_until_eleven(board: Board) -> None:
    channel = RememberingChannel()
    owed(a_process(board, ARMED))
    posting.say(board.id, DAY_AFTER)

    with the_day(DAY_AFTER, 10, 59):
        before = dispatch(channel=channel)
    with the_day(DAY_AFTER, 11):
        after = dispatch(channel=channel)

    assert (before.sent, after.sent) == (0, 1)


def test_what_is_for_a_board_member_is_never_sent_unseen(board: Board) -> None:
    channel, day = RememberingChannel(), on("Fri 2026-06-19")
    owed(a_process(board, ARMED))
    posting.say(board.id, day)

    with the_day(day, 17):
        dispatch(channel=channel)

    assert channel.sent == []
    assert [one.state for one in posting.messages()] == [MessageState.HELD]


@pytest.mark.parametrize("day", [on("Sat 2026-06-13"), on("Mon 2026-05-25"), on("Mon 2026-12-28")])
def test_on_a_quiet_day_only_what_is_urgent_goes(board: Board, day: object) -> None:
    channel = RememberingChannel()
    with the_day(day):  # type: ignore[arg-type]
        posting.request(posting.holder("agency_lead", "police"), "request:calm")
        posting.request(posting.holder("agency_lead", "police"), "request:urgent", urgent=True)

        dispatch(channel=channel)

    assert posting.message("request:urgent").state is MessageState.SENT
    assert posting.message("request:calm").state is MessageState.WAITING


def test_an_address_refused_for_good_stops_nobody_else(board: Board) -> None:
    process, channel = a_process(board, ARMED), RememberingChannel()
    deadline = owed(process)
    posting.say(board.id, THREE_DAYS_BEFORE)
    lead = posting.holder("agency_lead", "police")
    channel.refuse(lead.email)
    with the_day(THREE_DAYS_BEFORE):
        posting.request(posting.holder("agency_lead", "probation"), "request:1")

        report = dispatch(channel=channel)

    assert (report.failed, report.sent) == (1, 1)
    assert posting.holder("agency_lead", "police").bounced_at is not None
    (task,) = posting.tasks()
    assert task.deadline_id == deadline.id
    assert task.title.startswith("Telephone the single point of contact of")
    assert lead.name not in task.title
    assert posting.faults() == []


def test_after_a_bounce_the_ladder_goes_on_by_a_telephone_call(board: Board) -> None:
    channel = RememberingChannel()
    owed(a_process(board, ARMED))
    posting.say(board.id, THREE_DAYS_BEFORE)
    channel.refuse(posting.holder("agency_lead", "police").email)
    posting.without_stand_ins()
    with the_day(THREE_DAYS_BEFORE):
        dispatch(channel=channel)

    posting.say(board.id, DAY_AFTER)

    assert posting.notices()[-1].task_id is not None
    assert posting.faults() == []


def test_the_mail_server_is_away_for_a_day_and_then_everything_arrives_once(board: Board) -> None:
    channel = RememberingChannel()
    with the_day(DUE):
        for number in range(60):
            posting.request(posting.holder("agency_lead", "police"), f"request:{number}")
    for hour in range(8, 20):
        channel.fail_once()
        with the_day(DUE, hour):
            away = dispatch(channel=channel)
        assert away.server_down
        assert (away.sent, away.put_off) == (0, 60)
    assert len(channel.tried) == 12

    with the_day(DAY_AFTER):
        back = dispatch(channel=channel)

    assert back.sent == 60
    assert len({mail.message_id for mail in channel.sent}) == len(channel.sent) == 60


def test_a_temporary_refusal_is_tried_again_later_and_later_and_given_up_after_five_days(
    board: Board,
) -> None:
    channel = RememberingChannel()
    lead = posting.holder("agency_lead", "police")
    channel.refuse(lead.email, permanent=False)
    with the_day(DUE):
        posting.request(lead, "request:1")

    waits = []
    for day in ("Fri 2026-06-12", "Mon 2026-06-15", "Thu 2026-06-18"):
        with the_day(on(day), 12):
            dispatch(channel=channel)
        waits.append((posting.message("request:1").not_before_at - clock.at(on(day), 12)).seconds // 60)
    with the_day(on("Fri 2026-06-19"), 12):
        report = dispatch(channel=channel)

    assert waits == [1, 5, 15]
    assert report.failed == 1
    assert posting.message("request:1").state is MessageState.FAILED
    assert len(posting.attempts()) == 4
    assert len(posting.tasks()) == 1


def test_in_trial_mode_only_allowed_addresses_get_real_mail(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = RememberingChannel()
    allowed, other = posting.holder("agency_lead", "probation"), posting.holder("agency_lead", "police")
    monkeypatch.setenv("SIGHTLINE_MAIL_TRIAL_ALLOW", f'["{allowed.email}"]')
    settings.cache_clear()
    with the_day(DUE):
        posting.request(allowed, "request:1")
        posting.request(other, "request:2")

        dispatch(channel=channel)

    assert channel.addresses == [allowed.email, posting.holder("business_manager").email]
    assert "Would have gone to: the single point of contact of" in channel.sent[1].text
    assert other.name not in channel.sent[1].text


def test_who_has_left_is_followed_by_whoever_holds_the_role(board: Board) -> None:
    channel = RememberingChannel()
    left = posting.holder("agency_lead", "police")
    with the_day(DUE):
        posting.request(left, "request:1")
        change(left.id, to_on=DUE)
        with transaction() as session:
            successor = left.model_copy(update={"id": None, "to_on": None, "email": f"new.{left.email}"})
            session.add(type(left)(**successor.model_dump()))

        dispatch(channel=channel)

    assert channel.addresses == [f"new.{left.email}"]


def test_a_message_to_nobody_fails_with_a_task(board: Board) -> None:
    channel = RememberingChannel()
    left = posting.holder("agency_lead", "probation")  # without a stand-in
    with the_day(DUE):
        posting.request(left, "request:1")
        change(left.id, to_on=DUE)

        report = dispatch(channel=channel)

    assert (report.failed, channel.tried) == (1, [])
    assert posting.tasks()[0].title.startswith("Name somebody as single point of contact of")


def test_a_message_whose_text_cannot_be_written_stops_nobody_else(board: Board) -> None:
    channel = RememberingChannel()
    with the_day(DUE):
        broken = posting.request(posting.holder("agency_lead", "police"), "request:1")
        with transaction() as session:
            row = session.get_one(type(broken), broken.id)
            row.facts = {"items": [{"ref": "CR-7Q4M", "title": "{{ 7 * 7 }}", "due": "never"}]}
            session.add(row)
        posting.request(posting.holder("agency_lead", "probation"), "request:2")

        report = dispatch(channel=channel)

    assert (report.failed, report.sent) == (1, 1)


def test_it_says_that_no_morning_round_has_ended(board: Board) -> None:
    owed(a_process(board, ARMED))
    posting.say(board.id, on("Wed 2026-06-10"))

    with the_day(on("Fri 2026-06-12"), 8):
        first = dispatch(channel=RememberingChannel())
        second = dispatch(channel=RememberingChannel())

    assert first.complaints == second.complaints != ()
    assert "Thursday 11 June 2026" in first.complaints[0]
    assert [task.title for task in posting.tasks() if "morning round" in task.title] == list(first.complaints)


class _Teams:
    """Stands where the channel of an agency is looked up, and remembers its cards."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.channel = RememberingTeams()

    def __call__(self, board: str, agency: str = "") -> RememberingTeams:
        self.asked.append((board, agency))
        return self.channel


def test_a_nudge_says_how_much_is_due_and_goes_to_that_agency_alone(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    teams = _Teams()
    monkeypatch.setattr("notifications.letters.teams_channel", teams)
    monkeypatch.setenv("SIGHTLINE_TEAMS", f'{{"{BOARD}/police": "workflows://x"}}')
    settings.cache_clear()
    process = a_process(board, ARMED)
    owed(process)
    owed(process, kind="chronology", title="Chronology")
    posting.say(board.id, THREE_DAYS_BEFORE)

    with the_day(THREE_DAYS_BEFORE):
        dispatch(channel=RememberingChannel())

    ((_, words),) = teams.channel.cards
    assert words == "2 things due, the first by Friday 12 June 2026; please see your mail."
    assert teams.asked == [(BOARD, "police")]
    assert posting.faults() == []


def test_a_teams_channel_that_is_away_keeps_no_mail_from_going(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    teams, channel = _Teams(), RememberingChannel()
    teams.channel.failure = SendFailed("the Teams workflow could not be reached", affects_all=True)
    monkeypatch.setattr("notifications.letters.teams_channel", teams)
    monkeypatch.setenv("SIGHTLINE_TEAMS", f'{{"{BOARD}/police": "workflows://x"}}')
    settings.cache_clear()
    owed(a_process(board, ARMED))
    posting.say(board.id, THREE_DAYS_BEFORE)
    with the_day(THREE_DAYS_BEFORE):
        posting.request(posting.holder("agency_lead", "probation"), "request:last")

        report = dispatch(channel=channel)

    assert (report.sent, report.put_off, report.server_down) == (2, 1, "")


def test_the_chief_officers_letter_says_who_signs_and_names_the_duty(board: Board) -> None:
    process, channel, day = a_process(board, ARMED), RememberingChannel(), on("Fri 2026-06-26")
    owed(process, ladder="imr", kind="imr", title="Return for the review")
    posting.say(board.id, day)
    with the_day(day):
        with transaction() as session:
            held = [one.id or 0 for one in releasing.waiting_for_release(session, board.id or 0)]
            releasing.release(session, held, "panel_chair")

        dispatch(channel=channel)

    (mail,) = channel.sent
    assert "panel chair" in mail.text
    assert mail.to == posting.holder("chief_officer", "police").email
