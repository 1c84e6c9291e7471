"""What the office had to see to, ticked off in one form when it has been done."""

from __future__ import annotations

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import BACK, recorded_by, who_recorded
from models.records.messages import Task
from models.records.tasks import tasks_to_tick_off, tick_off
from models.rules.spoken import spoken

MOST_LINES = 200


class TasksDone:
    """Telephone calls, items for an agenda or a register, and what a failed mail has left to do."""

    name = "tasks-done"

    def is_open(self, at: Situation) -> bool:
        """True while there is a task that a person ticks off."""
        return bool(tasks_to_tick_off(at.session, at.process.board_id))

    def form(self, at: Situation) -> Form | None:
        """Each task, the oldest first."""
        options = [(str(task.id), _label(task)) for task in tasks_to_tick_off(at.session, at.process.board_id)]
        if not options:
            return None
        return Form(
            "tasks that are done",
            "What is ticked leaves the morning digest. Nothing else changes: record a telephone call about something "
            "that is owed under “Note a telephone call”. A task to name somebody ends when somebody is named.",
            choice("What do you want to record?", ("done", "What is ticked below has been done"), BACK),
            (
                Field("done", Kind.SOME_OF, "What has been done?", "Tick as many as you like.", needed=True,
                      options=tuple(options[:MOST_LINES])),
                recorded_by(),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The tasks that were ticked are done."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        chosen = sorted(int(each) for each in answer.chosen("done"))
        if not chosen:
            raise Refused("nothing was ticked under “What has been done?”")
        done = [number for number in chosen if tick_off(at.session, at.process.board_id, number)]
        if not done:
            return Recorded("All of it had been done before; nothing was changed.")
        who_recorded(at, at.process, answer, "tasks done", tasks=done)
        return Recorded(f"Recorded: {'1 task is' if len(done) == 1 else f'{len(done)} tasks are'} done.")


def _label(task: Task) -> str:
    return f"{task.title} (since {spoken(clock.local(task.opened_at).date())}, no. {task.id})"


TASKS_DONE = register(TasksDone())
