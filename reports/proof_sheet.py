"""The proof sheet: all that was said about a matter, letter for letter, for whoever says that nothing came.

It holds no name of a person and nothing that a person typed; addresses that messages went to are its point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from config import clock
from models.records.boards import Board
from models.records.database import Session
from models.records.messages import MessageState
from models.records.said import AsSaid, Letter, Matter, calls_about, tasks_about
from models.rulebook import rule_book
from models.rules.spoken import spoken
from models.rules.spoken_roles import spoken_role
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Paragraph, Quoted, Table, spoken_moment, titled
from reports.paper_words import CALLS, NOT_SENT, TASKS, agency_names, thing, whom
from reports.publication_seen import publication_facts
from reports.words import message_words

KIND = "proof-sheet"
CORRECTING = ("correction", "recorded_by_mistake")  # messages that put an earlier one right
WHAT_IT_MEANS = (
    "“Accepted by the mail server” means that the server which carries the board's mail took the message over and "
    "gave the answer shown with it. Sightline does not know what became of a message after that."
)


def proof_sheet(session: Session, matter: Matter, letters: Sequence[Letter], said: Mapping[int, AsSaid]) -> Document:
    """The proof sheet for a review, or for one agency or one thing owed in it, as the record stands now."""
    board = session.get_one(Board, matter.process.board_id)
    gone = [one for one in letters if (one.message.id or 0) in said]
    kept = [one for one in letters if (one.message.id or 0) not in said]
    return Document(
        title=f"Proof sheet: {matter.process.spoken_ref}", reference=matter.process.spoken_ref, board=board.name,
        head=matter.process.history_head, made_at=clock.now(),
        blocks=(
            Facts(tuple(_about(session, matter, gone, said))), Paragraph(WHAT_IT_MEANS),
            *_overview(gone, said), *_not_sent(kept), *_corrections(gone, said), *_tasks(session, matter),
            *_calls(session, matter), *_in_full(gone, said),
        ),
    )  # fmt: skip


def _about(
    session: Session, matter: Matter, gone: Sequence[Letter], said: Mapping[int, AsSaid]
) -> list[tuple[str, str]]:
    names = agency_names(session, matter.process)
    process = matter.process
    book = rule_book(session.get_one(Board, process.board_id).key)
    rows = [
        ("About", f"{book.title_of(process.kind, process.guidance)}, {process.spoken_ref}"),
        ("Runs under", book.spoken_edition(process.guidance)),
        *((name, upper_first(words)) for name, words in publication_facts(session, process)),
    ]
    if matter.agency is not None:
        rows.append(("Agency", f"{matter.agency.name}: messages to it, and about what it owes"))
    if matter.deadline is not None:
        owed = matter.deadline
        rows.append(("Thing owed", f"{thing(owed, names)}, due {spoken(owed.working_target_on)}"))
        if owed.met_on is not None:
            rows.append(("Came", spoken(owed.met_on)))
    accepted = [one for one in gone if said[one.message.id or 0].how.startswith("accepted")]
    rows.append(("Messages", f"{len(gone)}, of which {len(accepted)} accepted by the mail server"))
    refused = [one for one in gone if one.bounced_at is not None]
    for address, at in sorted({(one.address, one.bounced_at) for one in refused if one.bounced_at}):
        rows.append(("Address refused", f"{address}, on {spoken_moment(at)}; counts as not informed"))
    return rows


def _overview(gone: Sequence[Letter], said: Mapping[int, AsSaid]) -> list[Block]:
    rows = [
        (
            f"{number}", message_words(one.message.kind), whom(one.role, one.agency_name), one.address,
            upper_first(said[one.message.id or 0].how),
        )
        for number, one in enumerate(gone, 1)
    ]  # fmt: skip
    headings = ("No.", "Message", "To", "Address", "How it went")
    return titled("All messages in order", headings, rows, "No message has gone yet.", (2, 7, 7, 10, 10))


def _not_sent(kept: Sequence[Letter]) -> list[Block]:
    if not kept:
        return []
    rows = [
        (message_words(one.message.kind), whom(one.role, one.agency_name), spoken_moment(one.message.queued_at),
         _why_not(one))
        for one in kept
    ]  # fmt: skip
    return titled("Written and not sent", ("Message", "To", "Written on", "Why"), rows, "", (3, 3, 3, 4))


def _why_not(one: Letter) -> str:
    why = one.message.why_withdrawn if one.message.state is MessageState.WITHDRAWN else ""
    return upper_first(why or NOT_SENT.get(one.message.state, "not sent"))


def _corrections(gone: Sequence[Letter], said: Mapping[int, AsSaid]) -> list[Block]:
    found = [(number, one) for number, one in enumerate(gone, 1) if one.message.kind in CORRECTING]
    rows = [
        (f"{number}", whom(one.role, one.agency_name), upper_first(said[one.message.id or 0].how))
        for number, one in found
    ]
    none = "No message had to be corrected."
    return titled("Corrections of earlier messages", ("No.", "To", "How it went"), rows, none, (1, 5, 6))


def _tasks(session: Session, matter: Matter) -> list[Block]:
    rows = [
        (
            each.title, upper_first(TASKS[each.kind]), spoken_moment(each.opened_at),
            spoken_moment(each.done_at) if each.done_at else "Still open",
        )
        for each in tasks_about(session, matter)
    ]  # fmt: skip
    headings = ("What", "Kind", "Opened", "Ended")
    return titled("Telephone calls to make, and other tasks", headings, rows, "There were none.", (6, 3, 3, 3))


def _calls(session: Session, matter: Matter) -> list[Block]:
    names = agency_names(session, matter.process)
    rows = [
        (
            spoken(note.called_on), thing(deadline, names),
            upper_first(CALLS[note.outcome]) + (f" for {spoken(note.promised_on)}" if note.promised_on else ""),
            f"Until {spoken(note.held_until_on)}" if note.held_until_on else "Not held",
        )
        for note, deadline in calls_about(session, matter)
    ]  # fmt: skip
    headings = ("Call on", "About", "What was said", "Chasing was held")
    return titled("Telephone calls noted", headings, rows, "None is noted.", (3, 5, 4, 3))


def _in_full(gone: Sequence[Letter], said: Mapping[int, AsSaid]) -> list[Block]:
    if not gone:
        return []
    blocks: list[Block] = [Heading("The messages in full")]
    for number, one in enumerate(gone, 1):
        blocks += _one_in_full(number, one, said[one.message.id or 0])
    return blocks


def _one_in_full(number: int, one: Letter, words: AsSaid) -> list[Block]:
    message = one.message
    facts = [
        ("To", whom(one.role, one.agency_name)),
        ("Address", one.address or "none was known"),
        ("Written on", spoken_moment(message.queued_at)),
        ("How it went", upper_first(words.how)),
    ]
    if message.released_by:
        when = f", on {spoken_moment(one.released_at)}" if one.released_at else ""
        facts.append(("Released by", f"the {spoken_role(message.released_by)}{when}"))
    if words.subject:
        facts.append(("Subject", words.subject))
    tries = [(spoken_moment(each.at), _verdict(each.accepted, each.permanent), each.reply) for each in one.attempts]
    return [
        Heading(f"{number}. {message_words(message.kind)}", 2), Facts(tuple(facts)),
        *([Table(("Tried on", "What came of it", "Answer of the mail server"), tuple(tries), (4, 4, 6))]
          if tries else []),
        *(Paragraph(note, strong=True) for note in words.notes),
        *([Quoted(words.text)] if words.text else []),
    ]  # fmt: skip


def _verdict(accepted: bool, permanent: bool) -> str:
    if accepted:
        return "Accepted"
    return "Refused for good" if permanent else "Not accepted, tried again"
