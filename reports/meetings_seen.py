"""The meetings of a process on its page: what is planned, what was held, and whether it was quorate."""

from __future__ import annotations

from config import clock
from models.records.database import Session
from models.records.meetings import Meeting, MeetingState, meetings_of
from models.records.processes import Process
from models.rules.spoken_roles import spoken_role
from reports.markdown_pieces import escaped, listed, upper_first
from reports.words import meeting_words

MOST_ROWS = 60


def meetings_seen(session: Session, process: Process) -> str:
    """The meetings by date under a heading; empty while there is none."""
    meetings = meetings_of(session, process)
    if not meetings:
        return ""
    entries = [
        (f"**{upper_first(meeting_words(each))} at {_hour(each)}**", _state(each), escaped(each.place))
        for each in meetings[:MOST_ROWS]
    ]
    more = f"\n\nand {len(meetings) - MOST_ROWS} more" if len(meetings) > MOST_ROWS else ""
    return f"## Meetings ({len(meetings)})\n\n{listed(entries)}{more}"


def _state(meeting: Meeting) -> str:
    if meeting.state is not MeetingState.HELD:
        return meeting.state.value
    if meeting.quorate:
        return f"held and quorate, {spoken_role(meeting.chaired_by)} in the chair"
    return "held, but **not quorate**"


def _hour(meeting: Meeting) -> str:
    local = clock.local(meeting.starts_at)
    return escaped(f"{local.hour}:{local.minute:02}")
