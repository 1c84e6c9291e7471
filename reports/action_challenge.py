"""The challenge log, and proposals for the risk register: what was said outside the agencies, and what came of it.

Nothing that a person typed stands in them but titles, which are approved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from config import clock
from models.records.action_challenges import (
    ChiefLetter,
    Deed,
    Event,
    Proposal,
    events_of,
    letters_to_chief_officers,
    register_proposals,
)
from models.records.action_lists import Place
from models.records.deadlines import CallOutcome
from models.records.messages import MessageState
from models.rules.actions import PLAIN, ActionState
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from reports.action_view import BOARD, NO_MAIL, View, called, document, due_words, late_words, stands
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Paragraph, spoken_moment, titled
from reports.paper_words import CALLS, NOT_SENT

KIND, REGISTER_KIND = "challenge-log", "register-proposals"
ASKED = "That it be done, or a firm date; and what stands in the way"
ANSWERS = (Deed.WORD, Deed.MOVED)
ANSWERED_BY = frozenset({ActionState.CLAIMED, ActionState.NOT_ACCEPTED})
NO_ANSWER = "No answer yet"
LETTERS = ("About", "Agency", "Approved", "Sent", "What was asked", "Answered by", "How it stands now")
PROPOSALS = ("Action", "Agency", "Proposed", "Due", "Late", "Since then", "How it stands now")


def challenge_log(view: View) -> Document:
    """Every letter of the Independent Chair to a chief officer about an action, as the record stands."""
    known = view.by_place
    letters = [
        each
        for each in letters_to_chief_officers(view.session, view.board.id or 0, view.process)
        if any(place in known for place in each.places)
    ]
    events = events_of(view.session, [place for each in letters for place in each.places])
    rows = [_letter_cells(view, each, events) for each in letters]
    unanswered = sum(row[5].startswith(NO_ANSWER) for row in rows)
    blocks: list[Block] = [
        Facts((("Letters", f"{len(rows)}"), ("Sent and not answered", f"{unanswered}"))),
        *titled("Letters, the oldest first", LETTERS, rows, "No letter was to be written yet.", (6, 3, 4, 4, 4, 5, 4)),
    ]
    return document(view, f"Challenge log {view.whose}", blocks, wide=True)


def register_paper(view: View) -> Document:
    """Every action that is proposed for the risk register, as the record stands."""
    proposals = register_proposals(view.session, view.board.id or 0, view.process)
    events = events_of(view.session, [each.place for each in proposals])
    rows = [_proposal_cells(view, each, events) for each in proposals if each.place in view.by_place]
    blocks: list[Block] = [
        Facts((("For", view.committee(BOARD)), ("Proposals", f"{len(rows)}"))),
        Paragraph("The ladder proposes; what is entered into the register is decided by the Board."),
        *titled("Proposed for the risk register", PROPOSALS, rows, "None.", (6, 3, 4, 4, 3, 5, 4)),
    ]
    return document(view, f"Proposals for the risk register {view.whose}", blocks, wide=True)


def answer_to(letter: ChiefLetter, events: Mapping[Place, Sequence[Event]]) -> list[Event | None]:
    """For each action of the letter the first word or claim since it was sent, None where none has come."""
    sent_at = letter.sent_at
    if sent_at is None:
        return [None for _ in letter.places]
    return [
        next((each for each in events.get(place, ()) if each.at > sent_at and _answers(each)), None)
        for place in letter.places
    ]


def event_words(event: Event) -> str:
    """What happened, and when, in words."""
    if event.deed is Deed.WORD:
        return f"{CALLS[CallOutcome(event.what)]}, {spoken(event.on)}"
    if event.deed is Deed.NEW_DAY:
        return f"new date set on {spoken(event.on)}"
    if event.deed is Deed.HANDED_ON:
        return f"given to another owner, {spoken(event.on)}"
    return f"{PLAIN[ActionState(event.what)]}, {spoken(event.on)}"


def _answers(event: Event) -> bool:
    if event.deed is Deed.WORD:
        return event.what != CallOutcome.NO_ANSWER.value
    return event.deed is Deed.MOVED and ActionState(event.what) in ANSWERED_BY


def _letter_cells(
    view: View, letter: ChiefLetter, events: Mapping[Place, Sequence[Event]]
) -> tuple[str, ...]:  # fmt: skip
    known = [view.by_place[place] for place in letter.places if place in view.by_place]
    return (
        and_joined([called(each) for each in known]), letter.agency, _approved(letter), _sent(letter), ASKED,
        _answered(letter, events), upper_first("; ".join(dict.fromkeys(stands(each) for each in known))),
    )  # fmt: skip


def _approved(letter: ChiefLetter) -> str:
    if letter.released_at is None:
        return "A task to telephone" if letter.state is None else "Not approved yet"
    by = f", by the {spoken_role(letter.released_by)}" if letter.released_by else ""
    return f"{spoken_moment(letter.released_at)}{by}"


def _sent(letter: ChiefLetter) -> str:
    if letter.state is None:
        return f"No mail reaches the chief officer; to be telephoned since {spoken(letter.reached_on)}"
    if letter.state is MessageState.SENT and letter.sent_at is not None:
        return f"{spoken_moment(letter.sent_at)}{f' ({NO_MAIL[letter.how]})' if letter.how else ''}"
    why = f": {letter.why_withdrawn}" if letter.why_withdrawn else ""
    return f"{upper_first(NOT_SENT[letter.state])}{why}"


def _answered(letter: ChiefLetter, events: Mapping[Place, Sequence[Event]]) -> str:
    if letter.sent_at is None:
        return ""
    found = answer_to(letter, events)
    if not any(found):
        return NO_ANSWER
    told = [event_words(each) if each else "no answer yet" for each in found]
    return upper_first("; ".join(dict.fromkeys(told)))


def _proposal_cells(
    view: View, proposal: Proposal, events: Mapping[Place, Sequence[Event]]
) -> tuple[str, ...]:  # fmt: skip
    row = view.by_place[proposal.place]
    since = [event_words(each) for each in events.get(proposal.place, ()) if _is_after(each.at, proposal)]
    seen = f"; seen to or settled on {spoken(proposal.seen_to_on)}" if proposal.seen_to_on else ""
    return (
        called(row), row.agency, f"{spoken(proposal.on)}{seen}", due_words(row), late_words(row),
        upper_first("; ".join(since)) or "Nothing", stands(row),
    )  # fmt: skip


def _is_after(at: datetime, proposal: Proposal) -> bool:
    return clock.local(at) > clock.local(proposal.at)
