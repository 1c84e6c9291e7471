"""What goes into a calendar, and the facts that it is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.facts import UnfitFact
from notifications.invitations import calendar_of
from notifications.office import Office, office
from notifications.render import check_facts, render
from notifications.scanner import RefusedContent
from notifications.wording import SpokenMoment
from tests.notifications.samples import sample_facts
from tests.records_builders import BOARD

QUEUED = datetime(2026, 3, 2, 9, tzinfo=UTC)
MEETING: dict[str, Any] = {
    "method": "REQUEST", "uid": "meeting-0123456789abcdef@board.example", "sequence": 3,
    "starts_at": "2026-03-30T09:00:00+00:00", "minutes": 90, "place": "The room",
}  # fmt: skip
DATE: dict[str, Any] = {"uid": "due-0123456789@board.example", "sequence": 1, "title": "Return", "due": "2026-05-11"}


def written(facts: dict[str, Any], ours: Office | None = None) -> str:
    made = calendar_of(
        facts, ours or office(BOARD), address="lead@agency.example", ref="CR-7Q4M Rowan", queued_at=QUEUED
    )
    assert made is not None
    return made.decode()


@given(st.text(max_size=120), st.text(max_size=120))
@settings(max_examples=150, deadline=None)
def test_no_place_and_no_name_adds_a_line_or_a_property(place: str, name: str) -> None:
    text = written({**MEETING, "place": place}, replace(office(BOARD), name=name))

    usual = {line.partition(":")[0].partition(";")[0] for line in written(MEETING).replace("\r\n ", "").splitlines()}
    lines = text.replace("\r\n ", "").split("\r\n")
    assert {line.partition(":")[0].partition(";")[0] for line in lines if line} <= usual
    assert len([line for line in lines if line.startswith("METHOD")]) == 1
    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["UID"]) == MEETING["uid"]
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75


@pytest.mark.parametrize("place", ["a, b; c\\d", "x\r\nMETHOD:CANCEL", "x\nBEGIN:VALARM", 'say "hello": now'])
def test_commas_semicolons_and_breaks_are_read_back_by_both_parsers_as_one_line(place: str) -> None:
    text = written({**MEETING, "place": place})

    (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(event["LOCATION"]) == vobject.readOne(text).vevent.location.value == " ".join(place.split())


def test_the_same_row_gives_the_same_entry_however_often_it_is_written() -> None:
    assert written(MEETING) == written(MEETING)


def test_a_date_is_a_whole_day_that_blocks_no_time_and_asks_for_no_answer() -> None:
    text = written({"dates": [DATE, {**DATE, "uid": "due-aaaaaaaaaa@board.example", "title": "A; B, C"}]})

    calendar = vobject.readOne(text)
    first, second = calendar.vevent_list
    assert calendar.method.value == "PUBLISH"
    assert first.summary.value == "Due: Return, ref CR-7Q4M Rowan"
    assert second.summary.value == "Due: A; B, C, ref CR-7Q4M Rowan"
    for event in (first, second):
        assert event.transp.value == "TRANSPARENT"
        assert not {"valarm", "attendee"} & event.contents.keys()
        assert (event.dtend.value - event.dtstart.value).days == 1


def test_most_messages_bring_nothing_for_a_calendar() -> None:
    without: tuple[dict[str, Any], ...] = ({}, {"items": []}, {"dates": []})
    for facts in without:
        assert calendar_of(facts, office(BOARD), address="a@b.example", ref="", queued_at=QUEUED) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uid", "somebody@family.example"), ("uid", "meeting-01234567@board.example\nX:1"), ("method", "PUBLISH"),
        ("method", "REQUEST\r\n"), ("starts_at", "2026-03-30T09:00:00"), ("starts_at", "tomorrow"),
        ("sequence", "1"), ("minutes", True), ("place", "x" * 201), ("place", "a\nb"),
    ],
)  # fmt: skip
def test_facts_of_a_meeting_that_are_of_another_kind_are_refused(name: str, value: object) -> None:
    with pytest.raises(UnfitFact):
        check_facts("meeting_invitation", {**sample_facts("meeting_invitation"), name: value})


def test_figures_of_a_calendar_are_no_patients_numbers_and_no_strangers_address() -> None:
    facts = {**sample_facts("meeting_invitation"), "uid": "meeting-1234567890123456@board.example"}

    check_facts("meeting_invitation", facts)

    assert "1234567890" not in render("meeting_invitation", facts).text
    with pytest.raises(RefusedContent):
        check_facts("meeting_invitation", {**facts, "place": "Somebody's house, RM9 6XX"})


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-30T09:00:00+00:00", "Monday 30 March 2026 at 10:00"),
        ("2026-03-27T10:00:00+00:00", "Friday 27 March 2026 at 10:00"),
        ("2026-10-26T10:05:00+00:00", "Monday 26 October 2026 at 10:05"),
        ("2026-06-12T23:30:00+00:00", "Saturday 13 June 2026 at 0:30"),
    ],
)
def test_a_moment_is_said_as_the_clock_on_the_wall_has_it(moment: str, words: str) -> None:
    assert str(SpokenMoment.of(datetime.fromisoformat(moment))) == words
    assert not re.search(r"\d{4}-\d\d", words)
