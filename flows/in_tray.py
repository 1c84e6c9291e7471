"""The in-tray of each board: what lies there is read once, and put away with word of what became of it.

Everything that a reader does is one transaction with the row that says that the file was read; the file is moved
after that. So a look that is killed anywhere is gone on with by the next one, and nothing is loaded twice.
The name of a file is never logged, recorded or told: it may name a child.
"""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from config import clock
from config.faults import FaultyConfiguration
from config.load import UnknownName
from flows.board_folders import BoardFolder, board_folder
from flows.port import port
from flows.readers import Fault, FaultyFile, Loaded, reader_for
from flows.tray_files import (
    CannotBeOpened,
    CannotBePutAway,
    Content,
    Lying,
    Note,
    NotTaken,
    StillChanging,
    content_of,
    lying_in,
    lying_in_faults,
    put_into,
    read_before,
    why_not,
)
from flows.tray_report import BoardLooked, Fate, Looked, Outcome
from models.records.boards import Board
from models.records.database import Unreachable, is_invented, reading, transaction
from models.records.due import boards_by_key, give_up_round
from models.records.incoming import (
    ReadBefore,
    has_tasks,
    put_away,
    take_up,
    tell_of_faults,
    tell_of_trouble,
    was_faulty,
    was_known,
    was_read,
)
from models.records.rounds import ClaimLost, Round, RoundUnderWay, claim_round, end_round, show_life
from models.rulebook import RuleBook, rule_book
from models.rules.spoken import spoken

log = logging.getLogger("sightline.in_tray")

IN_TRAY = "in-tray"  # the kind of round
ENDS = "Nothing of it is lost; this task ends by itself"
NO_BOOK = f"Files in the folder in-tray are not read: run “sightline check” and mend the configuration. {ENDS}"
NOT_OPENED = f"A file or folder of the in-tray cannot be opened: ask who looks after its rights. {ENDS}"
NOT_MOVED = f"A file cannot be moved out of the folder in-tray: the disk is full, or rights are missing. {ENDS}"
NOT_READ = f"A file in the folder in-tray could not be looked at, and is tried again: the log says more. {ENDS}"
OUR_OWN_FAULT = Fault(
    "The whole file",
    "Sightline met a fault of its own while it read this.",
    "Show its log to whoever installed it; the file itself may be in order.",
)


@dataclass(frozen=True)
class _Tray:
    """The in-tray of one board on one day."""

    board: Board
    day: date
    book: RuleBook

    def put(self, lying: Lying, into: BoardFolder, note: Note | None = None) -> bool:
        """As `put_into`, into a folder of this board."""
        try:
            folder = board_folder(self.board.key, into)
        except OSError:
            raise CannotBePutAway from None
        return put_into(lying, folder, note)


@dataclass(frozen=True)
class _Read:
    """A file is in the record, under that number."""

    number: int
    loaded: Loaded


@dataclass(frozen=True)
class _Faulty:
    """Nothing of a file was loaded, and why."""

    faults: Sequence[Fault]
    kind: str = ""


def look_into_in_trays(day: date | None = None) -> Looked:
    """Every file that has lain in an in-tray for a minute is read, once, and put away; what was done is given back.

    What goes wrong with a file keeps no other from being read. While another look is at work nothing is done.
    """
    if is_invented():
        return Looked()
    day = day or clock.today()
    with reading() as session:
        boards = boards_by_key(session)
    if not any(_is_anything_ready(each) for each in boards):
        return Looked(tuple(_kept_in_order(each, day, BoardLooked(each.key)) for each in boards))
    try:
        ours = claim_round(IN_TRAY, day)
    except RoundUnderWay:
        return Looked(under_way=True)
    try:
        looked = Looked(tuple(_look_into(each, day, ours) for each in boards))
        end_round(ours, looked.as_facts())
    except ClaimLost:
        return Looked(under_way=True)
    except BaseException:
        with contextlib.suppress(Unreachable), transaction() as session:
            give_up_round(session, ours)
        raise
    return looked


def _book(board: Board) -> RuleBook | None:
    try:
        return rule_book(board.key)
    except (UnknownName, FaultyConfiguration):
        return None


def _is_anything_ready(board: Board) -> bool:
    try:
        return bool(lying_in(board_folder(board.key, BoardFolder.IN_TRAY))[0])
    except (CannotBeOpened, OSError):
        return True  # the look says so


def _look_into(board: Board, day: date, ours: Round) -> BoardLooked:
    looked = BoardLooked(board.key)
    try:
        ready, not_yet = lying_in(board_folder(board.key, BoardFolder.IN_TRAY))
    except (CannotBeOpened, OSError):
        return _kept_in_order(board, day, looked.with_trouble(NOT_OPENED))
    looked, book = replace(looked, waiting=not_yet), _book(board)
    if book is None:
        return _kept_in_order(board, day, looked.with_trouble(NO_BOOK if ready else ""))
    for lying in ready:
        show_life(ours)
        looked = _looked_at(_Tray(board, day, book), lying, looked)
    return _kept_in_order(board, day, looked)


def _looked_at(tray: _Tray, lying: Lying, looked: BoardLooked) -> BoardLooked:
    """The file has had its turn, whatever came of it."""
    try:
        return looked.with_file(_taken_up(tray, lying))
    except CannotBeOpened:
        return looked.with_trouble(NOT_OPENED)
    except CannotBePutAway:
        return looked.with_trouble(NOT_MOVED)
    except Exception as fault:  # noqa: BLE001 - the other files go on
        _log_without_words("a file of an in-tray could not be looked at", fault)
        return looked.with_trouble(NOT_READ)


