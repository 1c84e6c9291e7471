"""Proof sheets, case trails and panel papers, from real messages and a real record."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from config import clock
from config.settings import settings
from flows import papers as papers_module
from flows.cli import app
from flows.papers import a_proof_sheet, issue_paper, issue_papers
from flows.round_steps import STEPS
from models.records.asks import GateAnswer
from models.records.boards import Board, Contact
from models.records.came_of import TAKEN_BACK
from models.records.chasing import (
    deadline_in,
    end_deadline,
    meet_deadline,
    move_deadline,
    note_call,
)
from models.records.database import reading, transaction
from models.records.deadlines import CallOutcome, Deadline, DeadlineState
from models.records.delays import DelayReason, Extension, ExtensionState, Pause
from models.records.history import history_of, write_history
from models.records.meetings import Attendance, Meeting, MeetingKind, MeetingState, Paper
from models.records.messages import Message, Task
from models.records.processes import Process
from models.records.releasing import release, waiting_for_release
from models.records.returns import move_return
from models.records.said import Matter
from models.rulebook import NOT_VERIFIED
from models.rules.returns import ReturnState
from notifications.dispatch import dispatch
from reports import panel_paper as panel_paper_module
from reports.case_trail import case_trail
from reports.paper_html import html_page
from reports.word import word_file
from tests.builders import on
from tests.flows.scripted_port import ScriptedPort, desk_flow, standing_desk
from tests.mail_server import MailServer, mail_server
from tests.notifications import posting
from tests.records_builders import (
    BOARD,
    Owing,
    a_board,
    a_deadline,
    a_process,
    agency,
    an_author,
    book,
    due,
    the_day,
)
from tests.reports.paper_readers import Read, page, word

ARMED = on("Mon 2026-03-02")
DUE = on("Fri 2026-06-12")
THREE_DAYS_BEFORE = on("Tue 2026-06-09")
DAY_AFTER = on("Mon 2026-06-15")
THREE_AFTER = on("Wed 2026-06-17")
FIVE_AFTER = on("Fri 2026-06-19")
LATER = on("Wed 2026-09-30")
MEETS = on("Fri 2026-06-26")
THREE_WORKING_DAYS_BEFORE = on("Tue 2026-06-23")
TYPED = "Zaunkoenig"
AN_IMR: dict[str, Any] = {"ladder": "imr", "kind": "imr", "owner_role": "imr_author", "title": "Agency return"}

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def board(database: str) -> Board:
    return a_board(ARMED)


@pytest.fixture
def server(board: Board, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """All mail goes to a real server on loopback."""
    with mail_server() as one:
        monkeypatch.setenv("SIGHTLINE_MAIL_URL", one.url)
        settings.cache_clear()
        yield one


@pytest.fixture
def review(board: Board) -> Process:
    """A review to which the police owe something, with people whose names are known."""
    process = a_process(board, ARMED)
    owed(process)
    return process


def owed(process: Process, **values: Any) -> Deadline:
    return a_deadline(process, Owing(due_on=DUE, armed_on=ARMED, **{**AN_IMR, **values}))


def chased(board: Board, *days: date) -> None:
    """On each of the days the round has said what was due, all of it was released and sent at four past seven."""
    for day in days:
        posting.say(board.id, day)
        with the_day(day, 11, 4):
            with transaction() as session:
                held = [each.id or 0 for each in waiting_for_release(session, board.id or 0)]
                release(session, held, "panel_chair")
            dispatch()


def sheet(process: Process, agency_key: str = "", slot: str = "", day: date = LATER) -> Read:
    with the_day(day, 9), reading() as session:
        mine = session.get_one(Process, process.id)
        one = agency(session, agency_key) if agency_key else None
        document = a_proof_sheet(session, Matter(mine, one, deadline_in(session, mine, slot) if slot else None))
        as_word, as_page = word(word_file(document)), page(html_page(document))
    assert as_word.headings == as_page.headings
    assert as_word.tables == as_page.tables
    return as_word


def trail(process: Process, day: date = LATER) -> Read:
    with the_day(day, 9), reading() as session:
        document = case_trail(session, book(), session.get_one(Process, process.id))
        return word(word_file(document))


def names() -> list[str]:
    with reading() as session:
        return [each.name for each in session.exec(select(Contact)).all()]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


# The proof sheet


def test_every_message_stands_in_it_as_it_was_sent(board: Board, review: Process, server: MailServer) -> None:
    an_author(review, "police", ARMED)
    chased(board, THREE_DAYS_BEFORE, DAY_AFTER, THREE_AFTER, FIVE_AFTER)

    read = sheet(review)

    assert len(server.mails) >= 4
    for mail in server.mails:
        body = mail.get_body(("plain",))
        assert body is not None
        sent = [line.strip() for line in body.get_content().splitlines() if line.strip()]
        assert [line for line in sent if line not in read.words] == []
        assert mail["Subject"] in read.words
        assert mail["To"] in read.words
    assert "3 working days" in read.words


def test_it_says_when_the_server_accepted_it_and_what_it_answered_and_no_more(
    board: Board, review: Process, server: MailServer
) -> None:
    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER)

    read = sheet(review)

    first = read.table("No.", "Message")[0]
    assert first[3] == "author@police.example"
    assert first[4] == "Accepted by the mail server at 11:04 on Monday 15 June 2026"
    assert ["Monday 15 June 2026 at 11:04", "Accepted", "250 2.0.0 kept as number 1"] in read.table("Tried on")
    ours = read.words.partition("The messages in full")[0]
    assert "delivered" not in read.words.lower()
    assert " read " not in ours.replace(NOT_VERIFIED, "")


def test_it_names_roles_and_agencies_and_never_a_person(board: Board, review: Process, server: MailServer) -> None:
    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER, THREE_AFTER, FIVE_AFTER)

    both = sheet(review).words + trail(review).words

    assert "Ottoline Farthing" in names()
    assert [name for name in names() if name in both] == []
    assert "Author of the return, Police" in both
    assert "Released by | the panel chair, on Friday 19 June 2026 at 11:04" in both


def test_a_refused_address_a_call_to_make_and_a_call_that_was_made_stand_in_it(
    board: Board, review: Process, server: MailServer
) -> None:
    an_author(review, "police", ARMED)
    server.answer_to_recipient["author@police.example"] = "550 5.1.1 no such mailbox"
    chased(board, DAY_AFTER)
    with the_day(THREE_AFTER, 9), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        note_call(session, book(), mine, deadline, CallOutcome.PROMISE, THREE_AFTER, FIVE_AFTER)

    read = sheet(review, slot="imr:police")

    (tried,) = read.table("Tried on")
    assert tried[1] == "Refused for good"
    assert "550 5.1.1 no such mailbox" in tried[2]
    assert read.fact("Address refused").startswith("author@police.example, on Monday 15 June 2026 at 11:04")
    assert any(row[0].startswith("Telephone the author") for row in read.table("What", "Kind"))
    (call,) = read.table("Call on")
    assert call[0] == "Wednesday 17 June 2026"
    assert call[2:] == ["Promised for Friday 19 June 2026", "Until Friday 19 June 2026"]


def test_a_correction_stands_in_it(board: Board, review: Process, server: MailServer) -> None:
    from flows.steps.arrivals import record_arrival

    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER)
    with the_day(THREE_AFTER, 9), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        record_arrival(session, book(), mine, deadline, DUE)
    with the_day(THREE_AFTER, 9):
        dispatch()

    read = sheet(review, slot="imr:police")

    assert read.fact("Came") == "Friday 12 June 2026"
    assert read.table("No.", "To", "How it went")[0][2].startswith("Accepted by the mail server at 09:00")


def test_the_date_that_was_moved_later_reads_as_it_did(board: Board, review: Process, server: MailServer) -> None:
    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER)
    new = due(Owing(due_on=on("Fri 2026-07-10"), armed_on=ARMED))
    with the_day(THREE_AFTER, 9), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        move_deadline(session, book(), mine, deadline, new, "criminal-proceedings")

    read = sheet(review)

    body = server.mails[0].get_body(("plain",))
    assert body is not None
    assert [line for line in body.get_content().splitlines() if line.strip() and line.strip() not in read.words] == []


def test_two_reviews_never_mix(board: Board, review: Process, server: MailServer) -> None:
    other = a_process(board, ARMED)
    for process in (review, other):
        owed(process, kind="chronology", title="Chronology", ladder="document", owner_role="agency_lead")
    chased(board, THREE_DAYS_BEFORE)
    assert any(review.ref in str(mail) and other.ref in str(mail) for mail in server.mails)

    read, both = sheet(review), sheet(review).words + trail(review).words

    assert other.ref not in both
    assert "1 further thing owed to another review; left out here" in read.words
    assert review.ref not in sheet(other).words + trail(other).words


def test_only_one_agency_or_one_thing_when_that_is_asked(board: Board, review: Process, server: MailServer) -> None:
    owed(review, agency_key="probation")
    an_author(review, "police", ARMED)
    an_author(review, "probation", ARMED)
    chased(board, DAY_AFTER)

    police, thing = sheet(review, agency_key="police"), sheet(review, slot="imr:probation")

    assert "author@police.example" in police.words
    assert "probation" not in police.words.lower()
    assert "author@probation.example" in thing.words
    assert "police" not in thing.words.lower()


def test_what_went_to_the_folder_or_to_the_office_in_trial_mode_does_not_count_as_accepted(
    board: Board, review: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_author(review, "police", ARMED)
    chased(board, THREE_DAYS_BEFORE)
    with mail_server() as one:
        monkeypatch.setenv("SIGHTLINE_MAIL_URL", one.url)
        monkeypatch.setenv("SIGHTLINE_MAIL_TRIAL_ALLOW", '["nobody@bdscb.example"]')
        settings.cache_clear()
        chased(board, DAY_AFTER)

    how = [row[4] for row in sheet(review).table("No.", "Message")]

    assert how[0].startswith("Not sent: written to the folder for mail at 11:04 on Tuesday 9 June 2026")
    assert how[-1].startswith("Not sent to this address: trial mode was on, and it went to the office")
    assert "accepted by the mail server" not in " ".join(trail(review).table("Day", "About")[0]).lower()


def test_a_message_that_was_not_sent_stands_apart_with_its_reason(board: Board, review: Process) -> None:
    an_author(review, "police", ARMED)
    posting.say(board.id, DAY_AFTER)
    with the_day(DAY_AFTER, 8), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        meet_deadline(session, mine, deadline, DUE)

    read = sheet(review)

    assert "No message has gone yet." in read.words
    assert {row[3] for row in read.table("Message", "To", "Written on")} == {"It came before this was sent"}


def test_words_that_were_changed_since_are_owned_up_to(board: Board, review: Process, server: MailServer) -> None:
    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER)
    with transaction() as session:
        for message in session.exec(select(Message)).all():
            message.template_version = "before"

    assert "standing words have been changed since" in sheet(review).words


# The case trail


def a_full_life(board: Board, process: Process) -> None:
    """Something of everything that a trail tells of."""
    with the_day(DAY_AFTER, 9), transaction() as session:
        mine = session.get_one(Process, process.id)
        police = agency(session, "police")
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        facts = {"gate": "sign-off", "outcome": "recorded", "capacity": "panel_chair", "on": DUE}
        seq = write_history(session, mine, "decision", facts, {"decided_by": TYPED, "meeting": TYPED})
        session.add(
            GateAnswer(
                process_id=mine.id or 0, gate="sign-off", decision="recorded", capacity="panel_chair", decided_on=DUE,
                recorded_at=clock.now(), history_seq=seq, taken_back_at=clock.at(THREE_AFTER, 10),
            )
        )  # fmt: skip
        write_history(session, mine, TAKEN_BACK, {"seq": seq})
        session.add(
            Extension(
                process_id=mine.id or 0, deadline_id=deadline.id or 0, reason=DelayReason.INQUEST,
                state=ExtensionState.GRANTED, asked_on=THREE_DAYS_BEFORE, from_due_on=DUE, decided_on=DUE,
                capacity="panel_chair", new_due_on=on("Fri 2026-07-10"), noted_at=clock.now(),
            )
        )  # fmt: skip
        move_deadline(session, book(), mine, deadline, due(Owing(on("Fri 2026-07-10"), ARMED)), "inquest")
        session.add(
            Pause(
                process_id=mine.id or 0, reason=DelayReason.CRIMINAL_PROCEEDINGS, from_on=DUE, look_again_on=FIVE_AFTER,
                capacity="independent_chair", noted_at=clock.now(), ended_on=THREE_AFTER,
            )
        )  # fmt: skip
        chronology = deadline_in(session, mine, "chronology:police")
        assert chronology is not None
        end_deadline(session, mine, chronology, DeadlineState.WAIVED, "agency-late")
        move_return(session, mine, police, ReturnState.NOMINATED, DUE)
        held = a_meeting(session, mine, DUE, state=MeetingState.HELD, quorate=True, chaired_by="panel_chair")
        session.add(Attendance(meeting_id=held.id or 0, agency_id=police.id, came=True))
        session.add(Attendance(meeting_id=held.id or 0, role="independent_reviewer", came=False))


def a_meeting(session: Any, process: Process, day: date, **values: Any) -> Meeting:
    made = Meeting(
        board_id=process.board_id, process_id=process.id, starts_at=clock.at(day, 10), minutes=90,
        place="The board's meeting room", uid=f"{process.ref}-{day}", **{
            "kind": MeetingKind.UPDATE, "state": MeetingState.PLANNED, **values,
        },
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def test_a_trail_tells_decisions_dates_delays_meetings_and_corrections(board: Board, review: Process) -> None:
    owed(review, kind="chronology", title="Chronology")
    chased(board, THREE_DAYS_BEFORE)
    a_full_life(board, review)

    read = trail(review)

    assert read.table("Decided on") == [
        ["Friday 12 June 2026", "The panel has signed off the report", "Panel chair", "Monday 15 June 2026 at 09:00",
         "Recorded by mistake and taken back on Wednesday 17 June 2026 at 10:00"],
    ]  # fmt: skip
    planned = next(row for row in read.table("What", "By whom", "First planned for") if row[0] == "Agency return")
    assert planned[2:4] == ["Friday 12 June 2026", "Friday 10 July 2026"]
    assert read.table("Set anew on")[0][2:] == ["Friday 12 June 2026", "Friday 10 July 2026", "An inquest"]
    assert read.table("Asked for on")[0][3:] == [
        "An inquest", "Granted by the panel chair on Friday 12 June 2026, until Friday 10 July 2026",
    ]  # fmt: skip
    assert read.table("From", "Ended")[0][1:3] == ["Wednesday 17 June 2026", "Criminal proceedings"]
    (given_up,) = read.table("What", "Was due", "How it ended")
    assert given_up[2].startswith("Given up")
    assert given_up[4] == "An agency is late"
    assert read.table("When", "What", "How it stands") == [
        ["Friday 12 June 2026 at 10:00", "Update meeting", "Held, chaired by the panel chair", "Police",
         "Independent reviewer", "Yes"],
    ]  # fmt: skip
    assert read.table("Agency", "Where it stands")[0][:2] == ["Police", "Author named"]
    assert "balances" in read.words
    assert TYPED not in read.words


def test_chasing_is_told_in_order_with_calls_among_it(board: Board, review: Process, server: MailServer) -> None:
    an_author(review, "police", ARMED)
    chased(board, THREE_DAYS_BEFORE, DAY_AFTER)
    with the_day(THREE_AFTER, 9), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "imr:police")
        assert deadline is not None
        note_call(session, book(), mine, deadline, CallOutcome.NO_ANSWER, on("Fri 2026-06-12"), None)

    rows = trail(review).table("Day", "About", "What")

    days = [row[0] for row in rows]
    assert days.index("Tuesday 9 June 2026") < days.index("Friday 12 June 2026") < days.index("Monday 15 June 2026")
    assert next(row for row in rows if "call" in row[2])[2] == "A call was noted: nobody answered"
    assert any(row[4].startswith("Accepted by the mail server at 11:04") for row in rows)


def test_a_record_that_was_altered_is_said_to_be(board: Board, review: Process) -> None:
    with transaction() as session:
        first = history_of(session, review.id or 0)[0]
        first.facts = {"slot": "another"}
        session.add(first)

    read = trail(review)

    assert "does not hold" in read.words
    assert "Entry 1 of the journal: the row was altered." in read.words


# The panel's paper


def test_a_paper_is_issued_once_and_frozen(board: Board, review: Process) -> None:
    with transaction() as session:
        meeting = a_meeting(session, review, MEETS)

    said = []
    for day in (on("Mon 2026-06-22"), THREE_WORKING_DAYS_BEFORE, THREE_WORKING_DAYS_BEFORE, on("Wed 2026-06-24")):
        with the_day(day):
            said.append(issue_papers(day))

    assert said == ["", "Papers issued for meetings of panels: 1.", "", ""]
    folder = settings().home / "boards" / BOARD / "papers"
    stem = f"{review.ref} panel paper 2026-06-26"
    assert sorted(each.name for each in folder.iterdir()) == [f"{stem}.docx", f"{stem}.html"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with reading() as session:
        rows = session.exec(select(Paper).order_by(col(Paper.id))).all()
        mine = session.get_one(Process, review.id)
        deeds = [row for row in history_of(session, mine.id or 0) if row.deed == "paper issued"]
        (task,) = session.exec(select(Task)).all()
    assert [(row.meeting_id, row.kind) for row in rows] == [(meeting.id, "panel-paper")] * 2
    for row in rows:
        assert hashlib.sha256((folder / row.file).read_bytes()).hexdigest() == row.digest
    assert [row.facts["meeting"] for row in deeds] == [meeting.id]
    assert deeds[0].before == rows[0].head
    assert rows[0].head[:16] in word(folder / rows[0].file).footer
    assert task.title == (
        f"Paper for the update meeting of Friday 26 June 2026 of {review.spoken_ref} lies in the folder papers: "
        "pass it on in the secure place"
    )


def test_a_second_call_gives_back_the_first_and_never_writes_over_a_file(board: Board, review: Process) -> None:
    folder = papers_module.papers_folder(BOARD)
    theirs = folder / f"{review.ref} panel paper 2026-06-26.docx"
    theirs.write_text("somebody's own")
    with the_day(THREE_WORKING_DAYS_BEFORE), transaction() as session:
        mine = session.get_one(Process, review.id)
        meeting = a_meeting(session, mine, MEETS)

        first = issue_paper(session, book(), mine, meeting, THREE_WORKING_DAYS_BEFORE)
        second = issue_paper(session, book(), mine, meeting, THREE_WORKING_DAYS_BEFORE)

    assert first.is_new
    assert (second.files, second.is_new) == (first.files, False)
    assert first.files[0] == f"{review.ref} panel paper 2026-06-26 (2).docx"
    assert theirs.read_text() == "somebody's own"


def test_a_meeting_that_was_moved_or_cancelled(board: Board, review: Process) -> None:
    with transaction() as session:
        moved = a_meeting(session, review, MEETS)
        a_meeting(session, review, on("Thu 2026-06-25"), state=MeetingState.CANCELLED)
        a_meeting(session, review, on("Wed 2026-06-24"), kind=MeetingKind.DRAFT)
    with the_day(THREE_WORKING_DAYS_BEFORE):
        issue_papers(THREE_WORKING_DAYS_BEFORE)
    with transaction() as session:
        session.get_one(Meeting, moved.id).starts_at = clock.at(on("Fri 2026-07-10"), 10)

    with the_day(on("Tue 2026-07-07")):
        issue_papers(on("Tue 2026-07-07"))

    assert sorted(each.name for each in papers_module.papers_folder(BOARD).iterdir() if each.suffix == ".docx") == [
        f"{review.ref} panel paper 2026-06-26.docx",
        f"{review.ref} panel paper 2026-07-10.docx",
    ]


def test_it_shows_what_is_late_who_was_told_and_what_is_wanted(
    board: Board, review: Process, server: MailServer
) -> None:
    an_author(review, "police", ARMED)
    owed(review, kind="terms_agreed", title="Agreement to the terms of reference", agency_key="probation",
         ladder="document", owner_role="agency_lead")  # fmt: skip
    owed(review, kind="sign_off", title="Sign-off of the report", agency_key=None, owner_role="panel_chair",
         ladder="document")  # fmt: skip
    chased(board, DAY_AFTER)
    with the_day(FIVE_AFTER), transaction() as session:
        mine = session.get_one(Process, review.id)
        deadline = deadline_in(session, mine, "terms_agreed:probation")
        assert deadline is not None
        session.add(
            Extension(
                process_id=mine.id or 0, deadline_id=deadline.id or 0, reason=DelayReason.DATA_MISSING,
                state=ExtensionState.ASKED, asked_on=DUE, from_due_on=DUE, wanted_on=MEETS, noted_at=clock.now(),
            )
        )  # fmt: skip
        move_return(session, mine, agency(session, "police"), ReturnState.SUBMITTED, DUE)
        a_meeting(session, mine, MEETS)
        a_meeting(session, mine, on("Fri 2026-07-24"))
        write_history(session, mine, "call recorded", {}, {"recorded_by": TYPED})
    with the_day(THREE_WORKING_DAYS_BEFORE):
        issue_papers(THREE_WORKING_DAYS_BEFORE)

    folder = papers_module.papers_folder(BOARD)
    read = word(folder / f"{review.ref} panel paper 2026-06-26.docx")

    late = next(row for row in read.table("What", "By whom", "Was due") if row[1] == "Police")
    assert late[2:4] == ["Friday 12 June 2026", "7"]
    assert late[4] == "Author of the return, Monday 15 June 2026"
    assert "Sign-off of the report: Panel chair, due Friday 12 June 2026" in read.words
    assert "More time is asked for: Agreement to the terms of reference, Probation" in read.words
    assert "wanted until Friday 26 June 2026; reason: information is missing" in read.words
    assert "The panel has returns to read: Police." in read.words
    assert "Not agreed yet to the terms of reference: Probation." in read.words
    assert "Dates until Friday 24 July 2026, when the panel meets again or would" in read.headings
    assert read.words == word(folder / f"{review.ref} panel paper 2026-06-26.docx").words
    as_page = page(folder / f"{review.ref} panel paper 2026-06-26.html")
    assert as_page.tables == read.tables
    assert [each for each in [*names(), TYPED] if each in read.words] == []


def test_one_paper_that_fails_does_not_keep_back_the_others(
    board: Board, review: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = a_process(board, ARMED)
    with transaction() as session:
        a_meeting(session, review, MEETS)
        a_meeting(session, other, MEETS)
    whole = panel_paper_module.panel_paper

    def fails_for_one(session: Any, book: Any, process: Process, *rest: Any) -> Any:
        if process.ref == review.ref:
            raise OSError("the disk is full")
        return whole(session, book, process, *rest)

    monkeypatch.setattr(panel_paper_module, "panel_paper", fails_for_one)
    with the_day(THREE_WORKING_DAYS_BEFORE), pytest.raises(OSError, match="the disk is full"):
        issue_papers(THREE_WORKING_DAYS_BEFORE)

    with reading() as session:
        assert {row.process_id for row in session.exec(select(Paper)).all()} == {other.id}


def test_the_picture_of_the_timeline_stands_in_it_where_it_can_be_drawn(
    board: Board, review: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.reports.test_paper_files import png

    class Drawing:
        timeline_of = staticmethod(lambda session, book, process, day: (process.ref, day))
        timeline_picture = staticmethod(lambda timeline: png())
        timeline_words = staticmethod(lambda timeline: f"In words: {timeline[0]}")

    monkeypatch.setattr(panel_paper_module, "_drawing", lambda: Drawing)
    with transaction() as session:
        a_meeting(session, review, MEETS)
    with the_day(THREE_WORKING_DAYS_BEFORE):
        issue_papers(THREE_WORKING_DAYS_BEFORE)

    stem = f"{review.ref} panel paper 2026-06-26"
    assert word(papers_module.papers_folder(BOARD) / f"{stem}.docx").pictures == [f"In words: {review.ref}"]
    assert page(papers_module.papers_folder(BOARD) / f"{stem}.html").pictures == [f"In words: {review.ref}"]


def test_the_round_issues_papers_before_it_writes_the_digest(database: str) -> None:
    names = [name for name, _ in STEPS]

    assert names.index("issuing the papers of meetings") < names.index("writing the digests")


# The doors


def test_the_desk_flow_writes_a_proof_sheet_about_one_agency(board: Board, review: Process) -> None:
    with the_day(LATER, 9):
        run_ = desk_flow(ScriptedPort(), "write-paper")
        assert "NOT recorded" in run_.answer("proof")
        run_.answer("proof", about=review.ref)
        said = run_.answer("agency:police")

    name = f"{review.ref} proof sheet 2026-09-30"
    assert f"“{name}.docx” and “{name}.html”" in said
    assert word(papers_module.papers_folder(BOARD) / f"{name}.docx").fact("Agency").startswith("Police")
    with reading() as session:
        deeds = [row.deed for row in history_of(session, review.id or 0)]
        assert [row.kind for row in session.exec(select(Paper)).all()] == ["proof-sheet"] * 2
    assert deeds[-2:] == ["paper asked for", "paper issued"]


def test_the_desk_leads_to_it_and_a_second_one_of_the_day_has_a_number(board: Board, review: Process) -> None:
    with the_day(LATER, 9):
        desk = standing_desk(ScriptedPort())
        for _ in range(2):
            desk.answer("write-paper")
            said = desk.answer("trail", about=review.ref)

    assert f"{review.ref} case trail 2026-09-30 (2).docx" in said
    first = papers_module.papers_folder(BOARD) / f"{review.ref} case trail 2026-09-30.docx"
    assert ["Case trail", first.name] in [
        row[:2] for row in word(first.with_stem(first.stem + " (2)")).table("Paper", "File")
    ]


def test_the_commands_write_files_and_print_values(
    board: Board, review: Process, server: MailServer, tmp_path: Path
) -> None:
    an_author(review, "police", ARMED)
    chased(board, DAY_AFTER)
    with the_day(LATER, 9):
        beside = run("proof", review.ref, "--slot", "imr:police", "--out", str(tmp_path / "out"))
        trailed = run("trail", review.spoken_ref)
        values = json.loads(run("proof", review.ref, "--agency", "police", "--json").stdout)

    assert (beside.exit_code, trailed.exit_code) == (0, 0), beside.output + trailed.output
    assert [Path(line).is_file() for line in (beside.output + trailed.output).split("\n") if line] == [True] * 4
    assert (values["reference"], values["title"]) == (review.spoken_ref, f"Proof sheet: {review.spoken_ref}")
    assert any("quoted" in each for each in values["content"])
    with reading() as session:
        assert {row.kind for row in session.exec(select(Paper)).all()} == {"case-trail"}


def test_wrong_references_and_agencies_are_refused_in_words(board: Board, review: Process) -> None:
    unknown, desk = run("proof", "CR-0000"), run("trail", f"desk-{BOARD}")
    agency_, slot = run("proof", review.ref, "--agency", "nobody"), run("proof", review.ref, "--slot", "none")

    assert [each.exit_code for each in (unknown, desk, agency_, slot)] == [1, 1, 2, 2]
    assert "There is no review with the reference CR-0000." in unknown.stderr
    assert "imr:police" in slot.stderr
