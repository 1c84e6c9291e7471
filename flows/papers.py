"""Papers on their way into the board's folder: panel papers once for each meeting, proofs and trails when asked for.

A file that lies there is never written over; what was issued is in the record with its digest.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config import clock
from flows.board_folders import BoardFolder, board_folder
from flows.steps.consideration import pack_issued
from models.records.boards import Board
from models.records.configured import configured_boards
from models.records.database import Session, is_invented, reading, transaction
from models.records.meetings import Meeting, MeetingKind, MeetingState, is_on
from models.records.papers import issued_for, keep_papers, planned_between, whole_day
from models.records.processes import Process, locked_processes
from models.records.said import Matter, letters_about
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.working_days import add_working_days
from notifications.proof import as_said
from reports import (
    action_challenge,
    action_exceptions,
    action_learning,
    action_news,
    action_progress,
    action_tracker,
    case_trail,
    consideration_pack,
    considered,
    letter_to_body,
    panel_paper,
    proof_sheet,
)
from reports.paper import Document
from reports.paper_html import html_page
from reports.word import word_file
from reports.words import meeting_words

log = logging.getLogger("sightline.papers")

NOTHING_ELSE: Mapping[str, bytes] = {}
WAYS = ((".docx", word_file), (".html", html_page))
ACTION_SHEET, MEETING_SHEET = "action-sheet", "meeting-sheet"
NAMES = {
    panel_paper.KIND: "panel paper", proof_sheet.KIND: "proof sheet", case_trail.KIND: "case trail",
    letter_to_body.KIND: "letter to a body outside", considered.KIND: "considered cases",
    action_news.KIND: "changed since the paper", ACTION_SHEET: "sheet for actions",
    MEETING_SHEET: "sheet for the committee",
    considered.PUBLIC_KIND: "considered cases for the annual report", consideration_pack.KIND: "consideration pack",
    action_exceptions.KIND: "exception report", action_tracker.KIND: "action tracker",
    action_learning.KIND: "learning and action report", action_challenge.KIND: "challenge log",
    action_challenge.REGISTER_KIND: "risk register proposals", action_progress.KIND: "progress for the public",
}  # fmt: skip
PANEL_PAPERS: Mapping[MeetingKind, str] = {  # what is issued some days before a meeting of that kind
    MeetingKind.UPDATE: panel_paper.KIND, MeetingKind.CONSIDERATION: consideration_pack.KIND,
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """The names of the files of one paper; `is_new` is false where they had been issued before."""

    files: tuple[str, ...]
    is_new: bool = True


def a_proof_sheet(session: Session, matter: Matter) -> Document:
    """The proof sheet for the matter, with every message in the words in which it went."""
    letters = letters_about(session, matter)
    return proof_sheet.proof_sheet(session, matter, letters, as_said(session, matter, letters))


def papers_folder(board_key: str) -> Path:
    """The board's folder of papers, readable by its owner alone; made when needed."""
    return board_folder(board_key, BoardFolder.PAPERS)


def write_files(
    folder: Path, document: Document, kind: str, process: Process, on: date, name: str = "",
    also: Mapping[str, bytes] = NOTHING_ELSE,
) -> list[tuple[str, str]]:  # fmt: skip
    """The paper lies in the folder as a Word file and as a page: name and digest of each; `also` holds the same in
    other ways, by how the names of their files end.

    Their names say reference, kind (or `name`) and day alone, and a number where that name is taken.
    """
    contents = {ending: write(document) for ending, write in WAYS} | dict(also)
    return lay_down(folder, f"{process.ref} {name or NAMES[kind]} {on.isoformat()}", contents)


def write_sheet(session: Session, content: bytes, kind: str, process: Process) -> Written:
    """The workbook, to be filled in and dropped into the in-tray, lies in the board's folder and stands in the record.

    `process` must be locked by the transaction.
    """
    stem, ending = f"{process.ref} {NAMES[kind]} {clock.today().isoformat()}", ".xlsx"
    if is_invented():
        files = [(stem + ending, "")]
    else:
        board = session.get_one(Board, process.board_id)
        files = lay_down(papers_folder(board.key), stem, {ending: content})
    keep_papers(session, process, kind, files)
    return Written(tuple(name for name, _ in files))


