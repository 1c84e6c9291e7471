"""Facts become texts, and nothing but facts that are on the list."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from notifications.facts import MissingFact, UnfitFact, UnknownFact
from notifications.render import SubjectOfSeveralLines, UnknownMessage, check_facts, render, version
from notifications.scanner import RefusedContent, scan, scan_subject
from notifications.wording import count_of, day_from_words, late, owed, spoken
from tests.notifications.samples import sample_facts

FRIDAY = date(2026, 6, 12)


def reminder(**changes: object) -> dict[str, object]:
    item = {"ref": "CR-7Q4M Rowan", "title": "Chronology", "due": "2026-06-12", **changes}
    return {**sample_facts("reminder"), "items": [item]}


def test_the_first_line_says_what_is_owed_and_by_when() -> None:
    later = {"ref": "CR-7Q4M Rowan", "title": "Return", "due": date(2026, 6, 19)}
    facts = reminder()

    one = render("reminder", facts)
    two = render("reminder", {**facts, "items": [later, {**later, "due": FRIDAY}]})

    assert one.text.splitlines()[0] == "1 thing, by Friday 12 June 2026."
    assert two.text.splitlines()[0] == "2 things, the first by Friday 12 June 2026."
    assert one.subject == "Board action due 12 June, ref CR-7Q4M Rowan"
    assert one.teams == "1 thing, by Friday 12 June 2026; please see your mail."


def test_each_thing_carries_three_ready_replies() -> None:
    rendered = render("reminder", reminder())

    for text in (rendered.text, rendered.html):
        assert text.count("mailto:board@board.example?subject=") == 3
    assert "?subject=On%20track%3A%20CR-7Q4M%20Rowan%2C%20Chronology" in rendered.text


@pytest.mark.parametrize("due", ["2026-06-12", "Friday 12 June 2026", FRIDAY])
def test_a_date_may_come_in_any_of_three_ways_and_is_always_spoken(due: object) -> None:
    assert "Due Friday 12 June 2026" in render("reminder", reminder(due=due)).text


def test_a_weekday_that_does_not_fit_is_refused() -> None:
    with pytest.raises(UnfitFact):
        render("reminder", reminder(due="Monday 12 June 2026"))


def test_a_fact_that_is_not_on_the_list_is_refused() -> None:
    with pytest.raises(UnknownFact, match="child_name"):
        render("reminder", {**reminder(), "child_name": "x"})
    with pytest.raises(UnknownFact, match=r"items\.note"):
        render("reminder", reminder(note="x"))


def test_a_fact_that_is_missing_is_refused() -> None:
    facts = reminder()
    del facts["mailbox"]

    with pytest.raises(MissingFact, match="mailbox"):
        render("reminder", facts)
    with pytest.raises(MissingFact, match="items"):
        render("reminder", {**reminder(), "items": []})


def test_facts_can_be_checked_before_all_of_them_are_there() -> None:
    check_facts("reminder", {})
    check_facts("reminder", {"ref": "CR-7Q4M Rowan"})

    with pytest.raises(UnknownFact):
        check_facts("reminder", {"child_name": "x"})
    with pytest.raises(RefusedContent):
        check_facts("reminder", {"ref": "born on a Friday"})


@pytest.mark.parametrize(
    "value",
    [
        "two\nlines",
        "bell\x07",
        "x\r\nBcc: a@b.example",
        "x" * 201,
        "x" * 100_000,
        "turn\u202eround",
        7,
        None,
        ["x"],
        "a\u2028b",
    ],
)
def test_a_text_that_does_not_fit_is_refused_and_not_repeated(value: object) -> None:
    with pytest.raises((UnfitFact, MissingFact)) as caught:
        render("reminder", reminder(title=value))

    assert str(value)[:20] not in str(caught.value) or value in {7, None}


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{{ self }}",
        "a & b \" ' c",
        "🌳 family tree",
        "${7*7}",
        "# x",
    ],
)
def test_markup_and_template_signs_are_shown_and_never_obeyed(value: str) -> None:
    rendered = render("reminder", reminder(title=value))

    assert value in rendered.text
    assert "49" not in rendered.text
    assert "<script>" not in rendered.html
    assert (value in rendered.html) == (not set(value) & set("<>&\"'"))


def test_a_link_is_nothing_but_a_link() -> None:
    for link in (
        "javascript:alert(1)",
        "http://elsewhere.example",
        'https://x.example/" onclick="',
        "https://x y",
    ):
        with pytest.raises(UnfitFact):
            render("published", {**sample_facts("published"), "public_place": link})

    assert (
        'href="https://x.example/?a=1&amp;b=2"'
        in render("published", {**sample_facts("published"), "public_place": "https://x.example/?a=1&b=2"}).html
    )


@pytest.mark.parametrize(
    "text",
    ["12/03/2015", "3.4.15", "2015-03-12", "DOB 3 May", "d.o.b. known", "born in May", "9434765919",
     "943 476 5919", "943-476-5919", "RM10 7BN", "sw1a 1aa", "e1 6an", "write to aunt@home.example"],
)  # fmt: skip
def test_what_could_identify_a_child_is_refused(text: str) -> None:
    with pytest.raises(RefusedContent) as caught:
        render("reminder", reminder(title=f"Note: {text}."))

    assert text not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["020 8227 3578", "02082273578", "0208 227 3578", "ref CR-7Q4M Rowan", "ref CR-AB12 Elm",
     "Room B12 3rd floor", "Friday 12 June 2026", "section 14B", "943 476 5918", "Form E1 9am", "1 to 12"],
)  # fmt: skip
def test_what_an_office_writes_every_day_is_not_refused(text: str) -> None:
    scan(text)


def test_the_boards_own_address_and_links_may_stand_in_a_text() -> None:
    place = "https://secure.board.example/9434765919/RM107BN/a@b.example"

    assert place in render("published", {**sample_facts("published"), "public_place": place}).text


@pytest.mark.parametrize("subject", ["SCR due", "two IMRs", "a death", "Abuse", "Serious case review"])
def test_a_subject_that_says_what_the_matter_is_is_refused(subject: str) -> None:
    with pytest.raises(RefusedContent):
        scan_subject(subject)


@pytest.mark.parametrize("message", ["", "no_such_message", "_layout", "../render", "reminder/../nudge"])
def test_a_message_without_texts_is_refused(message: str) -> None:
    with pytest.raises(UnknownMessage):
        render(message, {})


def test_a_board_may_replace_a_text_and_its_version_shows_it(tmp_path: Path) -> None:
    (tmp_path / "reminder").mkdir()
    (tmp_path / "reminder" / "subject.txt").write_text("From {{ board_name }}: {{ items|owed }}")

    rendered = render("reminder", reminder(), tmp_path)

    assert rendered.subject == "From Elm & Oak Safeguarding Children Board: 1 thing, by Friday 12 June 2026"
    assert rendered.text == render("reminder", reminder()).text
    assert version("reminder", tmp_path) != version("reminder")
    assert version("nudge", tmp_path) == version("nudge")


@pytest.mark.parametrize(
    ("subject", "refusal"),
    [
        ("two\nlines", SubjectOfSeveralLines),
        ("", SubjectOfSeveralLines),
        ("An SCR is due", RefusedContent),
        ("About the child born in May", RefusedContent),
        ("Write to {{ mailbox }} or aunt@home.example", RefusedContent),
    ],
)
def test_a_boards_own_subject_is_checked_like_ours(tmp_path: Path, subject: str, refusal: type[Exception]) -> None:
    (tmp_path / "reminder").mkdir()
    (tmp_path / "reminder" / "subject.txt").write_text(subject)

    with pytest.raises(refusal):
        render("reminder", reminder(), tmp_path)


def test_a_boards_own_text_cannot_reach_into_the_program(tmp_path: Path) -> None:
    (tmp_path / "reminder").mkdir()
    (tmp_path / "reminder" / "subject.txt").write_text("{{ ''.__class__.__mro__ }}")

    with pytest.raises(Exception, match="unsafe"):
        render("reminder", reminder(), tmp_path)


def test_dates_and_numbers_are_said_in_plain_words() -> None:
    assert spoken(FRIDAY) == "Friday 12 June 2026"
    assert day_from_words(spoken(FRIDAY)) == day_from_words("2026-06-12") == FRIDAY
    assert (count_of(1, "working day"), count_of([], "thing")) == ("1 working day", "0 things")
    assert owed([{"due": FRIDAY}]) == "1 thing, by Friday 12 June 2026"
    assert late([{"due": FRIDAY}, {"due": FRIDAY}]) == "2 things are late: the first was due Friday 12 June 2026"
