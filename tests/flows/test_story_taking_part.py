"""Who takes part changes in mid-review: another contact, an agency that joins or leaves, a meeting held again."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import icalendar
import pytest
from sqlmodel import col, select

from config import clock
from flows.rounds import run_round
from models.records.boards import Contact
from models.records.database import reading
from models.records.deadlines import Deadline, DeadlineState
from models.records.history import history_of
from models.records.ledger import balance
from models.records.meetings import meetings_of
from models.records.messages import MessageState
from models.records.moving import agencies_in_scope
from models.records.processes import anchors_of
from models.records.proof import prove
from models.records.returns import return_of
from models.rules.returns import ReturnState
from notifications.channels.mail import Mail
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import MET, arrive, name_authors, terms_agreed
from tests.flows.beginnings import after
from tests.flows.days import a_day, post
from tests.flows.scripted_port import Conversation, desk_flow
from tests.flows.whole_record import deadline, messages
from tests.records_builders import agency, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TUESDAY = on("Tue 2026-04-14")
JOINED = on("Wed 2026-04-15")
DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
HOUSING = "stellan.weatherby@council-housing.example"
NUMBERS = itertools.count()  # of runs


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def writing(under_way: Conversation) -> Conversation:
    """A review whose agencies write their returns and whose meetings are planned; everything so far was sent."""
    return after(under_way, meetings_and_terms)


def meetings_and_terms(one: Conversation) -> None:
    with the_day(on("Tue 2026-03-03"), 9):
        one.go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
    terms_agreed(one)
    a_day(on("Mon 2026-03-23"), RememberingChannel(), lets_go=True)


def change(one: Conversation, role: str, **values: Any) -> str:
    asked = desk_flow(one.port, "change-contact", f"change-{next(NUMBERS)}")
    chosen = next(value for value, label in asked.now.field("which").options if label.startswith(role))
    return asked.answer("changed", which=chosen, secure="yes", **values)


def agencies_changed(one: Conversation, day: date, **values: Any) -> str:
    with the_day(day, 9):
        one.go_on().go_to("agencies-changed")
        return one.decide("panel_chair", chosen="changed", **values)


def to_domain(channel: RememberingChannel, domain: str) -> list[Mail]:
    return [mail for mail in channel.sent if mail.to.endswith(f"@{domain}")]


def owed_by(one: Conversation, key: str) -> dict[str, Deadline]:
    """Everything that is or was owed by the agency, by kind."""
    with reading() as session:
        of_agency = agency(session, key).id
        question = select(Deadline).where(Deadline.process_id == one.process.id, Deadline.agency_id == of_agency)
        return {each.kind: each for each in session.exec(question).all()}


def everything_holds(one: Conversation) -> None:
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []


# --- another contact --------------------------------------------------------------------------------------------


def test_after_a_change_of_the_single_point_of_contact_everything_goes_to_the_new_one_and_the_old_one_stays_known(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one, old, new = writing, "osric.bellweather@police.example", "quillon.example@police.example"
    before = [each.id for each in messages()]
    with the_day(TUESDAY, 7):
        run_round(steps=())
    with the_day(TUESDAY, 9):
        said = change(one, "Police: single point of contact", name="Quillon Example", email=new)
    post(TUESDAY, channel)
    for day in ("Tue 2026-05-12", "Thu 2026-05-14"):
        a_day(on(day), channel, lets_go=True)

    assert said.startswith("Recorded: ")
    assert old not in channel.addresses
    assert "Agency return for the review" in "".join(mail.text for mail in channel.sent if mail.to == new)
    with reading() as session:
        rows = session.exec(
            select(Contact).where(Contact.role == "agency_lead", Contact.agency_id == agency(session, "police").id)
            .where(col(Contact.is_deputy).is_(False)).order_by(col(Contact.id))
        ).all()  # fmt: skip
        assert [(each.email, each.to_on) for each in rows] == [(old, TUESDAY), (new, None)]
        sent_before = [each for each in messages() if each.id in before and each.state is MessageState.SENT]
        assert any(session.get_one(Contact, each.contact_id).email == old for each in sent_before)
    everything_holds(one)


# --- agencies ---------------------------------------------------------------------------------------------------


def test_an_agency_that_joins_has_its_own_dates_and_is_asked_and_one_that_leaves_falls_silent(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    with the_day(TUESDAY, 9):
        arrive(one.go_on(), "chronology", ("police",))
    a_day(TUESDAY, channel, lets_go=True)
    police_before = owed_by(one, "police")
    channel.sent.clear()
    said = agencies_changed(one, JOINED, join=["housing"], leave=["police"])
    post(JOINED, channel)

    assert said.startswith("Recorded: Housing takes part from now on and Police takes part no more.")
    (letter,) = [mail for mail in to_domain(channel, "council-housing.example") if "eeting" not in mail.subject]
    assert letter.to == HOUSING
    assert letter.text.splitlines()[0].startswith("1 thing, by Wednesday 29 April 2026: the name of an author.")
    theirs = owed_by(one, "housing")
    assert {"author_named", "chronology", "midpoint", "imr"} <= set(theirs)
    assert theirs["author_named"].due_on == on("Wed 2026-04-29")  # ten working days
    assert theirs["imr"].due_on == on("Thu 2026-05-14")  # twenty working days, a bank holiday between
    assert all(str(each.due_on.day) in letter.text for each in theirs.values())
    assert {each.due_on for each in owed_by(one, "ccg").values()} <= {
        on("Mon 2026-02-23"), on("Mon 2026-03-23"), on("Mon 2026-03-30"), on("Mon 2026-04-13"), DUE,
    }  # fmt: skip

    farewell = [mail for mail in to_domain(channel, "police.example") if "eeting" not in mail.subject]
    assert {mail.to for mail in farewell} == {"osric.bellweather@police.example", "petra.ironbridge@police.example"}
    assert all(mail.text.startswith("Nothing is owed any more") for mail in farewell)
    channel.sent.clear()
    for day in ("Fri 2026-04-24", "Thu 2026-04-30", "Tue 2026-05-12", "Fri 2026-05-15", "Tue 2026-05-26"):
        a_day(on(day), channel, lets_go=True)

    assert to_domain(channel, "police.example") == []
    assert [mail for mail in to_domain(channel, "council-housing.example") if "author" in mail.text]
    police = owed_by(one, "police")
    assert not [each.slot for each in police.values() if each.state is DeadlineState.OPEN]
    assert (police["chronology"].state, police["chronology"].met_on) == (DeadlineState.MET, TUESDAY)
    assert police["imr"].state is DeadlineState.ENDED
    assert police["imr"].due_on == police_before["imr"].due_on
    assert "imr:housing" in one.go_on().now.may_choose("arrived")
    assert "imr:police" not in one.now.may_choose("arrived")
    with reading() as session:
        assert return_of(session, one.process, agency(session, "police")).state is ReturnState.WITHDRAWN
        keys = {each.key for each in agencies_in_scope(session, one.process)}
        deeds = {row.deed: row.facts["agency"] for row in history_of(session, one.process.id or 0)
                 if row.deed in ("agency joined", "agency left")}  # fmt: skip
    assert "housing" in keys and "police" not in keys
    assert deeds == {"agency joined": "housing", "agency left": "police"}
    everything_holds(one)


def test_an_agency_that_joined_names_its_author_and_hands_in_like_the_others(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    agencies_changed(one, JOINED, join=["housing"])
    with the_day(on("Mon 2026-04-20"), 9):
        said = name_authors(one.go_on(), ("housing",))
    post(on("Mon 2026-04-20"), channel)
    commissioned = [mail for mail in to_domain(channel, "council-housing.example") if mail.to != HOUSING]
    with the_day(on("Thu 2026-05-14"), 9):
        handed_in = arrive(one.go_on(), "imr", ("housing",))

    assert said == "Recorded: author named by Housing."
    assert len(commissioned) == 1 and "Thursday 14 May 2026" in commissioned[0].text
    assert handed_in.startswith("Recorded: ")
    assert one.now.name.endswith("1 of 9 returns")
    everything_holds(one)


def test_an_agency_that_left_and_joins_again_owes_again(writing: Conversation, channel: RememberingChannel) -> None:
    one = writing
    agencies_changed(one, TUESDAY, leave=["police"])
    agencies_changed(one, on("Mon 2026-04-20"), join=["police"])
    post(on("Mon 2026-04-20"), channel)

    again = owed_by(one, "police")
    assert (again["imr"].state, again["imr"].due_on) == (DeadlineState.OPEN, on("Tue 2026-05-19"))
    assert again["author_named"].state is DeadlineState.OPEN
    assert to_domain(channel, "police.example")
    everything_holds(one)


def test_the_last_agency_cannot_leave_and_nothing_ticked_changes_nothing(writing: Conversation) -> None:
    keys = [value for value, _ in writing.go_on().go_to("agencies-changed").field("leave").options]
    writing.answer("back")

    assert "nothing was ticked" in agencies_changed(writing, TUESDAY)
    assert "no agency would be left" in agencies_changed(writing, TUESDAY, leave=keys)
    with reading() as session:
        assert len(agencies_in_scope(session, writing.process)) == len(keys) == 8


# --- the initial meeting, held again ----------------------------------------------------------------------------


def invitations(channel: RememberingChannel) -> dict[tuple[str, str], int]:
    """The highest SEQUENCE in the outbox by recipient and UID of the meeting."""
    found: dict[tuple[str, str], int] = {}
    for mail in channel.sent:
        for text in (mail.calendar or b"", *(each.content for each in mail.files)):
            if b"METHOD:REQUEST" not in text:
                continue
            for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
                key = (mail.to, str(event["UID"]))
                found[key] = max(found.get(key, -1), int(str(event["SEQUENCE"])))
    return found


def test_when_the_initial_meeting_is_held_again_what_is_not_met_counts_from_it(
    under_way: Conversation, channel: RememberingChannel
) -> None:
    one, again, today = under_way, on("Mon 2026-03-30"), on("Tue 2026-03-31")
    with the_day(on("Tue 2026-03-03"), 9):
        one.go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
    a_day(on("Tue 2026-03-03"), channel, lets_go=True)
    first = invitations(channel)
    terms_agreed(one)
    with the_day(on("Fri 2026-03-27"), 9):
        arrive(one.go_on(), "chronology", ("police",))
    a_day(on("Fri 2026-03-27"), channel, lets_go=True)
    channel.sent.clear()
    with the_day(today, 9):
        one.go_on().go_to("initial-meeting-again")
        same = one.decide("panel_chair", on="2 March 2026")
        said = one.decide("panel_chair", on="30 March 2026")
    post(today, channel)
    updated = invitations(channel)

    assert "the initial meeting of Monday 2 March 2026 is recorded already" in same
    assert said.startswith("Recorded: the initial meeting was held again")
    with reading() as session:
        assert anchors_of(session, one.process.id or 0)["initial-meeting"] == again
    assert deadline(one.ref, "limit").due_on == on("Wed 2026-09-30")
    assert deadline(one.ref, "imr:ccg").due_on == on("Mon 2026-06-08")
    assert deadline(one.ref, "chronology:ccg").due_on == on("Mon 2026-04-27")
    met = deadline(one.ref, "chronology:police")
    assert (met.state, met.met_on, met.due_on) == (DeadlineState.MET, on("Fri 2026-03-27"), on("Mon 2026-03-30"))
    agreed = deadline(one.ref, "terms_agreed:police")
    assert (agreed.state, agreed.met_on) == (DeadlineState.MET, on("Mon 2026-03-23"))
    assert deadline(one.ref, "decision_limit").due_on == on("Sun 2026-08-02")

    changed = [mail for mail in channel.sent if "Monday 8 June 2026" in mail.text]
    assert {"osric.bellweather@police.example", "petra.ironbridge@police.example"} <= {mail.to for mail in changed}
    assert not [mail for mail in channel.sent if "2 September 2026" in mail.text]  # the limit that was
    assert updated and set(updated) <= set(first)
    assert all(sequence > first[key] for key, sequence in updated.items())
    with reading() as session:
        held = [clock.local(each.starts_at).date() for each in meetings_of(session, one.process)]
        rows = {row.deed: row.facts for row in history_of(session, one.process.id or 0)}
        moved = [
            (row.facts["from"], row.facts["to"])
            for row in history_of(session, one.process.id or 0)
            if row.deed == "deadline moved" and row.facts["slot"] == "imr:ccg"
        ]
    assert min(each for each in held if each > today) == on("Tue 2026-05-26")  # eight weeks after it, as before
    assert (rows["event moved"]["from"], rows["event moved"]["to"]) == (MET.isoformat(), again.isoformat())
    assert moved == [("2026-05-11", "2026-06-08")]

    channel.sent.clear()
    a_day(on("Tue 2026-05-12"), channel, lets_go=True)
    assert not [mail for mail in channel.sent if "late" in mail.subject.lower() and "Agency return" in mail.text]
    everything_holds(one)
