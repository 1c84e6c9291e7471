"""The register of contacts: nobody outside it is ever written to, and nobody comes into it unchecked."""

from __future__ import annotations

import re

from sqlmodel import Session, col, select

from config import clock
from models.records.boards import Agency, Contact, contacts_of
from models.records.history import write_history
from models.records.processes import Process
from models.rulebook import RuleBook

LONGEST_NAME = 200
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


class NotAnAddress(Exception):
    """That address cannot be used; the text says why."""


def agency_address(book: RuleBook, agency: Agency, text: str) -> str:
    """The address, when it is one of the agency's own domains.

    Raises NotAnAddress. Source: rule F-06, unknown and personal domains are refused (D).
    """
    address, domain = well_formed(text)
    known = [str(each).lower() for each in book.board.agencies[agency.key].domains]
    if domain not in known:
        raise NotAnAddress(f"the address is not one of {agency.name}; its addresses end in {' or '.join(known)}")
    return address


def board_address(book: RuleBook, text: str) -> str:
    """The address, when it is one of the board's own domains. Raises NotAnAddress. Source: rule F-06 (D)."""
    address, domain = well_formed(text)
    known = [str(each).lower() for each in book.board.row.domains]
    if domain not in known:
        raise NotAnAddress(f"the address is not one of the board; its addresses end in {' or '.join(known)}")
    return address


def name_and_address(text: str) -> tuple[str, str]:
    """The name and the address that were written in one line. Raises NotAnAddress, with what to do."""
    found = re.search(r"[^\s<>,;]+@[^\s<>,;]+", text)
    name = re.sub(r"\s+", " ", (text.replace(found[0], " ") if found else text).strip(" <>,;\t\r\n"))
    if not found or not name:
        raise NotAnAddress("write the name and then the e-mail address")
    if len(name) > LONGEST_NAME:
        raise NotAnAddress("the name is too long")
    return name, found[0]


def well_formed(text: str) -> tuple[str, str]:
    """The address and its domain. Raises NotAnAddress."""
    found = ADDRESS.fullmatch(text.strip())
    if found is None or len(text) > 254:
        raise NotAnAddress("that is not an e-mail address")
    return text.strip(), found[1].lower()


def domain_belongs_to(book: RuleBook, domain: str) -> str | None:
    """The key of the agency whose domain it is, or lies under; None when it belongs to nobody on the board."""
    for key, agency in book.board.agencies.items():
        if any(f".{domain}".endswith(f".{str(each).lower()}") for each in agency.domains):
            return key
    return None


def imr_lead(session: Session, agency: Agency) -> Contact | None:
    """The agency's lead for returns, if it has one."""
    return next(iter(contacts_of(session, agency.board_id, "imr_lead", agency.id)), None)


def person_in_role(
    session: Session,
    process: Process,
    role: str,
    agency: Agency | None,
    name: str,
    email: str,
    *,
    checked_twice: bool = False,
) -> Contact:
    """The person is in the register in that role, a checked mailbox; known ones are found by their address.

    Large and small letters make no difference: two spellings of an address are one person.
    """
    agency_id = agency.id if agency else None
    in_role = session.exec(
        select(Contact).where(
            Contact.board_id == process.board_id, Contact.role == role, Contact.agency_id == agency_id,
            col(Contact.to_on).is_(None),
        ).order_by(col(Contact.id))
    ).all()  # fmt: skip
    for known in in_role:
        if known.email.casefold() == email.casefold():
            return known
    contact = Contact(
        board_id=process.board_id, agency_id=agency_id, role=role, name=name, email=email, secure_mailbox=True,
        checked_twice=checked_twice,
        from_on=clock.today(),
    )  # fmt: skip
    session.add(contact)
    session.flush()
    write_history(session, process, "contact added", {"contact": contact.id, "role": role})
    return contact
