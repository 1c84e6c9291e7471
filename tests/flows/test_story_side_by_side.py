"""Two reviews of one board and a review of another board at the same time: nothing of one stands in another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from config.settings import settings
from flows.commands.today import as_facts, todays
from flows.meetings import look_after_meetings
from flows.round_steps import issue_papers, write_digests
from flows.rounds import run_round
from models.records.boards import Board, Contact, agencies_of
from models.records.database import reading, transaction
from models.records.ledger import balance
from models.records.messages import Message, MessageState, Task
from models.records.opening import import_configuration
from models.records.processes import Process
from models.records.proof import prove
from models.records.releasing import release, waiting_for_release
from models.rulebook import forget_rule_books, rule_book
from notifications.channels import message_id_of
from notifications.channels.mail import Mail
from notifications.dispatch import dispatch
from reports.links import Links
from reports.pages import agency_page, calendar_page, decisions_page, handover_page, process_page, today_page
from tests.builders import on
from tests.config.spoil import SHIPPED
from tests.databases import begin_with
from tests.fakes import RememberingChannel
from tests.flows.a_review import AGREED, DECIDED, MET, arrive, commission, name_authors
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, start_review
from tests.records_builders import BOARD, the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

EAST = "eastern"
LINKS = Links("http://127.0.0.1:4200")
STEPS = (("meetings", look_after_meetings), ("papers", issue_papers), ("digests", write_digests))
LAST = on("Tue 2026-05-19")
DAYS = (
    on("Tue 2026-03-03"), on("Wed 2026-03-18"), on("Tue 2026-03-24"), on("Tue 2026-04-28"), on("Wed 2026-05-06"),
    on("Tue 2026-05-12"), on("Thu 2026-05-14"), LAST,
)  # fmt: skip


@dataclass(frozen=True)
class SideBySide:
    """Two reviews of the first board, one of the second; everything that was sent meanwhile."""

    one: Conversation
    two: Conversation
    east: Conversation
    sent: list[Mail]

    @property
    def all(self) -> tuple[Conversation, ...]:
        return self.one, self.two, self.east

    def others(self, mine: Conversation) -> list[str]:
        """The references of the other two."""
        return [each.ref for each in self.all if each is not mine]

    def strangers(self, board: str) -> list[str]:
        """The references of the other board."""
        return [each.ref for each in self.all if (each is self.east) is not (board == EAST)]


@pytest.fixture
def two_boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[None]:
    """A second board with the same agencies under the same names, and people of its own."""
    folder = tmp_path / "two-boards"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.md"))
    second = folder / "boards" / EAST
    shutil.copytree(folder / "boards" / BOARD, second)
    for file in second.iterdir():
        words = file.read_text().replace(".example", ".east.example").replace(f'"{BOARD}"', f'"{EAST}"')
        words = words.replace("Barking & Dagenham", "Eastern").replace("Barking and Dagenham", "Eastern")
        file.write_text(words)
    monkeypatch.setenv("SIGHTLINE_CONFIG", str(folder))
    settings.cache_clear()
    forget_rule_books()
    with the_day(DECIDED):
        import_configuration()
    yield
    forget_rule_books()
    settings.cache_clear()


@pytest.fixture
def side_by_side(two_boards: None) -> SideBySide:
    """Three reviews of two boards in their second month; played once, and copied."""
    played = begin_with("side by side", three_reviews)
    port = ScriptedPort()
    port.be_like(played.one.port)
    one, two, east = (each.at(port) for each in played.all)
    return SideBySide(one, two, east, list(played.sent))


def three_reviews() -> SideBySide:
    port, channel = ScriptedPort(), RememberingChannel()
    one = met(port, BOARD, ("police", "ccg", "probation"))
    two = met(port, BOARD, ("police", "ccg", "yot"))
    east = met(port, EAST, ("police", "ccg", "education"))
    for day in DAYS:
        a_day(day, channel)
        if day == on("Tue 2026-04-28"):
            with the_day(day, 15):
                arrive(one.go_on(), "imr", ("police",))
                arrive(east.go_on(), "imr", ("ccg",))
    return SideBySide(one, two, east, channel.sent)


def met(port: ScriptedPort, board: str, agencies: tuple[str, ...]) -> Conversation:
    """A review of that board whose terms of reference were circulated."""
    with the_day(DECIDED, 9):
        one = start_review(port, agencies, board=board)
    with the_day(AGREED, 9):
        one.decide("strategic_partners", chosen="agree")
        name_authors(one, agencies[:2])
        commission(one)
    with the_day(MET, 9):
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="imr_based")
        one.go_to("update-meetings")
        one.decide("panel_chair", chosen="plan")
        one.go_to("terms-circulated")
        one.decide("panel_chair")
    with the_day(MET, 10):
        one.go_to("more-time")
        one.decide("panel_chair", chosen="asked", about=f"{one.ref}/imr:ccg", reason="other")
    return one


def a_day(day: date, channel: RememberingChannel) -> None:
    with the_day(day, 7):
        run_round(steps=STEPS)
    with the_day(day, 12):
        with transaction() as session:
            for board in session.exec(select(Board)).all():
                held = [each.id or 0 for each in waiting_for_release(session, board.id or 0)]
                release(session, held, "business_manager")
        dispatch(channel=channel)


def board_of(mail: Mail) -> str:
    return EAST if mail.sender.endswith(".east.example") else BOARD


def written(mail: Mail) -> str:
    calendars = (mail.calendar or b"", *(each.content for each in mail.files))
    return "\n".join((mail.subject, mail.text, mail.html, *(each.decode() for each in calendars)))


def names_none_of(words: str, forbidden: list[str]) -> bool:
    found = re.search(rf"\b({'|'.join(map(re.escape, forbidden))})\b", words)
    assert found is None, words[max(found.start() - 200, 0) : found.end() + 200]
    return True


def test_no_mail_names_a_review_of_the_other_board_or_goes_to_its_people(side_by_side: SideBySide) -> None:
    kinds = {board: [mail for mail in side_by_side.sent if board_of(mail) == board] for board in (BOARD, EAST)}

    assert min(len(mails) for mails in kinds.values()) > 40
    for board, mails in kinds.items():
        for mail in mails:
            assert names_none_of(written(mail), side_by_side.strangers(board)), mail.subject
            if mail.to != "una@independent.example":  # one reviewer works for both
                assert mail.to.endswith(".east.example") is (board == EAST), mail.to
            assert ("Eastern" in mail.text + mail.sender_name) is (board == EAST)


def test_a_message_about_one_review_names_that_review_alone_and_a_digest_those_of_its_board(
    side_by_side: SideBySide,
) -> None:
    by_id = {mail.message_id: mail for mail in side_by_side.sent}
    seen: dict[str, int] = {}
    with reading() as session:
        rows = session.exec(select(Message).where(Message.state == MessageState.SENT)).all()
        boards = {each.id: each.key for each in session.exec(select(Board)).all()}
        refs = {each.id: each.ref for each in session.exec(select(Process)).all()}
        told = {each.id: session.get_one(Contact, each.contact_id).board_id for each in rows if each.contact_id}
    for row in rows:
        domain = rule_book(boards[row.board_id]).board.row.mailbox.partition("@")[2]
        mail = by_id[message_id_of(row.once_key, domain)]
        assert told[row.id] == row.board_id
        assert board_of(mail) == boards[row.board_id]
        if row.process_id is None or not refs[row.process_id].startswith("CR-"):
            continue
        (mine,) = [each for each in side_by_side.all if each.ref == refs[row.process_id]]
        assert mine.ref in written(mail), (row.kind, mail.subject)
        assert names_none_of(written(mail), side_by_side.others(mine)), (row.kind, mail.subject)
        seen[row.kind] = seen.get(row.kind, 0) + 1

    assert {"ask_author", "author_commissioned", "timetable_set", "terms_circulated", "meeting_series"} <= set(seen)
    assert any(side_by_side.one.ref in mail.text and side_by_side.two.ref in mail.text for mail in side_by_side.sent)


def test_each_page_and_list_shows_its_own_board_and_the_page_of_a_review_its_own_review(
    side_by_side: SideBySide,
) -> None:
    with the_day(LAST, 15), reading() as session:
        for board in session.exec(select(Board)).all():
            book, strangers = rule_book(board.key), side_by_side.strangers(board.key)
            own = [each for each in side_by_side.all if each.ref not in strangers]
            for page in (today_page, handover_page, decisions_page, calendar_page):
                words = page(session, book, board, LAST, LINKS)
                assert names_none_of(words, strangers), page.__name__
                assert all(each.ref in words for each in own), page.__name__
            for agency in agencies_of(session, board.id or 0):
                assert names_none_of(agency_page(session, book, board, agency, LAST, LINKS), strangers)
            for each in own:
                words = process_page(session, book, each.process, LAST, LINKS)
                assert each.ref in words
                assert names_none_of(words, side_by_side.others(each))
            (listed,) = todays(LAST, board.key, None)
            assert names_none_of(str(as_facts(LAST, [listed])), strangers)
            police = next(each for each in agencies_of(session, board.id or 0) if each.key == "police")
            words = agency_page(session, book, board, police, LAST, LINKS)
            assert all(each.ref in words for each in own)


def test_forms_offer_and_record_what_belongs_to_their_own_board_or_review(side_by_side: SideBySide) -> None:
    port = side_by_side.one.port
    with the_day(LAST, 15):
        for board in (BOARD, EAST):
            strangers = side_by_side.strangers(board)
            for which in ("note-call", "more-time", "pause", "waive", "correct-mistake",
                          "stop-sending", "record-arrivals", "write-paper", "note-absence"):  # fmt: skip
                asked = desk_flow(port, which, f"{which}-{board}", board).now
                shown = f"{asked.form.intro} {[each.options for each in asked.form.all_fields]} {asked.name}"
                assert names_none_of(shown, strangers), which
        for each in side_by_side.all:
            asked = each.go_on().now
            shown = f"{asked.form.intro} {[one.options for one in asked.form.all_fields]} {asked.name}"
            assert names_none_of(shown, side_by_side.others(each))
            asked = each.go_to("note-call")
            assert names_none_of(str(asked.field("about").options), side_by_side.others(each))
            each.answer("back")
    with reading() as session:
        tasks = session.exec(select(Task)).all()
        boards = {each.id: each.key for each in session.exec(select(Board)).all()}
        refs = {each.id: each.ref for each in session.exec(select(Process)).all()}
        assert tasks
        for task in tasks:
            assert names_none_of(task.title, side_by_side.strangers(boards[task.board_id]))
            mine = [each for each in side_by_side.all if task.process_id and each.ref == refs[task.process_id]]
            assert all(names_none_of(task.title, side_by_side.others(each)) for each in mine), task.title
        assert prove(session).holds
        assert balance(session) == []
