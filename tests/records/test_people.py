"""Who holds a role for a deadline now."""

from __future__ import annotations

import pytest
from sqlmodel import select

from config import clock
from models.records.boards import Board
from models.records.database import reading, transaction
from models.records.people import People, people_of
from models.records.processes import Participant, Process
from tests.builders import on
from tests.records_builders import a_board, a_process, agency, an_author, change, contact, the_day

ARMED = on("Mon 2026-03-02")


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def process(board: Board) -> Process:
    return a_process(board, ARMED)


def people(process: Process) -> People:
    with reading() as session:
        return people_of(session, process.board_id, (process.id or 0,))


def agency_id(key: str) -> int:
    with reading() as session:
        return agency(session, key).id or 0


def found(process: Process, role: str, agency_key: str | None = None) -> int | None:
    who = people(process).who_for(process.id or 0, agency_id(agency_key) if agency_key else None)
    person = who(role)
    return person.contact_id if person else None


def bounced(contact_id: int | None) -> None:
    with the_day(ARMED):
        change(contact_id, bounced_at=clock.now())


def test_the_lead_of_the_agency_that_owes_is_found_and_no_other(process: Process) -> None:
    assert found(process, "agency_lead", "probation") == contact("agency_lead", "probation").id
    assert found(process, "agency_lead", "cafcass") == contact("agency_lead", "cafcass").id


def test_without_an_owing_agency_nobody_holds_a_role_of_agencies(process: Process) -> None:
    assert found(process, "agency_lead") is None


def test_a_chair_is_found_for_whatever_agency_owes(process: Process) -> None:
    assert found(process, "panel_chair", "probation") == contact("panel_chair").id
    assert found(process, "panel_chair") == contact("panel_chair").id


def test_the_author_is_whom_the_agency_named_for_this_process(process: Process, board: Board) -> None:
    other = a_process(board, ARMED)
    author = an_author(process, "probation", ARMED)

    assert found(process, "imr_author", "probation") == author.id
    assert found(process, "imr_author", "cafcass") is None
    assert found(other, "imr_author", "probation") is None


def test_an_author_who_was_replaced_is_not_the_author_any_more(process: Process) -> None:
    author = an_author(process, "probation", ARMED)
    with transaction() as session:
        named = session.exec(select(Participant).where(Participant.contact_id == author.id)).one()
        named.to_on = on("Fri 2026-03-06")
        session.add(named)

    assert found(process, "imr_author", "probation") is None


def test_the_stand_in_is_taken_when_no_mail_reaches_the_holder(process: Process) -> None:
    chair, deputy = contact("panel_chair"), contact("panel_chair_deputy")
    bounced(chair.id)

    assert found(process, "panel_chair") == deputy.id
    assert found(process, "panel_chair_deputy") == deputy.id


def test_a_holder_whom_no_mail_reaches_is_found_but_not_reachable(process: Process) -> None:
    lead = contact("agency_lead", "probation")
    change(lead.id, secure_mailbox=False)

    assert found(process, "agency_lead", "probation") == lead.id
    assert not people(process).is_reachable(lead.id or 0)


def test_one_address_in_two_roles_is_one_person(process: Process) -> None:
    lead, member = contact("agency_lead", "probation"), contact("board_member", "probation")
    change(member.id, email=lead.email.upper())

    assert people(process).same_person(lead.id or 0) == {lead.id, member.id}
