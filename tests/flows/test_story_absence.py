"""Somebody is away, leaves, or is not reached: nothing goes to them, nothing is lost, and nobody is accused."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import pytest
from sqlmodel import Session, col, select

from flows.rounds import run_round
from models.records import being_away, verdicts
from models.records.absences import Absence
from models.records.boards import Contact
from models.records.chasing import deadlines_of
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.history import verify_chain
from models.records.ledger import balance
from models.records.messages import MessageState, Notice, Task
from models.records.people import people_of
from models.records.processes import Participant, Process
from models.records.returns import AgencyReturn
from models.rules.returns import ReturnState
from notifications.dispatch import dispatch
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import SEVEN, arrive, of
from tests.flows.beginnings import after
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, start_review
from tests.flows.whole_record import deadline, messages
from tests.records_builders import agency, contact, the_day

DUE = on("Mon 2026-05-11")  # ten weeks after the initial meeting
SICK = on("Tue 2026-04-28")  # eight working days before, a bank holiday between
FOURTH = on("Tue 2026-05-05")
AUTHOR = "petra.ironbridge@police.example"  # the police's lead for returns writes its return
LEAD = "osric.bellweather@police.example"
NEW = "newton.example@police.example"
NUMBERS = itertools.count()  # of runs


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


@pytest.fixture
def writing(writing: Conversation) -> Conversation:
    """A review whose agencies write their returns; what was asked so far has been sent."""
    return after(writing, only_returns_are_owed)


def only_returns_are_owed(one: Conversation) -> None:
    with the_day(on("Mon 2026-03-23"), 9):
        arrive(one.go_on(), "chronology", SEVEN)
        arrive(one, "midpoint", SEVEN)
        one.answer("recorded", **{of(key): "on-track" for key in SEVEN})
    a_day(on("Mon 2026-03-23"), RememberingChannel())


def who(port: ScriptedPort, role: str, of: str, which: str) -> str:
    """The value under which a desk flow offers that role."""
    asked = desk_flow(port, which, f"look-{next(NUMBERS)}").now
    options = dict(asked.field("who" if which == "note-absence" else "which").options)
    return next(value for value, label in options.items() if label.startswith(f"{of}: {role}"))


def away(port: ScriptedPort, role: str = "author of the return", of: str = "Police", **values: object) -> str:
    chosen = who(port, role, of, "note-absence")
    return desk_flow(port, "note-absence", f"away-{next(NUMBERS)}").answer("away", who=chosen, **values)


def tasks() -> list[str]:
    with reading() as session:
        question = select(Task).where(col(Task.done_at).is_(None)).order_by(col(Task.id))
        return [each.title for each in session.exec(question).all()]


def everything_balances(one: Conversation) -> None:
    with reading() as session:
        assert balance(session) == []
        assert verify_chain(session, one.process) == []


def to_police(channel: RememberingChannel) -> list[tuple[str, str]]:
    return [(mail.to.split("@")[0], mail.subject) for mail in channel.sent if mail.to.endswith("@police.example")]


def test_an_author_falls_sick_and_another_delivers_on_time(writing: Conversation, channel: RememberingChannel) -> None:
    port, one = writing.port, writing
    for day in ("Mon 2026-04-13", "Mon 2026-04-27"):
        a_day(on(day), channel)
    channel.sent.clear()

    with the_day(SICK, 9):
        said = away(port)
        dispatch(channel=channel)
    assert said.startswith("Recorded: Police: author of the return")
    assert to_police(channel) == [("osric.bellweather", f"Board action due 6 May, ref {one.process.spoken_ref}")]
    assert "Agency return for the review" in channel.sent[0].text and "Monday 11 May 2026" in channel.sent[0].text
    again = deadline(one.ref, "author_again:police")
    assert (again.kind, again.owner_role, again.due_on) == ("author_named", "agency_lead", on("Wed 2026-05-06"))
    assert again.title == "Name of a new author" and "is away" in again.explanation
    assert "author_again:police" in one.go_on().now.may_choose("arrived")

    for day in ("Wed 2026-04-29", "Thu 2026-04-30", "Fri 2026-05-01"):
        a_day(on(day), channel)
    assert not [mail for mail in channel.sent if mail.to == AUTHOR]
    assert not [each for each in tasks() if "Police" in each]

    with the_day(FOURTH, 9):
        one.go_on().answer("ticked", arrived=["author_again:police"])
        named = one.answer("named", author_police=f"Newton Example {NEW}", independent_police=True)
        dispatch(channel=channel)
    assert named == "Recorded: author named by Police."
    to_new = [mail for mail in channel.sent if mail.to == NEW]
    assert len(to_new) == 1 and "Monday 11 May 2026" in to_new[0].text
    with reading() as session:
        police = agency(session, "police").id
        authors = session.exec(
            select(Participant).where(Participant.role == "imr_author", Participant.agency_id == police)
        ).all()  # fmt: skip
        mine = session.exec(select(AgencyReturn).where(AgencyReturn.agency_id == police)).one()
    assert [each.to_on for each in authors] == [FOURTH, None]
    assert mine.state is ReturnState.NOMINATED
    assert deadline(one.ref, "imr:police").due_on == DUE

    for day in ("Wed 2026-05-06", "Thu 2026-05-07", "Fri 2026-05-08"):
        a_day(on(day), channel)
    assert len([mail for mail in channel.sent if mail.to == NEW and "Agency return" in mail.text]) >= 2

    with the_day(DUE, 9):
        arrive(one.go_on(), "imr", SEVEN)
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18"):
        a_day(on(day), channel)
    assert not [mail for mail in channel.sent if mail.to == AUTHOR]
    late = [each for each in messages() if each.kind.startswith("late_") and each.state is not MessageState.WITHDRAWN]
    with reading() as session:
        told = {session.get_one(Contact, each.contact_id).email for each in late}
    assert not {each for each in told if each.endswith("@police.example")}
    everything_balances(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_short_absence_asks_for_nobody_new_and_afterwards_the_author_is_chased_as_before(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(on("Thu 2026-04-23"), 9):
        away(writing.port, until_on="28 April 2026")
    for day in ("Thu 2026-04-23", "Fri 2026-04-24", "Mon 2026-04-27", "Tue 2026-04-28"):
        a_day(on(day), channel)
    during = [mail.to for mail in channel.sent if mail.to.endswith("@police.example")]
    channel.sent.clear()
    for day in ("Wed 2026-04-29", "Tue 2026-05-05", "Wed 2026-05-06", "Thu 2026-05-07"):
        a_day(on(day), channel)

    assert AUTHOR not in during and LEAD in during
    with reading() as session:
        assert "author_again:police" not in {each.slot for each in deadlines_of(session, writing.process)}
    assert AUTHOR in [mail.to for mail in channel.sent]
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wait_for_a_new_author_ends_when_the_author_is_back(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(SICK, 9):
        away(writing.port, until_on="7 May 2026")
    assert deadline(writing.ref, "author_again:police").state is DeadlineState.OPEN

    a_day(on("Thu 2026-05-07"), channel)
    assert deadline(writing.ref, "author_again:police").state is DeadlineState.OPEN
    a_day(on("Fri 2026-05-08"), channel)

    assert deadline(writing.ref, "author_again:police").state is DeadlineState.ENDED
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stand_in_of_an_author_is_commissioned_and_reminded(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(SICK, 9):
        refused = away(writing.port, new_stand_in=f"Newton Example {NEW}")
        assert "the independence of the author's stand-in is not confirmed" in refused
        assert "not of the same agency" in away(
            writing.port, stand_in=who(writing.port, "lead for returns", "Probation", "note-absence"), independent=True
        )
        said = away(writing.port, new_stand_in=f"Newton Example {NEW}", independent=True)
        dispatch(channel=channel)
    for day in ("Wed 2026-05-06", "Fri 2026-05-08"):
        a_day(on(day), channel)

    assert "the stand-in has the role meanwhile" in said
    assert AUTHOR not in channel.addresses
    assert len([mail for mail in channel.sent if mail.to == NEW]) >= 2
    assert LEAD not in channel.addresses
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_somebody_who_is_away_is_away_in_every_role(writing: Conversation, channel: RememberingChannel) -> None:
    with the_day(on("Wed 2026-05-06"), 6):
        away(writing.port, role="lead for returns", until_on="20 May 2026")
    a_day(on("Fri 2026-05-08"), channel)

    assert AUTHOR not in channel.addresses


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_waits_is_dropped_at_sending_when_the_absence_has_begun(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(on("Fri 2026-04-24"), 9):
        away(writing.port, from_on="27 April 2026", until_on="29 April 2026")
        with reading() as session:
            people = people_of(session, writing.process.board_id)
        assert people.is_reachable(contact("imr_author", "police").id or 0)
    with the_day(on("Fri 2026-04-24"), 7):
        run_round(steps=())
    waiting = len([each for each in messages() if each.state is MessageState.WAITING])
    with the_day(on("Mon 2026-04-27"), 12):
        dispatch(channel=channel)

    assert waiting
    assert AUTHOR not in channel.addresses
    with reading() as session:
        why = {each.suppressed_because for each in session.exec(select(Notice)).all()}
    assert why <= {"", "the person is away"}
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_absences_that_cannot_be_are_refused(writing: Conversation) -> None:
    port = writing.port
    with the_day(SICK, 9):
        assert "ends before it begins" in away(port, from_on="5 May 2026", until_on="4 May 2026")
        assert away(port, until_on="6 May 2026").startswith("Recorded: ")
        overlaps = away(port, from_on="6 May 2026")
        other_role = away(port, role="lead for returns", until_on="30 April 2026")
        after = away(port, from_on="7 May 2026", until_on="8 May 2026")

    assert "is away on one of these days as it is" in overlaps
    assert "is away on one of these days as it is" in other_role
    assert after.startswith("Recorded: ")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whoever_is_back_before_is_written_to_again(writing: Conversation, channel: RememberingChannel) -> None:
    port = writing.port
    with the_day(SICK, 9):
        away(port)
    with the_day(on("Thu 2026-04-30"), 9):
        chosen = who(port, "author of the return", "Police", "note-absence")
        said = desk_flow(port, "note-absence", "back").answer("returned", who=chosen)
    a_day(on("Wed 2026-05-06"), channel)
    a_day(on("Fri 2026-05-08"), channel)

    assert said.startswith("Recorded: Police: author of the return")
    assert deadline(writing.ref, "author_again:police").state is DeadlineState.ENDED
    assert AUTHOR in channel.addresses
    with reading() as session:
        assert [each.back_on for each in session.exec(select(Absence)).all()] == [on("Thu 2026-04-30")]
    everything_balances(writing)


def test_a_contact_changes_and_what_waits_goes_to_the_successor(
    writing: Conversation, channel: RememberingChannel
) -> None:
    port = writing.port
    with the_day(on("Mon 2026-04-27"), 7):
        run_round(steps=())
    with the_day(on("Mon 2026-04-27"), 9):
        chosen = who(port, "author of the return", "Police", "change-contact")
        change = desk_flow(port, "change-contact", "change")
        assert "its addresses end in police.example" in change.answer(
            "changed", which=chosen, email="petra@gmail.com", secure="yes"
        )
        assert "somebody new in this place is not recorded here" in change.answer(
            "changed", which=chosen, name="Somebody New", secure="yes"
        )
        said = change.answer("changed", which=chosen, email="petra.new@police.example", secure="yes")
    with the_day(on("Mon 2026-04-27"), 12):
        dispatch(channel=channel)
    a_day(on("Fri 2026-05-08"), channel)

    assert said.startswith("Recorded: changed for Police: author of the return")
    addresses = [each for each in channel.addresses if "petra" in each]
    assert addresses and set(addresses) == {"petra.new@police.example"}
    with reading() as session:
        rows = session.exec(select(Contact).where(Contact.role == "imr_author").order_by(col(Contact.id))).all()
        mine = [each for each in rows if each.email.endswith("@police.example")]
    assert [each.to_on for each in mine] == [on("Mon 2026-04-27"), None]
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_vacancy_ends_when_somebody_holds_the_role(writing: Conversation, channel: RememberingChannel) -> None:
    port = writing.port
    with the_day(on("Tue 2026-05-12"), 9):
        chosen = who(port, "chief officer", "Police", "change-contact")
        desk_flow(port, "change-contact", "nobody").answer("nobody", which=chosen)
        refused = desk_flow(port, "change-contact", "again").answer("changed", which="vacant:chief_officer:2")
    for day in ("Tue 2026-05-12", "Thu 2026-05-14", "Mon 2026-05-18", "Tue 2026-05-26"):
        a_day(on(day), channel)
    asked = [each for each in tasks() if each.startswith("Police has nobody as chief officer")]
    with the_day(on("Tue 2026-05-26"), 15):
        chosen = who(port, "chief officer", "Police", "change-contact")
        desk_flow(port, "change-contact", "filled").answer(
            "changed", which=chosen, name="Quillon Example", email="q.example@police.example", secure="yes"
        )

    assert "NOT recorded" in refused
    assert asked
    assert not [each for each in tasks() if each.startswith("Police has nobody as chief officer")]
    assert contact("chief_officer", "police").email == "q.example@police.example"
    everything_balances(writing)


def test_a_mail_came_back_and_the_office_telephones_until_the_contact_is_changed(
    writing: Conversation, channel: RememberingChannel
) -> None:
    port = writing.port
    a_day(on("Mon 2026-04-27"), channel)
    with the_day(on("Tue 2026-04-28"), 9):
        chosen = who(port, "author of the return", "Police", "mail-came-back")
        said = desk_flow(port, "mail-came-back", "mail").answer(
            "came-back", which=chosen, sent_on="27 April 2026"
        )  # fmt: skip
    calls = [each for each in tasks() if "a mail came back" in each]
    channel.sent.clear()
    for day in ("Wed 2026-05-06", "Fri 2026-05-08", "Tue 2026-05-12"):
        a_day(on(day), channel)
    later = [each for each in tasks() if "mail does not reach this person" in each]

    assert said.endswith("was not reached on Monday 27 April 2026; 1 call to make.")
    assert len(calls) == 1
    assert calls[0].startswith("Telephone the author of the return of Police, a mail came back: Agency return")
    assert later and AUTHOR not in channel.addresses
    with the_day(on("Tue 2026-05-12"), 15):
        chosen = who(port, "author of the return", "Police", "change-contact")
        desk_flow(port, "change-contact", "change").answer(
            "changed", which=chosen, email="petra.new@police.example", secure="yes"
        )
    assert not [each for each in tasks() if "a mail came back" in each]
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_new_telephone_number_leaves_the_mailbox_as_secure_as_it_was(writing: Conversation) -> None:
    with the_day(SICK, 9):
        chosen = who(writing.port, "single point of contact", "Police", "change-contact")
        change = desk_flow(writing.port, "change-contact", "telephone")
        assert "whether the mailbox is secure" in change.answer("changed", which=chosen, email="new@police.example")

        said = change.answer("changed", which=chosen, phone="01632 960999")

    assert said.startswith("Recorded: ") and "Nothing is written" not in said
    with reading() as session:
        (now,) = session.exec(select(Contact).where(Contact.phone == "01632 960999")).all()
    assert now.secure_mailbox


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whoever_is_back_keeps_the_leave_that_is_still_to_come(writing: Conversation) -> None:
    port = writing.port
    with the_day(SICK, 9):
        away(port, from_on="10 August 2026", until_on="21 August 2026")
        assert away(port).startswith("Recorded: ")
    with the_day(on("Thu 2026-04-30"), 9):
        chosen = who(port, "author of the return", "Police", "note-absence")
        desk_flow(port, "note-absence", "back").answer("returned", who=chosen)

    with reading() as session:
        known = {each.from_on: each.back_on for each in session.exec(select(Absence)).all()}
    assert known == {on("Mon 2026-08-10"): None, SICK: on("Thu 2026-04-30")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_stand_in_for_an_absence_to_come_is_commissioned_as_well(
    writing: Conversation, channel: RememberingChannel
) -> None:
    with the_day(SICK, 9):
        away(writing.port, from_on="4 May 2026", new_stand_in=f"Newton Example {NEW}", independent=True)
        dispatch(channel=channel)

    assert [mail.to for mail in channel.sent if "your part in a review" in mail.text] == [NEW]
    everything_balances(writing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_absence_holds_every_open_review_of_the_board_at_once(
    writing: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[set[int]] = []
    usual = verdicts.processes_told

    def remembered(session: Session, board_id: int, ids: Iterable[int]) -> Sequence[Process]:
        held.append(set(ids))
        return usual(session, board_id, held[-1])

    monkeypatch.setattr(being_away, "processes_told", remembered)
    with the_day(SICK, 9):
        other = start_review(writing.port)
        held.clear()

        away(writing.port)

    assert {writing.process.id, other.process.id} <= held[0]
