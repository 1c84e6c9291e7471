"""Pages in the engine's screens: Markdown artifacts under fixed keys, written when their content has changed.

A page is written over in place, so that an address, by key or by number, stays good and nothing piles up.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate
from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey
from prefect.exceptions import ObjectNotFound

from config import clock
from config.settings import settings
from flows.engine import ui_url
from flows.engine_port import client
from flows.plain_client import PlainClient
from models.records.boards import Board, agencies_of, board_by_key
from models.records.database import Session, reading
from models.records.due import boards_by_key
from models.records.processes import process_by_ref
from models.records.shown import agencies_moved_last, references_moved_last, references_with_pages
from models.records.today import STANDING
from models.rulebook import rule_book
from models.rules.page_addresses import (
    actions_key,
    agency_key,
    calendar_key,
    considered_key,
    decisions_key,
    handover_key,
    process_key,
    today_key,
)
from models.rules.spoken import spoken
from reports.markdown_pieces import pictures_in
from reports.pages import (
    Links,
    actions_page,
    agency_page,
    calendar_page,
    considered_page,
    decisions_page,
    handover_page,
    process_page,
    today_page,
)

log = logging.getLogger("sightline.pages")

MOST_PROCESSES = 500  # of one board in one go; a page beyond that is written when its process moves
AT_ONCE = 50  # pages in memory at a time
TRIES = 3
STAMP = "\n---\n\n"

Pages = Mapping[str, str]  # key -> Markdown
OF_A_BOARD = {  # key of the page -> what it says
    today_key: today_page,
    decisions_key: decisions_page,
    calendar_key: calendar_page,
    handover_key: handover_page,
    considered_key: considered_page,
    actions_key: actions_page,
}
DESCRIBED = {  # how keys begin -> what the page is, as the engine's list of pages shows it
    "today": "Today: what waits for you, what is overdue, and what is due soon",
    "decisions": "Decisions that wait for somebody",
    "calendar": "Calendar of the next twelve weeks",
    "considered": "All considered cases: received, recommended, decided, how long it took",
    "actions": "All actions of the board: where they stand, what is late",
    "handover": "For a stand-in: what runs, what is late, how the day works",
    "agency": "One agency: what it owes in all reviews",
    "cr": "One review: where it stands, what is owed, what was decided",
}


@dataclass(frozen=True)
class _Known:
    """A page that the engine has: its number, and its text without the stamp."""

    id: UUID
    text: str


@dataclass(frozen=True)
class _Wanted:
    """Pages of one board that are to be current: some of its processes and agencies, and those of the whole."""

    board_key: str
    day: date
    refs: Sequence[str] = ()
    agencies: Sequence[str] = ()
    of_board: bool = False

    @property
    def keys(self) -> list[str]:
        """Under which the pages are kept."""
        return [
            *(key(self.board_key) for key in OF_A_BOARD if self.of_board),
            *(agency_key(self.board_key, each) for each in self.agencies),
            *(process_key(each) for each in self.refs),
        ]


def refresh(day: date | None = None) -> bool:
    """All pages of every board, its agencies and its processes show the record; false when no server answers."""
    if not PlainClient(settings()).healthy():
        return False
    day = day or clock.today()
    with reading() as session:
        boards = [
            (
                row.key,
                references_with_pages(session, row.id or 0, MOST_PROCESSES),
                [each.key for each in agencies_of(session, row.id or 0)],
            )
            for row in boards_by_key(session)
        ]
    with client() as engine:
        for key, refs, agencies in boards:
            _show_board(engine, key, refs, agencies, day)
    return True


def refresh_if_possible() -> None:
    """All pages show the record; that they could not be written is only logged: what was done is done."""
    try:
        refresh()
    except Exception as fault:  # noqa: BLE001
        log.warning("pages could not be brought up to date: %s", type(fault).__name__)


def refresh_process(ref: str) -> bool:
    """The page of the process, its board's pages, and those of agencies of which something was recorded just now,
    show the record; false when no server answers.

    A desk has no page of its own: the pages of processes in which something happened last are looked at instead.
    """
    if not PlainClient(settings()).healthy():
        return False
    day = clock.today()
    with reading() as session:
        process = process_by_ref(session, ref)
        board = session.get_one(Board, process.board_id).key
        refs = [process.ref]
        if process.kind == STANDING:
            refs = references_moved_last(session, process.board_id)
        agencies = agencies_moved_last(session, process.board_id)
    with client() as engine:
        _show_board(engine, board, refs, agencies, day)
    return True


def _show_board(
    engine: SyncPrefectClient, board_key: str, refs: Sequence[str], agencies: Sequence[str], day: date
) -> None:  # fmt: skip
    _keep_current(engine, _Wanted(board_key, day, refs[:AT_ONCE], agencies, of_board=True))
    for start in range(AT_ONCE, len(refs), AT_ONCE):
        _keep_current(engine, _Wanted(board_key, day, refs[start : start + AT_ONCE]))


def _render(session: Session, wanted: _Wanted, drawn: Mapping[str, str]) -> Pages:
    board = board_by_key(session, wanted.board_key)
    book, links, pages = rule_book(board.key), Links(ui_url(settings())), dict[str, str]()
    if wanted.of_board:
        for key, page in OF_A_BOARD.items():
            pages[key(board.key)] = page(session, book, board, wanted.day, links)
    if wanted.agencies:
        for agency in agencies_of(session, board.id or 0):
            if agency.key in wanted.agencies:
                page_of = agency_page(session, book, board, agency, wanted.day, links)
                pages[agency_key(board.key, agency.key)] = page_of
    for ref in wanted.refs:
        process = process_by_ref(session, ref)
        pages[process_key(ref)] = process_page(session, book, process, wanted.day, links, drawn)
    return pages


def _keep_current(engine: SyncPrefectClient, wanted: _Wanted) -> None:
    """The pages are written until the record, looked at once more after writing, says the same.

    Two who write at once therefore never leave the older text of the two behind. A picture that a page has already
    is not drawn again.
    """
    known = _known(engine, wanted.keys)
    for _ in range(TRIES):
        drawn = dict(chain.from_iterable(pictures_in(each.text).items() for each in known.values()))
        with reading() as session:
            pages = _render(session, wanted, drawn)
        changed = {key: text for key, text in pages.items() if key not in known or known[key].text != text}
        if not changed:
            return
        for key, text in changed.items():
            known[key] = _write(engine, key, text, known.get(key))


def _known(engine: SyncPrefectClient, keys: Sequence[str]) -> dict[str, _Known]:
    of_these = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=list(keys)))
    found = engine.read_latest_artifacts(artifact_filter=of_these, limit=len(keys))
    return {
        one.key: _Known(one.latest_id, _without_stamp(one.data) if one.description == _described(one.key) else "")
        for one in found
    }


def _write(engine: SyncPrefectClient, key: str, text: str, known: _Known | None) -> _Known:
    stamped = text + STAMP + _stamp()
    if known is not None:
        try:
            engine.update_artifact(known.id, ArtifactUpdate(data=stamped, description=_described(key)))
            return _Known(known.id, text)
        except ObjectNotFound:
            pass  # somebody deleted it; it is written again
    made = engine.create_artifact(ArtifactCreate(key=key, type="markdown", data=stamped, description=_described(key)))
    return _Known(made.id, text)


def _described(key: str | None) -> str:
    return DESCRIBED.get((key or "").partition("-")[0], "")


def _stamp() -> str:
    moment = clock.local(clock.now())
    return (
        f"As the record stood on {spoken(moment.date())} at {moment:%H:%M}. Sightline writes this page again after "
        "every answer, every round and everything sent, whenever something on it has changed.\n"
    )


def _without_stamp(data: object) -> str:
    return data.rpartition(STAMP)[0] if isinstance(data, str) else ""