def lay_down(folder: Path, stem: str, contents: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The contents lie in the folder under that name, with a number where it is taken: name and digest of each."""
    number = 1
    while True:
        file = stem if number == 1 else f"{stem} ({number})"
        if not any((folder / (file + ending)).exists() for ending in contents) and _placed(folder, file, contents):
            return [(file + ending, hashlib.sha256(content).hexdigest()) for ending, content in contents.items()]
        number += 1


def write_paper(
    session: Session, document: Document, kind: str, process: Process, name: str = "",
    also: Mapping[str, bytes] = NOTHING_ELSE,
) -> Written:  # fmt: skip
    """The paper lies in the board's folder and stands in the record, which is all there is of it in a rehearsal.

    `process` must be locked by the transaction; `name` stands in the file's name for the kind.
    """
    board = session.get_one(Board, process.board_id)
    if is_invented():
        stem = f"{process.ref} {name or NAMES[kind]} {clock.today().isoformat()}"
        files = [(stem + ending, "") for ending in (*(ending for ending, _ in WAYS), *also)]
    else:
        files = write_files(papers_folder(board.key), document, kind, process, clock.today(), name, also)
    keep_papers(session, process, kind, files)
    return Written(tuple(name for name, _ in files))


def issue_paper(session: Session, book: RuleBook, process: Process, meeting: Meeting, day: date) -> Written:
    """The panel's paper for the meeting is issued and frozen; a second call gives back the first.

    A meeting that was moved to another day has another paper. `process` must be locked by the transaction.
    """
    kind = PANEL_PAPERS[meeting.kind]
    stem = f"{process.ref} {NAMES[kind]} {is_on(meeting).isoformat()}"
    known = issued_for(session, meeting, stem)
    if known:
        return Written(tuple(each.file for each in known), is_new=False)
    make = consideration_pack.consideration_pack if kind == consideration_pack.KIND else panel_paper.panel_paper
    document = make(session, book, process, meeting, day)
    files = write_files(papers_folder(book.board_key), document, kind, process, is_on(meeting))
    keep_papers(session, process, kind, files, meeting)
    if kind == consideration_pack.KIND:
        pack_issued(session, process)
    title = (
        f"Paper for the {meeting_words(meeting)} of {process.spoken_ref} lies in the folder papers: "
        "pass it on in the secure place"
    )
    open_task(session, About(process.board_id, process.id), title, f"paper:{meeting.id}:{is_on(meeting).isoformat()}")
    return Written(tuple(name for name, _ in files))


def issue_papers(day: date) -> str:
    """Every planned meeting of a panel that is near has its paper; one that fails does not keep back the others.

    Raises the first failure when all were tried. How near is a figure of the guidance, "paper_issued_before" (D).
    """
    issued, failures = 0, list[Exception]()
    for process_id, meeting_id, book in _near(day):
        try:
            issued += _issued(process_id, meeting_id, book, day)
        except Exception as fault:
            log.exception("a paper could not be issued")
            failures.append(fault)
    if failures:
        raise failures[0]
    return f"Papers issued for meetings of panels: {issued}." if issued else ""


def _issued(process_id: int, meeting_id: int, book: RuleBook, day: date) -> int:
    with transaction() as session:
        (process,) = locked_processes(session, [process_id])
        meeting = session.get_one(Meeting, meeting_id)
        if meeting.state is not MeetingState.PLANNED or process.closed_at is not None:
            return 0
        return int(issue_paper(session, book, process, meeting, day).is_new)


def _near(day: date) -> list[tuple[int, int, RuleBook]]:
    found = []
    with reading() as session:
        for board, book in configured_boards(session):
            found += [(each.process_id or 0, each.id or 0, book) for each in _near_of(session, board, book, day)]
    return found


def _near_of(session: Session, board: Board, book: RuleBook, day: date) -> Sequence[Meeting]:
    """Of the meetings in the longest time that any edition gives, those near by the edition of their own process."""
    ahead = {edition: book.allowance(edition, "paper_issued_before") for edition in book.board.allowances}
    last = add_working_days(day, max(ahead.values(), default=0), book.calendar)
    within = (whole_day(day)[0], whole_day(last)[1])
    meetings = [each for kind in PANEL_PAPERS for each in planned_between(session, board.id or 0, kind, *within)]
    return [each for each in meetings if is_on(each) <= _last_day(session, each, book, ahead, day)]


def _last_day(session: Session, meeting: Meeting, book: RuleBook, ahead: Mapping[str, int], day: date) -> date:
    process = session.get_one(Process, meeting.process_id)
    return add_working_days(day, ahead.get(process.guidance, 0), book.calendar)


def _placed(folder: Path, name: str, contents: Mapping[str, bytes]) -> bool:
    """True when all of the files lie there whole; false, and none of them does, where one of the names was taken."""
    placed: list[Path] = []
    for ending, content in contents.items():
        path = folder / (name + ending)
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # the name is ours, or taken
        except FileExistsError:
            for each in placed:
                each.unlink()
            return False
        placed.append(path)
        unfinished = path.with_suffix(f"{ending}.part")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    return True