def _taken_up(tray: _Tray, lying: Lying) -> Outcome:
    if lying.is_our_note:
        tray.put(lying, BoardFolder.DONE)
        return Outcome(Fate.OUR_NOTE)
    try:
        content = content_of(lying)
    except StillChanging:
        return Outcome(Fate.WAITING)
    except NotTaken as refused:
        return _put_to_faults(tray, lying, _Faulty([refused.fault]))
    return _taken_up_with(tray, lying, content)


def _taken_up_with(tray: _Tray, lying: Lying, content: Content) -> Outcome:
    try:
        came = _read(tray, lying, content)
    except ReadBefore as known:
        return _put_what_is_known(tray, lying, content, known)
    if isinstance(came, _Faulty):
        return _put_to_faults(tray, lying, came, content.digest)
    _look_again(came.loaded.look_again)
    try:
        _put_to_done(tray, lying, came.number)
    except CannotBePutAway:
        return Outcome(Fate.READ, came.loaded.said, NOT_MOVED)
    return Outcome(Fate.READ, came.loaded.said)


def _read(tray: _Tray, lying: Lying, content: Content) -> _Read | _Faulty:
    """All of the file is in the record, or nothing of it. Raises ReadBefore and Unreachable."""
    kind = ""
    try:
        with transaction() as session:
            board = session.get_one(Board, tray.board.id)
            row = take_up(session, board, content.digest, len(content.whole))
            kind, reader = reader_for(content.whole, lying.ending)
            loaded = reader.load(session, tray.book, board, content.whole, tray.day)
            was_read(session, board, row, kind)
    except (ReadBefore, Unreachable):
        raise
    except FaultyFile as faulty:
        return _Faulty(faulty.faults, kind)
    except Exception as fault:  # noqa: BLE001 - whatever a reader may raise, nothing of the file is loaded
        _log_without_words("a reader met a fault of its own", fault)
        return _Faulty([OUR_OWN_FAULT], kind)
    return _Read(row.id or 0, loaded)


def _put_to_done(tray: _Tray, lying: Lying, number: int) -> None:
    """The file that was read does not lie in the in-tray any more. Raises CannotBePutAway."""
    tray.put(lying, BoardFolder.DONE)
    with transaction() as session:
        put_away(session, number)


def _put_what_is_known(tray: _Tray, lying: Lying, content: Content, known: ReadBefore) -> Outcome:
    """What was read before is put away; with a note, unless it is the file itself that was not put away then."""
    if not known.put_away:
        _put_to_done(tray, lying, known.number)
        return Outcome(Fate.MOVED)
    if tray.put(lying, BoardFolder.DONE, read_before(spoken(known.read_on))):
        with transaction() as session:
            was_known(session, session.get_one(Board, tray.board.id), content.digest, len(content.whole))
    return Outcome(Fate.KNOWN)


def _put_to_faults(tray: _Tray, lying: Lying, faulty: _Faulty, digest: str = "") -> Outcome:
    """The record says that the file was not read; then it lies in the folder faults with its note."""
    with transaction() as session:
        board = session.get_one(Board, tray.board.id)
        number = was_faulty(session, board, digest, lying.seen.st_size, faulty.kind)
    moment = clock.local(clock.now())
    note = why_not(faulty.faults, f"{spoken(moment.date())} at {moment:%H:%M}", number)
    tray.put(lying, BoardFolder.FAULTS, note)
    with transaction() as session:
        put_away(session, number)
    return Outcome(Fate.FAULTY)


def _kept_in_order(board: Board, day: date, looked: BoardLooked) -> BoardLooked:
    """The office has one task while files lie in the folder faults, and one while some cannot be put there."""
    try:
        looked = looked.with_faults(lying_in_faults(board_folder(board.key, BoardFolder.FAULTS)))
    except (CannotBeOpened, OSError):
        looked = looked.with_trouble(NOT_OPENED)
    try:
        return replace(looked, told=_told(board.id or 0, day, looked))
    except Exception as fault:  # noqa: BLE001 - the other boards go on
        _log_without_words("the office could not be told of an in-tray", fault)
        return looked


def _told(board_id: int, day: date, looked: BoardLooked) -> bool:
    """True when the tasks of the office have changed."""
    trouble = looked.trouble[0] if looked.trouble else ""
    with reading() as session:
        if not (looked.in_faults or trouble or has_tasks(session, board_id)):
            return False
    with transaction() as session:
        changed = tell_of_trouble(session, board_id, trouble, day)
        return (looked.in_faults is not None and tell_of_faults(session, board_id, looked.in_faults)) or changed


def _look_again(refs: Sequence[str]) -> None:
    """Forms that wait show what was read; that they could not be put anew stops nothing."""
    for ref in dict.fromkeys(refs):
        try:
            port().look_again(ref)
        except Exception as fault:  # noqa: BLE001 - the morning round puts every form anew
            log.warning("a run could not be told to look again: %s", type(fault).__name__)


def _log_without_words(what: str, fault: Exception) -> None:
    """Where it happened, and not what was said: that may hold a name, of a file or out of it."""
    log.error("%s: %s\n%s", what, type(fault).__name__, "".join(traceback.format_tb(fault.__traceback__)))
