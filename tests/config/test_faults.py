"""Each way to get the configuration wrong is told with its file, its line and what to do."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from config.load import FaultyConfiguration, check, load
from tests.config import wrong_files, wrong_rules
from tests.config.spoil import line_with, replace_in
from tests.config.wrong import BOARD, COMMON, CONTACTS, HOLIDAYS, LADDERS, Wrong

TODAY = date.fromisoformat("2026-06-01")


@pytest.mark.parametrize("wrong", [*wrong_files.TABLE, *wrong_rules.TABLE], ids=lambda wrong: wrong.name)
def test_a_fault_is_told_once_with_file_and_line_and_what_to_do(folder: Path, wrong: Wrong) -> None:
    replace_in(folder, wrong.file, wrong.old, wrong.new)

    faults = [fault for fault in check(folder, TODAY) if not _follows_from(wrong, fault.what)]

    assert len(faults) == 1, [str(fault) for fault in faults]
    (fault,) = faults
    assert (fault.file, fault.line) == (wrong.file, wrong.line or line_with(folder, wrong.file, "HERE"))
    assert wrong.what in fault.what
    assert wrong.do in fault.do
    assert fault.do.endswith((".", "`", '"')), "what to do is a sentence"


def _follows_from(wrong: Wrong, what: str) -> bool:
    """A line of a contact list that cannot be used may leave a role empty, which is told too."""
    return wrong.file == CONTACTS and "nobody in the role" in what and "nobody in the role" not in wrong.what


def test_an_owner_who_is_never_told_unseen_cannot_be_put_on_an_automatic_ladder(folder: Path) -> None:
    replace_in(folder, COMMON, 'owner_role = "independent_reviewer"', 'owner_role = "panel_chair"')

    faults = check(folder, TODAY)

    assert len(faults) == 3  # two reminders and the first note about lateness
    assert {fault.file for fault in faults} == {LADDERS}
    assert all("never told unseen" in fault.what for fault in faults)
    lines = (folder / LADDERS).read_text().splitlines()
    assert all(lines[fault.line - 1] == 'release = "automatic"' for fault in faults)


def test_several_faults_in_several_files_are_all_told_at_once(folder: Path) -> None:
    replace_in(folder, BOARD, "silence_counts_as_agreement = false", "silence_counts_as_agreement = 1")
    replace_in(folder, BOARD, '"11:00"', '"noon"')
    replace_in(folder, LADDERS, 'act = "letter"', 'act = "telegram"')
    replace_in(folder, COMMON, 'mark = "S:002"', 'mark = "x"')
    replace_in(folder, CONTACTS, "@ccg.example", ".ccg.example")
    replace_in(folder, HOLIDAYS, "remove = []", "removed = []")

    faults = check(folder, TODAY)

    told = {(fault.file, fault.what.split("`")[1] if "`" in fault.what else "e-mail") for fault in faults}
    assert told >= {
        (BOARD, "silence_counts_as_agreement"),
        (BOARD, "lateness_notes_at"),
        (LADDERS, "act"),
        (COMMON, "mark"),
        (CONTACTS, "e-mail"),
        (HOLIDAYS, "removed"),
    }
    assert faults == sorted(faults)
    assert len(faults) == len(set(faults))


def test_nothing_is_loaded_when_there_is_a_fault_and_the_error_lists_every_one(folder: Path) -> None:
    replace_in(folder, LADDERS, 'act = "letter"', 'act = "telegram"')
    replace_in(folder, CONTACTS, "@ccg.example", ".ccg.example")

    with pytest.raises(FaultyConfiguration) as raised:
        load(folder, TODAY)

    assert list(raised.value.faults) == check(folder, TODAY)
    for fault in raised.value.faults:
        assert f"{fault.file}, line {fault.line}: {fault.what} {fault.do}" in str(raised.value)


def test_a_fault_in_the_board_does_not_hide_those_of_its_contact_list(folder: Path) -> None:
    replace_in(folder, BOARD, "telephone = ", "phone = ")
    replace_in(folder, CONTACTS, "@ccg.example", ".ccg.example")

    faults = check(folder, TODAY)

    assert [fault.what for fault in faults if fault.file == CONTACTS] == [
        "The e-mail address 'quentin.penhallow.ccg.example' is not complete."
    ]
    assert len([fault for fault in faults if fault.file == BOARD]) == 2


@pytest.mark.parametrize("missing", [BOARD, CONTACTS, LADDERS, COMMON, "guidance/wt2015.toml", HOLIDAYS])
def test_a_missing_file_is_told_and_nothing_falls_over(folder: Path, missing: str) -> None:
    (folder / missing).unlink()

    faults = check(folder, TODAY)

    assert [fault.line for fault in faults if fault.file == missing and "missing" in fault.what] == [1]


def test_a_missing_folder_is_told_and_nothing_falls_over(tmp_path: Path) -> None:
    faults = check(tmp_path / "nowhere", TODAY)

    assert {fault.file for fault in faults} >= {LADDERS, "boards", COMMON}


def test_a_board_without_its_people_is_told_which_are_missing(folder: Path) -> None:
    text = (folder / CONTACTS).read_text().splitlines()
    (folder / CONTACTS).write_text("\n".join(line for line in text if not line.startswith(",")) + "\n")

    faults = check(folder, TODAY)

    assert {fault.what.removeprefix("The board has nobody in the role ").rstrip(".") for fault in faults} == {
        "business_manager",
        "independent_chair",
        "panel_chair",
        "monitoring_chair",
        "strategic_partners",
    }


def test_two_boards_are_checked_each_by_itself(folder: Path) -> None:
    second = folder / "boards" / "second"
    shutil.copytree(folder / "boards" / "barking-and-dagenham", second)
    replace_in(folder, "boards/second/board.toml", 'key = "barking-and-dagenham"', 'key = "second"')
    replace_in(folder, "boards/second/contacts.csv", "@ccg.example", "@gmail.com")

    (fault,) = check(folder, TODAY)

    assert (fault.file, fault.line) == ("boards/second/contacts.csv", 18)


def test_the_bank_holidays_are_asked_for_the_year_after_this_one(folder: Path) -> None:
    (fault,) = check(folder, date.fromisoformat("2100-01-01"))

    assert fault.file == HOLIDAYS
    assert "do not reach 2101" in fault.what


@pytest.mark.parametrize(
    "excel",
    [
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace(",", ";").replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace("\n", ",,\n").encode(),
        lambda text: (text + ",,,,,,\n\n").encode(),
        lambda text: text.replace("agency,role", "Agency,Role").replace(",yes,", ",Yes,").encode(),
        lambda text: text.rstrip("\n").encode(),
    ],
    ids=[
        "mark and CRLF",
        "semicolons",
        "tabs",
        "empty columns",
        "empty lines",
        "capitals",
        "no last line end",
    ],
)
def test_a_contact_list_is_read_as_excel_writes_it(folder: Path, excel: object) -> None:
    before = load(folder, TODAY).boards["barking-and-dagenham"].contacts
    text = (folder / CONTACTS).read_text()
    assert callable(excel)
    (folder / CONTACTS).write_bytes(excel(text))

    after = load(folder, TODAY).boards["barking-and-dagenham"].contacts

    assert after == before


def test_a_new_contact_list_is_checked_for_a_board_that_is_loaded(folder: Path) -> None:
    board = load(folder, TODAY).board("barking-and-dagenham")
    replace_in(folder, CONTACTS, "ccg,chief_officer", "gcc,chief_officer")

    people, faults = board.read_contacts((folder / CONTACTS).read_bytes(), "contacts.csv")

    assert len(people) == len(board.contacts) - 1
    assert [(fault.file, fault.line) for fault in faults] == [("contacts.csv", 18)]


def test_a_contact_list_in_another_encoding_is_refused_with_the_line(folder: Path) -> None:
    text = (folder / CONTACTS).read_text().replace("Quentin", "Quéntin", 1)
    (folder / CONTACTS).write_bytes(text.encode("cp1252"))

    (fault,) = check(folder, TODAY)

    assert (fault.file, fault.line) == (CONTACTS, 18)
    assert "CSV UTF-8" in fault.do


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xff\xfea\x00", b"\x00", b'"', b"agency;role\n", b"PK\x03\x04"])
def test_a_file_that_is_no_contact_list_is_one_fault(folder: Path, raw: bytes) -> None:
    (folder / CONTACTS).write_bytes(raw)

    faults = check(folder, TODAY)

    assert [fault.line for fault in faults if "nobody in the role" not in fault.what] == [1]


def test_a_file_written_on_windows_keeps_its_line_numbers(folder: Path) -> None:
    replace_in(folder, BOARD, "silence_counts_as_agreement = false", "silence_counts_as_agreement = 0  # HERE")
    text = (folder / BOARD).read_text()
    (folder / BOARD).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    (fault,) = check(folder, TODAY)

    assert fault.line == line_with(folder, BOARD, "HERE")


def test_an_edition_that_does_not_say_who_takes_a_decision_is_refused(folder: Path) -> None:
    text = (folder / COMMON).read_text()
    kept = [line for line in text.splitlines() if not line.startswith("sign-off = ")]
    (folder / COMMON).write_text("\n".join(kept) + "\n")

    assert {fault.what for fault in check(folder, TODAY)} == {"It does not say who decides on 'sign-off'."}
