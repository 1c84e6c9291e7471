"""Update meetings: planned, moved, cancelled and held through the gates, and what arrives in people's calendars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import islice
from typing import Any

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]  # the second parser
from sqlmodel import select

from config import clock
from config.settings import settings
from flows.gates import OUR_OWN_FAULT
from flows.meetings import look_after_meetings
from flows.round_steps import STEPS
from flows.steps import meetings as step
from flows.steps.invitations import MOST_LATE, late_things
from models.records.absences import Absence
from models.records.boards import Contact
from models.records.database import reading, transaction
from models.records.delays import Blackout
from models.records.history import history_of, verify_chain
from models.records.meeting_plans import invitations_of
from models.records.meetings import InvitationState, Meeting, MeetingKind, MeetingState, attendance_of, meetings_of
from models.records.messages import MessageState, Task
from models.records.processes import Participant, process_by_ref
from models.records.releasing import release, waiting_for_release
from models.records.said import Matter, letters_about
from models.rules.spoken import spoken
from notifications.dispatch import dispatch
from notifications.invitations import dates_of
from notifications.proof import as_said
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.flows.a_review import AGREED, MET, SEVEN, agreed_review, arrive, met_review
from tests.flows.beginnings import after
from tests.flows.scripted_port import ALL_AGENCIES, Conversation, ScriptedPort
from tests.flows.test_gates_refusals import broken
from tests.flows.whole_record import deadline, messages, whole_record
from tests.mail_server import mail_server
from tests.records_builders import BOARD, agency, book, change, contact, the_day

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DAY_AFTER = on("Tue 2026-03-03")
FIVE = (
    on("Mon 2026-03-30"), on("Mon 2026-04-27"), on("Tue 2026-05-26"), on("Mon 2026-06-22"), on("Mon 2026-07-20"),
)  # fmt: skip
FIRST = FIVE[0]
BY_VIDEO = "By video; the link comes from the board's office"
ROOM = "The board's meeting room"


@pytest.fixture
def planned(under_way: Conversation) -> Conversation:
    """A review whose update meetings are planned on the day after its initial meeting."""
    return after(under_way, meetings_planned)


def meetings_planned(one: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        plan(one)


def plan(one: Conversation, capacity: str = "panel_chair", chosen: str = "plan", **values: Any) -> str:
    one.go_to("update-meetings")
    return one.decide(capacity, chosen=chosen, **values)


def changed(one: Conversation, chosen: str, number: int = 0, **values: Any) -> str:
    which = str(of(one)[number].id)
    one.go_to("meeting-changed")
    return one.answer(chosen, which=which, **values)


def of(one: Conversation) -> list[Meeting]:
    with reading() as session:
        return list(meetings_of(session, process_by_ref(session, one.ref)))


def days_of(one: Conversation, *states: MeetingState) -> list[date]:
    return [clock.local(each.starts_at).date() for each in of(one) if not states or each.state in states]


@contextmanager
def posted(day: date, hour: int = 12) -> Iterator[list[EmailMessage]]:
    """Everything that waits is released and goes to a real mail server; what has arrived there."""
    with mail_server() as server, the_day(day, hour), pytest.MonkeyPatch.context() as environment:
        environment.setenv("SIGHTLINE_MAIL_URL", server.url)
        settings.cache_clear()
        with transaction() as session:
            held = [each.id or 0 for each in waiting_for_release(session, 1)]
            release(session, held, "business_manager")
        dispatch()
        yield server.mails
    settings.cache_clear()


def everything_goes(day: date, hour: int = 12) -> list[EmailMessage]:
    with posted(day, hour) as mails:
        return list(mails)


def calendars_in(mail: EmailMessage) -> list[str]:
    """Each iCalendar of the mail as it came over the wire."""
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    contents = [part.get_payload(decode=True) for part in parts]
    return [content.decode() for content in contents if isinstance(content, bytes)]


def calendar_in(mail: EmailMessage) -> str:
    """The one iCalendar of the mail; empty when it has none."""
    found = calendars_in(mail)
    assert len(found) <= 1
    return "".join(found)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def invitations_in(mails: list[EmailMessage]) -> list[tuple[str, str]]:
    """Recipient and iCalendar of each meeting that the mails are about."""
    return [
        (str(mail["To"]), text) for mail in mails if "meeting" in mail["Subject"].lower() for text in calendars_in(mail)
    ]  # fmt: skip


def read_twice(text: str) -> tuple[icalendar.Event, Any]:
    """The one event as two parsers read it; both agree on what matters."""
    calendar = icalendar.Calendar.from_ical(text)
    assert isinstance(calendar, icalendar.Calendar)
    (event,) = calendar.walk("VEVENT")
    other = vobject.readOne(text)
    assert isinstance(event, icalendar.Event)
    assert str(calendar["METHOD"]) == other.method.value
    assert str(event["UID"]) == other.vevent.uid.value
    assert str(event["SEQUENCE"]) == other.vevent.sequence.value
    assert event.decoded("DTSTART") == other.vevent.dtstart.value
    assert event.decoded("DTEND") == other.vevent.dtend.value
    assert str(event["SUMMARY"]) == other.vevent.summary.value
    assert str(event["LOCATION"]) == other.vevent.location.value
    assert str(event["ATTENDEE"]) == other.vevent.attendee.value
    return event, other


def address_of(role: str, agency_key: str | None = None) -> str:
    return contact(role, agency_key).email


def people_invited() -> list[str]:
    board = ("panel_chair", "panel_chair_deputy", "business_manager")
    return sorted(
        [*(address_of(role) for role in board), "una@independent.example",
         *(address_of("agency_lead", key) for key in ALL_AGENCIES)]
    )  # fmt: skip


# --- the series ------------------------------------------------------------------------------------------------


@sqlite
def test_the_form_proposes_the_days_and_is_filled_but_for_the_decision(under_way: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        form = under_way.go_to("update-meetings").form

    for day in ("Monday 30 March 2026", "Tuesday 26 May 2026", "Monday 20 July 2026"):
        assert f"- {day}" in form.intro
    defaults = {each.name: each.default for each in form.fields if each.default is not None}
    assert defaults == {"weeks": 4, "at": "10:00", "minutes": 90, "place": BY_VIDEO}


@sqlite
def test_a_series_is_planned_at_once_and_everybody_is_invited_to_all_of_it_in_one_mail(under_way: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        said = plan(under_way)

    assert said.startswith("Recorded: 5 update meetings are planned, and everybody is invited: Monday 30 March 2026,")
    assert tuple(days_of(under_way)) == FIVE
    assert {clock.local(each.starts_at).hour for each in of(under_way)} == {10}
    assert len({each.uid for each in of(under_way)}) == 5
    invited = messages("meeting_series")
    assert len(invited) == len(people_invited())
    assert {tuple(entry["uid"] for entry in each.facts["meetings"]) for each in invited} == {
        tuple(meeting.uid for meeting in of(under_way))
    }
    assert messages("meeting_invitation") == []
    held = [each for each in invited if each.state is MessageState.HELD]
    assert len(held) == 2  # to the panel chair and the deputy
    assert len(messages("decision_recorded")) >= 1


@sqlite
def test_the_chair_sets_the_interval_the_first_day_the_hour_and_the_place(under_way: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        plan(under_way, weeks=8, first_on="Wednesday 8 April 2026", at="14.30", minutes=60, place=ROOM)

    assert days_of(under_way) == [on("Wed 2026-04-08"), on("Wed 2026-06-03"), on("Wed 2026-07-29")]
    assert {(each.minutes, each.place) for each in of(under_way)} == {(60, ROOM)}
    assert {clock.local(each.starts_at).strftime("%H:%M") for each in of(under_way)} == {"14:30"}


@sqlite
def test_planning_twice_adds_no_second_meeting_on_a_day_and_replacing_cancels_what_was(planned: Conversation) -> None:
    with the_day(DAY_AFTER, 10):
        again = plan(planned)
        anew = plan(planned, chosen="replace", weeks=6)

    assert "no day is left for such a meeting" in again
    assert "5 update meetings are cancelled" in anew
    assert days_of(planned, MeetingState.PLANNED) == [
        on("Mon 2026-04-13"), on("Tue 2026-05-26"), on("Mon 2026-07-06")
    ]  # fmt: skip


@sqlite
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"first_on": "2 March 2026"}, "is past; Monday 2 March 2026 is not after the initial meeting"),
        ({"first_on": "3 March 2026", "at": "8:00"}, "that time of today is past"),
        ({"first_on": "3 April 2026"}, "it is a bank holiday (Good Friday)"),
        ({"first_on": "4 April 2026"}, "it is a Saturday"),
        ({"first_on": "1 May 2026"}, "lies in blackout days of this review"),
        ({"first_on": "1 March 2027"}, "no day is left for such a meeting until"),
        ({"at": "ten o'clock"}, "the time was not understood; write it like 10:00"),
        ({"weeks": 0}, "between two meetings lie 1 to 26 weeks"),
        ({"minutes": 5}, "a meeting takes 15 to 480 minutes"),
        ({"capacity": "business_manager"}, "not for the business manager"),
        ({"weeks": -1, "minutes": 0, "at": "x"}, "weeks; a meeting takes 15 to 480 minutes; the time was"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_is_planned(
    under_way: Conversation, values: dict[str, Any], why: str
) -> None:
    with transaction() as session:
        process = process_by_ref(session, under_way.ref)
        session.add(
            Blackout(process_id=process.id or 0, from_on=on("Thu 2026-04-30"), until_on=on("Tue 2026-05-05"),
                     noted_at=clock.now())
        )  # fmt: skip

    with the_day(DAY_AFTER, 9):
        said = plan(under_way, **{"capacity": "panel_chair", **values})

    assert said.startswith("NOT recorded, because ")
    assert why in said
    assert of(under_way) == []
    assert messages("meeting_invitation") == []


@sqlite
def test_a_place_that_is_not_on_the_list_is_refused(under_way: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        under_way.go_to("update-meetings")
        raw = under_way.now.filled("plan", capacity="panel_chair", decided_by="x", recorded_by="y")
        under_way.send({**raw, "place": "12 Somebody's Road"})

    assert "that choice was not on the form" in under_way.now.said
    assert of(under_way) == []


@sqlite
def test_meetings_are_asked_about_only_once_the_timetable_is_set(port: ScriptedPort) -> None:
    one = agreed_review(port)
    with the_day(AGREED, 10):
        before = one.go_on().now.offers
    assert not {"update-meetings", "meeting-changed"} & set(before)

    after = met_review(port)

    assert "update-meetings" in after.now.offers
    assert "meeting-changed" not in after.now.offers  # nothing is planned yet


# --- what arrives ----------------------------------------------------------------------------------------------


def test_each_person_gets_an_invitation_that_two_parsers_read_and_that_names_nobody_else(planned: Conversation) -> None:
    mails = everything_goes(DAY_AFTER)

    invitations = [(to, text) for to, text in invitations_in(mails) if "20260330" in text]
    assert sorted(to for to, _ in invitations) == people_invited()
    meeting = of(planned)[0]
    for to, text in invitations:
        event, other = read_twice(text)
        assert str(event["UID"]) == meeting.uid
        assert re.fullmatch(r"meeting-[0-9a-f]{32}@bdscb\.example", meeting.uid)
        assert event["SEQUENCE"] == 0
        assert str(event["ATTENDEE"]) == f"mailto:{to}"
        assert str(event["ORGANIZER"]) == "mailto:office@bdscb.example"
        assert set(re.findall(r"[\w.]+@[\w.-]+", "".join(text.split("\r\n ")))) == {
            to, "office@bdscb.example", meeting.uid.removeprefix("meeting-"),
        }  # fmt: skip
        assert str(event["SUMMARY"]) == f"Review meeting, ref {planned.process.spoken_ref}"
        assert (str(event["CLASS"]), str(event["STATUS"]), str(event["LOCATION"])) == ("PRIVATE", "CONFIRMED", BY_VIDEO)
        assert event.decoded("DTSTAMP") == clock.at(DAY_AFTER, 9)
        assert other.vevent.dtstart.value == datetime(2026, 3, 30, 10, tzinfo=clock.LONDON)
        assert other.vevent.dtend.value - other.vevent.dtstart.value == timedelta(minutes=90)
        assert not event.walk("VALARM")


@sqlite
def test_the_mail_program_is_told_what_it_is_and_the_text_says_the_same(under_way: Conversation) -> None:
    with the_day(DAY_AFTER, 9):
        plan(under_way, first_on="Wednesday 15 July 2026", weeks=26)
    mails = everything_goes(DAY_AFTER)

    mail = next(each for each in mails if each["Subject"].startswith("Meeting on 15 July"))
    assert mail["Subject"] == f"Meeting on 15 July at 10:00, ref {under_way.process.spoken_ref}"
    assert mail.get_content_type() == "multipart/alternative"
    part = next(each for each in mail.walk() if each.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    text = text_of(mail)
    assert text.splitlines()[0].startswith("1 meeting, Wednesday 15 July 2026 at 10:00:")
    assert "for 90 minutes" in text and BY_VIDEO in text and "Your calendar takes the meeting over" in text
    assert re.search(r"late at the moment:\s+- [\w’' ]+, from Education and schools, due \w+day", text), text


def test_the_mail_of_a_series_has_every_date_in_words_and_a_file_for_each_meeting(planned: Conversation) -> None:
    mails = [each for each in everything_goes(DAY_AFTER) if "meeting" in each["Subject"]]

    assert sorted(str(each["To"]) for each in mails) == people_invited()
    for mail in mails:
        assert mail["Subject"] == f"5 meetings, the first on 30 March at 10:00, ref {planned.process.spoken_ref}"
        assert mail.get_content_type() == "multipart/mixed"
        text = text_of(mail)
        assert text.startswith("5 meetings, the first Monday 30 March 2026 at 10:00: please come")
        files = list(mail.iter_attachments())
        assert [each.get_filename() for each in files] == [
            "Meeting 1 on 30 March 2026.ics", "Meeting 2 on 27 April 2026.ics", "Meeting 3 on 26 May 2026.ics",
            "Meeting 4 on 22 June 2026.ics", "Meeting 5 on 20 July 2026.ics",
        ]  # fmt: skip
        assert {each.get_content_disposition() for each in files} == {"attachment"}
        for meeting, file in zip(of(planned), calendars_in(mail), strict=True):
            event, other = read_twice(file)  # one event, and so one UID, in each REQUEST
            assert (str(event["UID"]), other.method.value) == (meeting.uid, "REQUEST")
            day = clock.local(meeting.starts_at).date()
            assert f"{spoken(day)} at 10:00, for 90 minutes" in text


@sqlite
def test_the_proof_sheet_shows_whoever_says_so_each_meeting_they_were_invited_to(planned: Conversation) -> None:
    everything_goes(DAY_AFTER)

    with reading() as session:
        matter = Matter(planned.process, agency(session, "police"))
        letters = [each for each in letters_about(session, matter) if each.message.kind == "meeting_series"]
        said = as_said(session, matter, letters)

    (letter,) = letters
    words = said[letter.message.id or 0]
    assert letter.address == address_of("agency_lead", "police")
    assert words.how.startswith("accepted by the mail server at 12:00")
    for day in FIVE:
        assert f"{spoken(day)} at 10:00, for 90 minutes" in words.text


@sqlite
@pytest.mark.parametrize(
    ("days", "offsets"),
    [((on("Fri 2026-03-27"), on("Mon 2026-03-30")), (0, 1)), ((on("Fri 2026-10-23"), on("Mon 2026-10-26")), (1, 0))],
)
def test_over_the_change_of_clocks_it_stays_ten_by_the_clock_on_the_wall(
    under_way: Conversation, days: tuple[date, date], offsets: tuple[int, int]
) -> None:
    with the_day(DAY_AFTER, 9), transaction() as session:
        process = process_by_ref(session, under_way.ref, for_update=True)
        step.plan_meetings(session, process, MeetingKind.UPDATE, days, (10, 0), 90, ROOM)

    seen = set()
    for _, text in invitations_in(everything_goes(DAY_AFTER)):
        event, other = read_twice(text)
        for start in (event.decoded("DTSTART"), other.vevent.dtstart.value):
            assert (start.hour, start.minute) == (10, 0)
            seen.add((start.date(), start.utcoffset()))
        assert "DTSTART;TZID=Europe/London:" in text and "BEGIN:VTIMEZONE" in text
    assert seen == {(day, timedelta(hours=hours)) for day, hours in zip(days, offsets, strict=True)}


@sqlite
def test_the_zone_that_is_written_out_agrees_with_the_real_one_on_every_day(planned: Conversation) -> None:
    text = next(text for _, text in invitations_in(everything_goes(DAY_AFTER)))
    written = vobject.readOne(text).vevent.dtstart.value.tzinfo

    for number in range(366 * 3):
        moment = datetime(2026, 1, 1, 10) + timedelta(days=number)  # noqa: DTZ001 - the zone is put in below
        real = moment.replace(tzinfo=clock.LONDON).utcoffset()
        assert moment.replace(tzinfo=written).utcoffset() == real, moment


@sqlite
def test_a_moved_meeting_keeps_its_uid_and_its_sequence_rises_and_a_cancelled_one_is_taken_out(
    planned: Conversation,
) -> None:
    first = invitations_in(everything_goes(DAY_AFTER))
    with the_day(on("Wed 2026-03-04"), 9):
        said = changed(planned, "moved", moved_to="Tuesday 31 March 2026", at="14:00", place=ROOM)
    moved = invitations_in(everything_goes(on("Wed 2026-03-04")))
    with the_day(on("Thu 2026-03-05"), 9):
        gone = changed(planned, "cancelled")
    cancelled = invitations_in(everything_goes(on("Thu 2026-03-05")))

    uid = of(planned)[0].uid
    assert said.endswith("is now Tuesday 31 March 2026 at 14:00, and everybody's calendar is told.")
    assert "does not take place" in gone
    assert sorted(to for to, _ in moved) == sorted(to for to, _ in cancelled) == people_invited()
    assert len(first) == 5 * len(people_invited())
    for _, text in moved:
        event, other = read_twice(text)
        assert (str(event["UID"]), event["SEQUENCE"], other.method.value) == (uid, 1, "REQUEST")
        assert other.vevent.dtstart.value == datetime(2026, 3, 31, 14, tzinfo=clock.LONDON)
        assert str(event["LOCATION"]) == ROOM
    for _, text in cancelled:
        event, other = read_twice(text)
        assert (str(event["UID"]), event["SEQUENCE"], other.method.value) == (uid, 2, "CANCEL")
        assert str(event["STATUS"]) == "CANCELLED"
    assert len(messages("meeting_moved")) == len(people_invited())


@sqlite
def test_whoever_never_got_the_first_invitation_gets_one_and_nobody_hears_of_what_they_never_knew(
    planned: Conversation,
) -> None:
    with the_day(DAY_AFTER, 10):
        changed(planned, "moved", moved_to="31 March 2026")
        changed(planned, "cancelled", number=1)

    mails = invitations_in(everything_goes(DAY_AFTER))

    assert messages("meeting_moved") == messages("meeting_cancelled") == messages("meeting_invitation") == []
    waited = [each for each in messages("meeting_series") if each.state is not MessageState.WITHDRAWN]
    assert len(waited) == len(people_invited())  # still one mail for each, about the four that take place
    assert {len(each.facts["meetings"]) for each in waited} == {4}
    assert len([text for _, text in mails if "20260331" in text and "SEQUENCE:1" in text]) == len(people_invited())
    assert not [text for _, text in mails if "20260330" in text or "20260427" in text]


@sqlite
def test_an_invitation_to_what_has_begun_by_now_is_never_sent(planned: Conversation) -> None:
    mails = invitations_in(everything_goes(FIRST, 11))

    assert not [text for _, text in mails if "20260330" in text]
    assert [text for _, text in mails if "20260427" in text]


@sqlite
def test_the_agenda_names_what_is_late_in_this_review_and_in_no_other(port: ScriptedPort) -> None:
    late, punctual = met_review(port), met_review(port)
    day = on("Wed 2026-05-13")
    with the_day(day, 9):
        for one in (late, punctual):
            arrive(one.go_on(), "chronology", SEVEN)
        with transaction() as session:
            process = process_by_ref(session, punctual.ref, for_update=True)
            for each in late_things(session, process):
                each.working_target_on = on("Fri 2026-07-31")
                session.add(each)
        for one in (late, punctual):
            plan(one, first_on="14 May 2026", weeks=26)

    mails = everything_goes(day)

    by_ref: dict[str, list[str]] = {late.ref: [], punctual.ref: []}
    for mail in mails:
        if mail["Subject"].startswith("Meeting on 14 May"):
            ref = next(ref for ref in by_ref if ref in mail["Subject"])
            by_ref[ref].append(text_of(mail))
            (other,) = {*by_ref} - {ref}
            assert other not in text_of(mail) + calendar_in(mail)
    assert all("Agency return for the review, from Police, due" in text for text in by_ref[late.ref])
    assert all("nothing at the moment" in text and "from Police" not in text for text in by_ref[punctual.ref])
    assert len(by_ref[late.ref]) == len(by_ref[punctual.ref]) == len(people_invited())
    assert {each.uid for each in of(late)}.isdisjoint(each.uid for each in of(punctual))


@sqlite
@pytest.mark.parametrize(("named", "besides"), [(MOST_LATE, "2 further things"), (21, "1 further thing"), (22, "")])
def test_an_agenda_says_how_much_is_late_besides_what_it_names_and_where_that_is_listed(
    port: ScriptedPort, monkeypatch: pytest.MonkeyPatch, named: int, besides: str
) -> None:
    monkeypatch.setattr("flows.steps.invitations.MOST_LATE", named)
    one, day = met_review(port), on("Wed 2026-05-13")
    with the_day(day, 9):
        arrive(one.go_on(), "chronology", SEVEN)
        with reading() as session:
            late = len(late_things(session, one.process))
        plan(one, first_on="14 May 2026", weeks=26)

    text = next(text_of(mail) for mail in everything_goes(day) if mail["Subject"].startswith("Meeting on 14 May"))

    assert late == 22
    assert text.count(", due ") == named
    assert ("further thing" in text) is bool(besides)
    if besides:
        assert f"- and {besides}: the panel's paper before the meeting lists all that is late" in text


@sqlite
def test_hostile_content_puts_no_line_into_an_invitation(under_way: Conversation) -> None:
    place = 'Room 1, floor 2; by the lift\\nMETHOD:CANCEL "x" ATTENDEE:mailto:a'
    with the_day(DAY_AFTER, 9), transaction() as session:
        process = process_by_ref(session, under_way.ref, for_update=True)
        step.plan_meetings(session, process, MeetingKind.UPDATE, [FIRST], (10, 0), 90, place)

    (text, *_) = [text for _, text in invitations_in(everything_goes(DAY_AFTER))]

    event, other = read_twice(text)
    assert str(event["LOCATION"]) == other.vevent.location.value == place
    assert len(re.findall(r"^METHOD:", text, re.MULTILINE)) == len(re.findall(r"^ATTENDEE", text, re.MULTILINE)) == 1


# --- the file of dates -----------------------------------------------------------------------------------------


@sqlite
def test_the_commissioning_letter_brings_one_file_of_dates_that_are_no_meetings(under_way: Conversation) -> None:
    mails = everything_goes(DAY_AFTER)

    commissioned = [each for each in mails if "your part in a review" in text_of(each)]
    assert len(commissioned) == len(SEVEN)
    mail = commissioned[0]
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_param("method")) == ("dates.ics", "PUBLISH")
    text = calendar_in(mail)
    for event in vobject.readOne(text).vevent_list:
        assert event.summary.value.startswith("Due: ")
        assert event.transp.value == "TRANSPARENT"
        assert event.categories.value == ["date"]
        assert type(event.dtstart.value) is date
        assert event.dtend.value - event.dtstart.value == timedelta(days=1)
        assert "valarm" not in event.contents and "attendee" not in event.contents
    assert [event["UID"] for event in icalendar.Calendar.from_ical(text).walk("VEVENT")]


@sqlite
def test_a_later_letter_replaces_the_entry_of_the_same_date(under_way: Conversation) -> None:
    owed = deadline(under_way.ref, "imr:police")
    told = next(each.facts["dates"] for each in messages("author_commissioned") if each.agency_id == owed.agency_id)
    owed.arming, owed.working_target_on = owed.arming + 1, on("Fri 2026-05-29")

    (again,) = dates_of(BOARD, under_way.process, [owed])

    (before,) = [each for each in told if each["uid"] == again["uid"]]
    assert again["sequence"] == before["sequence"] + 1
    assert (before["due"], again["due"]) == ("2026-05-11", "2026-05-29")
    assert len({each["uid"] for each in told}) == len(told)


# --- people change ---------------------------------------------------------------------------------------------


def reinvited(one: Conversation, day: date) -> int:
    with the_day(day, 9), transaction() as session:
        return step.reinvite(session, process_by_ref(session, one.ref, for_update=True))


def test_who_takes_over_a_role_is_invited_and_who_lost_it_is_told_they_need_not_come(
    planned: Conversation,
) -> None:
    everything_goes(DAY_AFTER)
    old = contact("agency_lead", "police")
    change(old.id, role="imr_lead")  # still in the register, in another role
    with transaction() as session:
        session.add(
            Contact(board_id=old.board_id, agency_id=old.agency_id, role="agency_lead", name="Somebody New",
                    email="new@police.example", secure_mailbox=True, from_on=DAY_AFTER)
        )  # fmt: skip

    told = reinvited(planned, on("Wed 2026-03-04"))
    mails = invitations_in(everything_goes(on("Wed 2026-03-04")))

    assert told == 10
    by_method = {"REQUEST": set(), "CANCEL": set()}  # type: dict[str, set[str]]
    for to, text in mails:
        event, other = read_twice(text)
        assert event["SEQUENCE"] == 1
        by_method[other.method.value].add(to)
    assert by_method == {"REQUEST": {"new@police.example"}, "CANCEL": {old.email}}
    assert len(mails) == 10
    assert reinvited(planned, on("Thu 2026-03-05")) == 0


@sqlite
def test_whose_entry_in_the_register_is_replaced_stays_invited_and_hears_nothing(
    planned: Conversation,
) -> None:
    everything_goes(DAY_AFTER)
    old = contact("agency_lead", "police")
    change(old.id, to_on=DAY_AFTER)
    with transaction() as session:
        session.add(
            Contact(board_id=old.board_id, agency_id=old.agency_id, role="agency_lead", name=old.name, phone="1",
                    email=old.email.upper(), secure_mailbox=True, from_on=DAY_AFTER)
        )  # fmt: skip

    told = reinvited(planned, on("Wed 2026-03-04"))

    assert told == 0
    with reading() as session:
        now = [each for each in invitations_of(session, of(planned)[0]) if each.state is InvitationState.INVITED]
    assert len(now) == len(people_invited())


@sqlite
def test_for_somebody_who_is_away_on_the_day_the_stand_in_comes_to_that_meeting_alone(planned: Conversation) -> None:
    everything_goes(DAY_AFTER)
    away = contact("agency_lead", "police")
    with transaction() as session:
        stand_in = session.exec(select(Contact).where(Contact.email == "yorick.orchardson@police.example")).one()
        session.add(
            Absence(board_id=away.board_id, contact_id=away.id or 0, stand_in_id=stand_in.id, noted_at=clock.now(),
                    from_on=on("Mon 2026-03-23"), until_on=on("Fri 2026-04-03"))
        )  # fmt: skip

    told = reinvited(planned, on("Wed 2026-03-04"))
    mails = invitations_in(everything_goes(on("Wed 2026-03-04")))

    assert told == 2
    assert {(to, vobject.readOne(text).method.value) for to, text in mails} == {
        (away.email, "CANCEL"), ("yorick.orchardson@police.example", "REQUEST"),
    }  # fmt: skip
    assert all("20260330" in text for _, text in mails)


@sqlite
def test_who_left_the_register_is_not_written_to_and_the_successor_never_hears_a_cancellation(
    planned: Conversation,
) -> None:
    everything_goes(DAY_AFTER)
    lead = contact("agency_lead", "police")
    change(lead.id, role="imr_lead")
    reinvited(planned, on("Wed 2026-03-04"))  # the stand-in comes, the other need not
    change(lead.id, to_on=on("Wed 2026-03-04"))  # and has left before the mail goes

    mails = invitations_in(everything_goes(on("Wed 2026-03-04")))

    assert {vobject.readOne(text).method.value for _, text in mails} == {"REQUEST"}
    assert {to for to, _ in mails} == {"yorick.orchardson@police.example"}


@sqlite
def test_an_agency_that_leaves_is_told_and_one_that_joins_is_invited(planned: Conversation) -> None:
    everything_goes(DAY_AFTER)
    with transaction() as session:
        process = process_by_ref(session, planned.ref, for_update=True)
        leaving = agency(session, "police").id
        part = session.exec(
            select(Participant).where(Participant.process_id == process.id, Participant.agency_id == leaving,
                                      Participant.role == "in_scope")
        ).one()  # fmt: skip
        part.to_on = DAY_AFTER
        session.add(part)
        joining = agency(session, "housing").id
        session.add(Participant(process_id=process.id or 0, role="in_scope", agency_id=joining, from_on=DAY_AFTER))

    told = reinvited(planned, on("Wed 2026-03-04"))
    mails = invitations_in(everything_goes(on("Wed 2026-03-04")))

    assert told == 10
    assert {(to, vobject.readOne(text).method.value) for to, text in mails} == {
        (address_of("agency_lead", "police"), "CANCEL"), (address_of("agency_lead", "housing"), "REQUEST"),
    }  # fmt: skip


@sqlite
def test_whom_mail_does_not_reach_is_told_by_telephone(under_way: Conversation) -> None:
    for each in ("Osric", "Yorick"):
        with transaction() as session:
            row = session.exec(select(Contact).where(Contact.name.startswith(each))).one()
            row.bounced_at = clock.now()
            session.add(row)

    with the_day(DAY_AFTER, 9):
        plan(under_way)

    titles = [each.title for each in tasks()]
    assert [title for title in titles if "telephone" in title] == [
        "Tell the single point of contact of Police by telephone, mail cannot: 5 update meetings from "
        f"Monday 30 March 2026 until Monday 20 July 2026, {under_way.process.spoken_ref}"
    ]
    assert not [each for each in titles if "Osric" in each]


def tasks() -> list[Task]:
    with reading() as session:
        return list(session.exec(select(Task)).all())


@sqlite
def test_meetings_follow_when_the_initial_meeting_is_held_again(planned: Conversation) -> None:
    everything_goes(DAY_AFTER)
    with the_day(on("Wed 2026-03-04"), 9), transaction() as session:
        process = process_by_ref(session, planned.ref, for_update=True)
        moved = step.follow_initial_meeting(session, book(), process, MET, on("Fri 2026-03-06"))
        still = step.follow_initial_meeting(session, book(), process, MET, MET)

    assert (moved, still) == (5, 0)
    assert days_of(planned) == [
        on("Tue 2026-04-07"), on("Fri 2026-05-01"), on("Mon 2026-06-01"), on("Fri 2026-06-26"), on("Fri 2026-07-24"),
    ]  # fmt: skip  # Good Friday gives way; Saturday 30 May does too
    assert {each.sequence for each in of(planned)} == {1}
    assert len(messages("meeting_moved")) == 5 * len(people_invited())


# --- what was held ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chair", "came", "quorate"),
    [
        ("panel_chair", ["police", "ccg", "yot"], True),
        ("panel_chair_deputy", ["police", "ccg", "yot", "education"], True),
        ("panel_chair", ["police", "ccg"], False),
        ("nobody", list(ALL_AGENCIES), False),
    ],
)
def test_a_meeting_is_held_with_who_came_and_one_without_a_quorum_is_held_all_the_same(
    planned: Conversation, chair: str, came: list[str], quorate: bool
) -> None:
    with the_day(FIRST, 12):
        said = changed(planned, "held", chaired_by=chair, came=came)

    assert said.startswith(f"Recorded: the update meeting of Monday 30 March 2026 was held; {len(came)} agencies came.")
    assert ("NOT quorate" in said) is not quorate
    first = of(planned)[0]
    assert (first.state, first.quorate) == (MeetingState.HELD, quorate)
    with reading() as session:
        rows = attendance_of(session, first)
        process = process_by_ref(session, planned.ref)
        page = process_page(session, book(), process, FIRST, Links("http://127.0.0.1:4200"))
        deeds = [each.deed for each in history_of(session, process.id or 0)]
        faults = verify_chain(session, process)
    assert sum(each.came and each.agency_id is not None for each in rows) == len(came)
    assert sum(each.agency_id is not None for each in rows) == len(ALL_AGENCIES)
    assert ("held, but **not quorate**" in page) is not quorate
    assert "meeting held" in deeds and "meeting recorded" in deeds and faults == []


@sqlite
def test_what_cannot_be_recorded_of_a_meeting_is_refused_in_words(planned: Conversation) -> None:
    with the_day(on("Wed 2026-03-04"), 9):
        early = changed(planned, "held", chaired_by="panel_chair", came=["police"])
        planned.answer("back")
        nowhere = changed(planned, "moved")
        planned.answer("back")
        saturday = changed(planned, "moved", moved_to="4 April 2026", at="25:00")
        planned.answer("back")
        taken = changed(planned, "moved", moved_to="27 April 2026")
        planned.answer("back")
        planned.go_to("meeting-changed")
        which = planned.answer("cancelled")

    assert "lies in the future; record it when it has happened" in early
    assert "it does not say to which day, time or place it is moved" in nowhere
    assert "the time was not understood; write it like 10:00; Saturday 4 April 2026 is no working day" in saturday
    assert "the update meeting of Monday 27 April 2026 is on the same day" in taken
    assert "it does not say which meeting" in which
    assert {each.sequence for each in of(planned)} == {0}


@sqlite
def test_a_meeting_that_was_recorded_meanwhile_is_not_recorded_again(planned: Conversation) -> None:
    with the_day(FIRST, 12):
        planned.go_to("meeting-changed")
        stale = planned.now
        first = of(planned)[0]
        with transaction() as session:
            process = process_by_ref(session, planned.ref, for_update=True)
            row = session.get_one(Meeting, first.id)
            step.hold_meeting(session, book(), process, row, "panel_chair", [])
        before = whole_record()
        planned.send(stale.filled("cancelled", which=str(first.id), recorded_by="The Office"), stale.ask)

    assert "the update meeting of Monday 30 March 2026 was recorded as held in the meantime" in planned.now.said
    assert whole_record() == before


@sqlite
def test_answers_of_every_wrong_shape_are_refused_at_both_gates(planned: Conversation) -> None:
    for gate, chosen in (("update-meetings", "plan"), ("meeting-changed", "held")):
        with the_day(FIRST, 12):
            planned.go_on()
            planned.go_to(gate)
            before = whole_record()
            for number in range(sum(1 for _ in broken(planned, chosen))):
                planned.send(next(islice(broken(planned, chosen), number, None)))
                assert planned.now.said.startswith("NOT recorded")
                assert OUR_OWN_FAULT not in planned.now.said, number
                assert planned.now.ask.gate == gate
            assert whole_record() == before
            planned.answer("back")


# --- the morning round -----------------------------------------------------------------------------------------


@sqlite
def test_the_working_day_after_an_unrecorded_meeting_the_office_has_one_task(planned: Conversation) -> None:
    def asked() -> list[Task]:
        return [each for each in tasks() if each.once_key.startswith("meeting-held:")]

    for day in (FIRST, on("Sat 2026-04-04")):
        with the_day(day, 7):
            look_after_meetings(day)
    assert asked() == []

    with the_day(on("Tue 2026-03-31"), 7):
        said = look_after_meetings(on("Tue 2026-03-31"))
        again = look_after_meetings(on("Tue 2026-03-31"))

    (task,) = asked()
    assert task.title == (
        f"Record whether the update meeting of Monday 30 March 2026 was held: {planned.process.spoken_ref}"
    )
    assert (said, again) == ("Meetings that nobody has recorded: 1.", "")
    with the_day(on("Tue 2026-03-31"), 9):
        changed(planned, "held", chaired_by="panel_chair", came=["police"])
    assert asked()[0].done_at is not None
    assert look_after_meetings in [each for _, each in STEPS]


@sqlite
def test_meetings_of_a_review_that_is_closed_are_not_asked_about(planned: Conversation) -> None:
    with the_day(on("Wed 2026-03-04"), 9), transaction() as session:
        process = process_by_ref(session, planned.ref, for_update=True)
        ended = step.cancel_planned(session, process)
        process.closed_at = clock.now()
        session.add(process)

    with the_day(on("Tue 2026-03-31"), 7):
        assert look_after_meetings(on("Tue 2026-03-31")) == ""
    assert ended == 5
    assert days_of(planned, MeetingState.PLANNED) == []
