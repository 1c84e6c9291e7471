"""Letters to bodies outside the board: prepared when one is owed, sent by a person, recorded when they were sent.

Nobody outside the board's register is ever mailed. The moment something with a `body` becomes owed, by whatever door,
its letter lies in the folder of papers and the office has a task.
"""

from __future__ import annotations

from datetime import date

from flows.steps.arrivals import record_arrival
from models.records.chasing import deadlines_of, owed_to_board, when_opened
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.history import write_history
from models.records.processes import Process
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.spoken import spoken
from models.rules.timetable import Period
from reports.letter_to_body import KIND, letter_to_body

SENT = "arrivals recorded"  # the entry of the journal by which letters were recorded as sent


@when_opened
def prepare_letter(session: Session, book: RuleBook, process: Process, period: Period, deadline: Deadline) -> None:
    """A letter to a body outside lies in the board's folder of papers, and the office is asked to send it.

    Does nothing for what is owed to nobody outside.
    """
    if not period.body:
        return
    from flows.papers import write_paper  # papers know some of the steps, so they come last

    body = book.body_name(process.guidance, period.body)
    letter = letter_to_body(session, book, process, deadline, body)
    write_paper(session, letter, KIND, process, name=f"letter to {period.body.replace('_', ' ')}")
    title = (
        f"Letter to {body} about {process.spoken_ref} lies in the folder papers: complete it, send it by "
        f"{spoken(deadline.working_target_on)}, record that it was sent"
    )
    about = About(process.board_id, process.id, deadline.id)
    open_task(session, about, title, f"letter:{deadline.id}")


def letters_to_send(session: Session, book: RuleBook, process: Process) -> list[tuple[Process, Deadline]]:
    """The letters to bodies outside that the process still owes, by date; of a desk those of its whole board.

    Closed processes count too: the national panel may ask when a case was considered long ago.
    """
    if process.kind == "desk":
        known = owed_to_board(session, process.board_id, book.kinds_to_bodies)
    else:
        known = [(process, each) for each in deadlines_of(session, process, only_open=True)]
    return [(each, deadline) for each, deadline in known if goes_outside(book, each, deadline.kind)]


def goes_outside(book: RuleBook, process: Process, kind: str) -> bool:
    """True for what is owed to a body outside the board, so that a person must write."""
    return bool(book.letter_goes_to(process.kind, process.guidance, kind))


def letter_sent(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, on: date, way: str, words: dict[str, str]
) -> None:  # fmt: skip
    """The letter was sent on that day, by that way, and is not owed any more; `words` say by whom."""
    record_arrival(session, book, process, deadline, on)
    facts = {"slots": [deadline.slot], "way": way, "sent_on": on}
    write_history(session, process, SENT, facts, words)
