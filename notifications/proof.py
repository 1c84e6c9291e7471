"""Messages that have gone, in the words in which they went: for whoever says that nothing ever came.

The words are made again from the facts of the message and what it carried, with the clock stopped at the moment
when it was sent, so that "3 working days late" reads as it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config import clock
from models.records.database import Session
from models.records.said import AsSaid, Letter, Matter, how_it_went
from models.records.tickets import Ticket, tickets_as_sent
from notifications.letters import CannotBeWritten, NothingToSay, version_of, words_of
from notifications.wording import count_of

AT_ONCE = 500
NOT_KEPT = "Its words cannot be shown any more: what they were made of is no longer kept, or fits no text of today."
NEW_WORDING = "Its standing words have been changed since it was written; here they are as they are now."


def as_said(session: Session, matter: Matter, letters: Sequence[Letter]) -> dict[int, AsSaid]:
    """Each of the messages that was sent, or was tried, by its number: its words, and how it went.

    What a mail said about other reviews is left out, and the notes say so.
    """
    gone = {one.message.id or 0: one for one in letters if _last_moment(one) is not None}
    ids, found = list(gone), dict[int, AsSaid]()
    for start in range(0, len(ids), AT_ONCE):
        tickets = tickets_as_sent(session, ids[start : start + AT_ONCE], matter.process.id or 0)
        found |= {id_: _as_said(gone[id_], *known) for id_, known in tickets.items()}
    return found


def _as_said(letter: Letter, ticket: Ticket, left_out: int) -> AsSaid:
    moment = _last_moment(letter)
    if moment is None:
        raise ValueError("the message never went anywhere")
    notes = []
    if left_out:
        notes.append(f"The mail spoke of {count_of(left_out, 'further thing')} owed to another review; left out here.")
    with clock.stopped_at(moment):
        try:
            words = words_of(ticket)
        except (CannotBeWritten, NothingToSay):
            return AsSaid("", "", how_it_went(letter.message), (*notes, NOT_KEPT))
        if letter.message.template_version not in ("", version_of(ticket.kind, ticket.board_key)):
            notes.append(NEW_WORDING)
    return AsSaid(words.subject, words.text, how_it_went(letter.message), tuple(notes))


def _last_moment(letter: Letter) -> datetime | None:
    return letter.message.sent_at or (letter.attempts[-1].at if letter.attempts else None)
