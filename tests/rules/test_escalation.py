from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.escalation import (
    Addressed,
    Chosen,
    Person,
    must_be_released,
    people_for,
    stands_above_release,
)
from models.rules.ladders import Release
from tests.rules.calendars import rung

HOSPITAL = "hospital"
AGENCY_ROLES = ("imr_author", "agency_lead", "board_member", "chief_officer")
BOARD_ROLES = (
    "panel_chair", "panel_chair_deputy", "monitoring_chair", "monitoring_chair_deputy", "independent_chair",
    "business_manager",
)  # fmt: skip


class Contacts:
    """Who holds which role; knows nobody else."""

    def __init__(self, *people: Person) -> None:
        self.people = {person.role: person for person in people}

    def __call__(self, role: str) -> Person | None:
        return self.people.get(role)

    def without(self, *roles: str) -> Contacts:
        return Contacts(*(person for role, person in self.people.items() if role not in roles))

    def but(self, *people: Person) -> Contacts:
        return Contacts(*(self.people | {person.role: person for person in people}).values())


EVERYBODY = Contacts(
    *(Person(number, role, HOSPITAL) for number, role in enumerate(AGENCY_ROLES, start=1)),
    *(Person(number, role, None) for number, role in enumerate(BOARD_ROLES, start=11)),
)


def chosen(
    *to: str,
    who: Contacts = EVERYBODY,
    told: tuple[int, ...] = (),
    owner: str = "imr_author",
    late: str | None = HOSPITAL,
) -> Chosen:
    return people_for(rung(5, to=to), owner, who, told, late)


def roles_reached(found: Chosen) -> list[str]:
    return [one.person.role for one in found.addressed]


def test_a_rung_reaches_the_owner_and_the_lead_that_it_asks_for() -> None:
    found = chosen("owner", "agency_lead")

    assert found == Chosen(
        (
            Addressed("owner", Person(1, "imr_author", HOSPITAL)),
            Addressed("agency_lead", Person(2, "agency_lead", HOSPITAL)),
        ),
        (),
    )


def test_a_vacant_role_goes_to_the_next_role_up_and_is_listed() -> None:
    found = chosen("agency_lead", who=EVERYBODY.without("agency_lead", "board_member"))

    assert roles_reached(found) == ["chief_officer"]
    assert found.addressed[0].asked_role == "agency_lead"
    assert found.vacancies == ("agency_lead", "board_member")


def test_a_vacant_owner_goes_to_the_agency_lead() -> None:
    found = chosen("owner", who=EVERYBODY.without("imr_author"))

    assert roles_reached(found) == ["agency_lead"]
    assert found.vacancies == ("imr_author",)


def test_somebody_told_before_is_passed_over_for_the_next_other_person_upwards() -> None:
    both_roles = EVERYBODY.but(Person(2, "board_member", HOSPITAL))

    found = chosen("board_member", who=both_roles, told=(1, 2))

    assert roles_reached(found) == ["chief_officer"]
    assert found.vacancies == ()


def test_an_owner_is_told_again_however_often_they_were_told() -> None:
    assert roles_reached(chosen("owner", told=(1,))) == ["imr_author"]


def test_one_person_in_two_roles_is_addressed_once() -> None:
    author_is_lead = EVERYBODY.but(Person(1, "agency_lead", HOSPITAL))

    assert roles_reached(chosen("owner", "agency_lead", who=author_is_lead)) == ["imr_author"]


def test_an_owner_who_is_the_lead_and_was_told_takes_the_rung_up_to_the_board_member() -> None:
    author_is_lead = EVERYBODY.but(Person(1, "agency_lead", HOSPITAL))

    found = chosen("owner", "agency_lead", who=author_is_lead, told=(1,))

    assert roles_reached(found) == ["imr_author", "board_member"]


@pytest.mark.parametrize("role", ["panel_chair", "monitoring_chair"])
def test_a_chair_from_the_late_agency_gives_way_to_the_deputy(role: str) -> None:
    who = EVERYBODY.but(Person(30, role, HOSPITAL))

    assert roles_reached(chosen(role, who=who)) == [role + "_deputy"]
    assert roles_reached(chosen(role, who=who, late="police")) == [role]


