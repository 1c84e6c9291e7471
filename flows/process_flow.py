"""What every process flow does around its own lines: end in a sentence, and do steps within the fence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from flows.gates import NotOurs, insist_that_we_may_work_for
from flows.port import port
from flows.tasks import QuietEnd, step
from models.records.boards import Board
from models.records.database import Session, reading, transaction
from models.records.kept import kept
from models.records.processes import Process, UnknownReference, process_by_ref
from models.rulebook import RuleBook, rule_book
from models.rules.spoken import lower_first
from models.rules.stages import plain_stage

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

UNKNOWN = "There is no process with that reference. Reviews are begun with “Start a practice learning review”."

Deed = Callable[[Session, RuleBook, Process], None]


class Closed(QuietEnd):
    """The process is closed; nothing more happens in it."""


def ends_in_a_sentence(flow: Callable[[str], str]) -> Callable[[str], State[None]]:
    """A run for an unknown reference, for a closed process or for one that another run looks after ends quietly."""

    @functools.wraps(flow)
    def either(ref: str) -> State[None]:
        from prefect.states import Completed  # here, because a rehearsal does without the engine

        try:
            sentence = how_it_ended(flow, ref)
        except UnknownReference:
            return Completed(message=UNKNOWN)  # what was typed is not repeated, neither here nor in the run's name
        port().name_run(f"{ref}: {lower_first(sentence).rstrip('.')}")
        return Completed(message=sentence)

    return either


def how_it_ended(course: Callable[[str], str], ref: str) -> str:
    """The course is gone through as far as it goes; gives back its end as a sentence. Raises UnknownReference."""
    try:
        return course(ref)
    except NotOurs:
        return "Another run looks after this process; this one has nothing to do."
    except Closed:
        return how_it_closed(ref)


def in_one_transaction(deed: Deed, ref: str) -> None:
    """The deed is done in the record, or not at all. Raises NotOurs, Closed and UnknownReference."""

    def do() -> None:
        with transaction() as session:
            process = process_by_ref(session, ref, for_update=True)
            insist_that_we_may_work_for(session, process)
            if process.closed_at is not None:
                raise Closed
            deed(session, rule_book(kept(session, Board, process.board_id).key), process)

    do.__name__ = deed.__name__  # the name under which the engine shows the task
    step(do)()


def how_it_closed(ref: str) -> str:
    """A run is started from its first line after the answer that closed it, so the end is told from the record."""
    with reading() as session:
        process = process_by_ref(session, ref)
        book = rule_book(session.get_one(Board, process.board_id).key)
        stands = plain_stage(process.stage, book.who_decides(process.guidance))
        return f"{book.title_of(process.kind, process.guidance)}: {stands}."
