"""What the office is asked to do, in fixed words: nothing that a person typed, nobody's name."""

from __future__ import annotations

from models.records.due import Batch, Call, Due
from models.records.messages import TaskKind
from models.records.people import HELD_IN_THE_AGENCY, NAMED_IN_THE_PROCESS, vacant_since
from models.records.tasks import About, is_about_several, open_task, vacancy_key
from models.rules.escalation import Person
from models.rules.ladders import Act, Rung
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role

LONGEST_NAME = 60  # of an agency or a committee, so that a title stays whole


def task_of_rung(batch: Batch, item: Due, rung: Rung, asked_role: str) -> int:
    """The task, agenda item or register entry that the rung asks for is open; gives back its number."""
    title = f"{_what_to_do(batch, rung, asked_role)}: {_what_is_owed(batch, item)}"
    return _open(batch, item, TaskKind(rung.act.value), title, f"{rung.key}:{asked_role}")


def call_instead(batch: Batch, item: Due, rung: Rung, asked_role: str, person: Person | None) -> tuple[int, bool]:
    """The office is asked to telephone, because no mail reaches whom the rung is for (F-23): the number of the task,
    and whether it is new.

    One call stands for all that a person would have been told of one review in this round.
    """
    owner = item.deadline.owner_role if asked_role == "owner" else asked_role
    whom = str(person.contact_id) if person else f"{owner}:{item.deadline.agency_id or ''}"
    call = batch.calls.setdefault((item.deadline.process_id, whom), Call())
    call.about[item.deadline_id] = item
    role = spoken_role(person.role if person else owner)
    why = "mail does not reach this person" if person else "there is nobody to write to"
    first = min(call.about.values(), key=lambda each: (each.deadline.working_target_on, each.deadline_id))
    several = f"{len(call.about)} things, the first " if len(call.about) > 1 else ""
    title = f"Telephone the {role} ({why}): {several}{_what_is_owed(batch, first)}"
    is_new = call.task_id is None
    if call.task_id is None:
        call.task_id = _open(batch, item, TaskKind.TASK, title, f"{rung.key}:{asked_role}")
    elif several:
        is_about_several(batch.session, call.task_id, title)
    return call.task_id, is_new


def name_somebody(batch: Batch, item: Due, role: str) -> bool:
    """The office is asked to fill the role, once while it stays vacant; true when it is asked now."""
    board_id, deadline = batch.board_id, item.deadline
    in_process = deadline.process_id if role in NAMED_IN_THE_PROCESS else None
    in_agency = deadline.agency_id if role in HELD_IN_THE_AGENCY or in_process else None
    since = vacant_since(batch.session, board_id, role, in_agency, in_process)
    place = _agency_name(batch, item) if in_agency else "The board"
    title = f"{place} has nobody as {spoken_role(role)}: name somebody"
    if in_process:
        title += f" for {item.process.spoken_ref}"
    key = vacancy_key(board_id, role, in_agency, in_process, since)
    return open_task(batch.session, About(board_id, in_process, None, in_agency), title, key)[1]


def mend_the_ladder(batch: Batch, item: Due) -> None:
    """The office is told that nobody is reminded of something, because the configuration lacks its ladder."""
    title = f"Nobody is reminded, its ladder is missing in the configuration: {_what_is_owed(batch, item)}"
    _open(batch, item, TaskKind.TASK, title, "no-ladder")


def _what_to_do(batch: Batch, rung: Rung, asked_role: str) -> str:
    if rung.act is Act.TASK:
        return rung.title[:1].upper() + rung.title[1:]
    committee = batch.book.committee_name(asked_role)[:LONGEST_NAME]
    if rung.act is Act.AGENDA:
        return f"For the next agenda of {committee}"
    return f"Proposed for the risk register of {committee}"


def _what_is_owed(batch: Batch, item: Due) -> str:
    agency = _agency_name(batch, item)
    owed = f"{item.deadline.title}, {agency}" if agency else item.deadline.title
    return f"{owed}, due {spoken(item.deadline.working_target_on)}, {item.process.spoken_ref}"


def _agency_name(batch: Batch, item: Due) -> str:
    return batch.people.agency_names.get(item.deadline.agency_id or 0, "")[:LONGEST_NAME]


def _open(batch: Batch, item: Due, kind: TaskKind, title: str, key: str) -> int:
    deadline = item.deadline
    about = About(batch.board_id, deadline.process_id, item.deadline_id, deadline.agency_id, kind)
    once_key = f"rung:{item.deadline_id}:{deadline.arming}:{key}"
    return open_task(batch.session, about, title, once_key)[0]
