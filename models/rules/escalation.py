"""Whom a rung reaches: upwards by role, past whoever was told, never the late agency about itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.rules.ladders import Rung

OWNER = "owner"
UPWARDS = (OWNER, "agency_lead", "board_member", "chief_officer", "panel_chair", "independent_chair")
OF_THE_AGENCY = ("agency_lead", "board_member", "chief_officer")  # roles that only an agency fills
OF_THE_OFFICE = ("business_manager", "deputy_manager")  # nobody stands above them on a ladder
OF_THE_BOARD = ("board", "strategic_partners")  # and every chair


@dataclass(frozen=True)
class Person:
    """Somebody who holds a role now."""

    contact_id: int
    role: str
    agency: str | None  # None for a person of the board itself


@dataclass(frozen=True)
class Addressed:
    """A role that a rung asks for, and the person it really reaches (`person.role` is the role reached)."""

    asked_role: str
    person: Person


@dataclass(frozen=True)
class Chosen:
    """Whom a rung reaches, and the roles that are vacant or for which everybody upwards was told before."""

    addressed: tuple[Addressed, ...]
    vacancies: tuple[str, ...]


Who = Callable[[str], Person | None]


def people_for(
    rung: Rung, owner_role: str, who: Who, told: Collection[int], late_agency: str | None, at_the_top: str = UPWARDS[-1]
) -> Chosen:  # fmt: skip
    """Each person that the rung reaches, once; empty when nobody is left, which makes a task for the office.

    `who` finds the holder of a role, for roles of an agency that of the late agency. `told` has the contacts
    who were told of the lateness since the deadline was armed. Nobody stands above `at_the_top`. For mail and
    letters: an agenda item goes to a committee, a task to the office. Source: H-2 (D: default, to be confirmed by
    the board).
    """
    search = _Search(owner_role, who, frozenset(told), late_agency, at_the_top, [])
    addressed: list[Addressed] = []
    for asked_role in rung.to:
        person = search.person_for(asked_role)
        if person is not None and person.contact_id not in {one.person.contact_id for one in addressed}:
            addressed.append(Addressed(asked_role, person))
    return Chosen(tuple(addressed), tuple(dict.fromkeys(search.vacancies)))


def must_be_released(rung: Rung, reached_role: str) -> bool:
    """True when a person must see the message before it goes, going by the role that it really reaches.

    A vacancy can carry an automatic rung up to a board member; then it is not automatic any more (H-2).
    """
    return rung.release == "person" or stands_above_release(reached_role)


def stands_above_release(role: str) -> bool:
    """True for a board member and everybody above: nothing goes to them unseen (H-2)."""
    return role in ("board_member", "chief_officer") or is_outside(role)


def is_outside(role: str) -> bool:
    """True for chairs, their deputies and the partners: roles that speak for the board, not for an agency."""
    plain = role.removesuffix("_deputy")
    return plain.endswith("_chair") or plain in OF_THE_BOARD


@dataclass(frozen=True)
class _Search:
    owner_role: str
    who: Who
    told: frozenset[int]
    late_agency: str | None
    at_the_top: str
    vacancies: list[str]

    def person_for(self, asked_role: str) -> Person | None:
        """The first person upwards from the role who may have the rung; None and a vacancy if nobody may."""
        roles = self._upwards_from(asked_role)
        for role in roles:
            person = self._holder(role, owns_it=asked_role == OWNER and role == self.owner_role)
            if person is not None and (asked_role == OWNER or person.contact_id not in self.told):
                return person
        self.vacancies.append(roles[0])
        return None

    def _upwards_from(self, asked_role: str) -> tuple[str, ...]:
        first = self.owner_role if asked_role == OWNER else asked_role
        if self.late_agency is not None:
            return (first, *_above(first, self.at_the_top))
        return (first, *(role for role in _above(first, self.at_the_top) if role not in OF_THE_AGENCY))

    def _holder(self, role: str, owns_it: bool) -> Person | None:
        person = self._found(role)
        if person is None or owns_it or not self._speaks_of_itself(role, person):
            return person
        deputy = self._found(role + "_deputy")
        return None if deputy is None or self._speaks_of_itself(role, deputy) else deputy

    def _found(self, role: str) -> Person | None:
        person = self.who(role)
        if person is None:
            self.vacancies.append(role)
        return person

    def _speaks_of_itself(self, role: str, person: Person) -> bool:
        return self.late_agency is not None and person.agency == self.late_agency and is_outside(role)


def _above(role: str, at_the_top: str) -> tuple[str, ...]:
    upwards = (*UPWARDS[:-1], at_the_top)
    if role in OF_THE_OFFICE:
        return ()
    if role in upwards:
        return upwards[upwards.index(role) + 1 :]
    return upwards[-1:] if is_outside(role) else upwards[1:]
