"""What was recorded by mistake is put right by a later entry: nothing is erased, and everybody hears of it."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from sqlmodel import col, select

from flows.papers import a_proof_sheet
from models.records.asks import GateAnswer
from models.records.boards import Contact
from models.records.chasing import deadline_in, deadlines_of
from models.records.database import reading, transaction
from models.records.deadlines import DeadlineState
from models.records.delays import ExtensionState, blackouts_of, extensions_of
from models.records.history import Words, history_of, verify_chain
from models.records.ledger import balance
from models.records.messages import MessageState, Task
from models.records.processes import Participant, anchors_of
from models.records.proof import prove
from models.records.returns import returns_of
from models.records.said import Matter
from models.rules.returns import ReturnState
from models.rules.stages import Stage
from notifications.dispatch import dispatch
from reports.case_trail import case_trail
from reports.links import Links
from reports.process_page import process_page
from tests.builders import on
from tests.fakes import RememberingChannel
from tests.flows.a_review import (
    FOUR_PARTS,
    MET,
    SEVEN,
    agreed_review,
    arrive,
    commission,
    name_authors,
    stage_of,
)
from tests.flows.days import a_day
from tests.flows.scripted_port import Conversation, ScriptedPort, desk_flow, standing_desk, start_review
from tests.flows.whole_record import deadline, messages, whole_record
from tests.records_builders import book, contact, the_day

TUESDAY = on("Tue 2026-03-03")
NUMBERS = itertools.count()


@pytest.fixture
def channel() -> RememberingChannel:
    return RememberingChannel()


def correct(port: ScriptedPort, what: str, why: str = "not-happened", **values: object) -> str:
    """The entry whose label has these words is corrected."""
    flow = desk_flow(port, "correct-mistake", f"correct-{next(NUMBERS)}")
    options = flow.now.field("what").options
    chosen = next(value for value, label in options if what in label)
    return flow.answer(why, what=chosen, **values)


def offered(port: ScriptedPort) -> list[str]:
    flow = desk_flow(port, "correct-mistake", f"look-{next(NUMBERS)}")
    return [label for _, label in flow.now.field("what").options]


def send(day: date, channel: RememberingChannel, hour: int = 18) -> None:
    with the_day(day, hour):
        dispatch(channel=channel)


def everything_holds(one: Conversation) -> None:
    with reading() as session:
        assert prove(session).holds
        assert balance(session) == []
        assert verify_chain(session, one.process) == []


def deeds(one: Conversation) -> list[str]:
    with reading() as session:
        return [row.deed for row in history_of(session, one.process.id or 0)]


def is_closed(one: Conversation) -> bool:
    return one.process.closed_at is not None


def test_an_initial_meeting_recorded_for_the_wrong_review_is_taken_back_and_may_be_recorded_again(
    under_way: Conversation, channel: RememberingChannel
) -> None:
    port, one = under_way.port, under_way
    send(MET, channel)
    a_day(TUESDAY, channel)
    written_to = {mail.to for mail in channel.sent}
    channel.sent.clear()
    before = stage_of(one)

    with the_day(TUESDAY, 14):
        said = correct(port, "The initial meeting was held", "wrong-review")
    assert before is Stage.TIMETABLE_SET
    assert "is taken back" in said and "hear that it was a mistake" in said
    assert stage_of(one) is Stage.PARTNERS_AGREED
    assert port.looked_again[-1] == one.ref
    with reading() as session:
        assert "initial-meeting" not in anchors_of(session, one.process.id or 0)
        assert not deadlines_of(session, one.process, "limit")
        assert not deadlines_of(session, one.process, "imr")
    assert deadline(one.ref, "initial_meeting").state is DeadlineState.OPEN
    assert "decision taken back" in deeds(one)
    everything_holds(one)

    send(TUESDAY, channel)
    assert channel.sent and {mail.to for mail in channel.sent} <= written_to
    assert all("Please disregard our letter" in mail.subject for mail in channel.sent)
    assert "our letter of Monday 2 March 2026" in channel.sent[0].text

    with the_day(on("Mon 2026-03-09"), 9):
        one.go_on().go_to("initial-meeting")
        one.decide("panel_chair", method="systems")
    assert stage_of(one) is Stage.TIMETABLE_SET
    assert deadline(one.ref, "limit").due_on == on("Wed 2026-09-09")
    assert deadline(one.ref, "imr:police").due_on == on("Mon 2026-05-18")
    for day in ("Tue 2026-03-10", "Mon 2026-05-04", "Tue 2026-05-19"):
        a_day(on(day), channel)
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_recorded_for_the_wrong_review_stays_in_its_papers_beside_the_entry_that_put_it_right(
    port: ScriptedPort, channel: RememberingChannel
) -> None:
    wrong, right = agreed_review(port), agreed_review(port)
    with the_day(on("Mon 2026-02-16"), 9):
        for each in (wrong, right):
            name_authors(each, SEVEN)
            commission(each)
    with the_day(MET, 9):
        wrong.go_to("initial-meeting")
        wrong.decide("panel_chair", method="systems")
    send(MET, channel)
    with the_day(TUESDAY, 9):
        correct(port, f"{wrong.process.spoken_ref}: decision “The initial meeting was held", "wrong-review")
        right.go_on().go_to("initial-meeting")
        right.decide("panel_chair", on="2 March 2026", method="systems")
    a_day(TUESDAY, channel)

    assert (stage_of(wrong), stage_of(right)) == (Stage.PARTNERS_AGREED, Stage.TIMETABLE_SET)
    assert deadline(right.ref, "limit").due_on == on("Wed 2026-09-02")
    assert "decision taken back" in deeds(wrong)
    assert "decision taken back" not in deeds(right)
    with the_day(TUESDAY, 15), reading() as session:
        trails = {each: str(case_trail(session, book(), each.process)) for each in (wrong, right)}
        sheet = str(a_proof_sheet(session, Matter(wrong.process, None, None)))
    assert "taken back on Tuesday 3 March 2026" in trails[wrong]
    assert "Initial meeting" in trails[wrong] or "initial meeting was held" in trails[wrong]
    assert "taken back" not in trails[right]
    for each, other in ((wrong, right), (right, wrong)):
        assert other.ref not in trails[each]
    assert right.ref not in sheet
    assert "No message had to be corrected" not in sheet
    assert "Please disregard our letter" in sheet and "our letter of Monday 2 March 2026" in sheet
    for each in (wrong, right):
        everything_holds(each)


def test_the_partners_agreement_is_taken_back_once_what_came_after_it_is(agreed: Conversation) -> None:
    port, one = agreed.port, agreed
    with the_day(on("Mon 2026-02-16"), 9):
        name_authors(one, SEVEN)
        commission(one)
        refused = correct(port, "The review may begin", "not-happened")
        correct(port, "The independent reviewer is commissioned", "wrong-review")
        with reading() as session:
            reviewer = session.exec(select(Participant).where(Participant.role == "independent_reviewer")).one()
        said = correct(port, "The review may begin", "not-happened")
        one.go_on()

    assert "“The independent reviewer is commissioned” of Monday 16 February 2026 was recorded after it" in refused
    assert refused.endswith("take that back first.")
    assert reviewer.to_on == on("Mon 2026-02-16")
    assert "is taken back" in said
    assert stage_of(one) is Stage.CHAIR_DECIDED
    assert one.now.ask.gate == "partners-agreement"
    assert one.now.said == "A decision was taken back; this is where the review stands now."
    assert deadline(one.ref, "partners_agreement").state is DeadlineState.OPEN
    assert deadline(one.ref, "author_named:police").state is DeadlineState.MET
    everything_holds(one)

    with the_day(on("Tue 2026-02-17"), 9):
        one.decide("strategic_partners", chosen="agree")
    assert stage_of(one) is Stage.PARTNERS_AGREED
    assert "author_named:education" in one.now.may_choose("arrived")
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_review_that_was_closed_by_mistake_is_open_again(port: ScriptedPort, channel: RememberingChannel) -> None:
    with the_day(on("Mon 2026-02-02"), 9):
        one = start_review(port)
    with the_day(on("Mon 2026-02-09"), 9):
        one.decide("strategic_partners", chosen="disagree")
        assert is_closed(one)
        correct(port, "The review does not take place", "wrong-review")
        one.go_on()

    assert not is_closed(one)
    assert stage_of(one) is Stage.CHAIR_DECIDED
    assert one.now.ask.gate == "partners-agreement"
    assert deadline(one.ref, "decision_limit").state is DeadlineState.OPEN
    a_day(on("Tue 2026-02-10"), channel)
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_has_come_since_stays_when_a_decision_is_taken_back(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(one, "imr", SEVEN)
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
        arrive(one, "imr", ("education",))
        correct(one.port, "The draft report has arrived", "not-happened")
        one.go_on()

    assert stage_of(one) is Stage.TERMS_AGREED
    assert deadline(one.ref, "imr:education").state is DeadlineState.MET
    assert deadline(one.ref, "draft_report").state is DeadlineState.OPEN
    assert "draft-report" in one.now.offers
    everything_holds(one)


def test_an_arrival_that_had_not_come_is_owed_again_and_its_sender_hears_so(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    send(on("Mon 2026-03-23"), channel)
    with the_day(on("Mon 2026-05-11"), 9):
        arrive(one, "imr", ("police", "ccg"))
    send(on("Mon 2026-05-11"), channel, 10)
    channel.sent.clear()
    with the_day(on("Mon 2026-05-11"), 11):
        arrive(one, "imr", ("probation",))
        said = correct(one.port, "Police: Agency return", "wrong-agency")
        correct(one.port, "Probation: Agency return", "wrong-agency")
    send(on("Mon 2026-05-11"), channel, 12)

    assert said.endswith("It is owed again by Monday 11 May 2026.")
    assert deadline(one.ref, "imr:police").state is DeadlineState.OPEN
    assert deadline(one.ref, "imr:police").due_on == on("Mon 2026-05-11")
    assert deadline(one.ref, "imr:ccg").state is DeadlineState.MET
    assert [(mail.to, mail.subject) for mail in channel.sent] == [
        ("petra.ironbridge@police.example", f"Recorded by mistake, ref {one.process.spoken_ref}")
    ]
    assert "1 thing by Monday 11 May 2026" in channel.sent[0].text or "Monday 11 May 2026" in channel.sent[0].text
    assert "Agency return for the review" in channel.sent[0].text
    thanks = [each for each in messages("arrival_recorded") if each.state is MessageState.WITHDRAWN]
    assert [each.why_withdrawn for each in thanks] == ["recorded by mistake"]
    a_day(on("Tue 2026-05-12"), channel)
    assert "late_owner" in {each.kind for each in messages() if each.state is MessageState.SENT}
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_author_named_for_the_wrong_agency_is_the_author_no_more(
    under_way: Conversation, channel: RememberingChannel
) -> None:
    one = under_way
    send(MET, channel)
    channel.sent.clear()
    with the_day(TUESDAY, 9):
        correct(one.port, "Police: Name of the agency's author", "wrong-agency")
    send(TUESDAY, channel)

    assert deadline(one.ref, "author_named:police").state is DeadlineState.OPEN
    told = [mail for mail in channel.sent if mail.to == "petra.ironbridge@police.example"]
    assert told and "Please disregard what we wrote because of it" in told[0].text
    with reading() as session:
        question = select(Participant).where(Participant.role == "imr_author", Participant.contact_id == author_id())
        assert [each.to_on for each in session.exec(question).all()] == [TUESDAY]
    everything_holds(one)


def author_id() -> int:
    return contact("imr_author", "police").id or 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_day_is_corrected_and_whoever_was_told_of_lateness_hears_so(
    writing: Conversation, channel: RememberingChannel
) -> None:
    one = writing
    a_day(on("Mon 2026-05-11"), channel)
    a_day(on("Tue 2026-05-12"), channel)
    with the_day(on("Wed 2026-05-13"), 9):
        arrive(one, "imr", SEVEN)
        refused = correct(one.port, "Police: Agency return", "wrong-day")
        future = correct(one.port, "Police: Agency return", "wrong-day", right_on="14 May 2026")
        said = correct(one.port, "Police: Agency return", "wrong-day", right_on="11 May 2026")

    assert "it does not say which day is the right one" in refused
    assert "lies in the future" in future
    assert said.endswith("arrived on Monday 11 May 2026.")
    assert deadline(one.ref, "imr:police").met_on == on("Mon 2026-05-11")
    with reading() as session:
        rows = [row for row in history_of(session, one.process.id or 0) if row.deed == "day corrected"]
        whom = {session.get_one(Contact, each.contact_id).email for each in messages("correction")}
    assert [(row.facts["from"], row.facts["to"]) for row in rows] == [("2026-05-13", "2026-05-11")]
    assert whom == {"petra.ironbridge@police.example"}
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_decision_that_was_taken_back_is_shown_as_such_and_not_offered_again(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        assert any("The review may begin" in each for each in offered(agreed.port))
        correct(agreed.port, "The review may begin")
        with reading() as session:
            page = process_page(session, book(), agreed.process, on("Mon 2026-02-16"), LINKS)
            kept = session.exec(select(GateAnswer).where(GateAnswer.gate == "partners-agreement")).one()
        desk = standing_desk(agreed.port)

    assert kept.taken_back_at is not None
    assert "taken back on Monday 16 February 2026" in page
    assert "correct-mistake" not in desk.now.offers
    everything_holds(agreed)


LINKS = Links("http://127.0.0.1:4200")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_decision_taken_back_without_the_journal_saying_so_is_a_fault(agreed: Conversation) -> None:
    with transaction() as session:
        kept = session.exec(select(GateAnswer).where(GateAnswer.gate == "partners-agreement")).one()
        kept.taken_back_at = kept.recorded_at
        session.add(kept)

    with reading() as session:
        faults = prove(session).chain
    assert ["taken back" in each.what for each in faults] == [True]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_text_is_removed_without_being_shown_and_the_chain_still_holds(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        desk = standing_desk(agreed.port)
        form = desk.go_to("remove-text").form
        options = desk.now.field("which").options
        chosen = next(value for value, label in options if "who decided" in label and agreed.ref in label)
        refused = desk.answer("names-somebody")
        said = desk.answer("names-somebody", which=chosen)
        again = desk.go_to("remove-text")

    assert "Somebody Else" not in form.intro and not any("Somebody Else" in label for _, label in options)
    assert any(
        f"{agreed.process.spoken_ref}: decision “partners agreement” of Monday 9" in label for _, label in options
    )
    assert "does not say which text" in refused
    assert said == f"Recorded: the text is removed from {agreed.process.spoken_ref}."
    assert chosen not in again.may_choose("which")
    _, seq, name = chosen.split("/")
    with reading() as session:
        question = select(Words).where(Words.process_id == agreed.process.id, Words.seq == int(seq), Words.name == name)
        assert session.exec(question).one().text is None
        assert session.exec(question).one().removed_at is not None
    everything_holds(agreed)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_blackout_days_are_set_and_lifted_without_a_word_why(agreed: Conversation) -> None:
    with the_day(on("Mon 2026-02-16"), 9):
        desk = standing_desk(agreed.port)
        names = {each.name for each in desk.go_to("blackout-days").form.fields}
        before = whole_record()
        for words, values in {
            "which review": {"from_on": "1 March 2026"},
            "from which day": {"which": agreed.ref},
            "end before they begin": {"which": agreed.ref, "from_on": "8 March 2026", "until_on": "7 March 2026"},
            "these days are past": {"which": agreed.ref, "from_on": "1 February 2026"},
        }.items():
            assert words in desk.answer("set", **values)
        assert whole_record() == before
        said = desk.answer("set", which=agreed.ref, from_on="1 March 2026", until_on="7 March 2026")
        lift = next(each for each in desk.go_to("blackout-days").offers if each.startswith("lift:"))
        lifted = desk.answer(lift)

    assert names == {"which", "from_on", "until_on", "recorded_by"}
    assert said.endswith("Sunday 1 March 2026 to Saturday 7 March 2026.")
    assert "are as any others again" in lifted
    with reading() as session:
        assert blackouts_of(session, agreed.process) == []
    everything_holds(agreed)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_sending_is_stopped_for_one_person_alone(under_way: Conversation, channel: RememberingChannel) -> None:
    with the_day(MET, 18):
        stop = desk_flow(under_way.port, "stop-sending")
        chosen = next(
            value for value, label in stop.now.form.answer.options if "one person: Police: single point" in label
        )  # fmt: skip
        stop.answer(chosen)
        dispatch(channel=channel)
        lift = desk_flow(under_way.port, "stop-sending", "again")

    assert "osric.bellweather@police.example" not in channel.addresses
    assert "petra.ironbridge@police.example" in channel.addresses
    assert "everything to one person (Police: single point of contact)" in lift.now.form.intro


def test_the_slot_of_what_was_opened_by_mistake_is_free_again(under_way: Conversation) -> None:
    with the_day(TUESDAY, 9):
        correct(under_way.port, "The initial meeting was held", "wrong-review")

    with reading() as session:
        assert deadline_in(session, under_way.process, "imr:police") is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("gone", [True, False])
def test_what_was_told_goes_out_again_when_a_decision_is_recorded_rightly(
    under_way: Conversation, channel: RememberingChannel, gone: bool
) -> None:
    port, one = under_way.port, under_way
    if gone:
        send(MET, channel)
    first = {kind: len(messages(kind)) for kind in ("timetable_set", "author_commissioned", "reviewer_commissioned")}

    with the_day(TUESDAY, 14):
        correct(port, "The initial meeting was held", "wrong-day")
        one.go_on().go_to("initial-meeting")
        one.decide("panel_chair", method="systems")
    with the_day(TUESDAY, 15):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
        correct(port, "erms of reference were circulated", "wrong-day")
        one.go_on().go_to("terms-circulated")
        one.decide("panel_chair")

    assert all(first.values())
    for kind, number in {**first, "terms_circulated": 8}.items():
        again = [each for each in messages(kind) if "~" not in each.once_key]
        assert [len(again), {each.state for each in again}] == [number, {MessageState.WAITING}]
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_somebody_without_mail_is_to_be_rung_again_when_a_decision_is_recorded_rightly(agreed: Conversation) -> None:
    one = agreed
    with the_day(on("Mon 2026-02-16"), 9):
        name_authors(one, SEVEN)
        commission(one)
    with transaction() as session:
        for each in session.exec(select(Contact).where(Contact.role == "agency_lead")).all()[:1]:
            each.email = ""
            session.add(each)
    with the_day(MET, 17):
        one.go_to("initial-meeting")
        one.decide("panel_chair", method="systems")
        before = to_ring()
        correct(one.port, "The initial meeting was held", "wrong-day")
        between = to_ring()
        one.go_on().go_to("initial-meeting")
        one.decide("panel_chair", method="systems")

    assert [len(before), len(between), len(to_ring())] == [1, 0, 1]


def to_ring() -> list[str]:
    with reading() as session:
        question = select(Task).where(col(Task.once_key).contains("timetable_set"), col(Task.done_at).is_(None))
        return [each.title for each in session.exec(question).all()]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_undone_wholly_is_refused_with_what_to_do_instead(under_way: Conversation) -> None:
    one = under_way
    with the_day(TUESDAY, 9):
        one.go_on().go_to("agencies-changed")
        one.decide("panel_chair", chosen="changed", leave=["police"], join=["housing"])
        left = correct(one.port, "The agencies that take part have changed")
        met = correct(one.port, "The initial meeting was held")
        one.go_on().go_to("initial-meeting-again")
        one.decide("panel_chair")
        again = correct(one.port, "The initial meeting was held again")

    whole = "cannot be taken back with all that came of it"
    assert f"{whole}; record under “An agency joins or leaves” that Housing leaves and Police joins." in left
    assert met.startswith("NOT recorded") and "was recorded after it, rests on it" in met
    assert f"{whole}; record under “The initial meeting was held again” the day that holds" in again
    assert "before this entry it was Monday 2 March 2026" in again
    assert stage_of(one) is Stage.TIMETABLE_SET
    assert "decision taken back" not in deeds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_pause_does_not_keep_a_decision_from_being_taken_back_that_no_date_came_of(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(one, "imr", SEVEN)
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
    with the_day(on("Tue 2026-06-30"), 9):
        desk_flow(one.port, "pause", "pause").decide("panel_chair", chosen="pause", reason="inquest")
        said = correct(one.port, "The draft report has arrived")

    assert "is taken back" in said
    assert stage_of(one) is Stage.TERMS_AGREED
    assert deadline(one.ref, "draft_report").state is DeadlineState.OPEN


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_new_version_of_the_terms_that_was_agreed_to_before_is_not_taken_back(under_way: Conversation) -> None:
    one = under_way
    with the_day(on("Fri 2026-03-06"), 9):
        one.go_on().go_to("terms-circulated")
        one.decide("panel_chair")
        arrive(one, "terms_agreed", ("police",))
    with the_day(on("Mon 2026-03-09"), 9):
        one.go_on().go_to("terms-circulated")
        one.decide("panel_chair")
        said = correct(one.port, "The draft terms of reference were circulated")

    assert "tick as arrived, with their days, the agreements that were asked for once more" in said


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_other_people_have_recorded_since_stays_when_a_decision_is_taken_back(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(one, "imr", SEVEN)
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
    with the_day(on("Fri 2026-07-03"), 9):
        one.go_on().answer("ticked", arrived=["draft_meeting"])
        asked = desk_flow(one.port, "more-time", "asked")
        asked.answer("asked", about=f"{one.ref}/board_approval", reason="other")
    with the_day(on("Fri 2026-07-03"), 16):
        said = correct(one.port, "The draft report has arrived")

    assert "is taken back" in said
    assert deadline(one.ref, "draft_report").state is DeadlineState.OPEN
    assert deadline(one.ref, "draft_meeting").state is DeadlineState.MET
    assert deadline(one.ref, "accuracy:police").state is DeadlineState.OPEN
    assert deadline(one.ref, "more_time:board_approval").state is DeadlineState.OPEN
    assert {each.state for each in messages("accuracy_check")} == {MessageState.WAITING}
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_request_for_more_time_for_what_was_opened_by_mistake_is_overtaken(under_way: Conversation) -> None:
    one = under_way
    with the_day(TUESDAY, 9):
        for about in ("imr:police", "chronology:ccg"):
            asked = desk_flow(one.port, "more-time", f"asked-{about}")
            asked.answer("asked", about=f"{one.ref}/{about}", reason="author-absent")
    with the_day(TUESDAY, 14):
        correct(one.port, "The initial meeting was held", "wrong-review")
        with reading() as session:
            found = [each.state for each in extensions_of(session, one.process)]
            trail = case_trail(session, book(), one.process)
            left = deadline_in(session, one.process, "more_time:imr:police")

    assert found == [ExtensionState.OVERTAKEN, ExtensionState.OVERTAKEN]
    assert left is None
    assert trail.blocks
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_return_that_had_not_come_may_come_later_and_be_signed(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-04-13"), 9):
        arrive(one, "imr", ("police",))
        correct(one.port, "Police: Agency return", "not-happened")
        with reading() as session:
            mine = {agency.key: each for each, agency in returns_of(session, one.process)}["police"]
        assert (mine.state, mine.handed_in, mine.signed_as) == (ReturnState.NOMINATED, 0, "")
        assert deadline(one.ref, "midpoint:police").state is DeadlineState.OPEN
    with the_day(on("Mon 2026-05-11"), 9):
        said = arrive(one.go_on(), "imr", ("police",))

    assert "signed" in said and not said.startswith("NOT")
    assert deadline(one.ref, "imr:police").state is DeadlineState.MET
    everything_holds(one)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_meeting_on_the_draft_is_recorded_again_although_one_agency_has_checked(writing: Conversation) -> None:
    one = writing
    with the_day(on("Mon 2026-06-29"), 9):
        arrive(one, "imr", SEVEN)
        one.go_to("draft-report")
        one.decide("panel_chair", without=True, **FOUR_PARTS)
    with the_day(on("Fri 2026-07-10"), 9):
        one.go_on().answer("ticked", arrived=["draft_meeting"])
    with the_day(on("Mon 2026-07-13"), 9):
        arrive(one, "accuracy", ("police",))
        correct(one.port, "Panel meeting on the draft")
    with the_day(on("Wed 2026-07-15"), 9):
        one.go_on().answer("ticked", arrived=["draft_meeting"])

    assert deadline(one.ref, "draft_meeting").state is DeadlineState.MET
    assert deadline(one.ref, "accuracy:police").state is DeadlineState.MET
