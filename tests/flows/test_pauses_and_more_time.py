"""A pause and more time, at once and one after the other: nobody is chased too early, and no date is lost."""

from __future__ import annotations

from itertools import count

import pytest
from sqlmodel import col, select

from models.records.boards import Contact
from models.records.database import reading, transaction
from models.records.deadlines import Deadline, Standstill
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Notice
from models.records.moving import event_happened
from models.records.processes import process_by_ref
from models.records.proof import prove
from models.rulebook import RuleBook
from models.rules.planning import ApprovingMeeting
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import terms_agreed
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, desk_flow
from tests.flows.whole_record import deadline
from tests.records_builders import book, change, contact, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RUNS = count()


@pytest.fixture
def one(under_way: Conversation) -> Conversation:
    """A review after its initial meeting on Monday 2 March 2026; its returns are due on Monday 11 May."""
    return under_way


def more_time(one: Conversation, what: str, slot: str, **values: str) -> str:
    """More time for it is asked for, granted or refused by the panel chair."""
    about = {"about": f"{one.ref}/{slot}", **values}
    flow = desk_flow(one.port, "more-time", f"more-time-{next(RUNS)}")
    if what == "asked":
        return flow.answer("asked", reason="author-absent", **about)
    return flow.decide("panel_chair", chosen=what, **({"reason": "other"} | about))


def pausing(one: Conversation, what: str, day: str = "") -> str:
    """The review pauses, or goes on."""
    flow = desk_flow(one.port, "pause", f"pause-{next(RUNS)}")
    return flow.decide("panel_chair", chosen=what, reason="criminal-proceedings", from_on=day)


def of(one: Conversation, slot: str) -> Deadline:
    return deadline(one.ref, slot)


def said_of(one: Conversation, slot: str) -> set[str]:
    """The rungs of its present arming that were said."""
    mine = of(one, slot)
    with reading() as session:
        rows = session.exec(select(Notice).where(Notice.deadline_id == mine.id, Notice.arming == mine.arming)).all()
        return {each.rung for each in rows if not each.merged_into and not each.suppressed_because}


def a_morning(day: str, *, lets_go: bool = False) -> None:
    a_day(on(day), RememberingChannel(), lets_go=lets_go)


# --- at once ----------------------------------------------------------------------------------------------------


def test_more_time_that_is_refused_in_a_pause_leaves_the_pause_as_it_is(one: Conversation) -> None:
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "asked", "imr:police", new_on="2026-05-26")
        pausing(one, "pause")
    with the_day(on("Tue 2026-04-21"), 9):
        more_time(one, "refused", "imr:police")

    refused, other = of(one, "imr:police"), of(one, "imr:ccg")
    assert (refused.standstill, refused.next_rung_on) == (Standstill.PAUSE, None)
    with the_day(on("Mon 2026-06-01"), 9):
        pausing(one, "resume")
    assert of(one, "imr:police").due_on == of(one, "imr:ccg").due_on > other.due_on


def test_more_time_that_is_granted_in_a_pause_is_chased_by_nobody_and_moves_with_the_rest(one: Conversation) -> None:
    with the_day(on("Mon 2026-04-20"), 9):
        pausing(one, "pause")
        more_time(one, "granted", "imr:police", new_on="2026-05-26")

    granted = of(one, "imr:police")
    assert (granted.due_on, granted.standstill) == (on("Tue 2026-05-26"), Standstill.PAUSE)
    with the_day(on("Mon 2026-06-01"), 9):
        pausing(one, "resume")
    assert of(one, "imr:police").due_on == on("Fri 2026-07-03")  # 28 working days later
    assert of(one, "imr:police").standstill is None


def test_a_request_that_outlasts_the_pause_goes_on_standing_still_with_its_date_moved(one: Conversation) -> None:
    with the_day(on("Mon 2026-04-20"), 9):
        pausing(one, "pause")
        more_time(one, "asked", "imr:police", new_on="2026-05-26")
    assert of(one, "imr:police").standstill is Standstill.PAUSE

    with the_day(on("Mon 2026-06-01"), 9):
        pausing(one, "resume")

    assert of(one, "imr:police").standstill is Standstill.EXTENSION
    assert of(one, "imr:police").due_on == of(one, "imr:ccg").due_on == on("Fri 2026-06-19")
    with the_day(on("Tue 2026-06-02"), 9):
        more_time(one, "refused", "imr:police")
    assert of(one, "imr:police").standstill is None


