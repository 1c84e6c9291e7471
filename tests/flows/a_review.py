"""What the office does in the course of one review, as single deeds of a story."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from models.records.boards import Contact
from models.records.database import reading
from models.rules.stages import Stage
from tests.builders import on
from tests.flows.scripted_port import ALL_AGENCIES, Conversation, ScriptedPort, start_review
from tests.records_builders import the_day

SEVEN, SILENT = ALL_AGENCIES[:7], ALL_AGENCIES[7]
DECIDED, AGREED, MET = on("Mon 2026-02-02"), on("Mon 2026-02-09"), on("Mon 2026-03-02")
REVIEWER: dict[str, Any] = {
    "reviewer": "Una Example", "reviewer_email": "una@independent.example", "checked_by": "A Second Person",
    "belongs_to": "none", "declaration": True,
}  # fmt: skip
FOUR_PARTS: dict[str, Any] = {"what_happened": True, "why": True, "what_will_be_done": True, "by_whom": True}


def agreed_review(port: ScriptedPort) -> Conversation:
    """A review of eight agencies whose partners have agreed."""
    with the_day(DECIDED, 9):
        one = start_review(port)
    with the_day(AGREED, 9):
        one.decide("strategic_partners", chosen="agree")
    return one


def met_review(port: ScriptedPort) -> Conversation:
    """The same review after its initial meeting; seven of eight authors are named."""
    one = agreed_review(port)
    with the_day(on("Mon 2026-02-16"), 9):
        name_authors(one, SEVEN)
        commission(one)
    with the_day(MET, 17):
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="imr_based", method_reason="minute 4")
    return one


def name_authors(one: Conversation, agencies: tuple[str, ...]) -> str:
    one.answer("ticked", arrived=[f"author_named:{key}" for key in agencies])
    independent: dict[str, Any] = {f"independent_{key.replace('-', '_')}": True for key in agencies}
    return one.answer("named", **independent)


def commission(one: Conversation, **other: object) -> str:
    one.go_to("reviewer-commissioned")
    return one.decide("independent_chair", **{**REVIEWER, **other})


def arrive(one: Conversation, kind: str, agencies: tuple[str, ...]) -> str:
    said = one.answer("ticked", arrived=[f"{kind}:{key}" for key in agencies])
    return sign(one, agencies) if one.now.ask.gate == "signed-returns" else said


def sign(one: Conversation, agencies: tuple[str, ...], signed_as: str = "chief_officer") -> str:
    """Each of these returns that were ticked came signed."""
    return one.answer("recorded", **{of(key): signed_as for key in agencies})


def of(agency: str) -> str:
    """The field of a form that is about the agency."""
    return f"of_{agency.replace('-', '_')}"


def terms_agreed(one: Conversation) -> None:
    with the_day(on("Fri 2026-03-06"), 9):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
    with the_day(on("Mon 2026-03-23"), 9):
        arrive(one, "terms_agreed", SEVEN)
        one.go_to("terms-go-on")
        one.decide("panel_chair")


def addresses_of_authors() -> list[str]:
    """Where the authors of returns are reached."""
    with reading() as session:
        return sorted(session.exec(select(Contact.email).where(Contact.role == "imr_author")).all())


def stage_of(one: Conversation) -> Stage:
    """Where the review stands now."""
    return one.process.stage


def is_closed(one: Conversation) -> bool:
    """True when nothing more happens in the review."""
    return one.process.closed_at is not None
