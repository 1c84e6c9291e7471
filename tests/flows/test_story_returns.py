"""The returns of the agencies on their way: from the request to the panel's acceptance, and every turn between."""

from __future__ import annotations

from typing import Any

import pytest

from models.records.boards import Agency, Contact
from models.records.database import reading
from models.records.deadlines import DeadlineState
from models.records.messages import MessageState
from models.records.processes import participants_of, process_by_ref
from models.records.returns import returns_of
from models.rules.returns import ReturnState
from tests.builders import on
from tests.flows.a_review import SEVEN, SILENT, arrive, of, terms_agreed
from tests.flows.scripted_port import Conversation
from tests.flows.whole_record import deadline, messages, whole_record
from tests.records_builders import the_day

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

IMR_DUE = on("Mon 2026-05-11")


def state(one: Conversation, agency: str) -> ReturnState:
    with reading() as session:
        process = process_by_ref(session, one.ref)
        return next(mine.state for mine, whose in returns_of(session, process) if whose.key == agency)


def to(kind: str) -> list[tuple[str, str]]:
    """Role and agency of everybody who has a message of that kind."""
    with reading() as session:
        return sorted(
            (contact.role, session.get_one(Agency, contact.agency_id).key if contact.agency_id else "")
            for message in messages(kind)
            if message.contact_id is not None
            for contact in [session.get_one(Contact, message.contact_id)]
        )


def test_an_author_is_named_briefed_and_heard_and_the_return_is_signed_read_sent_back_and_accepted(
    writing: Conversation,
) -> None:
    one = writing
    assert state(one, "police") is ReturnState.NOMINATED

    with the_day(on("Tue 2026-03-24"), 15):
        one.go_to("briefing-held")
        assert SILENT not in one.now.may_choose("agencies")  # nobody is named there yet
        one.answer("briefed", agencies=["police", "ccg"])
    assert (state(one, "police"), state(one, "probation")) == (ReturnState.BRIEFED, ReturnState.NOMINATED)
    assert deadline(one.ref, "briefing").state is DeadlineState.MET

    with the_day(on("Mon 2026-03-30"), 15):
        arrive(one, "chronology", ("police",))
    assert state(one, "police") is ReturnState.CHRONOLOGY_IN

    with the_day(on("Thu 2026-04-30"), 15):
        one.go_to("returns-on-the-way")
        one.answer("draft-in", agencies=["police"])
        one.go_to("returns-on-the-way")
        said = one.answer("agency-qa", agencies=["police"])
    assert said == "Recorded: being checked by the agency: Police."

    with the_day(IMR_DUE, 15):
        arrive(one, "imr", ("police",))
    assert state(one, "police") is ReturnState.SUBMITTED
    assert deadline(one.ref, "imr:police").state is DeadlineState.MET

    with the_day(on("Tue 2026-05-26"), 15):
        one.go_to("panel-read")
        said = one.decide("panel_chair", chosen="read", of_police="questions")
    final = deadline(one.ref, "imr_final:police")
    assert said == "Recorded: 0 accepted, 1 back with questions."
    assert state(one, "police") is ReturnState.RETURNED
    assert final.due_on == on("Tue 2026-06-09")  # ten working days, which is later than fourteen weeks
    assert to("panel_questions") == [("imr_author", "police")]

    with the_day(on("Mon 2026-06-08"), 15):
        arrive(one, "imr_final", ("police",))
        one.go_to("panel-read")
        one.decide("panel_chair", chosen="read", of_police="accepted")
    assert state(one, "police") is ReturnState.ACCEPTED
    assert to("return_accepted") == [("agency_lead", "police"), ("imr_author", "police")]


def test_authors_are_not_briefed_before_the_terms_of_reference_are_settled(under_way: Conversation) -> None:
    with the_day(on("Fri 2026-03-20"), 9):
        assert "briefing-held" not in under_way.now.offers

    terms_agreed(under_way)

    assert "briefing-held" in under_way.now.offers


