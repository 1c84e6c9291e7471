"""What the morning round does about meetings: invitations follow the people, and what was held is asked about."""

from __future__ import annotations

from datetime import date

from flows.steps import meetings as step
from models.records.configured import configured_boards
from models.records.database import Session, reading, transaction
from models.records.meeting_plans import processes_that_meet, task_key
from models.records.meetings import is_on, planned_meetings
from models.records.processes import Process, locked_processes
from models.records.tasks import About, open_task
from models.rules.working_days import is_working_day
from reports.words import meeting_words


def look_after_meetings(day: date) -> str:
    """Whoever holds an invited role now is invited, and for each planned meeting of a day before this working day
    that nobody has recorded the office has one task; gives back what was done, in words."""
    told = asked = 0
    for process_id in _that_meet(day):
        with transaction() as session:
            for process in locked_processes(session, [process_id]):
                told += step.reinvite(session, process)
                asked += _ask_whether_held(session, process, day)
    parts = [f"Meetings that nobody has recorded: {asked}."] if asked else []
    parts += [f"Invitations that follow a change of people: {told}."] if told else []
    return " ".join(parts)


def _that_meet(day: date) -> list[int]:
    """The numbers of the processes with planned meetings, of boards whose office works on that day."""
    found: list[int] = []
    with reading() as session:
        for board, book in configured_boards(session):
            if is_working_day(day, book.calendar):
                found += processes_that_meet(session, board.id or 0)
    return found


def _ask_whether_held(session: Session, process: Process, day: date) -> int:
    asked = 0
    for meeting in planned_meetings(session, process):
        if is_on(meeting) < day:
            title = f"Record whether the {meeting_words(meeting)} was held: {process.spoken_ref}"
            about = About(process.board_id, process.id)
            asked += open_task(session, about, title, f"{task_key(meeting)}{meeting.sequence}")[1]
    return asked
