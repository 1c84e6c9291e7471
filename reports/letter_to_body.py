"""A letter to a body outside the board, prepared for a person to complete and send; Sightline never sends it.

Reference, what was decided, by whom and when; no case facts, no name, nothing that a person typed. What only the office
knows is marked for filling in by hand.
"""

from __future__ import annotations

from config import clock
from models.records.boards import Board
from models.records.database import Session
from models.records.deadlines import Deadline
from models.records.processes import Process, parent_of
from models.records.shown import decisions_of
from models.rulebook import RuleBook
from models.rules.outcomes import SPOKEN, Outcome
from models.rules.spoken import lower_first, spoken
from models.rules.who_decides import WhoDecides
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph
from reports.words import decision_words

KIND = "letter-to-body"
DECISION = "consideration-decision"  # the gate whose outcome such letters tell
TO_FILL_IN = (
    "[the reference under which this body knows the matter]",
    "[the reasons, from the secure place; nothing of them is kept in Sightline]",
    "[the name of the independent reviewer, where there is to be one and it is known]",
    "[what is enclosed, and by which secure way it comes]",
    "[signature, and the day on which the letter goes]",
)


def letter_to_body(session: Session, book: RuleBook, process: Process, deadline: Deadline, body: str) -> Document:
    """The letter that is owed as `deadline` to that body, by the name that the edition gives it."""
    board = session.get_one(Board, process.board_id)
    return Document(
        title=f"Letter to {body}", reference=process.spoken_ref, board=board.name, head=process.history_head,
        made_at=clock.now(),
        blocks=(
            Paragraph(
                "For the office, to be taken out before the letter goes: fill in what stands in square brackets, have "
                "it signed, send it by a secure way, and record then that it was sent. Sightline sends nothing to "
                "bodies outside the board.", strong=True,
            ),
            Facts(tuple(_head(session, book, process, deadline, body))),
            *_decided(session, process, book.who_decides(process.guidance)),
            Paragraph(
                f"{book.board.row.full_name} writes to you about the matter with the reference {process.spoken_ref}. "
                "The reference says nothing by itself. Please answer to the board’s shared mailbox, "
                f"{book.board.row.mailbox}, telephone {book.board.row.telephone}, and name the reference alone."
            ),
            Heading("To be filled in by hand"),
            Listing(TO_FILL_IN),
        ),
    )  # fmt: skip


def _head(
    session: Session, book: RuleBook, process: Process, deadline: Deadline, body: str
) -> list[tuple[str, str]]:  # fmt: skip
    parent = parent_of(session, process)
    rows = [
        ("To", upper_first(body)), ("From", book.board.row.full_name), ("About", deadline.title),
        ("Our reference", process.spoken_ref), ("Kind of matter", book.title_of(process.kind, process.guidance)),
        ("Edition of the guidance", book.spoken_edition(process.guidance)),
    ]  # fmt: skip
    if parent is not None:
        rows.append(
            ("Followed from", f"{parent.spoken_ref}, {lower_first(book.title_of(parent.kind, parent.guidance))}")
        )
    return rows


def _decided(session: Session, process: Process, who: WhoDecides) -> list[Block]:
    """What was decided last that the body is to hear of, and in which capacity."""
    standing = [each for each in decisions_of(session, process) if each.taken_back_at is None]
    told = [each for each in standing if each.gate == DECISION] or standing
    if not told:
        return [Paragraph("[what was decided, by whom and on which day]")]
    last = told[-1]
    known = {each.value for each in Outcome}
    outcome = SPOKEN[Outcome(last.decision)] if last.gate == DECISION and last.decision in known else ""
    words = upper_first(outcome) if outcome else decision_words(last.gate, last.decision)
    return [
        Facts(
            (
                ("What was decided", words), ("Decided on", spoken(last.decided_on)),
                ("Decided by", upper_first(who.role(last.capacity))),
            )
        )
    ]  # fmt: skip