def test_a_return_without_a_senior_signature_goes_back_and_stays_owed(writing: Conversation) -> None:
    with the_day(IMR_DUE, 15):
        writing.answer("ticked", arrived=["imr:police", "imr:ccg"])
        said = writing.answer("recorded", of_police="not-signed", of_ccg="board_member")

    assert "Police: not signed, so it stays owed" in said
    assert deadline(writing.ref, "imr:police").state is DeadlineState.OPEN
    assert deadline(writing.ref, "imr:ccg").state is DeadlineState.MET
    assert state(writing, "police") is ReturnState.AGENCY_QA


def test_who_signed_must_be_said_for_every_return_or_none_is_recorded(writing: Conversation) -> None:
    with the_day(IMR_DUE, 15):
        writing.answer("ticked", arrived=["imr:police", "imr:ccg"])
        before = whole_record()
        said = writing.answer("recorded", of_police="chief_officer")

    assert said == "NOT recorded, because nothing was chosen for Clinical commissioning group."
    assert whole_record() == before


@pytest.mark.parametrize("word", ["at-risk", "cannot"])
def test_a_date_at_risk_is_told_to_the_lead_at_once_and_on_track_to_nobody(writing: Conversation, word: str) -> None:
    with the_day(on("Mon 2026-04-13"), 15):
        writing.answer("ticked", arrived=["midpoint:police", "midpoint:ccg"])
        said = writing.answer("recorded", of_police=word, of_ccg="on-track")

    assert said.startswith("Recorded: ")
    assert to("progress_at_risk") == [("agency_lead", "police")]
    assert state(writing, "ccg") is ReturnState.IN_PROGRESS
    assert deadline(writing.ref, "midpoint:police").state is DeadlineState.MET


def test_another_author_begins_afresh_and_the_date_stays(writing: Conversation) -> None:
    from flows.steps.returns import author_taken_on
    from models.records.boards import agencies_of
    from models.records.database import transaction
    from models.records.register import person_in_role
    from models.rulebook import rule_book
    from tests.records_builders import BOARD

    with the_day(on("Tue 2026-04-21"), 9), transaction() as session:
        process = process_by_ref(session, writing.ref, for_update=True)
        police = next(each for each in agencies_of(session, process.board_id) if each.key == "police")
        new = person_in_role(session, process, "imr_author", police, "Nell Example", "nell@police.example")
        author_taken_on(session, rule_book(BOARD), process, police, new)
        author_taken_on(session, rule_book(BOARD), process, police, new)  # twice is once

    with reading() as session:
        process = process_by_ref(session, writing.ref)
        authors = participants_of(session, process.id or 0, "imr_author")
    assert len(authors) == len(SEVEN)
    assert state(writing, "police") is ReturnState.NOMINATED
    assert deadline(writing.ref, "imr:police").due_on == IMR_DUE
    assert to("author_changed") == [("agency_lead", "police")]
    assert to("author_commissioned").count(("imr_author", "police")) == 2


def test_the_panel_goes_on_without_a_return_that_is_waived_and_nobody_is_asked_for_it_any_more(
    writing: Conversation,
) -> None:
    with the_day(on("Mon 2026-06-08"), 15):
        writing.go_to("waive")
        said = writing.decide("panel_chair", chosen="waived", about=f"{writing.ref}/imr:{SILENT}", reason="agency-late")

    assert said == "Recorded: “Agency return for the review” is waived."
    assert state(writing, SILENT) is ReturnState.WITHDRAWN
    for slot in ("imr", "author_named", "chronology", "midpoint"):
        assert deadline(writing.ref, f"{slot}:{SILENT}").state is DeadlineState.WAIVED
    assert to("not_wanted") == [("agency_lead", SILENT)] * 4