def test_without_an_outside_deputy_the_rung_goes_to_the_independent_chair() -> None:
    who = EVERYBODY.but(Person(30, "panel_chair", HOSPITAL))

    no_deputy = chosen("panel_chair", who=who.without("panel_chair_deputy"))
    late_deputy = chosen("panel_chair", who=who.but(Person(31, "panel_chair_deputy", HOSPITAL)))

    assert roles_reached(no_deputy) == ["independent_chair"]
    assert no_deputy.vacancies == ("panel_chair_deputy",)
    assert roles_reached(late_deputy) == ["independent_chair"]
    assert late_deputy.vacancies == ()


def test_a_chair_who_owes_something_is_reminded_of_it() -> None:
    who = EVERYBODY.but(Person(30, "panel_chair", HOSPITAL))

    assert roles_reached(chosen("owner", who=who, owner="panel_chair")) == ["panel_chair"]


def test_where_no_agency_owes_the_rung_goes_up_past_the_agency_roles() -> None:
    who = EVERYBODY.without("agency_lead", "board_member", "chief_officer", "independent_reviewer")

    found = chosen("owner", who=who, owner="independent_reviewer", late=None)

    assert roles_reached(found) == ["panel_chair"]
    assert found.vacancies == ("independent_reviewer",)


def test_nobody_left_leaves_a_vacancy_for_the_office() -> None:
    nobody = chosen("agency_lead", who=Contacts())
    all_told = chosen("independent_chair", told=(15,))
    office = chosen("business_manager", who=EVERYBODY.without("business_manager"))

    assert nobody == Chosen((), ("agency_lead", "board_member", "chief_officer", "panel_chair", "independent_chair"))
    assert all_told == Chosen((), ("independent_chair",))
    assert office == Chosen((), ("business_manager",))


def test_what_reaches_a_board_member_because_of_a_vacancy_is_released_by_a_person() -> None:
    automatic = rung(3, to=("agency_lead",))

    assert not must_be_released(automatic, "agency_lead")
    assert must_be_released(automatic, "board_member")
    assert must_be_released(replace(automatic, release=Release.PERSON), "agency_lead")


def test_from_the_board_member_upwards_nothing_goes_unseen() -> None:
    unseen = ("owner", "imr_author", "agency_lead", "business_manager", "independent_reviewer")
    seen = ("board_member", "chief_officer", "panel_chair_deputy", "monitoring_chair", "strategic_partners")

    assert not any(stands_above_release(role) for role in unseen)
    assert all(stands_above_release(role) for role in seen)


agencies = st.sampled_from([None, HOSPITAL, "police"])
all_roles = (*AGENCY_ROLES, *BOARD_ROLES)


@st.composite
def contact_lists(draw: st.DrawFn) -> Contacts:
    """Few people in many roles, some roles vacant."""
    roles = draw(st.sets(st.sampled_from(all_roles)))
    return Contacts(*(Person(draw(st.integers(1, 6)), role, draw(agencies)) for role in sorted(roles)))


asked = st.lists(st.sampled_from(["owner", *all_roles]), min_size=1, max_size=4, unique=True)


@given(asked, contact_lists(), st.sets(st.integers(1, 6)), agencies, st.sampled_from(all_roles))
@settings(max_examples=800, deadline=None)
def test_nobody_is_addressed_twice_or_again_or_about_their_own_agency_from_outside(
    to: list[str], who: Contacts, told: set[int], late: str | None, owner: str
) -> None:
    found = people_for(rung(5, to=tuple(to)), owner, who, told, late)

    ids = [one.person.contact_id for one in found.addressed]
    assert len(ids) == len(set(ids))
    assert found.addressed or found.vacancies
    for one in found.addressed:
        assert one.asked_role in to
        assert one.asked_role == "owner" or one.person.contact_id not in told
        owns_it = one.asked_role == "owner" and one.person.role == owner
        from_outside = "_chair" in one.person.role
        assert owns_it or not from_outside or late is None or one.person.agency != late


def test_where_the_partners_decide_a_vacancy_goes_up_to_them_and_nobody_stands_above_them() -> None:
    partners = Person(20, "strategic_partners", None)
    who = EVERYBODY.but(partners).without("panel_chair", "panel_chair_deputy")

    up = people_for(rung(5, to=("panel_chair",)), "imr_author", who, (), HOSPITAL, "strategic_partners")
    told = people_for(rung(5, to=("strategic_partners",)), "imr_author", who, (20,), HOSPITAL, "strategic_partners")

    assert [one.person for one in up.addressed] == [partners]
    assert told.addressed == ()
