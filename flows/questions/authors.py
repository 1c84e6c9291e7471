"""Names of authors: who writes an agency's return, independent of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, recorded_by, who_recorded
from flows.questions.owed import handed_on
from flows.steps.arrivals import record_arrival
from flows.steps.returns import author_taken_on
from models.records.boards import Agency
from models.records.deadlines import Deadline
from models.records.processes import Process
from models.records.register import NotAnAddress, agency_address, imr_lead, name_and_address, person_in_role
from models.rules.spoken import and_joined

NAMED = "named"
AUTHOR = "imr_author"


@dataclass(frozen=True)
class _Named:
    deadline: Deadline
    agency: Agency
    name: str
    email: str


class AuthorNames:
    """Several agencies have named their authors; each one's independence must be confirmed."""

    name = "author-names"

    def form(self, at: Situation) -> Form | None:
        """Two fields for each agency that was ticked and is still awaited."""
        owed = handed_on(at)
        if not owed:
            return None
        fields = [field for _, agency in owed for field in _fields(agency)]
        return Form(
            "authors' details",
            "The author must not have been involved in the case, nor be in its line management. Write the name and "
            "the work e-mail address, or leave the line empty to take the agency's lead for returns from the contacts.",
            choice("What do you want to record?", (NAMED, "These authors have been named"), BACK),
            (*fields, recorded_by()),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """All authors are recorded, or none."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        process = at.subject
        named = _named(at, answer)
        came_on = date.fromisoformat(at.carries["came_on"])
        for each in named:
            _take_on(at, process, each)
            record_arrival(at.session, at.book, process, each.deadline, came_on)
        slots = [each.deadline.slot for each in named]
        who_recorded(at, process, answer, "arrivals recorded", slots=slots)
        return Recorded(f"Recorded: author named by {and_joined([each.agency.name for each in named])}.")


def _fields(agency: Agency) -> tuple[Field, Field]:
    return (
        Field(f"author_{_key(agency)}", Kind.TEXT, f"{agency.name}: author", "Name, then e-mail address."),
        Field(
            f"independent_{_key(agency)}", Kind.SWITCH, f"{agency.name}: independence is confirmed",
            "Not involved in the case, and not in its line management.",
        ),
    )  # fmt: skip


def _named(at: Situation, answer: Answer) -> list[_Named]:
    named, faults = [], []
    for deadline, agency in handed_on(at):
        try:
            name, email = _person(at, agency, answer.text(f"author_{_key(agency)}"))
        except Refused as refusal:
            faults.append(f"{agency.name}: {refusal}")
            continue
        if not answer.yes(f"independent_{_key(agency)}"):
            faults.append(f"{agency.name}: the author's independence is not confirmed")
        named.append(_Named(deadline, agency, name, email))
    if faults:
        raise Refused("; ".join(faults))
    return named


def _person(at: Situation, agency: Agency, text: str) -> tuple[str, str]:
    """Name and address that were written, or the agency's lead for returns. Raises Refused."""
    if not text:
        lead = imr_lead(at.session, agency)
        if lead is None:
            raise Refused("no author was written, and the contacts have no lead for returns")
        return lead.name, lead.email
    try:
        name, address = name_and_address(text)
        return name, agency_address(at.book, agency, address)
    except NotAnAddress as fault:
        raise Refused(str(fault)) from None


def _take_on(at: Situation, process: Process, named: _Named) -> None:
    contact = person_in_role(at.session, process, AUTHOR, named.agency, named.name, named.email)
    author_taken_on(at.session, at.book, process, named.agency, contact)


def _key(agency: Agency) -> str:
    return agency.key.replace("-", "_")


AUTHOR_NAMES = register(AuthorNames())
