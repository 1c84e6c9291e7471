"""Papers on actions and their page: what is late is there and nothing else, typed words stay in the files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook
from sqlmodel import select

from config import clock
from config.rows import BoardDate
from flows.action_papers import ACTION_PAPERS
from flows.steps import action_plan as step
from models.records.actions import action_numbered
from models.records.boards import Board
from models.records.database import Session, reading, transaction
from models.records.deadlines import CallOutcome
from models.records.processes import parent_of, process_by_ref
from models.records.restrictions import restrict
from models.rulebook import RuleBook
from models.rules.working_days import add_working_days
from reports.action_charts import closed_by_quarter, how_long, late_by_age, open_by_agency, opened_and_closed
from reports.action_exceptions import exception_report
from reports.action_progress import public_actions, public_counts
from reports.action_tables import exceptions_file, tracker_file
from reports.action_tracker import tracker
from reports.action_view import View, view_of
from reports.actions_page import actions_page
from reports.excel_file import Column, Sheet, excel_file
from reports.links import Links
from reports.paper import Document
from reports.paper_html import html_page
from reports.process_page import process_page
from reports.today_page import today_page
from reports.word import word_file
from tests.builders import on
from tests.flows.a_late_plan import CLOSED, FIRST_DUE, PUBLIC, TITLES, TODAY, TYPED, a_plan, after, doing, let_go
from tests.records_builders import BOARD, book, the_day
from tests.reports.paper_readers import page, word

GOLDEN = Path(__file__).parent / "golden" / "exception-report.txt"
LINKS = Links("http://127.0.0.1:4200")
CHALLENGED, ANSWERED = on("Tue 2026-06-23"), on("Fri 2026-06-26")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def plan(database: str) -> str:
    """The reference of the plan."""
    return a_plan()


@contextmanager
def looked_at(day: date = TODAY, ref: str = "", rules: RuleBook | None = None) -> Iterator[View]:
    """The actions as papers look at them."""
    with the_day(day, 16), reading() as session:
        yield view_of(session, rules or book(), board_in(session), day, process_by_ref(session, ref) if ref else None)


def board_in(session: Session) -> Board:
    return session.exec(select(Board).where(Board.key == BOARD)).one()


def with_dates(*dates: tuple[str, date]) -> RuleBook:
    """The rule book of a board that has set these meetings."""
    known = book()
    rows = tuple(BoardDate(on=day, committee=purpose) for purpose, day in dates)  # type: ignore[arg-type]
    return replace(known, board=replace(known.board, row=known.board.row.model_copy(update={"board_dates": rows})))


def paper(which: str, day: date = TODAY, ref: str = "", rules: RuleBook | None = None) -> Document:
    with looked_at(day, ref, rules) as view:
        return ACTION_PAPERS[which].make(view)


def sheets(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def test_the_exception_report_reads_as_it_was_read_by_eye(plan: str) -> None:
    with looked_at() as view:
        parent = next(each.parent_ref for each in view.rows)
        spoken = view.rows[0].spoken_ref
        document = exception_report(view)

    text = word(word_file(document)).words.replace(spoken, "CR-AAAA Rowan").replace(parent, "CR-BBBB")

    assert text == GOLDEN.read_text()


@pytest.mark.parametrize("which", list(ACTION_PAPERS))
def test_every_paper_says_the_same_as_word_file_and_as_page(plan: str, which: str) -> None:
    document = paper(which)

    as_word, as_page = word(word_file(document)), page(html_page(document))

    assert as_word.tables == as_page.tables
    assert as_word.headings == as_page.headings
    assert as_word.pictures == as_page.pictures
    assert "script" not in as_page.tags
    assert "2026-" not in as_word.words
    assert "Owner" not in as_word.words.replace("Owner |", "")  # by whose name the invented owners would be known


def test_no_late_action_is_missing_and_none_is_listed_that_is_not_late(plan: str) -> None:
    read = word(word_file(paper("exceptions")))

    late = [
        row[0]
        for table in read.tables
        if table[0][:2] == ["Action", "Due"] and table[0][2] == "Late"
        for row in table[1:]
    ]
    assert len(late) == 2
    assert [TITLES[0] in late[0], TITLES[1] in late[1]] == [True, True]
    with doing(plan, TODAY, 17) as (session, process):
        step.claimed(session, book(), process, action_numbered(session, process, 1), TODAY, {})
    later = word(word_file(paper("exceptions", on("Fri 2026-12-11"))))
    listed = later.words[later.words.index("Late actions by agency") : later.words.index("Not accepted in time")]
    assert [title for title in TITLES if title in listed] == [TITLES[1], TITLES[2]]


def test_the_committee_is_told_of_its_meeting_and_of_a_third_new_day(plan: str) -> None:
    with doing(plan, TODAY, 17) as (session, process):
        one = action_numbered(session, process, 1)
        step.new_day(session, book(), process, one, on("Mon 2026-06-22"), "agreed")
        step.new_day(session, book(), process, one, on("Mon 2026-06-29"), "agreed")

    read = word(
        word_file(paper("exceptions", on("Tue 2026-07-07"), rules=with_dates(("monitoring", on("Tue 2026-09-01")))))
    )

    assert read.fact("For") == "the PLQA on Tuesday 1 September 2026"
    assert "Monday 29 June 2026 (approved for Monday 11 May 2026; another day was set twice)" in read.words
    assert "Another day was set twice: a further one is for the Board" in read.words
    assert "6 working days" in read.words


def test_the_tracker_has_every_action_of_open_plans_across_the_page(plan: str) -> None:
    content = word_file(paper("tracker"))

    read = word(content)
    section = docx.Document(BytesIO(content)).sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert [title for title in TITLES if title not in read.words] == []
    assert read.fact("Actions") == "7"
    assert read.fact("Late") == "2"


def test_the_board_hears_what_was_closed_since_it_met_and_what_it_changed(plan: str) -> None:
    with doing(plan, TODAY, 17) as (session, process):
        step.impact_seen(session, book(), process, action_numbered(session, process, 6), TODAY, "practice-changed")

    before = word(word_file(paper("learning", rules=with_dates(("board", on("Mon 2026-05-04"))))))
    since = word(word_file(paper("learning", rules=with_dates(("board", CLOSED)))))
    in_quarters = word(word_file(paper("learning")))

    assert (before.fact("Closed since then"), since.fact("Closed since then")) == ("1", "0")
    assert in_quarters.fact("Since") == "Thursday 1 January 2026, up to Tuesday 9 June 2026"
    assert before.fact("Actions that are open") == "5, of them 2 late"
    assert before.table("What was seen")[2] == ["Practice changed", "1"]
    assert before.table("Action", "Agency", "The plan comes")[0][3:] == ["Tuesday 5 May 2026", "64"]
    assert TYPED not in before.words


def test_the_challenge_log_says_when_a_letter_was_approved_and_sent_and_what_answered_it(plan: str) -> None:
    after(CHALLENGED)
    held = word(word_file(paper("challenge", CHALLENGED)))
    let_go(CHALLENGED)
    sent = word(word_file(paper("challenge", CHALLENGED)))
    with doing(plan, ANSWERED) as (session, process):
        words = {"words": TYPED}
        step.word_came(
            session, book(), process, action_numbered(session, process, 1), CallOutcome.ON_TRACK, ANSWERED, words
        )
    answered = word(word_file(paper("challenge", ANSWERED, plan)))

    (row,) = held.table("About", "Agency")
    assert row[1:4] == ["Police", "Not approved yet", "Waiting for release by a person"]
    (row,) = sent.table("About", "Agency")
    assert row[2] == "Tuesday 23 June 2026 at 14:00, by the Independent Chair"
    assert row[3] == "Tuesday 23 June 2026 at 15:00"
    assert row[5] == "No answer yet"
    (row,) = answered.table("About", "Agency")
    assert row[5] == "On track, Friday 26 June 2026"
    assert TITLES[0] in row[0]
    assert TYPED not in answered.words


def test_proposals_for_the_register_say_since_when_and_what_has_happened_since(plan: str) -> None:
    day = add_working_days(FIRST_DUE, 95, book().calendar)
    after(CHALLENGED)
    with looked_at(CHALLENGED) as view:
        board_hears = word(word_file(ACTION_PAPERS["learning"].make(view)))
    after(day)
    with doing(plan, day, 17) as (session, process):
        step.claimed(session, book(), process, action_numbered(session, process, 1), day, {"evidence": TYPED})

    read = word(word_file(paper("register", day)))

    (late,) = board_hears.table("Action", "Agency", "Due")
    assert (late[3], late[4].startswith("Letter from the Independent Chair")) == ("30 working days", True)
    (row,) = read.table("Action", "Agency", "Proposed")
    assert row[2].startswith("Wednesday 23 September 2026")
    assert row[5] == "Said to be done, evidence to be checked, Wednesday 23 September 2026"
    assert TYPED not in read.words


def test_the_public_reads_approved_wordings_and_no_small_count(plan: str) -> None:
    read = word(word_file(paper("progress")))

    assert read.table("Actions") == [
        ["Under way", "not told"], ["Reported as done, being checked", "not told"], ["Completed", "not told"],
        ["All", "6"],
    ]  # fmt: skip
    assert PUBLIC in read.words
    assert [each for each in (TYPED, *TITLES, plan) if each in read.words] == []


def test_nothing_of_a_restricted_review_is_told_to_the_public(plan: str) -> None:
    with the_day(TODAY, 9), transaction() as session:
        parent = parent_of(session, process_by_ref(session, plan))
        assert parent is not None
        restrict(session, parent)

    with looked_at() as view:
        assert public_actions(view) == []
        assert set(public_counts([]).counts.values()) == {None}
    assert PUBLIC not in word(word_file(paper("progress"))).words


def test_charts_say_in_words_all_that_they_show(plan: str) -> None:
    with looked_at() as view:
        charts = [
            chart(view) for chart in (open_by_agency, late_by_age, closed_by_quarter, opened_and_closed, how_long)
        ]

    said = [each.words for each in charts if each is not None]
    assert said == [
        "Open and late actions by agency. Education and schools: 1 open and not late and 0 late; Police: 1 open and "
        "not late and 1 late; Probation: 1 open and not late and 1 late.",
        "Late actions by how late they are. up to 20 working days: 2; 21 to 60 working days: 0; more than 60 working "
        "days: 0.",
        "Actions closed in each quarter. Apr–Jun 2026: 1.",
        "Actions approved and closed in the course of time, opened and closed up to the end of each month. March 2026: "
        "6 and 0; April 2026: 6 and 0; May 2026: 6 and 1; Tuesday 9 June 2026: 6 and 1.",
        "Days from the approval of an action until it was done and closed. done, medium priority: half of 2 within 42 "
        "days, nine of ten within 42 days; done, all: half of 2 within 42 days, nine of ten within 42 days; closed, "
        "all: the one took 64 days.",
    ]


def test_a_chart_is_the_same_bytes_and_can_be_read_in_grey(plan: str) -> None:
    from PIL import Image

    from reports.action_drawing import drawn

    with looked_at() as view:
        chart = open_by_agency(view)
    assert chart is not None

    first = drawn(chart)
    drawn.cache_clear()

    assert drawn(chart) == first
    grey: Any = Image.open(BytesIO(first)).convert("L")
    shades = [grey.getpixel((x, 110)) for x in range(300, 900)]
    assert max(shades) - min(shades) > 80


def test_the_excel_files_hold_every_row_with_headings_that_stay_filters_and_pages_that_lie(plan: str) -> None:
    with looked_at() as view:
        late = sheets(exceptions_file(view, exception_report(view)))
        every = sheets(tracker_file(view, tracker(view)))

    assert late.sheetnames == ["Late", "Not accepted", "Evidence not checked", "To be closed", "Nobody named", "About"]
    assert [row[2].value for row in late["Late"].iter_rows(min_row=2)] == list(TITLES[:2])
    assert [row[2].value for row in every["Actions"].iter_rows(min_row=2)] == list(TITLES)
    headings = [cell.value for cell in late["Late"][1]]
    assert [late["Late"].cell(2, headings.index(name) + 1).value for name in ("Due now", "Working days late")] == [
        datetime(2026, 5, 11), 20,  # noqa: DTZ001 - a day
    ]  # fmt: skip
    assert late["Late"].cell(3, headings.index("What the owner wrote") + 1).value == f"{TYPED} typed this"
    for each in (*late.worksheets, *every.worksheets):
        assert each.freeze_panes == "A2"
        assert each.auto_filter.ref.startswith("A1:")
        assert each.page_setup.orientation == "landscape"
        assert each.print_title_rows == "$1:$1"


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x.example")', "+1", "-1", "@SUM(A1)", "#REF!", "12", "\x00=1"]
)
def test_typed_text_in_a_workbook_is_text_and_never_a_formula(plan: str, text: str) -> None:
    content = excel_file(paper("tracker"), [Sheet("One", (Column("Text", 20),), [(text,)])])

    cell = sheets(content)["One"]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == " ".join(text.replace("\x00", " ").split())
    assert bool(cell.quotePrefix) == text.strip("\x00").startswith(("=", "+", "-", "@"))


def test_the_same_tables_give_the_same_bytes(plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    with looked_at() as view:
        document = tracker(view)
        first = tracker_file(view, document)
        later = time.localtime(time.time() + 86_400)
        monkeypatch.setattr(time, "localtime", lambda *_: later)
        time.sleep(1.1)  # the library would write the second

        assert tracker_file(view, document) == first
    about = sheets(first).properties
    assert (about.creator, about.lastModifiedBy) in ((None, None), ("", None))
    assert about.modified == clock.at(TODAY, 16).replace(tzinfo=None)


def test_the_page_has_counts_and_references_and_nothing_typed(plan: str) -> None:
    with the_day(TODAY, 16), reading() as session:
        board, process = board_in(session), process_by_ref(session, plan)
        text = actions_page(session, book(), board, TODAY, LINKS)
        others = [
            today_page(session, book(), board, TODAY, LINKS),
            process_page(session, book(), process, TODAY, LINKS),
        ]

    assert text.startswith("# Actions of Barking \\& Dagenham SCB (5 open, 2 late)\n")
    assert "## Late (2)" in text
    assert text.count(f"/pages/{plan.lower()}") == 7
    assert [each for each in (TYPED, PUBLIC, *TITLES) if each in text] == []
    assert all("/pages/actions-barking-and-dagenham" in each for each in others)
    assert "2026-" not in text


def test_a_board_without_plans_has_papers_and_a_page_that_say_so(database: str) -> None:
    from tests.records_builders import a_board

    a_board(TODAY)

    texts = [word(word_file(paper(which))).words for which in ACTION_PAPERS]
    with looked_at() as view:
        late = sheets(exceptions_file(view, exception_report(view)))
        shown = actions_page(view.session, view.book, view.board, TODAY, LINKS)

    assert "No action is late." in texts[0]
    assert "There is no open plan with actions." in texts[1]
    assert late["Late"].max_row == 1
    assert "There is no open plan with actions." in shown
