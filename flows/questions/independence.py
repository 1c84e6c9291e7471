"""Somebody who must be independent of the case and of every agency that takes part: one check for all of them.

Source: independent reviewers BD-44 and DO-49, the leader of a case discussion NO-53; that the address of somebody
outside is checked twice, rule F-06 (D).
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.forms import Answer, Field, Kind, Refused
from flows.gates import Situation
from models.records.moving import agencies_in_scope
from models.records.register import LONGEST_NAME, NotAnAddress, domain_belongs_to, well_formed


@dataclass(frozen=True)
class Independent:
    """Somebody whose independence is declared, and what was typed about it."""

    name: str
    email: str
    belongs_to: str  # key of an agency that takes no part, or "none"
    words: dict[str, str]  # kept apart from the facts


def independence_fields(who: str, goes_there: str, at: Situation) -> tuple[Field, ...]:
    """The fields about the person, who is called `who`; `goes_there` says what the address is for."""
    agencies = at.book.board.agencies.values()
    return (
        Field(who, Kind.TEXT, f"Who is the {who}? (name)", "Kept in the record only.", needed=True),
        Field(f"{who}_email", Kind.TEXT, f"The {who}'s work e-mail address", goes_there, needed=True),
        Field("checked_by", Kind.TEXT, "Who has checked that address a second time? (name)", needed=True),
        Field(
            "belongs_to", Kind.ONE_OF, f"Does the {who} belong to an agency, now or lately?", needed=True,
            options=(("none", "No, to none of the board's agencies"), *((each.key, each.name) for each in agencies)),
        ),
        Field("declaration", Kind.SWITCH, "The declaration of independence is signed and on file", needed=True),
    )  # fmt: skip


def independent_person(at: Situation, answer: Answer, who: str) -> Independent:
    """The person who was written. Raises Refused, with every reason at once."""
    email, faults = "", []
    in_scope = {each.key: each.name for each in agencies_in_scope(at.session, at.process)}
    belongs_to = answer.text("belongs_to")
    if not answer.text(who):
        faults.append(f"it does not say who the {who} is")
    if not answer.yes("declaration"):
        faults.append("the declaration of independence is not on file")
    if not belongs_to:
        faults.append(f"it does not say whether the {who} belongs to an agency")
    agencies = {belongs_to}
    try:
        email, domain = well_formed(answer.text(f"{who}_email"))
        agencies.add(domain_belongs_to(at.book, domain) or "")
    except NotAnAddress as fault:
        faults.append(f"the {who}'s address: {fault}")
    faults += [
        f"the {who} belongs to {in_scope[each]}, which takes part, and so is not independent"
        for each in sorted(agencies & in_scope.keys())
    ]
    if not answer.text("checked_by"):
        faults.append("nobody has checked the address a second time")
    if faults:
        raise Refused("; ".join(faults))
    words = {name: answer.text(name) for name in (who, "checked_by")}
    return Independent(answer.text(who)[:LONGEST_NAME], email, belongs_to, words)
