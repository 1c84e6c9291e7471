"""Contacts, absences and returned mail in the register, on both databases."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from models.records.absences import Absence
from models.records.being_away import (
    AwayAlready,
    BackBeforeAway,
    end_authorship,
    note_absence,
    note_return,
    when_absence_changes,
)
from models.records.being_away import _when_it_changes as absence_hooks
from models.records.boards import Board, Contact
from models.records.contact_changes import (
    Place,
    Reached,
    change_contact,
    mail_came_back,
    when_contact_changed,
)
from models.records.contact_changes import _when_changed as hooks
from models.records.database import Session, reading, transaction
from models.records.people import people_of
from models.records.processes import Participant, Process
from models.records.seats import seats, vacant_seats
from tests.builders import on
from tests.records_builders import a_board, a_process, agency, an_author, change, contact, the_day

DAY = on("Mon 2026-03-02")
LATER = on("Mon 2026-03-09")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(DAY)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, DAY)


def holder(process: Process, role: str, agency_key: str, day: object = DAY) -> int | None:
    with reading() as session:
        people = people_of(session, process.board_id, (process.id or 0,), day)  # type: ignore[arg-type]
        found = people.holder(role, process.id or 0, agency(session, agency_key).id)
        return found.contact_id if found else None


def is_only_away(process: Process, role: str, agency_key: str) -> bool:
    with reading() as session:
        people = people_of(session, process.board_id, (process.id or 0,), DAY)
        return people.is_only_away(role, process.id or 0, agency(session, agency_key).id)


def away(who: Contact, from_on: object = DAY, until_on: object = None, stand_in: Contact | None = None) -> Absence:
    with the_day(DAY), transaction() as session:
        return note_absence(session, who, from_on, until_on, stand_in)  # type: ignore[arg-type]


def test_somebody_away_is_not_there_from_the_first_day_to_the_last(process: Process) -> None:
    lead = contact("agency_lead", "probation")
    away(lead, on("Tue 2026-03-03"), on("Thu 2026-03-05"))

    days = ("Mon 2026-03-02", "Tue 2026-03-03", "Thu 2026-03-05", "Fri 2026-03-06")
    found = [holder(process, "agency_lead", "probation", on(each)) for each in days]
    assert found == [lead.id, None, None, lead.id]


def test_a_stand_in_of_the_register_holds_the_role_and_marked_deputies_come_by_themselves(process: Process) -> None:
    lead, other = contact("agency_lead", "probation"), contact("imr_lead", "probation")
    away(lead, stand_in=other)
    away(contact("agency_lead", "police"))

    deputy = holder(process, "agency_lead", "police")
    assert holder(process, "agency_lead", "probation") == other.id
    assert deputy is not None and deputy != contact("agency_lead", "police").id


def test_a_stand_in_who_is_away_too_stands_in_for_nobody(process: Process) -> None:
    lead, other = contact("agency_lead", "probation"), contact("imr_lead", "probation")
    away(lead, stand_in=other)
    away(other)

    assert holder(process, "agency_lead", "probation") is None
    assert is_only_away(process, "agency_lead", "probation")


def test_that_somebody_is_away_is_known_and_no_vacancy(process: Process) -> None:
    lead = contact("agency_lead", "probation")
    away(lead)

    assert is_only_away(process, "agency_lead", "probation")
    assert not is_only_away(process, "agency_lead", "police")
    assert not is_only_away(process, "imr_author", "probation")


def test_absences_of_one_person_do_not_overlap_in_any_role(board: Board) -> None:
    lead, member = contact("agency_lead", "probation"), contact("board_member", "probation")
    change(member.id, email=lead.email.upper())
    member = contact("board_member", "probation")
    first = away(lead, DAY, LATER)

    with pytest.raises(AwayAlready):
        away(member, LATER, on("Mon 2026-03-16"))
    with pytest.raises(BackBeforeAway):
        away(contact("chief_officer", "probation"), LATER, DAY)
    with the_day(on("Wed 2026-03-04")), transaction() as session:
        note_return(session, session.get_one(Absence, first.id), on("Wed 2026-03-04"))
    assert away(member, on("Wed 2026-03-04")).id


def test_a_contact_is_closed_and_another_opened_and_others_are_told(process: Process) -> None:
    seen: list[tuple[int | None, int | None]] = []

    def remember(_: Session, old: Contact, new: Contact | None) -> None:
        seen.append((old.id, new.id if new else None))

    when_contact_changed(remember)
    author = an_author(process, "probation", DAY)
    place = Place(process.board_id, "imr_author", author.agency_id)
    try:
        with the_day(LATER), transaction() as session:
            old = session.get_one(Contact, author.id)
            new = change_contact(session, place, old, Reached(old.name, "new@probation.example", "", True))
            new_id = new.id if new else None
    finally:
        hooks.remove(remember)

    with reading() as session:
        rows = session.exec(
            select(Participant).where(Participant.role == "imr_author").order_by(col(Participant.id))
        ).all()
        former = session.get_one(Contact, author.id)
    assert seen == [(author.id, new_id)]
    assert former.to_on == LATER
    assert [(each.contact_id, each.to_on) for each in rows] == [(author.id, LATER), (new_id, None)]
    assert holder(process, "imr_author", "probation", LATER) == new_id


def test_an_absence_goes_with_the_person_to_the_new_address_and_not_to_somebody_new(process: Process) -> None:
    lead, police = contact("agency_lead", "probation"), contact("board_member", "police")
    away(lead)
    away(police)
    with the_day(DAY), transaction() as session:
        for each, name in ((lead, lead.name), (police, "Somebody New")):
            old = session.get_one(Contact, each.id)
            email = f"new.{old.email}"
            change_contact(session, Place(old.board_id, old.role, old.agency_id), old, Reached(name, email, "", True))

    assert holder(process, "agency_lead", "probation") is None
    assert holder(process, "board_member", "police") == contact("board_member", "police").id


def test_a_returned_mail_makes_every_role_of_the_person_unreachable(board: Board) -> None:
    lead, member = contact("agency_lead", "probation"), contact("board_member", "probation")
    change(member.id, email=lead.email)
    with the_day(DAY), transaction() as session:
        assert mail_came_back(session, session.get_one(Contact, lead.id), DAY) == []

    assert contact("agency_lead", "probation").bounced_at is not None
    assert contact("board_member", "probation").bounced_at is not None


def test_others_are_told_that_somebody_is_away_and_back(board: Board) -> None:
    seen: list[int | None] = []
    when_absence_changes(lambda session, who: seen.append(who.id))
    lead = contact("agency_lead", "probation")
    try:
        first = away(lead)
        with the_day(DAY), transaction() as session:
            note_return(session, session.get_one(Absence, first.id), DAY)
    finally:
        absence_hooks.pop()

    assert seen == [lead.id, lead.id]


def test_an_authorship_ends_once(process: Process) -> None:
    an_author(process, "probation", DAY)
    with the_day(LATER), transaction() as session:
        mine, of = session.get_one(Process, process.id), agency(session, "probation")
        assert end_authorship(session, mine, of)
        assert not end_authorship(session, mine, of)

    assert holder(process, "imr_author", "probation", LATER) is None


def test_seats_name_roles_and_agencies_and_never_people(process: Process) -> None:
    author = an_author(process, "probation", DAY)
    change(contact("chief_officer", "probation").id, to_on=DAY)
    with reading() as session:
        held, vacant = seats(session, process.board_id), vacant_seats(session, process.board_id)
        names = session.exec(select(Contact.name)).all()
    labels = [each.label for each in [*held, *vacant]]

    assert f"Probation: author of the return, {process.spoken_ref}" in labels
    assert [each.label for each in vacant] == ["Probation: chief officer (nobody)"]
    assert len(labels) == len(set(labels))
    assert not [name for name in names if any(name in label for label in labels)]
    assert author.id in {each.contact.id for each in held if each.contact}
