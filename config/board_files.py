"""The folder of one board: its own file and its contact list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.contacts import Domains, read_contacts
from config.documents import Document, Layers, read_document
from config.explain import checked
from config.faults import Fault
from config.rows import AgencyRow, BoardRow, ContactRow
from config.vocabulary import PERSONAL_DOMAINS, ROLES, SPEAKS_FOR, domain_of, is_email

SATURDAY = 5  # date.weekday() of the first day of a weekend
NEEDED_COMMITTEES = frozenset({"board", "monitoring", "case_review"})


@dataclass(frozen=True)
class BoardFiles:
    """What stands in the folder of a board, before periods and ladders are laid together."""

    document: Document
    row: BoardRow | None
    agencies: Mapping[str, AgencyRow]
    contacts: tuple[ContactRow, ...]


def board_folders(config_dir: Path, faults: list[Fault]) -> list[str]:
    """The names of all folders below `boards`."""
    boards = config_dir / "boards"
    names = sorted(folder.name for folder in boards.iterdir() if folder.is_dir()) if boards.is_dir() else []
    names = [name for name in names if not name.startswith((".", "_"))]
    if not names:
        faults.append(
            Fault(
                "boards",
                1,
                "There is no board.",
                "Make a folder for the board with board.toml and contacts.csv.",
            )
        )
    return names


def read_board_files(config_dir: Path, name: str, editions: Collection[str], faults: list[Fault]) -> BoardFiles | None:
    """The board and its people, or None if board.toml cannot be read at all."""
    document = read_document(config_dir, f"boards/{name}/board.toml", faults)
    row, agencies = None, {}
    if document is not None:
        layers = Layers([document.without("agencies", "periods", "ladders", "allowances")])
        row = checked(BoardRow, layers.data, layers, (), faults)
        if row is not None:
            faults.extend(_faults_of_board(row, name, editions, layers))
        agencies = _read_agencies(document, faults)
    contacts = _read_contact_file(config_dir, name, domains_of(row, agencies), faults)
    return None if document is None else BoardFiles(document, row, agencies, contacts)


def domains_of(row: BoardRow | None, agencies: Mapping[str, AgencyRow]) -> Domains | None:
    """Mail domains by agency, "" is the board itself; None where the board could not be read."""
    if row is None or not agencies:
        return None
    return {"": row.domains} | {key: agency.domains for key, agency in agencies.items()}


def _read_contact_file(
    config_dir: Path, name: str, domains: Domains | None, faults: list[Fault]
) -> tuple[ContactRow, ...]:
    file = f"boards/{name}/contacts.csv"
    try:
        raw = (config_dir / file).read_bytes()
    except OSError:
        faults.append(
            Fault(
                file,
                1,
                "The contact list is missing or cannot be read.",
                "Put contacts.csv beside board.toml.",
            )
        )
        return ()
    contacts, found = read_contacts(raw, file, domains)
    faults.extend(found)
    return contacts


def _read_agencies(document: Document, faults: list[Fault]) -> dict[str, AgencyRow]:
    layers = Layers([document.part("agencies")])
    rows = layers.data.get("agencies")
    if not isinstance(rows, list) or not rows:
        faults.append(
            document.fault(("agencies",), "The board has no agencies.", "Write each agency under `[[agencies]]`.")
        )
        return {}
    agencies: dict[str, AgencyRow] = {}
    for i, row in enumerate(rows):
        agency = checked(AgencyRow, row, layers, ("agencies", i), faults)
        if agency is None:
            continue
        if agency.key in agencies:
            what = f"The agency {agency.key!r} stands here twice."
            faults.append(document.fault(("agencies", i, "key"), what, "Give each agency a key of its own."))
        faults.extend(_personal_domains(agency.domains, document, ("agencies", i, "domains")))
        agencies.setdefault(agency.key, agency)
    return agencies


def _personal_domains(domains: tuple[str, ...], document: Document, path: tuple[str | int, ...]) -> list[Fault]:
    """Mail services for everybody among the domains (F-06)."""
    return [
        document.fault(
            (*path, i),
            f"{domain} is a personal mail service.",
            "Take it out: case matters go to places of work alone.",
        )
        for i, domain in enumerate(domains)
        if domain in PERSONAL_DOMAINS
    ]


def _faults_of_board(row: BoardRow, folder: str, editions: Collection[str], layers: Layers) -> list[Fault]:
    faults = _personal_domains(row.domains, layers.origin(("domains",)), ("domains",))
    if row.key != folder:
        do = f'Write `key = "{folder}"`, or rename the folder.'
        faults.append(layers.fault(("key",), f"The key {row.key!r} is not the name of the folder.", do))
    if row.guidance not in editions:
        do = f"Write one of {', '.join(editions)}."
        faults.append(layers.fault(("guidance",), f"There is no edition {row.guidance!r} in the folder guidance.", do))
    for purpose in sorted(NEEDED_COMMITTEES):
        if purpose not in {str(key) for key in row.committees}:
            do = f"Add `[committees.{purpose}]` with the name that the board gives it."
            faults.append(layers.fault(("committees",), f"The board has no committee for {purpose!r}.", do))
    for purpose in row.switches.report_goes_to:
        path = ("switches", "report_goes_to")
        if purpose != "board" and purpose not in SPEAKS_FOR:
            do = f'Write "board", or also one of {", ".join(sorted(SPEAKS_FOR))}.'
            faults.append(layers.fault(path, f"Nobody is known who could say what {purpose!r} has approved.", do))
        elif purpose not in {str(key) for key in row.committees}:
            do = f"Add `[committees.{purpose}]`, or take it out here."
            faults.append(layers.fault(path, f"The board has no committee for {purpose!r}.", do))
    return [
        *faults, *_faults_of_mailbox(row, layers), *_faults_of_escalation(row, layers), *_faults_of_dates(row, layers),
    ]  # fmt: skip


def _faults_of_dates(row: BoardRow, layers: Layers) -> list[Fault]:
    """Meetings that stand there twice, and papers that would be wanted after their meeting."""
    faults = []
    for i, each in enumerate(row.board_dates):
        if (each.on, each.committee) in {(one.on, one.committee) for one in row.board_dates[:i]}:
            what = f"The meeting of {each.committee!r} on that day stands here twice."
            faults.append(layers.fault(("board_dates", i), what, "Take one of them out."))
        if each.on.weekday() >= SATURDAY:
            what = f"{each.on:%-d %B %Y} is a {each.on:%A}."
            faults.append(layers.fault(("board_dates", i, "on"), what, "Write the day on which the body meets."))
        if each.papers_on is not None and each.papers_on >= each.on:
            do = "Write a day before the meeting, or leave `papers_on` out: `papers_before_meeting` counts then."
            faults.append(layers.fault(("board_dates", i, "papers_on"), "Its papers would be due after it.", do))
    return faults


def _faults_of_mailbox(row: BoardRow, layers: Layers) -> list[Fault]:
    if not is_email(row.mailbox):
        do = 'Write one address, for example `mailbox = "office@board.example"`.'
        return [layers.fault(("mailbox",), f"The e-mail address {row.mailbox!r} is not complete.", do)]
    if domain_of(row.mailbox) not in row.domains:
        do = "Correct the address, or add its domain to `domains`."
        return [layers.fault(("mailbox",), f"The mail domain {domain_of(row.mailbox)} is not one of the board.", do)]
    return []


def _faults_of_escalation(row: BoardRow, layers: Layers) -> list[Fault]:
    named: list[tuple[tuple[str | int, ...], str]] = [
        *((("agency", i), role) for i, role in enumerate(row.escalation.agency)),
        *((("office", i), role) for i, role in enumerate(row.escalation.office)),
        *((("stand_ins", role), role) for role in row.escalation.stand_ins),
        *((("stand_ins", role), stand_in) for role, stand_in in row.escalation.stand_ins.items()),
    ]
    do = f"Write one of {', '.join(sorted(ROLES))}."
    return [
        layers.fault(("escalation", *path), f"{role!r} is not a known role.", do)
        for path, role in named
        if role not in ROLES
    ]