def test_the_decision_on_more_time_and_the_look_at_the_pause_are_chased_in_a_pause_too(one: Conversation) -> None:
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "asked", "imr:police", new_on="2026-05-26")
        pausing(one, "pause")

    assert of(one, "more_time:imr:police").standstill is None
    assert of(one, "pause:1").standstill is None


# --- what becomes owed, or moves, in a pause --------------------------------------------------------------------


def test_what_is_opened_and_moved_in_a_pause_waits_for_its_end(one: Conversation) -> None:
    with the_day(on("Mon 2026-03-16"), 9):
        pausing(one, "pause")
    with the_day(on("Tue 2026-03-17"), 9):
        one.go_on()
        one.go_to("terms-circulated")
        one.decide("panel_chair")
        one.go_to("initial-meeting-again")
        one.decide("panel_chair", on="2026-03-09")
    for slot in ("terms_agreed:police", "imr:police"):
        assert of(one, slot).standstill is Standstill.PAUSE
        assert of(one, slot).next_rung_on is None
    assert of(one, "limit").standstill is None
    to_read, owed = of(one, "terms_agreed:police").due_on, of(one, "imr:police").due_on

    with the_day(on("Mon 2026-03-30"), 9):
        pausing(one, "resume")

    assert (to_read, of(one, "terms_agreed:police").due_on) == (on("Tue 2026-03-24"), on("Wed 2026-04-08"))
    assert of(one, "imr:police").due_on == on("Tue 2026-06-02")
    assert owed == on("Mon 2026-05-18")
    assert of(one, "terms_agreed:police").standstill is None


def test_what_is_reopened_in_a_pause_waits_for_its_end(one: Conversation) -> None:
    terms_agreed(one)
    with the_day(on("Tue 2026-03-24"), 9):
        pausing(one, "pause")
        one.go_to("agencies-changed")
        one.decide("panel_chair", chosen="changed", leave=["police"])
        one.go_to("agencies-changed")
        one.decide("panel_chair", chosen="changed", join=["police"])

    assert of(one, "imr:police").standstill is Standstill.PAUSE


# --- what was late already --------------------------------------------------------------------------------------


def test_what_was_late_before_the_pause_is_as_late_after_it_and_no_later(one: Conversation) -> None:
    terms_agreed(one)
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18", "Tue 2026-05-19"):
        a_morning(day)

    with the_day(on("Wed 2026-05-20"), 9):
        pausing(one, "pause")
    with the_day(on("Wed 2026-06-17"), 9):
        pausing(one, "resume")
    a_morning("Thu 2026-06-18")

    assert of(one, "imr:police").due_on == on("Mon 2026-06-08")  # seven working days before it goes on, as before
    assert said_of(one, "imr:police") == {"L3"}


def told(one: Conversation, kind: str) -> list[str]:
    """Whom messages of that kind about the return of the police have reached, one entry for each mail."""
    mine = of(one, "imr:police")
    question = (
        select(Contact.email)
        .join(Message, col(Message.contact_id) == col(Contact.id))
        .join(Notice, col(Notice.message_id) == col(Message.id))
        .where(Notice.deadline_id == mine.id, Message.kind == kind, Message.state == MessageState.SENT)
    )
    with reading() as session:
        return sorted(session.exec(question).all())


def late_and_paused(one: Conversation) -> None:
    """Owner, lead and Board member were told of lateness; then the review pauses for four weeks."""
    terms_agreed(one)
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18", "Tue 2026-05-19"):
        a_morning(day, lets_go=True)
    with the_day(on("Wed 2026-05-20"), 9):
        pausing(one, "pause")


def test_who_was_told_of_lateness_before_a_pause_is_not_told_the_same_after_it(one: Conversation) -> None:
    late_and_paused(one)
    before = {kind: told(one, kind) for kind in ("late_owner", "late_lead", "late_board_member")}
    with the_day(on("Wed 2026-06-17"), 9):
        pausing(one, "resume")
    for day in ("Thu 2026-06-18", "Fri 2026-06-19"):
        a_morning(day, lets_go=True)
    meanwhile = {kind: told(one, kind) for kind in before}
    a_morning("Mon 2026-06-22", lets_go=True)

    assert all(before.values()) and meanwhile == before
    assert said_of(one, "imr:police") == {"L4"}
    assert told(one, "late_chief_officer")
    assert told(one, "late_board_member") == before["late_board_member"]
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []


