"""Choosing one thing that is owed, to a process or from the desk to any process of the board."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.forms import Field, Kind, Refused
from flows.gates import Situation
from models.records.boards import Agency
from models.records.chasing import deadline_in, deadlines_in
from models.records.deadlines import Deadline, DeadlineState
from models.records.moving import agency_of
from models.records.processes import Process, open_processes, process_by_ref
from models.records.standing import Standing, standings

MOST_LINES = 200

Wanted = Callable[[str], bool]  # by kind


def anything_owed(at: Situation, wanted: Wanted) -> bool:
    """True while anything is open whose kind is wanted: of the process, or of the whole board from its desk."""
    return any((at if each.id == at.process.id else at.about(each)).is_owed(wanted) for each in _processes(at))


def owed(at: Situation, wanted: Wanted) -> Sequence[tuple[Process, Standing]]:
    """Everything open whose kind is wanted, and how it stands."""
    return [
        (process, row)
        for process in _processes(at)
        for row in standings(at.session, at.book, process, at.today)
        if row.is_open and wanted(row.kind)
    ]


def about_field(at: Situation, title: str, wanted: Wanted) -> Field:
    """The field in which one of these things is chosen."""
    options = [(f"{process.ref}/{row.slot}", _label(at, process, row)) for process, row in owed(at, wanted)]
    return Field("about", Kind.ONE_OF, title, needed=True, options=tuple(options[:MOST_LINES]))


def chosen(at: Situation, value: str, wanted: Wanted, missing: str) -> tuple[Process, Deadline]:
    """The thing that was chosen, and its process. Raises Refused, with `missing` when none was."""
    if not value:
        raise Refused(missing)
    ref, _, slot = value.partition("/")
    for process, row in owed(at, wanted):
        if (process.ref, row.slot) == (ref, slot):
            locked = process_by_ref(at.session, ref, for_update=True)
            found = deadline_in(at.session, locked, slot)
            if found is not None:
                return locked, found
    raise Refused("what was chosen is not owed any more")


def handed_on(at: Situation) -> list[tuple[Deadline, Agency]]:
    """What was ticked in the question before and is still open, with the agency that owes it."""
    slots = at.carries.get("slots", ())
    known = deadlines_in(at.session, at.subject, slots)
    still = [known[each] for each in slots if each in known and known[each].state is DeadlineState.OPEN]
    return [(each, agency) for each in still if (agency := agency_of(at.session, each)) is not None]


def reviews(at: Situation) -> list[Process]:
    """The process itself, or from the desk every open process of the board but the desk."""
    return [each for each in _processes(at) if each.kind != "desk"]


def who_extends_limits(at: Situation) -> str:
    """Who lets a process end after its limit: of the process, or from the desk of every open one of the board."""
    found = [at.book.who_decides(each.guidance).limit_extender for each in reviews(at)] or [at.who.limit_extender]
    return " or ".join(dict.fromkeys(found))


def _processes(at: Situation) -> Sequence[Process]:
    return open_processes(at.session, at.process.board_id) if at.process.kind == "desk" else [at.process]


def _label(at: Situation, process: Process, row: Standing) -> str:
    return f"{process.spoken_ref}: {row.label}" if at.process.kind == "desk" else row.label
