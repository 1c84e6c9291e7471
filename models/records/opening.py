"""What the record must hold before anything can happen: boards, agencies, contacts, and each board's desk."""

from __future__ import annotations

from sqlmodel import Session, col, select

from config import clock
from config.board import Board as BoardConfiguration
from config.load import Configuration, load
from config.settings import settings
from models.records.boards import Agency, Board, Contact
from models.records.database import transaction
from models.records.history import write_history
from models.records.processes import Process
from models.rules.stages import FIRST


def import_configuration(configuration: Configuration | None = None) -> list[str]:
    """Every configured board is in the record with its agencies and its desk; gives back the boards' keys.

    Names follow the configuration. Contacts are taken from contacts.csv only while the board has none: after
    that the record rules. The configuration is read afresh unless it is given. Raises FaultyConfiguration.
    """
    configuration = configuration or load(settings().config)
    with transaction() as session:
        for board in configuration.boards.values():
            _import_board(session, board)
    return list(configuration.boards)


def desk_ref(board_key: str) -> str:
    """The reference of a board's standing desk."""
    return f"desk-{board_key}"


def _import_board(session: Session, configured: BoardConfiguration) -> None:
    board = session.exec(select(Board).where(Board.key == configured.key)).first() or Board(key=configured.key, name="")
    board.name = configured.row.name
    session.add(board)
    session.flush()
    agencies = _import_agencies(session, board, configured)
    if session.exec(select(Contact.id).where(Contact.board_id == board.id)).first() is None:
        _import_contacts(session, board, configured, agencies)
    _open_desk(session, board, configured.row.guidance)


def _import_agencies(session: Session, board: Board, configured: BoardConfiguration) -> dict[str, Agency]:
    known = {each.key: each for each in session.exec(select(Agency).where(Agency.board_id == board.id)).all()}
    for row in configured.agencies.values():
        agency = known.setdefault(row.key, Agency(board_id=board.id or 0, key=row.key, name=row.name))
        agency.name = row.name
        session.add(agency)
    session.flush()
    return known


def _import_contacts(
    session: Session, board: Board, configured: BoardConfiguration, agencies: dict[str, Agency]
) -> None:
    for row in configured.contacts:
        session.add(
            Contact(
                board_id=board.id or 0, agency_id=agencies[row.agency].id if row.agency else None, role=row.role,
                name=row.name, email=row.email, phone=row.phone, secure_mailbox=row.secure_mailbox,
                is_deputy=row.deputy, from_on=clock.today(),
            )
        )  # fmt: skip


def _open_desk(session: Session, board: Board, guidance: str) -> None:
    ref = desk_ref(board.key)
    if session.exec(select(Process.id).where(col(Process.ref) == ref)).first() is not None:
        return
    desk = Process(
        board_id=board.id or 0, kind="desk", ref=ref, guidance=guidance, stage=FIRST["desk"], opened_at=clock.now()
    )
    session.add(desk)
    session.flush()
    write_history(session, desk, "desk opened", {})