def test_whoever_has_the_place_since_hears_what_was_said_to_another_before_the_pause(one: Conversation) -> None:
    late_and_paused(one)
    with the_day(on("Mon 2026-06-15"), 9):
        known = contact("board_member", "police")
        change(known.id, to_on=on("Mon 2026-06-15"))
        with transaction() as session:
            session.add(
                Contact(
                    board_id=known.board_id, agency_id=known.agency_id, role="board_member", name="Wilfred Newcomer",
                    email="wilfred.newcomer@police.example", secure_mailbox=True, from_on=on("Mon 2026-06-15"),
                )
            )  # fmt: skip
    with the_day(on("Wed 2026-06-17"), 9):
        pausing(one, "resume")
    a_morning("Thu 2026-06-18", lets_go=True)

    assert "wilfred.newcomer@police.example" in told(one, "late_board_member")
    with reading() as session:
        assert balance(session) == []


def test_what_is_not_late_any_more_after_a_pause_may_be_late_again(one: Conversation) -> None:
    terms_agreed(one)
    a_morning("Tue 2026-05-12", lets_go=True)
    first = told(one, "late_owner")
    with the_day(on("Wed 2026-05-13"), 9):
        pausing(one, "pause", "2026-04-20")
    with the_day(on("Mon 2026-06-01"), 9):
        pausing(one, "resume")
    due_on = of(one, "imr:police").due_on
    a_morning("Mon 2026-06-22", lets_go=True)

    assert due_on == on("Fri 2026-06-19")
    assert len(told(one, "late_owner")) == 2 * len(first) > 0


# --- and then the timetable is counted afresh -------------------------------------------------------------------


def test_a_meeting_held_again_takes_no_granted_time_away(one: Conversation) -> None:
    with the_day(on("Tue 2026-03-10"), 9):
        more_time(one, "granted", "imr:police", new_on="2026-05-26")
        one.go_on()
        one.go_to("initial-meeting-again")
        one.decide("panel_chair", on="2026-03-09")

    assert of(one, "imr:police").due_on == on("Tue 2026-05-26")
    assert of(one, "imr:ccg").due_on == on("Mon 2026-05-18")


def test_a_meeting_held_again_after_a_pause_leaves_what_the_pause_gave(one: Conversation) -> None:
    with the_day(on("Mon 2026-03-09"), 9):
        pausing(one, "pause")
    with the_day(on("Mon 2026-05-11"), 9):
        pausing(one, "resume")
        before, limit_on = of(one, "imr:ccg").due_on, of(one, "limit").due_on
        one.go_on()
        one.go_to("initial-meeting-again")
        one.decide("panel_chair", on="2026-03-03")

    assert before == on("Thu 2026-07-09")
    assert of(one, "imr:ccg").due_on == on("Fri 2026-07-10")  # a day later, as the meeting was
    assert of(one, "limit").due_on > limit_on


def test_an_agency_that_joins_after_a_pause_is_given_no_day_that_is_past(one: Conversation) -> None:
    with the_day(on("Mon 2026-03-09"), 9):
        pausing(one, "pause")
    with the_day(on("Mon 2026-08-10"), 9):
        pausing(one, "resume")
        one.go_on()
        one.go_to("agencies-changed")
        one.decide("panel_chair", chosen="changed", join=["housing"])

    assert of(one, "imr:housing").due_on >= of(one, "imr:ccg").due_on > on("Mon 2026-08-10")


def test_publication_follows_the_day_of_the_real_approval(one: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    august = ApprovingMeeting(on("Tue 2026-08-04"), "the Board", on("Tue 2026-07-21"))
    monkeypatch.setattr(RuleBook, "approving_meetings", lambda *_: (august,))
    terms_agreed(one)
    with the_day(on("Tue 2026-03-24"), 9):
        one.go_to("initial-meeting-again")
        one.decide("panel_chair", on="2026-03-03")
    planned_on = of(one, "publication").due_on

    with the_day(on("Tue 2026-08-25"), 9), transaction() as session:
        process = process_by_ref(session, one.ref, for_update=True)
        event_happened(session, book(), process, "approval", on("Tue 2026-08-25"))

    assert planned_on == on("Tue 2026-08-18")
    assert of(one, "publication").due_on == of(one, "plan_handover").due_on == on("Wed 2026-09-09")
