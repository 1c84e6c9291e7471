"""Pages in the engine's screens: Markdown artifacts under fixed keys, written when their content has changed.

A page is written over in place, so that an address, by key or by number, stays good and nothing piles up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
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
from models.records.boards import Board, board_by_key
from models.records.database import Session, reading
from models.records.due import boards_by_key
from models.records.processes import process_by_ref
from models.records.shown import references_moved_last, references_with_pages
from models.records.today import STANDING
from models.rulebook import rule_book
from models.rules.page_addresses import process_key, today_key
from models.rules.spoken import spoken
from reports.pages import Links, process_page, today_page

MOST_PROCESSES = 500  # of one board in one go; a page beyond that is written when its process moves
AT_ONCE = 50  # pages in memory at a time
TRIES = 3
STAMP = "\n---\n\n"

Pages = Mapping[str, str]  # key -> Markdown


@dataclass(frozen=True)
class _Known:
    """A page that the engine has: its number, and its text without the stamp."""

    id: UUID
    text: str


def refresh(day: date | None = None) -> bool:
    """Every board's page of today and the pages of its processes show the record; false when no server answers."""
    if not PlainClient(settings()).healthy():
        return False
    day = day or clock.today()
    with reading() as session:
        boards = {
            row.key: references_with_pages(session, row.id or 0, MOST_PROCESSES) for row in boards_by_key(session)
        }
    with client() as engine:
        for key, refs in boards.items():
            _show_board(engine, key, refs, day)
    return True


def refresh_process(ref: str) -> bool:
    """The page of the process and its board's page of today show the record; false when no server answers.

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
    with client() as engine:
        _show_board(engine, board, refs, day)
    return True


def _show_board(engine: SyncPrefectClient, board_key: str, refs: Sequence[str], day: date) -> None:
    for start in range(0, max(len(refs), 1), AT_ONCE):
        some = refs[start : start + AT_ONCE]
        _keep_current(engine, partial(_render, board_key, some, day, with_today=start == 0))


def _render(board_key: str, refs: Sequence[str], day: date, session: Session, *, with_today: bool) -> Pages:
    book, links = rule_book(board_key), Links(ui_url(settings()))
    pages = {}
    if with_today:
        board = board_by_key(session, board_key)
        pages[today_key(board_key)] = today_page(session, book, board, day, links)
    for ref in refs:
        pages[process_key(ref)] = process_page(session, book, process_by_ref(session, ref), day, links)
    return pages


def _keep_current(engine: SyncPrefectClient, render: Callable[[Session], Pages]) -> None:
    """The pages are written until the record, looked at once more after writing, says the same.

    Two who write at once therefore never leave the older text of the two behind.
    """
    known: dict[str, _Known] | None = None
    for _ in range(TRIES):
        with reading() as session:
            wanted = render(session)
        if known is None:
            known = _known(engine, list(wanted))
        changed = {key: text for key, text in wanted.items() if key not in known or known[key].text != text}
        if not changed:
            return
        for key, text in changed.items():
            known[key] = _write(engine, key, text, known.get(key))


def _known(engine: SyncPrefectClient, keys: Sequence[str]) -> dict[str, _Known]:
    of_these = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=list(keys)))
    found = engine.read_latest_artifacts(artifact_filter=of_these, limit=len(keys))
    return {one.key: _Known(one.latest_id, _without_stamp(one.data)) for one in found}


def _write(engine: SyncPrefectClient, key: str, text: str, known: _Known | None) -> _Known:
    stamped = text + STAMP + _stamp()
    if known is not None:
        try:
            engine.update_artifact(known.id, ArtifactUpdate(data=stamped))
            return _Known(known.id, text)
        except ObjectNotFound:
            pass  # somebody deleted it; it is written again
    made = engine.create_artifact(ArtifactCreate(key=key, type="markdown", data=stamped))
    return _Known(made.id, text)


def _stamp() -> str:
    moment = clock.local(clock.now())
    return (
        f"As the record stood on {spoken(moment.date())} at {moment:%H:%M}. Sightline writes this page again after "
        "every answer, every round and everything sent, whenever something on it has changed.\n"
    )


def _without_stamp(data: object) -> str:
    return data.rpartition(STAMP)[0] if isinstance(data, str) else ""
