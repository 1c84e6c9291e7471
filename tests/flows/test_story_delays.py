"""More time and pauses: asked for, granted, refused, overtaken; and an outer limit that no pause moves or hides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from models.records.boards import Contact
from models.records.database import reading
from models.records.deadlines import DeadlineState, Standstill
from models.records.delays import ExtensionState, Pause, extensions_of
from models.records.history import history_of
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Task, TaskKind
from models.records.proof import prove
from reports.case_trail import case_trail
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import SEVEN, arrive
from tests.flows.beginnings import after
from tests.flows.days import a_day, post
from tests.flows.scripted_port import Conversation
from tests.flows.whole_record import deadline, messages, whole_record
from tests.records_builders import book, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
LIMIT = on("Wed 2026-09-02")  # six months after it
PAUSED, WENT_ON = on("Mon 2026-04-13"), on("Mon 2026-06-01")  # 33 working days: two bank holidays between
IMR = "imr:police"
AUTHOR, LEAD = "petra.ironbridge@police.example", "osric.bellweather@police.example"
CHAIR, PANEL_CHAIR = "corin.ravensworth@bdscb.example", "delphine.zeal@bdscb.example"
REASON = "criminal-proceedings"
CHASING = ("reminder", "late_owner", "late_lead", "late_board_member", "late_chief_officer", "late_chair")


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def writing(writing: Conversation) -> Conversation:
    """A review whose agencies write their returns; what was asked so far has been sent."""
    return after(writing, what_was_asked_is_sent)


def what_was_asked_is_sent(_: Conversation) -> None:
    a_day(on("Mon 2026-03-23"), RememberingChannel(), lets_go=True)


def paused(one: Conversation, day: date = PAUSED, **values: Any) -> str:
    with the_day(day, 9):
        one.go_on().go_to("pause")
        return one.decide("panel_chair", chosen="pause", **{"reason": REASON, **values})


def went_on(one: Conversation, day: date = WENT_ON, **values: Any) -> str:
    with the_day(day, 9):
        one.go_on().go_to("pause")
        return one.decide("panel_chair", chosen="resume", **values)


def more_time(one: Conversation, chosen: str, slot: str = IMR, capacity: str = "panel_chair", **values: Any) -> str:
    one.go_on().go_to("more-time")
    return one.decide(capacity, chosen=chosen, about=f"{one.ref}/{slot}", **values)


def agenda(words: str) -> list[str]:
    """The items for agendas that have these words."""
    with reading() as session:
        question = select(Task).where(Task.kind == TaskKind.AGENDA_ITEM, col(Task.done_at).is_(None))
        titles = [each.title for each in session.exec(question.order_by(col(Task.id))).all()]
    return [each for each in titles if words in each]


def told(kind: str) -> list[str]:
    """Whom messages of that kind are for, by address."""
    with reading() as session:
        return sorted(session.get_one(Contact, each.contact_id).email for each in messages(kind) if each.contact_id)


def about(one: Conversation, kinds: tuple[str, ...], since: int = 0) -> list[Message]:
    """What was chased in the review, but for its limit, with a number above `since`."""
    limit = deadline(one.ref, "limit").title
    return [
        each
        for each in messages()
        if each.kind in kinds and (each.id or 0) > since and each.state is not MessageState.WITHDRAWN
        and any(row["ref"] == one.process.spoken_ref and row["title"] != limit for row in each.facts.get("items", ()))
    ]  # fmt: skip


def deeds(one: Conversation) -> list[str]:
    with reading() as session:
        return [row.deed for row in history_of(session, one.process.id or 0)]


def page_of(one: Conversation, day: date) -> str:
    with the_day(day), reading() as session:
        return process_page(session, book(), one.process, day, Links("http://127.0.0.1:4200"))


def everything_holds(one: Conversation) -> None:
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []


# --- criminal proceedings ---------------------------------------------------------------------------------------


def test_while_criminal_proceedings_run_nobody_is_chased_and_afterwards_the_dates_go_on(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    last = messages()[-1].id or 0
    said = paused(one)
    post(PAUSED, channel)
    stopped = channel.addresses.copy()
    for day in ("Tue 2026-04-14", "Mon 2026-04-27", "Wed 2026-05-06", "Tue 2026-05-12", "Mon 2026-05-18"):
        a_day(on(day), channel, lets_go=True)
    chased_meanwhile = about(one, CHASING, last)
    meanwhile = deadline(one.ref, IMR)
    again = went_on(one)
    a_day(WENT_ON, channel, lets_go=True)
    channel.sent.clear()
    a_day(on("Tue 2026-06-23"), channel, lets_go=True)  # three working days before
    reminded = channel.addresses.copy()
    a_day(on("Mon 2026-06-29"), channel, lets_go=True)  # the working day after

    assert said == (
        "Recorded: the review pauses since Monday 13 April 2026. You are asked again on Tuesday 12 May 2026."
    )
    assert {AUTHOR, LEAD, "una@independent.example"} <= set(stopped)
    assert chased_meanwhile == []
    assert (meanwhile.due_on, meanwhile.standstill, meanwhile.next_rung_on) == (DUE, Standstill.PAUSE, None)
    assert again.startswith("Recorded: the review goes on; what was owed is due 33 working days later.")
    assert deadline(one.ref, IMR).due_on == on("Fri 2026-06-26")
    assert AUTHOR in reminded
    assert AUTHOR in told("late_owner")
    assert [each for each in deeds(one) if each.startswith("clock")] == ["clock stopped", "clock goes on"]
    everything_holds(one)


def test_the_limit_is_neither_moved_nor_hidden_by_a_pause_and_the_board_is_told_why_it_is_late(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    paused(one)
    seen = page_of(one, on("Mon 2026-06-08"))
    while_paused = deadline(one.ref, "limit")
    a_day(on("Tue 2026-08-04"), channel, lets_go=True)
    with reading() as session:
        asked = session.exec(select(Task).where(Task.deadline_id == while_paused.id)).all()
    for day in ("Wed 2026-09-02", "Thu 2026-09-03"):
        a_day(on(day), channel, lets_go=True)
    late = [mail.text for mail in channel.sent if mail.to == CHAIR and while_paused.title in mail.text]
    again = went_on(one, on("Mon 2026-09-07"))

    assert (while_paused.due_on, while_paused.standstill, while_paused.state) == (LIMIT, None, DeadlineState.OPEN)
    assert "**Limit, six months from the initial meeting** · Wednesday 2 September 2026" in seen
    assert "**Paused:** the clock stands still since Monday 13 April 2026" in seen
    assert len(asked) == 1 and asked[0].kind is TaskKind.TASK
    assert late
    assert deadline(one.ref, "limit").due_on == LIMIT
    assert "after the limit, Wednesday 2 September 2026: ask the Independent Chair" in again
    on_the_agenda = agenda("pauses since Monday 13 April 2026")
    assert len(on_the_agenda) == 1 and one.process.spoken_ref in on_the_agenda[0]
    assert "proceedings" in on_the_agenda[0]
    everything_holds(one)


def test_the_office_is_asked_whether_a_pause_may_end_and_it_never_ends_by_itself(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    paused(one, look_again_on="30 April 2026")
    for day in ("Thu 2026-04-30", "Fri 2026-05-01", "Tue 2026-05-05", "Tue 2026-05-12"):
        a_day(on(day), channel, lets_go=True)

    with reading() as session:
        pause = session.exec(select(Pause)).one()
        titles = [each.title for each in session.exec(select(Task)).all()]
    assert pause.ended_on is None
    assert deadline(one.ref, IMR).standstill is Standstill.PAUSE
    assert any("pause" in each for each in titles) or "adela.dunmore@bdscb.example" in told("late_owner")
    assert deadline(one.ref, f"pause:{pause.id}").state is DeadlineState.OPEN
    everything_holds(one)


def test_a_pause_that_ends_before_it_starts_or_lies_ahead_is_refused(writing: Conversation) -> None:
    before = whole_record(without=("ask", "process"))
    assert "a pause cannot end before it begins" in paused(writing, look_again_on="13 April 2026")
    assert "a pause cannot end before it begins" in paused(writing, look_again_on="1 April 2026")
    assert "lies in the future" in paused(writing, from_on="14 April 2026")
    assert "this review is not paused" in went_on(writing)
    assert whole_record(without=("ask", "process")) == before

    paused(writing)
    assert "is paused already" in paused(writing, on("Tue 2026-04-14"))
    assert "is before Monday 13 April 2026, when the pause began" in went_on(writing, from_on="10 April 2026")

    with reading() as session:
        assert session.exec(select(Pause)).one().ended_on is None
    everything_holds(writing)


def test_what_arrives_during_a_pause_has_arrived_and_is_owed_no_more_afterwards(
    writing: Conversation, channel: RememberingChannel
) -> None:
    paused(writing)
    with the_day(on("Mon 2026-05-04"), 9):
        arrive(writing.go_on(), "imr", ("police",))
    went_on(writing)
    for day in ("Tue 2026-06-23", "Mon 2026-06-29"):
        a_day(on(day), channel, lets_go=True)

    assert (deadline(writing.ref, IMR).state, deadline(writing.ref, IMR).due_on) == (DeadlineState.MET, DUE)
    assert AUTHOR not in told("late_owner")
    everything_holds(writing)


# --- more time --------------------------------------------------------------------------------------------------


def test_more_time_that_was_asked_for_before_the_date_is_granted_by_the_panel_chair(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Thu 2026-05-07"), 9):
        asked = more_time(one, "asked", reason="data-missing", new_on="22 May 2026")
    a_day(on("Tue 2026-05-12"), channel, lets_go=True)
    a_day(on("Thu 2026-05-14"), channel, lets_go=True)
    undecided = [each for each in channel.sent if each.to.endswith("@police.example") and "late" in each.text.lower()]
    with the_day(on("Thu 2026-05-14"), 14):
        by_office = more_time(one, "granted", capacity="business_manager")
        granted = more_time(one, "granted")
    channel.sent.clear()
    post(on("Thu 2026-05-14"), channel, 15)
    after_that = [(mail.to, mail.text) for mail in channel.sent if mail.to.endswith("@police.example")]
    a_day(on("Tue 2026-05-19"), channel, lets_go=True)
    a_day(on("Tue 2026-05-26"), channel, lets_go=True)

    assert asked.startswith("Recorded: more time is asked for; the panel chair is asked to decide.")
    assert told("more_time_asked") == [PANEL_CHAIR]
    assert undecided == []
    assert "for the panel chair" in by_office
    assert granted.startswith("Recorded: more time is granted until Friday 22 May 2026.")
    assert {to for to, _ in after_that} == {AUTHOR, LEAD}
    assert all("Friday 22 May 2026" in text and "Monday 11 May 2026" in text for _, text in after_that)
    moved = deadline(one.ref, IMR)
    assert (moved.due_on, moved.extensions, moved.standstill) == (on("Fri 2026-05-22"), 1, None)
    assert deadline(one.ref, f"more_time:{IMR}").state is DeadlineState.MET
    assert AUTHOR in told("late_owner")
    assert agenda("instead of") == []
    everything_holds(one)


def test_more_time_that_is_refused_leaves_the_date_and_lateness_is_said(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Thu 2026-05-07"), 9):
        more_time(one, "asked", reason="other")
    with the_day(on("Fri 2026-05-08"), 9):
        said = more_time(one, "refused")
    post(on("Fri 2026-05-08"), channel)
    answer = [mail for mail in channel.sent if mail.to in (AUTHOR, LEAD)]
    a_day(on("Tue 2026-05-12"), channel, lets_go=True)

    assert said == "Recorded: more time is not granted; it stays due on Monday 11 May 2026."
    assert {mail.to for mail in answer} == {AUTHOR, LEAD}
    assert all("Monday 11 May 2026" in mail.text for mail in answer)
    assert (deadline(one.ref, IMR).due_on, deadline(one.ref, IMR).standstill) == (DUE, None)
    assert AUTHOR in told("late_owner")
    with reading() as session:
        assert [each.state for each in extensions_of(session, one.process)] == [ExtensionState.REFUSED]
    everything_holds(one)


def test_more_time_is_granted_once_and_neither_after_the_date_nor_past_the_limit(writing: Conversation) -> None:
    one = writing
    with the_day(on("Thu 2026-05-07"), 9):
        past_limit = more_time(one, "granted", reason="other", new_on="3 September 2026")
        day_off = more_time(one, "granted", reason="other", new_on="25 May 2026")
        earlier = more_time(one, "asked", reason="other", new_on="11 May 2026")
        assert more_time(one, "granted", reason="other").startswith("Recorded: ")
        second = more_time(one, "granted", reason="other")
    with the_day(on("Tue 2026-05-12"), 9):
        too_late = more_time(one, "asked", "imr:ccg", reason="other")
        decided_late = more_time(one, "granted", "imr:ccg", reason="other")
        backdated = more_time(one, "granted", "imr:ccg", reason="other", asked_on="11 May 2026")

    assert "lies after the limit of the review, Wednesday 2 September 2026" in past_limit
    assert "is no working day" in day_off
    assert "is not after Monday 11 May 2026" in earlier
    assert deadline(one.ref, IMR).due_on == on("Tue 2026-05-26")  # ten working days, a bank holiday between
    assert "more time was granted once already" in second
    for said in (too_late, decided_late):
        assert "must be asked for on or before the date, which was Monday 11 May 2026" in said
    assert backdated.startswith("Recorded: more time is granted until Tuesday 26 May 2026.")
    everything_holds(one)


def test_only_the_independent_chair_prolongs_the_limit_and_the_board_is_told_of_delay_and_reason(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Mon 2026-06-01"), 9):
        asked = more_time(one, "asked", "limit", reason=REASON, new_on="4 December 2026")
        by_panel = more_time(one, "granted", "limit")
    stays = deadline(one.ref, "limit")
    with the_day(on("Tue 2026-06-02"), 9):
        granted = more_time(one, "granted", "limit", capacity="independent_chair")
    post(on("Tue 2026-06-02"), channel)

    assert "the Independent Chair is asked to decide" in asked
    assert told("more_time_asked") == [CHAIR]
    assert "for the Independent Chair to decide" in by_panel
    assert (stays.due_on, stays.standstill) == (LIMIT, None)
    assert granted.startswith("Recorded: more time is granted until Friday 4 December 2026.")
    assert (deadline(one.ref, "limit").due_on, deadline(one.ref, IMR).due_on) == (on("Fri 2026-12-04"), DUE)
    letter = next(mail for mail in channel.sent if mail.to == CHAIR and "4 December 2026" in mail.text)
    assert "Wednesday 2 September 2026" in letter.text and "proceedings" in letter.text
    (item,) = agenda("instead of")
    assert item.startswith("For the next agenda of the Board: ") and one.process.spoken_ref in item
    assert "until Friday 4 December 2026 instead of Wednesday 2 September 2026" in item and "proceedings" in item
    everything_holds(one)


def test_a_request_is_overtaken_when_the_thing_arrives(writing: Conversation, channel: RememberingChannel) -> None:
    one = writing
    with the_day(on("Thu 2026-05-07"), 9):
        more_time(one, "asked", reason="other")
    with the_day(on("Mon 2026-05-11"), 9):
        arrive(one.go_on(), "imr", SEVEN)
    for day in ("Tue 2026-05-12", "Fri 2026-05-15", "Wed 2026-05-20"):
        a_day(on(day), channel, lets_go=True)

    with reading() as session:
        assert [each.state for each in extensions_of(session, one.process)] == [ExtensionState.OVERTAKEN]
    assert deadline(one.ref, f"more_time:{IMR}").state is not DeadlineState.OPEN
    assert deadline(one.ref, IMR).met_on == DUE
    assert not [mail for mail in channel.sent if mail.to == PANEL_CHAIR and "more time" in mail.text.lower()
                and "Tuesday 12 May" in mail.text]  # fmt: skip
    assert "not needed any more" in page_of(one, on("Wed 2026-05-20"))
    with reading() as session:
        trail = str(case_trail(session, book(), one.process))
    assert "Not needed any more on Monday 11 May 2026" in trail
    everything_holds(one)


def test_a_request_for_more_time_outlives_a_pause_that_came_after_it(writing: Conversation) -> None:
    one = writing
    with the_day(PAUSED, 8):
        more_time(one, "asked", reason="other", new_on="22 May 2026")
    paused(one)
    went_on(one, on("Mon 2026-04-20"))
    still = deadline(one.ref, IMR)
    with the_day(on("Mon 2026-04-20"), 10):
        said = more_time(one, "refused")

    assert still.standstill is Standstill.EXTENSION
    assert still.due_on == on("Mon 2026-05-18")
    assert "stays due on Monday 18 May 2026" in said
    assert deadline(one.ref, IMR).standstill is None
    everything_holds(one)


def test_more_time_that_is_wanted_during_a_pause_ends_no_pause(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one, last = writing, messages()[-1].id or 0
    paused(one)
    with the_day(on("Mon 2026-05-04"), 9):
        assert more_time(one, "asked", reason="other", new_on="22 May 2026").startswith("Recorded: ")
        assert more_time(one, "granted").startswith("Recorded: ")
        assert more_time(one, "asked", "imr:ccg", reason="other").startswith("Recorded: ")
        assert more_time(one, "refused", "imr:ccg").startswith("Recorded: ")
        assert more_time(one, "asked", "imr:yot", reason="other").startswith("Recorded: ")
    still = [deadline(one.ref, f"imr:{each}").standstill for each in ("police", "ccg", "yot")]
    for day in ("Tue 2026-05-12", "Tue 2026-05-19", "Tue 2026-05-26", "Fri 2026-05-29"):
        a_day(on(day), channel, lets_go=True)
    chased = [each for each in about(one, CHASING, last) if "Agency return" in str(each.facts)]
    went_on(one)

    assert set(still) == {Standstill.PAUSE}
    assert chased == []
    assert deadline(one.ref, "imr:ccg").due_on == on("Fri 2026-06-26")
    assert deadline(one.ref, "imr:yot").due_on == on("Fri 2026-06-26")
    assert deadline(one.ref, "imr:yot").standstill is Standstill.EXTENSION
    granted = deadline(one.ref, IMR)  # 22 May, and the 19 working days from the day it was set until the pause ended
    assert (granted.due_on, granted.standstill) == (on("Fri 2026-06-19"), None)
    everything_holds(one)


def test_a_new_timetable_during_a_pause_ends_no_pause(writing: Conversation, channel: RememberingChannel) -> None:
    one, last = writing, messages()[-1].id or 0
    paused(one)
    with the_day(on("Tue 2026-04-14"), 9):
        one.go_on().go_to("initial-meeting-again")
        assert one.decide("panel_chair", on="9 March 2026").startswith("Recorded: the initial meeting was held again")
    for day in ("Tue 2026-04-28", "Tue 2026-05-12", "Tue 2026-05-19"):
        a_day(on(day), channel, lets_go=True)

    assert deadline(one.ref, IMR).due_on == on("Mon 2026-05-18")
    assert deadline(one.ref, IMR).standstill is Standstill.PAUSE
    assert about(one, CHASING, last) == []
    everything_holds(one)
