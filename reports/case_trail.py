"""The case trail: how one review came about, from its beginning to now, for an inspector.

Roles and agencies only; no name, no address, nothing that a person typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from config import clock
from models.records.asks import GateAnswer
from models.records.boards import Board
from models.records.chasing import deadlines_of
from models.records.database import Session
from models.records.deadlines import Arming, Deadline, DeadlineState
from models.records.delays import extensions_of, pauses_of
from models.records.history import history_of
from models.records.meetings import attendance_of, meetings_of, papers_of
from models.records.moving import agencies_in_scope
from models.records.papers import SHORT_HEAD
from models.records.processes import Process
from models.records.proof import Proof, prove
from models.records.returns import returns_of
from models.records.said import Matter, armings_of, calls_about, chasing_about
from models.records.shown import decisions_of
from models.rulebook import RuleBook
from models.rules.returns import PLAIN as RETURNS
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_roles import spoken_role
from models.rules.stages import plain_stage
from models.rules.who_decides import WhoDecides
from reports.chasing_words import Line, call_line, chase_lines
from reports.markdown_pieces import upper_first
from reports.paper import Block, Document, Facts, Heading, Listing, Paragraph, alike, spoken_moment, titled
from reports.paper_words import (
    ENDS,
    EXTENSIONS,
    MEETING_STATES,
    MEETINGS,
    PAPERS,
    REASONS,
    agency_names,
    reason,
    thing,
    whose,
)
from reports.publication_seen import publication_facts, publication_steps
from reports.words import decision_words

KIND = "case-trail"
FATES = {
    "sent": "sent", "waiting": "waiting to go", "failed": "could not be sent",
    "held": "waiting for release by a person", "merged": "said by another step",
    "suppressed": "not said, with a reason",
    "task": "given to the office, a committee or the Board as a task",
}  # fmt: skip


def case_trail(session: Session, book: RuleBook, process: Process) -> Document:
    """The case trail of the review as the record stands now."""
    board = session.get_one(Board, process.board_id)
    names = agency_names(session, process)
    deadlines, lives = deadlines_of(session, process), armings_of(session, process)
    return Document(
        title=f"Case trail: {process.spoken_ref}", reference=process.spoken_ref, board=board.name,
        head=process.history_head, made_at=clock.now(),
        blocks=(
            Facts(tuple(_about(session, book, process))),
            *_whether_it_holds(process, prove(session, process)),
            *_decisions(decisions_of(session, process), book.who_decides(process.guidance)),
            *_dates(deadlines, lives, names), *_moves(deadlines, lives, names),
            *_extensions(session, process, deadlines, names), *_pauses(session, process),
            *_publication(session, process),
            *_given_up(session, process, deadlines, names), *_chasing(session, book, process, names),
            *_returns(session, process), *_meetings(session, process, names), *_papers(session, process),
        ),
    )  # fmt: skip


def _about(session: Session, book: RuleBook, process: Process) -> list[tuple[str, str]]:
    stands = plain_stage(process.stage, book.who_decides(process.guidance))
    rows = [
        ("What", book.title_of(process.kind, process.guidance)), ("Where it stands", upper_first(stands)),
        ("Began in Sightline", spoken(clock.local(process.opened_at).date())),
    ]  # fmt: skip
    if process.closed_at is not None:
        rows.append(("Closed", spoken(clock.local(process.closed_at).date())))
    rows.append(("Agencies taking part", and_joined([each.name for each in agencies_in_scope(session, process)])))
    rows.append(("Runs under", book.spoken_edition(process.guidance)))
    rows += [(name, upper_first(words)) for name, words in publication_facts(session, process)]
    return rows


def _publication(session: Session, process: Process) -> list[Block]:
    steps = publication_steps(session, process)
    if not steps:
        return []
    rows = [(on or spoken(clock.local(at).date()), what, spoken_moment(at)) for on, what, at in steps]
    return titled("Publication", ("On", "What", "Recorded"), rows, "", (4, 7, 4))


def _whether_it_holds(process: Process, proof: Proof) -> list[Block]:
    heading = Heading("Whether this record was altered")
    if not proof.holds:
        faults = [f"Entry {each.seq} of the journal: {each.what}." for each in proof.chain]
        faults += [upper_first(f"{each.what}.") for each in proof.ledger]
        words = f"The record does not hold: {len(faults)} found. Do not rely on what follows before that is explained."
        return [heading, Paragraph(words, strong=True), Listing(tuple(faults))]
    counted = and_joined([f"{number} {FATES[fate]}" for fate, number in proof.counts.items() if number])
    said = f" Each notice of a date has exactly one fate: {counted}." if counted else " No notice was due yet."
    words = (
        f"The journal of {process.history_seq} entries is unaltered from its beginning, and the ledger of messages "
        f"balances.{said} The head of the journal is {process.history_head}."
    )
    return [heading, Paragraph(words)]


def _decisions(answers: Sequence[GateAnswer], who: WhoDecides) -> list[Block]:
    rows = [
        (
            spoken(each.decided_on), decision_words(each.gate, each.decision), upper_first(who.role(each.capacity)),
            spoken_moment(each.recorded_at), _taken_back(each),
        )
        for each in answers
    ]  # fmt: skip
    headings = ("Decided on", "What", "In which capacity", "Recorded", "Corrected")
    return titled("Decisions", headings, rows, "None is recorded yet.", (4, 6, 4, 4, 4))


def _taken_back(answer: GateAnswer) -> str:
    if answer.taken_back_at is None:
        return "No"
    return f"Recorded by mistake and taken back on {spoken_moment(answer.taken_back_at)}"


def _dates(
    deadlines: Sequence[Deadline], lives: Mapping[int, Sequence[Arming]], names: Mapping[int | None, str]
) -> list[Block]:
    rows = [
        (
            each.title, whose(each, names), spoken(_first_due(each, lives)), spoken(each.working_target_on),
            spoken(each.met_on) if each.met_on else upper_first(ENDS[each.state]),
        )
        for each in deadlines
    ]  # fmt: skip
    headings = ("What", "By whom", "First planned for", "Agreed last for", "Came")
    return titled("Planned and actual dates", headings, alike(rows, 1), "Nothing was owed yet.", (5, 5, 4, 4, 4))


def _first_due(deadline: Deadline, lives: Mapping[int, Sequence[Arming]]) -> date:
    known = lives.get(deadline.id or 0)
    return known[0].due_on if known else deadline.working_target_on


def _moves(
    deadlines: Sequence[Deadline], lives: Mapping[int, Sequence[Arming]], names: Mapping[int | None, str]
) -> list[Block]:
    moved = [
        (spoken(life.armed_on), thing(each, names), spoken(before.due_on), spoken(life.due_on), _why(life))
        for each in deadlines
        for before, life in zip(lives.get(each.id or 0, ())[:-1], lives.get(each.id or 0, ())[1:], strict=True)
    ]
    headings = ("Set anew on", "What", "From", "To", "Why")
    return titled("Dates that were set anew", headings, moved, "No date was set anew.", (4, 5, 4, 4, 5))


def _why(life: Arming) -> str:
    return upper_first(reason(life.why)) or "No reason is recorded"


def _extensions(
    session: Session, process: Process, deadlines: Sequence[Deadline], names: Mapping[int | None, str]
) -> list[Block]:
    by_id = {each.id: each for each in deadlines}
    rows = []
    for each in extensions_of(session, process):
        if each.deadline_id not in by_id:
            continue  # what it was about had been opened by mistake
        decided = f"{upper_first(EXTENSIONS[each.state])}"
        if each.decided_on is not None:
            by = f" by the {spoken_role(each.capacity)}" if each.capacity else ""
            decided += f"{by} on {spoken(each.decided_on)}"
        if each.new_due_on is not None:
            decided += f", until {spoken(each.new_due_on)}"
        rows.append(
            (
                spoken(each.asked_on), thing(by_id[each.deadline_id], names), spoken(each.from_due_on),
                upper_first(REASONS[each.reason]), decided,
            )
        )  # fmt: skip
    headings = ("Asked for on", "For what", "Then due", "Reason", "What was decided")
    return titled("More time", headings, rows, "Nobody asked for more time.", (4, 5, 4, 4, 6))


def _pauses(session: Session, process: Process) -> list[Block]:
    rows = [
        (
            spoken(each.from_on), spoken(each.ended_on) if each.ended_on else "Not ended",
            upper_first(REASONS[each.reason]), spoken(each.look_again_on),
            upper_first(spoken_role(each.capacity)) if each.capacity else "Not recorded",
        )
        for each in pauses_of(session, process)
    ]  # fmt: skip
    headings = ("From", "Ended", "Reason", "To be looked at again", "Decided by")
    return titled("Pauses", headings, rows, "The clock never stood still.", (4, 4, 4, 4, 4))


def _given_up(
    session: Session, process: Process, deadlines: Sequence[Deadline], names: Mapping[int | None, str]
) -> list[Block]:
    """With the reason that the journal holds, which is a choice or fixed words."""
    why = {
        row.facts.get("slot"): str(row.facts.get("why", ""))
        for row in history_of(session, process.id or 0)
        if row.deed in (f"deadline {DeadlineState.WAIVED.value}", f"deadline {DeadlineState.ENDED.value}")
    }
    rows = [
        (
            thing(each, names), spoken(each.working_target_on), upper_first(ENDS[each.state]),
            spoken_moment(each.recorded_at) if each.recorded_at else "", upper_first(reason(why.get(each.slot, ""))),
        )
        for each in deadlines
        if each.state in (DeadlineState.WAIVED, DeadlineState.ENDED)
    ]  # fmt: skip
    headings = ("What", "Was due", "How it ended", "Recorded", "Reason")
    return titled("What the review went on without", headings, rows, "Nothing was given up.", (5, 4, 4, 4, 5))


def _chasing(session: Session, book: RuleBook, process: Process, names: Mapping[int | None, str]) -> list[Block]:
    matter = Matter(process)
    lines: list[Line] = chase_lines(book, chasing_about(session, matter), names)
    lines += [call_line(note, deadline, names) for note, deadline in calls_about(session, matter)]
    lines.sort(key=lambda line: line.on)
    rows = [(spoken(line.on), line.about, line.what, line.whom, line.came_of_it) for line in lines]
    headings = ("Day", "About", "What", "To whom", "What came of it")
    return titled("Chasing in order", headings, rows, "Nobody was chased.", (4, 5, 5, 4, 5))


def _returns(session: Session, process: Process) -> list[Block]:
    rows = [
        (agency.name, upper_first(RETURNS[each.state]), spoken(each.since_on), f"{each.handed_in}",
         upper_first(spoken_role(each.signed_as)) if each.signed_as else "Not recorded")
        for each, agency in returns_of(session, process)
    ]  # fmt: skip
    headings = ("Agency", "Where it stands", "Since", "Handed in", "Signed by")
    return titled("Returns of the agencies", headings, rows, "None was asked for.", (4, 5, 4, 2, 4))


def _meetings(session: Session, process: Process, names: Mapping[int | None, str]) -> list[Block]:
    rows = []
    for each in meetings_of(session, process):
        came = attendance_of(session, each)
        said = {
            whether: and_joined(
                [names.get(row.agency_id) or spoken_role(row.role) for row in came if row.came is whether]
            )
            for whether in (True, False)
        }
        quorum = {True: "Yes", False: "No", None: "Not known"}[each.quorate]
        state = upper_first(MEETING_STATES[each.state])
        chair = f", chaired by the {spoken_role(each.chaired_by)}" if each.chaired_by else ""
        rows.append(
            (spoken_moment(each.starts_at), upper_first(MEETINGS[each.kind]), state + chair,
             upper_first(said[True]) or "Not recorded", upper_first(said[False]) or "Nobody recorded", quorum)
        )  # fmt: skip
    headings = ("When", "What", "How it stands", "Came", "Did not come", "Quorum")
    return titled("Meetings", headings, rows, "No meeting is recorded.", (4, 4, 4, 5, 4, 2))


def _papers(session: Session, process: Process) -> list[Block]:
    rows = [
        (PAPERS.get(each.kind, upper_first(reason(each.kind))), each.file, spoken_moment(each.issued_at),
         each.digest[:SHORT_HEAD], each.head[:SHORT_HEAD])
        for each in papers_of(session, process)
    ]  # fmt: skip
    headings = ("Paper", "File", "Issued", "Digest of the file", "Head of the journal")
    return titled("Papers", headings, rows, "No paper was issued.", (3, 6, 4, 4, 4))
