"""What cannot be written is said on the telephone: a task for the office instead of a letter that is lost."""

from __future__ import annotations

from models.records.boards import Agency
from models.records.processes import Process
from models.records.queueing import Session
from models.records.tasks import About, open_task
from models.rules.spoken_roles import spoken_role


def tell_by_telephone(
    session: Session, process: Process, role: str, agency: Agency | None, once_key: str, what: str = ""
) -> None:
    """The office has the task to telephone whoever holds the role, once for each key; `what` is fixed words."""
    place = f" of {agency.name}" if agency else ""
    say = f"{what}, " if what else ""
    title = f"Tell the {spoken_role(role)}{place} by telephone, mail cannot: {say}{process.spoken_ref}"
    about = About(process.board_id, process.id, None, agency.id if agency else None)
    open_task(session, about, title, f"telephone:{once_key}")
