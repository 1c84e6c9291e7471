"""Files that came in by a folder: what each was, and what became of it. No file's name is ever here."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, Session, SQLModel, col, select, update

from config import clock
from models.records.boards import Board
from models.records.columns import Moment, choice
from models.records.history import write_history
from models.records.messages import Task
from models.records.opening import desk_ref
from models.records.processes import Process, process_by_ref
from models.records.tasks import About, open_task

WAS_READ = "became = 'read'"
FAULTS = "in-tray-faults"  # how the once-keys of tasks begin about files that could not be read
STUCK = "in-tray-stuck"  # about files that can neither be read nor be put away
ENDS_BY_ITSELF = "This task ends by itself when the folder is empty"


class Became(StrEnum):
    """What became of a file."""

    READ = "read"
    FAULTY = "faulty"  # nothing of it was loaded
    KNOWN = "known"  # the same content had been read before


class IncomingFile(SQLModel, table=True):
    """One file that was taken up from the in-tray of a board."""

    __tablename__ = "incoming_file"
    __table_args__ = (
        Index(  # the same content is read once, whoever looks at the same moment
            "incoming_file_read", "board_id", "digest", unique=True,
            sqlite_where=text(WAS_READ), postgresql_where=text(WAS_READ),
        ),
        Index("incoming_file_digest", "board_id", "digest"),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    board_id: int = Field(foreign_key="board.id")
    digest: str = Field(max_length=64)  # SHA-256 of the content; "" where it was refused unread
    kind: str = Field(default="", max_length=40)  # of the reader; "" where none recognised it
    size: int = Field(sa_type=BigInteger)  # in bytes
    taken_up_at: datetime = Field(sa_type=Moment)
    became: Became = Field(sa_type=choice(Became))
    put_away_at: datetime | None = Field(default=None, sa_type=Moment)  # None: it still lies in the in-tray


class ReadBefore(Exception):
    """The same content was read before; `put_away` is false where the file itself was not put away since."""

    def __init__(self, known: IncomingFile) -> None:
        self.number = known.id or 0
        self.read_on: date = clock.local(known.taken_up_at).date()
        self.put_away = known.put_away_at is not None
        super().__init__(ReadBefore.__doc__)


def take_up(session: Session, board: Board, digest: str, size: int) -> IncomingFile:
    """The file counts as read, if this transaction is kept; the board's desk is locked by it.

    Raises ReadBefore for a content that was read before.
    """
    _locked_desk(session, board)
    question = select(IncomingFile).where(
        IncomingFile.board_id == board.id, IncomingFile.digest == digest, IncomingFile.became == Became.READ
    )
    known = session.exec(question).first()
    if known is not None:
        raise ReadBefore(known)
    row = _left_lying(session, board, digest) or IncomingFile(board_id=board.id or 0, digest=digest, size=size,
                                                              taken_up_at=clock.now(), became=Became.READ)  # fmt: skip
    row.became, row.taken_up_at = Became.READ, clock.now()
    session.add(row)
    session.flush()
    return row


def was_read(session: Session, board: Board, row: IncomingFile, kind: str) -> None:
    """The file was read as one of that kind, and the journal of the board's desk counts it."""
    row.kind = kind
    session.add(row)
    _tell(session, board, "file read", row)


def was_faulty(session: Session, board: Board, digest: str, size: int, kind: str = "") -> int:
    """The file could not be read; gives back its number, the same for one that could not be put away meanwhile."""
    _locked_desk(session, board)
    known = _left_lying(session, board, digest)
    if known is not None:
        return known.id or 0
    return _kept(session, board, "file not read", IncomingFile(
        board_id=board.id or 0, digest=digest, size=size, kind=kind, taken_up_at=clock.now(), became=Became.FAULTY,
    ))  # fmt: skip


def was_known(session: Session, board: Board, digest: str, size: int) -> int:
    """A content that was read before came once more and was put away; gives back the number that it has."""
    _locked_desk(session, board)
    return _kept(session, board, "file read before", IncomingFile(
        board_id=board.id or 0, digest=digest, size=size, taken_up_at=clock.now(), became=Became.KNOWN,
        put_away_at=clock.now(),
    ))  # fmt: skip


def put_away(session: Session, number: int) -> None:
    """The file of that number does not lie in the in-tray any more."""
    session.exec(update(IncomingFile).where(col(IncomingFile.id) == number).values(put_away_at=clock.now()))


def tell_of_faults(session: Session, board_id: int, lying: int) -> bool:
    """One task says how many files lie in the folder faults, and none where none does; true when that has changed.

    A task that was ticked off comes again with the next faulty file only.
    """
    known = _open_task(session, board_id, FAULTS)
    if not lying:
        return _done(session, known)
    newest = select(IncomingFile.id).where(IncomingFile.board_id == board_id, IncomingFile.became == Became.FAULTY)
    number = session.exec(newest.order_by(col(IncomingFile.id).desc())).first()
    if number is None:  # somebody else has put something there
        return False
    key, title = f"{FAULTS}:{board_id}:{number}", f"{_in_faults(lying)}. {ENDS_BY_ITSELF}"
    if known is None:
        return open_task(session, About(board_id), title, key)[1]
    if (known.title, known.once_key) == (title, key):
        return False
    known.title, known.once_key = title, key
    session.add(known)
    return True


def tell_of_trouble(session: Session, board_id: int, why: str, on: date) -> bool:
    """One task says why files stay in the in-tray, at most one a day; none where `why` is empty.

    True when that has changed.
    """
    known = _open_task(session, board_id, STUCK)
    if not why:
        return _done(session, known)
    if known is None:
        return open_task(session, About(board_id), why, f"{STUCK}:{board_id}:{on.isoformat()}")[1]
    if known.title == why:
        return False
    known.title = why
    session.add(known)
    return True


def has_tasks(session: Session, board_id: int) -> bool:
    """True while a task about the board's in-tray is open."""
    return any(_open_task(session, board_id, each) is not None for each in (FAULTS, STUCK))


def _in_faults(lying: int) -> str:
    if lying == 1:
        return "A file in the folder faults could not be read: look at the note beside it"
    return f"{lying} files in the folder faults could not be read: look at the note beside each"


def _locked_desk(session: Session, board: Board) -> Process:
    return process_by_ref(session, desk_ref(board.key), for_update=True)


def _left_lying(session: Session, board: Board, digest: str) -> IncomingFile | None:
    """The faulty file of that digest that could not be put away."""
    question = select(IncomingFile).where(
        IncomingFile.board_id == board.id, IncomingFile.digest == digest, IncomingFile.became == Became.FAULTY,
        col(IncomingFile.put_away_at).is_(None),
    )  # fmt: skip
    return session.exec(question.order_by(col(IncomingFile.id))).first()


def _kept(session: Session, board: Board, deed: str, row: IncomingFile) -> int:
    session.add(row)
    session.flush()
    _tell(session, board, deed, row)
    return row.id or 0


def _tell(session: Session, board: Board, deed: str, row: IncomingFile) -> None:
    facts = {"file": row.id, "kind": row.kind, "size": row.size, "digest": row.digest}
    write_history(session, _locked_desk(session, board), deed, facts)


def _open_task(session: Session, board_id: int, about: str) -> Task | None:
    question = select(Task).where(
        Task.board_id == board_id, col(Task.done_at).is_(None), col(Task.once_key).startswith(f"{about}:")
    )
    return session.exec(question).first()


def _done(session: Session, task: Task | None) -> bool:
    if task is None:
        return False
    task.done_at = clock.now()
    session.add(task)
    return True