def test_what_the_review_cannot_do_without_is_not_offered_to_be_waived(writing: Conversation) -> None:
    with the_day(on("Mon 2026-06-08"), 15):
        offered = {each.partition("/")[2].partition(":")[0] for each in writing.go_to("waive").may_choose("about")}

    assert {"imr", "learning_event", "panel_reads"} <= offered
    assert not offered & {"draft_report", "sign_off", "board_approval", "publication", "limit", "decision_limit"}


def test_the_panel_reads_what_is_there_and_the_rest_when_it_comes(writing: Conversation) -> None:
    with the_day(on("Tue 2026-05-26"), 9):
        arrive(writing, "imr", ("police", "ccg"))
        writing.go_to("panel-read")
        writing.decide("panel_chair", chosen="read", of_police="accepted")
    assert deadline(writing.ref, "panel_reads").state is DeadlineState.OPEN  # one is not read yet

    with the_day(on("Wed 2026-05-27"), 9):
        writing.go_to("panel-read")
        writing.decide("panel_chair", chosen="read", of_ccg="accepted")
    assert deadline(writing.ref, "panel_reads").state is DeadlineState.OPEN  # others have not come yet
    assert "panel-read" not in writing.now.offers

    with the_day(on("Thu 2026-05-28"), 9):
        arrive(writing, "imr", ("probation",))
    assert "panel-read" in writing.now.offers


def test_terms_of_reference_have_versions_and_a_new_one_is_asked_for_again(under_way: Conversation) -> None:
    one = under_way
    with the_day(on("Fri 2026-03-06"), 9):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
    with the_day(on("Mon 2026-03-16"), 9):
        arrive(one, "terms_agreed", ("police", "ccg"))
    with the_day(on("Thu 2026-03-19"), 9):
        one.go_to("terms-circulated")
        said = one.decide("panel_chair")

    assert said.startswith("Recorded: version 2 of the terms of reference was circulated")
    assert deadline(one.ref, "terms_agreed:police").state is DeadlineState.OPEN
    assert deadline(one.ref, "terms_agreed:police").due_on == on("Thu 2026-03-26")  # five working days to read
    versions = sorted(each.facts["version"] for each in messages("terms_circulated"))
    assert versions == [1] * 8 + [2] * 8


def test_silence_is_consent_only_where_the_boards_setting_says_so(
    under_way: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.rulebook import rule_book
    from tests.records_builders import BOARD

    one = under_way
    switches = rule_book(BOARD).board.row.switches
    monkeypatch.setitem(switches.__dict__, "silence_counts_as_agreement", True)
    with the_day(on("Fri 2026-03-06"), 9):
        one.go_to("terms-circulated")
        one.decide("panel_chair")
    assert deadline(one.ref, "terms_agreed:police").ladder == "silence"

    with the_day(on("Tue 2026-03-24"), 9):
        arrive(one, "terms_agreed", ("police",))
        one.go_to("terms-go-on")
        said = one.decide("panel_chair")

    assert "by the board's rule silence counts as agreement of" in said
    assert deadline(one.ref, "terms_agreed:ccg").state is DeadlineState.ENDED
    assert all(each.facts["silence_agrees"] for each in messages("terms_circulated"))


def test_every_letter_of_it_can_be_written_and_goes(writing: Conversation) -> None:
    from notifications.dispatch import dispatch
    from tests.fakes import RememberingChannel

    channel = RememberingChannel()
    with the_day(on("Mon 2026-04-13"), 15):
        writing.answer("ticked", arrived=["midpoint:police"])
        writing.answer("recorded", of_police="at-risk")
    with the_day(IMR_DUE, 15):
        arrive(writing, "imr", SEVEN)
        writing.go_to("panel-read")
        chosen: dict[str, Any] = {of(key): "questions" for key in SEVEN[:3]} | {
            of(key): "accepted" for key in SEVEN[3:]
        }
        writing.decide("panel_chair", chosen="read", **chosen)
        dispatch(channel=channel)

    assert channel.sent
    assert messages("", MessageState.FAILED) == []
