"""From the decision on a case to its end: letters that people send, what is opened, and what the panel asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from config.settings import settings
from flows.questions.bodies import WAYS
from models.records.boards import Contact
from models.records.chasing import deadline_in, deadlines_of
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.history import history_of, verify_chain
from models.records.ledger import balance
from models.records.meetings import papers_of
from models.records.messages import Message, MessageState, Task
from models.records.moving import agencies_in_scope, event_happened, open_deadlines
from models.records.processes import Process, process_by_ref
from models.rules.outcomes import OPENS, Outcome
from models.rules.stages import Stage
from reports.case_trail import case_trail
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_decided_case import DECIDED, a_decided_case, a_referral, decided
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, run_of, standing_desk
from tests.flows.whole_record import deadline, messages
from tests.records_builders import BOARD, book, the_day
from tests.reports.paper_readers import page, word

NOTICES = ("notice_panel", "notice_ofsted", "notice_dfe")
OPENED_HERE = [each for each in Outcome if each is not Outcome.MORE_INFORMATION]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def process(ref: str) -> Process:
    with reading() as session:
        return process_by_ref(session, ref)


def tasks() -> list[Task]:
    with reading() as session:
        return list(session.exec(select(Task).where(col(Task.done_at).is_(None)).order_by(col(Task.id))).all())


def papers() -> Path:
    return settings().papers_folder(BOARD)


def send_letters(port: ScriptedPort, day: date, *slots: str, ref: str, **other: object) -> str:
    """The office records at the desk that the letters were sent."""
    with the_day(day, 15):
        desk = standing_desk(port)
        desk.go_to("letters-sent")
        values = {"which": [f"{ref}/{each}" for each in slots], "sent_by": "A Sender", "way": "secure-mail", **other}
        return desk.answer("sent", **values)


def all_sent(port: ScriptedPort, ref: str) -> None:
    send_letters(port, on("Thu 2026-03-26"), *NOTICES, ref=ref)


@pytest.mark.parametrize("outcome", OPENED_HERE)
def test_a_decision_opens_what_was_decided_on_and_the_case_closes_when_everybody_outside_was_written_to(
    port: ScriptedPort, outcome: Outcome
) -> None:
    ref, following = a_decided_case(outcome)

    opened = process(following)
    assert (opened.kind, opened.parent_id, opened.guidance) == (OPENS[outcome], process(ref).id, "wt2015")
    assert process(ref).stage is Stage.DECIDED
    assert {each: deadline(ref, each).due_on for each in NOTICES} == dict.fromkeys(NOTICES, on("Wed 2026-04-01"))
    assert deadline(ref, "agencies_told").met_on == deadline(ref, "next_opened").met_on == DECIDED

    send_letters(port, on("Thu 2026-03-26"), *NOTICES[:2], ref=ref)
    assert process(ref).stage is Stage.DECIDED
    said = send_letters(port, on("Fri 2026-03-27"), NOTICES[2], ref=ref)

    assert said.startswith("Recorded as sent on Friday 27 March 2026: ")
    assert (process(ref).stage, process(ref).closed_at is not None) == (Stage.CONSIDERED, True)
    with reading() as session:
        assert verify_chain(session, process_by_ref(session, ref)) == []
        assert balance(session, process_by_ref(session, ref)) == []


def test_under_the_edition_of_2013_the_national_panel_is_told_of_a_no_within_fourteen_days(port: ScriptedPort) -> None:
    no, _ = a_decided_case(Outcome.PRACTICE_LEARNING_REVIEW, guidance="wt2013")
    yes, _ = a_decided_case(Outcome.SERIOUS_CASE_REVIEW, guidance="wt2013")

    with reading() as session:
        of_no, of_yes = (
            {each.slot: each for each in deadlines_of(session, process_by_ref(session, ref)) if each.slot != "limit"}
            for ref in (no, yes)
        )
    assert {each.slot: each.due_on for each in of_no.values() if each.slot.startswith("notice")} == {
        "notice_panel_no": on("Wed 2026-04-08"),
        "notice_ofsted": on("Wed 2026-04-01"),
        "notice_dfe": on("Wed 2026-04-01"),
    }
    assert (of_no["notice_panel_no"].mark, of_yes["notice_panel"].mark) == ("P:05", "G")
    assert "notice_panel_no" not in of_yes
    assert any(f"{no} letter to national panel" in each.name for each in papers().iterdir())

    send_letters(port, on("Thu 2026-03-26"), "notice_panel_no", "notice_ofsted", "notice_dfe", ref=no)
    assert process(no).stage is Stage.CONSIDERED


def test_each_letter_lies_in_the_folder_as_word_and_page_with_a_task_to_send_it(port: ScriptedPort) -> None:
    ref, _ = a_decided_case(Outcome.CASE_DISCUSSION)

    files = sorted(each.name for each in papers().iterdir())
    assert files == sorted(
        f"{ref} letter to {body} 2026-03-25{ending}"
        for body in ("national panel", "ofsted", "dfe")
        for ending in (".docx", ".html")
    )
    for read in (word(papers() / files[2]), page(papers() / files[3])):
        assert "Letter to Ofsted" not in read.words
        assert "the national panel of independent experts" in read.words
        assert "A case discussion" in read.words
        assert "Wednesday 25 March 2026" in read.words
        assert "[the reasons, from the secure place" in read.words
        assert "[the name of the independent reviewer" in read.words
    wanted = [each.title for each in tasks() if "lies in the folder papers" in each.title]
    assert len(wanted) == 3
    assert any("Letter to the national panel of independent experts about" in each for each in wanted)
    assert all(f"about {process(ref).spoken_ref}" in each and "Wednesday 1 April 2026" in each for each in wanted)

    all_sent(port, ref)

    assert [each for each in tasks() if "lies in the folder papers" in each.title] == []
    with reading() as session:
        row = [each for each in history_of(session, process(ref).id or 0) if each.facts.get("way")][-1]
    assert (row.facts["way"], row.facts["sent_on"]) == ("secure-mail", "2026-03-26")
    assert set(row.words_digests) == {"sent_by", "recorded_by"}


def test_nothing_is_ever_written_to_a_body_outside(port: ScriptedPort) -> None:
    """Every message of the whole course goes to somebody in the register, none of whom is of such a body."""
    channel = RememberingChannel()
    ref, following = a_decided_case(Outcome.SINGLE_AGENCY_REVIEW)
    for day in ("Mon 2026-03-30", "Wed 2026-04-01", "Thu 2026-04-02", "Wed 2026-04-08", "Tue 2026-04-21"):
        a_day(on(day), channel, lets_go=True)
    panel_wrote(port, ref, on("Tue 2026-04-21"))
    a_day(on("Fri 2026-05-08"), channel, lets_go=True)

    with reading() as session:
        known = {each.email for each in session.exec(select(Contact)).all()}
        sent = session.exec(select(Message).where(Message.state == MessageState.SENT)).all()
    assert {mail.to for mail in channel.sent} <= known
    assert len(sent) == len(channel.sent) > 5
    said = " ".join(f"{mail.subject} {mail.to}" for mail in channel.sent).lower()
    assert "ofsted" not in {mail.to.rpartition("@")[2].partition(".")[0] for mail in channel.sent}
    assert "serious" not in said
    late = [mail for mail in channel.sent if "Decision told to the national panel" in mail.text]
    assert {mail.to for mail in late} <= {each.email for each in the_chair_and_office()}
    assert deadline(following, "agency_named").state is DeadlineState.OPEN


def the_chair_and_office() -> list[Contact]:
    with reading() as session:
        roles = ("independent_chair", "business_manager", "deputy_manager")
        return list(session.exec(select(Contact).where(col(Contact.role).in_(roles))).all())


def test_the_chair_hears_the_day_after_a_letter_was_due(port: ScriptedPort) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)
    channel = RememberingChannel()

    a_day(on("Wed 2026-04-01"), channel, lets_go=True)
    assert messages("late_chair", MessageState.SENT) == []
    a_day(on("Thu 2026-04-02"), channel, lets_go=True)

    told = [each for each in messages("late_chair", MessageState.SENT) if each.process_id == process(ref).id]
    assert len(told) == 3
    assert sum(each.title.startswith("Overdue: send the letter and record it") for each in tasks()) == 3


def test_the_partners_are_asked_by_the_review_itself_and_by_nobody_else(port: ScriptedPort) -> None:
    ref, following = a_decided_case(Outcome.PRACTICE_LEARNING_REVIEW)

    assert [each.process_id for each in messages("ask_agreement")] == [process(following).id]
    with reading() as session:
        kinds = {each.kind for each in deadlines_of(session, process_by_ref(session, ref))}
    assert "partners_agreement" not in kinds


def test_what_nothing_can_open_stays_owed_by_the_office(port: ScriptedPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.steps.after_decision.can_be_opened", lambda _kind: False)
    ref = a_referral()

    following = decided(ref, Outcome.SERIOUS_CASE_REVIEW)
    all_sent(port, ref)

    assert following == ""
    assert deadline(ref, "next_opened").state is DeadlineState.OPEN
    assert process(ref).stage is Stage.DECIDED


def test_while_more_information_is_wanted_nobody_outside_is_written_to(port: ScriptedPort) -> None:
    ref = a_referral()

    decided(ref, Outcome.MORE_INFORMATION)

    with reading() as session:
        kinds = {each.kind for each in deadlines_of(session, process_by_ref(session, ref))}
    assert not kinds & set(NOTICES)
    assert not papers().exists()


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        ("which", "no letter was ticked"),
        ("sent_by", "it does not say who sent them"),
        ("way", "it does not say by which way"),
    ],
)
def test_the_sending_of_a_letter_is_not_recorded_without_all_of_it(port: ScriptedPort, left_out: str, why: str) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)
    nothing: dict[str, object] = {left_out: [] if left_out == "which" else ""}

    said = send_letters(port, on("Thu 2026-03-26"), "notice_panel", ref=ref, **nothing)

    assert said.startswith("NOT recorded, because ")
    assert why in said
    assert deadline(ref, "notice_panel").state is DeadlineState.OPEN


def test_a_letter_cannot_have_been_sent_before_the_decision_or_tomorrow(port: ScriptedPort) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)

    early = send_letters(port, on("Thu 2026-03-26"), "notice_panel", ref=ref, sent_on="2026-03-24")
    late = send_letters(port, on("Thu 2026-03-26"), "notice_panel", ref=ref, sent_on="2026-03-27")

    assert "is before the decision on" in early
    assert "lies in the future" in late
    assert len(WAYS) >= 4


# --- the national panel asks (B.1, row 12) ------------------------------------------------------------------------


def panel_wrote(port: ScriptedPort, ref: str, day: date, chosen: str = "asked", **values: object) -> str:
    with the_day(day, 10):
        desk = standing_desk(port)
        desk.go_to("panel-has-written")
        return desk.answer(chosen, about=ref, **values)


def test_the_panel_may_ask_about_a_case_that_is_closed_and_nothing_is_opened_again(port: ScriptedPort) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)
    all_sent(port, ref)
    assert process(ref).stage is Stage.CONSIDERED

    said = panel_wrote(port, ref, on("Tue 2026-04-21"), on="2026-04-20", attend_on="2026-05-14")

    assert "Reply to the national panel” by Tuesday 5 May 2026" in said
    assert "Attendance before the national panel” by Thursday 14 May 2026" in said
    assert (process(ref).stage, process(ref).closed_at is not None) == (Stage.CONSIDERED, True)
    assert any("letter to national panel 2026-04-21" in each.name for each in papers().iterdir())

    send_letters(port, on("Tue 2026-05-05"), "panel_reply", ref=ref)
    assert deadline(ref, "panel_reply").state is DeadlineState.MET
    assert deadline(ref, "panel_advice").due_on == on("Wed 2026-06-17")
    panel_wrote(port, ref, on("Thu 2026-05-14"), "attended")
    assert deadline(ref, "panel_attendance").met_on == on("Thu 2026-05-14")
    panel_wrote(port, ref, on("Mon 2026-06-01"), "advice")
    assert deadline(ref, "panel_advice").met_on == on("Mon 2026-06-01")
    assert deadline(ref, "panel_answer").due_on == on("Mon 2026-06-15")
    send_letters(port, on("Mon 2026-06-08"), "panel_answer", ref=ref)
    with reading() as session:
        one = process_by_ref(session, ref)
        assert deadlines_of(session, one, only_open=True) == []
        assert one.stage is Stage.CONSIDERED
        assert verify_chain(session, one) == []
        trail = case_trail(session, book(), one)
    assert any("Reply to the national panel" in str(block) for block in trail.blocks)


def test_a_day_that_the_panels_letter_names_holds_and_a_second_letter_is_a_matter_of_its_own(
    port: ScriptedPort,
) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)

    panel_wrote(port, ref, on("Thu 2026-03-26"), reply_by="2026-03-30")
    panel_wrote(port, ref, on("Fri 2026-03-27"), reply_by="2026-04-10")

    assert deadline(ref, "panel_reply").due_on == on("Mon 2026-03-30")
    assert "names Monday 30 March 2026" in deadline(ref, "panel_reply").explanation
    assert deadline(ref, "panel_reply-2").due_on == on("Fri 2026-04-10")
    all_sent(port, ref)
    assert process(ref).stage is Stage.DECIDED
    send_letters(port, on("Fri 2026-03-27"), "panel_reply", "panel_reply-2", ref=ref)
    assert process(ref).stage is Stage.DECIDED
    panel_wrote(port, ref, on("Mon 2026-04-13"), "satisfied")
    assert process(ref).stage is Stage.CONSIDERED


@pytest.mark.parametrize(
    ("chosen", "values", "why"),
    [
        ("asked", {"on": "2026-03-24"}, "is before the decision"),
        ("asked", {"reply_by": "2026-03-20"}, "is before its letter"),
        ("asked", {"attend_on": "2026-04-03"}, "is no working day"),
        ("attended", {}, "nobody was asked to be there"),
    ],
)
def test_what_cannot_be_so_is_refused(port: ScriptedPort, chosen: str, values: dict[str, str], why: str) -> None:
    ref, _ = a_decided_case(Outcome.LEARNING_NOTE)

    said = panel_wrote(port, ref, on("Thu 2026-03-26"), chosen, **values)

    assert said.startswith("NOT recorded, because ")
    assert why in said


# --- follow-ups ---------------------------------------------------------------------------------------------------


def tick(one: Conversation, day: date, *slots: str) -> str:
    with the_day(day, 9):
        return one.answer("ticked", arrived=list(slots))


@pytest.mark.parametrize(
    ("outcome", "slot", "due_on"),
    [
        (Outcome.MULTI_AGENCY_AUDIT, "audit_placed", on("Fri 2026-04-24")),
        (Outcome.LEARNING_NOTE, "learning_note", on("Fri 2026-04-24")),
    ],
)
def test_an_audit_is_placed_and_a_note_written_and_then_it_is_done(
    port: ScriptedPort, outcome: Outcome, slot: str, due_on: date
) -> None:
    _, ref = a_decided_case(outcome)
    one = run_of(port, ref)

    assert deadline(ref, slot).due_on == due_on
    tick(one, on("Mon 2026-04-20"), slot)

    assert (process(ref).stage, one.ended) == (Stage.DONE, "The follow-up is done.")


def test_a_review_by_one_agency_is_named_notified_ended_and_its_learning_passed_on(port: ScriptedPort) -> None:
    _, ref = a_decided_case(Outcome.SINGLE_AGENCY_REVIEW)
    one = run_of(port, ref)
    assert one.now.name.endswith(": which agency reviews")

    with the_day(on("Thu 2026-03-26"), 9):
        one.go_to("reviewing-agency")
        said = one.answer("named", agency="housing")

    assert said == "Recorded: Housing reviews its own practice, since Thursday 26 March 2026."
    with reading() as session:
        assert [each.key for each in agencies_in_scope(session, process_by_ref(session, ref))] == ["housing"]
    asked = messages("things_wanted")
    assert [len(each.facts["items"]) for each in asked] == [3]
    assert deadline(ref, "review_notified:housing").due_on == on("Wed 2026-04-01")
    assert deadline(ref, "learning_shared:housing").due_on == on("Wed 2026-07-15")
    tick(one, on("Wed 2026-04-01"), "review_notified:housing")
    tick(one, on("Mon 2026-06-01"), "review_ended:housing")
    assert deadline(ref, "learning_shared:housing").due_on == on("Mon 2026-06-29")
    tick(one, on("Mon 2026-06-22"), "learning_shared:housing")
    assert process(ref).stage is Stage.OPEN
    assert deadline(ref, "learning_passed_on").due_on == on("Mon 2026-07-06")
    tick(one, on("Mon 2026-06-29"), "learning_passed_on")
    assert process(ref).stage is Stage.DONE


def test_the_only_agency_of_a_case_is_the_one_that_reviews(port: ScriptedPort) -> None:
    _, ref = a_decided_case(Outcome.SINGLE_AGENCY_REVIEW, agencies=("probation",))

    assert deadline(ref, "agency_named").state is DeadlineState.MET
    assert deadline(ref, "review_notified:probation").state is DeadlineState.OPEN


# --- any kind of process -------------------------------------------------------------------------------------------


def test_a_letter_is_prepared_by_whatever_door_it_becomes_owed_and_only_once(port: ScriptedPort) -> None:
    ref = a_referral()
    with the_day(DECIDED, 9), transaction() as session:
        one = process_by_ref(session, ref, for_update=True)
        event_happened(session, book(), one, "decision", DECIDED)
        open_deadlines(session, book(), one, ("notice_panel",))
        open_deadlines(session, book(), one, ("notice_panel",))

        assert len(papers_of(session, one)) == 2
        assert deadline_in(session, one, "notice_panel") is not None
    assert len(list(papers().iterdir())) == 2
