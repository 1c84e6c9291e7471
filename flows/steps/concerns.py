"""What is the matter with the dates of a process is told at once: as a task for the office, and to the panel chair."""

from __future__ import annotations

from flows.steps import letters
from models.records.database import Session
from models.records.moving import plan_of
from models.records.processes import Process
from models.records.tasks import About, open_task
from models.rulebook import RuleBook
from models.rules.planning import Concern, Plan, What
from models.rules.spoken import and_joined, spoken

CONCERNS = {
    What.OVERRUN: "the timetable overruns its limit; the cause is",
    What.NO_MEETING: "no meeting that approves fits; book an extraordinary one for",
    What.EARLIER_LIMIT: "the timetable is within its limit, but later than the earlier aim",
}


def tell_concerns(session: Session, book: RuleBook, process: Process) -> list[str]:
    """The office has a task for each thing that is the matter with the timetable; gives back the sentences.

    Where the limit cannot be kept and people must meet before it, the task names the days to book.
    """
    plan = plan_of(session, book, process)
    for concern in plan.concerns:
        key = f"concern:{process.id}:{concern.what.value}:{concern.kind}:{plan.by_kind[concern.kind].due_on}"
        about = About(process.board_id, process.id)
        new = open_task(session, about, f"{process.spoken_ref}: {_title(plan, concern)}", key)[1]
        if new and concern.what is What.OVERRUN:
            completes = book.completed_by(process.kind, process.guidance)
            letters.warn_of_limit(session, book, process, plan, concern.kind, completes, key)
    return [concern.sentence for concern in plan.concerns]


def _title(plan: Plan, concern: Concern) -> str:
    titles = {period.kind: period.title for period, _ in plan.dated}
    if concern.to_book:
        days = and_joined([f"“{titles[kind]}” by {spoken(day)}" for kind, day in concern.to_book])
        return f"to keep the limit, book {days}"
    return f"{CONCERNS[concern.what]} “{titles[concern.kind]}”"
