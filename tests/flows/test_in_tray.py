"""What is dropped into a folder is read once, and nobody's name goes further than the folder."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import stat
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger
from sqlmodel import select
from typer.testing import CliRunner

from config import clock
from config.settings import settings
from flows.board_folders import BoardFolder, board_folder, make_board_folders
from flows.cli import app
from flows.dispatch_messages import dispatch_messages
from flows.in_tray import look_into_in_trays
from flows.papers import papers_folder
from flows.port import through
from flows.prepare import _the_folders
from flows.readers import reads
from flows.round_steps import STEPS, read_in_trays, write_digests
from flows.rounds import run_round
from flows.tray_files import MOST_BYTES, CannotBePutAway, Lying, Note, put_into
from models.records.boards import Board
from models.records.database import invented_record, reading, transaction
from models.records.due import rounds_for
from models.records.history import verify_chain
from models.records.incoming import FAULTS, Became
from models.records.messages import Message, Task
from models.records.opening import desk_ref
from models.records.processes import process_by_ref
from models.records.rounds import claim_round
from models.records.tasks import tasks_to_tick_off, tick_off
from notifications.dispatch import dispatch
from tests.builders import on
from tests.flows.a_tray import (
    A_MINUTE,
    CHILD,
    KILLED,
    MARK,
    a_reader,
    drop,
    drop_bytes,
    in_a_child,
    in_children,
    incoming,
    lie_in,
    loaded,
    look,
    office_tasks,
    only_these_readers,
    text_in,
    told,
)
from tests.flows.scripted_port import ScriptedPort
from tests.flows.whole_record import whole_record
from tests.records_builders import BOARD, a_board, the_day
from tests.reports.shown_pages import text, today_of_board

OPENED = on("Mon 2026-03-02")
DAY = on("Fri 2026-06-12")
NEXT_DAY = on("Mon 2026-06-15")
IN_TRAY, DONE, IN_FAULTS = BoardFolder.IN_TRAY, BoardFolder.DONE, BoardFolder.FAULTS
ONE_IN_FAULTS = (
    "A file in the folder faults could not be read: look at the note beside it. "
    "This task ends by itself when the folder is empty"
)


@pytest.fixture(autouse=True)
def board(database: str) -> Iterator[Board]:
    """A board with its folders, and no reader but those of the test."""
    one = a_board(OPENED)
    make_board_folders([BOARD])
    with only_these_readers():
        yield one


@pytest.fixture
def sheets(board: Board) -> None:
    """Sheets can be read."""
    a_reader()


# What is read


def test_a_file_is_read_and_lies_in_done(sheets: None) -> None:
    content = drop("Returns", "one", "two").read_bytes()

    did = look(DAY)

    (row,) = incoming()
    assert loaded() == ["one", "two"]
    assert (lie_in(IN_TRAY), lie_in(DONE), lie_in(IN_FAULTS)) == ([], ["Returns.sheet"], [])
    assert (row.kind, row.size, row.became) == ("sheet", len(content), Became.READ)
    assert row.digest == hashlib.sha256(content).hexdigest()
    assert row.put_away_at is not None
    assert (did.read, did.said, did.did_nothing) == (1, ("2 lines",), False)


def test_the_journal_of_the_desk_counts_it_and_still_holds(sheets: None) -> None:
    drop("Returns", "one")
    drop("Others", "wrong")

    look(DAY)

    with reading() as session:
        assert verify_chain(session, process_by_ref(session, desk_ref(BOARD))) == []
    numbers = {each.became.value: each.id for each in incoming()}
    assert {each.deed: each.facts["file"] for each in told()} == {
        "file read": numbers["read"], "file not read": numbers["faulty"],
    }  # fmt: skip
    assert {each.facts["kind"] for each in told()} == {"sheet"}


def test_what_came_first_is_read_first(sheets: None) -> None:
    for seconds, name in ((300, "c"), (200, "a"), (100, "b")):
        moment = clock.file_moment() - seconds
        os.utime(drop(name, name), (moment, moment))

    look(DAY)

    assert loaded() == ["c", "a", "b"]


def test_a_file_that_changed_less_than_a_minute_ago_is_left_for_the_next_look(sheets: None) -> None:
    drop("Returns", "one")

    with the_day(DAY, 9), clock.files_seen_later(30):
        (did,) = look_into_in_trays().boards

    assert (did.waiting, did.did_nothing, loaded()) == (0, True, [])
    assert lie_in(IN_TRAY) == ["Returns.sheet"]
    assert look(DAY).read == 1


def test_a_file_that_brought_an_old_date_along_waits_its_minute_too(sheets: None) -> None:
    os.utime(drop("Returns", "one"), (0, 0))

    with the_day(DAY, 9), clock.files_seen_later(30):
        look_into_in_trays()

    assert loaded() == []
    assert look(DAY).read == 1


def test_a_file_from_a_clock_that_is_ahead_is_read_all_the_same(sheets: None) -> None:
    ahead = clock.file_moment() + 86_400
    os.utime(drop("Returns", "one"), (ahead, ahead))

    assert look(DAY).read == 1


def test_a_file_that_is_saved_again_while_it_is_read_is_read_again_by_the_next_look() -> None:
    path = board_folder(BOARD, IN_TRAY) / "Returns.sheet"

    def somebody_saves(line: str) -> None:
        if line == "one":
            path.unlink()
            drop("Returns", "two")

    a_reader(somebody_saves)
    drop("Returns", "one")

    first = look(DAY)

    assert (first.read, loaded(), lie_in(DONE), lie_in(IN_TRAY)) == (1, ["one"], [], ["Returns.sheet"])
    assert look(DAY).read == 1
    assert (loaded(), lie_in(DONE)) == (["one", "two"], ["Returns.sheet"])


def test_a_file_that_is_taken_away_while_it_is_read_counts_as_put_away() -> None:
    a_reader(lambda _: (board_folder(BOARD, IN_TRAY) / "Returns.sheet").unlink())
    drop("Returns", "one")

    assert look(DAY).trouble == ()
    assert [each.put_away_at is not None for each in incoming()] == [True]


def test_runs_whose_wait_is_over_look_again() -> None:
    class Remembers(ScriptedPort):
        def look_again(self, ref: str) -> None:
            looked_again.append(ref)

    looked_again: list[str] = []
    a_reader(look_again=("CR-7Q4M",))
    drop("Returns", "one")

    with through(Remembers()):
        look(DAY)

    assert looked_again == ["CR-7Q4M"]


def test_a_kind_has_one_reader(sheets: None) -> None:
    with pytest.raises(ValueError, match="sheet"):
        reads("sheet")(object)  # type: ignore[type-var]


# What is read once


def test_the_same_content_again_is_put_away_with_a_note_and_nothing_is_loaded_twice(sheets: None) -> None:
    drop("Returns", "one")
    look(DAY)
    drop("Returns under another name", "one")

    did = look(NEXT_DAY)

    assert (did.known, did.read, loaded()) == (1, 0, ["one"])
    note = "Returns under another name.sheet - read before.txt"
    assert lie_in(DONE) == ["Returns under another name.sheet", note, "Returns.sheet"]
    assert "had been read on Friday 12 June 2026" in text_in(DONE, note)
    assert [each.became for each in incoming()] == [Became.READ, Became.KNOWN]
    assert office_tasks() == []


def test_two_files_with_the_same_content_at_once_are_read_once(sheets: None) -> None:
    drop("a", "one")
    drop("b", "one")

    did = look(DAY)

    assert (did.read, did.known, loaded()) == (1, 1, ["one"])
    assert lie_in(IN_TRAY) == []


def test_a_faulty_file_is_tried_again_when_it_is_dropped_again() -> None:
    right: list[str] = []

    def only_when_it_is_right(_: str) -> None:
        if not right:
            raise LookupError

    a_reader(only_when_it_is_right)
    drop("Returns", "one")
    look(DAY)
    right.append("the record knows now what the file speaks of")
    drop("Returns", "one")

    assert look(NEXT_DAY).read == 1
    assert loaded() == ["one"]


def test_a_look_that_is_killed_while_it_reads_has_loaded_nothing_and_the_next_one_reads_it() -> None:
    ours = os.getpid()
    a_reader(lambda line: os._exit(KILLED) if line == "two" and os.getpid() != ours else None)
    drop("Returns", "one", "two")

    code = in_a_child(lambda: look(DAY))

    assert code == KILLED
    assert (loaded(), incoming(), lie_in(IN_TRAY)) == ([], [], ["Returns.sheet"])
    assert look(DAY).read == 1
    assert loaded() == ["one", "two"]


def test_a_look_that_is_killed_after_it_has_read_is_gone_on_with_and_nothing_is_loaded_twice() -> None:
    class Dies(ScriptedPort):
        def look_again(self, ref: str) -> None:
            os._exit(KILLED)

    def dies() -> None:
        with through(Dies()):
            look(DAY)

    a_reader(look_again=("CR-7Q4M",))
    drop("Returns", "one")

    assert in_a_child(dies) == KILLED
    assert (loaded(), lie_in(IN_TRAY)) == (["one"], ["Returns.sheet"])

    did = look(DAY)

    assert (did.moved, did.read, did.known, loaded()) == (1, 0, 0, ["one"])
    assert (lie_in(IN_TRAY), lie_in(DONE)) == ([], ["Returns.sheet"])
    assert "Read by a look that broke off, and put away now: 1." in did.sentences()
    assert [each.put_away_at is not None for each in incoming()] == [True]


def test_looks_at_the_same_moment_load_nothing_twice(sheets: None) -> None:
    names = [f"line {number}" for number in range(12)]
    for name in names:
        drop(name, name)

    def looks() -> None:
        with the_day(DAY, 9), clock.files_seen_later(A_MINUTE):
            look_into_in_trays()

    assert in_children(looks, 3) == [0, 0, 0]
    looks()

    assert sorted(loaded()) == sorted(names)
    assert (lie_in(IN_TRAY), len(lie_in(DONE)), office_tasks()) == ([], 12, [])


def test_while_another_look_is_at_work_nothing_is_done(sheets: None) -> None:
    claim_round("in-tray", DAY)
    drop("Returns", "one")

    with the_day(DAY, 9), clock.files_seen_later(A_MINUTE):
        looked = look_into_in_trays()

    assert (looked.under_way, loaded()) == (True, [])
    assert looked.sentences() == ["Another look into the in-trays is at work."]


def test_a_rehearsal_looks_into_no_folder(sheets: None) -> None:
    drop("Returns", "one")

    with invented_record(), clock.files_seen_later(A_MINUTE):
        looked = look_into_in_trays(DAY)

    assert (looked.boards, lie_in(IN_TRAY)) == ((), ["Returns.sheet"])


def test_an_empty_in_tray_leaves_nothing_in_the_record(sheets: None) -> None:
    before = whole_record()

    assert look(DAY).did_nothing
    assert whole_record() == before


# What cannot be read


def test_every_fault_stands_in_the_note_with_its_place_and_what_to_do(sheets: None) -> None:
    drop("Returns", "one", "wrong here", "two", "wrong there")

    did = look(DAY)

    assert (did.faulty, loaded()) == (1, [])
    assert lie_in(IN_FAULTS) == ["Returns.sheet", "Returns.sheet - why not.txt"]
    note = text_in(IN_FAULTS, "Returns.sheet - why not.txt")
    assert "could not be read on Friday 12 June 2026 at 09:00, and nothing of it was loaded" in note
    assert "1. Line 3: 'wrong here' is wrong. Write what is right." in note
    assert "2. Line 5: 'wrong there' is wrong. Write what is right." in note
    assert f"has the number {incoming()[0].id}." in note
    assert (incoming()[0].became, incoming()[0].kind) == (Became.FAULTY, "sheet")


def test_a_file_that_nobody_recognises_is_faulty(sheets: None) -> None:
    drop_bytes("Minutes.docx", b"minutes")

    look(DAY)

    assert "does not recognise" in text_in(IN_FAULTS, "Minutes.docx - why not.txt")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("what", "why"),
    [("link", "a link"), ("second-name", "lies in another folder too"), ("folder", "This is a folder"),
     ("pipe", "not a file"), ("large", "larger than 5 megabytes"), ("empty", "is empty")],
)  # fmt: skip
def test_what_is_no_file_of_its_own_is_refused_unread(sheets: None, tmp_path: Path, what: str, why: str) -> None:
    elsewhere = tmp_path / "elsewhere.sheet"
    elsewhere.write_text("sheet\none")
    path = board_folder(BOARD, IN_TRAY) / "Returns.sheet"
    make: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to(elsewhere), "second-name": lambda: path.hardlink_to(elsewhere),
        "folder": path.mkdir, "pipe": lambda: os.mkfifo(path), "empty": path.touch,
        "large": lambda: path.write_bytes(b"sheet\n" * MOST_BYTES),
    }  # fmt: skip
    make[what]()

    did = look(DAY)

    assert (did.faulty, loaded(), did.trouble) == (1, [], ())
    assert lie_in(IN_FAULTS) == ["Returns.sheet", "Returns.sheet - why not.txt"]
    assert why in text_in(IN_FAULTS, "Returns.sheet - why not.txt")
    assert elsewhere.read_text() == "sheet\none"
    assert office_tasks() == [ONE_IN_FAULTS]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_programs_leave_for_themselves_is_passed_over(sheets: None) -> None:
    names = ["~$Returns.xlsx", ".~lock.Returns.ods#", ".hidden", "Returns.sheet.part", "~WRL0001.tmp", "Thumbs.db"]
    for name in names:
        drop_bytes(name, b"sheet\none")

    assert look(DAY).did_nothing
    assert lie_in(IN_TRAY) == sorted(names)
    assert office_tasks() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_note_of_ours_that_comes_back_with_its_file_is_put_away(sheets: None) -> None:
    drop("Returns", "wrong")
    look(DAY)
    folder, tray = board_folder(BOARD, IN_FAULTS), board_folder(BOARD, IN_TRAY)
    for name in lie_in(IN_FAULTS):
        (folder / name).rename(tray / name)
    drop("Returns", "right")

    did = look(NEXT_DAY)

    assert (did.read, did.faulty, loaded()) == (1, 0, ["right"])
    assert (lie_in(IN_TRAY), lie_in(IN_FAULTS)) == ([], [])


def test_a_reader_with_a_fault_of_its_own_loads_nothing_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def falls_over(line: str) -> None:
        if line == "two":
            raise ZeroDivisionError(f"over {MARK}")

    a_reader(falls_over)
    drop(f"A {MARK}", "one", "two")
    drop("B", "three")

    did = look(DAY)

    assert (did.read, did.faulty, loaded()) == (1, 1, ["three"])
    assert "a fault of its own" in text_in(IN_FAULTS, f"A {MARK}.sheet - why not.txt")
    assert "ZeroDivisionError" in caplog.text
    assert "falls_over" in caplog.text
    assert MARK not in caplog.text


# Where it is put


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_names_that_are_taken_get_a_number_and_nothing_is_written_over(sheets: None) -> None:
    for line in ("one", "two", "three"):
        drop("Returns", line)
        drop("Others", f"wrong {line}")
        look(DAY)

    assert lie_in(DONE) == ["Returns (2).sheet", "Returns (3).sheet", "Returns.sheet"]
    assert text_in(DONE, "Returns (2).sheet") == "sheet\ntwo"
    assert lie_in(IN_FAULTS)[:2] == ["Others (2).sheet", "Others (2).sheet - why not.txt"]
    assert "'wrong two' is wrong" in text_in(IN_FAULTS, "Others (2).sheet - why not.txt")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["ü" * 124, "with\nlines\tand “marks”", "no letters \udcff\udcfe"])
def test_a_long_or_strange_name_still_has_its_note(sheets: None, name: str) -> None:
    drop(name, "wrong")

    assert look(DAY).faulty == 1
    kept, note = lie_in(IN_FAULTS)
    assert note == f"{kept} - why not.txt"
    assert len(os.fsencode(note)) <= 255
    assert kept[:12] == name[:12]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_folders_are_beside_the_papers_and_only_their_owner_looks_into_them(sheets: None) -> None:
    drop("Returns", "wrong")

    look(DAY)

    folders = [board_folder(BOARD, each) for each in BoardFolder]
    assert [each.name for each in folders] == ["papers", "in-tray", "done", "faults"]
    assert papers_folder(BOARD) == folders[0]
    assert {stat.S_IMODE(each.stat().st_mode) for each in [*folders, folders[0].parent]} == {0o700}
    assert {
        stat.S_IMODE((folders[3] / each).stat().st_mode) & 0o077 for each in lie_in(IN_FAULTS) if "why" in each
    } == {0}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("named", [True, False])
def test_a_setting_puts_the_folders_elsewhere(
    sheets: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    monkeypatch.setenv("SIGHTLINE_BOARD_FOLDERS", str(tmp_path / "shared") if named else "")
    settings.cache_clear()
    drop("Returns", "one")

    look(DAY)

    where = tmp_path / "shared" if named else settings().home / "boards"
    assert (where / BOARD / "done" / "Returns.sheet").exists()
    assert papers_folder(BOARD) == where / BOARD / "papers"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_folders_that_cannot_be_made_keep_nothing_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SIGHTLINE_BOARD_FOLDERS", str(tmp_path / "file" / "shared"))
    settings.cache_clear()

    _the_folders([BOARD])

    assert "The folders of the boards could not be made below" in capsys.readouterr().out


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_where_no_note_can_be_written_everything_stays_as_it_was(tmp_path: Path) -> None:
    tray, faults = tmp_path / "in", tmp_path / "faults"
    tray.mkdir()
    faults.mkdir()
    path = tray / "Returns.sheet"
    path.write_bytes(b"sheet")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))  # a disk that is full after ten bytes
    try:
        with pytest.raises(CannotBePutAway):
            put_into(Lying(path, path.lstat()), faults, Note(" - why not.txt", "longer than ten bytes"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [*faults.iterdir()] == []
    assert path.read_bytes() == b"sheet"


# What the office hears


def test_the_office_has_one_task_that_counts_and_ends_by_itself(sheets: None) -> None:
    drop("a", "wrong a")
    look(DAY)
    first = office_tasks()
    drop("b", "wrong b")
    look(DAY)
    second = office_tasks()
    for name in lie_in(IN_FAULTS):
        (board_folder(BOARD, IN_FAULTS) / name).unlink()

    did = look(DAY)

    assert first == [ONE_IN_FAULTS]
    assert len(second) == 1
    assert second[0].startswith("2 files in the folder faults could not be read: look at the note beside each")
    assert (office_tasks(), did.told) == ([], True)
    assert len(office_tasks(also_done=True)) == 1


def test_a_task_that_was_ticked_off_comes_again_with_the_next_faulty_file_only(board: Board, sheets: None) -> None:
    for name in ("a", "b"):
        drop(name, f"wrong {name}")
        look(DAY)
    with transaction() as session:
        (task,) = tasks_to_tick_off(session, board.id or 0)
        tick_off(session, board.id or 0, task.id or 0)

    assert look(DAY).did_nothing
    assert office_tasks() == []
    drop("c", "wrong c")
    look(DAY)

    assert [each[:7] for each in office_tasks()] == ["3 files"]


def test_the_page_of_today_and_the_morning_mail_say_how_many_files_lie_in_faults(board: Board, sheets: None) -> None:
    drop(CHILD, "wrong")

    with the_day(NEXT_DAY, 7), clock.files_seen_later(A_MINUTE):
        report = run_round(steps=(("trays", read_in_trays), ("digests", write_digests)))

    with reading() as session:
        facts = [each.facts for each in session.exec(select(Message)).all() if each.kind == "manager_digest"]
    assert [[each["title"] for each in one["tasks"]] for one in facts] == [[ONE_IN_FAULTS]] * 2
    assert ONE_IN_FAULTS in text(today_of_board(board, NEXT_DAY))
    assert any("Not read, with a note beside each in the folder faults: 1." in each for each in report.sentences())


def test_the_round_looks_into_the_in_trays_before_it_writes_the_digest() -> None:
    names = [name for name, _ in STEPS]

    assert names.index("looking into the in-trays") < names.index("writing the digests")


def test_what_cannot_be_moved_is_not_loaded_again_and_the_office_has_one_task(sheets: None) -> None:
    done = board_folder(BOARD, DONE)
    done.rmdir()
    done.write_text("somebody has put a file where the folder was")
    drop("Returns", "one")

    first, second = look(DAY), look(NEXT_DAY)

    assert (first.read, second.read, loaded()) == (1, 0, ["one"])
    assert [each.split(":")[0] for each in office_tasks()] == ["A file cannot be moved out of the folder in-tray"]
    assert lie_in(IN_TRAY) == ["Returns.sheet"]

    done.unlink()
    third = look(NEXT_DAY)

    assert (third.moved, lie_in(DONE), office_tasks(), loaded()) == (1, ["Returns.sheet"], [], ["one"])


def test_a_faulty_file_that_cannot_be_moved_is_one_row_and_is_read_when_it_can_be(sheets: None) -> None:
    faults = board_folder(BOARD, IN_FAULTS)
    faults.rmdir()
    faults.write_text("somebody has put a file where the folder was")
    drop("Returns", "wrong")

    for _ in range(3):
        look(DAY)
    faults.unlink()
    look(DAY)

    assert [each.became for each in incoming()] == [Became.FAULTY]
    assert [each.deed for each in told()] == ["file not read"]
    assert lie_in(IN_FAULTS) == ["Returns.sheet", "Returns.sheet - why not.txt"]
    assert office_tasks() == [ONE_IN_FAULTS]


def test_an_in_tray_that_cannot_be_looked_into_is_one_task_and_keeps_no_other_board_waiting(
    board: Board, sheets: None
) -> None:
    with transaction() as session:
        other = Board(key="unknown-to-configuration", name="Elsewhere")
        session.add(other)
        session.flush()
    drop("Theirs", "two", board=other.key)
    drop("Ours", "one")

    for day in (DAY, DAY, NEXT_DAY):
        look(day)

    assert (loaded(), lie_in(DONE)) == (["one"], ["Ours.sheet"])
    assert lie_in(IN_TRAY, other.key) == ["Theirs.sheet"]
    with reading() as session:
        (task,) = session.exec(select(Task).where(Task.board_id == other.id)).all()
    assert task.title.startswith("Files in the folder in-tray are not read: run “sightline check”")


def test_a_folder_that_is_gone_is_made_and_one_that_cannot_be_is_a_task(sheets: None) -> None:
    tray = board_folder(BOARD, IN_TRAY)
    tray.rmdir()
    look(DAY)
    made = tray.is_dir()
    tray.rmdir()
    tray.write_text("somebody has put a file where the folder was")

    look(DAY)

    assert made
    assert [each.split(":")[0] for each in office_tasks()] == ["A file or folder of the in-tray cannot be opened"]


# The doors


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_command_reads_what_lies_there(sheets: None) -> None:
    drop("Returns", "one")
    with clock.files_seen_later(A_MINUTE):
        said = CliRunner().invoke(app, ["in-tray"])
        drop("Others", "wrong")
        faulty = CliRunner().invoke(app, ["in-tray", "--json"])

    nothing = CliRunner().invoke(app, ["in-tray"])

    assert (said.exit_code, said.stdout.splitlines()) == (0, [f"{BOARD}: Read: 1.", f"{BOARD}: 1 lines"])
    facts = json.loads(faulty.stdout)
    assert (faulty.exit_code, facts["boards"][0]["faulty"], facts["boards"][0]["in_faults"]) == (1, 1, 1)
    assert (nothing.exit_code, nothing.stdout.strip()) == (
        0,
        f"{BOARD}: In the folder faults: 1. Look at the note beside each.",
    )


@pytest.mark.engine
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_dispatch_reads_what_lies_there(sheets: None, prefect_server: str) -> None:
    drop("Returns", "one")

    with disable_run_logger(), clock.files_seen_later(A_MINUTE):
        dispatch_messages.fn()

    assert (loaded(), lie_in(DONE)) == (["one"], ["Returns.sheet"])


# Names


def test_no_name_of_a_file_goes_further_than_the_folder(
    board: Board, sheets: None, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level("DEBUG")
    said: list[str] = []

    def looked(day: date) -> None:
        said.extend(look(day).sentences())

    drop_bytes(CHILD, b"sheet\none")
    drop_bytes(f"again {CHILD}", b"sheet\none")
    drop_bytes(f"wrong {CHILD}", b"sheet\nwrong")
    drop_bytes(f"{CHILD}.docx", b"unknown")
    (board_folder(BOARD, IN_TRAY) / f"link {CHILD}").symlink_to(tmp_path)
    (board_folder(BOARD, IN_TRAY) / f"folder {MARK}").mkdir()
    looked(DAY)
    done = board_folder(BOARD, DONE)
    done.rename(done.with_name("kept"))
    done.touch()
    drop_bytes(f"stays {CHILD}", b"sheet\ntwo")
    looked(NEXT_DAY)
    with the_day(NEXT_DAY, 7), clock.files_seen_later(A_MINUTE):
        report = run_round(steps=(("trays", read_in_trays), ("digests", write_digests)))
        dispatch()
        shown = CliRunner().invoke(app, ["in-tray", "--json"]).output

    with reading() as session:
        rounds = [each.did for each in rounds_for(session, "in-tray", NEXT_DAY)]
    outbox = "".join(each.read_text() for each in settings().outbox_folder.rglob("*.eml"))
    page = today_of_board(board, NEXT_DAY)
    notes = [text_in(IN_FAULTS, each) for each in lie_in(IN_FAULTS) if each.endswith("why not.txt")]
    assert any(MARK in each for each in lie_in(IN_FAULTS))
    assert len(notes) == 4
    assert "faults" in outbox
    everything = [repr(whole_record(without=())), caplog.text, outbox, page, shown, *said, *report.sentences(), *notes]
    assert [each for each in [*everything, repr(rounds)] if MARK in each] == []


def test_what_a_program_shows_of_a_file_is_not_its_name() -> None:
    path = drop_bytes(CHILD, b"sheet")

    assert MARK not in repr(Lying(path, path.lstat()))
    assert FAULTS not in repr(Lying(path, path.lstat()))
