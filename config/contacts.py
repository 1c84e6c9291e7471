"""Contact lists: what an office keeps in Excel, read line by line and checked."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from config.faults import Fault
from config.rows import ContactRow
from config.vocabulary import (
    AGENCY_CONTACTS,
    BOARD_CONTACTS,
    NEEDED_AT_THE_BOARD,
    NEEDED_IN_EACH_AGENCY,
    PERSONAL_DOMAINS,
    domain_of,
    is_email,
)

COLUMNS = ("agency", "role", "name", "email", "phone", "secure_mailbox", "deputy")
_SEPARATORS = (",", ";", "\t")
_SAVE_AGAIN = 'In Excel, save the list again as "CSV UTF-8 (comma delimited)".'

Domains = Mapping[str, Sequence[str]]  # agency key -> its mail domains; "" is the board itself


def read_contacts(raw: bytes, file: str, domains: Domains | None) -> tuple[tuple[ContactRow, ...], list[Fault]]:
    """The people of a contact list and everything that is wrong with it.

    Commas, semicolons and tabs are understood, and what Excel writes at the start and end of files and lines.
    Without `domains`, when the board itself could not be read, agencies and mail domains are not looked up.
    """
    faults: list[Fault] = []
    text = _decoded(raw, file, faults)
    if text is None:
        return (), faults
    numbered: list[tuple[int, ContactRow]] = []
    for line, cells in _rows(text, file, faults):
        numbered.extend((line, row) for row in _contact(cells, file, line, domains, faults))
    faults.extend(_duplicates(numbered, file))
    if domains is not None:
        faults.extend(_missing_people([row for _, row in numbered], domains, file))
    return tuple(row for _, row in numbered), faults


def _decoded(raw: bytes, file: str, faults: list[Fault]) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.append(
            Fault(file, line, "The letters of this line cannot be read: the file is not in UTF-8.", _SAVE_AGAIN)
        )
        return None


def _rows(text: str, file: str, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that is not empty, with its number and its cells by column."""
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns: list[str] | None = None
    line = 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if columns is None:
            columns = _columns(stripped, file, faults)
            if columns is None:
                return
        elif any(stripped):
            while len(stripped) > len(columns) and not stripped[-1]:
                stripped.pop()
            if len(stripped) == len(columns):
                yield line, dict(zip(columns, stripped, strict=True))
            else:
                what = f"This line has {len(stripped)} cells instead of {len(columns)}."
                faults.append(
                    Fault(file, line, what, "Put texts that hold a separator in quotes, and fill up the line.")
                )
        line = reader.line_num + 1
    if columns is None:
        faults.append(Fault(file, 1, "The contact list is empty.", f"Begin it with the line {','.join(COLUMNS)}."))


def _columns(head: list[str], file: str, faults: list[Fault]) -> list[str] | None:
    while head and not head[-1]:
        head.pop()
    names = [name.lower() for name in head]
    if sorted(names) == sorted(COLUMNS):
        return names
    missing = [name for name in COLUMNS if name not in names]
    unknown = [name for name in head if name.lower() not in COLUMNS]
    parts = ([f"missing: {', '.join(missing)}"] if missing else []) + (
        [f"unknown: {', '.join(unknown)}"] if unknown else []
    )
    what = f"The columns are not the right ones ({'; '.join(parts) or 'one stands there twice'})."
    faults.append(Fault(file, 1, what, f"Make the first line {','.join(COLUMNS)}."))
    return None


def _contact(
    cells: dict[str, str], file: str, line: int, domains: Domains | None, faults: list[Fault]
) -> Iterator[ContactRow]:
    found = [Fault(file, line, what, do) for what, do in _wrong_with(cells, domains)]
    faults.extend(found)
    if not found:
        yes = {name: cells[name].lower() == "yes" for name in ("secure_mailbox", "deputy")}
        yield ContactRow.model_validate({**cells, **yes, "email": _plain_email(cells["email"])})


def _plain_email(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


def _wrong_with(cells: dict[str, str], domains: Domains | None) -> Iterator[tuple[str, str]]:
    if any(unicodedata.category(character) == "Cc" for cell in cells.values() for character in cell):
        yield "A cell holds a line break or another control character.", "Write each cell on one line."
    if not cells["name"]:
        yield "The name is missing.", "Write the name of the person, or take the line out."
    for name in ("secure_mailbox", "deputy"):
        if cells[name].lower() not in ("yes", "no"):
            yield f"{name} is {cells[name]!r}.", "Write yes or no."
    yield from _wrong_with_role(cells)
    yield from _wrong_with_email(cells, domains)


def _wrong_with_role(cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    known = AGENCY_CONTACTS if cells["agency"] else BOARD_CONTACTS
    if cells["role"] not in known:
        yield f"The role {cells['role']!r} is not known here.", f"Write one of {', '.join(sorted(known))}."


def _wrong_with_email(cells: dict[str, str], domains: Domains | None) -> Iterator[tuple[str, str]]:
    email, agency = cells["email"], cells["agency"]
    known = None if domains is None else domains.get(agency)
    if domains is not None and known is None:
        do = f"Write one of {', '.join(key for key in domains if key)}, or add the agency to board.toml."
        yield f"The agency {agency!r} is not in board.toml.", do
    if not is_email(email):
        yield (
            f"The e-mail address {email!r} is not complete.",
            "Write it like name@agency.example, and only one.",
        )
    elif domain_of(email) in PERSONAL_DOMAINS:
        yield (
            f"{domain_of(email)} is a personal mail service.",
            "Use the address that the person has at work.",
        )
    elif known is not None and domain_of(email) not in known:
        whose = f"of {agency}" if agency else "of the board"
        do = f"Correct the address, or add the domain to `domains` {whose} in board.toml."
        yield f"The mail domain {domain_of(email)} is not one {whose}.", do


def _duplicates(numbered: list[tuple[int, ContactRow]], file: str) -> Iterator[Fault]:
    first: dict[tuple[str, str, bool], int] = {}
    for line, row in numbered:
        key = (row.agency, row.role, row.deputy)
        if key in first:
            what = f"The role {row.role} is filled twice here; the first time in line {first[key]}."
            yield Fault(file, line, what, "Take one line out, or write yes under deputy for the person who stands in.")
        first.setdefault(key, line)


def _missing_people(rows: list[ContactRow], domains: Domains, file: str) -> Iterator[Fault]:
    there = {(row.agency, row.role) for row in rows if not row.deputy}
    for agency in domains:
        for role in NEEDED_IN_EACH_AGENCY if agency else NEEDED_AT_THE_BOARD:
            if (agency, role) not in there:
                whose = f"The agency {agency}" if agency else "The board"
                do = f"Add a line with the role {role} and no under deputy."
                yield Fault(file, 1, f"{whose} has nobody in the role {role}.", do)
