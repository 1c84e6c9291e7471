"""What was decided beside the stages of a review and was a mistake: waivers, more time, pauses, meetings, readings."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlmodel import col, select

from config import clock
from config.settings import settings
from flows.deployments import offers
from flows.questions import corrections
from flows.questions.desk import MENUS, OFFERS
from models.records.boards import Contact
from models.records.chasing import deadline_in
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState, Standstill
from models.records.delays import ExtensionState, Pause, extensions_of, pauses_of
from models.records.history import verify_chain
from models.records.ledger import balance
from models.records.meetings import MeetingState, meetings_of
from models.records.messages import MessageState, Task, TaskKind
from models.records.processes import participants_of, process_by_ref
from models.records.proof import prove
from models.records.returns import returns_of
from models.records.taking_back import may_be_taken_back
from models.rules.returns import ReturnState
from reports.words import DECISIONS
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import FOUR_PARTS, SEVEN, arrive, commission, of, terms_agreed
from tests.flows.days import a_day, post
from tests.flows.scripted_port import Conversation, desk_flow
from tests.flows.whole_record import deadline, messages
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
IMR = "imr:police"
AUTHOR, LEAD = "petra.ironbridge@police.example", "osric.bellweather@police.example"
CHAIR = "corin.ravensworth@bdscb.example"
NUMBERS = itertools.count()


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def writing(under_way: Conversation, channel: RememberingChannel) -> Conversation:
    """A review whose agencies write their returns; what was asked so far has been sent."""
    terms_agreed(under_way)
    a_day(on("Mon 2026-03-23"), channel, lets_go=True)
    channel.sent.clear()
    return under_way


def correct(one: Conversation, what: str, why: str = "not-happened") -> str:
    """The newest entry whose label has these words is corrected."""
    flow = desk_flow(one.port, "correct-mistake", f"correct-{next(NUMBERS)}")
    chosen = next(value for value, label in flow.now.field("what").options if what in label)
    return flow.answer(why, what=chosen)


def waive(one: Conversation, slot: str = IMR) -> str:
    flow = desk_flow(one.port, "waive", f"waive-{next(NUMBERS)}")
    return flow.decide("panel_chair", chosen="waived", about=f"{one.ref}/{slot}", reason="other")


def more_time(one: Conversation, chosen: str, slot: str = IMR, capacity: str = "panel_chair", **values: Any) -> str:
    flow = desk_flow(one.port, "more-time", f"more-time-{next(NUMBERS)}")
    about = {"about": f"{one.ref}/{slot}", "reason": "other", **values}
    return flow.answer(chosen, **about) if chosen == "asked" else flow.decide(capacity, chosen=chosen, **about)


def pausing(one: Conversation, chosen: str, from_on: str = "") -> str:
    flow = desk_flow(one.port, "pause", f"pause-{next(NUMBERS)}")
    return flow.decide("panel_chair", chosen=chosen, reason="inquest", from_on=from_on)


def state_of_return(one: Conversation, key: str = "police") -> ReturnState:
    with reading() as session:
        return next(mine.state for mine, agency in returns_of(session, one.process) if agency.key == key)


def told_of_the_mistake(channel: RememberingChannel) -> dict[str, str]:
    """Whom a letter about a mistake has reached, and what it says."""
    return {mail.to: mail.text for mail in channel.sent if "disregard our letter" in mail.subject}


def told_late() -> set[str]:
    """Who was told of lateness as the one who owes it, by address."""
    with reading() as session:
        return {session.get_one(Contact, each.contact_id).email for each in messages("late_owner")}


def everything_holds(one: Conversation) -> None:
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []
        assert verify_chain(session, one.process) == []


# --- a waiver -----------------------------------------------------------------------------------------------------


def test_what_was_waived_by_mistake_is_owed_again_on_its_date_and_whoever_was_told_hears_so(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one, before = writing, state_of_return(writing)
    with the_day(on("Mon 2026-04-20"), 9):
        waive(one)
    post(on("Mon 2026-04-20"), channel)
    withdrawn = state_of_return(one)
    channel.sent.clear()

    with the_day(on("Tue 2026-04-21"), 9):
        said = correct(one, "Something owed is waived”")
    post(on("Tue 2026-04-21"), channel)

    assert "is taken back" in said and "hear that it was a mistake" in said
    assert (withdrawn, state_of_return(one)) == (ReturnState.WITHDRAWN, before)
    for slot in (IMR, "chronology:police", "midpoint:police"):
        assert deadline(one.ref, slot).state is not DeadlineState.WAIVED
    assert (deadline(one.ref, IMR).state, deadline(one.ref, IMR).due_on) == (DeadlineState.OPEN, DUE)
    told = told_of_the_mistake(channel)
    assert {AUTHOR, LEAD} <= set(told)
    assert "our letter of Monday 20 April 2026" in told[AUTHOR]
    assert "Agency return for the review" in told[AUTHOR] and "Monday 11 May 2026" in told[AUTHOR]
    for day in ("Wed 2026-04-22", "Wed 2026-05-06", "Tue 2026-05-12"):
        a_day(on(day), channel, lets_go=True)
    assert AUTHOR in told_late()
    everything_holds(one)


def test_a_letter_that_nothing_is_wanted_any_more_and_that_has_not_gone_never_goes(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(on("Mon 2026-04-20"), 9):
        waive(writing, "feedback")
        waive(writing)
        correct(writing, "Police: Agency return")
    post(on("Mon 2026-04-20"), channel)

    of_police = [each for each in messages("not_wanted") if "Police" in str(each.facts)]
    assert {each.state for each in of_police} == {MessageState.WITHDRAWN}
    assert told_of_the_mistake(channel) == {}
    assert deadline(writing.ref, "feedback").state is DeadlineState.WAIVED
    everything_holds(writing)


def test_more_time_that_was_asked_for_before_a_waiver_waits_for_its_decision_again(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "asked", new_on="22 May 2026")
        waive(one)
        correct(one, "Something owed is waived”")

    with reading() as session:
        assert [each.state for each in extensions_of(session, one.process)] == [ExtensionState.ASKED]
    assert deadline(one.ref, f"more_time:{IMR}").state is DeadlineState.OPEN
    assert deadline(one.ref, IMR).standstill is Standstill.EXTENSION
    everything_holds(one)


def test_what_was_waived_by_mistake_has_the_date_that_the_others_have_by_now(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        waive(one)
        one.go_on().go_to("initial-meeting-again")
        one.decide("panel_chair", on="9 March 2026")
    with the_day(on("Tue 2026-04-21"), 9):
        correct(one, "Something owed is waived”")

    assert deadline(one.ref, IMR).due_on == deadline(one.ref, "imr:ccg").due_on == on("Mon 2026-05-18")
    everything_holds(one)


def test_what_was_waived_twice_is_owed_again_only_when_the_last_waiver_is_taken_back(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        waive(one)
        correct(one, "Something owed is waived”")
        waive(one)
        offered = desk_flow(one.port, "correct-mistake", "look").now.field("what").options
        correct(one, "Something owed is waived”")

    assert len([label for _, label in offered if "waived" in label]) == 1
    assert deadline(one.ref, IMR).state is DeadlineState.OPEN
    everything_holds(one)


def test_a_check_of_the_draft_that_was_waived_stays_so_until_the_sign_off_is_taken_back(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(one.go_on(), "imr", SEVEN)
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
    with the_day(on("Fri 2026-07-10"), 9):
        one.go_on().answer("ticked", arrived=["draft_meeting"])
        waive(one, "accuracy:police")
    with the_day(on("Mon 2026-07-27"), 9):
        one.go_on().go_to("sign-off")
        one.decide("panel_chair")
        said = correct(one, "Something owed is waived”")

    assert "“The panel has signed off the report” of Monday 27 July 2026 was recorded after it" in said
    assert deadline(one.ref, "accuracy:police").state is DeadlineState.WAIVED


# --- more time ----------------------------------------------------------------------------------------------------


def test_more_time_that_was_granted_by_mistake_is_gone_and_author_and_lead_have_the_earlier_date(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "granted", new_on="26 May 2026")
    post(on("Mon 2026-04-20"), channel)
    channel.sent.clear()

    with the_day(on("Tue 2026-04-21"), 9):
        said = correct(one, "More time is granted”")
    post(on("Tue 2026-04-21"), channel)

    back = deadline(one.ref, IMR)
    assert "is taken back" in said
    assert (back.due_on, back.extensions, back.standstill) == (DUE, 0, None)
    told = told_of_the_mistake(channel)
    assert {AUTHOR, LEAD} <= set(told)
    assert all(
        "Monday 11 May 2026" in told[each] and "letter of Monday 20 April" in told[each] for each in (AUTHOR, LEAD)
    )
    with reading() as session:
        assert extensions_of(session, one.process) == []
    with the_day(on("Wed 2026-04-22"), 9):
        again = more_time(one, "granted", new_on="18 May 2026")
    assert "more time is granted until Monday 18 May 2026" in again
    post(on("Wed 2026-04-22"), channel)
    assert [mail for mail in channel.sent if mail.to == AUTHOR and "Monday 18 May 2026" in mail.text]
    everything_holds(one)


@pytest.mark.parametrize("decided", ["granted", "refused"])
def test_a_request_whose_decision_was_a_mistake_waits_for_its_decision_again(
    writing: Conversation, decided: str
) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "asked", new_on="26 May 2026")
        more_time(one, decided)
        correct(one, "More time is")

    with reading() as session:
        (asked,) = extensions_of(session, one.process)
    assert (asked.state, asked.decided_on, asked.new_due_on) == (ExtensionState.ASKED, None, None)
    assert (deadline(one.ref, IMR).due_on, deadline(one.ref, IMR).standstill) == (DUE, Standstill.EXTENSION)
    assert deadline(one.ref, f"more_time:{IMR}").state is DeadlineState.OPEN
    everything_holds(one)


def test_a_limit_that_was_extended_by_mistake_is_back_and_the_chair_hears_of_it(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Mon 2026-06-01"), 9):
        more_time(one, "granted", "limit", "independent_chair", new_on="4 December 2026")
    post(on("Mon 2026-06-01"), channel)
    channel.sent.clear()
    with the_day(on("Tue 2026-06-02"), 9):
        correct(one, "More time is granted”")
    post(on("Tue 2026-06-02"), channel)

    with reading() as session:
        items = session.exec(select(Task).where(Task.kind == TaskKind.AGENDA_ITEM, col(Task.done_at).is_(None))).all()
    assert deadline(one.ref, "limit").due_on == on("Wed 2026-09-02")
    assert [each.title for each in items if "instead of" in each.title] == []
    assert "Wednesday 2 September 2026" in told_of_the_mistake(channel)[CHAIR]
    everything_holds(one)


def test_what_came_although_more_time_was_a_mistake_has_come_and_was_due_on_the_earlier_day(
    writing: Conversation,
) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "granted", new_on="26 May 2026")
    with the_day(on("Mon 2026-05-18"), 9):
        arrive(one.go_on(), "imr", ("police",))
        correct(one, "More time is granted”")

    came = deadline(one.ref, IMR)
    assert (came.state, came.due_on, came.met_on) == (DeadlineState.MET, DUE, on("Mon 2026-05-18"))
    everything_holds(one)


def test_more_time_is_not_taken_back_before_the_pause_that_moved_its_date_further(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        more_time(one, "granted", new_on="26 May 2026")
        pausing(one, "pause")
    with the_day(on("Mon 2026-04-27"), 9):
        pausing(one, "resume")
        first = correct(one, "More time is granted”")
        correct(one, "The review goes on”")
        correct(one, "The review pauses”")
        then = correct(one, "More time is granted”")

    assert "“The review goes on” of Monday 27 April 2026 was recorded after it" in first
    assert "is taken back" in then
    assert deadline(one.ref, IMR).due_on == DUE
    everything_holds(one)


# --- a pause ------------------------------------------------------------------------------------------------------


def test_a_pause_that_was_none_ends_as_if_it_had_not_been(writing: Conversation, channel: RememberingChannel) -> None:
    one = writing
    with the_day(on("Mon 2026-04-13"), 9):
        pausing(one, "pause")
    post(on("Mon 2026-04-13"), channel)
    a_day(on("Fri 2026-04-24"), channel, lets_go=True)
    channel.sent.clear()

    with the_day(on("Mon 2026-04-27"), 9):
        correct(one, "The review pauses”")
    post(on("Mon 2026-04-27"), channel)

    with reading() as session:
        assert pauses_of(session, one.process) == []
        open_items = session.exec(select(Task).where(Task.kind == TaskKind.AGENDA_ITEM, col(Task.done_at).is_(None)))
        assert [each.title for each in open_items.all() if "pauses since" in each.title] == []
    assert (deadline(one.ref, IMR).due_on, deadline(one.ref, IMR).standstill) == (DUE, None)
    told = told_of_the_mistake(channel)
    assert {AUTHOR, LEAD, "una@independent.example"} <= set(told)
    assert "Monday 11 May 2026" in told[AUTHOR] and "our letter of Monday 13 April 2026" in told[AUTHOR]
    for day in ("Wed 2026-05-06", "Tue 2026-05-12"):
        a_day(on(day), channel, lets_go=True)
    assert AUTHOR in told_late()
    with the_day(on("Wed 2026-05-13"), 9):
        again = pausing(one, "pause")
    assert again.startswith("Recorded: the review pauses")
    post(on("Wed 2026-05-13"), channel)
    everything_holds(one)


def test_a_pause_that_has_not_ended_goes_on_and_its_dates_are_as_before(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Mon 2026-04-13"), 9):
        pausing(one, "pause")
    with the_day(on("Mon 2026-04-27"), 9):
        pausing(one, "resume")
        moved = deadline(one.ref, IMR).due_on
    post(on("Mon 2026-04-27"), channel)
    with the_day(on("Tue 2026-04-28"), 9):
        first = correct(one, "The review pauses”")
        correct(one, "The review goes on”")

    with reading() as session:
        (pause,) = session.exec(select(Pause)).all()
    assert "“The review goes on” of Monday 27 April 2026 was recorded after it" in first
    assert moved == on("Tue 2026-05-26")
    assert pause.ended_on is None
    assert (deadline(one.ref, IMR).due_on, deadline(one.ref, IMR).standstill) == (DUE, Standstill.PAUSE)
    assert deadline(one.ref, f"pause:{pause.id}").state is DeadlineState.OPEN
    channel.sent.clear()
    post(on("Tue 2026-04-28"), channel)
    assert AUTHOR in told_of_the_mistake(channel)
    for day in ("Wed 2026-05-06", "Tue 2026-05-12"):
        a_day(on(day), channel, lets_go=True)
    assert AUTHOR not in told_late()
    with the_day(on("Mon 2026-06-01"), 9):
        pausing(one, "resume")
    assert deadline(one.ref, IMR).due_on == on("Fri 2026-06-26")
    everything_holds(one)


# --- meetings and readings ----------------------------------------------------------------------------------------


def test_update_meetings_that_were_planned_by_mistake_are_cancelled(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Tue 2026-03-24"), 9):
        one.go_on().go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
    post(on("Tue 2026-03-24"), channel)
    channel.sent.clear()
    with the_day(on("Wed 2026-03-25"), 9):
        correct(one, "Update meetings of the panel are planned”")
    post(on("Wed 2026-03-25"), channel)

    with reading() as session:
        states = {each.state for each in meetings_of(session, one.process)}
    assert states == {MeetingState.CANCELLED}
    assert LEAD in {mail.to for mail in channel.sent if "cancel" in mail.subject.lower() + mail.text.lower()}
    everything_holds(one)


def test_a_reading_that_had_not_been_puts_the_returns_back_with_the_panel(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Mon 2026-05-11"), 9):
        arrive(one.go_on(), "imr", SEVEN)
        one.go_to("panel-read")
        one.decide("panel_chair", chosen="read", **{of("police"): "questions", of("ccg"): "accepted"})
    post(on("Mon 2026-05-11"), channel)
    channel.sent.clear()
    with the_day(on("Tue 2026-05-12"), 9):
        said = correct(one, "The panel has read returns")
        one.go_on()
    post(on("Tue 2026-05-12"), channel)

    assert "is taken back" in said
    assert {state_of_return(one, "police"), state_of_return(one, "ccg")} == {ReturnState.SUBMITTED}
    with reading() as session:
        assert deadline_in(session, one.process, "imr_final:police") is None
    assert "panel-read" in one.now.offers
    assert AUTHOR in told_of_the_mistake(channel)
    with the_day(on("Tue 2026-05-12"), 14):
        one.go_to("panel-read")
        one.decide("panel_chair", chosen="read", **{of("police"): "questions"})
    assert deadline(one.ref, "imr_final:police").state is DeadlineState.OPEN
    everything_holds(one)


def reviewers(one: Conversation) -> list[str]:
    """Who is the reviewer now, by address."""
    with reading() as session:
        found = participants_of(session, one.process.id or 0, "independent_reviewer")
        return [session.get_one(Contact, each.contact_id).email for each in found if each.contact_id]


def test_a_change_of_reviewer_that_was_a_mistake_gives_the_place_back_to_the_former_one(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(on("Tue 2026-03-24"), 9):
        one.go_on().go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
    post(on("Tue 2026-03-24"), channel)
    other = {"reviewer": "Otto Example", "reviewer_email": "otto@independent.example"}
    with the_day(on("Mon 2026-04-20"), 9):
        commission(one, **other)
        changed = reviewers(one)
    post(on("Mon 2026-04-20"), channel)
    channel.sent.clear()
    with the_day(on("Tue 2026-04-21"), 9):
        correct(one, "The independent reviewer is commissioned", "wrong-review")
    post(on("Tue 2026-04-21"), channel)

    assert (changed, reviewers(one)) == (["otto@independent.example"], ["una@independent.example"])
    assert deadline(one.ref, "reviewer").state is DeadlineState.MET
    assert "otto@independent.example" in told_of_the_mistake(channel)
    assert [mail for mail in channel.sent if mail.to == "una@independent.example" and "meeting" in mail.text.lower()]
    a_day(on("Tue 2026-06-23"), channel, lets_go=True)
    chased = {mail.to for mail in channel.sent if "irst draft of the report" in mail.text}
    assert "otto@independent.example" not in chased
    everything_holds(one)


def test_whoever_was_the_reviewer_by_mistake_is_not_given_the_place_back(agreed: Conversation) -> None:
    one = agreed
    with the_day(on("Mon 2026-02-16"), 9):
        commission(one)
        correct(one, "The independent reviewer is commissioned", "wrong-review")
        first = reviewers(one)
        commission(one.go_on(), reviewer="Otto Example", reviewer_email="otto@independent.example")
        correct(one, "The independent reviewer is commissioned", "wrong-review")

    assert (first, reviewers(one)) == ([], [])
    assert deadline(one.ref, "reviewer").state is DeadlineState.OPEN
    everything_holds(one)


def test_a_return_that_is_being_read_is_shown_so_and_goes_back_when_it_had_not_come(writing: Conversation) -> None:
    one, before = writing, state_of_return(writing)
    with the_day(on("Mon 2026-05-11"), 9):
        arrive(one.go_on(), "imr", ("police", "ccg"))
        one.go_to("panel-read")
        said = one.answer("reading")
        one.go_to("panel-read")
        again = one.answer("reading")
        reading_now = state_of_return(one, "police")
        correct(one, "Police: Agency return")
        one.go_on().go_to("panel-read")
        one.decide("panel_chair", chosen="read", **{of("ccg"): "accepted"})

    assert said == "Recorded: the panel reads the return of Clinical commissioning group and Police."
    assert "nothing was changed" in again
    assert reading_now is ReturnState.PANEL_QA
    assert (state_of_return(one, "police"), state_of_return(one, "ccg")) == (before, ReturnState.ACCEPTED)
    assert deadline(one.ref, IMR).state is DeadlineState.OPEN
    everything_holds(one)


# --- what the office reads ----------------------------------------------------------------------------------------


def test_of_a_closed_review_the_decision_that_closed_it_comes_first(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        waive(one)
        with transaction() as session:
            closed = process_by_ref(session, one.ref, for_update=True)
            closed.closed_at = clock.now()
            session.add(closed)
        said = correct(one, "Something owed is waived”")

    assert "the review is closed; take back first the decision that closed it" in said
    assert deadline(one.ref, IMR).state is DeadlineState.WAIVED


def test_every_decision_that_cannot_be_taken_back_has_the_entry_that_puts_it_right(writing: Conversation) -> None:
    labels = {action.label for menu in MENUS.values() for action in menu.actions}
    labels |= {label for _, label, _ in OFFERS} | {offer.name for offer in offers(settings().deployments)}
    gates = {gate for gate, _ in DECISIONS if not gate.startswith("start-")}
    refused = {gate for gate in gates if not may_be_taken_back(gate)}

    assert refused - corrections.INSTEAD.keys() == {"initial-meeting-again", "agencies-changed"}  # said by themselves
    named = [words.partition("”")[0] for text in corrections.INSTEAD.values() for words in text.split("“")[1:]]
    assert set(named) <= labels


def test_two_decisions_that_read_alike_are_told_apart(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-20"), 9):
        waive(one)
        waive(one, "imr:ccg")
        pausing(one, "pause")
        pausing(one, "resume")
        pausing(one, "pause")
        labels = [label for _, label in desk_flow(one.port, "correct-mistake", "look").now.field("what").options]

    assert len(set(labels)) == len(labels)
    assert [label for label in labels if "is waived” (Police: Agency return" in label]
    pauses = [label for label in labels if "The review pauses”" in label]
    assert [label.rpartition(", ")[2] for label in pauses] == ["the last of these 2", "number 1 of these 2"]
    assert all("recorded on Monday 20 April 2026 at 9:00" in label for label in pauses)
