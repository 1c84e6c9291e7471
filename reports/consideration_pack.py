"""The pack's cover for a panel that considers a case: what is there, who has not answered, what is wanted of the panel.

Roles and agencies only: no name of a person, nothing that a person typed. The summaries are in the secure place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from config import clock
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.considerations import referrals_of, round_of
from models.records.database import Session
from models.records.deadlines import Deadline, DeadlineState
from models.records.meetings import Meeting, is_on
from models.records.moving import agencies_in_scope
from models.records.processes import Process, anchors_of
from models.records.standing import Standing, standings
from models.rulebook import RuleBook
from models.rules.considering import SPOKEN_PARTNERS
from models.rules.outcomes import SPOKEN
from models.rules.spoken import and_joined, spoken
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph, spoken_moment, titled
from reports.paper_words import agency_names, whose

KIND = "consideration-pack"
OF_AGENCIES = ("other_children", "records_secured", "scoping")
AHEAD = ("panel_meeting", "recommendation", "minutes", "decision", "limit")


@dataclass(frozen=True)
class _View:
    session: Session
    book: RuleBook
    process: Process
    meeting: Meeting
    names: Mapping[int | None, str]
    deadlines: Sequence[Deadline]
    rows: Sequence[Standing]  # of the same deadlines, in the same order


def consideration_pack(session: Session, book: RuleBook, process: Process, meeting: Meeting, day: date) -> Document:
    """The pack for the meeting, as the record stands on that day; what is missing is named in it."""
    view = _View(
        session, book, process, meeting, agency_names(session, process), deadlines_of(session, process),
        standings(session, book, process, day),
    )  # fmt: skip
    return Document(
        title=f"Pack for the consideration panel on {spoken(is_on(meeting))}: {process.spoken_ref}",
        reference=process.spoken_ref, board=session.get_one(Board, process.board_id).name,
        head=process.history_head, made_at=clock.now(),
        blocks=(Facts(tuple(_about(view))), *_gaps(view), *_there(view), *_limbs(view), *_wanted(), *_ahead(view)),
    )  # fmt: skip


def _about(view: _View) -> list[tuple[str, str]]:
    process, meeting = view.process, view.meeting
    known = anchors_of(view.session, process.id or 0)
    names = {key: each.name for key, each in view.book.board.agencies.items()}
    known_by = referrals_of(view.session, process)
    by = [names.get(each.agency or "", "somebody outside the board's list") for each in known_by]
    rows = [
        ("Case", process.spoken_ref),
        ("Round", f"{round_of(view.session, process)}"),
        ("Referred by", and_joined(list(dict.fromkeys(by))) or "the round before"),
        ("Received on", spoken(known["notification"])),
    ]
    if "incident-known" in known:
        rows.append(("The incident became known on", spoken(known["incident-known"])))
    rows += [
        ("Meeting", f"{spoken_moment(meeting.starts_at)}, {meeting.minutes} minutes. {meeting.place}"),
        ("Quorate with", _quorum(view)),
        (
            "Agencies that hold records",
            and_joined([each.name for each in agencies_in_scope(view.session, process)]),
        ),
    ]
    return rows


def _quorum(view: _View) -> str:
    row = view.book.board.row.meetings
    if not row.quorum_partners:
        return f"the panel chair or the deputy, and {row.quorum_agencies} agencies or more"
    return and_joined(["the panel chair or the deputy", *(SPOKEN_PARTNERS[each] for each in row.quorum_partners)])


def _gaps(view: _View) -> list[Block]:
    """Who has not answered stands first, so that nobody reads over it."""
    missing = [
        f"{each.title}: {row.owner}, due {spoken(each.working_target_on)} ({row.words.lower()})."
        for each, row in zip(view.deadlines, view.rows, strict=True)
        if each.kind in OF_AGENCIES and each.state is DeadlineState.OPEN
    ]
    heading = Heading("What is missing")
    if not missing:
        return [heading, Paragraph("Nothing: every agency has answered.")]
    return [heading, Listing(tuple(missing))]


def _there(view: _View) -> list[Block]:
    rows = [
        (whose(each, view.names), each.title, row.words)
        for each, row in zip(view.deadlines, view.rows, strict=True)
        if each.kind in OF_AGENCIES and each.state is not DeadlineState.OPEN
    ]
    headings = ("By whom", "What", "How it stands")
    return titled("What is there", headings, rows, "Nothing has come yet.", (5, 6, 5))


def _limbs(view: _View) -> list[Block]:
    """The test in the edition's words, with what the referrals allege; which limbs are met is for the panel to say."""
    limbs = view.book.edition(view.process.guidance).criteria.get("scr-consideration", ())
    alleged = {key for each in referrals_of(view.session, view.process) for key in each.limbs}
    rows = [(each.value, "Alleged" if each.key in alleged else "Not alleged", each.source) for each in limbs]
    headings = ("Part of the test", "By the referral", "Source")
    return titled("The test, part by part", headings, rows, "This edition has no such test.", (8, 3, 5))


def _wanted() -> list[Block]:
    return [
        Heading("Wanted from this meeting"),
        Listing(
            (
                "For each part of the test: met, not met, or more is wanted; and where the reasons are minuted.",
                f"A recommendation: {', '.join(SPOKEN.values())}.",
                "The scope and the method that the panel proposes, and whether anybody saw it differently.",
            )
        ),
        Paragraph("The panel recommends. The decision is for the Chair, or whoever decides under the edition."),
    ]


def _ahead(view: _View) -> list[Block]:
    rows = [
        (spoken(row.due_on), upper_first(each.title), row.owner)
        for each, row in zip(view.deadlines, view.rows, strict=True)
        if each.kind in AHEAD and each.state is DeadlineState.OPEN
    ]
    return titled("Dates", ("Day", "What", "By whom"), rows, "There are none.", (4, 6, 4))
