"""An in-tray in a test: files that are dropped into it, and readers that note in the record what they read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from config import clock
from config.settings import settings
from flows import readers
from flows.board_folders import BoardFolder, board_folder
from flows.in_tray import look_into_in_trays
from flows.readers import Fault, FaultyFile, Loaded, reads
from flows.tray_report import BoardLooked
from models.records.boards import Board
from models.records.database import Session, engine_for, reading
from models.records.history import History, history_of
from models.records.incoming import IncomingFile
from models.records.messages import Task
from models.records.opening import desk_ref
from models.records.processes import process_by_ref
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from tests.records_builders import BOARD, the_day

MARK = "Zaunkoenig"
CHILD = f"Tilda {MARK}, born 12 June 2014.sheet"  # as nobody should call a file
A_MINUTE = 61.0
LOADED = "loaded"  # how the titles of tasks begin that the reader of these tests writes
KILLED = 9

Deed = Callable[[str], None]


@contextmanager
def only_these_readers() -> Iterator[None]:
    """Within the block no reader is registered but those of the test."""
    before = dict(readers._readers)
    readers._readers.clear()
    try:
        yield
    finally:
        readers._readers.clear()
        readers._readers.update(before)


def a_reader(also: Deed = lambda _: None, look_again: tuple[str, ...] = ()) -> None:
    """A reader of the kind "sheet" is registered: each line becomes a task, and `also` is done after each."""

    @reads("sheet")
    class Sheet:
        def recognises(self, content: bytes, ending: str) -> bool:
            return content.startswith(b"sheet\n") and ending == ".sheet"

        def load(self, session: Session, book: RuleBook, board: Board, content: bytes, day: date) -> Loaded:
            faults = []
            lines = content.decode().splitlines()[1:]
            for number, line in enumerate(lines, 2):
                if line.startswith("wrong"):
                    faults.append(Fault(f"Line {number}", f"{line!r} is wrong.", "Write what is right."))
                    continue
                open_task(session, About(board.id or 0), f"{LOADED} {line}", f"{LOADED}:{line}:{os.urandom(4).hex()}")
                session.flush()
                also(line)
            if faults:
                raise FaultyFile(faults)
            return Loaded(f"{len(lines)} lines", look_again)


def drop(name: str, *lines: str, ending: str = ".sheet", board: str = BOARD) -> Path:
    """A sheet with these lines lies in the in-tray."""
    content = "\n".join(["sheet", *lines]).encode()
    return drop_bytes(name + ending, content, board)


def drop_bytes(name: str, content: bytes, board: str = BOARD) -> Path:
    """A file of that name and content lies in the in-tray."""
    path = board_folder(board, BoardFolder.IN_TRAY) / name
    path.write_bytes(content)
    return path


def look(day: date, hour: int = 9) -> BoardLooked:
    """One look, a minute and a second after everything was dropped; what it did for the shipped board."""
    with the_day(day, hour), clock.files_seen_later(A_MINUTE):
        looked = look_into_in_trays()
    return next(each for each in looked.boards if each.board == BOARD)


def lie_in(which: BoardFolder, board: str = BOARD) -> list[str]:
    """The names of all that lies in the folder, by the alphabet."""
    folder = settings().board_folder(board) / which.value
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


def text_in(which: BoardFolder, name: str) -> str:
    """What stands in the file of that name."""
    return (board_folder(BOARD, which) / name).read_bytes().decode("utf-8-sig")


def loaded() -> list[str]:
    """The lines that readers have put into the record, oldest first."""
    with reading() as session:
        question = select(Task.title).where(col(Task.title).startswith(LOADED)).order_by(col(Task.id))
        return [each.removeprefix(f"{LOADED} ") for each in session.exec(question).all()]


def incoming() -> list[IncomingFile]:
    """Every file in the record, oldest first."""
    with reading() as session:
        return list(session.exec(select(IncomingFile).order_by(col(IncomingFile.id))).all())


def office_tasks(*, also_done: bool = False) -> list[str]:
    """What the office has to do about in-trays."""
    with reading() as session:
        question = select(Task).where(col(Task.once_key).startswith("in-tray-")).order_by(col(Task.id))
        return [each.title for each in session.exec(question).all() if also_done or each.done_at is None]


def told() -> list[History]:
    """What the journal of the desk tells of files."""
    with reading() as session:
        desk = process_by_ref(session, desk_ref(BOARD))
        return [each for each in history_of(session, desk.id or 0) if each.deed.startswith("file ")]


def in_a_child(deed: Callable[[], object]) -> int:
    """The deed was done by another process; how that ended."""
    (code,) = in_children(deed, 1)
    return code


def in_children(deed: Callable[[], object], count: int) -> list[int]:
    """The deed was done by so many other processes at once; how each ended."""
    children = [_begun(deed) for _ in range(count)]
    return [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]


def _begun(deed: Callable[[], object]) -> int:
    engine_for(settings().record_url).dispose()  # no connection may be shared with a child
    child = os.fork()
    if child == 0:
        code = 1
        try:
            deed()
            code = 0
        finally:
            os._exit(code)
    return child
